//! Plugins as OCI artifacts in the CNCF's layout for wasm, and bundles of policies: pushed, pulled by digest, signed as cosign signs,
//! carried as a file.
//!
//! [`client::Client`] speaks the distribution API. What it fetches is held against its digest before anybody sees it, and what a
//! plugin imports is read from its config before the component itself is fetched.
//!
//! The API is spoken here in small files and not by `oci-client`, which reads manifests and tokens without a bound and hides the
//! status of an answer that is worth another attempt; `oci-wasm` writes the moment of a push into what it pushes, so that the same
//! component has another digest each time, and brings other releases of the wasm tools.
//!
//! **Invariant:** no byte leaves this crate whose digest is not the one that was asked for.
//! **Invariant:** nothing here knows a key's form or what a plugin may import: whoever calls hands in both ([`contract`],
//! [`signature`]).
//! **Invariant:** a password goes to the registry that it is for, and to whom that one names for tokens, and over no way that
//! others can read.
//! **Invariant:** the same component with the same annotations has the same digest.

pub mod artifact;
pub mod bundle;
pub mod client;
pub mod config;
pub mod contract;
pub mod credentials;
pub mod layout;
pub mod limits;
pub mod manifest;
pub mod media;
pub mod patience;
pub mod progress;
pub mod pull;
pub mod push;
pub mod reference;
pub mod signature;
pub mod stored;
