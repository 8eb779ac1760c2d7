//! Who is told of an incident: one level after the other as long as nobody acknowledges it, also after a restart, and by whoever takes alerts.

use super::{ATTENDED, TITLE, changed, deployed, gate, opened, policies, token, until, with};
use crate::{
    notices::receiver::strict,
    rollbacks::receiver::{Came, Runner},
    world::{Gate, root},
};
use serde_json::{Value, json};
use std::fs;

/// As it is described.
pub(super) fn is_a_word(came: &Came) {
    let schema = fs::read_to_string(root().join("policies/schema/incident.schema.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    strict(&mut schema);
    let body = came.json();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&body).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{body}");
    assert_eq!(body["id"], came.headers["idempotency-key"]);
    let text = format!("{}{}", body["subject"], body["text"]);
    assert!(!text.contains("{{") || text.contains("declined {{ title }}"), "{text}");
}

/// What makes an incident P1, which somebody has to acknowledge within a second.
fn urgent() -> Value {
    json!({"environment": "production", "title": TITLE, "known": {"rollback_required": true}})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_level_is_told_once_nobody_acknowledged_it_in_time_also_after_a_restart() {
    let folder = tokio::task::spawn_blocking(|| policies(ATTENDED)).await.unwrap();
    let runner = Runner::new(&[204]);
    let first = gate(&folder, runner.address).run().await;
    let (sender, receiver) = std::sync::mpsc::channel();
    let work = move |gate: &Gate| {
        let ci = token(gate, "ci", "decide", false);
        deployed(gate, &ci);
        let incident = opened(gate, &ci, &urgent());
        assert_eq!(
            (&incident["priority"], &incident["level"]["contact"]),
            (&json!("P1"), &json!("lead")),
            "{incident}"
        );
        sender.send((ci, incident["id"].clone())).unwrap();
    };
    let data = with(first, work).await.stop().await;
    let (ci, id) = receiver.recv().unwrap();
    let second = gate(&folder, runner.address).over(data).run().await;
    let work = move |gate: &Gate| {
        let incident = until(gate, &ci, &id, |incident| incident["level"]["told"] == 2);
        assert_eq!((&incident["state"], &incident["level"]["contact"]), (&json!("open"), &json!("team")), "{incident}");
        let handed_on = incident["timeline"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&handed_on["happening"], &handed_on["contact"]), (&json!("escalated"), &json!("team")));
        assert!(handed_on["by"].is_null(), "the gate did: {handed_on}");
        let [one, other] = [runner.next(), runner.next()];
        let kinds = [&one, &other].map(|came| (came.line.clone(), came.json()["kind"].clone()));
        assert_eq!(
            kinds,
            [
                ("POST /lead".to_owned(), json!("incident_opened")),
                ("POST /team".to_owned(), json!("incident_escalated"))
            ]
        );
        is_a_word(&other);
        // There is no level after it, however late it is.
        let grace = token(gate, "grace", "operate", true);
        until(gate, &grace, &id, |incident| {
            incident["overdue"].as_array().is_some_and(|all| all.contains(&json!("acknowledge")))
        });
        let seen = changed(gate, &grace, &id, "ack", &json!({}));
        assert_eq!((seen.status, seen.json()["level"]["told"].as_u64()), (200, Some(2)), "{}", seen.text());
        assert!(seen.json()["acknowledge_by"].is_null());
        let over = json!({"root_cause": "a pool ran dry", "post_mortem_at": "tomorrow"});
        assert_eq!(changed(gate, &grace, &id, "resolve", &over).status, 200);
        let mut told = [runner.next(), runner.next()].map(|came| came.line);
        told.sort();
        assert_eq!(told, ["POST /lead", "POST /team"], "whoever was told is told that it is over");
        assert!(runner.others().is_empty());
    };
    with(second, work).await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_acknowledged_in_time_is_handed_on_to_nobody() {
    let folder = tokio::task::spawn_blocking(|| policies(&ATTENDED.replace("within: 1s", "within: 4s"))).await.unwrap();
    let runner = Runner::new(&[204]);
    let gate = gate(&folder, runner.address).run().await;
    let work = move |gate: &Gate| {
        let (ci, grace) = (token(gate, "ci", "decide", false), token(gate, "grace", "operate", true));
        deployed(gate, &ci);
        let id = &opened(gate, &ci, &urgent())["id"];
        assert_eq!(changed(gate, &grace, id, "ack", &json!({})).status, 200);
        // The next one's time is over later than this one's.
        let other = &opened(gate, &ci, &urgent())["id"];
        until(gate, &ci, other, |incident| incident["level"]["told"] == 2);
        let incident = until(gate, &ci, id, |_| true);
        assert_eq!((&incident["state"], &incident["level"]["told"]), (&json!("acknowledged"), &json!(1)), "{incident}");
    };
    with(gate, work).await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_that_nobody_can_fill_and_a_plugin_that_classifies_nothing_are_mistakes() {
    for (from, to, expected) in [
        ("{{ impact }}", "{{ impct }}", "nothing is known as `{{ impct }}` here"),
        ("{{ impact }}", "{{ impact", "is no name: lower-case letters and `_`"),
        ("{{ downtime }}", "{{ next_update }}", "nothing is known as `{{ next_update }}` here"),
        (
            "plugin: severity",
            "plugin: quality",
            "it does not export `tidegate:policy/severity`, so it classifies no incident",
        ),
        ("procedure: aid", "procedure: aids", "there is no `aids` under `procedures`"),
        ("then: [team]", "then: [teem]", "there is no `teem` under `contacts`"),
    ] {
        let lines = ATTENDED.replacen(from, to, 1);
        assert_ne!(lines, ATTENDED, "{from}");
        let folder = tokio::task::spawn_blocking(move || policies(&lines)).await.unwrap();
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], 9));
        let (refused, _) = gate(&folder, address).refused().await;
        assert!(refused.to_string().contains(expected), "{expected}: {refused}");
    }
}
