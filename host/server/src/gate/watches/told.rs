//! What was handed in about a watch, beside what it asks for itself.

use crate::signals::alerts::labelled;
use std::sync::Arc;
use tidegate_core::observation::Alert;
use tidegate_ledger::{
    ledger::Ledger,
    watch_alert::{AlertState, WatchAlert},
};

/// Alerts, and why there may be more of them.
pub(super) type Alerts = (Vec<Alert>, Option<Arc<str>>);

/// Those that fire of what was handed in about a watch.
pub(super) async fn told(ledger: &Ledger, watch: &str) -> Alerts {
    match ledger.watch_alerts(watch).await {
        Ok(all) => known(&all),
        Err(error) => (Vec::new(), Some(format!("alerts that were handed in cannot be read: {error}").into())),
    }
}

fn known(all: &[WatchAlert]) -> Alerts {
    let (mut firing, mut unseen) = (Vec::new(), None);
    for one in all {
        match (one.state, one.labels()) {
            (AlertState::Firing, Some(labels)) => firing.push(labelled(labels, one.since)),
            (AlertState::Firing, None) => unseen = Some("an alert that was handed in was forgotten".into()),
            (AlertState::Truncated, _) => {
                unseen = Some(format!("a message left out {} of its alerts", one.left_out).into());
            }
            (AlertState::Resolved | AlertState::Whole, _) => {}
        }
    }
    (firing, unseen)
}

/// Both together. What whoever was asked says of an alert is newer than what was handed in of it.
pub(super) fn together((mut asked, unasked): Alerts, (told, untold): Alerts) -> Alerts {
    let more: Vec<Alert> = told.into_iter().filter(|one| asked.iter().all(|other| !is_same(one, other))).collect();
    asked.extend(more);
    (asked, unasked.or(untold))
}

/// An alert is what its labels say, in whatever order.
fn is_same(one: &Alert, other: &Alert) -> bool {
    one.labels.len() == other.labels.len() && one.labels.iter().all(|label| other.labels.contains(label))
}

#[cfg(test)]
mod tests {
    use super::{known, together};
    use tidegate_core::{digest::Digest, observation::Alert, time::Timestamp};
    use tidegate_ledger::watch_alert::{AlertState, WatchAlert};

    fn one(name: &str, state: AlertState) -> WatchAlert {
        WatchAlert {
            watch: "w".into(),
            key: Digest::of(name.as_bytes()),
            state,
            since: Timestamp::from_nanos(7),
            fingerprint: "f".into(),
            labels: format!(r#"{{"alertname":"{name}","severity":"critical"}}"#).into(),
            left_out: 3,
            by: "alertmanager".into(),
        }
    }

    fn names(alerts: &[Alert]) -> Vec<(&str, bool)> {
        alerts.iter().map(|alert| (&*alert.name, alert.firing)).collect()
    }

    #[test]
    fn what_is_over_fires_no_more_and_what_was_left_out_may_be_anything() {
        let (firing, unseen) = known(&[one("a", AlertState::Firing), one("b", AlertState::Resolved)]);
        assert_eq!((names(&firing), unseen), (vec![("a", true)], None));
        let (firing, unseen) = known(&[one("g", AlertState::Truncated), one("a", AlertState::Firing)]);
        assert_eq!((firing.len(), unseen.as_deref()), (1, Some("a message left out 3 of its alerts")));
        assert_eq!(known(&[one("g", AlertState::Whole)]), (vec![], None));
        let forgotten = WatchAlert { labels: "salted:sha256:00".into(), ..one("a", AlertState::Firing) };
        assert_eq!(known(&[forgotten]).1.as_deref(), Some("an alert that was handed in was forgotten"));
    }

    #[test]
    fn whoever_is_asked_knows_better_than_what_was_handed_in() {
        let told = || known(&[one("a", AlertState::Firing), one("b", AlertState::Firing)]);
        let silenced = Alert { firing: false, ..told().0[0].clone() };
        let (all, unseen) = together((vec![silenced], None), told());
        assert_eq!((names(&all), unseen), (vec![("a", false), ("b", true)], None));
        let (all, unseen) = together((Vec::new(), Some("it is dead".into())), told());
        assert_eq!((all.len(), unseen.as_deref()), (2, Some("it is dead")));
    }
}
