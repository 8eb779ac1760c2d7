//! Messages of an Alertmanager, and what becomes of them.

use crate::{
    wire::{Response, send},
    world::Gate,
};
use serde_json::{Value, json};
use tidegate_core::time::Timestamp;

pub(crate) fn breach(starts_at: Timestamp) -> Value {
    json!({
        "status": "firing", "startsAt": starts_at.to_string(), "endsAt": "0001-01-01T00:00:00Z", "annotations": {},
        "labels": {"alertname": "Breach", "severity": "critical", "category": "security", "service": "api", "environment": "staging"},
        "generatorURL": "", "fingerprint": "8e3d9ecbe0a4b6f0",
    })
}

pub(crate) fn with_labels(mut alert: Value, labels: &[(&str, &str)]) -> Value {
    for (name, value) in labels {
        alert["labels"][name] = json!(value);
    }
    alert
}

pub(crate) fn message(alerts: &[Value]) -> Value {
    json!({
        "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing", "receiver": "gate",
        "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alerts", "alerts": alerts,
    })
}

pub(crate) fn hand_in(gate: &Gate, bearer: &str, message: &Value) -> Response {
    let headers = [("authorization", bearer), ("content-type", "application/json")];
    send(gate.address, "POST", "/v1/alerts", &headers, message.to_string().as_bytes())
}

/// What became of it: taken, unchanged, untimely, elsewhere, refused.
pub(crate) fn became(answer: &Response) -> [u64; 5] {
    assert_eq!(answer.status, 200, "{}", answer.text());
    crate::openapi::fits("AlertsAnswerBody", answer);
    ["taken", "unchanged", "untimely", "elsewhere", "refused"].map(|key| answer.json()[key].as_u64().unwrap())
}
