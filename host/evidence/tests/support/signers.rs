//! Signers that the tests know. Their signatures in the fixtures were made by OpenSSL; a third key signed there too, and nobody
//! knows it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::sync::Arc;
use tidegate_core::signer::{KeyAlgorithm, SignerKey, Signers, Window};

const SECURITY_TEAM: &str = "MCowBQYDK2VwAyEAL9i42K0QNYxxTGbSLyQSMABRIZFY4HTZt99MAgdlTMU=";
const RELEASE_PIPELINE: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERPyE5h9GIb9//+Wil/Z1Qj+OFQ45lR8HWXSgO7TsXjhSeHuDrUNKivOVeGwBZ3jyfdcSNSCSN8UBqpvjJcvXnA==";

pub(crate) fn signers() -> Signers {
    let key = |signer: &str, algorithm, text: &str| SignerKey {
        signer: Arc::from(signer),
        algorithm,
        spki: Arc::from(STANDARD.decode(text).unwrap()),
        window: Window::default(),
    };
    Signers::new(vec![
        key("security-team", KeyAlgorithm::Ed25519, SECURITY_TEAM),
        key("release-pipeline", KeyAlgorithm::EcdsaP256, RELEASE_PIPELINE),
    ])
}
