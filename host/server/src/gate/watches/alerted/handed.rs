//! What was handed in, understood.

use crate::{
    api::{
        alerts::{AlertsBody, HandedAlertBody},
        problem::PlacedError,
    },
    gate::error::{GateError, placed},
    signals::alerts::alert,
};
use std::sync::Arc;
use tidegate_core::{digest::Digest, observation::Alert, time::Timestamp};
use tidegate_ledger::watch_alert::{AlertState, FINGERPRINT_BYTES_MAX, LABELS_BYTES_MAX, Labels};

/// The form that is understood.
const VERSION: &str = "4";
/// Alerts of one message, at most.
const ALERTS_MAX: usize = 1_000;
/// How an Alertmanager writes that an alert did not end.
const OPEN: &str = "0001-01-01T";

/// A message of an Alertmanager.
#[derive(Debug)]
pub struct Handed {
    pub(super) news: Vec<News>,
}

/// What it says of one alert, or of itself.
#[derive(Debug)]
pub(super) struct News {
    /// Of messages: the labels by which they are grouped.
    pub(super) alert: Alert,
    /// What tells it apart: of an alert its labels, from which its fingerprint follows, and when it began.
    pub(super) key: Digest,
    pub(super) state: AlertState,
    pub(super) fingerprint: Arc<str>,
    /// JSON.
    pub(super) labels: Arc<str>,
    pub(super) left_out: u64,
}

impl News {
    /// Else it is of the message.
    pub(super) fn is_of_an_alert(&self) -> bool {
        matches!(self.state, AlertState::Firing | AlertState::Resolved)
    }
}

impl Handed {
    /// Reads a message that came at a moment, or says everything that is wrong with it.
    pub fn read(body: AlertsBody, now: Timestamp) -> Result<Self, GateError> {
        let mut wrong = Vec::new();
        if body.version != VERSION {
            wrong.push(placed("version", format!("`{VERSION}` is understood")));
        }
        let count = body.alerts.len();
        if count > ALERTS_MAX {
            wrong.push(placed("alerts", format!("{count} used, {ALERTS_MAX} allowed")));
            return Err(GateError::Malformed(wrong));
        }
        let mut news = Vec::new();
        let message = of_message(&body, now);
        for (index, alert) in body.alerts.into_iter().enumerate() {
            match of_alert(&format!("alerts[{index}]"), alert, now) {
                Ok(one) => news.push(one),
                Err(error) => wrong.push(error),
            }
        }
        match message {
            Ok(message) => news.push(message),
            Err(error) => wrong.push(error),
        }
        if wrong.is_empty() { Ok(Self { news }) } else { Err(GateError::Malformed(wrong)) }
    }
}

fn of_alert(path: &str, body: HandedAlertBody, now: Timestamp) -> Result<News, PlacedError> {
    let HandedAlertBody { status, labels, starts_at, ends_at, fingerprint } = body;
    let state = match status.as_str() {
        "resolved" => AlertState::Resolved,
        "firing" if has_ended(path, &ends_at, now)? => AlertState::Resolved,
        "firing" => AlertState::Firing,
        _ => return Err(placed(format!("{path}.status"), "neither `firing` nor `resolved`")),
    };
    let used = fingerprint.len();
    if used > FINGERPRINT_BYTES_MAX {
        let message = format!("{used} bytes used, {FINGERPRINT_BYTES_MAX} allowed");
        return Err(placed(format!("{path}.fingerprint"), message));
    }
    let text = written(&format!("{path}.labels"), &labels)?;
    let read = alert(labels, state == AlertState::Firing, &starts_at)
        .map_err(|error| placed(format!("{path}.startsAt"), error))?;
    let key = Digest::of(format!("alert\n{}\n{text}", read.since.nanos()).as_bytes());
    Ok(News { alert: read, key, state, fingerprint, labels: text, left_out: 0 })
}

fn has_ended(path: &str, ends_at: &str, now: Timestamp) -> Result<bool, PlacedError> {
    if ends_at.is_empty() || ends_at.starts_with(OPEN) {
        return Ok(false);
    }
    let ended = Timestamp::parse(ends_at).map_err(|error| placed(format!("{path}.endsAt"), error))?;
    Ok(ended <= now)
}

/// Whether alerts of its group are not in it.
fn of_message(body: &AlertsBody, now: Timestamp) -> Result<News, PlacedError> {
    let labels = written("groupLabels", &body.group_labels)?;
    let grouped =
        alert(body.group_labels.clone(), false, &now.to_string()).map_err(|error| placed("groupLabels", error))?;
    let state = if body.truncated > 0 { AlertState::Truncated } else { AlertState::Whole };
    let key = Digest::of(format!("group\n{}", body.group_key).as_bytes());
    Ok(News { alert: grouped, key, state, fingerprint: "".into(), labels, left_out: body.truncated })
}

/// JSON with its keys in order: the same labels are the same text.
fn written(path: &str, labels: &Labels) -> Result<Arc<str>, PlacedError> {
    let text = serde_json::to_string(labels).map_err(|error| placed(path, error))?;
    let used = text.len();
    if used > LABELS_BYTES_MAX {
        return Err(placed(path, format!("{used} bytes used, {LABELS_BYTES_MAX} allowed")));
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::{Handed, News};
    use crate::{api::alerts::AlertsBody, gate::error::GateError};
    use serde_json::{Value, json};
    use tidegate_core::time::Timestamp;
    use tidegate_ledger::watch_alert::AlertState;

    fn message(changes: &Value) -> Value {
        let mut alert = json!({
            "status": "firing", "labels": {"alertname": "Breach", "severity": "critical", "service": "api"},
            "annotations": {}, "startsAt": "2026-03-31T12:00:00.25Z", "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "", "fingerprint": "8e3d9ecbe0a4b6f0",
        });
        alert.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        json!({"version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0, "status": "firing", "receiver": "gate",
            "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "", "alerts": [alert]})
    }

    fn read(message: Value) -> Result<Vec<News>, Vec<String>> {
        let body: AlertsBody = serde_json::from_value(message).unwrap();
        let now = Timestamp::parse("2026-03-31T12:10:00Z").unwrap();
        match Handed::read(body, now) {
            Ok(handed) => Ok(handed.news),
            Err(GateError::Malformed(errors)) => {
                Err(errors.into_iter().map(|error| format!("{}: {}", error.place, error.message)).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn an_alert_fires_as_long_as_nothing_says_that_it_is_over() {
        for (changes, state) in [
            (json!({}), AlertState::Firing),
            (json!({"endsAt": ""}), AlertState::Firing),
            (json!({"endsAt": "2026-03-31T12:10:01Z"}), AlertState::Firing),
            (json!({"endsAt": "2026-03-31T12:10:00Z"}), AlertState::Resolved),
            (json!({"status": "resolved"}), AlertState::Resolved),
        ] {
            let news = read(message(&changes)).unwrap();
            assert_eq!((news[0].state, news[1].state, news.len()), (state, AlertState::Whole, 2), "{changes}");
            assert_eq!((&*news[0].alert.name, &*news[0].alert.severity), ("Breach", "critical"));
        }
    }

    #[test]
    fn an_alert_is_told_by_its_labels_and_its_beginning() {
        let key = |changes: &Value| read(message(changes)).unwrap()[0].key;
        let first = key(&json!({}));
        // Also where it is over, or is called otherwise by whoever hands it in again.
        assert_eq!(key(&json!({"status": "resolved", "fingerprint": "0000000000000000"})), first);
        assert_ne!(key(&json!({"startsAt": "2026-03-31T12:00:00.26Z"})), first);
        assert_ne!(key(&json!({"labels": {"alertname": "Breach", "severity": "critical", "service": "web"}})), first);
    }

    #[test]
    fn a_message_that_left_alerts_out_says_how_many() {
        let mut said = message(&json!({}));
        said["truncatedAlerts"] = json!(7);
        let news = read(said).unwrap();
        assert_eq!((news[1].state, news[1].left_out), (AlertState::Truncated, 7));
    }

    #[test]
    fn everything_that_is_wrong_is_said() {
        let mut said = message(&json!({"status": "gone"}));
        said["version"] = json!("5");
        for (said, wanted) in [
            (said, &["version: `4` is understood", "alerts[0].status: neither `firing` nor `resolved`"][..]),
            (message(&json!({"startsAt": "yesterday"})), &["alerts[0].startsAt: alert `Breach`: "]),
            (message(&json!({"endsAt": "soon"})), &["alerts[0].endsAt: "]),
            (
                message(&json!({"labels": {"a": "x".repeat(9_000)}})),
                &["alerts[0].labels: 9008 bytes used, 8192 allowed"],
            ),
            (
                message(&json!({"fingerprint": "x".repeat(129)})),
                &["alerts[0].fingerprint: 129 bytes used, 128 allowed"],
            ),
        ] {
            let wrong = read(said).unwrap_err();
            assert_eq!(wrong.len(), wanted.len(), "{wrong:?}");
            assert!(wrong.iter().zip(wanted).all(|(said, wanted)| said.starts_with(wanted)), "{wrong:?}");
        }
    }
}
