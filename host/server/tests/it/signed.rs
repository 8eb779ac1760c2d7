//! Signed evidence from end to end: what a known signer signed counts, what a stranger signed is refused, and what nobody signed
//! changes nothing.

use crate::{
    wire::{Response, deployment},
    world::{self, Gate, root},
};
use serde_json::json;
use std::{fs, path::Path, process::Command};
use tidegate_evidence::signing::SigningKey;

/// One finding, of which the document itself says that it was accepted.
pub(super) const SCAN: &str = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"scanner","rules":[{"id":"R1"}]}},
"results":[{"ruleId":"R1","level":"error","message":{"text":"found"},"suppressions":[{"kind":"external","status":"accepted"}]}]}]}"#;

pub(super) fn security_team() -> SigningKey {
    SigningKey::ed25519(&[1; 32]).unwrap()
}

pub(super) fn stranger() -> SigningKey {
    SigningKey::ed25519(&[2; 32]).unwrap()
}

/// A set with one stage, and one signer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trusted {
    /// When the key of the security team counts: further keys of its mapping.
    pub(super) key: &'static str,
    pub(super) plugin: &'static str,
    /// Lines of the stage's list.
    pub(super) evidence: &'static str,
    pub(super) settings: &'static str,
}

const SCANS: Trusted = Trusted {
    key: "",
    plugin: "quality",
    evidence: "      - { name: scan, documents: { min: 1 }, trust: { signers: [security-team] } }\n",
    settings: "issues: { max: { critical: 0, high: 0, medium: 0 } }",
};

impl Trusted {
    fn policies(&self, public_key: &str) -> String {
        let Self { key, plugin, evidence, settings } = self;
        let path = root().join("plugins").join(format!("{plugin}.wasm"));
        format!(
            "policy_set: signed
version: \"1\"
owner: Test
match: {{ environments: [production], services: [\"*\"] }}
plugins: {{ {plugin}: {{ path: {} }} }}
signers: {{ security-team: [{{ key: {public_key}{key} }}] }}
stages:
  - id: security
    title: Security
    plugin: {plugin}
    evidence:
{evidence}    settings: {{ {settings} }}
",
            path.display()
        )
    }
}

pub(super) async fn with_gate(set: Trusted, test: impl FnOnce(&Gate) + Send + 'static) {
    with_sets(&[set.policies(&security_team().public_text())], test).await;
}

async fn with_sets(sets: &[String], test: impl FnOnce(&Gate) + Send + 'static) {
    let folder = tempfile::tempdir().unwrap();
    for (index, set) in sets.iter().enumerate() {
        fs::write(folder.path().join(format!("{index}.yaml")), set).unwrap();
    }
    let gate = world::gate().policies(folder.path().to_owned()).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        test(&gate);
        crate::replay::all_equal(&gate);
        gate
    });
    gate.await.unwrap().stop().await;
}

fn ask(gate: &Gate, scan: impl AsRef<[u8]>) -> Response {
    deployment().file("scan", "scan.json", scan).post(gate.address, "/v1/decisions", &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_signer_is_heard_a_stranger_refused_and_nobody_believed() {
    with_gate(SCANS, |gate| {
        let signed = ask(gate, security_team().seal("tidegate:evidence/sarif", SCAN.as_bytes()));
        assert_eq!((signed.status, &signed.json()["outcome"]), (200, &json!("DEPLOY")), "{}", signed.text());

        let unsigned = ask(gate, SCAN);
        assert_eq!((unsigned.status, &unsigned.json()["outcome"]), (409, &json!("REMEDIATE")), "{}", unsigned.text());

        let leaves = gate.leaves();
        let foreign = ask(gate, stranger().seal("tidegate:evidence/sarif", SCAN.as_bytes()));
        assert_eq!(foreign.status, 422, "{}", foreign.text());
        for part in ["scan (scan.json)", &stranger().id().hex(), "the policy set knows the signers `security-team`"] {
            assert!(foreign.text().contains(part), "{part}: {}", foreign.text());
        }
        assert_eq!(gate.leaves(), leaves, "what was not decided is not recorded");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_that_knows_other_signers_forms_no_opinion_of_signed_documents() {
    let decides = SCANS.policies(&security_team().public_text());
    let candidate = |id: &str, key: &SigningKey| {
        let head = format!("policy_set: {id}\nshadow_of: signed\n");
        SCANS.policies(&key.public_text()).replace("policy_set: signed\n", &head)
    };
    let sets = [decides, candidate("the_same", &security_team()), candidate("others", &stranger())];
    with_sets(&sets, |gate| {
        let shadow = |answer: &serde_json::Value, id: &str| {
            let all = answer["shadow"].as_array().unwrap();
            all.iter().find(|shadow| shadow["policy_set"] == id).unwrap().clone()
        };
        let signed = ask(gate, security_team().seal("tidegate:evidence/sarif", SCAN.as_bytes())).json();
        assert_eq!(signed["outcome"], "DEPLOY");
        assert_eq!(shadow(&signed, "the_same")["outcome"], "DEPLOY");
        let fault = shadow(&signed, "others")["fault"].clone();
        assert_eq!(fault, "documents are signed, and it knows other signers than the set that decides");
        let unsigned = ask(gate, SCAN).json();
        assert_eq!(shadow(&unsigned, "others")["outcome"], "REMEDIATE", "nothing was signed: {unsigned}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_expired_key_signed_vouches_for_nothing_and_the_answer_says_whose_key_it_was() {
    let expired = Trusted {
        key: ", not_after: 2020-12-31",
        evidence: "      - { name: scan, documents: { min: 1 }, trust: { signers: [security-team] } }
      - { name: more, documents: { min: 0 }, vouched: signature, trust: { signers: [security-team] } }
",
        ..SCANS
    };
    with_gate(expired, |gate| {
        let signed = ask(gate, security_team().seal("tidegate:evidence/sarif", SCAN.as_bytes()));
        assert_eq!((signed.status, &signed.json()["outcome"]), (409, &json!("REMEDIATE")), "{}", signed.text());

        let facts = br#"{"format":"tidegate/facts/v1","facts":[{"name":"a","value":1}]}"#;
        let envelope = security_team().seal("tidegate:evidence/facts", facts);
        let form = deployment().file("scan", "scan.json", SCAN).file("more", "more.json", envelope);
        let held = form.post(gate.address, "/v1/decisions", &[]);
        assert_eq!((held.status, &held.json()["outcome"]), (409, &json!("HOLD")), "{}", held.text());
        for part in ["`security-team` signed it with key", "which counted until 2020-12-31T23:59:59Z"] {
            assert!(held.text().contains(part), "{part}: {}", held.text());
        }
    })
    .await;
}

fn tidegate(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    let output = command.args(arguments).current_dir(folder).env_remove("TIDEGATE_SERVER").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_pipeline_makes_a_key_signs_and_is_believed() {
    world::plugins();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("scan.json"), SCAN).unwrap();

    let (code, public, said) = tidegate(here, &["evidence", "key", "key.pem"]);
    assert_eq!(code, Some(0), "{said}");
    let pem = fs::read_to_string(here.join("key.pem")).unwrap();
    let id = SigningKey::parse(&pem).unwrap().id().hex();
    assert!(said.contains(&id), "{said}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(here.join("key.pem")).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let (code, ..) = tidegate(here, &["evidence", "key", "key.pem"]);
    assert_eq!(
        (code, fs::read_to_string(here.join("key.pem")).unwrap()),
        (Some(2), pem),
        "a key is never written over"
    );

    let (code, envelope, said) = tidegate(here, &["evidence", "sign", "--key", "key.pem", "scan.json"]);
    assert_eq!(code, Some(0), "{said}");
    fs::write(here.join("signed.json"), &envelope).unwrap();
    fs::create_dir(here.join("policies")).unwrap();
    fs::write(here.join("policies/signed.yaml"), SCANS.policies(public.trim())).unwrap();
    for (document, expected) in [("scan=signed.json", 0), ("scan=scan.json", 1)] {
        let deployment = ["decide", "--environment", "production", "--service", "api", "--version", "1.4.2"];
        let rest = ["--policies", "policies", "--evidence", document];
        let (code, out, said) = tidegate(here, &[&deployment[..], &rest[..]].concat());
        assert_eq!(code, Some(expected), "{document}: {out}\n{said}");
    }
}

#[test]
fn what_a_gate_could_not_read_is_not_signed() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::write(here.join("key.pem"), &**security_team().private_pem().unwrap()).unwrap();
    fs::write(here.join("scan.json"), SCAN).unwrap();
    fs::write(here.join("signed.json"), security_team().seal("tidegate:evidence/sarif", SCAN.as_bytes())).unwrap();
    fs::write(here.join("words.txt"), "hello").unwrap();
    for (arguments, expected) in [
        (&["--key", "key.pem", "words.txt"][..], "`words.txt` cannot be read as evidence: format not recognised"),
        (&["--key", "key.pem", "--type", "junti", "scan.json"], "no format is called `junti`"),
        (&["--key", "key.pem", "--type", "junit", "scan.json"], "`scan.json` cannot be read as evidence: junit"),
        (&["--key", "key.pem", "--type", "opaque", "words.txt"], "cannot be signed: a gate reads nothing out of"),
        (&["--key", "key.pem", "signed.json"], "`signed.json` cannot be signed: it is in an envelope already"),
        (&["--key", "scan.json", "scan.json"], "`scan.json` is not a private key"),
        (&["--key", "gone.pem", "scan.json"], "cannot read `gone.pem`"),
    ] {
        let (code, out, said) = tidegate(here, &[&["evidence", "sign"], arguments].concat());
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
}
