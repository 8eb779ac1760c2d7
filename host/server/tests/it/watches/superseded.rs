//! Watches of what is deployed over.

use super::{PASSES, Sources, asked, ended, gate, policies, read, started, until, with};
use crate::{wire::Form, world::Gate};
use serde_json::json;

/// Decides about these services, says that they were deployed, and names the decision.
fn deployed(gate: &Gate, id: &str, services: &[(&str, &str)]) -> String {
    let services: Vec<_> = services.iter().map(|(name, version)| json!({"name": name, "version": version})).collect();
    let deployment = json!({"id": id, "environment": "staging", "services": services}).to_string();
    let form = Form::default().field("deployment", deployment).file("unit_tests", "unit.xml", PASSES);
    let answer = form.post(gate.address, "/v1/decisions", &[]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let decision = answer.json()["id"].as_str().unwrap().to_owned();
    let said = json!({"event": "succeeded", "decision": decision});
    assert_eq!(asked(gate, "POST", &format!("/v1/deployments/{id}/events"), &said).status, 201);
    decision
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_ends_when_all_that_it_watches_is_deployed_over() {
    let (policies, sources) = (policies("1h", "by_hand"), Sources::new());
    let gate = gate(policies.path(), &sources).run_with_token().await;
    let (gate, ()) = with(gate, |gate| {
        let both = started(gate, &deployed(gate, "one", &[("api", "1.0.0"), ("web", "1.0.0")]));
        let elsewhere = started(gate, &deployed(gate, "other", &[("mail", "3.0.0")]));
        until(gate, &both, |watch| watch["advice"] == "proceed");
        deployed(gate, "two", &[("api", "1.1.0")]);
        assert_eq!(read(gate, &format!("/v1/watches/{both}"))["state"], "running", "of `web` it still speaks");
        let last = deployed(gate, "three", &[("api", "1.2.0"), ("web", "1.2.0")]);
        let watch = ended(gate, &both);
        assert_eq!(watch["state"], "cancelled", "{watch}");
        let reason = watch["cancel_reason"].as_str().unwrap();
        assert_eq!(reason, format!("superseded: decision `{last}` deployed all that it watches"));
        assert_eq!(read(gate, &format!("/v1/watches/{elsewhere}"))["state"], "running");
    })
    .await;
    gate.stop().await;
}
