//! What the CNCF's layout says of a component, in the blob that a manifest names as its config.

use crate::{
    contract::Interfaces,
    limits::{CONFIG_BYTES_MAX, TEXT_CHARS_MAX, TooMuch},
    manifest::told,
};
use serde::{Deserialize, Serialize};
use tidegate_core::{digest::Digest, one_line::one_line};

const ARCHITECTURE: &str = "wasm";
/// The layout's word for a component, whether it uses WASI or not.
const COMPONENT: &str = "wasip2";
/// The moment of what has none: other readers of the layout demand one, and a push's own would change the digest.
const NO_MOMENT: &str = "1970-01-01T00:00:00Z";

/// What a config says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// What the component asks for and offers.
    pub interfaces: Interfaces,
    /// The one layer.
    pub layer: Digest,
    /// When it was made, as RFC 3339, where somebody said so.
    pub created: Option<String>,
}

/// Bytes that are no config of a component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Too many of them.
    #[error(transparent)]
    TooLarge(#[from] TooMuch),
    /// Not its JSON.
    #[error("the config cannot be read: {0}")]
    Unreadable(String),
    /// For another machine.
    #[error("the config is of architecture `{0}`, not `{ARCHITECTURE}`")]
    Architecture(String),
    /// A core module, or something that is not known.
    #[error("the config is of `{0}`, not of a component (`{COMPONENT}`)")]
    NoComponent(String),
    /// It does not say what the component imports.
    #[error("the config does not say what the component imports and exports")]
    Silent,
    /// It speaks of another component.
    #[error("the config speaks of other layers than the manifest")]
    OtherLayers,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(default)]
    created: Option<String>,
    architecture: String,
    os: String,
    layer_digests: Vec<String>,
    #[serde(default)]
    component: Option<RawComponent>,
}

#[derive(Serialize, Deserialize)]
struct RawComponent {
    exports: Vec<String>,
    imports: Vec<String>,
}

impl Config {
    /// Reads a config that has to be of this layer.
    pub fn read(bytes: &[u8], layer: Digest) -> Result<Self, ConfigError> {
        TooMuch::bytes("the config", bytes.len() as u64, CONFIG_BYTES_MAX)?;
        let raw: Raw = serde_json::from_slice(bytes).map_err(|error| ConfigError::Unreadable(told(&error)))?;
        if raw.architecture != ARCHITECTURE {
            return Err(ConfigError::Architecture(one_line(&raw.architecture, TEXT_CHARS_MAX)));
        }
        if raw.os != COMPONENT {
            return Err(ConfigError::NoComponent(one_line(&raw.os, TEXT_CHARS_MAX)));
        }
        let component = raw.component.ok_or(ConfigError::Silent)?;
        if raw.layer_digests.iter().map(|text| Digest::parse(text).ok()).ne([Some(layer)]) {
            return Err(ConfigError::OtherLayers);
        }
        let interfaces = Interfaces { imports: component.imports, exports: component.exports };
        Ok(Self { interfaces, layer, created: raw.created.filter(|created| created != NO_MOMENT) })
    }

    /// Its one form in bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, ConfigError> {
        let Interfaces { imports, exports } = self.interfaces.clone();
        let raw = Raw {
            created: Some(self.created.clone().unwrap_or_else(|| NO_MOMENT.to_owned())),
            architecture: ARCHITECTURE.to_owned(),
            os: COMPONENT.to_owned(),
            layer_digests: vec![self.layer.to_string()],
            component: Some(RawComponent { exports, imports }),
        };
        let bytes = serde_json::to_vec(&raw).map_err(|error| ConfigError::Unreadable(told(&error)))?;
        TooMuch::bytes("the config", bytes.len() as u64, CONFIG_BYTES_MAX)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, ConfigError};
    use crate::contract::Interfaces;
    use serde_json::{Value, json};
    use tidegate_core::digest::Digest;

    fn config() -> Config {
        let interfaces = Interfaces { imports: vec!["a:b/c@0.1.0".to_owned()], exports: vec!["d".to_owned()] };
        Config { interfaces, layer: Digest::of(b"component"), created: None }
    }

    #[test]
    fn a_config_is_as_others_write_it() {
        let config = config();
        let value: Value = serde_json::from_slice(&config.bytes().unwrap()).unwrap();
        let expected = json!({
            "created": "1970-01-01T00:00:00Z", "architecture": "wasm", "os": "wasip2",
            "layerDigests": [config.layer.to_string()],
            "component": { "exports": ["d"], "imports": ["a:b/c@0.1.0"] },
        });
        assert_eq!(value, expected);
        assert_eq!(Config::read(&config.bytes().unwrap(), config.layer).unwrap(), config);
    }

    #[test]
    fn one_written_by_others_is_read() {
        let layer = Digest::of(b"component");
        let text = json!({
            "created": "2026-01-02T03:04:05.678Z", "author": null, "architecture": "wasm", "os": "wasip2",
            "layerDigests": [layer.to_string()],
            "component": { "exports": [], "imports": ["x"], "target": null },
        });
        let config = Config::read(text.to_string().as_bytes(), layer).unwrap();
        assert_eq!(
            (config.interfaces.imports, config.created.as_deref()),
            (vec!["x".to_owned()], Some("2026-01-02T03:04:05.678Z"))
        );
    }

    #[test]
    fn what_is_no_config_of_this_component_is_told_apart() {
        type Change = fn(&mut Value);
        let cases: [(&str, Change); 10] = [
            ("Unreadable", |value| *value = json!("text")),
            ("Unreadable", |value| value["component"]["imports"] = json!("all")),
            ("Unreadable", |value| value["component"] = json!({ "exports": [] })),
            ("Architecture", |value| value["architecture"] = json!("amd64")),
            ("NoComponent", |value| value["os"] = json!("wasip1")),
            ("NoComponent", |value| value["os"] = json!("linux")),
            ("Silent", |value| value["component"] = json!(null)),
            ("OtherLayers", |value| value["layerDigests"] = json!([])),
            ("OtherLayers", |value| value["layerDigests"] = json!([Digest::of(b"other").to_string()])),
            ("OtherLayers", |value| {
                let own = Digest::of(b"component").to_string();
                value["layerDigests"] = json!([own, own]);
            }),
        ];
        for (expected, change) in cases {
            let mut value: Value = serde_json::from_slice(&config().bytes().unwrap()).unwrap();
            change(&mut value);
            let error = Config::read(value.to_string().as_bytes(), Digest::of(b"component")).unwrap_err();
            assert!(format!("{error:?}").starts_with(expected), "{expected}: {error:?}");
        }
        let long = Config::read(&[b' '; 1024 * 1024 + 1], Digest::of(b"component"));
        assert!(matches!(long, Err(ConfigError::TooLarge(_))));
    }
}
