//! Forced deployments, as those meet them who force them, who confirm them, and who would like to.

use crate::{
    authority::{decide_with, gate_beside, gate_with, holder},
    wire::{Form, Response, send},
    world::Gate,
};
use serde_json::{Value, json};
use tidegate::identity::secret::Secret;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";
const WHY: &str = "checkout is down for everybody, and this mends it";

/// A set that lets unit tests fail in an emergency, but not be missing, once a second person says so.
const RULES: &str = "break_glass: { minimum_evidence: [unit_tests], second_human: true, valid_for: 2h }\n";
const ALONE: &str = "break_glass: { minimum_evidence: [unit_tests], second_human: false, valid_for: 2h }\n";

fn person(name: &str, person: &str, roles: &[&str]) -> Value {
    let mut holder = holder(name, roles, &["production"], &["*"]);
    holder["person"] = json!(person);
    holder
}

fn force(gate: &Gate, token: &Secret, unit_tests: Option<&str>, reason: &str, why: &str) -> Response {
    let fields = [("emergency", reason), ("justification", why)];
    decide_with(gate, token, "production", &["api"], unit_tests, &fields)
}

fn confirm(gate: &Gate, token: &Secret, id: &str) -> Response {
    let bearer = format!("Bearer {}", token.reveal());
    send(gate.address, "POST", &format!("/v1/decisions/{id}/confirm"), &[("authorization", &bearer)], b"")
}

fn id(answer: &Response) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forced_deployment_goes_on_once_another_person_confirms_it() {
    gate_with(RULES, |gate, token| {
        let alice = token(person("alice-laptop", "alice@shop.example", &["override"]));
        let bob = token(person("bob-laptop", "bob@shop.example", &["confirm"]));
        let forced = force(gate, &alice, Some(FAILS), "production_down", WHY);
        let answer = forced.json();
        assert_eq!((forced.status, &answer["allowed"]), (409, &json!(false)), "{answer}");
        assert_eq!(
            (&answer["outcome"], &answer["forced"]["state"]),
            (&json!("REMEDIATE"), &json!("awaiting_confirmation"))
        );
        assert_eq!(answer["forced"]["actor"], "alice@shop.example", "the person, not the token");
        assert_eq!(answer["deployment"]["actor"], "alice-laptop");

        let leaves = gate.leaves();
        let confirmed = confirm(gate, &bob, &id(&forced));
        assert_eq!((confirmed.status, gate.leaves()), (200, leaves + 1), "{}", confirmed.text());
        crate::openapi::fits("Answer", &confirmed);
        let after = confirmed.json();
        assert_eq!((&after["allowed"], &after["permission"]), (&json!(true), &json!("forced")));
        assert_eq!(
            (&after["outcome"], &after["score"]),
            (&answer["outcome"], &answer["score"]),
            "nothing is judged again"
        );
        assert_eq!(after["confirmation"]["person"], "bob@shop.example");
        assert_eq!(after["valid_until"], answer["forced"]["expires"]);
        assert!(after["text"].as_str().unwrap().contains("CONFIRMED BY: bob@shop.example at "), "{after}");

        let again = confirm(gate, &bob, &id(&forced));
        assert_eq!((again.status, gate.leaves()), (409, leaves + 1), "{}", again.text());
        assert!(again.text().contains("it was confirmed at "), "{}", again.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_confirms_what_they_asked_for_under_whatever_token() {
    gate_with(RULES, |gate, token| {
        let alice = token(person("alice-laptop", "alice@shop.example", &["override"]));
        let herself = token(person("alice-phone", " Alice@Shop.example".trim(), &["confirm"]));
        let elsewhere = token(holder("carol", &["confirm"], &["staging"], &["*"]));
        let forced = id(&force(gate, &alice, Some(FAILS), "production_down", WHY));
        let leaves = gate.leaves();
        let refused = confirm(gate, &herself, &forced);
        assert_eq!(refused.status, 409, "{}", refused.text());
        assert!(refused.text().contains("nobody confirms what they asked for"), "{}", refused.text());
        // Whoever asks may not confirm at all, and what one may not confirm does not exist.
        assert_eq!(confirm(gate, &alice, &forced).status, 403);
        let (there, nowhere) = (confirm(gate, &elsewhere, &forced), confirm(gate, &elsewhere, "none"));
        assert_eq!((there.status, there.text()), (404, nowhere.text()));
        assert_eq!(gate.leaves(), leaves, "nothing was confirmed");
    })
    .await;
}

/// A second stage, whose failure somebody waives, beside one that fails and is forced.
const WAIVED: &str = "  - id: smoke\n    title: Smoke\n    plugin: quality\n    evidence: [{ name: unit_tests, documents: { min: 1 } \
     }]\n    settings: { tests: { min_pass_rate: 100 } }\nwaivers: { max_lifetime: 366d }\nbreak_glass: { minimum_evidence: \
     [unit_tests], second_human: true, valid_for: 2h }\n";

fn waiver() -> String {
    let day = |days: i64| {
        let now = i64::try_from(tidegate::gate::clock::now().nanos()).unwrap();
        let at = now + days * 24 * 3_600_000_000_000;
        tidegate_core::time::Timestamp::from_nanos(u64::try_from(at).unwrap()).to_string()
    };
    format!(
        "waivers:\n  - {{ id: W-1, of: all, rules: [smoke/tests.pass-rate], reason: known, owner: dave@shop.example, \
         approved_by: Carol@Shop.example, from: {}, expires: {} }}\n",
        day(-1),
        day(30)
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_author_nor_whoever_agreed_to_a_waiver_confirms() {
    gate_beside(WAIVED, Some(waiver()), |gate, token| {
        let alice = token(person("alice", "alice@shop.example", &["override"]));
        let deployment = json!({
            "environment": "production",
            "services": [{"name": "api", "version": "1.0.0"}],
            "labels": {"author": " Erin@shop.example"},
        });
        let bearer = format!("Bearer {}", alice.reveal());
        let form = Form::default().field("deployment", deployment.to_string()).file("unit_tests", "unit.xml", FAILS);
        let form = form.field("emergency", "production_down").field("justification", WHY);
        let forced = form.post(gate.address, "/v1/decisions", &[("authorization", &bearer)]);
        assert_eq!(forced.json()["waivers"][0]["findings"], 1, "{}", forced.text());
        let leaves = gate.leaves();
        for (name, why) in [
            ("alice@shop.example", "nobody confirms what they asked for"),
            ("carol@shop.example", "nobody confirms what they agreed to waive a part of"),
            ("erin@shop.example", "nobody confirms what they are the author of"),
        ] {
            let token = token(person(&format!("{name}-token"), name, &["confirm"]));
            let refused = confirm(gate, &token, &id(&forced));
            assert_eq!(refused.status, 409, "{name}: {}", refused.text());
            assert!(refused.text().contains(why), "{name}: {}", refused.text());
        }
        // Nothing was confirmed; the waiver's owner and others may.
        let tokens = 3;
        assert_eq!(gate.leaves(), leaves + tokens);
        let dave = token(person("dave", "dave@shop.example", &["confirm"]));
        assert_eq!(confirm(gate, &dave, &id(&forced)).status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_forced_cannot_be_confirmed_and_says_why() {
    gate_with(RULES, |gate, token| {
        let alice = token(person("alice", "alice@shop.example", &["override"]));
        let bob = token(person("bob", "bob@shop.example", &["confirm"]));
        let program = token(holder("ci", &["decide"], &["production"], &["*"]));
        for (token, unit_tests, why, problem) in [
            (&program, Some(FAILS), WHY, "does not hold the role `override`"),
            (&alice, Some(FAILS), "because", "at least 20 needed"),
            (&alice, None, WHY, "`unit_tests` has to be judged even in an emergency"),
        ] {
            let forced = force(gate, token, unit_tests, "production_down", why);
            let answer = forced.json();
            assert_eq!((forced.status, &answer["forced"]["state"]), (409, &json!("refused")), "{answer}");
            assert!(answer["forced"]["problems"].to_string().contains(problem), "{problem}: {answer}");
            let refused = confirm(gate, &bob, &id(&forced));
            assert_eq!(refused.status, 409, "{}", refused.text());
            assert!(refused.text().contains("cannot be forced"), "{}", refused.text());
        }
        // An attempt is in the record; what nobody forced cannot be confirmed either.
        let plain = decide_with(gate, &program, "production", &["api"], Some(FAILS), &[]);
        assert!(confirm(gate, &bob, &id(&plain)).text().contains("nobody forced this deployment"));
        let allowed = force(gate, &alice, Some(PASSES), "production_down", WHY);
        assert_eq!((allowed.status, &allowed.json()["permission"]), (200, &json!("by_the_rules")));
        assert!(confirm(gate, &bob, &id(&allowed)).text().contains("nobody forced this deployment"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_set_asks_for_no_second_person_one_is_enough_and_a_program_is_not() {
    gate_with(ALONE, |gate, token| {
        let alice = token(person("alice", "alice@shop.example", &["override"]));
        let forced = force(gate, &alice, Some(FAILS), "urgent_bug", WHY);
        let answer = forced.json();
        assert_eq!((forced.status, &answer["permission"]), (200, &json!("forced")), "{answer}");
        assert_eq!((&answer["outcome"], &answer["blocking"][0]["why"]), (&json!("REMEDIATE"), &json!("failed")));
        let program = token(holder("ci", &["decide"], &["production"], &["*"]));
        assert_eq!(force(gate, &program, Some(FAILS), "urgent_bug", WHY).status, 409);
        // Alice may force here, and nothing else: without an emergency she asks for what is not hers.
        let plain = decide_with(gate, &alice, "production", &["api"], Some(PASSES), &[]);
        assert_eq!(plain.status, 403, "{}", plain.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runbooks_own_names_say_the_same() {
    gate_with(ALONE, |gate, token| {
        let alice = token(person("alice", "alice@shop.example", &["override"]));
        let ask = |fields: &[(&str, &str)]| decide_with(gate, &alice, "production", &["api"], Some(FAILS), fields);
        let named = ask(&[("force_deployment", "data_corruption"), ("justification", WHY)]);
        assert_eq!((named.status, &named.json()["forced"]["reason"]), (200, &json!("data_corruption")));
        let both = ask(&[("force_deployment", "data_corruption"), ("emergency", "urgent_bug"), ("justification", WHY)]);
        assert_eq!(both.status, 400, "{}", both.text());
        // There is no such stage here: whoever skips it is told so.
        let skipped = ask(&[("emergency", "urgent_bug"), ("justification", WHY), ("skip_performance_tests", "true")]);
        assert!(skipped.status == 422 && skipped.text().contains("performance"), "{}", skipped.text());
    })
    .await;
}

/// Everybody twice a day, and every service three times.
const QUOTA: &str = "break_glass: { minimum_evidence: [unit_tests], second_human: false, valid_for: 2h, \
                     quota: { per_person: 2, per_service: 3, within: 1d } }\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_counts_by_person_and_by_service_and_says_both_numbers() {
    gate_with(QUOTA, |gate, token| {
        let alice = token(person("alice-laptop", "alice@shop.example", &["override"]));
        let herself = token(person("alice-phone", "Alice@Shop.example", &["override"]));
        let bob = token(person("bob", "bob@shop.example", &["override"]));
        let force = |token: &Secret, services: &[&str], unit_tests: &str| {
            let fields = [("emergency", "production_down"), ("justification", WHY)];
            decide_with(gate, token, "production", services, Some(unit_tests), &fields)
        };
        let problems = |refused: &Response| {
            assert_eq!(refused.status, 409, "{}", refused.text());
            refused.json()["forced"]["problems"].to_string()
        };
        assert_eq!(force(&alice, &["api"], FAILS).status, 200);
        assert_eq!(force(&alice, &["api"], PASSES).status, 200, "by the rules: that counts for nothing");
        assert_eq!(force(&herself, &["api"], FAILS).status, 200);
        let third = problems(&force(&alice, &["web"], FAILS));
        assert!(third.contains("forced deployments by this person: 3 used, 2 allowed"), "{third}");
        assert_eq!(force(&bob, &["api"], FAILS).status, 200);
        let fourth = problems(&force(&bob, &["api"], FAILS));
        assert!(fourth.contains("forced deployments of one of these services here: 4 used, 3 allowed"), "{fourth}");
        assert!(!fourth.contains("by this person"), "{fourth}");
        assert_eq!(force(&bob, &["web"], FAILS).status, 200, "another service");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_no_more_are_forced_than_the_quota_allows() {
    gate_with(QUOTA, |gate, token| {
        let alice = token(person("alice", "alice@shop.example", &["override"]));
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let ask = || force(gate, &alice, Some(FAILS), "production_down", WHY).status;
            let asking: Vec<_> = (0..12).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let forced = statuses.iter().filter(|status| **status == 200).count();
        assert!((1..=2).contains(&forced), "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 409, 503].contains(status)), "{statuses:?}");
        let later = force(gate, &alice, Some(FAILS), "production_down", WHY).status;
        assert_eq!(later, if forced == 2 { 409 } else { 200 }, "{statuses:?}");
    })
    .await;
}

/// Whoever may only ask tries everything there is to ask for, in every order that 300 draws give.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_ask_never_gets_a_failing_deployment_through() {
    gate_with(RULES, |gate, token| {
        let alice = token(person("alice", "alice@shop.example", &["override"]));
        let program = token(holder("ci", &["decide"], &["*"], &["*"]));
        let bearer = format!("Bearer {}", program.reveal());
        let as_program = |method: &str, path: &str, body: &[u8]| {
            let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
            send(gate.address, method, path, &headers, body)
        };
        let grant = json!({"roles": ["override", "confirm"], "environments": ["*"], "services": ["*"]});
        let wanted = json!({"holder": {"name": "x", "person": "x", "grants": [grant]}, "expires_in": "1d"}).to_string();
        let mut ids = vec![id(&force(gate, &alice, Some(FAILS), "production_down", WHY))];
        let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut draw = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        for _ in 0..300 {
            let nth = usize::try_from(draw(ids.len() as u64)).unwrap();
            let failing = [Some(FAILS), None][usize::try_from(draw(2)).unwrap()];
            let permit = json!({"environment": "production", "artifacts": {}}).to_string();
            let response = match draw(10) {
                0 => decide_with(gate, &program, "production", &["api"], failing, &[]),
                1 => force(gate, &program, failing, "production_down", WHY),
                2 => decide_with(gate, &program, "production", &["api"], failing, &[("skip", "unit_tests")]),
                3 => confirm(gate, &program, &ids[nth]),
                4 => as_program("POST", "/v1/tokens", wanted.as_bytes()),
                5 => as_program("POST", "/v1/reload", b""),
                6 => as_program("POST", &format!("/v1/decisions/{}/permit", ids[nth]), permit.as_bytes()),
                7 => as_program("POST", &format!("/v1/deployments/{}/events", ids[nth]), b"{\"event\":\"succeeded\"}"),
                8 => as_program("GET", &format!("/v1/decisions/{}", ids[nth]), b""),
                _ => decide_with(
                    gate,
                    &program,
                    "production",
                    &["api"],
                    failing,
                    &[("emergency", "urgent_bug"), ("justification", WHY), ("skip", "unit_tests")],
                ),
            };
            let said = if response.status < 400 { response.json() } else { json!({}) };
            let allowed = said["allowed"] == json!(true) || said["permitted"] == json!(true);
            assert!(!allowed && said["valid_until"].is_null(), "{}", response.text());
            if let Some(id) =
                (response.status == 409).then(|| response.json()).and_then(|it| Some(it["id"].as_str()?.to_owned()))
            {
                ids.push(id);
            }
        }
        assert!(ids.len() > 40, "only {} decisions", ids.len());
    })
    .await;
}
