//! Cosignatures against checkpoints of public logs, cosigned by public witnesses, and against the specification's example.

use super::{Cosigner, Witness, signed};
use crate::note::{self, KeyTextError, NoteError, Signer};
use ed25519_dalek::SigningKey;
use std::time::Duration;
use tidegate_core::time::Timestamp;

/// A checkpoint as a public log gave it out, with its own signatures and those of witnesses.
const PUBLISHED: &str = "arche2025h1.staging.ct.transparency.dev\n1432088532\n\
    U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n\
    — arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n\
    — arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n\
    — remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n\
    — witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==\n";
const REMORA: &str = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";
const STAGEMOLE: &str = "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv";
const AT: u64 = 0x6a12_2120;

fn seconds(seconds: u64) -> Timestamp {
    Timestamp::from_nanos(0).plus(Duration::from_secs(seconds))
}

fn cosigner(name: &str) -> Cosigner {
    Cosigner::new(name, SigningKey::from_bytes(&[7; 32]))
}

#[test]
fn cosignatures_of_public_witnesses_hold_and_say_when() {
    for key in [REMORA, STAGEMOLE] {
        let witness: Witness = key.parse().unwrap();
        assert_eq!(witness.to_string(), key);
        assert_eq!(witness.saw(PUBLISHED), Ok(seconds(AT)), "{key}");
    }
}

#[test]
fn what_is_signed_is_the_published_text() {
    let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let published = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n\
                     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    assert_eq!(signed(text, 1_679_315_147), published);
}

#[test]
fn a_cosignature_of_another_tree_moment_or_witness_does_not_count() {
    let witness: Witness = STAGEMOLE.parse().unwrap();
    let bad = Err(NoteError::BadSignature { key: "witness.stagemole.eu+67f7aea0".to_owned() });
    assert_eq!(witness.saw(&PUBLISHED.replace("\n1432088532\n", "\n1432088533\n")), bad);
    assert_eq!(witness.saw(&PUBLISHED.replace("Z/euoAAAAABqEiEg", "Z/euoAAAAABqEiEh")), bad);
    assert_eq!(witness.saw(&PUBLISHED.replace("Z/euoAAAAABqEiEg", "Z/euoAAA")), bad);
    let without = PUBLISHED.replace("— witness.stagemole.eu", "— witness.other.example");
    let unsigned = Err(NoteError::Unsigned { key: "witness.stagemole.eu+67f7aea0".to_owned() });
    assert_eq!(witness.saw(&without), unsigned);
}

#[test]
fn a_witness_keeps_the_signatures_of_others_and_replaces_its_own() {
    let (log, one, other) = (Signer::new("log.example", &[1; 32]), cosigner("a.example"), cosigner("b.example"));
    let note = log.sign("log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
    let by_one = one.cosign(&note, seconds(100)).unwrap();
    assert!(by_one.starts_with(&note), "{by_one}");
    let by_both = other.cosign(&by_one, seconds(150)).unwrap();
    let again = one.cosign(&by_both, seconds(200)).unwrap();
    assert_eq!(one.witness().saw(&again), Ok(seconds(200)));
    assert_eq!(other.witness().saw(&again), Ok(seconds(150)));
    assert_eq!(log.verifier().text(&again), log.verifier().text(&note));
    assert_eq!(note::parts(&again).unwrap().1.len(), 3);
    // Somebody may have put two of one witness together: the later one counts.
    let older = by_one.strip_prefix(&note).unwrap();
    assert_eq!(one.witness().saw(&format!("{again}{older}")), Ok(seconds(200)));
}

#[test]
fn a_log_key_is_no_witness_and_a_witness_is_no_log() {
    let log = Signer::new("log.example", &[1; 32]).verifier().to_string();
    let malformed = KeyTextError::Malformed { expected: "name+id+key" };
    assert_eq!(log.parse::<Witness>().unwrap_err(), malformed);
    assert_eq!(STAGEMOLE.parse::<crate::note::Verifier>().unwrap_err(), malformed);
    assert_eq!(STAGEMOLE.replace("stagemole", "other").parse::<Witness>().unwrap_err(), KeyTextError::OtherId);
}

#[test]
fn a_key_is_made_once_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("witness.key");
    let made = Cosigner::make(&file, "w.example").unwrap();
    let read = Cosigner::read(&file).unwrap();
    assert_eq!(read.witness(), made.witness());
    assert_eq!(format!("{read:?}"), format!("Cosigner({})", read.witness().shown()));
    assert!(Cosigner::read(&folder.path().join("none")).is_err());
}
