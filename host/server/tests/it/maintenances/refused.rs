//! What does not open, close or go on, and why.

use super::{
    People, THERE, WHY, ago, gate, opened, planned, post, refusal, shown, state, step, taken, verified, window,
};
use crate::{authority::ask, world::Gate};
use serde_json::{Value, json};
use tidegate::gate::activation::act;
use tidegate_ledger::{
    act::Act,
    maintenance::{Item, MaintenanceStep, NewMaintenance, Phase, Step},
};
use tokio::runtime::Handle;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_approves_what_they_planned_and_a_program_maintains_nothing() {
    gate(|gate, people| {
        let refused = post(gate, &people.ci, "/v1/maintenances", &window(0));
        assert!(refusal(&refused).contains("a program maintains nothing"));
        let id = planned(gate, &people.eve, &window(0));
        let leaves = gate.leaves();
        let own = step(gate, &people.eve_too, &id, "approve", &Value::Null);
        assert!(refusal(&own).contains("nobody approves what they planned"));
        assert_eq!(step(gate, &people.ada, &id, "approve", &Value::Null).status, 403, "that takes another role");
        assert!(refusal(&step(gate, &people.ci, &id, "open", &Value::Null)).contains("a program"));
        assert_eq!(gate.leaves(), leaves, "nothing is recorded");
        taken(gate, &people.bob, &id, "approve", &Value::Null);
        assert!(refusal(&step(gate, &people.bob, &id, "approve", &Value::Null)).contains("it is approved"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_approved_within_its_window_and_prepared_or_says_what_is_missing() {
    gate(|gate, people| {
        let open = |id: &str| refusal(&step(gate, &people.olga, id, "open", &Value::Null));
        let early = planned(gate, &people.ada, &window(2));
        assert!(open(&early).contains("nobody approved it yet"));
        taken(gate, &people.bob, &early, "approve", &Value::Null);
        assert!(open(&early).contains("its window begins at"));

        let id = planned(gate, &people.ada, &window(0));
        taken(gate, &people.bob, &id, "approve", &Value::Null);
        let leaves = gate.leaves();
        let why = open(&id);
        assert!(why.contains("does not allow it: ") && why.contains("preparation.backups_made"), "{why}");
        assert_eq!(gate.leaves(), leaves + 1, "the decision is in the record");
        state(gate, &people.ada, "backups_made", false);
        let why = open(&id);
        assert!(why.contains("does not allow it: REMEDIATE") && why.contains("preparation.backups_made"), "{why}");
        // Whoever opens it agrees to no window of their own.
        state(gate, &people.ada, "backups_made", true);
        assert_eq!(shown(gate, &people.ada, &id)["state"], "approved");
        taken(gate, &people.olga, &id, "open", &Value::Null);
        assert!(open(&id).contains("it is open"));
        assert!(refusal(&step(gate, &people.ada, &id, "cancel", &json!({"reason": WHY}))).contains("it is open"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stays_open_until_everything_is_stated_and_verified() {
    gate(|gate, people| {
        let before = verified(gate, &people.ci, "production-verification", &["api", "web"], true);
        let id = opened(gate, people);
        let close =
            |verification: &str| step(gate, &people.ada, &id, "close", &json!({ "verification": verification }));
        let verify = |environment, services: &[&str], passes| verified(gate, &people.ci, environment, services, passes);
        for (verification, why) in [
            ("no-such", "there is no such decision"),
            (&before, "was made before the maintenance opened"),
            (&verify("production-verification", &["api"], true), "is not about `web`"),
            (&verify("production-verification", &["api", "web"], false), "does not pass by the rules: REMEDIATE"),
            (
                &verify("production", &["api", "web"], true),
                "is about `production`, not about `production-verification`",
            ),
        ] {
            let missing = refusal(&close(verification));
            for wanted in [why, "during.banner_shown: nobody stated it", "post.banner_removed: nobody stated it"] {
                assert!(missing.contains(wanted), "{wanted}: {missing}");
            }
        }
        state(gate, &people.olga, "banner_shown", true);
        state(gate, &people.olga, "banner_removed", true);
        state(gate, &people.ada, "banner_removed", false);
        let passes = verify("production-verification", &["api", "web"], true);
        let missing = refusal(&close(&passes));
        assert!(missing.contains("`ada@shop.example` says that it is not so"), "{missing}");
        assert!(!missing.contains("verification"), "{missing}");
        let revoked = format!("/v1/decisions/{passes}/revoke");
        assert_eq!(post(gate, &people.olga, &revoked, &json!({"reason": WHY})).status, 200);
        state(gate, &people.ada, "banner_removed", true);
        assert!(refusal(&close(&passes)).contains("was revoked"));
        assert_eq!(shown(gate, &people.ada, &id)["state"], "open");
        let again = verify("production-verification", &["api", "web"], true);
        assert_eq!(close(&again).status, 200);
        assert!(refusal(&close(&again)).contains("it is over: closed"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_up_never_opens_and_what_cannot_be_is_refused_whole() {
    gate(|gate, people| {
        let id = planned(gate, &people.ada, &window(0));
        assert_eq!(step(gate, &people.ada, &id, "cancel", &json!({"reason": "no"})).status, 400);
        let given_up = taken(gate, &people.olga, &id, "cancel", &json!({"reason": WHY}));
        assert_eq!((&given_up["state"], &given_up["timeline"][1]["reason"]), (&json!("cancelled"), &json!(WHY)));
        for (token, name, body) in [
            (&people.bob, "approve", Value::Null),
            (&people.ada, "open", Value::Null),
            (&people.ada, "close", json!({"verification": "x"})),
            (&people.ada, "cancel", json!({"reason": WHY})),
        ] {
            assert!(refusal(&step(gate, token, &id, name, &body)).contains("it is over: cancelled"), "{name}");
        }
        let leaves = gate.leaves();
        let with = |changes: Value| {
            let mut body = window(0);
            changes.as_object().unwrap().iter().for_each(|(key, value)| body[key] = value.clone());
            let answer = post(gate, &people.ada, "/v1/maintenances", &body);
            (answer.status, answer.text())
        };
        for (changes, status, why) in [
            (json!({"services": []}), 400, "1 to 64 allowed"),
            (json!({"services": ["a b"], "environment": "-", "reason": "no", "until": "later"}), 400, "services.0"),
            (json!({"until": ago(1).to_string()}), 400, "the window ends before it begins"),
            (json!({"from": ago(2).to_string(), "until": ago(1).to_string()}), 400, "the window is over"),
            (json!({"from": null}), 400, "from when on it may be opened"),
            (json!({"from": ago(0).to_string(), "emergency": "production_down"}), 400, "an emergency's begins now"),
            (json!({"environment": "staging"}), 409, "no policy set says how all of these services are maintained"),
        ] {
            let (found, text) = with(changes.clone());
            assert!(found == status && text.contains(why), "{changes}: {found} {text}");
        }
        assert_eq!(gate.leaves(), leaves);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_beyond_a_grant_does_not_exist_and_another_scope_states_nothing_for_it() {
    gate(|gate, people| {
        let id = planned(gate, &people.ada, &window(0));
        let read = |id: &str| {
            let answer = ask(gate, Some(&people.billing), "GET", &format!("/v1/maintenances/{id}"), b"");
            (answer.status, answer.text())
        };
        assert_eq!(read(&id), read("no-such"));
        assert_eq!(read(&id).0, 404);
        assert_eq!(step(gate, &people.billing, &id, "cancel", &json!({"reason": WHY})).status, 404);
        let mut beyond = window(0);
        beyond["services"] = json!(["billing", "api"]);
        assert_eq!(post(gate, &people.billing, "/v1/maintenances", &beyond).status, 403);
        let page = ask(gate, Some(&people.billing), "GET", "/v1/maintenances", b"").json();
        assert_eq!(page["maintenances"], json!([]));
        state(gate, &people.stranger, "backups_made", true);
        assert_eq!(shown(gate, &people.stranger, &id)["phases"][0]["to_do"], 2);
        let refused = step(gate, &people.stranger, &id, "cancel", &json!({"reason": WHY}));
        assert!(refusal(&refused).contains("another scope"));
    })
    .await;
}

/// One whose window was over an hour ago, open or not.
fn over(gate: &Gate, name: &str, opened: bool) {
    let services = vec!["api".parse().unwrap(), "web".parse().unwrap()];
    let item = Item { phase: Phase::During, id: "banner_shown".into(), title: "The banner is shown".into() };
    let new = NewMaintenance {
        id: name.into(),
        environment: "production".parse().unwrap(),
        policy_set: THERE.parse().unwrap(),
        asked_in: THERE.parse().unwrap(),
        verified_in: "production-verification".parse().unwrap(),
        scope: "shop".into(),
        services,
        from: ago(2),
        until: ago(1),
        by: "ada@shop.example".into(),
        reason: WHY.into(),
        items: vec![item],
        anew: false,
        emergency: None,
    };
    let decision = uuid::Uuid::now_v7().to_string().parse().unwrap();
    let step = |number, step| {
        let by = "bob@shop.example".into();
        Act::MaintenanceChanged(MaintenanceStep { id: name.into(), number, by, step })
    };
    let mut acts = vec![Act::MaintenancePlanned(new), step(1, Step::Approved)];
    acts.extend(opened.then(|| step(2, Step::Opened { decision })));
    for one in acts {
        Handle::current().block_on(gate.inside().ledger().act(act(one, Vec::new()))).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_is_over_is_expired_and_overdue_where_it_was_opened() {
    gate(|gate, people: &People| {
        over(gate, "missed", false);
        over(gate, "forgotten", true);
        let stands = |id: &str| {
            let one = shown(gate, &people.auditor, id);
            (one["state"].clone(), one["overdue"].clone())
        };
        assert_eq!(stands("missed"), (json!("expired"), json!(false)));
        assert_eq!(stands("forgotten"), (json!("expired"), json!(true)));
        assert!(refusal(&step(gate, &people.ada, "missed", "open", &Value::Null)).contains("its window was over at"));
        let status = ask(gate, Some(&people.auditor), "GET", "/v1/status", b"").json();
        assert_eq!(status["maintenances"], json!({"open": 1, "overdue": 1}));
        let page = ask(gate, Some(&people.auditor), "GET", "/v1/maintenances?state=expired", b"").json();
        assert_eq!(page["maintenances"].as_array().unwrap().len(), 2);
        let meanwhile = super::deploy(gate, &people.ci, "meanwhile", "api", 5).json();
        assert_eq!((&meanwhile["maintenances"][0]["overdue"], &meanwhile["allowed"]), (&json!(true), &json!(true)));
        assert!(meanwhile["text"].as_str().unwrap().contains(", overdue\n"));
        // It is closed all the same.
        state(gate, &people.ada, "banner_shown", true);
        let verification = verified(gate, &people.ci, "production-verification", &["api", "web"], true);
        let closed = taken(gate, &people.ada, "forgotten", "close", &json!({ "verification": verification }));
        assert_eq!((&closed["state"], &closed["overdue"]), (&json!("closed"), &json!(false)));
        assert_eq!(taken(gate, &people.ada, "missed", "cancel", &json!({"reason": WHY}))["state"], "cancelled");
    })
    .await;
}
