//! A plugin as an artifact: manifest, config and component, and what has to hold between them.

use crate::{
    config::{Config, ConfigError},
    contract::{Contract, Interfaces},
    layout::LayoutError,
    limits::{COMPONENT_BYTES_MAX, CONFIG_BYTES_MAX, TEXT_CHARS_MAX, TooMuch},
    manifest::{Annotations, Descriptor, Manifest, ManifestError},
    media::{self, WASM_CONFIG, WASM_LAYER},
    stored::{Blob, Blobs, Stored},
};
use bytes::Bytes;
use std::fmt;
use tidegate_core::one_line::one_line;

/// Names of an error, at most.
const NAMES_MAX: usize = 16;

/// A plugin as a registry holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// The manifest, whose digest is the artifact's.
    pub manifest: Bytes,
    /// What it says of the component.
    pub config: Bytes,
    /// The component.
    pub component: Bytes,
}

/// What somebody says about a plugin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Its version.
    pub version: Option<String>,
    /// When it was made, as RFC 3339. With it the same component has another digest each time.
    pub created: Option<String>,
}

/// What a manifest of a plugin names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// What is said of the component.
    pub config: Descriptor,
    /// The component.
    pub component: Descriptor,
    /// What is said about the plugin.
    pub annotations: Annotations,
}

/// An artifact that is no plugin which could be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// No manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// No config.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Too large.
    #[error(transparent)]
    TooLarge(#[from] TooMuch),
    /// Something else than a component.
    #[error("it is no plugin: its config is `{0}`, not `{WASM_CONFIG}`")]
    OtherConfig(String),
    /// More or less than a component.
    #[error("it is no plugin: it has {0} layers, not one")]
    Layers(usize),
    /// Something else in its place.
    #[error("it is no plugin: its layer is `{0}`, not `{WASM_LAYER}`")]
    OtherLayer(String),
    /// It asks for more than there is.
    #[error("it imports what the contract does not offer: {0}")]
    Exceeding(Names),
    /// Its config keeps quiet about what it asks for.
    #[error("its config does not name everything that it imports; left out are: {0}")]
    Hidden(Names),
    /// The engine's word.
    #[error("it is no plugin: {0}")]
    NoPlugin(String),
}

/// Names that a stranger gave: shown on one line, cut, and only the first few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().take(NAMES_MAX).enumerate() {
            write!(f, "{}`{}`", if place == 0 { "" } else { ", " }, one_line(name, TEXT_CHARS_MAX))?;
        }
        match self.0.len().saturating_sub(NAMES_MAX) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

impl Artifact {
    /// Of this component. The same component with the same words about it is the same artifact.
    pub fn of(component: Bytes, interfaces: Interfaces, about: &About) -> Result<Self, ArtifactError> {
        TooMuch::bytes("the component", component.len() as u64, COMPONENT_BYTES_MAX)?;
        let layer = Descriptor::of(media::WASM_LAYER, &component);
        let config = Config { interfaces, layer: layer.digest, created: about.created.clone() };
        let config = Bytes::from(config.bytes()?);
        let said = [(media::VERSION_ANNOTATION, &about.version), (media::CREATED_ANNOTATION, &about.created)];
        let said = said.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?)));
        let manifest = Manifest {
            config: Descriptor::of(media::WASM_CONFIG, &config),
            layers: vec![layer],
            annotations: said.collect(),
        };
        Ok(Self { manifest: Bytes::from(manifest.bytes()?), config, component })
    }
}

impl Stored for Artifact {
    const NAME: &'static str = "plugin";
    /// A component, and everything around it.
    const BYTES_MAX: u64 = COMPONENT_BYTES_MAX + 16 * 1024 * 1024;

    fn manifest(&self) -> &Bytes {
        &self.manifest
    }

    fn blobs(&self) -> Vec<Blob<'_>> {
        vec![Blob { bytes: &self.config, is_large: false }, Blob { bytes: &self.component, is_large: true }]
    }

    fn gathered(manifest: Bytes, blobs: Blobs<'_>, contract: &dyn Contract) -> Result<Self, LayoutError> {
        let parts = Parts::read(&manifest)?;
        let config = blobs(&parts.config)?;
        let named = parts.admitted(&config, contract)?;
        let component = blobs(&parts.component)?;
        honest(&component, &named, contract)?;
        Ok(Self { manifest, config, component })
    }
}

impl Parts {
    /// Reads the manifest of a plugin, and refuses what could not be used before anything that it names is fetched.
    pub fn read(manifest: &[u8]) -> Result<Self, ArtifactError> {
        let Manifest { config, layers, annotations } = Manifest::read(manifest)?;
        if config.media_type != media::WASM_CONFIG {
            return Err(ArtifactError::OtherConfig(one_line(&config.media_type, TEXT_CHARS_MAX)));
        }
        let count = layers.len();
        let [component] = <[Descriptor; 1]>::try_from(layers).map_err(|_| ArtifactError::Layers(count))?;
        if component.media_type != media::WASM_LAYER {
            return Err(ArtifactError::OtherLayer(one_line(&component.media_type, TEXT_CHARS_MAX)));
        }
        TooMuch::bytes("the config", config.size, CONFIG_BYTES_MAX)?;
        TooMuch::bytes("the component", component.size, COMPONENT_BYTES_MAX)?;
        Ok(Self { config, component, annotations })
    }

    /// Whether a plugin may import what the config names. Asked before the component is fetched.
    pub fn admitted(&self, config: &[u8], contract: &dyn Contract) -> Result<Interfaces, ArtifactError> {
        let Interfaces { imports, exports } = Config::read(config, self.component.digest)?.interfaces;
        let exceeding = contract.exceeding(&imports);
        if exceeding.is_empty() {
            return Ok(Interfaces { imports, exports });
        }
        Err(ArtifactError::Exceeding(Names(exceeding)))
    }
}

/// Whether the component imports what its config names and nothing else. Asked of the bytes themselves.
pub fn honest(component: &[u8], named: &Interfaces, contract: &dyn Contract) -> Result<(), ArtifactError> {
    let plugin = |cause: String| ArtifactError::NoPlugin(cause);
    let mut hidden = contract.imports(component).map_err(plugin)?;
    hidden.retain(|import| !named.imports.contains(import));
    if hidden.is_empty() { Ok(()) } else { Err(ArtifactError::Hidden(Names(hidden))) }
}
