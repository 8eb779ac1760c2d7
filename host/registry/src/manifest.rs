//! An image manifest, as bytes and as what they say.

use crate::{
    limits::{MANIFEST_BYTES_MAX, TEXT_CHARS_MAX, TooMuch},
    media::{self, MANIFEST},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tidegate_core::{
    digest::{Digest, DigestError},
    one_line::one_line,
};

/// Texts beside an artifact, by their names.
pub type Annotations = BTreeMap<String, String>;

/// A blob, as a manifest names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// What it is.
    pub media_type: String,
    /// Of its bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub size: u64,
    /// What is said about it.
    pub annotations: Annotations,
}

/// What a manifest says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// What the artifact is.
    pub config: Descriptor,
    /// What it holds.
    pub layers: Vec<Descriptor>,
    /// What is said about it.
    pub annotations: Annotations,
}

/// Bytes that are no manifest of an artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Too many of them.
    #[error(transparent)]
    TooLarge(#[from] TooMuch),
    /// Not the JSON of a manifest.
    #[error("the manifest cannot be read: {0}")]
    Unreadable(String),
    /// A list of artifacts.
    #[error("it is a list of artifacts, not one; hint: name one of them by its digest")]
    Index,
    /// Something else.
    #[error("the manifest is of type `{0}`, not `{MANIFEST}`")]
    MediaType(String),
    /// Of another version of the format.
    #[error("the manifest has schema version {0}, not 2")]
    SchemaVersion(u64),
    /// A blob is not named by a digest that is known here.
    #[error("the manifest names a blob by what is no digest: {0}")]
    Digest(#[from] DigestError),
}

impl Descriptor {
    /// Of these bytes.
    #[must_use]
    pub fn of(media_type: &str, bytes: &[u8]) -> Self {
        let (digest, size) = (Digest::of(bytes), bytes.len() as u64);
        Self { media_type: media_type.to_owned(), digest, size, annotations: Annotations::new() }
    }

    /// With this said about it.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.annotations.insert(name.to_owned(), text.to_owned());
        self
    }
}

impl Manifest {
    /// Reads a manifest.
    pub fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        TooMuch::bytes("the manifest", bytes.len() as u64, MANIFEST_BYTES_MAX)?;
        let unreadable = |error: serde_json::Error| ManifestError::Unreadable(told(&error));
        let kind: Kind = serde_json::from_slice(bytes).map_err(unreadable)?;
        match kind.media_type.as_deref() {
            Some(media::INDEX | media::DOCKER_LIST) => return Err(ManifestError::Index),
            Some(media::MANIFEST) => {}
            None if kind.manifests.is_some() => return Err(ManifestError::Index),
            // The specification lets it be left out.
            None => {}
            Some(other) => return Err(ManifestError::MediaType(one_line(other, TEXT_CHARS_MAX))),
        }
        if kind.schema_version != 2 {
            return Err(ManifestError::SchemaVersion(kind.schema_version));
        }
        let raw: Raw = serde_json::from_slice(bytes).map_err(unreadable)?;
        let layers = raw.layers.into_iter().map(Descriptor::try_from).collect::<Result<_, DigestError>>()?;
        Ok(Self { config: raw.config.try_into()?, layers, annotations: raw.annotations })
    }

    /// Its one form in bytes.
    pub fn bytes(&self) -> Result<Vec<u8>, ManifestError> {
        let written = Written {
            schema_version: 2,
            media_type: media::MANIFEST,
            config: RawDescriptor::from(&self.config),
            layers: self.layers.iter().map(RawDescriptor::from).collect(),
            annotations: &self.annotations,
        };
        serde_json::to_vec(&written).map_err(|error| ManifestError::Unreadable(told(&error)))
    }
}

/// What the parser says, on one line: it repeats parts of the text.
pub(crate) fn told(error: &serde_json::Error) -> String {
    one_line(&error.to_string(), TEXT_CHARS_MAX)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    schema_version: u64,
    media_type: Option<String>,
    manifests: Option<serde::de::IgnoredAny>,
}

/// Keys that are not known are somebody else's.
#[derive(Deserialize)]
struct Raw {
    config: RawDescriptor,
    layers: Vec<RawDescriptor>,
    #[serde(default)]
    annotations: Annotations,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    schema_version: u64,
    media_type: &'static str,
    config: RawDescriptor,
    layers: Vec<RawDescriptor>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: &'a Annotations,
}

/// As JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RawDescriptor {
    media_type: String,
    digest: String,
    size: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: Annotations,
}

impl TryFrom<RawDescriptor> for Descriptor {
    type Error = DigestError;
    fn try_from(raw: RawDescriptor) -> Result<Self, DigestError> {
        let RawDescriptor { media_type, digest, size, annotations } = raw;
        Ok(Self { media_type, digest: Digest::parse(&digest)?, size, annotations })
    }
}

impl From<&Descriptor> for RawDescriptor {
    fn from(descriptor: &Descriptor) -> Self {
        let Descriptor { media_type, digest, size, annotations } = descriptor.clone();
        Self { media_type, digest: digest.to_string(), size, annotations }
    }
}

#[cfg(test)]
mod tests {
    use super::{Descriptor, Manifest, ManifestError};
    use serde_json::{Value, json};

    fn whole() -> Value {
        let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": { "mediaType": "application/vnd.wasm.config.v0+json", "digest": digest, "size": 0 },
            "layers": [{ "mediaType": "application/wasm", "digest": digest, "size": 0 }],
        })
    }

    #[test]
    fn a_manifest_is_read_with_keys_of_others_and_without_its_type() {
        let mut value = whole();
        value["artifactType"] = json!("x");
        value["annotations"] = json!({ "a": "b" });
        value.as_object_mut().unwrap().remove("mediaType");
        let manifest = Manifest::read(value.to_string().as_bytes()).unwrap();
        assert_eq!((manifest.layers.len(), manifest.annotations["a"].as_str()), (1, "b"));
        assert_eq!(Manifest::read(&manifest.bytes().unwrap()).unwrap(), manifest);
    }

    #[test]
    fn one_manifest_has_one_form() {
        let config = Descriptor::of("c", b"1").with("z", "1").with("a", "2");
        let manifest = Manifest { config, layers: vec![Descriptor::of("l", b"")], annotations: [].into() };
        let text = String::from_utf8(manifest.bytes().unwrap()).unwrap();
        assert!(
            text.starts_with(
                r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"#
            )
        );
        assert!(text.contains(r#""annotations":{"a":"2","z":"1"}},"layers":[{"mediaType":"l","#), "{text}");
    }

    #[test]
    fn what_is_no_manifest_is_told_apart() {
        type Change = fn(&mut Value);
        let cases: [(&str, Change); 12] = [
            ("Unreadable", |value| *value = json!([])),
            ("Unreadable", |value| *value = json!({ "schemaVersion": "2" })),
            ("Unreadable", |value| value["layers"] = json!({})),
            ("Unreadable", |value| value["config"] = json!(null)),
            ("Unreadable", |value| value["layers"][0]["size"] = json!(-1)),
            ("Unreadable", |value| value["layers"][0]["size"] = json!(1.5)),
            ("SchemaVersion", |value| value["schemaVersion"] = json!(1)),
            ("Index", |value| value["mediaType"] = json!("application/vnd.oci.image.index.v1+json")),
            ("Index", |value| *value = json!({ "schemaVersion": 2, "manifests": [] })),
            ("MediaType", |value| {
                value["mediaType"] = json!("application/vnd.docker.distribution.manifest.v2+json");
            }),
            ("Digest", |value| value["layers"][0]["digest"] = json!("sha256:../../etc")),
            ("Digest", |value| value["config"]["digest"] = json!("sha512:00")),
        ];
        for (expected, change) in cases {
            let mut value = whole();
            change(&mut value);
            let error = Manifest::read(value.to_string().as_bytes()).unwrap_err();
            assert!(format!("{error:?}").starts_with(expected), "{expected}: {error:?}");
        }
        let twice = r#"{"schemaVersion":2,"schemaVersion":2}"#;
        assert!(matches!(Manifest::read(twice.as_bytes()), Err(ManifestError::Unreadable(_))));
        assert!(matches!(Manifest::read(&[b' '; 1024 * 1024 + 1]), Err(ManifestError::TooLarge(_))));
    }
}
