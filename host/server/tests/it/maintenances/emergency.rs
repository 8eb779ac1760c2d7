//! An emergency's maintenance: open at once, and paid for afterwards.

use super::{gate, post, refusal, state, step, taken, to_do, verified, window};
use crate::{authority::ask, world::Gate};
use serde_json::{Value, json};
use tidegate::identity::secret::Secret;
use tidegate_ledger::id::DecisionId;

const WHY: &str = "the database lost a disk, and every order fails";

fn emergency(gate: &Gate, token: &Secret, reason: &str) -> crate::wire::Response {
    let mut body = window(0);
    body.as_object_mut().unwrap().remove("from");
    body["emergency"] = json!("production_down");
    body["reason"] = json!(reason);
    post(gate, token, "/v1/maintenances", &body)
}

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_at_once_by_force_and_leaves_what_is_to_be_stated() {
    gate(|gate, people| {
        let leaves = gate.leaves();
        assert_eq!(emergency(gate, &people.ada, WHY).status, 403, "that takes the role `override`");
        assert_eq!(gate.leaves(), leaves);
        let opened = emergency(gate, &people.eve, WHY);
        assert_eq!(
            (opened.status, gate.leaves()),
            (201, leaves + 2),
            "a decision, and what it opened: {}",
            opened.text()
        );
        crate::openapi::fits("MaintenanceBody", &opened);
        let opened = opened.json();
        let id = opened["id"].as_str().unwrap();
        assert_eq!((&opened["state"], &opened["emergency"]["because"]), (&json!("open"), &json!("production_down")));
        assert_eq!(to_do(&opened), [("actions".to_owned(), 1), ("communications".to_owned(), 1)]);
        let decision = opened["emergency"]["decision"].as_str().unwrap();
        DecisionId::parse(decision).unwrap();
        let forced = ask(gate, Some(&people.auditor), "GET", &format!("/v1/decisions/{decision}"), b"").json();
        assert_eq!((&forced["permission"], &forced["allowed"]), (&json!("forced"), &json!(true)));
        // As after every forced deployment.
        let owed = ask(gate, Some(&people.auditor), "GET", "/v1/obligations", b"").json();
        assert_eq!(
            (&owed["obligations"][0]["kind"], &owed["obligations"][0]["decision"]),
            (&json!("post_mortem"), &json!(decision))
        );
        let meanwhile = super::deploy(gate, &people.ci, "meanwhile", "web", 5).json();
        assert_eq!(
            (&meanwhile["maintenances"][0]["id"], &meanwhile["maintenances"][0]["emergency"]),
            (&json!(id), &json!(true))
        );

        assert!(refusal(&step(gate, &people.bob, id, "approve", &Value::Null)).contains("it is open"));
        let close = |verification: &str| step(gate, &people.eve, id, "close", &json!({ "verification": verification }));
        assert!(refusal(&close("none")).contains("there is no such decision"));
        let verification = verified(gate, &people.ci, "production-verification", &["api", "web"], true);
        taken(gate, &people.eve, id, "close", &json!({ "verification": verification }));
        // Also after its end.
        state(gate, &people.eve, "change_made", true);
        state(gate, &people.ada, "all_told", true);
        let shown = super::shown(gate, &people.auditor, id);
        assert_eq!(to_do(&shown), [("actions".to_owned(), 0), ("communications".to_owned(), 0)]);
        assert_eq!((&shown["state"], &shown["emergency"]["overdue"]), (&json!("closed"), &json!(false)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_not_in_order_opens_nothing_and_says_why() {
    gate(|gate, people| {
        let short = emergency(gate, &people.eve, "it is down");
        assert_eq!(short.status, 409, "{}", short.text());
        assert!(refusal(&short).contains("emergency: "), "{}", short.text());
        let page = ask(gate, Some(&people.auditor), "GET", "/v1/maintenances", b"").json();
        assert_eq!(page["maintenances"], json!([]));
    })
    .await;
}
