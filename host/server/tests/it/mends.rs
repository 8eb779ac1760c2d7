//! What waivers leave to be done, as those meet it who deploy by them and who own them.

use crate::{
    authority::{decide_with, gate_beside, holder},
    wire::{Response, send},
    world::Gate,
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tidegate::identity::secret::Secret;
use tidegate_core::{
    name::{ServiceName, WaiverId},
    time::Timestamp,
};
use tidegate_ledger::{
    id::DecisionId,
    obligation::NewMend,
    record::{Circumstances, DecisionRecord},
};
use tokio::runtime::Handle;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";
const RULES: &str = "waivers: { max_lifetime: 366d }\n";

fn day(days: i64) -> String {
    let at = i64::try_from(tidegate::gate::clock::now().nanos()).unwrap() + days * 24 * 3_600_000_000_000;
    Timestamp::from_nanos(u64::try_from(at).unwrap()).to_string()
}

fn waivers(expires: &str) -> String {
    format!(
        "waivers:\n  - {{ id: W-1, of: all, rules: [unit_tests/tests.pass-rate], reason: known, owner: dave@shop.example, \
         approved_by: carol@shop.example, from: {}, expires: {expires} }}\n",
        day(-1)
    )
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

fn id(answer: &Response) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_waiver_lets_through_is_left_to_its_owner_once_until_it_passes_without_it() {
    let expires = day(30);
    gate_beside(RULES, Some(waivers(&expires)), move |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let (dave, robot) = (
            token(holder("dave", &["override"], &["*"], &["*"])),
            token(holder("robot", &["operate"], &["*"], &["*"])),
        );
        let decide = |services: &[&str], tests: &str| decide_with(gate, &ci, "production", services, Some(tests), &[]);
        let early = decide(&["api"], PASSES);
        assert!(early.json()["waivers"][0].get("to_mend").is_none(), "{}", early.text());
        assert_eq!(list(gate, &ci, ""), Vec::<Value>::new());

        let first = decide(&["api"], FAILS);
        assert_eq!((first.status, &first.json()["waivers"][0]["to_mend"]), (200, &json!(["api"])), "{}", first.text());
        crate::openapi::fits("Answer", &first);
        let read = ask(gate, &ci, "GET", &format!("/v1/decisions/{}", id(&first)), &Value::Null);
        assert_eq!(read.json(), first.json(), "a decision is read back as it was answered");
        decide(&["api"], FAILS);
        decide(&["web", "api"], FAILS);
        let owed = list(gate, &ci, "?state=open");
        let shown: Vec<Value> = owed.iter().map(|one| json!([one["kind"], one["waiver"], one["services"]])).collect();
        assert_eq!(shown.len(), 2, "{owed:?}");
        assert!(shown.contains(&json!(["mend", "W-1", ["api"]])) && shown.contains(&json!(["mend", "W-1", ["web"]])));
        let api = list(gate, &ci, "?service=api").remove(0);
        assert_eq!((&api["decision"], &api["owner"]), (&json!(id(&first)), &json!("dave@shop.example")));
        assert_eq!((&api["due_at"], api.get("holds_from")), (&json!(expires), None));

        let (waived, mended, other) = (decide(&["api"], FAILS), decide(&["api"], PASSES), decide(&["web"], PASSES));
        let path = format!("/v1/obligations/{}/fulfil", api["id"].as_str().unwrap());
        for (who, with, why) in [
            (&robot, id(&mended), "a program fulfils nothing"),
            (&dave, "we did it".to_owned(), "needs the id of a later decision"),
            (&dave, id(&early), "needs the id of a later decision"),
            (&dave, id(&other), "needs the id of a later decision"),
            (&dave, id(&waived), "did not pass without it"),
        ] {
            let refused = ask(gate, who, "POST", &path, &json!({ "with": with }));
            assert!(refused.status == 409 && refused.text().contains(why), "{why}: {}", refused.text());
        }
        let done = ask(gate, &dave, "POST", &path, &json!({ "with": id(&mended) }));
        assert_eq!((done.status, &done.json()["state"]), (200, &json!("fulfilled")), "{}", done.text());
        crate::openapi::fits("ObligationBody", &done);
        assert_eq!(list(gate, &ci, "?state=open").len(), 1);
        // Whoever said so was wrong, or it broke again.
        let again = decide(&["api"], FAILS);
        let reopened = list(gate, &ci, "?state=open&service=api");
        assert_eq!((reopened.len(), &reopened[0]["decision"]), (1, &json!(id(&again))), "{reopened:?}");
    })
    .await;
}

/// The same decision once more, and something that was to be mended by a moment that has passed.
fn left_late(gate: &Gate, of: &str) -> String {
    let ledger = gate.inside().ledger().clone();
    let of = DecisionId::parse(of).unwrap();
    Handle::current().block_on(async {
        let stored = ledger.decision(&of).await.unwrap().unwrap();
        let decision = DecisionId::parse(&uuid::Uuid::now_v7().to_string()).unwrap();
        let due = Timestamp::from_nanos(
            tidegate::gate::clock::now().nanos() - Duration::from_secs(9_000_000).as_nanos() as u64,
        );
        let mend = NewMend {
            waiver: WaiverId::parse("W-0").unwrap(),
            service: ServiceName::parse("api").unwrap(),
            owner: Arc::from("dave@shop.example"),
            due,
        };
        let record = DecisionRecord {
            judgement: stored.judgement,
            circumstances: Circumstances { decision: decision.clone(), ..stored.circumstances },
            idempotency: None,
            evidence: Vec::new(),
            held: Vec::new(),
            sender: tidegate::identity::principal::Principal::anonymous().sender(),
            bodies: Vec::new(),
            mends: vec![mend],
            notices: Vec::new(),
        };
        ledger.record(record).await.unwrap();
        decision.to_string()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_to_be_mended_and_is_late_warns_in_every_decision_and_holds_none() {
    gate_beside(RULES, Some(waivers(&day(30))), |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let decide = |service: &str| decide_with(gate, &ci, "production", &[service], Some(PASSES), &[]);
        let late = left_late(gate, &id(&decide("api")));
        let after = decide("api");
        let warnings = after.json()["warnings"].to_string();
        assert_eq!(after.status, 200, "{}", after.text());
        assert!(warnings.contains(&format!("obligation `{late}-mend-W-0~api` was due at")), "{warnings}");
        crate::openapi::fits("Answer", &after);
        let read = ask(gate, &ci, "GET", &format!("/v1/decisions/{}", id(&after)), &Value::Null);
        assert_eq!(read.json(), after.json(), "the record holds what was considered");
        let elsewhere = decide("web").json()["warnings"].to_string();
        assert!(!elsewhere.contains("was due at"), "{elsewhere}");
        assert_eq!(list(gate, &ci, "?state=overdue")[0]["state"], "overdue");
    })
    .await;
}
