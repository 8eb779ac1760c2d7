//! The types of what a registry holds, and the names of what is said about it.

/// An image manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// A list of manifests.
pub const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// What docker called a manifest, and a list of them. Neither is a plugin.
pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
/// What the CNCF's layout says of a component.
pub const WASM_CONFIG: &str = "application/vnd.wasm.config.v0+json";
/// A component.
pub const WASM_LAYER: &str = "application/wasm";
/// The config of an image, which is what signatures lie beside.
pub const IMAGE_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// What a bundle of policies says about itself.
pub const BUNDLE_CONFIG: &str = "application/vnd.tidegate.bundle.config.v1+json";
/// Its policies, and which plugin is which component.
pub const BUNDLE_POLICIES: &str = "application/vnd.tidegate.bundle.policies.v1+json";
/// What cosign signs.
pub const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";

/// Where a signature stands, in base64.
pub const SIGNATURE_ANNOTATION: &str = "dev.cosignproject.cosign/signature";
/// A plugin's version.
pub const VERSION_ANNOTATION: &str = "org.opencontainers.image.version";
/// When it was made.
pub const CREATED_ANNOTATION: &str = "org.opencontainers.image.created";
/// What a manifest of a layout is called.
pub const REF_NAME_ANNOTATION: &str = "org.opencontainers.image.ref.name";
