//! The key that signs checkpoints: made once, kept from others, and never replaced.

use crate::{
    checkpoints::{ORIGIN, beside, open, signing, try_open},
    world::World,
};
use std::{fs, os::unix::fs::PermissionsExt as _};
use tidegate_ledger::{
    checkpoint::{CheckpointConfig, KeyPlace},
    error::LedgerError,
    signing_key::KeyError,
};

async fn no_key(world: &World, config: CheckpointConfig) -> KeyError {
    match try_open(world, config).await.unwrap_err() {
        LedgerError::Key(cause) => cause,
        other => unreachable!("{other}"),
    }
}

#[tokio::test]
async fn a_ledger_that_was_given_no_origin_has_one_of_its_own_for_good() {
    let mut names = Vec::new();
    for _ in 0..2 {
        let world = World::new();
        let config = CheckpointConfig { origin: None, ..signing(&world) };
        let ledger = try_open(&world, config.clone()).await.unwrap();
        let verifier = ledger.verifier().unwrap().clone();
        ledger.close().await;
        let again = try_open(&world, config).await.unwrap();
        assert_eq!(again.verifier(), Some(&verifier));
        again.close().await;
        assert!(verifier.name().starts_with("tidegate/"), "{verifier}");
        names.push(verifier.name().to_owned());
        assert!(matches!(no_key(&world, signing(&world)).await, KeyError::OtherName { .. }));
    }
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn a_key_is_made_once_for_nobody_else_to_read() {
    let world = World::new();
    open(&world).await.close().await;
    let key = beside(&world, "ledger.db.key");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&key).unwrap();
    assert!(text.starts_with(&format!("PRIVATE+KEY+{ORIGIN}+")), "{}", text.len());
    open(&world).await.close().await;
    assert_eq!(fs::read_to_string(&key).unwrap(), text);

    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(no_key(&world, signing(&world)).await, KeyError::Open { mode: 0o644, .. }));
    // No other key in its place: nobody could believe it.
    fs::remove_file(&key).unwrap();
    assert!(matches!(no_key(&world, signing(&world)).await, KeyError::Gone { .. }));
    assert!(!key.exists());
}

#[tokio::test]
async fn a_configured_key_is_never_made_up_and_has_the_ledgers_name() {
    let world = World::new();
    let file = beside(&world, "configured.key");
    let config = CheckpointConfig { key: KeyPlace::File(file.clone()), ..signing(&world) };
    assert!(matches!(no_key(&world, config.clone()).await, KeyError::File { .. }));
    assert!(!file.exists());

    let put = |text: &str| {
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    };
    put("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n");
    let error = no_key(&world, config.clone()).await;
    assert!(
        error.to_string().ends_with("is of `PeterNeumann`, the ledger's origin is `gate.example/ledger`"),
        "{error}"
    );
    let named = CheckpointConfig { origin: Some("PeterNeumann".parse().unwrap()), ..config.clone() };
    let ledger = try_open(&world, named).await.unwrap();
    let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(ledger.verifier().unwrap().to_string(), public);
    ledger.close().await;
    for text in ["", "no key", &"x".repeat(5000)] {
        put(text);
        let error = no_key(&world, config.clone()).await;
        assert!(matches!(error, KeyError::Text { .. } | KeyError::NoFile { .. }), "{error}");
        assert!(text.is_empty() || !error.to_string().contains(text), "{error}");
    }
}
