use super::{Body, Fetched, IntakeLimits, Reading, UNREADABLE_MAX, intake};
use crate::{
    config::Config,
    gate::{
        error::GateError,
        parse_cache::ParseCache,
        submission::{Source, Upload},
    },
};
use std::sync::Arc;
use tidegate_core::{evidence::Evidence, signer::Signers, time::Timestamp};
use tidegate_evidence::signing::SigningKey;

fn key(seed: u8) -> SigningKey {
    SigningKey::ed25519(&[seed; 32]).unwrap()
}

fn known(seed: u8) -> Signers {
    Signers::new(vec![key(seed).known_as("team")])
}

/// An envelope that no other equals.
fn envelope(seed: u8, number: usize) -> String {
    let facts = format!(r#"{{"format":"tidegate/facts/v1","facts":[{{"name":"n","value":{number}}}]}}"#);
    key(seed).seal("tidegate:evidence/facts", facts.as_bytes())
}

fn upload(number: usize, text: &str) -> Fetched {
    let upload = Upload {
        name: "facts".to_owned(),
        place: format!("facts ({number}.json)"),
        format: None,
        produced_at: None,
        source: Source::Bytes(text.as_bytes().to_vec().into()),
    };
    Fetched { upload, body: Body::Bytes(Arc::from(text.as_bytes()), None), masking: None, stated_in: None }
}

fn taken(uploads: Vec<Fetched>, cache: &ParseCache, signers: &Signers) -> Result<Vec<Evidence>, GateError> {
    let settings = Config::default().gate_settings();
    let limits = IntakeLimits {
        read: settings.read,
        documents_max: settings.documents_max,
        evidence_bytes: settings.evidence_bytes,
    };
    intake(uploads, &Reading { cache, limits: &limits, signers }, Timestamp::from_nanos(1)).map(|taken| taken.evidence)
}

#[test]
fn an_envelope_is_read_anew_where_other_signers_are_known() {
    let cache = ParseCache::new(1 << 20);
    let read = |signers: &Signers| taken(vec![upload(0, &envelope(1, 0))], &cache, signers);
    assert!(read(&known(1)).unwrap()[0].document.signer.is_some());
    assert!(matches!(read(&known(2)), Err(GateError::Unreadable(_))));
    assert!(matches!(read(&Signers::default()), Err(GateError::Unreadable(_))));
    assert!(read(&known(1)).unwrap()[0].document.signer.is_some());
}

#[test]
fn after_many_envelopes_of_strangers_no_more_are_looked_at() {
    let cache = ParseCache::new(1 << 20);
    let uploads = (0..UNREADABLE_MAX + 50).map(|number| upload(number, &envelope(2, number))).collect();
    let Err(GateError::Unreadable(errors)) = taken(uploads, &cache, &known(1)) else { panic!("they were read") };
    assert_eq!(errors.len(), UNREADABLE_MAX + 1);
    assert!(errors[0].message.contains("the policy set knows the signers `team`"), "{}", errors[0].message);
    assert_eq!(errors[UNREADABLE_MAX].message, "100 documents cannot be read; those after them were not looked at");
}
