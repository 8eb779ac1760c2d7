//! What follows from a watch's advice to undo a deployment: a rollback, ordered once, to what was well before.

use super::{PASSES, Sources, asked, ended, gate, policies, read, started, until, with};
use crate::{
    wire::Form,
    world::{Gate, loopback},
};
use serde_json::{Value, json};
use std::{fs, time::Duration};
use tidegate::{
    config::{notices::Route, orders::OrderConfig},
    egress::credential::Place,
};

/// A version that was decided on and succeeded; the decision about it.
fn deployed(gate: &Gate, version: &str) -> String {
    let name = format!("release-{version}");
    let deployment = json!({"environment": "staging", "services": [{"name": "api", "version": version}], "id": name});
    let form = Form::default().field("deployment", deployment.to_string()).file("unit_tests", "unit.xml", PASSES);
    let decision = form.post(gate.address, "/v1/decisions", &[]).json()["id"].as_str().unwrap().to_owned();
    let said = asked(gate, "POST", &format!("/v1/deployments/{name}/events"), &json!({"event": "succeeded"}));
    assert_eq!(said.status, 201, "{}", said.text());
    decision
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fires_orders_one_rollback_to_the_last_version_whose_watch_did_not_end_otherwise_than_healthy() {
    let (policies, sources) = (policies("1h", "by_hand"), Sources::new());
    let file = policies.path().join("all.yaml");
    let set = fs::read_to_string(&file).unwrap();
    assert!(set.contains("rollback:\n"));
    fs::write(&file, set.replace("\nrollback:\n", "\nrollback:\n  order: runner\n")).unwrap();
    let secret = policies.path().join("webhook.secret");
    fs::write(&secret, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
    let nowhere = loopback("http://127.0.0.1:9", Duration::from_secs(1));
    let world = gate(policies.path(), &sources).configured(|config| {
        config.egress.insert("hooks".to_owned(), nowhere);
        let route = Route { destination: "hooks".to_owned(), path: Vec::new() };
        config.orders.insert("runner".to_owned(), OrderConfig::Webhook { route, secret: Place::File(secret) });
    });
    let gate = world.run_with_token().await;
    let (gate, ()) = with(gate, move |gate| {
        deployed(gate, "1.0.0");
        let doubtful = started(gate, &deployed(gate, "1.1.0"));
        let over = asked(gate, "DELETE", &format!("/v1/watches/{doubtful}"), &json!({"reason": "nobody knows why"}));
        assert_eq!(over.status, 200, "{}", over.text());
        let bad = deployed(gate, "1.2.0");
        let id = started(gate, &bad);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        sources.health(503);
        let watch = ended(gate, &id);
        assert_eq!(watch["state"], "rolled_back", "{watch}");
        let rollbacks = read(gate, "/v1/rollbacks")["rollbacks"].clone();
        let [one] = rollbacks.as_array().unwrap().as_slice() else { panic!("{rollbacks}") };
        let said = |key: &str| -> &Value { &one[key] };
        assert_eq!(
            [said("state"), said("decision"), said("watch"), said("from"), said("to"), said("order")],
            ["ordered", &bad, &id, "1.2.0", "1.0.0", "runner"],
            "{one}"
        );
        assert!(one["reasons"][0].as_str().unwrap().starts_with("health: 3 samples in a row above 0"), "{one}");
        assert!(one["leaf_index"].as_u64() > watch["leaf_index"].as_u64());
    })
    .await;
    gate.stop().await;
}
