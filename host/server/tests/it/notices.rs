//! Who is told of a forced deployment, as those meet it who force one, who are told, and who look after the gate.

pub(crate) mod receiver;

use self::receiver::{ENDLESS, Receiver, SILENCE, TAKEN, UNAVAILABLE};
use crate::{
    authority::{decide_with, holder},
    reload::bundles::with,
    wire::{Response, send},
    world::{self, Gate, World, loopback, set_with},
};
use serde_json::{Value, json};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tidegate::{
    config::{Config, notices::Route},
    identity::{holder::Holder, secret::Secret},
};
use tidegate_ledger::{id::DecisionId, notice::NoticeState};
use tokio::runtime::Handle;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
pub(crate) const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";
const WHY: &str = "checkout is down for everybody, and this mends it";

const CONFIRMED: &str = "contacts: { security: security@shop.example }\nbreak_glass:\n  minimum_evidence: [unit_tests]\n  \
     notify: [security]\n  obligations: { review: { owner: Security, within: 1d }, ticket: { owner: Ops, within: 15m } }\n";
pub(crate) const ALONE: &str = "contacts: { security: security@shop.example, ops: '+1-555-OPS' }\nbreak_glass: { minimum_evidence: \
     [unit_tests], second_human: false, notify: [security] }\n";

/// Policies for one gate after the other.
pub(crate) fn policies(lines: &str) -> TempDir {
    world::plugins();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.yaml"), set_with(lines)).unwrap();
    folder
}

/// A gate that reaches `security` at this address.
pub(crate) fn gate(policies: &TempDir, receiver: SocketAddr) -> World {
    unreached(policies).configured(|config| reach(config, receiver))
}

fn unreached(policies: &TempDir) -> World {
    world::gate().policies(policies.path().to_owned()).configured(|config| {
        config.dev = false;
        config.public_url = Some("https://gate.shop.example".to_owned());
    })
}

fn reach(config: &mut Config, receiver: SocketAddr) {
    config.egress.insert("hooks".to_owned(), loopback(&format!("http://{receiver}/hooks"), ENDLESS));
    let route = Route { destination: "hooks".to_owned(), path: vec!["gate/1".to_owned()] };
    config.notices.contacts.insert("security".to_owned(), route.into());
    config.notices.retry_first = Duration::from_millis(10);
    config.notices.retry_max = Duration::from_millis(50);
}

fn token(gate: &Gate, name: &str, roles: &[&str]) -> Secret {
    let holder: Holder = serde_json::from_value(holder(name, roles, &["*"], &["*"])).unwrap();
    Handle::current().block_on(gate.inside().tokens().create(&holder, Duration::from_secs(3600), "test")).unwrap().0
}

fn force(gate: &Gate, token: &Secret, unit_tests: &str, why: &str) -> Response {
    let fields = [("emergency", "production_down"), ("justification", why)];
    decide_with(gate, token, "production", &["api"], Some(unit_tests), &fields)
}

fn ask(gate: &Gate, token: &Secret, method: &str, path: &str) -> Response {
    let bearer = format!("Bearer {}", token.reveal());
    send(gate.address, method, path, &[("authorization", &bearer)], b"")
}

fn id(answer: &Response) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

/// Waits until all notices of a decision stand so, and says how often each was sent.
fn stand(gate: &Gate, decision: &str, state: NoticeState) -> Vec<u32> {
    let (ledger, decision) = (gate.inside().ledger().clone(), DecisionId::parse(decision).unwrap());
    let until = Instant::now() + ENDLESS;
    loop {
        let notices = Handle::current().block_on(ledger.notices_of(&decision)).unwrap();
        if !notices.is_empty() && notices.iter().all(|notice| notice.state == state) {
            return notices.iter().map(|notice| notice.attempts).collect();
        }
        assert!(Instant::now() < until, "{notices:?}");
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_a_set_names_is_told_of_a_forced_deployment_and_of_its_confirmation_and_of_nothing_else() {
    let folder = tokio::task::spawn_blocking(|| policies(CONFIRMED)).await.unwrap();
    let receiver = Receiver::new(&[TAKEN]);
    let gate = gate(&folder, receiver.address).run().await;
    let work = move |gate: &Gate| {
        let (alice, bob) = (token(gate, "alice", &["override"]), token(gate, "bob", &["confirm"]));
        let (ci, auditor) = (token(gate, "ci", &["decide"]), token(gate, "ada", &["audit"]));
        // Decisions by the rules, a wish that nothing needed, and attempts that are not in order.
        decide_with(gate, &ci, "production", &["api"], Some(PASSES), &[]);
        decide_with(gate, &ci, "production", &["api"], Some(FAILS), &[]);
        for quiet in
            [force(gate, &alice, PASSES, WHY), force(gate, &alice, FAILS, "because"), force(gate, &ci, FAILS, WHY)]
        {
            assert!(quiet.json()["notices"].is_null(), "{}", quiet.text());
        }
        let forced = force(gate, &alice, FAILS, WHY);
        crate::openapi::fits("Answer", &forced);
        let answer = forced.json();
        let told = &answer["notices"];
        assert_eq!(told.as_array().unwrap().len(), 1, "{told}");
        assert_eq!((&told[0]["contact"], &told[0]["state"]), (&json!("security"), &json!("pending")));

        let asked = receiver.asked();
        let body = &asked.body;
        let id = id(&forced);
        assert!(asked.head.starts_with("post /hooks/gate%2f1 http/1.1\n"), "{}", asked.head);
        assert!(asked.head.contains(&format!("idempotency-key: {}\n", told[0]["id"].as_str().unwrap())));
        assert_eq!((&body["id"], &body["kind"]), (&told[0]["id"], &json!("break_glass_forced")));
        assert_eq!(body["contact"], json!({"name": "security", "address": "security@shop.example"}));
        assert_eq!(body["decision"]["link"], format!("https://gate.shop.example/v1/decisions/{id}"));
        assert_eq!((&body["decision"]["id"], &body["decision"]["allowed"]), (&json!(id), &json!(false)));
        assert_eq!(body["emergency"]["justification"], WHY);
        assert_eq!(body["emergency"]["actor"], "alice@shop.example");
        assert_eq!(body["emergency"]["expires"], answer["forced"]["expires"]);
        assert_eq!(body["blocking"], json!([{"stage": "unit_tests", "why": "failed"}]));
        assert_eq!(body["obligations"].as_array().unwrap().len(), 2);
        assert!(body["obligations"][0].get("due_at").is_none(), "nothing is owed before it is allowed: {body}");
        stand(gate, &id, NoticeState::Delivered);

        let confirmed = ask(gate, &bob, "POST", &format!("/v1/decisions/{id}/confirm"));
        assert_eq!(confirmed.status, 200, "{}", confirmed.text());
        crate::openapi::fits("Answer", &confirmed);
        let body = receiver.asked().body;
        assert_eq!((&body["kind"], &body["decision"]["allowed"]), (&json!("break_glass_confirmed"), &json!(true)));
        assert_eq!(body["confirmation"]["person"], "bob@shop.example");
        let owed = ask(gate, &auditor, "GET", "/v1/obligations").json();
        let due: Vec<&Value> = owed["obligations"].as_array().unwrap().iter().map(|one| &one["due_at"]).collect();
        for obligation in body["obligations"].as_array().unwrap() {
            assert!(due.contains(&&obligation["due_at"]), "{obligation} of {owed}");
        }
        stand(gate, &id, NoticeState::Delivered);
        let read = ask(gate, &auditor, "GET", &format!("/v1/decisions/{id}"));
        crate::openapi::fits("Answer", &read);
        let shown: Vec<Value> = read.json()["notices"].as_array().unwrap().clone();
        assert!(
            shown.len() == 2 && shown.iter().all(|one| one["state"] == "delivered" && one["delivered_at"].is_string())
        );
        assert_eq!(receiver.others(), 0);
    };
    with(gate, work).await.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_down_or_says_no_is_told_once_it_is_there() {
    let folder = tokio::task::spawn_blocking(|| policies(ALONE)).await.unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let gate = gate(&folder, address).run().await;
    let work = move |gate: &Gate| {
        let alice = token(gate, "alice", &["override"]);
        let forced = force(gate, &alice, FAILS, WHY);
        assert_eq!((forced.status, &forced.json()["permission"]), (200, &json!("forced")), "{}", forced.text());
        let (ledger, decision) = (gate.inside().ledger().clone(), DecisionId::parse(&id(&forced)).unwrap());
        let until = Instant::now() + ENDLESS;
        loop {
            let notices = Handle::current().block_on(ledger.notices_of(&decision)).unwrap();
            if notices[0].attempts > 1 {
                assert_eq!(notices[0].state, NoticeState::Pending);
                break;
            }
            assert!(Instant::now() < until, "{notices:?}");
            std::thread::yield_now();
        }
        let answers = [UNAVAILABLE, TAKEN].map(str::to_owned).to_vec();
        let receiver = Receiver::on(TcpListener::bind(address).unwrap(), answers);
        let (first, second) = (receiver.asked(), receiver.asked());
        assert_eq!(first.body, second.body, "the same again");
        assert_eq!(first.body["decision"]["allowed"], true);
        assert!(stand(gate, decision.as_str(), NoticeState::Delivered)[0] >= 4);
    };
    with(gate, work).await.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_waits_for_a_receiver_that_hangs_and_what_it_did_not_take_is_sent_after_the_next_start() {
    let folder = tokio::task::spawn_blocking(|| policies(ALONE)).await.unwrap();
    let silent = Receiver::new(&[SILENCE]);
    let first = gate(&folder, silent.address).run().await;
    let work = move |gate: &Gate| {
        let alice = token(gate, "alice", &["override"]);
        // More than are sent at the same time: each answer comes while nobody has taken anything.
        let ids: Vec<String> = (0..6).map(|_| id(&force(gate, &alice, FAILS, WHY))).collect();
        let sent = silent.asked().body["decision"]["id"].as_str().unwrap().to_owned();
        assert!(ids.contains(&sent));
        ids.iter().for_each(|id| assert_eq!(stand(gate, id, NoticeState::Pending), [0]));
        ids
    };
    let (first, ids) = with(first, work).await;
    let data = first.stop().await;
    let receiver = Receiver::new(&[TAKEN]);
    let again = gate(&folder, receiver.address).over(data).run().await;
    let work = move |gate: &Gate| {
        ids.iter().for_each(|id| assert_eq!(stand(gate, id, NoticeState::Delivered), [1]));
        let told: Vec<Value> = ids.iter().map(|_| receiver.asked().body["decision"]["id"].clone()).collect();
        assert!(ids.iter().all(|id| told.contains(&json!(id))), "{told:?}");
    };
    with(again, work).await.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_nobody_takes_is_given_up_and_stays_visible() {
    let folder = tokio::task::spawn_blocking(|| policies(ALONE)).await.unwrap();
    let elsewhere = Receiver::new(&[TAKEN]);
    let redirect = format!(
        "HTTP/1.1 307 Elsewhere\r\nlocation: http://{}/x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        elsewhere.address
    );
    let receiver = Receiver::on(TcpListener::bind("127.0.0.1:0").unwrap(), vec![redirect]);
    let gate = gate(&folder, receiver.address).configured(|config| config.notices.attempts = 2).run().await;
    let work = move |gate: &Gate| {
        let (alice, operator) = (token(gate, "alice", &["override"]), token(gate, "olga", &["operate"]));
        let forced = force(gate, &alice, FAILS, WHY);
        assert_eq!(forced.status, 200, "{}", forced.text());
        assert_eq!(stand(gate, &id(&forced), NoticeState::Failed), [2]);
        assert_eq!(
            (receiver.asked().body["kind"].clone(), receiver.others(), elsewhere.others()),
            (json!("break_glass_forced"), 1, 0)
        );
        let status = ask(gate, &operator, "GET", "/v1/status");
        crate::openapi::fits("StatusBody", &status);
        let notices = &status.json()["notices"];
        assert_eq!((&notices["failed"], &notices["pending"]), (&json!(1), &json!(0)), "{notices}");
        let error = notices["troubled"][0]["last_error"].as_str().unwrap();
        assert!(error.contains("status 307 redirects to") && error.contains("no redirect is followed"), "{error}");
        assert!(notices["warnings"][0].as_str().unwrap().contains("given up: 1"), "{notices}");
        let metrics = ask(gate, &operator, "GET", "/metrics").text();
        assert!(metrics.contains("\ntidegate_notices_failed 1\n"), "{metrics}");
        let read = ask(gate, &alice, "GET", &format!("/v1/decisions/{}", id(&forced)));
        assert_eq!(read.json()["notices"][0]["state"], "failed", "{}", read.text());
    };
    with(gate, work).await.0.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_whom_nobody_can_reach_is_said_and_keeps_no_emergency_from_going_on() {
    let folder = tokio::task::spawn_blocking(|| policies(ALONE)).await.unwrap();
    let first = unreached(&folder).run().await;
    let work = |gate: &Gate| {
        let (alice, operator) = (token(gate, "alice", &["override"]), token(gate, "olga", &["operate"]));
        let unrouted = json!([{"policy_set": "all", "contact": "security"}]);
        assert_eq!(ask(gate, &operator, "GET", "/v1/status").json()["notices"]["unrouted"], unrouted);
        let forced = force(gate, &alice, FAILS, WHY);
        assert_eq!(forced.status, 200, "{}", forced.text());
        assert_eq!(forced.json()["notices"][0]["state"], "undeliverable", "{}", forced.text());
        stand(gate, &id(&forced), NoticeState::Undeliverable);
        let notices = ask(gate, &operator, "GET", "/v1/status").json()["notices"].clone();
        assert_eq!(notices["undeliverable"], 1, "{notices}");
        assert_eq!(notices["warnings"].as_array().unwrap().len(), 2, "{notices}");
        id(&forced)
    };
    let (first, forced) = with(first, work).await;
    let data = first.stop().await;
    // Once somebody says where that is, it is sent.
    let receiver = Receiver::new(&[TAKEN]);
    let again = gate(&folder, receiver.address).over(data).run().await;
    let work = move |gate: &Gate| {
        stand(gate, &forced, NoticeState::Delivered);
        assert_eq!(receiver.asked().body["decision"]["id"], json!(forced));
    };
    with(again, work).await.0.stop().await;
}
