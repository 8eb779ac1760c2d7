//! Answers to render.

use crate::api::answer::Answer;
use serde_json::{Value, json};

/// The runbook's refusal: 15 of 100 unit tests failed; one stage undecided, one skipped.
pub(crate) fn remediate() -> Answer {
    serde_json::from_value(json!({
        "id": "01938f1e-7c4b-7d11-9c1e-6a3f0f0c2b11",
        "outcome": "REMEDIATE", "allowed": false, "permission": "refused",
        "score": { "text": "92.5% (2 of 3 stages)", "numerator": "185", "denominator": "200", "counted": 2, "of": 3 },
        "policy_set": { "id": "runbook", "version": "1.0.0", "digest": digest('a'), "enforcement": "enforce" },
        "deployment": {
            "id": "d-1", "environment": "production", "cause": "push", "actor": "local", "requested_at": "2026-03-31T14:30:00Z",
            "services": [{ "name": "api", "version": "1.4.2", "artifact": { "uri": "", "digest": digest('b') } }], "labels": [],
        },
        "blocking": [
            { "stage": "unit_tests", "service": "api", "why": "failed" },
            { "stage": "integration_tests", "service": "api", "why": "undecided", "blame": "caller" },
        ],
        "stages": stages(),
        "skipped": ["performance"], "waivers": [],
        "warnings": ["`security` took 31m, its budget is 25m"],
        "evaluated_at": "2026-03-31T14:30:01Z", "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "receipt": { "leaf_index": 7, "leaf_hash": digest('c') },
        "text": TEXT,
    }))
    .unwrap()
}

const TEXT: &str = "🤖 INTELLIGENT DEPLOYMENT DECISION\nDecision: REMEDIATE\nOverall Score: 92.5% (2 of 3 stages)\n\
    Blocking Failures: 1 (unit_tests)\n\nTest Results:\n❌ Unit Tests: 85% (BLOCKING)\n✅ Security: 100%\n\
    ❔ Integration Tests: n/a (UNDECIDED)\n\nUNDECIDED: integration_tests@api (blame: caller)\nSKIPPED: performance\n";

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

fn stages() -> Value {
    let failed = json!({
        "service": "api", "result": "fail", "ratio": ["85", "100"], "summary": "85 of 100 tests passed, 100% asked", "omitted": 0,
        "findings": [
            {
                "rule": "tests.pass-rate", "severity": "high", "message": "85% of the tests passed, 100% asked", "decisive": true,
                "remediation": { "title": "Mend the failing tests", "command": "make lint-fix && make format", "doc": "https://docs.example/tests" },
            },
            {
                "rule": "tests.flaky", "severity": "low", "message": "test_invoice passed only when it was run again", "decisive": false,
                "location": { "uri": "tests/test_billing.py", "line": 12 }, "subject": "test_invoice", "fingerprint": "f-1",
                "evidence": digest('d'), "waived_by": "W-1",
            },
        ],
    });
    let undecided = json!({
        "service": "api", "result": "inconclusive", "blame": "caller", "summary": "evidence is missing", "omitted": 0,
        "findings": [
            { "rule": "evidence.missing", "severity": "high", "message": "no document `integration_tests`", "decisive": true },
        ],
    });
    let passed = json!({ "result": "pass", "summary": "nothing found", "findings": [], "omitted": 0 });
    json!([
        stage("unit_tests", "Unit Tests", "fail", json!("85%"), &[failed]),
        stage("security", "Security", "pass", json!("100%"), &[passed]),
        stage("integration_tests", "Integration Tests", "inconclusive", Value::Null, &[undecided]),
        stage("performance", "Performance", "skipped", Value::Null, &[]),
    ])
}

fn stage(id: &str, title: &str, result: &str, percent: Value, evaluations: &[Value]) -> Value {
    json!({
        "id": id, "title": title, "result": result, "mode": "block", "weight": 1, "percent": percent,
        "blocking": matches!(result, "fail" | "inconclusive"), "would_block": false, "lifted_by": [],
        "plugin": { "name": "quality", "version": "3.2.1", "digest": digest('e') }, "evaluations": evaluations,
    })
}

/// The same refusal with `text` in every field that holds text, but for the words that outputs go by.
pub(crate) fn hostile_answer(text: &str) -> Answer {
    let mut value = serde_json::to_value(remediate()).unwrap();
    replace(&mut value, "", text);
    serde_json::from_value(value).unwrap()
}

fn replace(value: &mut Value, key: &str, text: &str) {
    match value {
        Value::String(_) if matches!(key, "result" | "mode") => {}
        Value::String(old) => text.clone_into(old),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, key, text)),
        Value::Object(members) => members.iter_mut().for_each(|(key, item)| replace(item, key, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
