//! Advice on what somebody else saw: nothing is sampled, and nothing is kept.

use super::{Sources, asked, decided, prometheus::set, with};
use crate::world::{self, Gate};
use serde_json::{Value, json};

fn at(second: usize) -> String {
    format!("2026-03-31T12:00:{second:02}Z")
}

/// Samples, one a second; none: it did not come.
fn series(signal: &str, values: &[Option<f64>]) -> Value {
    let sample = |(second, value): (usize, &Option<f64>)| json!({"at": at(second), "value": value});
    let samples: Vec<Value> = values.iter().enumerate().map(sample).collect();
    json!({"signal": signal, "step_ms": 1000, "samples": samples})
}

fn seen(decision: &str, health: &[Option<f64>], errors: &[Option<f64>]) -> Value {
    json!({
        "decision": decision, "deployed_at": at(0), "observed_at": at(health.len() - 1), "alerts": [],
        "series": [series("health.failed", health), series("error_ratio", errors)],
    })
}

fn alert(severity: &str) -> Value {
    json!([{"name": "Breach", "severity": severity, "category": "security", "firing": true, "since": at(1)}])
}

/// What is changed of an observation in which everything is well, and what is advised on it.
fn rows() -> Vec<(&'static str, Value, &'static str)> {
    let [well, failed, missing] = [Some(0.0), Some(1.0), None];
    let health = |values: &[Option<f64>]| json!([series("health.failed", values), series("error_ratio", &[well; 5])]);
    let errors = |values: &[Option<f64>]| json!([series("health.failed", &[well; 5]), series("error_ratio", values)]);
    let mut partial = errors(&[well; 5]);
    partial[1]["defect"] = json!("it may be partial: slow store");
    vec![
        ("observed_at", json!(at(4)), "proceed"),
        ("series", health(&[well, well, well, failed, failed]), "proceed"),
        ("series", health(&[well, well, failed, failed, failed]), "roll_back"),
        ("series", health(&[well, failed, missing, missing, missing]), "hold"),
        ("series", errors(&[well, well, well, well, failed]), "hold"),
        ("series", errors(&[well, well, well, failed, failed]), "hold"),
        ("series", errors(&[well, well, failed, failed, failed]), "roll_back"),
        ("series", partial, "hold"),
        ("series", json!([series("health.failed", &[well; 5])]), "hold"),
        ("alerts", alert("critical"), "roll_back"),
        ("alerts", alert("warning"), "proceed"),
        ("alerts", json!(null), "hold"),
    ]
}

fn advised(gate: &Gate, observation: &Value) -> Value {
    let answer = asked(gate, "POST", "/v1/observations", observation);
    assert_eq!(answer.status, 200, "{}", answer.text());
    crate::openapi::fits("AdviceBody", &answer);
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_saw_is_judged_by_the_sets_triggers_and_not_kept() {
    let policies = tokio::task::spawn_blocking(|| set("1h")).await.unwrap();
    let gate = super::gate(policies.path(), &Sources::new()).run_with_token().await;
    let (gate, ()) = with(gate, |gate| {
        let (decision, _) = decided(gate, "staging");
        let before = gate.leaves();
        let well = seen(&decision, &[Some(0.0); 5], &[Some(0.0); 5]);
        for (key, value, expected) in rows() {
            let mut observation = well.clone();
            observation[key] = value;
            let advice = advised(gate, &observation);
            assert_eq!(advice["advice"], expected, "{observation} {advice}");
            // The triggers are taken along.
            observation["previous"] = advice["triggers"].clone();
            assert_eq!(advised(gate, &observation)["triggers"], advice["triggers"]);
        }
        assert_eq!(gate.leaves(), before);
        let mut wrong = well.clone();
        (wrong["deployed_at"], wrong["series"][1]["samples"][2]["at"]) = (json!("today"), json!("noon"));
        wrong["previous"] = json!([{"name": "errors", "state": "fine", "samples": 1, "message": ""}]);
        let answer = asked(gate, "POST", "/v1/observations", &wrong);
        let places = answer.json()["errors"].as_array().map(Vec::len);
        assert_eq!((answer.status, places), (400, Some(3)), "{}", answer.text());
        let unknown = seen("01a217e8-ddc9-779b-ac09-f6563abe9945", &[Some(0.0)], &[Some(0.0)]);
        assert_eq!(asked(gate, "POST", "/v1/observations", &unknown).status, 404);
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_set_says_nothing_of_watching_there_is_no_advice() {
    let gate = world::gate().policies(crate::notices::policies("").keep()).run_with_token().await;
    let (gate, ()) = with(gate, |gate| {
        let (decision, _) = decided(gate, "staging");
        let answer = asked(gate, "POST", "/v1/observations", &seen(&decision, &[Some(0.0)], &[Some(0.0)]));
        assert_eq!(answer.status, 409, "{}", answer.text());
    })
    .await;
    gate.stop().await;
}
