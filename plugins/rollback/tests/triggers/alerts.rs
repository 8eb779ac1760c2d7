//! Alerts fire at once.

use crate::world::{BEGAN, Fine, Firing, Inconclusive, SECOND, STEP, judged, looked, report, settings};
use rollback::settings::Settings;
use tidegate_sdk::{
    finding::Severity,
    fixture::series,
    rollback::{Advice, Alert, Observation, Series},
};

fn alert(name: &str, severity: &str, category: &str) -> Alert {
    let [name, severity, category] = [name, severity, category].map(str::to_owned);
    Alert { name, severity, category, firing: true, since: BEGAN, labels: vec![] }
}

fn looked_at(alerts: Vec<Alert>, wanted: &str) -> Observation<Settings> {
    let settings =
        settings(&format!(r#"{{"triggers": [{{"name": "t", "alert": {wanted}, "severity": "critical"}}]}}"#));
    Observation { alerts, ..looked(settings, vec![], BEGAN + 60 * SECOND) }
}

#[test]
fn an_active_alert_like_this_fires_at_once() {
    let wanted = r#"{"severity": "critical", "category": "security"}"#;
    for (alert, expected) in [
        (alert("Intrusion", "critical", "security"), Firing),
        (alert("Intrusion", "warning", "security"), Fine),
        (alert("DiskFull", "critical", "capacity"), Fine),
        (alert("Intrusion", "Critical", "security"), Fine),
        (Alert { firing: false, ..alert("Intrusion", "critical", "security") }, Fine),
        // It is active whatever its clock says.
        (Alert { since: u64::MAX, ..alert("Intrusion", "critical", "security") }, Firing),
        (Alert { since: 0, ..alert("Intrusion", "critical", "security") }, Firing),
    ] {
        assert_eq!(judged(&looked_at(vec![alert.clone()], wanted)).state, expected, "{alert:?}");
    }
    assert_eq!(judged(&looked_at(vec![], wanted)).state, Fine);
    let report = report(&looked_at(vec![alert("Intrusion", "critical", "security")], wanted));
    assert_eq!((report.advice, report.severity), (Advice::RollBack, Severity::Critical));
}

#[test]
fn whatever_is_named_has_to_be_equal() {
    for (wanted, expected) in [
        (r#"{"name": "Intrusion"}"#, Firing),
        (r#"{"name": "Other"}"#, Fine),
        (r#"{"category": "security"}"#, Firing),
        (r#"{"name": "Intrusion", "severity": "warning"}"#, Fine),
    ] {
        let found = looked_at(vec![alert("Intrusion", "critical", "security")], wanted);
        assert_eq!(judged(&found).state, expected, "{wanted}");
    }
}

#[test]
fn alerts_that_could_not_be_asked_for_are_no_peace() {
    let wanted = r#"{"severity": "critical"}"#;
    let defect = Series { defect: Some("alertmanager does not answer".to_owned()), ..series("alerts", STEP, []) };
    let mut looked = looked_at(vec![], wanted);
    looked.series.push(defect.clone());
    let trigger = judged(&looked);
    assert_eq!(trigger.state, Inconclusive);
    assert_eq!(trigger.message, "there may be alerts that are not seen: alertmanager does not answer");
    let mut looked = looked_at(vec![alert("A", "critical", "")], wanted);
    looked.series.push(defect);
    assert_eq!(judged(&looked).state, Firing);
}

#[test]
fn the_order_of_alerts_changes_nothing() {
    let (one, other) = (alert("A", "critical", ""), Alert { since: BEGAN - 1, ..alert("B", "critical", "") });
    let [forth, back] = [vec![one.clone(), other.clone()], vec![other, one]]
        .map(|alerts| judged(&looked_at(alerts, r#"{"severity": "critical"}"#)));
    assert_eq!(forth, back);
    assert_eq!((forth.samples, forth.message.as_str()), (2, "alert `B` and 1 other like it active"));
}
