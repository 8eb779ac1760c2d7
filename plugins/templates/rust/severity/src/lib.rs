//! How urgent an incident is.
//!
//! Every value has a `unknown`, which is never the same as "none": what nobody knows is looked into today.

use schemars::JsonSchema;
use serde::Deserialize;
use tidegate_sdk::{
    describe::{Description, Problem, Rule},
    export_severity,
    finding::Severity,
    gate::Failure,
    settings::schema,
    severity::{
        Classification, Classifier, DataState, Incident,
        Priority::{P0, P1, P2, P3},
        SecurityState, ServiceState,
    },
};

/// The plugin.
#[derive(Debug)]
pub struct PluginName;

/// What a policy set may say.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// More than so many percent of the users make it urgent.
    pub many_users_percent: f64,
}

impl Classifier for PluginName {
    type Settings = Settings;

    fn describe() -> Description {
        let summary = "How urgent an incident is.";
        Description::new(
            "plugin-name",
            env!("CARGO_PKG_VERSION"),
            summary,
            &schema::<Settings>(),
        )
        .rule(Rule::new(
            "outage",
            "The service is out, data are lost or wrong, or somebody got in",
            Severity::Critical,
        ))
        .rule(Rule::new(
            "many-users",
            "Many users are affected",
            Severity::High,
        ))
        .rule(Rule::new(
            "unknown",
            "Nobody knows how many users are affected, or how the service or its data do",
            Severity::Medium,
        ))
        .rule(Rule::new(
            "minor",
            "Known to be nothing of these",
            Severity::Low,
        ))
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        let fits = (0.0..=100.0).contains(&settings.many_users_percent);
        (!fits)
            .then(|| Problem::new("/many_users_percent", "is a share, from 0 to 100"))
            .into_iter()
            .collect()
    }

    fn classify(incident: &Incident<Settings>) -> Result<Classification, Failure> {
        let many = incident.settings.many_users_percent;
        let share = incident.users_affected_percent;
        let (priority, rule, reason) =
            match (incident.service, incident.data, incident.security, share) {
                (ServiceState::Outage, ..) => {
                    (P0, "outage", "the service does not answer".to_owned())
                }
                (_, DataState::Lost | DataState::Corrupted, ..) => {
                    (P0, "outage", "data are lost or wrong".to_owned())
                }
                (_, _, SecurityState::Breach, _) => (P0, "outage", "somebody got in".to_owned()),
                (_, _, _, Some(share)) if share > many => (
                    P1,
                    "many-users",
                    format!("{share}% of the users are affected, more than {many}%"),
                ),
                (ServiceState::Unknown, ..) => (
                    P2,
                    "unknown",
                    "nobody knows how the service does".to_owned(),
                ),
                (_, DataState::Unknown | DataState::AtRisk, ..) => (
                    P2,
                    "unknown",
                    "nobody knows whether the data are safe".to_owned(),
                ),
                (_, _, SecurityState::Unknown | SecurityState::Suspected, _) => (
                    P2,
                    "unknown",
                    "nobody knows whether somebody got in".to_owned(),
                ),
                (_, _, _, None) => (
                    P2,
                    "unknown",
                    "nobody knows how many users are affected".to_owned(),
                ),
                (_, _, _, Some(share)) => {
                    (P3, "minor", format!("{share}% of the users are affected"))
                }
            };
        Ok(Classification {
            priority,
            rule: rule.to_owned(),
            reasons: vec![reason],
        })
    }
}

export_severity!(PluginName);
