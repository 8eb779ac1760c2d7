//! What forced deployments leave to be done, as those meet it who owe it, and who would rather not.

use crate::{
    authority::{decide_with, gate_with, gate_with_made_up_records, holder},
    wire::{Response, send},
    world::Gate,
};
use serde_json::{Value, json};
use std::time::Duration;
use tidegate::{gate::clock, identity::secret::Secret};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    act::Act,
    error::RecordError,
    id::DecisionId,
    obligation::Fulfilment,
    record::{Circumstances, DecisionRecord},
};
use tokio::runtime::Handle;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";
const WHY: &str = "checkout is down for everybody, and this mends it";
const REVIEW: &str = "looked at the change and at its effect: it may stay";

const ALL_KINDS: &str = "break_glass:\n  minimum_evidence: [unit_tests]\n  obligations:\n    review: { owner: Security, within: 1d, \
                         grace: 1d }\n    tests: { owner: Dev, within: 1d, grace: 1d }\n    ticket: { owner: Ops, within: 1d, \
                         grace: 1d }\n    post_mortem: { owner: Ops, within: 1d, grace: 1d }\n";
const TICKET: &str = "break_glass:\n  minimum_evidence: [unit_tests]\n  second_human: false\n  obligations:\n    ticket: { owner: Ops, \
                      within: 1d, grace: 1d }\n";

fn person(name: &str, roles: &[&str]) -> Value {
    let mut holder = holder(name, roles, &["production"], &["*"]);
    holder["person"] = json!(format!("{name}@shop.example"));
    holder
}

fn force(gate: &Gate, token: &Secret, unit_tests: &str) -> Response {
    let fields = [("emergency", "production_down"), ("justification", WHY)];
    decide_with(gate, token, "production", &["api"], Some(unit_tests), &fields)
}

fn ask(gate: &Gate, token: &Secret, method: &str, path: &str, body: &Value) -> Response {
    let bearer = format!("Bearer {}", token.reveal());
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(gate.address, method, path, &headers, body.as_bytes())
}

fn list(gate: &Gate, token: &Secret, query: &str) -> Vec<Value> {
    let response = ask(gate, token, "GET", &format!("/v1/obligations{query}"), &Value::Null);
    crate::openapi::fits("ObligationsBody", &response);
    response.json()["obligations"].as_array().unwrap().clone()
}

fn fulfil(gate: &Gate, token: &Secret, id: &str, with: &str) -> Response {
    ask(gate, token, "POST", &format!("/v1/obligations/{id}/fulfil"), &json!({ "with": with }))
}

fn id(answer: &Response) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

fn ago(hours: u64) -> Timestamp {
    Timestamp::from_nanos(clock::now().nanos() - Duration::from_secs(hours * 3600).as_nanos() as u64)
}

/// The same decision, recorded as if it had been made so many hours ago.
fn made_ago(gate: &Gate, id: &str, hours: u64) -> String {
    let ledger = gate.inside().ledger().clone();
    let (id, at) = (DecisionId::parse(id).unwrap(), ago(hours));
    Handle::current().block_on(async {
        let stored = ledger.decision(&id).await.unwrap().unwrap();
        let decision = DecisionId::parse(&uuid::Uuid::now_v7().to_string()).unwrap();
        let mut judgement = stored.judgement;
        judgement.evaluated_at = at;
        judgement.decision.evaluated_at = at;
        let record = DecisionRecord {
            judgement,
            circumstances: Circumstances { decision: decision.clone(), recorded_at: at, ..stored.circumstances },
            idempotency: None,
            evidence: Vec::new(),
            held: Vec::new(),
            sender: tidegate::identity::principal::Principal::anonymous().sender(),
            bodies: Vec::new(),
            mends: Vec::new(),
            notices: Vec::new(),
        };
        ledger.record(record).await.unwrap();
        decision.to_string()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_owed_before_it_is_allowed_and_only_by_those_who_may_see_it() {
    gate_with(ALL_KINDS, |gate, token| {
        let alice = token(person("alice", &["override"]));
        let bob = token(person("bob", &["confirm"]));
        let elsewhere = token(holder("eve", &["operate", "decide"], &["staging"], &["*"]));
        let other = token(holder("ci", &["operate", "decide"], &["*"], &["web"]));
        let forced = force(gate, &alice, FAILS);
        assert_eq!(forced.json()["forced"]["obligations"].as_array().unwrap().len(), 4, "{}", forced.text());
        crate::openapi::fits("Answer", &forced);
        assert_eq!(list(gate, &alice, ""), Vec::<Value>::new());
        let early = fulfil(gate, &bob, &format!("{}-review", id(&forced)), REVIEW);
        assert_eq!(early.status, 404, "it is not owed yet: {}", early.text());

        assert_eq!(
            ask(gate, &bob, "POST", &format!("/v1/decisions/{}/confirm", id(&forced)), &Value::Null).status,
            200
        );
        let owed = list(gate, &alice, "");
        let mut kinds: Vec<&str> = owed.iter().map(|one| one["kind"].as_str().unwrap()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["post_mortem", "review", "tests", "ticket"]);
        assert!(owed.iter().all(|one| one["state"] == "open" && one["services"] == json!(["api"])), "{owed:?}");
        assert_eq!(list(gate, &alice, "?state=open&service=api&environment=production").len(), 4);
        for nothing in ["?state=overdue", "?service=web", "?environment=staging"] {
            assert_eq!(list(gate, &alice, nothing), Vec::<Value>::new(), "{nothing}");
        }
        assert_eq!(ask(gate, &alice, "GET", "/v1/obligations?state=late", &Value::Null).status, 400);
        for stranger in [&elsewhere, &other] {
            assert_eq!(list(gate, stranger, ""), Vec::<Value>::new());
            let there = fulfil(gate, stranger, owed[0]["id"].as_str().unwrap(), "https://tickets.shop.example/1");
            let nowhere = fulfil(gate, stranger, "none", "https://tickets.shop.example/1");
            assert_eq!((there.status, there.text()), (404, nowhere.text()));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_obligation_is_fulfilled_by_what_it_asks_for_and_once() {
    gate_with(ALL_KINDS, |gate, token| {
        let alice = token(person("alice", &["override"]));
        let herself = token({
            let mut again = person("alice-at-home", &["operate"]);
            again["person"] = json!("ALICE@shop.example");
            again
        });
        let bob = token(person("bob", &["confirm"]));
        let carol = token(person("carol", &["confirm"]));
        let program = token(holder("robot", &["operate"], &["production"], &["*"]));
        let ci = token(holder("ci", &["decide"], &["production"], &["*"]));
        let ticket = "https://tickets.shop.example/INC-7";

        let early = id(&decide_with(gate, &ci, "production", &["api"], Some(PASSES), &[]));
        let forced = id(&force(gate, &alice, FAILS));
        assert_eq!(ask(gate, &bob, "POST", &format!("/v1/decisions/{forced}/confirm"), &Value::Null).status, 200);
        let failing = id(&decide_with(gate, &ci, "production", &["api"], Some(FAILS), &[]));
        let missing = id(&decide_with(gate, &ci, "production", &["api"], None, &[]));
        let another = id(&decide_with(gate, &ci, "production", &["web"], Some(PASSES), &[]));
        let passing = id(&decide_with(gate, &ci, "production", &["api"], Some(PASSES), &[]));
        let leaves = gate.leaves();
        for (who, kind, with, status, why) in [
            (&ci, "ticket", ticket, 403, "holds none of the roles"),
            (&program, "ticket", ticket, 409, "a program fulfils nothing"),
            (&alice, "ticket", "INC-7", 409, "needs an address"),
            (&alice, "post-mortem", "we did it", 409, "needs an address"),
            (&alice, "review", REVIEW, 409, "nobody reviews what they asked for"),
            (&herself, "review", REVIEW, 409, "nobody reviews what they asked for"),
            (&bob, "review", REVIEW, 409, "nobody reviews what they confirmed"),
            (&carol, "review", "fine", 409, "4 characters, at least 20 needed"),
            (&alice, "tests", "soon", 409, "needs the id of a later decision"),
            (&alice, "tests", &early, 409, "needs the id of a later decision"),
            (&alice, "tests", &forced, 409, "needs the id of a later decision"),
            (&alice, "tests", &another, 409, "needs the id of a later decision"),
            (&alice, "tests", &failing, 409, "`unit_tests` did not pass"),
            (&alice, "tests", &missing, 409, "`unit_tests` did not pass"),
            (&alice, "ticket", &*"https://a/".repeat(300), 413, "3000 used, 2048 allowed"),
        ] {
            let refused = fulfil(gate, who, &format!("{forced}-{kind}"), with);
            assert_eq!(refused.status, status, "{kind} {with}: {}", refused.text());
            assert!(refused.text().contains(why), "{kind} {why}: {}", refused.text());
        }
        assert_eq!(gate.leaves(), leaves, "nothing was fulfilled");
        for (who, kind, with) in [
            (&carol, "review", REVIEW),
            (&alice, "tests", &*passing),
            (&alice, "ticket", ticket),
            (&herself, "post-mortem", "https://wiki.shop.example/post-mortems/7"),
        ] {
            let done = fulfil(gate, who, &format!("{forced}-{kind}"), with);
            assert_eq!((done.status, &done.json()["state"]), (200, &json!("fulfilled")), "{}", done.text());
            crate::openapi::fits("ObligationBody", &done);
            assert_eq!(done.json()["fulfilled"]["with"], json!(with));
            let again = fulfil(gate, who, &format!("{forced}-{kind}"), with);
            assert!(again.status == 409 && again.text().contains("fulfilled before"), "{}", again.text());
        }
        assert_eq!((gate.leaves(), list(gate, &alice, "?state=open").len()), (leaves + 4, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_obligation_warns_then_holds_until_it_is_fulfilled_and_never_an_emergency() {
    gate_with_made_up_records(TICKET, |gate, token| {
        let alice = token(person("alice", &["override"]));
        let ci = token(holder("ci", &["decide"], &["production"], &["*"]));
        let operator = token(person("olga", &["operate"]));
        let normal = |services: &[&str]| decide_with(gate, &ci, "production", services, Some(PASSES), &[]);
        let forced = force(gate, &alice, FAILS);
        assert_eq!((forced.status, normal(&["api"]).status), (200, 200), "{}", forced.text());

        made_ago(gate, &id(&forced), 36);
        let late = normal(&["api"]);
        let warning = late.json()["warnings"].to_string();
        assert!(late.status == 200 && warning.contains("was due at"), "{}", late.text());

        let old = made_ago(gate, &id(&forced), 72);
        let held = normal(&["web", "api"]);
        let answer = held.json();
        assert_eq!((held.status, &answer["outcome"]), (409, &json!("HOLD")), "{answer}");
        assert_eq!(answer["blocking"], json!([{"stage": "obligations", "why": "held"}]));
        assert!(answer["warnings"].to_string().contains(&format!("`{old}-ticket` was due at")), "{answer}");
        crate::openapi::fits("Answer", &held);
        let read = ask(gate, &ci, "GET", &format!("/v1/decisions/{}", id(&held)), &Value::Null);
        assert_eq!(read.json(), answer, "the record holds what was considered");
        assert_eq!(normal(&["web"]).status, 200, "another service owes nothing");
        assert_eq!(list(gate, &ci, "?state=overdue").len(), 2);

        // A pipeline that only says it is an emergency is held all the same; one that is, is not; nor is a rollback.
        assert_eq!(force(gate, &ci, PASSES).status, 409);
        let emergency = force(gate, &alice, PASSES);
        assert_eq!(
            (emergency.status, &emergency.json()["permission"]),
            (200, &json!("forced")),
            "{}",
            emergency.text()
        );
        let back =
            json!({"environment": "production", "cause": "rollback", "services": [{"name": "api", "version": "1"}]});
        let form = crate::wire::Form::default().field("deployment", back.to_string());
        let form = form.file("unit_tests", "unit.xml", PASSES);
        let back =
            form.post(gate.address, "/v1/decisions", &[("authorization", &format!("Bearer {}", operator.reveal()))]);
        assert_eq!(back.status, 200, "{}", back.text());

        let done = fulfil(gate, &operator, &format!("{old}-ticket"), "https://tickets.shop.example/INC-7");
        assert_eq!(done.status, 200, "{}", done.text());
        let after = normal(&["api"]);
        assert!(after.status == 200 && after.json()["warnings"].to_string().contains("was due at"), "{}", after.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_fulfil_at_once_one_does() {
    gate_with(TICKET, |gate, token| {
        let alice = token(person("alice", &["override"]));
        let forced = id(&force(gate, &alice, FAILS));
        let ledger = gate.inside().ledger().clone();
        let leaves = gate.leaves();
        let fulfil = |with: &str| {
            let obligation = format!("{forced}-ticket").into();
            let done = Fulfilment { obligation, person: "alice@shop.example".into(), with: with.into() };
            let record = tidegate::gate::activation::act(Act::Fulfilled(done), Vec::new());
            let ledger = ledger.clone();
            async move { ledger.act(record).await }
        };
        let (one, other) = Handle::current()
            .block_on(async { tokio::join!(fulfil("https://a.example/1"), fulfil("https://a.example/2")) });
        assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1, "{one:?} {other:?}");
        let refused = one.err().or(other.err()).unwrap();
        assert!(matches!(refused, RecordError::Fulfilled), "{refused}");
        assert_eq!(gate.leaves(), leaves + 1);
    })
    .await;
}
