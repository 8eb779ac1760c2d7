//! What programs are told of decisions, as whoever mends something meets it, and whoever is refused.

use crate::{
    authority::{JUNIT, ask, decide_with, gate_of_sets, holder},
    notices::{FAILS, receiver::ENDLESS},
    rollbacks::{gate_with, read, receiver::Runner, webhook, workflow},
    wire::Response,
    world::Gate,
};
use serde_json::{Value, json};
use std::time::Instant;
use tidegate::identity::secret::Secret;

const ALL: &str = "on: { remediate: runner, hold: runner, forced: runner }\n";
const WHY: &str = "checkout is down for everybody, and this mends it";
const SECRET: [u8; 32] = [7; 32];

/// A gate with these lines in its set, and whoever carries orders out.
async fn ordering(lines: &'static str, test: impl FnOnce(&Gate, &Runner, &dyn Fn(Value) -> Secret) + Send + 'static) {
    let runner = Runner::new(&[503, 204]);
    let (folder, address) = (tempfile::tempdir().unwrap(), runner.address);
    let secret = folder.path().join("secret");
    let configured = move |config: &mut tidegate::config::Config| {
        config.public_url = Some("https://gate.shop.example".to_owned());
        webhook(config, address, &secret);
    };
    gate_with(lines, configured, move |gate, token| test(gate, &runner, token)).await;
    drop(folder);
}

fn refused(gate: &Gate, token: &Secret, fields: &[(&str, &str)]) -> Value {
    let answer = decide_with(gate, token, "production", &["api"], Some(FAILS), fields);
    assert_eq!(answer.status, 409, "{}", answer.text());
    crate::openapi::fits("Answer", &answer);
    answer.json()
}

/// What a decision says of its orders: kind, order and state of each.
fn orders(answer: &Value) -> Vec<[&str; 3]> {
    let all = answer["orders"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|one| ["kind", "order", "state"].map(|key| one[key].as_str().unwrap())).collect()
}

/// Reads a decision until its last order stands so.
fn stands(gate: &Gate, token: &Secret, id: &Value, state: &str) -> Value {
    let until = Instant::now() + ENDLESS;
    loop {
        let shown = read(gate, token, &format!("/v1/decisions/{}", id.as_str().unwrap()));
        crate::openapi::fits("Answer", &shown);
        let shown = shown.json();
        if orders(&shown).last().is_some_and(|[_, _, now]| *now == state) {
            return shown;
        }
        assert!(Instant::now() < until, "{shown}");
        std::thread::yield_now();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_orders_its_mending_signed_and_says_how_that_stands() {
    ordering("on: { remediate: runner }\n", |gate, runner, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        // What is allowed, and what is only held, is nobody's to mend here.
        assert_eq!(decide_with(gate, &ci, "production", &["api"], Some(JUNIT), &[]).status, 200);
        let held = decide_with(gate, &ci, "production", &["api"], None, &[]).json();
        assert_eq!((&held["outcome"], orders(&held)), (&json!("HOLD"), vec![]), "{held}");

        let answer = refused(gate, &ci, &[]);
        assert_eq!(orders(&answer), [["remediate", "runner", "pending"]]);
        let (first, again) = (runner.next(), runner.next());
        for came in [&first, &again] {
            assert_eq!(came.line, "POST /hooks/roll%2Fback");
            assert!(came.is_signed_with(&SECRET), "{came:?}");
            came.is_an_order();
        }
        assert_eq!((&first.body, &first.headers["webhook-id"]), (&again.body, &again.headers["idempotency-key"]));
        let (body, id) = (first.json(), &answer["id"]);
        let link = format!("https://gate.shop.example/v1/decisions/{}", id.as_str().unwrap());
        assert_eq!((&body["id"], &body["kind"]), (&answer["orders"][0]["id"], &json!("remediate")));
        assert_eq!(
            body["decision"],
            json!({"id": id, "link": link, "outcome": "REMEDIATE", "allowed": false, "evaluated_at": answer["evaluated_at"]})
        );
        assert_eq!(body["deployment"]["environment"], "production");
        assert_eq!(body["deployment"]["services"], json!([{"name": "api", "version": "1.0.0"}]));
        assert_eq!(
            body["inputs"],
            json!({"decision": id, "outcome": "REMEDIATE", "environment": "production", "services": "api@1.0.0", "link": link})
        );
        let blocker = &body["blocking"][0];
        assert_eq!((&blocker["stage"], &blocker["why"]), (&json!("unit_tests"), &json!("failed")), "{body}");
        let shown = &answer["stages"][0]["evaluations"][0]["findings"];
        assert_eq!(blocker["findings"][0]["message"], shown[0]["message"], "{answer}");
        assert_eq!(blocker["findings"][0].get("remediation"), shown[0].get("remediation"));

        let taken = stands(gate, &ci, id, "delivered");
        assert!(taken["orders"][0]["delivered_at"].is_string(), "{taken}");
        // What is judged again from the record is told nobody.
        crate::replay::all_equal(gate);
        assert!(runner.others().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_again_under_its_key_orders_nothing_again() {
    ordering(ALL, |gate, runner, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let bearer = format!("Bearer {}", ci.reveal());
        let under = |key: &str, report: Option<&str>| -> Response {
            let deployment = json!({"environment": "production", "services": [{"name": "api", "version": "1.0.0"}]});
            let mut form = crate::wire::Form::default().field("deployment", deployment.to_string());
            if let Some(report) = report {
                form = form.file("unit_tests", "unit.xml", report);
            }
            form.post(gate.address, "/v1/decisions", &[("authorization", &bearer), ("idempotency-key", key)])
        };
        let mut ordered = Vec::new();
        let first = under("k-1", Some(FAILS)).json();
        ordered.push(first["orders"][0]["id"].clone());
        stands(gate, &ci, &first["id"], "delivered");
        let again = under("k-1", Some(FAILS)).json();
        assert_eq!((&again["id"], orders(&again)), (&first["id"], vec![["remediate", "runner", "delivered"]]));

        // A hold is judged anew each time, and ordered the first time.
        let held = under("k-2", None).json();
        assert_eq!(orders(&held), [["hold", "runner", "pending"]], "{held}");
        ordered.push(held["orders"][0]["id"].clone());
        for _ in 0..3 {
            let polled = under("k-2", None).json();
            assert!(polled["id"] != held["id"] && orders(&polled).is_empty(), "{polled}");
        }
        // Without a key it is another request.
        let other = decide_with(gate, &ci, "production", &["api"], None, &[]).json();
        ordered.push(other["orders"][0]["id"].clone());
        for id in [&held["id"], &other["id"]] {
            stands(gate, &ci, id, "delivered");
        }
        let mut came: Vec<Value> = runner.others().iter().map(|came| came.json()["id"].clone()).collect();
        // The first attempt of all was not taken.
        assert_eq!(came.remove(0), ordered[0]);
        came.sort_by_key(ToString::to_string);
        ordered.sort_by_key(ToString::to_string);
        assert_eq!(came, ordered);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_deployment_is_ordered_once_it_may_go_on() {
    const ALONE: &str = "on: { remediate: runner, forced: runner }\nbreak_glass: { minimum_evidence: [unit_tests], second_human: false }\n";
    const CONFIRMED: &str =
        "on: { remediate: runner, forced: runner }\nbreak_glass: { minimum_evidence: [unit_tests] }\n";
    let forcing = [("emergency", "production_down"), ("justification", WHY)];
    ordering(ALONE, move |gate, runner, token| {
        let alice = token(holder("alice", &["override"], &["*"], &["*"]));
        let forced = decide_with(gate, &alice, "production", &["api"], Some(FAILS), &forcing);
        assert_eq!(forced.status, 200, "{}", forced.text());
        assert_eq!(orders(&forced.json()), [["forced", "runner", "pending"]], "nothing of it is refused");
        let body = runner.next().json();
        assert_eq!((&body["kind"], &body["decision"]["allowed"]), (&json!("forced"), &json!(true)));
        assert_eq!(
            body["forced"],
            json!({"reason": "production_down", "actor": "alice@shop.example", "expires": forced.json()["valid_until"]})
        );
        // A wish that nothing needed, and one that is not in order.
        let idle = decide_with(gate, &alice, "production", &["api"], Some(JUNIT), &forcing);
        assert_eq!((idle.status, orders(&idle.json())), (200, vec![]));
        let because = [("emergency", "production_down"), ("justification", "because")];
        let refused = decide_with(gate, &alice, "production", &["api"], Some(FAILS), &because).json();
        assert_eq!(orders(&refused), [["remediate", "runner", "pending"]], "{refused}");
    })
    .await;
    ordering(CONFIRMED, move |gate, runner, token| {
        let alice = token(holder("alice", &["override"], &["*"], &["*"]));
        let bob = token(holder("bob", &["confirm"], &["*"], &["*"]));
        let awaits = refused(gate, &alice, &forcing);
        assert_eq!(orders(&awaits), [["remediate", "runner", "pending"]], "it may not go on yet");
        stands(gate, &alice, &awaits["id"], "delivered");
        let path = format!("/v1/decisions/{}/confirm", awaits["id"].as_str().unwrap());
        let confirmed = ask(gate, Some(&bob), "POST", &path, b"");
        assert_eq!(confirmed.status, 200, "{}", confirmed.text());
        crate::openapi::fits("Answer", &confirmed);
        assert_eq!(ask(gate, Some(&bob), "POST", &path, b"").status, 409);
        let shown = stands(gate, &alice, &awaits["id"], "delivered");
        let kinds: Vec<&str> = orders(&shown).iter().map(|[kind, ..]| *kind).collect();
        assert_eq!(kinds, ["remediate", "forced"]);
        let came: Vec<Value> = runner.others().iter().map(super::rollbacks::receiver::Came::json).collect();
        let forced = came.iter().find(|body| body["kind"] == "forced").unwrap();
        assert_eq!((&forced["forced"]["confirmed_by"], came.len()), (&json!("bob@shop.example"), 3), "{came:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_advises_and_what_a_candidate_thinks_orders_nothing() {
    const ADVISES: &str = "enforcement: advisory\non: { remediate: runner, hold: runner }\n";
    ordering(ADVISES, |gate, runner, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let advised = decide_with(gate, &ci, "production", &["api"], Some(FAILS), &[]);
        assert_eq!((advised.status, orders(&advised.json())), (200, vec![]), "{}", advised.text());
        assert!(runner.others().is_empty());
    })
    .await;
    let runner = Runner::new(&[204]);
    let (secrets, address) = (tempfile::tempdir().unwrap(), runner.address);
    let secret = secrets.path().join("secret");
    let candidate = |set: String| set.replace("policy_set: all", "policy_set: stricter\nshadow_of: all") + ALL;
    let configured = move |config: &mut tidegate::config::Config| webhook(config, address, &secret);
    gate_of_sets(candidate, configured, move |gate, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let answer = refused(gate, &ci, &[]);
        assert_eq!(answer["shadow"][0]["outcome"], "REMEDIATE", "{answer}");
        assert!(orders(&answer).is_empty() && runner.others().is_empty(), "{answer}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_the_configuration_does_not_name_is_said_and_given_up() {
    gate_with(
        "on: { remediate: fixer }\n",
        |_| (),
        |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let olga = token(holder("olga", &["operate"], &["*"], &["*"]));
            let warnings = || read(gate, &olga, "/v1/status").json()["notices"]["warnings"].clone();
            let unknown = "policy set `all` orders on `remediate` `fixer`, and `orders` does not say how it is given";
            assert_eq!(warnings(), json!([unknown]));
            let answer = refused(gate, &ci, &[]);
            assert_eq!(orders(&answer), [["remediate", "fixer", "failed"]]);
            stands(gate, &ci, &answer["id"], "failed");
            assert_eq!(warnings(), json!(["notices given up: 1; nobody took them", unknown]));
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_run_with_what_was_decided() {
    let github = Runner::new(&[204]);
    let (folder, address) = (tempfile::tempdir().unwrap(), github.address);
    let path = folder.path().join("token");
    gate_with(
        "on: { hold: runner }\n",
        move |config| workflow(config, address, &path),
        move |gate, token| {
            let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
            let held = decide_with(gate, &ci, "production", &["api", "web"], None, &[]).json();
            let came = github.next();
            assert_eq!(came.line, "POST /repos/acme/shop/actions/workflows/rollback.yml/dispatches");
            let inputs = json!({"decision": held["id"], "outcome": "HOLD", "environment": "production",
                "services": "api@1.0.0,web@1.0.0", "link": ""});
            assert_eq!(came.json(), json!({"ref": "main", "inputs": inputs}));
            stands(gate, &ci, &held["id"], "delivered");
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_bounded_whatever_was_found() {
    ordering("on: { remediate: runner }\n", |gate, runner, token| {
        let ci = token(holder("ci", &["decide"], &["*"], &["*"]));
        let (name, message) = ("n\u{1F30A}".repeat(300), "\u{1F30A}&#10;".repeat(2_000));
        let case = |number: usize| {
            format!(
                "<testcase classname=\"{name}{number}\" name=\"{name}\"><failure message=\"{message}\"/></testcase>"
            )
        };
        let report = format!("<testsuite name=\"unit\">{}</testsuite>", (0..40).map(case).collect::<String>());
        let answer = decide_with(gate, &ci, "production", &["api"], Some(&report), &[]);
        assert_eq!(answer.status, 409, "{}", answer.text());
        let came = runner.next();
        came.is_an_order();
        let (body, listed) = (came.json(), |at: usize| came.json()["blocking"][0]["findings"][at].clone());
        assert!(came.body.len() < 32 << 10, "{}", came.body.len());
        assert!(listed(0)["decisive"] == true && listed(4).is_object() && listed(5).is_null(), "{body}");
        assert!(body["blocking"][0]["findings_omitted"].as_u64().unwrap() >= 35, "{body}");
        stands(gate, &ci, &answer.json()["id"], "delivered");
    })
    .await;
}
