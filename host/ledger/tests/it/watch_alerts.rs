//! Alerts that were handed in: each is new once, and what is over stays so.

use crate::{
    watches::{begun, recorded},
    world::World,
};
use std::time::Duration;
use tidegate_core::{digest::Digest, time::Timestamp};
use tidegate_ledger::{
    act::Act,
    error::RecordError,
    faster::Faster,
    ledger::Ledger,
    watch::{WatchChange, WatchState},
    watch_alert::{ALERTS_OF_WATCH_MAX, AlertState, LABELS_BYTES_MAX, WatchAlert},
};

fn alert(watch: &str, key: &str, state: AlertState) -> WatchAlert {
    WatchAlert {
        watch: watch.into(),
        key: Digest::of(key.as_bytes()),
        state,
        since: Timestamp::parse("2026-03-31T14:30:00Z").unwrap(),
        fingerprint: "8e3d9ecbe0a4b6f0".into(),
        labels: format!(r#"{{"alertname":"{key}"}}"#).into(),
        left_out: 0,
        by: "alertmanager".into(),
    }
}

async fn started(ledger: &Ledger, name: &str, decision: &str) {
    let watch = begun(name, decision, Duration::from_secs(30));
    recorded(ledger, Act::WatchStarted(watch), &["plan"]).await.unwrap();
}

/// None: it was recorded.
async fn late(ledger: &Ledger, alert: WatchAlert) -> Option<Faster> {
    let done = match recorded(ledger, Act::WatchAlerted(alert), &[]).await {
        Err(RecordError::Faster(faster)) => Ok(Some(faster)),
        other => other.map(|_| None),
    };
    done.unwrap()
}

#[tokio::test]
async fn an_alert_is_new_once_and_one_that_is_over_never_comes_back() {
    let world = World::new();
    let ledger = world.open().await;
    started(&ledger, "w1", "a").await;
    started(&ledger, "w2", "b").await;
    let known = Some(Faster::Alerted);
    for (watch, key, state, expected) in [
        ("w1", "breach", AlertState::Firing, None),
        ("w1", "breach", AlertState::Firing, known),
        ("w2", "breach", AlertState::Firing, None),
        ("w1", "breach", AlertState::Resolved, None),
        ("w1", "breach", AlertState::Firing, known),
        ("w1", "breach", AlertState::Resolved, known),
        // Over before anybody heard of it.
        ("w1", "leak", AlertState::Resolved, None),
        ("w1", "leak", AlertState::Firing, known),
        ("w1", "group", AlertState::Whole, known),
        ("w1", "group", AlertState::Truncated, None),
        ("w1", "group", AlertState::Truncated, known),
        ("w1", "group", AlertState::Whole, None),
        ("w1", "group", AlertState::Truncated, None),
        ("w9", "breach", AlertState::Firing, Some(Faster::WatchChanged)),
    ] {
        let leaves = ledger.counts().leaves;
        assert_eq!(late(&ledger, alert(watch, key, state)).await, expected, "{watch} {key} {}", state.word());
        assert_eq!(ledger.counts().leaves, leaves + u64::from(expected.is_none()));
    }
    let mut states: Vec<(String, &str)> = ledger
        .watch_alerts("w1")
        .await
        .unwrap()
        .iter()
        .map(|one| (one.labels().unwrap()["alertname"].to_string(), one.state.word()))
        .collect();
    states.sort();
    let expected = [("breach", "resolved"), ("group", "truncated"), ("leak", "resolved")];
    assert_eq!(states, expected.map(|(name, state)| (name.to_owned(), state)));
    assert_eq!(ledger.watch_alerts("w2").await.unwrap(), [alert("w2", "breach", AlertState::Firing)]);
    let about = |service: &str| service.parse().unwrap();
    assert_eq!(ledger.watches_about(None, None).await.unwrap().len(), 2);
    assert_eq!(ledger.watches_about(Some(&"staging".parse().unwrap()), None).await.unwrap(), []);
    assert_eq!(ledger.watches_about(None, Some(&about("api"))).await.unwrap(), [], "their decisions are not here");
    let truncated = ledger.watches_alerted(Digest::of(b"group"), AlertState::Truncated).await.unwrap();
    assert_eq!(truncated, [std::sync::Arc::from("w1")]);
    ledger.close().await;
}

#[tokio::test]
async fn a_watch_that_ended_takes_no_alert_and_one_that_runs_takes_so_many() {
    let world = World::new();
    let ledger = world.open().await;
    started(&ledger, "w1", "a").await;
    for number in 0..ALERTS_OF_WATCH_MAX {
        assert_eq!(late(&ledger, alert("w1", &format!("a{number}"), AlertState::Firing)).await, None);
    }
    assert_eq!(late(&ledger, alert("w1", "another", AlertState::Firing)).await, Some(Faster::AlertsFull));
    assert_eq!(late(&ledger, alert("w1", "a7", AlertState::Resolved)).await, None, "what is kept still ends");
    let more = WatchAlert { key: WatchAlert::more(), ..alert("w1", "more", AlertState::Truncated) };
    assert_eq!(late(&ledger, more).await, None, "that there are more is known");
    let labels = "x".repeat(LABELS_BYTES_MAX + 1).into();
    let long = WatchAlert { labels, ..alert("w1", "long", AlertState::Firing) };
    assert!(matches!(recorded(&ledger, Act::WatchAlerted(long), &[]).await, Err(RecordError::Leaf(_))));
    let over = WatchChange {
        id: "w1".into(),
        number: 1,
        state: WatchState::Healthy,
        advice: None,
        window: None,
        answer: None,
        looks: 0,
        why: None,
        cancelled: None,
    };
    recorded(&ledger, Act::WatchChanged(over), &[]).await.unwrap();
    assert_eq!(late(&ledger, alert("w1", "a9", AlertState::Resolved)).await, Some(Faster::WatchChanged));
    ledger.close().await;
}
