//! Alerts that are handed in: what they do to the watches of what they are about, and what forged, old and repeated ones do not.

mod messages;

pub(super) use self::messages::{breach, message};

use self::messages::{became, hand_in, with_labels};
use super::{
    PASSES, PATIENCE, Sources, asked, decided, ended,
    prometheus::{Server, set, trigger},
    started, until, with,
};
use crate::{
    authority::{HOUR, holder},
    crash::PAUSE,
    wire::{Form, send},
    world::{Gate, loopback},
};
use serde_json::{Value, json};
use std::{
    fs,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tidegate::gate::clock;
use tidegate_core::time::Timestamp;
use tokio::runtime::Handle;

/// A set whose Alertmanager is asked for alerts, and whose watches take those that are handed in.
pub(super) fn set_with(webhook: &str) -> TempDir {
    let alerts = format!("alertmanager: {{ destination: alerts }}, webhook: {webhook} }}");
    changed(set("5h"), &[("prometheus: { destination: metrics } }", &alerts)])
}

/// Its signals are sampled so seldom that what happens meanwhile is an alert's doing.
fn policies(webhook: &str) -> TempDir {
    changed(set_with(webhook), &[("step: 1s", "step: 10m"), ("for: { gt: 1s }", "for: { gt: 20m }")])
}

fn changed(folder: TempDir, changes: &[(&str, &str)]) -> TempDir {
    let file = folder.path().join("all.yaml");
    let mut text = fs::read_to_string(&file).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from} in {text}");
        text = text.replace(from, to);
    }
    fs::write(file, text).unwrap();
    folder
}

/// A gate whose Alertmanager is a script, and whoever may hand in alerts about `api` in staging.
async fn alerted(webhook: &'static str, test: impl FnOnce(&Gate, &Sources, &str) + Send + 'static) {
    let policies = tokio::task::spawn_blocking(move || policies(webhook)).await.unwrap();
    let sources = Sources::new();
    let address = sources.address;
    let gate = super::gate(policies.path(), &sources).configured(|config| {
        let alerts = loopback(&format!("http://{address}/alertmanager"), Duration::from_secs(5));
        config.egress.insert("alerts".to_owned(), alerts);
    });
    let gate = gate.run_with_token().await;
    let (gate, ()) = with(gate, move |gate| {
        let sender = bearer(gate, "alertmanager", &["alert"], &["staging"], &["api"]);
        test(gate, &sources, &sender);
    })
    .await;
    gate.stop().await;
}

fn bearer(gate: &Gate, name: &str, roles: &[&str], environments: &[&str], services: &[&str]) -> String {
    let holder = serde_json::from_value(holder(name, roles, environments, services)).unwrap();
    let made = Handle::current().block_on(gate.inside().create_token(&holder, HOUR, "test")).unwrap();
    format!("Bearer {}", made.0.reveal())
}

fn watched(gate: &Gate) -> String {
    let id = started(gate, &decided(gate, "staging").0);
    until(gate, &id, |watch| watch["advice"] == "proceed");
    id
}

/// The watch as soon as it looked after a moment.
fn looked(gate: &Gate, id: &str, after: Timestamp) -> Value {
    let since = Instant::now();
    loop {
        let watch = send(gate.address, "GET", &format!("/v1/watches/{id}"), &[], b"").json();
        let at = watch["seen"]["at"].as_str().map(|at| Timestamp::parse(at).unwrap());
        if at.is_some_and(|at| at > after) {
            return watch;
        }
        assert!(since.elapsed() < PATIENCE, "{watch}");
        std::thread::sleep(PAUSE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_is_handed_in_fires_at_once_and_is_recorded_first() {
    alerted("fire", |gate, _, sender| {
        let id = watched(gate);
        let leaves = gate.leaves();
        let answer = hand_in(gate, sender, &message(&[breach(clock::now())]));
        assert_eq!(became(&answer), [1, 0, 0, 0, 0]);
        assert_eq!(answer.json()["watches"], json!([id]));
        assert!(gate.leaves() > leaves, "it was recorded before it was answered");
        let watch = ended(gate, &id);
        assert_eq!((&watch["state"], &trigger(&watch, "breach")["state"]), (&json!("rolled_back"), &json!("firing")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_alert_does_nothing() {
    alerted("fire", |gate, _, _| {
        let id = watched(gate);
        let before = super::read(gate, &format!("/v1/watches/{id}"));
        let of = |name: &str, roles: &[&str], environments: &[&str], services: &[&str]| {
            bearer(gate, name, roles, environments, services)
        };
        let tokens = [
            of("ci", &["decide"], &["*"], &["*"]),
            of("olga", &["operate", "audit"], &["*"], &["*"]),
            of("elsewhere", &["alert"], &["production"], &["api"]),
            of("of-web", &["alert"], &["staging"], &["web"]),
        ];
        let created = gate.leaves();
        let message = message(&[breach(clock::now())]);
        for bearer in &tokens {
            let refused = hand_in(gate, bearer, &message);
            assert_eq!(refused.status, 403, "{}", refused.text());
        }
        for bearer in ["Bearer tdg_nobody", "Basic YTpi"] {
            assert_eq!(hand_in(gate, bearer, &message).status, 401);
        }
        assert_eq!(gate.leaves(), created);
        assert_eq!(super::read(gate, &format!("/v1/watches/{id}"))["seen"], before["seen"], "nothing was looked at");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_is_old_over_or_comes_again_never_fires() {
    alerted("fire", |gate, _, sender| {
        let began = clock::now();
        let id = watched(gate);
        let leaves = gate.leaves();
        // It began before the watch, or has not begun.
        let later = clock::now().plus(HOUR);
        for alert in [breach(began), breach(later)] {
            assert_eq!(became(&hand_in(gate, sender, &message(&[alert]))), [0, 0, 1, 0, 0]);
        }
        assert_eq!(gate.leaves(), leaves);
        // It was over before anybody heard of it, and is handed in again as if it were not.
        let mut over = breach(clock::now());
        let again = message(&[over.clone()]);
        over["status"] = json!("resolved");
        let after = clock::now();
        assert_eq!(became(&hand_in(gate, sender, &message(&[over.clone()]))), [1, 0, 0, 0, 0]);
        assert_eq!(looked(gate, &id, after)["seen"]["advice"], "proceed");
        let mut called_otherwise = again.clone();
        called_otherwise["alerts"][0]["fingerprint"] = json!("0000000000000000");
        for replayed in [&again, &message(&[over]), &called_otherwise] {
            assert_eq!(became(&hand_in(gate, sender, replayed)), [0, 1, 0, 0, 0]);
        }
        assert_eq!(gate.leaves(), leaves + 1);
        // Another one makes it look: of all that there is nothing fires.
        let warning = with_labels(breach(clock::now()), &[("severity", "warning")]);
        let elsewhere = with_labels(breach(clock::now()), &[("service", "web")]);
        let after = clock::now();
        assert_eq!(became(&hand_in(gate, sender, &message(&[warning.clone(), elsewhere]))), [1, 0, 0, 0, 1]);
        assert_eq!(looked(gate, &id, after)["seen"]["advice"], "proceed");
        assert_eq!(became(&hand_in(gate, sender, &message(&[warning]))), [0, 1, 0, 0, 0]);
        let said = json!({"reason": "the test is over"});
        assert_eq!(asked(gate, "DELETE", &format!("/v1/watches/{id}"), &said).status, 200);
        assert_eq!(became(&hand_in(gate, sender, &message(&[breach(clock::now())]))), [0, 0, 0, 1, 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_left_alerts_out_is_inconclusive_until_one_leaves_none_out() {
    alerted("fire", |gate, _, sender| {
        let id = watched(gate);
        let mut truncated = message(&[]);
        truncated["truncatedAlerts"] = json!(7);
        assert_eq!(became(&hand_in(gate, sender, &truncated)), [0; 5]);
        let watch = until(gate, &id, |watch| watch["advice"] == "hold");
        let breached = trigger(&watch, "breach");
        assert_eq!(breached["state"], "inconclusive", "{watch}");
        let why = "there may be alerts that are not seen: a message left out 7 of its alerts";
        assert_eq!(breached["message"], why, "{watch}");
        let leaves = gate.leaves();
        assert_eq!(became(&hand_in(gate, sender, &truncated)), [0; 5]);
        assert_eq!(gate.leaves(), leaves, "that is known");
        // What is in it fires all the same.
        assert_eq!(became(&hand_in(gate, sender, &message(&[]))), [0; 5]);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        truncated["alerts"] = json!([breach(clock::now())]);
        assert_eq!(became(&hand_in(gate, sender, &truncated)), [1, 0, 0, 0, 0]);
        assert_eq!(ended(gate, &id)["state"], "rolled_back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_speaks_of_one_service_of_several_says_nothing_of_all_and_leaves_out_what_may_be_about_theirs() {
    alerted("fire", |gate, _, sender| {
        let services = json!([{"name": "api", "version": "1.0.0"}, {"name": "web", "version": "1.0.0"}]);
        let deployment = json!({"environment": "staging", "services": services}).to_string();
        let form = Form::default().field("deployment", deployment).file("unit_tests", "unit.xml", PASSES);
        let decision = form.post(gate.address, "/v1/decisions", &[]).json()["id"].as_str().unwrap().to_owned();
        let id = started(gate, &decision);
        until(gate, &id, |watch| watch["advice"] == "proceed");
        let mut of_all = breach(clock::now());
        of_all["labels"].as_object_mut().unwrap().remove("service");
        assert_eq!(became(&hand_in(gate, sender, &message(&[of_all]))), [0, 0, 0, 1, 0]);
        let mut truncated = message(&[]);
        truncated["truncatedAlerts"] = json!(1);
        assert_eq!(became(&hand_in(gate, sender, &truncated)), [0; 5]);
        until(gate, &id, |watch| watch["advice"] == "hold");
        assert_eq!(became(&hand_in(gate, sender, &message(&[breach(clock::now())]))), [1, 0, 0, 0, 0]);
        assert_eq!(ended(gate, &id)["state"], "rolled_back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_that_the_alertmanager_does_not_confirm_does_not_fire() {
    alerted("confirm", |gate, sources, sender| {
        let id = watched(gate);
        let after = clock::now();
        assert_eq!(became(&hand_in(gate, sender, &message(&[breach(clock::now())]))), [1, 0, 0, 0, 0]);
        let watch = looked(gate, &id, after);
        assert_eq!((&watch["seen"]["advice"], &watch["state"]), (&json!("proceed"), &json!("running")), "{watch}");
        // Whoever is asked and does not answer confirms nothing, and denies nothing.
        sources.alerts(None);
        let other = with_labels(breach(clock::now()), &[("pod", "api-1")]);
        assert_eq!(became(&hand_in(gate, sender, &message(&[other]))), [1, 0, 0, 0, 0]);
        until(gate, &id, |watch| watch["advice"] == "hold");
        let active = breach(clock::now());
        let known =
            json!([{"labels": active["labels"], "startsAt": active["startsAt"], "status": {"state": "active"}}]);
        sources.alerts(Some(known.to_string()));
        assert_eq!(became(&hand_in(gate, sender, &message(&[active]))), [1, 0, 0, 0, 0]);
        assert_eq!(ended(gate, &id)["state"], "rolled_back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_of_an_alertmanager_is_refused_whole() {
    alerted("fire", |gate, _, sender| {
        let id = watched(gate);
        let leaves = gate.leaves();
        let mut other_form = message(&[breach(clock::now())]);
        other_form["version"] = json!("5");
        let mut undated = breach(clock::now());
        undated["startsAt"] = json!("now");
        for (said, status, says) in [
            (other_form, 400, "`4` is understood"),
            (message(&[breach(clock::now()), undated]), 400, "alerts[1].startsAt"),
            (json!({"version": "4"}), 400, "missing field"),
            (message(&vec![breach(clock::now()); 1_001]), 400, "1001 used, 1000 allowed"),
            (message(&[with_labels(breach(clock::now()), &[("x", &"y".repeat(1 << 20))])]), 413, "1048576 allowed"),
        ] {
            let refused = hand_in(gate, sender, &said);
            assert!(refused.status == status && refused.text().contains(says), "{} {}", refused.status, refused.text());
        }
        assert_eq!(gate.leaves(), leaves);
        assert_eq!(super::read(gate, &format!("/v1/watches/{id}"))["state"], "running");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_alertmanager_hands_its_alerts_in_and_the_watch_rolls_back() {
    alerted("fire", |gate, _, sender| {
        let id = watched(gate);
        let token = sender.trim_start_matches("Bearer ");
        let config = format!(
            "{{ route: {{ receiver: gate, group_wait: 0s, group_interval: 1s }}, receivers: [ {{ name: gate, webhook_configs: [ {{ \
             url: '{}/v1/alerts', http_config: {{ authorization: {{ credentials: '{token}' }} }} }} ] }} ] }}",
            gate.url
        );
        let args = ["--storage.path=data", "--cluster.listen-address="];
        let Some(alerts) = Server::start("prometheus-alertmanager", &[("config.yml", &config)], &args) else { return };
        let alert = breach(clock::now());
        let raised = json!([{"labels": alert["labels"], "startsAt": alert["startsAt"]}]).to_string();
        let since = Instant::now();
        let listens = || std::net::TcpStream::connect(alerts.address).is_ok();
        while !listens() {
            assert!(since.elapsed() < PATIENCE, "the Alertmanager does not listen");
            std::thread::sleep(PAUSE);
        }
        let headers = [("content-type", "application/json")];
        let taken = send(alerts.address, "POST", "/api/v2/alerts", &headers, raised.as_bytes());
        assert_eq!(taken.status, 200, "{}", taken.text());
        let watch = ended(gate, &id);
        assert_eq!((&watch["state"], &trigger(&watch, "breach")["state"]), (&json!("rolled_back"), &json!("firing")));
    })
    .await;
}
