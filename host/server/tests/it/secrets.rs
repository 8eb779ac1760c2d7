//! Secrets in what a pipeline sends: masked before anything is judged or kept, refused where they cannot be, repeated nowhere.

use crate::{
    authority::{gate_with, holder},
    wire::{Form, Response, send},
    world::Gate,
};
use serde_json::{Value, json};
use std::io::Write as _;
use tidegate::identity::secret::Secret;
use tidegate_core::digest::Digest;
use tidegate_evidence::signing::SigningKey;

/// Nobody's, and no search for secrets finds it in this file.
fn token() -> String {
    format!("ghp_{}", "aB3x".repeat(9))
}

fn junit(said: &str) -> String {
    format!(
        "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"{said}\"/></testcase></testsuite>"
    )
}

fn form(deployment: &Value) -> Form {
    Form::default().field("deployment", deployment.to_string())
}

fn deployment() -> Value {
    json!({"environment": "staging", "services": [{"name": "api", "version": "1.0.0"}]})
}

struct Pipeline<'a> {
    gate: &'a Gate,
    bearer: String,
}

impl<'a> Pipeline<'a> {
    fn new(gate: &'a Gate, token: &dyn Fn(Value) -> Secret) -> Self {
        let secret = token(holder("ci", &["decide"], &["*"], &["*"]));
        Self { gate, bearer: format!("Bearer {}", secret.reveal()) }
    }

    fn decide(&self, form: &Form) -> Response {
        form.post(self.gate.address, "/v1/decisions", &[("authorization", &self.bearer)])
    }

    fn put(&self, bytes: &[u8]) -> Response {
        let path = format!("/v1/evidence/{}", Digest::of(bytes));
        send(self.gate.address, "PUT", &path, &[("authorization", &self.bearer)], bytes)
    }

    fn get(&self, path: &str) -> Response {
        send(self.gate.address, "GET", path, &[("authorization", &self.bearer)], b"")
    }
}

fn refused(response: &Response) -> Value {
    assert_eq!(response.status, 422, "{}", response.text());
    let problem = response.json();
    assert_eq!(problem["type"], "/problems/secrets-found", "{problem}");
    assert!(!response.text().contains("aB3x"), "{problem}");
    crate::openapi::fits("Problem", response);
    problem
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_masked_before_anything_is_judged_or_kept_and_the_answer_says_so() {
    gate_with("", |gate, token_of| {
        let pipeline = Pipeline::new(gate, token_of);
        let submitted = junit(&format!("token {} leaked", token()));
        let answered = pipeline.decide(&form(&deployment()).file("unit_tests", "unit.xml", &submitted));
        let answer = answered.json();
        crate::openapi::fits("Answer", &answered);
        let kept = Digest::of(junit(&format!("token ghp_{} leaked", "*".repeat(36))).as_bytes()).to_string();
        let masked = json!([{"evidence": "unit_tests", "document": kept, "kind": "github_token", "count": 1}]);
        assert_eq!((answered.status, &answer["outcome"], &answer["masked"]), (409, &json!("REMEDIATE"), &masked));
        // The plugin read what is kept.
        assert!(answer.to_string().contains(&format!("ghp_{}", "*".repeat(36))), "{answer}");
        assert!(!answered.text().contains("aB3x"));
        let again = pipeline.get(&format!("/v1/decisions/{}", answer["id"].as_str().unwrap()));
        assert_eq!(again.json()["masked"], masked);
        assert!(!pipeline.get(&format!("/v1/evidence/{kept}")).text().contains("aB3x"));
        let as_submitted = format!("/v1/evidence/{}", Digest::of(submitted.as_bytes()));
        assert_eq!(pipeline.get(&as_submitted).status, 404);
        // Without a secret nothing is said of masking.
        let plain = pipeline.decide(&form(&deployment()).file("unit_tests", "unit.xml", junit("no")));
        assert_eq!(plain.json().get("masked"), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_uploaded_with_a_secret_is_cited_as_it_was_submitted() {
    gate_with("", |gate, token_of| {
        let pipeline = Pipeline::new(gate, token_of);
        let submitted = junit(&format!("&#103;{} and password=hunter2hunter2", &token()[1..]));
        for _ in 0..2 {
            assert_eq!(pipeline.put(submitted.as_bytes()).status, 204);
        }
        let digest = Digest::of(submitted.as_bytes()).to_string();
        let cited = form(&deployment()).field("unit_tests", &digest);
        let (first, second) = (pipeline.decide(&cited).json(), pipeline.decide(&cited).json());
        for answer in [&first, &second] {
            let kinds: Vec<&str> =
                answer["masked"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds, ["github_token", "password"], "{answer}");
        }
        let kept = pipeline.get(&format!("/v1/evidence/{digest}")).text();
        assert_eq!(kept.len(), submitted.len());
        assert!(!kept.contains("aB3x") && !kept.contains("hunter2"), "{kept}");
        // In another scope it does not exist, under neither digest.
        let other = token_of(holder("other", &["decide"], &["*"], &["*"]));
        let bearer = format!("Bearer {}", other.reveal());
        for digest in [&digest, first["masked"][0]["document"].as_str().unwrap()] {
            let cited = form(&deployment()).field("unit_tests", digest);
            let answer = cited.post(gate.address, "/v1/decisions", &[("authorization", &bearer)]);
            assert_eq!(answer.json()["type"], "/problems/unknown-evidence");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_refuses_secrets_decides_nothing_from_a_document_that_held_one() {
    gate_with("secrets: refuse\n", |gate, token_of| {
        let pipeline = Pipeline::new(gate, token_of);
        let submitted = junit(&token());
        let by_value = pipeline.decide(&form(&deployment()).file("unit_tests", "unit.xml", &submitted));
        assert_eq!(pipeline.put(submitted.as_bytes()).status, 204);
        let digest = Digest::of(submitted.as_bytes()).to_string();
        let by_digest = pipeline.decide(&form(&deployment()).field("unit_tests", digest));
        for response in [by_value, by_digest] {
            let problem = refused(&response);
            let error = &problem["errors"][0];
            assert!(error["place"].as_str().unwrap().contains("unit"), "{problem}");
            let message = "holds 1 github_token, and the policy set refuses documents with secrets";
            assert_eq!(error["message"], message);
        }
        assert_eq!(gate.leaves(), 1 + 2, "the start, the bundle and a token, and no decision");
        assert_eq!(pipeline.decide(&form(&deployment()).file("unit_tests", "unit.xml", junit("no"))).status, 409);
    })
    .await;
}

fn zip(file: &str, text: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file(file, zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(text.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_masked_is_refused_with_its_place_and_nothing_is_kept() {
    gate_with("", |gate, token_of| {
        let pipeline = Pipeline::new(gate, token_of);
        // Inside an archive that is judged at once each file is masked; one that is uploaded apart would have to be kept whole.
        let archive = zip("a.xml", &junit(&token()));
        let answer = pipeline.decide(&form(&deployment()).file("unit_tests", "unit.zip", &archive)).json();
        assert_eq!(answer["masked"][0]["kind"], "github_token", "{answer}");
        let problem = refused(&pipeline.put(&archive));
        assert_eq!(problem["errors"][0]["place"], "body!a.xml");
        assert_eq!(pipeline.put(&zip("a.xml", &junit("no"))).status, 204);
        // What somebody signed nobody may change.
        let facts = format!(r#"{{"format":"tidegate/facts/v1","facts":[{{"name":"n","value":"{}"}}]}}"#, token());
        let envelope = SigningKey::ed25519(&[1; 32]).unwrap().seal("tidegate:evidence/facts", facts.as_bytes());
        for response in [
            pipeline.put(envelope.as_bytes()),
            pipeline.decide(&form(&deployment()).file("unit_tests", "signed.json", &envelope)),
        ] {
            let message = refused(&response)["errors"][0]["message"].clone();
            let expected =
                "the signed payload holds 1 github_token, which cannot be masked without breaking the signature";
            assert_eq!(message, expected);
        }
        for bytes in [&archive[..], envelope.as_bytes()] {
            assert_eq!(pipeline.get(&format!("/v1/evidence/{}", Digest::of(bytes))).status, 404);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_the_deployment_itself_is_refused_and_named_by_its_place() {
    gate_with("", |gate, token_of| {
        let pipeline = Pipeline::new(gate, token_of);
        let (key, emergency) =
            (token(), json!({"reason": "production_down", "justification": format!("use {}", token())}));
        for (place, changed, field) in [
            ("deployment.id", json!({"id": key}), None),
            ("deployment.labels.ticket", json!({"labels": {"ticket": key}}), None),
            ("deployment.services.0.version", json!({"services": [{"name": "api", "version": key}]}), None),
            ("emergency.justification", json!({}), Some(("emergency", emergency.to_string()))),
            ("skip.0", json!({}), Some(("skip", key.clone()))),
        ] {
            let mut deployment = deployment();
            deployment.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
            let mut form = form(&deployment).file("unit_tests", "unit.xml", junit("no"));
            if let Some((name, value)) = field {
                form = form.field(name, value);
            }
            let problem = refused(&pipeline.decide(&form));
            assert_eq!(problem["errors"][0]["place"], place, "{problem}");
        }
        // Names of files and fields, and what a message repeats of them.
        for form in [
            form(&deployment()).file("unit_tests", &format!("{}.xml", token()), "no xml"),
            form(&deployment()).file(&token(), "unit.xml", junit("no")),
            form(&deployment()).field("unit_tests", token()),
            Form::default().field("deployment", json!({ token(): 1 }).to_string()),
        ] {
            let response = pipeline.decide(&form);
            assert!(response.status == 422 || response.status == 400, "{}", response.text());
            assert!(!response.text().contains("aB3x"), "{}", response.text());
        }
        let nothing = pipeline.get(&format!("/v1/{}", token()));
        assert!(nothing.status == 404 && !nothing.text().contains("aB3x"), "{}", nothing.text());
    })
    .await;
}
