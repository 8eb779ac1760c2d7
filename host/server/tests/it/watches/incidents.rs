//! What follows from a watch's advice to undo a deployment besides its rollback: one incident, of which a real Alertmanager is told.

use super::{
    Sources, asked, decided, demo::Demo, ended, gate, policies, prometheus, prometheus::Server, read, started, until,
    with,
};
use crate::{
    incidents::{ATTENDED, reach},
    rollbacks::receiver::Runner,
    wire::send,
    world::{Gate, World, loopback, root},
};
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    fs,
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};
use tidegate::config::notices::{Form, Reached, Route};
use tidegate_core::digest::Digest;

const ALERTMANAGER: &str = "{ route: { receiver: nobody, group_wait: 1s }, receivers: [ { name: nobody } ] }";
const PATIENCE: Duration = Duration::from_secs(60);

/// The set of a folder, by which a watch opens an incident.
pub(super) fn attended(folder: &Path) {
    let file = folder.join("all.yaml");
    let set = fs::read_to_string(&file).unwrap();
    let plugin = root().join("plugins/severity.wasm");
    let pin = Digest::of(&fs::read(&plugin).unwrap()).hex();
    let severity = format!("plugins: {{ severity: {{ path: {}, sha256: {pin} }}, ", plugin.display());
    let contacts = "contacts: { security: security@shop.example }\n";
    assert!(set.contains("plugins: { ") && set.contains(contacts));
    let attended = ATTENDED.replace("respond_within: 1s", "respond_within: 1h");
    fs::write(file, set.replace("plugins: { ", &severity).replace(contacts, "") + &attended).unwrap();
}

fn told(world: World, receiver: SocketAddr) -> World {
    world.configured(move |config| reach(config, receiver))
}

/// The incidents that there are.
fn incidents(gate: &Gate) -> Vec<Value> {
    read(gate, "/v1/incidents")["incidents"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_undoes_a_deployment_opens_one_incident_also_when_its_follow_up_is_tried_again() {
    let (folder, sources, runner) = (policies("1h", "by_hand"), Sources::new(), Runner::new(&[204]));
    attended(folder.path());
    let (again, nobody) = (sources.clone(), runner.address);
    let first = told(gate(folder.path(), &sources), runner.address).run_with_token().await;
    let (first, id) = with(first, move |gate| {
        let (decision, _) = decided(gate, "staging");
        let id = started(gate, &decision);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        sources.health(503);
        let watch = ended(gate, &id);
        assert_eq!(watch["state"], "rolled_back", "{watch}");
        let all = incidents(gate);
        let [one] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(watch["incident"], one["id"], "{watch}");
        let incident = read(gate, &format!("/v1/incidents/{}", one["id"].as_str().unwrap()));
        assert_eq!(
            [&incident["priority"], &incident["watch"], &incident["decision"], &incident["state"]],
            [&json!("P1"), &json!(id), &json!(decision), &json!("open")],
            "{incident}"
        );
        let rollback = &read(gate, "/v1/rollbacks")["rollbacks"][0];
        assert_eq!(incident["rollbacks"], json!([rollback["id"]]), "{incident}");
        assert!(
            incident["said"]["impact"].as_str().unwrap().starts_with("health: 3 samples in a row above 0"),
            "{incident}"
        );
        assert!(incident["opened_by"].is_null() && !incident["reasons"].as_array().unwrap().is_empty(), "{incident}");
        let came = runner.next();
        assert_eq!((came.line.as_str(), &came.json()["incident"]["watch"]), ("POST /lead", &json!(id)));
        assert!(came.json()["text"].as_str().unwrap().contains("- no rollback of api from 1.0.0"), "{:?}", came.json());
        assert!(runner.others().is_empty());
        id
    })
    .await;
    let data = first.stop().await;
    // As after a gate that stopped between the incident and the end of the watch: the advice is in the record, and the watch runs.
    let options = SqliteConnectOptions::new().filename(data.path().join("data/ledger.sqlite"));
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("UPDATE watches SET state = 'running'").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    let second = told(gate(folder.path(), &again), nobody).over(data).run_with_token().await;
    let (second, ()) = with(second, move |gate| {
        let watch = ended(gate, &id);
        assert_eq!(watch["state"], "rolled_back", "{watch}");
        let all = incidents(gate);
        assert_eq!((all.len(), &watch["incident"]), (1, &all[0]["id"]), "{all:?}");
    })
    .await;
    second.stop().await;
}

/// What an Alertmanager says of an incident, once it says so.
fn alert(at: SocketAddr, holds: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let since = Instant::now();
    loop {
        let answer = send(at, "GET", "/api/v2/alerts?filter=alertname%3D%22TidegateIncident%22", &[], b"");
        let alerts = answer.json().as_array().cloned().unwrap_or_default();
        if answer.status == 200 && holds(&alerts) {
            return alerts;
        }
        assert!(since.elapsed() < PATIENCE, "{}", answer.text());
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_that_climb_in_a_real_prometheus_end_as_a_p1_incident_in_a_real_alertmanager_until_it_is_resolved() {
    let args = ["--storage.path=data", "--cluster.listen-address="];
    let Some(alerts) = Server::start("prometheus-alertmanager", &[("config.yml", ALERTMANAGER)], &args) else { return };
    let demo = Demo::new();
    let Some(metrics) = Server::prometheus(&demo, None) else { return };
    let runner = Runner::new(&[204]);
    let policies = tokio::task::spawn_blocking(|| {
        let folder = prometheus::set("1h");
        attended(folder.path());
        let file = folder.path().join("all.yaml");
        let set = fs::read_to_string(&file).unwrap();
        fs::write(&file, set.replace("\nrollback:\n", "\nrollback:\n  order: runner\n")).unwrap();
        folder
    });
    let policies = policies.await.unwrap();
    let secret = policies.path().join("webhook.secret");
    fs::write(&secret, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
    let (at_demo, at_metrics, at_alerts, at_runner) = (demo.address, metrics.address, alerts.address, runner.address);
    let world = crate::world::gate().policies(policies.path().to_owned()).configured(move |config| {
        for (name, address) in [("api", at_demo), ("metrics", at_metrics), ("alerts", at_alerts), ("hooks", at_runner)]
        {
            config.egress.insert(name.to_owned(), loopback(&format!("http://{address}"), Duration::from_secs(5)));
        }
        let route = |destination: &str| Route { destination: destination.to_owned(), path: Vec::new() };
        let reached = Reached { route: route("alerts"), form: Form::Alertmanager };
        config.notices.contacts.insert("lead".to_owned(), reached);
        let order = tidegate::config::orders::OrderConfig::Webhook {
            route: route("hooks"),
            secret: tidegate::egress::credential::Place::File(secret),
        };
        config.orders.insert("runner".to_owned(), order);
    });
    let gate = world.run_with_token().await;
    let (gate, (decision, incident)) = with(gate, move |gate| chain(gate, at_alerts, &runner, &demo)).await;
    assert!(!decision.is_empty() && incident.is_string());
    gate.stop().await;
    drop((alerts, metrics));
}

/// Decided, deployed, watched; errors climb; ordered back, an incident, an alert. Then it is resolved by the record's own ledger of people.
fn chain(gate: &Gate, alerts: SocketAddr, runner: &Runner, demo: &Demo) -> (String, Value) {
    let before =
        json!({"environment": "staging", "services": [{"name": "api", "version": "0.9.0"}], "id": "release-6"});
    let form = crate::wire::Form::default().field("deployment", before.to_string());
    let answer = form.file("unit_tests", "unit.xml", super::PASSES).post(gate.address, "/v1/decisions", &[]);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let succeeded = |deployment: &str| {
        let said = asked(gate, "POST", &format!("/v1/deployments/{deployment}/events"), &json!({"event": "succeeded"}));
        assert_eq!(said.status, 201, "{}", said.text());
    };
    succeeded("release-6");
    let (decision, deployment) = decided(gate, "staging");
    succeeded(&deployment);
    let id = started(gate, &decision);
    until(gate, &id, |watch| watch["advice"] == "proceed");
    demo.now(|fares| fares.requests = (50, 50));
    let watch = ended(gate, &id);
    assert_eq!(watch["state"], "rolled_back", "{watch}");
    let order = runner.next();
    order.is_an_order();
    assert_eq!(order.json()["inputs"], json!({"rollback_to": "0.9.0", "service": "api"}));
    let incident = watch["incident"].clone();
    let raised = alert(alerts, |all| !all.is_empty());
    let [one] = raised.as_slice() else { panic!("{raised:?}") };
    assert_eq!(
        one["labels"],
        json!({"alertname": "TidegateIncident", "severity": "P1", "service": "api", "environment": "staging",
            "incident": incident, "contact": "lead"})
    );
    assert_eq!((&one["annotations"]["decision"], &one["annotations"]["watch"]), (&json!(decision), &json!(id)));
    assert!(one["annotations"]["description"].as_str().unwrap().contains("errors: above 0.1 for "), "{one}");
    let grace = person(gate);
    let path = format!("/v1/incidents/{}/resolve", incident.as_str().unwrap());
    let said = json!({"root_cause": "a pool ran dry", "post_mortem_at": "tomorrow"}).to_string();
    let headers = [("content-type", "application/json"), ("authorization", grace.as_str())];
    let resolved = send(gate.address, "POST", &path, &headers, said.as_bytes());
    assert_eq!(resolved.status, 200, "{}", resolved.text());
    alert(alerts, <[Value]>::is_empty);
    (decision, incident)
}

fn person(gate: &Gate) -> String {
    let mut held = crate::authority::holder("grace", &["operate"], &["*"], &["*"]);
    held["person"] = json!("grace@shop.example");
    let held = serde_json::from_value(held).unwrap();
    let made = gate.inside().tokens().create(&held, Duration::from_secs(3_600), "test");
    let (secret, _) = tokio::runtime::Handle::current().block_on(made).unwrap();
    format!("Bearer {}", secret.reveal())
}
