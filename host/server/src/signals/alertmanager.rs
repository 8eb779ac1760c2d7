//! The alerts of an Alertmanager: whatever it has that is not resolved.

use super::alerts::alert;
use crate::egress::{Egress, Response, target::Target};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::observation::Alert;

#[derive(Deserialize)]
struct Raised {
    labels: BTreeMap<Arc<str>, Arc<str>>,
    #[serde(rename = "startsAt")]
    starts_at: String,
    status: Status,
}

#[derive(Deserialize)]
struct Status {
    state: String,
}

pub(super) async fn alerts(egress: &Egress, destination: &str, limit: Duration) -> Result<Vec<Alert>, String> {
    let client = egress.to(destination).map_err(|error| error.to_string())?;
    let target = ["api", "v2", "alerts"].into_iter().fold(Target::base(), Target::segment);
    let response = client.get_within(&target, limit).await.map_err(|error| error.to_string())?;
    raised(&response).map_err(|why| format!("destination `{destination}`, status {}: {why}", response.status))
}

fn raised(response: &Response) -> Result<Vec<Alert>, String> {
    if !response.is_success() {
        return Err("it does not say which alerts there are".to_owned());
    }
    let alerts: Vec<Raised> = serde_json::from_slice(&response.body)
        .map_err(|error| format!("this is no answer of an Alertmanager: {error}"))?;
    let read = |Raised { labels, starts_at, status }: Raised| {
        let firing = match status.state.as_str() {
            // Not processed: nobody had the time to silence it.
            "active" | "unprocessed" => true,
            // Silenced by a person, or by another alert.
            "suppressed" => false,
            other => return Err(format!("an alert is `{other}`, which is no state that is known")),
        };
        alert(labels, firing, &starts_at)
    };
    alerts.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::raised;
    use crate::egress::Response;

    fn answered(status: u16, body: &str) -> Response {
        Response { status, retry_after: None, body: body.into() }
    }

    fn one(state: &str) -> String {
        format!(
            r#"{{"annotations":{{}},"endsAt":"2023-11-14T23:17:20Z","fingerprint":"8e3d9ecbe0a4b6f0","receivers":[{{"name":"all"}}],
            "startsAt":"2023-11-14T22:13:20.25Z","status":{{"inhibitedBy":[],"silencedBy":[],"state":"{state}"}},
            "updatedAt":"2023-11-14T22:13:20.25Z","labels":{{"alertname":"Breach","severity":"critical"}}}}"#
        )
    }

    #[test]
    fn alerts_that_nobody_silenced_fire() {
        for (state, firing) in [("active", true), ("unprocessed", true), ("suppressed", false)] {
            let read = raised(&answered(200, &format!("[{}]", one(state)))).unwrap();
            let [alert] = read.as_slice() else { panic!("{read:?}") };
            assert_eq!((&*alert.name, &*alert.severity, alert.firing), ("Breach", "critical", firing));
            assert_eq!(alert.since.nanos(), 1_700_000_000_250_000_000);
        }
        assert_eq!(raised(&answered(200, "[]")), Ok(Vec::new()));
    }

    #[test]
    fn whatever_else_comes_is_said_and_no_alert_is_known() {
        for (status, body, expected) in [
            (
                200,
                format!("[{},{}]", one("active"), one("resolved")),
                "an alert is `resolved`, which is no state that is known",
            ),
            (200, "{}".to_owned(), "this is no answer of an Alertmanager: "),
            (503, "[]".to_owned(), "it does not say which alerts there are"),
        ] {
            let why = raised(&answered(status, &body)).unwrap_err();
            assert!(why.starts_with(expected), "{why}");
        }
    }
}
