//! Alerts that a real Alertmanager has of a real Prometheus: one that is active fires, one that is silenced does not, and of one that is dead
//! nothing is known.

use super::{
    decided,
    demo::Demo,
    ended,
    prometheus::{Server, gate, set, trigger},
    started, until, with,
};
use crate::wire::send;
use serde_json::json;
use std::{fs, net::SocketAddr};
use tempfile::TempDir;

const CONFIG: &str = "{ route: { receiver: nobody }, receivers: [ { name: nobody } ] }";

/// The set of a Prometheus, with the alerts of an Alertmanager.
fn policies() -> TempDir {
    let folder = set("1h");
    let file = folder.path().join("all.yaml");
    let (before, from) = (fs::read_to_string(&file).unwrap(), "prometheus: { destination: metrics } }");
    assert!(before.contains(from));
    fs::write(file, before.replace(from, "alertmanager: { destination: alerts } }")).unwrap();
    folder
}

fn silence(at: SocketAddr) {
    let matcher = json!({"name": "category", "value": "security", "isRegex": false, "isEqual": true});
    let silence = json!({
        "matchers": [matcher], "createdBy": "ada", "comment": "an exercise",
        "startsAt": "2026-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z",
    });
    let headers = [("content-type", "application/json")];
    let answer = send(at, "POST", "/api/v2/silences", &headers, silence.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_of_a_real_alertmanager_fires_unless_it_is_silenced_and_a_dead_one_is_inconclusive() {
    let args = ["--storage.path=data", "--cluster.listen-address="];
    let Some(mut alerts) = Server::start("prometheus-alertmanager", &[("config.yml", CONFIG)], &args) else { return };
    let demo = Demo::new();
    let Some(prometheus) = Server::prometheus(&demo, Some(alerts.address)) else { return };
    let policies = tokio::task::spawn_blocking(policies).await.unwrap();
    let gate = gate(policies.path(), &demo, &prometheus, Some(&alerts)).await;
    let (gate, ()) = with(gate, move |gate| {
        let id = started(gate, &decided(gate, "staging").0);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        demo.now(|fares| fares.breached = true);
        let watch = ended(gate, &id);
        assert_eq!((&watch["state"], &trigger(&watch, "breach")["state"]), (&json!("rolled_back"), &json!("firing")));
        silence(alerts.address);
        let id = started(gate, &decided(gate, "staging").0);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        alerts.end();
        let watch = until(gate, &id, |watch| watch["advice"] == "hold");
        let breach = trigger(&watch, "breach");
        assert_eq!(breach["state"], "inconclusive", "{watch}");
        let why = breach["message"].as_str().unwrap();
        assert!(why.starts_with("there may be alerts that are not seen: destination `alerts`: "), "{why}");
    })
    .await;
    gate.stop().await;
}
