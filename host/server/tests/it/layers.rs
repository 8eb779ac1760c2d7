//! Overrides as a pipeline meets them: what decides, what the record cites, and what is refused.

use crate::{
    wire::{Form, Response, send},
    world::{self, root},
};
use std::{fs, path::Path, process::Command};
use tidegate::{config::Config, service::Service};
use tidegate_core::digest::Digest;
use tidegate_ledger::ledger::Ledger;

const JUNIT: &str = "<testsuite name=\"unit\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"1\"><testcase classname=\"a\" name=\"b\" time=\"1\"/></testsuite>";

fn ask(gate: &world::Gate, environment: &str, service: &str) -> Response {
    let form = Form::default()
        .field("environment", environment)
        .field("service", service)
        .field("version", "1.4.2")
        .field("commit", "4f2c7a9e1b3d5f60718293a4b5c6d7e8f9012345")
        .field("skip", "lint")
        .file("unit_tests", "unit.xml", JUNIT);
    form.post(gate.address, "/v1/decisions", &[])
}

fn effective(gate: &world::Gate, query: &str) -> Response {
    send(gate.address, "GET", &format!("/v1/policy-sets/shop/effective{query}"), &[], b"")
}

fn shop() -> std::path::PathBuf {
    root().join("host/server/tests/fixtures/shop/policies")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_with_its_overrides_decides_and_is_what_the_record_cites() {
    let gate = world::gate().policies(shop()).run().await;
    let asked = tokio::task::spawn_blocking(move || {
        let digests: Vec<String> = [("staging", "payments-api"), ("production", "api"), ("production", "payments-api")]
            .into_iter()
            .map(|(environment, service)| {
                let answer = ask(&gate, environment, service).json();
                let shown = effective(&gate, &format!("?environment={environment}&service={service}")).json();
                assert_eq!(answer["policy_set"]["digest"], shown["digest"], "{environment} {service}");
                // One document is enough for the base, and one too few for payments.
                let unit_tests = &answer["stages"][0]["evaluations"][0];
                let found = unit_tests["findings"][0]["rule"].as_str().unwrap_or("none").to_owned();
                format!("{} {} {found}", answer["policy_set"]["digest"].as_str().unwrap(), shown["overrides"][0]["id"])
            })
            .collect();
        let base = effective(&gate, "").json();
        assert_eq!(base["overrides"], serde_json::json!([]));
        assert!(digests[0].starts_with(base["digest"].as_str().unwrap()));
        (gate, digests)
    });
    let (gate, decided) = asked.await.unwrap();
    assert_eq!(decided[0], decided[1]);
    assert!(decided[0].ends_with("null evidence.unbound") || decided[0].ends_with("null none"), "{}", decided[0]);
    assert!(decided[2].contains("\"payments\""), "{}", decided[2]);
    assert_ne!(decided[0].split(' ').next(), decided[2].split(' ').next());
    let data = gate.stop().await;
    let ledger =
        Ledger::open(&data.path().join("data/ledger.sqlite"), Config::default().ledger_config()).await.unwrap();
    let digest = Digest::parse(decided[2].split(' ').next().unwrap()).unwrap();
    let body = ledger.body(&digest).await.unwrap().expect("the effective set is in the record");
    assert!(String::from_utf8_lossy(&body).contains("money is at stake"));
    ledger.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_about_a_set_says_why() {
    let gate = world::gate().policies(shop()).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        for (query, status, detail) in [
            ("?environment=test&service=api", 422, "is not for environment `test`"),
            ("?service=api", 400, "needs an `environment`"),
            ("?environment=a&environment=b", 400, "given more than once"),
            ("?env=a", 400, "only `environment` and `service` are"),
            ("?environment=%F0%9F", 400, ""),
        ] {
            let response = effective(&gate, query);
            assert_eq!(response.status, status, "{query}: {}", response.text());
            assert!(response.json()["detail"].as_str().unwrap().contains(detail), "{query}: {}", response.text());
        }
        crate::replay::all_equal(&gate);
        gate
    });
    gate.await.unwrap().stop().await;
}

/// The fixture's policies with further files.
fn with(folder: &Path, files: &[(&str, &str)]) {
    let set = fs::read_to_string(shop().join("shop.yaml")).unwrap();
    let plugin = root().join("plugins/quality.wasm").display().to_string();
    fs::write(folder.join("shop.yaml"), set.replace("../../../../../../plugins/quality.wasm", &plugin)).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

const FEW: &str = "override: few\nof: shop\nowner: O\nreason: R\nmatch: { environments: [production] }\nstages: { unit_tests: { evidence: { unit_tests: { documents: { max: 1 } } } } }\n";
const MANY: &str = "override: many\nof: shop\nowner: O\nreason: R\nmatch: { environments: [production], services: [api] }\nstages: { unit_tests: { evidence: { unit_tests: { documents: { min: 2 } } } } }\n";

#[tokio::test(flavor = "multi_thread")]
async fn overrides_that_make_no_sound_set_together_decide_nothing() {
    let folder = tempfile::tempdir().unwrap();
    with(folder.path(), &[("few.yaml", FEW), ("many.yaml", MANY)]);
    let gate = world::gate().policies(folder.path().to_owned()).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        for _ in 0..2 {
            let before = gate.leaves();
            let response = ask(&gate, "production", "api");
            assert_eq!(response.status, 500, "{}", response.text());
            let problem = response.json();
            assert_eq!(
                (&problem["blame"], &problem["type"]),
                (&"policy".into(), &"/problems/unusable-policies".into())
            );
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains("`few`, `many`") && detail.contains("at most 1 documents are allowed"), "{detail}");
            assert_eq!(gate.leaves(), before, "nothing was decided, so nothing is recorded");
        }
        assert_ne!(ask(&gate, "production", "web").status, 500);
        crate::replay::all_equal(&gate);
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_does_not_start_with_an_override_that_loosens_or_that_a_plugin_refuses() {
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    let loosens = MANY.replace("{ evidence: { unit_tests: { documents: { min: 2 } } } }", "{ mode: warn }");
    let unsound = MANY.replace(
        "{ evidence: { unit_tests: { documents: { min: 2 } } } }",
        "{ settings: { tests: { min_cases: 2.5 } } }",
    );
    for (text, said) in [
        (loosens, "many.yaml:6:31: `stages.unit_tests.mode` may only be tightened: `block` by default, `warn` here"),
        (unsound, "many.yaml:6:57: settings of `unit_tests`: "),
    ] {
        let folder = tempfile::tempdir().unwrap();
        with(folder.path(), &[("many.yaml", &text)]);
        let config = Config {
            data_dir: folder.path().join("data"),
            policies: vec![folder.path().to_owned()],
            ..Config::default()
        };
        let error = Service::open(&config).await.expect_err("an unsound override is no policy").to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn explain_says_every_value_with_its_source_and_layer() {
    world::plugins();
    let explain = |more: &[&str]| {
        let policies = shop().display().to_string();
        let fixed = ["policy", "explain", "--policies", policies.as_str()];
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
        let output = command.args(fixed).args(more).current_dir(root()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, out, error) = explain(&["--environment", "production", "--service", "payments-api"]);
    assert_eq!(code, Some(0), "{error}");
    let shown = |start: &str, end: &str| {
        let found = out.lines().any(|line| line.starts_with(start) && line.ends_with(end));
        assert!(found, "no `{start}` … `{end}` in:\n{out}");
    };
    shown("# policy set `shop` 1.0.0 sha256:", "");
    shown("# override `payments` (service), ", "by Payments Team: money is at stake");
    shown("/valid_for = \"1h\" ", "payments.yaml:6:12");
    shown("/stages/1/mode = \"block\" ", "payments.yaml:9:17");
    shown("/stages/0/mode = \"block\" ", "# default");
    shown("/stages/0/evidence/0/max_age = \"24h\" ", "shop.yaml:16:69");
    for (more, code, said) in [
        (&["shpo"][..], 2, "did you mean `shop`?"),
        (&["--environment", "test"], 2, "no policy set is for this deployment"),
        (&["--environment", "test", "shop"], 2, "policy set `shop` is not for this deployment"),
        (&["--service", "api"], 64, "--environment"),
    ] {
        let (found, _, error) = explain(more);
        assert!(found == Some(code) && error.contains(said), "{more:?}: {found:?} {error}");
    }
    let (_, json, _) = explain(&["--output", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["policy_sets"][0]["values"][0]["layer"], "base");
}
