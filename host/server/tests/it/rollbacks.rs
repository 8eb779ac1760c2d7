//! Rollbacks, as whoever asks for one, whoever carries it out, and watches meet them.

pub(crate) mod receiver;

use self::receiver::Runner;
use crate::{
    authority::{ask, holder, serve},
    notices::{policies, receiver::ENDLESS},
    wire::{Form, Response},
    world::{Gate, loopback},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};
use tidegate::{
    config::{Config, notices::Route, orders::OrderConfig},
    egress::credential::{CredentialSource, Place},
    gate::rollbacks::{Cause, RollbackAnswer, RollbackTo, RollbackWish},
    identity::secret::Secret,
};
use tidegate_ledger::{id::DecisionId, rollback::Fate};
use tokio::runtime::Handle;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
const WHY: &str = "customers cannot pay since the last release";
const RULES: &str =
    "rollback: { triggers: [ { name: alert, alert: { severity: critical } } ], order: runner, per_hour: 2 }\n";
const SECRET: [u8; 32] = [7; 32];

/// A gate that knows how to reach a runner: by a webhook, whose secret lies in a file.
pub(crate) async fn gate_with(
    lines: &'static str,
    change: impl FnOnce(&mut Config) + Send + 'static,
    test: impl FnOnce(&Gate, &dyn Fn(Value) -> Secret) + Send + 'static,
) {
    let folder = tokio::task::spawn_blocking(move || policies(lines)).await.unwrap();
    serve(folder, change, test).await;
}

pub(crate) fn webhook(config: &mut Config, runner: SocketAddr, secret: &Path) {
    std::fs::write(secret, format!("whsec_{}\n", STANDARD.encode(SECRET))).unwrap();
    config.egress.insert("hooks".to_owned(), loopback(&format!("http://{runner}/hooks"), ENDLESS));
    let route = Route { destination: "hooks".to_owned(), path: vec!["roll/back".to_owned()] };
    let order = OrderConfig::Webhook { route, secret: Place::File(secret.to_owned()) };
    config.orders.insert("runner".to_owned(), order);
    soon(config);
}

fn soon(config: &mut Config) {
    config.notices.retry_first = Duration::from_millis(10);
    config.notices.retry_max = Duration::from_millis(50);
}

/// As GitHub's API is reached, with a token that lies in a file.
pub(crate) fn workflow(config: &mut Config, api: SocketAddr, token: &Path) {
    std::fs::write(token, "github-token\n").unwrap();
    let mut github = loopback(&format!("http://{api}"), ENDLESS);
    github.credential = Some(CredentialSource { place: Place::File(token.to_owned()), header: None });
    config.egress.insert("github".to_owned(), github);
    let order = OrderConfig::WorkflowDispatch {
        destination: "github".to_owned(),
        repository: ("acme".to_owned(), "shop".to_owned()),
        workflow: "rollback.yml".to_owned(),
        ref_name: "main".to_owned(),
    };
    config.orders.insert("runner".to_owned(), order);
    soon(config);
}

/// Decides by the rules, says what became of it, and names the decision.
fn deploy(gate: &Gate, token: &Secret, version: &str, services: &[&str], events: &[&str]) -> String {
    let services: Vec<Value> = services.iter().map(|name| json!({"name": name, "version": version})).collect();
    let deployment = json!({"id": "release", "environment": "production", "services": services}).to_string();
    let form = Form::default().field("deployment", deployment).file("unit_tests", "a.xml", PASSES);
    let bearer = format!("Bearer {}", token.reveal());
    let decided = form.post(gate.address, "/v1/decisions", &[("authorization", &bearer)]);
    assert_eq!(decided.status, 200, "{}", decided.text());
    let id = decided.json()["id"].as_str().unwrap().to_owned();
    for event in events {
        say(gate, token, &id, event);
    }
    id
}

fn say(gate: &Gate, token: &Secret, decision: &str, event: &str) {
    let said = json!({"event": event, "decision": decision}).to_string();
    let said = ask(gate, Some(token), "POST", "/v1/deployments/release/events", said.as_bytes());
    assert_eq!(said.status, 201, "{}", said.text());
}

fn roll_back(gate: &Gate, token: &Secret, body: &Value) -> Response {
    ask(gate, Some(token), "POST", "/v1/rollbacks", body.to_string().as_bytes())
}

pub(crate) fn read(gate: &Gate, token: &Secret, path: &str) -> Response {
    ask(gate, Some(token), "GET", path, b"")
}

/// Reads a rollback until its order stands so.
fn stands(gate: &Gate, token: &Secret, id: &str, state: &str) -> Value {
    let until = Instant::now() + ENDLESS;
    loop {
        let shown = read(gate, token, &format!("/v1/rollbacks/{id}"));
        crate::openapi::fits("RollbackBody", &shown);
        if shown.json()["delivery"]["state"] == state {
            return shown.json();
        }
        assert!(Instant::now() < until, "{}", shown.text());
        std::thread::yield_now();
    }
}

fn wish(watch: &str, decision: &str, services: &[&str]) -> RollbackWish {
    RollbackWish {
        cause: Cause::Watch { watch: watch.into(), reasons: vec!["error_ratio: 10.1 % for 5m 1s".into()] },
        decision: DecisionId::parse(decision).unwrap(),
        services: services.iter().map(|name| name.parse().unwrap()).collect(),
        to: RollbackTo::Previous,
    }
}

fn watched(gate: &Gate, wish: RollbackWish) -> RollbackAnswer {
    Handle::current().block_on(gate.inside().order_rollback(wish)).unwrap()
}

/// For each service the version that was ordered, or why none was.
fn fates(answer: &RollbackAnswer) -> Vec<String> {
    let fate = |fate: &Fate| match fate {
        Fate::Ordered(ordered) => ordered.to.to_string(),
        Fate::Withheld { why, detail } => format!("{}: {detail}", why.word()),
    };
    answer.rollbacks.iter().map(|rollback| fate(&rollback.new.fate)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_out_signed_until_it_is_taken_and_is_recorded_once() {
    let runner = Runner::new(&[503, 204]);
    let (folder, address) = (tempfile::tempdir().unwrap(), runner.address);
    let secret = folder.path().join("secret");
    let configured = move |config: &mut Config| {
        config.public_url = Some("https://gate.shop.example".to_owned());
        webhook(config, address, &secret);
    };
    gate_with(RULES, configured, move |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let (olga, ada) =
            (token(holder("olga", &["operate"], &["*"], &["*"])), token(holder("ada", &["audit"], &["*"], &["*"])));
        let one = deploy(gate, &ci, "1.0.0", &["api"], &["started", "succeeded"]);
        let two = deploy(gate, &ci, "1.1.0", &["api"], &["started"]);
        let leaves = gate.leaves();
        let answer = roll_back(gate, &olga, &json!({"environment": "production", "to": "previous", "reason": WHY}));
        assert_eq!((answer.status, gate.leaves()), (201, leaves + 1), "{}", answer.text());
        crate::openapi::fits("RollbackAnswerBody", &answer);
        let answer = answer.json();
        assert_eq!((&answer["ordered"], &answer["decision"]), (&json!(true), &json!(two)));
        let ordered = &answer["rollbacks"][0];
        for (key, wanted) in [
            ("state", "ordered"),
            ("from", "1.1.0"),
            ("to", "1.0.0"),
            ("to_decision", &one),
            ("by", "olga"),
            ("reason", WHY),
            ("order", "runner"),
        ] {
            assert_eq!(ordered[key], wanted, "{key} {ordered}");
        }
        // The database is for people.
        assert_eq!(answer["database"]["ordered"], false);
        assert_eq!(answer["database"]["by_hand"].as_array().unwrap().len(), 3);

        let (first, again) = (runner.next(), runner.next());
        for came in [&first, &again] {
            assert_eq!(came.line, "POST /hooks/roll%2Fback");
            assert!(came.is_signed_with(&SECRET), "{came:?}");
            assert!(!came.is_signed_with(&[8; 32]));
            came.is_an_order();
        }
        assert_eq!((&first.body, &first.headers["webhook-id"]), (&again.body, &again.headers["webhook-id"]));
        assert_eq!(first.headers["webhook-id"], first.headers["idempotency-key"]);
        let body = first.json();
        assert_eq!(body["inputs"], json!({"rollback_to": "1.0.0", "service": "api"}));
        assert_eq!(body["rollback"]["id"], ordered["id"]);
        assert_eq!(body["decision"]["link"], format!("https://gate.shop.example/v1/decisions/{two}"));
        // What was altered on its way is not what was signed.
        let forged =
            receiver::Came { body: String::from_utf8(first.body).unwrap().replace("1.0.0", "0.9.0").into(), ..again };
        assert!(!forged.is_signed_with(&SECRET));

        let shown = stands(gate, &ada, ordered["id"].as_str().unwrap(), "delivered");
        assert_eq!((&shown["delivery"]["attempts"], &shown["delivery"]["id"]), (&json!(2), &body["id"]));
        assert!(runner.others().is_empty());
        let of = |query: &str| {
            let page = read(gate, &ada, &format!("/v1/rollbacks?{query}"));
            crate::openapi::fits("RollbacksBody", &page);
            page.json()["rollbacks"].as_array().unwrap().len()
        };
        assert_eq!(
            [of(&format!("environment=production&service=api&decision={two}")), of(&format!("decision={one}"))],
            [1, 0]
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_run_with_the_version_and_the_service() {
    let github = Runner::new(&[503, 204]);
    let (folder, address) = (tempfile::tempdir().unwrap(), github.address);
    let path = folder.path().join("token");
    gate_with(
        RULES,
        move |config| workflow(config, address, &path),
        move |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let alice = token(holder("alice", &["override"], &["*"], &["*"]));
            deploy(gate, &ci, "1.1.0", &["api", "web"], &["started"]);
            let body = json!({"environment": "production", "service": "web", "to": "v1.0.9", "reason": WHY});
            let answer = roll_back(gate, &alice, &body);
            assert_eq!(answer.status, 201, "{}", answer.text());
            let rollbacks = answer.json()["rollbacks"].clone();
            assert_eq!((rollbacks.as_array().unwrap().len(), &rollbacks[0]["by"]), (1, &json!("alice@shop.example")));
            for came in [github.next(), github.next()] {
                assert_eq!(came.line, "POST /repos/acme/shop/actions/workflows/rollback.yml/dispatches");
                assert_eq!(came.json(), json!({"ref": "main", "inputs": {"rollback_to": "v1.0.9", "service": "web"}}));
                assert_eq!(came.headers["authorization"], "Bearer github-token");
            }
            stands(gate, &alice, rollbacks[0]["id"].as_str().unwrap(), "delivered");
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_undone_or_may_not_is_refused_and_changes_nothing() {
    const BY_HAND: &str =
        "rollback: { triggers: [ { name: alert, alert: { severity: critical } } ], by_hand: [previous] }\n";
    gate_with(
        BY_HAND,
        |_| (),
        |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let olga = token(holder("olga", &["operate"], &["*"], &["*"]));
            let decision = deploy(gate, &ci, "1.0.0", &["api", "web"], &["started"]);
            let elsewhere = token(holder("elsewhere", &["operate"], &["staging"], &["*"]));
            let in_part = token(holder("in-part", &["operate"], &["*"], &["api"]));
            let leaves = gate.leaves();
            let ours = json!({"decision": decision, "to": "previous", "reason": WHY});
            let with = |changes: Value| {
                let mut body = ours.as_object().unwrap().clone();
                body.extend(changes.as_object().unwrap().clone());
                Value::Object(body)
            };
            for (body, status, says) in [
                (with(json!({"environment": "production"})), 400, "either this or `environment`"),
                (with(json!({"decision": null})), 400, "either this or `environment`"),
                (with(json!({"to": "the one before"})), 400, "neither `previous` nor a version"),
                (with(json!({"service": "a b"})), 400, "\"service\""),
                (with(json!({"reason": "  because  "})), 400, "7 characters used, at least 10 needed"),
                (with(json!({"services": ["api"]})), 400, "unknown field"),
                (with(json!({"decision": "none"})), 404, "no such deployment"),
                (with(json!({"decision": null, "environment": "staging"})), 404, "no such deployment"),
                (
                    with(json!({"decision": null, "environment": "production", "service": "shop"})),
                    404,
                    "no such deployment",
                ),
                (with(json!({"to": "0.9.0"})), 403, "`rollback.by_hand` does not list `version`"),
                (with(json!({"service": "api"})), 403, "`rollback.by_hand` does not list `service`"),
            ] {
                let refused = roll_back(gate, &olga, &body);
                assert!(
                    refused.status == status && refused.text().contains(says),
                    "{body}: {} {}",
                    refused.status,
                    refused.text()
                );
            }
            assert_eq!(roll_back(gate, &ci, &ours).status, 403);
            let nowhere = roll_back(gate, &olga, &with(json!({"decision": "none"}))).text();
            for other in [&elsewhere, &in_part] {
                let there = roll_back(gate, other, &ours);
                assert_eq!((there.status, there.text()), (404, nowhere.clone()));
            }
            assert_eq!(gate.leaves(), leaves);

            // That nothing could be ordered is recorded, and no answer of success.
            let withheld = roll_back(gate, &olga, &ours);
            assert_eq!((withheld.status, gate.leaves()), (409, leaves + 2), "{}", withheld.text());
            crate::openapi::fits("RollbackAnswerBody", &withheld);
            let withheld = withheld.json();
            assert_eq!(
                (&withheld["ordered"], &withheld["rollbacks"][1]["withheld"]),
                (&json!(false), &json!("no_order"))
            );
            let id = withheld["rollbacks"][1]["id"].as_str().unwrap();
            let narrow = token(holder("narrow", &["audit"], &["*"], &["api"]));
            assert_eq!(read(gate, &narrow, &format!("/v1/rollbacks/{id}")).status, 404, "it is of `web`");
            let page = read(gate, &narrow, "/v1/rollbacks").json();
            assert_eq!(
                (page["rollbacks"].as_array().unwrap().len(), &page["rollbacks"][0]["service"]),
                (1, &json!("api"))
            );
            let unknown = read(gate, &narrow, "/v1/rollbacks?state=open&limit=0");
            assert_eq!(
                (unknown.status, unknown.json()["errors"].as_array().unwrap().len()),
                (400, 2),
                "{}",
                unknown.text()
            );
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_rollbacks_follow_one_another() {
    gate_with(
        RULES,
        |_| (),
        |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let olga = token(holder("olga", &["operate"], &["*"], &["*"]));
            deploy(gate, &ci, "1.0.0", &["api", "shop", "web"], &["started"]);
            assert_eq!(
                roll_back(gate, &olga, &json!({"environment": "production", "to": "previous", "reason": WHY})).status,
                409
            );
            let mut services = Vec::new();
            let mut path = "/v1/rollbacks?limit=2".to_owned();
            for _ in 0..2 {
                let page = read(gate, &olga, &path).json();
                services.extend(page["rollbacks"].as_array().unwrap().iter().map(|one| one["service"].clone()));
                path = format!("/v1/rollbacks?limit=2&cursor={}", page["next"].as_str().unwrap_or("0"));
            }
            assert_eq!(services, ["web", "shop", "api"]);
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_again_orders_nothing_again() {
    let runner = Runner::new(&[204]);
    let (folder, address) = (tempfile::tempdir().unwrap(), runner.address);
    let secret = folder.path().join("secret");
    gate_with(
        RULES,
        move |config| webhook(config, address, &secret),
        move |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let olga = token(holder("olga", &["operate"], &["*"], &["*"]));
            deploy(gate, &ci, "1.0.0", &["api", "web"], &["started", "succeeded"]);
            let two = deploy(gate, &ci, "1.1.0", &["api", "web"], &["started"]);
            let body = json!({"environment": "production", "to": "previous", "reason": WHY});
            let bearer = format!("Bearer {}", olga.reveal());
            let under = |key: &str, body: &Value| {
                let headers = [
                    ("authorization", bearer.as_str()),
                    ("idempotency-key", key),
                    ("content-type", "application/json"),
                ];
                crate::wire::send(gate.address, "POST", "/v1/rollbacks", &headers, body.to_string().as_bytes())
            };
            let first = under("k-1", &body);
            assert_eq!(first.status, 201, "{}", first.text());
            let leaves = gate.leaves();
            assert_eq!((under("k-1", &body).text(), gate.leaves()), (first.text(), leaves));
            // Also once what it was about runs no more: it does not go one further back.
            say(gate, &ci, &two, "rolled_back");
            assert_eq!(under("k-1", &body).text(), first.text());
            // Another request, and another key, are other rollbacks.
            let other = under("k-1", &json!({"decision": two, "to": "0.9.0", "reason": WHY}));
            assert_eq!((other.status, &other.json()["rollbacks"][0]["to"]), (201, &json!("0.9.0")), "{}", other.text());
            let ids: Vec<Value> = (0..4).map(|_| runner.next().json()["id"].clone()).collect();
            assert!(
                ids.iter().enumerate().all(|(at, id)| !ids[..at].contains(id)) && runner.others().is_empty(),
                "{ids:?}"
            );
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_watches_wish_for_is_ordered_once_and_neither_too_soon_nor_too_often() {
    let runner = Runner::new(&[204]);
    let (folder, address) = (tempfile::tempdir().unwrap(), runner.address);
    let secret = folder.path().join("secret");
    gate_with(
        RULES,
        move |config| webhook(config, address, &secret),
        move |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let olga = token(holder("olga", &["operate"], &["*"], &["*"]));
            let all = ["api", "web", "shop"];
            deploy(gate, &ci, "1.0.0", &all, &["started", "succeeded"]);
            let two = deploy(gate, &ci, "1.1.0", &all, &["started"]);
            let leaves = gate.leaves();
            // Two processes that both run it, or one that was started again: one order.
            let many: Vec<RollbackAnswer> = std::thread::scope(|scope| {
                let handle = Handle::current();
                let threads: Vec<_> = (0..6)
                    .map(|_| {
                        let (handle, wish) = (handle.clone(), wish("w-1", &two, &["api"]));
                        scope.spawn(move || handle.block_on(gate.inside().order_rollback(wish)).unwrap())
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!((fates(&many[0]), gate.leaves()), (vec!["1.0.0".to_owned()], leaves + 1));
            assert!(many.iter().all(|answer| answer.rollbacks[0].new.id == many[0].rollbacks[0].new.id));
            let came = runner.next();
            came.is_an_order();
            assert_eq!((&came.json()["rollback"]["watch"], runner.others().len()), (&json!("w-1"), 0));

            // Of the same service not again so soon, and by themselves not more than two within an hour.
            let soon = fates(&watched(gate, wish("w-2", &two, &["api"])));
            assert!(
                soon[0].starts_with("cool_down: a rollback of `api` was ordered ")
                    && soon[0].ends_with(" ago: not again before 1h"),
                "{soon:?}"
            );
            assert_eq!(fates(&watched(gate, wish("w-3", &two, &["web"]))), ["1.0.0"]);
            let third = fates(&watched(gate, wish("w-4", &two, &["shop"])));
            assert_eq!(third, ["cap: rollbacks that were ordered by themselves within an hour: 2 used, 2 allowed"]);
            // What was withheld stays so for that watch; a person may.
            assert_eq!(fates(&watched(gate, wish("w-4", &two, &["shop"]))), third);
            let by_hand =
                roll_back(gate, &olga, &json!({"decision": two, "service": "shop", "to": "previous", "reason": WHY}));
            assert_eq!(by_hand.status, 201, "{}", by_hand.text());
            assert_eq!(
                (
                    runner.next().json()["rollback"]["service"].clone(),
                    runner.next().json()["rollback"]["service"].clone()
                ),
                (json!("web"), json!("shop"))
            );

            // Something else runs there by now.
            let three = deploy(gate, &ci, "1.2.0", &["web"], &["started"]);
            let late = fates(&watched(gate, wish("w-5", &two, &["web"])));
            assert_eq!(late, [format!("superseded: decision `{three}` deployed `web` there after it")]);
            assert!(runner.others().is_empty());
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_gone_back_to_that_never_succeeded() {
    let runner = Runner::new(&[204]);
    let (folder, address) = (tempfile::tempdir().unwrap(), runner.address);
    let secret = folder.path().join("secret");
    gate_with(
        RULES,
        move |config| webhook(config, address, &secret),
        move |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            deploy(gate, &ci, "1.0.0", &["api"], &["started", "failed"]);
            deploy(gate, &ci, "1.1.0", &["api"], &["started", "succeeded", "rolled_back"]);
            let three = deploy(gate, &ci, "1.2.0", &["api"], &["started", "succeeded"]);
            let none = vec!["no_previous: no other version of `api` succeeded in `production` by the rules".to_owned()];
            assert_eq!(fates(&watched(gate, wish("w-1", &three, &["api"]))), none);
            assert!(runner.others().is_empty());
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_that_only_advises_orders_nothing_by_itself() {
    const ADVISES: &str = "enforcement: advisory\nrollback: { triggers: [ { name: alert, alert: { severity: critical } } ], order: runner }\n";
    let runner = Runner::new(&[204]);
    let (folder, address) = (tempfile::tempdir().unwrap(), runner.address);
    let secret = folder.path().join("secret");
    gate_with(
        ADVISES,
        move |config| webhook(config, address, &secret),
        move |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let olga = token(holder("olga", &["operate"], &["*"], &["*"]));
            deploy(gate, &ci, "1.0.0", &["api"], &["started", "succeeded"]);
            let two = deploy(gate, &ci, "1.1.0", &["api"], &["started"]);
            let fates = fates(&watched(gate, wish("w-1", &two, &["api"])));
            assert_eq!(fates, ["no_order: policy set `all` is advisory: it orders nothing by itself"]);
            assert!(runner.others().is_empty());
            let answer = roll_back(gate, &olga, &json!({"decision": two, "to": "previous", "reason": WHY}));
            assert_eq!(answer.status, 201, "{}", answer.text());
            runner.next().is_an_order();
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_nobody_took_is_given_up_once_it_is_too_old_or_named_no_more() {
    let folder = tokio::task::spawn_blocking(|| policies(RULES)).await.unwrap();
    let secrets = tempfile::tempdir().unwrap();
    let secret = secrets.path().join("secret");
    for is_named in [true, false] {
        let (silent, secret) = (Runner::new(&[503]), secret.clone());
        let (address, path) = (silent.address, secret.clone());
        let world = crate::world::gate().policies(folder.path().to_owned()).configured(move |config| {
            config.dev = false;
            webhook(config, address, &path);
        });
        let work = move |gate: &Gate| {
            let token = |name: &str, roles: &[&str]| {
                let holder = serde_json::from_value(holder(name, roles, &["*"], &["*"])).unwrap();
                let made = gate.inside().tokens().create(&holder, Duration::from_secs(3_600), "test");
                Handle::current().block_on(made).unwrap().0
            };
            let (ci, olga) = (token("ci", &["decide"]), token("olga", &["operate"]));
            deploy(gate, &ci, "1.1.0", &["api"], &["started"]);
            let status = read(gate, &olga, "/v1/status").json();
            assert_eq!(status["notices"]["warnings"], json!([]), "the order is named");
            let answer = roll_back(gate, &olga, &json!({"environment": "production", "to": "1.0.0", "reason": WHY}));
            assert_eq!(answer.status, 201, "{}", answer.text());
            silent.next().is_an_order();
            (answer.json()["rollbacks"][0]["id"].as_str().unwrap().to_owned(), olga)
        };
        let (gate, (id, olga)) = crate::reload::bundles::with(world.run().await, work).await;
        let data = gate.stop().await;

        let runner = Runner::new(&[204]);
        let address = runner.address;
        let world = crate::world::gate().policies(folder.path().to_owned()).configured(move |config| {
            config.dev = false;
            if is_named {
                webhook(config, address, &secret);
                config.notices.give_up_after = Duration::ZERO;
            }
        });
        let work = move |gate: &Gate| {
            let failed = stands(gate, &olga, &id, "failed");
            let error = failed["delivery"]["last_error"].as_str().unwrap();
            let warnings = read(gate, &olga, "/v1/status").json()["notices"]["warnings"].to_string();
            assert!(warnings.contains("notices given up: 1"), "{warnings}");
            if is_named {
                assert!(error.starts_with("it is too old: ") && error.ends_with(", 0s allowed"), "{error}");
            } else {
                assert_eq!(error, "the configuration names it under `orders` no more");
                assert!(
                    warnings.contains("policy set `all` undoes deployments by `runner`, and `orders` does not say"),
                    "{warnings}"
                );
            }
            assert!(runner.others().is_empty());
        };
        crate::reload::bundles::with(world.over(data).run().await, work).await.0.stop().await;
    }
}

fn run(gate: &Gate, token: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.arg("rollback").args(arguments).args(["--server", &gate.url, "--token-file"]).arg(token);
    let output = command.env_remove("TIDEGATE_SERVER").env_remove("TIDEGATE_TOKEN").output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runbooks_three_rollbacks_by_hand_are_one_command() {
    let runner = Runner::new(&[204]);
    let (folder, address) = (tempfile::tempdir().unwrap(), runner.address);
    let secret = folder.path().join("secret");
    gate_with(
        RULES,
        move |config| webhook(config, address, &secret),
        move |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let olga = token(holder("olga", &["operate"], &["*"], &["*"]));
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("token");
            std::fs::write(&file, olga.reveal()).unwrap();
            deploy(gate, &ci, "1.0.0", &["api", "web"], &["started", "succeeded"]);
            deploy(gate, &ci, "1.1.0", &["api", "web"], &["started"]);
            let here = ["--environment", "production", "--reason", WHY];
            for (to, more, wanted) in [
                ("previous", &[][..], &[("api", "1.0.0"), ("web", "1.0.0")][..]),
                ("v1.2.3", &[], &[("api", "v1.2.3"), ("web", "v1.2.3")]),
                ("previous", &["--service", "web"], &[("web", "1.0.0")]),
            ] {
                let (code, printed) = run(gate, &file, &[&[to][..], &here, more].concat());
                assert_eq!(code, Some(0), "{printed}");
                assert_eq!(serde_json::from_str::<Value>(&printed).unwrap()["ordered"], true);
                for (service, version) in wanted {
                    assert_eq!(runner.next().json()["inputs"], json!({"rollback_to": version, "service": service}));
                }
            }
            // Nothing is there before it.
            deploy(gate, &ci, "1.0.0", &["new"], &["started"]);
            let (code, printed) = run(gate, &file, &[&["previous", "--service", "new"], &here[..]].concat());
            assert!(code == Some(1) && printed.contains("\"withheld\": \"no_previous\""), "{code:?} {printed}");
            assert_eq!(run(gate, &file, &["previous", "--decision", "none", "--reason", WHY]).0, Some(2));
            assert_eq!(run(gate, &file, &["previous", "--reason", WHY]).0, Some(64));
            assert!(runner.others().is_empty());
        },
    )
    .await;
}
