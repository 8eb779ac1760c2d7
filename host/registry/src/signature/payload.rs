//! What cosign signs: a text in which stands which manifest is meant ("simple signing").

use crate::{limits::TEXT_CHARS_MAX, manifest::told};
use serde::{Deserialize, Serialize};
use tidegate_core::{digest::Digest, one_line::one_line};

const TYPE: &str = "cosign container image signature";

/// A payload that names no artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Not its JSON.
    #[error("what is signed cannot be read: {0}")]
    Form(String),
    /// A signature of something else.
    #[error("what is signed is a `{0}`, not a `{TYPE}`")]
    Type(String),
    /// No digest.
    #[error("what is signed names `{0}`, which is no digest")]
    Digest(String),
}

#[derive(Serialize, Deserialize)]
struct Payload {
    critical: Critical,
    optional: Option<serde_json::Value>,
}

#[derive(Serialize, Deserialize)]
struct Critical {
    identity: Identity,
    image: Image,
    r#type: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Identity {
    docker_reference: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Image {
    docker_manifest_digest: String,
}

/// What is signed for this artifact.
pub(super) fn of(name: &str, digest: Digest) -> Result<Vec<u8>, PayloadError> {
    let payload = Payload {
        critical: Critical {
            identity: Identity { docker_reference: name.to_owned() },
            image: Image { docker_manifest_digest: digest.to_string() },
            r#type: TYPE.to_owned(),
        },
        optional: None,
    };
    serde_json::to_vec(&payload).map_err(|error| PayloadError::Form(told(&error)))
}

/// Which artifact is meant. Where it lay when it was signed is no part of what counts: it may have been carried elsewhere since.
pub(super) fn named(payload: &[u8]) -> Result<Digest, PayloadError> {
    let Payload { critical: Critical { image, r#type, .. }, .. } =
        serde_json::from_slice(payload).map_err(|error| PayloadError::Form(told(&error)))?;
    if r#type != TYPE {
        return Err(PayloadError::Type(one_line(&r#type, TEXT_CHARS_MAX)));
    }
    let digest = image.docker_manifest_digest;
    Digest::parse(&digest).map_err(|_| PayloadError::Digest(one_line(&digest, TEXT_CHARS_MAX)))
}

#[cfg(test)]
mod tests {
    use super::{PayloadError, named, of};
    use serde_json::{Value, json};
    use tidegate_core::digest::Digest;

    #[test]
    fn a_payload_is_what_cosign_writes() {
        let digest = Digest::of(b"");
        let expected = concat!(
            r#"{"critical":{"identity":{"docker-reference":"r.example:5000/a/b"},"image":{"docker-manifest-digest":"#,
            r#""sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"#,
            r#""type":"cosign container image signature"},"optional":null}"#
        );
        let payload = of("r.example:5000/a/b", digest).unwrap();
        assert_eq!(String::from_utf8(payload.clone()).unwrap(), expected);
        assert_eq!(named(&payload), Ok(digest));
    }

    #[test]
    fn what_else_cosign_writes_beside_it_is_read() {
        let mut value: Value = serde_json::from_slice(&payload()).unwrap();
        value["optional"] = json!({ "creator": "x", "timestamp": 1_700_000_000 });
        assert_eq!(named(value.to_string().as_bytes()), Ok(Digest::of(b"")));
        value.as_object_mut().unwrap().remove("optional");
        value["critical"]["identity"]["docker-reference"] = json!("");
        assert_eq!(named(value.to_string().as_bytes()), Ok(Digest::of(b"")));
    }

    fn payload() -> Vec<u8> {
        of("r.example/a", Digest::of(b"")).unwrap()
    }

    #[test]
    fn what_names_no_artifact_is_told_apart() {
        type Change = fn(&mut Value);
        let cases: [(&str, Change); 5] = [
            ("Form", |value| *value = json!([])),
            ("Form", |value| value["critical"]["image"] = json!({})),
            ("Form", |value| value["critical"]["image"]["docker-manifest-digest"] = json!(1)),
            ("Type", |value| value["critical"]["type"] = json!("atomic container signature")),
            ("Digest", |value| value["critical"]["image"]["docker-manifest-digest"] = json!("")),
        ];
        for (expected, change) in cases {
            let mut value: Value = serde_json::from_slice(&payload()).unwrap();
            change(&mut value);
            let error = named(value.to_string().as_bytes()).unwrap_err();
            assert!(format!("{error:?}").starts_with(expected), "{error:?}");
        }
        assert!(matches!(named(b"{"), Err(PayloadError::Form(_))));
    }
}
