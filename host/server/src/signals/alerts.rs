//! Alerts as systems raise them, and which of them concern a deployment.

use super::About;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{deployment::Label, observation::Alert, time::Timestamp};

/// Alerts about one deployment, at most.
const ALERTS_MAX: usize = 1_000;
/// What an alert is about where it carries labels of these names: without one it is about everything.
const OF_A_SERVICE: &str = "service";
const OF_AN_ENVIRONMENT: &str = "environment";

/// What an alert is about, by its labels; none: everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject<'a> {
    /// Where.
    pub environment: Option<&'a str>,
    /// What.
    pub service: Option<&'a str>,
}

/// One alert, by its labels.
pub fn alert(labels: BTreeMap<Arc<str>, Arc<str>>, firing: bool, since: &str) -> Result<Alert, String> {
    let name = labels.get("alertname").cloned().unwrap_or_default();
    let since = Timestamp::parse(since).map_err(|error| format!("alert `{name}`: {error}"))?;
    Ok(Alert { firing, ..labelled(labels, since) })
}

/// One that fires.
#[must_use]
pub fn labelled(labels: BTreeMap<Arc<str>, Arc<str>>, since: Timestamp) -> Alert {
    let label = |name: &str| labels.get(name).cloned().unwrap_or_default();
    let [name, severity, category] = ["alertname", "severity", "category"].map(label);
    let labels = labels.into_iter().map(|(name, value)| Label { name, value }).collect();
    Alert { name, severity, category, firing: true, since, labels }
}

/// Those that concern a deployment, in an order of their own.
pub(super) fn concerning(mut all: Vec<Alert>, about: &About) -> Result<Vec<Alert>, String> {
    all.retain(|alert| concerns(alert, about));
    if all.len() > ALERTS_MAX {
        return Err(format!("{} alerts used, {ALERTS_MAX} allowed", all.len()));
    }
    let values = |alert: &Alert| -> Vec<(Arc<str>, Arc<str>)> {
        alert.labels.iter().map(|label| (label.name.clone(), label.value.clone())).collect()
    };
    all.sort_by_cached_key(|alert| (alert.since, alert.name.clone(), values(alert)));
    Ok(all)
}

/// What an alert is about.
#[must_use]
pub fn subject(alert: &Alert) -> Subject<'_> {
    let value = |name: &str| {
        let label = alert.labels.iter().find(|label| *label.name == *name);
        label.map(|label| &*label.value).filter(|value| !value.is_empty())
    };
    Subject { environment: value(OF_AN_ENVIRONMENT), service: value(OF_A_SERVICE) }
}

/// Whether an alert concerns a deployment.
#[must_use]
pub fn concerns(alert: &Alert, about: &About) -> bool {
    let subject = subject(alert);
    subject.service.is_none_or(|service| about.services.iter().any(|one| one == service))
        && subject.environment.is_none_or(|environment| about.environment == environment)
}

#[cfg(test)]
mod tests {
    use super::{About, Alert, alert, concerning};

    fn about() -> About {
        let [services, versions] = [["api", "web"], ["1", "1"]].map(|all| all.map(str::to_owned).to_vec());
        About { services, environment: "production".to_owned(), versions }
    }

    fn one(labels: &[(&str, &str)], since: &str) -> Alert {
        let labels = [("alertname", "Breach")].iter().chain(labels);
        alert(labels.map(|(name, value)| ((*name).into(), (*value).into())).collect(), true, since).unwrap()
    }

    #[test]
    fn alerts_about_others_are_left_out_and_those_that_do_not_say_are_about_everything() {
        for (labels, concerns) in [
            (&[][..], true),
            (&[("service", "web")], true),
            (&[("service", "")], true),
            (&[("service", "web"), ("environment", "production")], true),
            (&[("service", "shop")], false),
            (&[("service", "web"), ("environment", "staging")], false),
        ] {
            let found = concerning(vec![one(labels, "2026-03-31T12:00:00Z")], &about()).unwrap();
            assert_eq!(found.len(), usize::from(concerns), "{labels:?}");
        }
    }

    #[test]
    fn an_alert_is_what_its_labels_say_and_comes_in_the_order_of_its_beginning() {
        let late = one(&[("severity", "critical"), ("category", "security")], "2026-03-31T12:00:01Z");
        assert_eq!((&*late.name, &*late.severity, &*late.category), ("Breach", "critical", "security"));
        let early = one(&[("pod", "b")], "2026-03-31T12:00:00Z");
        let same = one(&[("pod", "a")], "2026-03-31T12:00:00Z");
        let all = vec![late.clone(), early.clone(), same.clone()];
        assert_eq!(concerning(all, &about()), Ok(vec![same, early, late]));
    }

    #[test]
    fn alerts_that_cannot_all_be_kept_are_not_known() {
        let many = vec![one(&[], "2026-03-31T12:00:00Z"); 1_001];
        assert_eq!(concerning(many, &about()), Err("1001 alerts used, 1000 allowed".to_owned()));
        let undated = alert([("alertname".into(), "Breach".into())].into(), true, "yesterday").unwrap_err();
        assert!(undated.starts_with("alert `Breach`: "), "{undated}");
    }
}
