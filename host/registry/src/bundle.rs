//! Policies as an artifact: the texts with the lock of every plugin's digest in one layer, each component in a layer of its own, and in
//! the config who wrote them. What the texts say is for the gate to read.

mod config;
mod transport;

pub use config::{BundleConfig, BundleConfigError};

use crate::{
    contract::Contract,
    layout::LayoutError,
    limits::{
        BUNDLE_BYTES_MAX, BUNDLE_LAYERS_MAX, COMPONENT_BYTES_MAX, CONFIG_BYTES_MAX, POLICIES_BYTES_MAX, TEXT_CHARS_MAX,
        TooMuch,
    },
    manifest::{Annotations, Descriptor, Manifest, ManifestError},
    media::{BUNDLE_CONFIG, BUNDLE_POLICIES, WASM_LAYER},
    stored::{Blob, Blobs, Stored},
};
use bytes::Bytes;
use std::collections::BTreeMap;
use tidegate_core::{digest::Digest, one_line::one_line};

/// Policies with everything that they need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    manifest: Bytes,
    config: Bytes,
    policies: Bytes,
    components: BTreeMap<Digest, Bytes>,
    about: BundleConfig,
}

/// An artifact that is no bundle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// No manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// No config.
    #[error(transparent)]
    Config(#[from] BundleConfigError),
    /// Too large.
    #[error(transparent)]
    TooLarge(#[from] TooMuch),
    /// Something else than a bundle.
    #[error("it is no bundle: its config is `{0}`, not `{BUNDLE_CONFIG}`")]
    OtherConfig(String),
    /// Its first layer is something else.
    #[error("it is no bundle: its first layer is not `{BUNDLE_POLICIES}`")]
    NoPolicies,
    /// One of the others is.
    #[error("it is no bundle: it holds a layer that is not `{WASM_LAYER}`")]
    OtherLayer,
}

/// What a manifest of a bundle names.
pub(crate) struct Parts {
    pub(crate) config: Descriptor,
    pub(crate) policies: Descriptor,
    pub(crate) components: Vec<Descriptor>,
}

impl Parts {
    /// Refuses what could not be used before anything that it names is fetched.
    pub(crate) fn read(manifest: &[u8]) -> Result<Self, BundleError> {
        let Manifest { config, mut layers, .. } = Manifest::read(manifest)?;
        if config.media_type != BUNDLE_CONFIG {
            return Err(BundleError::OtherConfig(one_line(&config.media_type, TEXT_CHARS_MAX)));
        }
        if layers.first().is_none_or(|first| first.media_type != BUNDLE_POLICIES) {
            return Err(BundleError::NoPolicies);
        }
        let policies = layers.remove(0);
        if layers.iter().any(|layer| layer.media_type != WASM_LAYER) {
            return Err(BundleError::OtherLayer);
        }
        let used = layers.len() as u64;
        if used > BUNDLE_LAYERS_MAX {
            let (what, unit) = ("the bundle", "components");
            return Err(TooMuch { what, unit, used, allowed: BUNDLE_LAYERS_MAX }.into());
        }
        TooMuch::bytes("the config", config.size, CONFIG_BYTES_MAX)?;
        TooMuch::bytes("the policies", policies.size, POLICIES_BYTES_MAX)?;
        for layer in &layers {
            TooMuch::bytes("a component", layer.size, COMPONENT_BYTES_MAX)?;
        }
        let all = layers.iter().fold(policies.size, |sum, layer| sum.saturating_add(layer.size));
        TooMuch::bytes("the bundle", all, BUNDLE_BYTES_MAX)?;
        Ok(Self { config, policies, components: layers })
    }
}

impl Bundle {
    /// Of these policies and the components that they name. The same ones of the same authors are the same artifact.
    pub fn of(policies: Bytes, components: Vec<Bytes>, about: BundleConfig) -> Result<Self, BundleError> {
        let config = Bytes::from(about.bytes()?);
        let components: BTreeMap<Digest, Bytes> =
            components.into_iter().map(|bytes| (Digest::of(&bytes), bytes)).collect();
        let mut layers = vec![Descriptor::of(BUNDLE_POLICIES, &policies)];
        layers.extend(components.values().map(|bytes| Descriptor::of(WASM_LAYER, bytes)));
        let config_named = Descriptor::of(BUNDLE_CONFIG, &config);
        let manifest = Manifest { config: config_named, layers, annotations: Annotations::new() };
        let manifest = Bytes::from(manifest.bytes()?);
        Parts::read(&manifest)?;
        Ok(Self { manifest, config, policies, components, about })
    }

    /// The bytes of what is said about it.
    #[must_use]
    pub fn config(&self) -> &Bytes {
        &self.config
    }

    /// The policies, as whoever made the bundle wrote them down.
    #[must_use]
    pub fn policies(&self) -> &Bytes {
        &self.policies
    }

    /// The components, by their digests.
    #[must_use]
    pub fn components(&self) -> &BTreeMap<Digest, Bytes> {
        &self.components
    }

    /// Who wrote it.
    #[must_use]
    pub fn about(&self) -> &BundleConfig {
        &self.about
    }
}

impl Stored for Bundle {
    const NAME: &'static str = "bundle";
    /// Everything, and the manifests and signatures around it.
    const BYTES_MAX: u64 = BUNDLE_BYTES_MAX + 16 * 1024 * 1024;

    fn manifest(&self) -> &Bytes {
        &self.manifest
    }

    fn blobs(&self) -> Vec<Blob<'_>> {
        let small = [&self.config, &self.policies].into_iter().map(|bytes| Blob { bytes, is_large: false });
        small.chain(self.components.values().map(|bytes| Blob { bytes, is_large: true })).collect()
    }

    fn gathered(manifest: Bytes, blobs: Blobs<'_>, _contract: &dyn Contract) -> Result<Self, LayoutError> {
        let parts = Parts::read(&manifest)?;
        let config = blobs(&parts.config)?;
        let about = BundleConfig::read(&config).map_err(BundleError::from)?;
        let policies = blobs(&parts.policies)?;
        let mut components = BTreeMap::new();
        for layer in &parts.components {
            components.insert(layer.digest, blobs(layer)?);
        }
        Ok(Self { manifest, config, policies, components, about })
    }
}
