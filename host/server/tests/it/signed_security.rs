//! What a signed document says of vulnerabilities, and how an artifact came to be, counts; from a stranger it is refused, and what
//! nobody signed changes nothing.

use crate::{
    signed::{Trusted, security_team, stranger, with_gate},
    wire::{Response, deployment},
    world::Gate,
};
use serde_json::{Value, json};

const SCAN: &str = r#"{"SchemaVersion":2,"ArtifactName":"api","ArtifactType":"filesystem","Results":[{"Target":"Cargo.lock",
"Class":"lang-pkgs","Type":"cargo","Vulnerabilities":[{"VulnerabilityID":"CVE-2026-1111","PkgName":"openssl",
"PkgIdentifier":{"PURL":"pkg:cargo/openssl@1.0.0"},"InstalledVersion":"1.0.0","Severity":"CRITICAL"}]}]}"#;
const VEX: &str = r#"{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex/1","author":"Security Team",
"timestamp":"2026-03-30T08:00:00Z","version":1,"statements":[{"vulnerability":{"name":"CVE-2026-1111"},
"products":[{"@id":"pkg:cargo/openssl@1.0.0"}],"status":"not_affected","justification":"vulnerable_code_not_present"}]}"#;

/// Vulnerabilities, with what may be said of them: it may be left out.
const VULNERABILITIES: Trusted = Trusted {
    key: "",
    plugin: "security",
    evidence: "      - { name: scan, documents: { min: 1 } }
      - { name: vex, documents: { min: 0 }, vouched: signature, trust: { signers: [security-team] } }
",
    settings: "vulnerabilities: { max: { critical: 0, high: 0 } }",
};
/// A provenance by a signer who is named.
const PROVENANCE: Trusted = Trusted {
    key: "",
    plugin: "security",
    evidence: "      - { name: provenance, documents: { min: 1 }, bind: revision, trust: { signers: [security-team] } }\n",
    settings: "provenance: { signers: [security-team], same_commit: true, builders: [https://ci.example/*] }",
};

fn outcome(answer: &Response) -> (u16, Value) {
    (answer.status, answer.json()["outcome"].clone())
}

fn with_vex(gate: &Gate, vex: Option<&str>) -> Response {
    let form = deployment().file("scan", "scan.json", SCAN);
    let form = vex.into_iter().fold(form, |form, vex| form.file("vex", "vex.json", vex));
    form.post(gate.address, "/v1/decisions", &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_statement_lifts_the_finding_and_others_do_not() {
    with_gate(VULNERABILITIES, |gate| {
        let without = with_vex(gate, None);
        assert_eq!(outcome(&without), (409, json!("REMEDIATE")), "{}", without.text());

        let signed = with_vex(gate, Some(&security_team().seal("tidegate:evidence/openvex", VEX.as_bytes())));
        assert_eq!(outcome(&signed), (200, json!("DEPLOY")), "{}", signed.text());

        let unsigned = with_vex(gate, Some(VEX));
        assert_eq!(outcome(&unsigned), (409, json!("HOLD")), "{}", unsigned.text());
        assert!(unsigned.text().contains("no trusted signature vouches for it"), "{}", unsigned.text());

        let foreign = with_vex(gate, Some(&stranger().seal("tidegate:evidence/openvex", VEX.as_bytes())));
        assert_eq!(foreign.status, 422, "{}", foreign.text());
        for part in ["vex (vex.json)", &stranger().id().hex(), "`security-team`"] {
            assert!(foreign.text().contains(part), "{part}: {}", foreign.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provenance_counts_by_its_signer_and_its_commit() {
    let statement = |commit: &str| {
        json!({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{ "name": "api", "digest": { "sha256": "ab".repeat(32) } }],
            "predicateType": "https://slsa.dev/provenance/v1",
            "predicate": {
                "buildDefinition": {
                    "buildType": "https://ci.example/build/v1",
                    "externalParameters": { "repository": "https://git.example/api", "ref": "refs/heads/main" },
                    "resolvedDependencies": [
                        { "uri": "git+https://git.example/api@refs/heads/main", "digest": { "gitCommit": commit } },
                    ],
                },
                "runDetails": { "builder": { "id": "https://ci.example/runner" } },
            },
        })
        .to_string()
    };
    let deployed = "4f2c7a9e1b3d5f60718293a4b5c6d7e8f9012345";
    with_gate(PROVENANCE, move |gate| {
        let ask = |provenance: &str| {
            deployment().file("provenance", "slsa.json", provenance).post(gate.address, "/v1/decisions", &[])
        };
        let sealed = |commit: &str| security_team().seal("application/vnd.in-toto+json", statement(commit).as_bytes());
        let signed = ask(&sealed(deployed));
        assert_eq!(outcome(&signed), (200, json!("DEPLOY")), "{}", signed.text());
        let unsigned = ask(&statement(deployed));
        assert_eq!(outcome(&unsigned), (409, json!("REMEDIATE")), "{}", unsigned.text());
        assert!(unsigned.text().contains("not signed"), "{}", unsigned.text());
        let other = ask(&sealed(&"0".repeat(40)));
        assert_eq!(outcome(&other), (409, json!("HOLD")), "{}", other.text());
        assert!(other.text().contains("evidence.unbound"), "{}", other.text());
    })
    .await;
}
