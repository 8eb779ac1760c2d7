//! Files that change while a gate serves.

use super::{Tls, TlsError};
use crate::config::TlsConfig;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::{fs, path::PathBuf};

struct Folder(tempfile::TempDir);

impl Folder {
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn config(&self) -> TlsConfig {
        TlsConfig { certificate: Some(self.path("crt")), key: Some(self.path("key")), client_authority: None }
    }
}

fn made() -> (String, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    (cert.pem(), signing_key.serialize_pem())
}

#[test]
fn a_certificate_is_renewed_with_its_key_and_half_a_renewal_changes_nothing() {
    let folder = Folder(tempfile::tempdir().unwrap());
    let (certificate, key) = made();
    fs::write(folder.path("crt"), &certificate).unwrap();
    fs::write(folder.path("key"), &key).unwrap();
    let tls = Tls::open(&folder.config()).unwrap().unwrap();
    let first = tls.config();
    assert!(!tls.renew().unwrap());

    let (certificate, key) = made();
    fs::write(folder.path("crt"), &certificate).unwrap();
    assert!(matches!(tls.renew(), Err(TlsError::Unusable(_))), "another certificate, and the key of the first");
    assert!(!tls.renew().unwrap(), "said once");
    assert!(std::sync::Arc::ptr_eq(&first, &tls.config()), "the first is still shown");

    fs::write(folder.path("key"), &key).unwrap();
    assert!(tls.renew().unwrap());
    assert!(!std::sync::Arc::ptr_eq(&first, &tls.config()));

    fs::remove_file(folder.path("key")).unwrap();
    assert!(matches!(tls.renew(), Err(TlsError::Read { .. })));
}

#[test]
fn files_that_are_no_certificates_are_named_and_not_repeated() {
    let folder = Folder(tempfile::tempdir().unwrap());
    let (certificate, key) = made();
    let large = "x".repeat((1 << 20) + 1);
    for (crt, secret, said) in [
        ("", key.as_str(), "holds no certificate"),
        (key.as_str(), key.as_str(), "holds no certificate"),
        (certificate.as_str(), certificate.as_str(), "holds no private key"),
        (large.as_str(), key.as_str(), "is too large: 1048577 bytes used, 1048576 allowed"),
    ] {
        fs::write(folder.path("crt"), crt).unwrap();
        fs::write(folder.path("key"), secret).unwrap();
        let error = Tls::open(&folder.config()).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
        assert!(!error.contains("MII") && !error.contains("xxx"), "{error}");
    }
    assert!(Tls::open(&TlsConfig::default()).unwrap().is_none());
}
