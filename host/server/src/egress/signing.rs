//! Webhooks that whoever receives them can tell from forged ones: signed as Standard Webhooks says, with HMAC-SHA256 over the message's id, the
//! second at which it is sent, and its body.

use super::{credential::Place, error::EgressError};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{HeaderName, HeaderValue};
use ring::hmac;
use std::ops::RangeInclusive;
use tidegate_core::time::Timestamp;

/// What a secret may begin with.
const SECRET_PREFIX: &str = "whsec_";
/// Bytes of a secret.
const SECRET_BYTES: RangeInclusive<usize> = 24..=64;

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What the headers of a message say, signed with the secret that lies there at this moment.
pub(super) async fn headers(
    (id, body): (&str, &[u8]),
    secret: &Place,
    at: Timestamp,
    destination: &str,
) -> Result<[(HeaderName, HeaderValue); 3], EgressError> {
    let text = secret.read(destination).await?;
    let key = key(&text).ok_or_else(|| EgressError::Credential {
        destination: destination.to_owned(),
        cause: format!(
            "{secret} is no secret of a webhook: `{SECRET_PREFIX}` and {} to {} bytes in Base64 are",
            SECRET_BYTES.start(),
            SECRET_BYTES.end()
        ),
    })?;
    let second = (at.nanos() / 1_000_000_000).to_string();
    let value = |text: &str| {
        let form =
            |error| EgressError::Setup { destination: destination.to_owned(), cause: format!("header: {error}") };
        HeaderValue::from_str(text).map_err(form)
    };
    let signature = signature(&key, id, &second, body);
    Ok([(ID, value(id)?), (TIMESTAMP, value(&second)?), (SIGNATURE, value(&signature)?)])
}

fn key(text: &str) -> Option<hmac::Key> {
    let bytes = STANDARD.decode(text.strip_prefix(SECRET_PREFIX).unwrap_or(text)).ok()?;
    SECRET_BYTES.contains(&bytes.len()).then(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

fn signature(key: &hmac::Key, id: &str, second: &str, body: &[u8]) -> String {
    let mut signing = hmac::Context::with_key(key);
    for part in [id.as_bytes(), b".", second.as_bytes(), b".", body] {
        signing.update(part);
    }
    format!("v1,{}", STANDARD.encode(signing.sign()))
}

/// Whether whoever holds this secret (as it lies in its place) sent a body with these `webhook-id`, `webhook-timestamp` and `webhook-signature`. How
/// old a message may be is for the receiver to say.
#[must_use]
pub fn is_signed(secret: &str, (id, second, said): (&str, &str, &str), body: &[u8]) -> bool {
    let Some(key) = key(secret.trim()) else { return false };
    let mut signed = Vec::new();
    for part in [id.as_bytes(), b".", second.as_bytes(), b".", body] {
        signed.extend_from_slice(part);
    }
    // There may be several, of secrets that follow each other.
    let signatures = said.split(' ').filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
    signatures.into_iter().any(|signature| hmac::verify(&key, &signed, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::{is_signed, key, signature};

    #[test]
    fn a_published_message_has_its_published_signature() {
        let key = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_what_was_signed_with_the_secret_is_believed() {
        const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let (id, second, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", br#"{"test": 2432232314}"#);
        let good = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        let two = format!("v1,AAAA {good}");
        for (secret, second, said, body, is_one) in [
            (SECRET, second, good, body.as_slice(), true),
            (SECRET, second, two.as_str(), body, true),
            (SECRET, "1614265331", good, body, false),
            (SECRET, second, good, b"{}", false),
            (SECRET, second, "v1,", body, false),
            (SECRET, second, "", body, false),
            ("whsec_AAAQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", second, good, body, false),
            ("", second, good, body, false),
        ] {
            assert_eq!(is_signed(secret, (id, second, said), body), is_one, "{secret} {second} {said}");
        }
    }

    #[test]
    fn what_is_too_short_too_long_or_no_base64_is_no_secret() {
        let of = |bytes: usize| base64::Engine::encode(&super::STANDARD, vec![7; bytes]);
        for (text, is_one) in [
            (of(24), true),
            (format!("whsec_{}", of(64)), true),
            (of(23), false),
            (of(65), false),
            ("whsec_".to_owned(), false),
            ("not base64 of anything at all!!!".to_owned(), false),
        ] {
            assert_eq!(key(&text).is_some(), is_one, "{text}");
        }
    }
}
