//! What a policy set samples of a deployment that runs: metrics of a Prometheus, health endpoints, and alerts.
//!
//! **Invariant:** a look that did not come to exactly one number has no value: what is wrong with it is said, and nothing is put in its place.

mod alertmanager;
pub mod alerts;
mod health;
pub mod monitored;
pub mod past;
mod prometheus;
pub mod template;
#[cfg(test)]
mod tests;

use self::{monitored::Targets, past::Moments};
use crate::egress::Egress;
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    deployment::Deployment,
    observation::{Alert, Sample},
    one_line::one_line,
    time::Timestamp,
};

/// Characters of a defect that are kept.
const DEFECT_CHARS_MAX: usize = 300;

/// One signal, as a policy set names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct SignalPlan {
    /// What triggers call it.
    pub name: Arc<str>,
    /// Of its values; may be empty.
    pub unit: Arc<str>,
    /// Where it comes from.
    pub source: Source,
}

/// Where a signal comes from. Destinations are those of the configuration's `egress`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An instant query of a Prometheus.
    Prometheus {
        /// Which destination.
        destination: String,
        /// PromQL with `{{ service }}`, `{{ environment }}` and `{{ version }}` between quotes.
        query: String,
    },
    /// A health endpoint: 1 when it fails, 0 when it does not.
    Health {
        /// Which destination.
        destination: String,
        /// Segments after its address.
        path: Vec<String>,
        /// Answers that are healthy; empty: 200 to 299.
        statuses: Vec<u16>,
    },
}

/// Where alerts come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenAlerts", into = "WrittenAlerts")]
pub struct AlertsPlan {
    /// Who is asked for all that there are.
    pub asked: AlertsSource,
    /// What those mean that others hand in; none: nothing.
    pub webhook: Option<Webhook>,
}

/// What an alert means that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Webhook {
    /// It fires.
    Fire,
    /// The Alertmanager is asked at once, and what it says counts.
    Confirm,
}

/// Who is asked for alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertsSource {
    /// Those that a Prometheus raises by its own rules.
    Prometheus(AlertsOf),
    /// Those of an Alertmanager that nobody silenced.
    Alertmanager(AlertsOf),
}

impl AlertsSource {
    /// The one of two that is written.
    pub fn one(prometheus: Option<AlertsOf>, alertmanager: Option<AlertsOf>) -> Result<Self, &'static str> {
        match (prometheus, alertmanager) {
            (Some(of), None) => Ok(Self::Prometheus(of)),
            (None, Some(of)) => Ok(Self::Alertmanager(of)),
            _ => Err("alerts have one source, `prometheus` or `alertmanager`"),
        }
    }
}

/// Whose alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertsOf {
    /// Which destination.
    pub destination: String,
}

/// The same in the shape of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAlerts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prometheus: Option<AlertsOf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alertmanager: Option<AlertsOf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    webhook: Option<Webhook>,
}

impl TryFrom<WrittenAlerts> for AlertsPlan {
    type Error = &'static str;

    fn try_from(written: WrittenAlerts) -> Result<Self, Self::Error> {
        let asked = AlertsSource::one(written.prometheus, written.alertmanager)?;
        match (&asked, written.webhook) {
            (AlertsSource::Prometheus(_), Some(Webhook::Confirm)) => Err("an `alertmanager` confirms alerts"),
            (_, webhook) => Ok(Self { asked, webhook }),
        }
    }
}

impl From<AlertsPlan> for WrittenAlerts {
    fn from(plan: AlertsPlan) -> Self {
        let webhook = plan.webhook;
        match plan.asked {
            AlertsSource::Prometheus(of) => Self { prometheus: Some(of), alertmanager: None, webhook },
            AlertsSource::Alertmanager(of) => Self { prometheus: None, alertmanager: Some(of), webhook },
        }
    }
}

/// A signal in the shape of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Arc<str>,
    #[serde(default)]
    unit: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prometheus: Option<Query>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    health: Option<Endpoint>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    destination: String,
    query: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Endpoint {
    destination: String,
    #[serde(default)]
    path: Vec<String>,
    #[serde(default)]
    statuses: Vec<u16>,
}

impl TryFrom<Written> for SignalPlan {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let source = match (written.prometheus, written.health) {
            (Some(Query { destination, query }), None) => {
                template::looked_through(&query)
                    .map_err(|error| format!("signal `{}`: its query: {error}", written.name))?;
                Source::Prometheus { destination, query }
            }
            (None, Some(Endpoint { destination, path, statuses })) => Source::Health { destination, path, statuses },
            _ => return Err(format!("signal `{}` has one source, `prometheus` or `health`", written.name)),
        };
        Ok(Self { name: written.name, unit: written.unit, source })
    }
}

impl From<SignalPlan> for Written {
    fn from(plan: SignalPlan) -> Self {
        let (prometheus, health) = match plan.source {
            Source::Prometheus { destination, query } => (Some(Query { destination, query }), None),
            Source::Health { destination, path, statuses } => (None, Some(Endpoint { destination, path, statuses })),
        };
        Self { name: plan.name, unit: plan.unit, prometheus, health }
    }
}

/// What a signal is sampled of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Every service of the deployment.
    pub services: Vec<String>,
    /// Where.
    pub environment: String,
    /// The version of each service, in their order.
    pub versions: Vec<String>,
}

impl About {
    /// Of a deployment.
    #[must_use]
    pub fn of(deployment: &Deployment) -> Self {
        Self {
            services: deployment.services().iter().map(|service| service.name.to_string()).collect(),
            environment: deployment.environment().to_string(),
            versions: deployment.services().iter().map(|service| service.version.to_string()).collect(),
        }
    }
}

/// One look at a signal.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// What was seen; without a value where there is a defect.
    pub sample: Sample,
    /// Why nothing was seen that could be believed.
    pub defect: Option<Arc<str>>,
}

/// Looks at a signal that was due at a moment, for so long at most.
pub async fn sample(egress: &Egress, plan: &SignalPlan, about: &About, at: Timestamp, limit: Duration) -> Look {
    let seen = match &plan.source {
        Source::Prometheus { destination, query } => {
            prometheus::value(egress, destination, query, about, at, limit).await
        }
        Source::Health { destination, path, statuses } => {
            health::failed(egress, destination, path, statuses, limit).await
        }
    };
    match seen {
        Ok(value) => Look { sample: Sample { at, value: Some(value) }, defect: None },
        Err(why) => Look { sample: Sample { at, value: None }, defect: Some(defect(&why)) },
    }
}

/// What a signal was at moments in which nobody looked, as far as its source still has it; asked for so long at most. A health endpoint has
/// no past.
pub async fn past(
    egress: &Egress,
    plan: &SignalPlan,
    about: &About,
    moments: Moments,
    limit: Duration,
) -> Result<Vec<Sample>, Arc<str>> {
    match &plan.source {
        Source::Prometheus { destination, query } => {
            past::samples(egress, destination, query, about, moments, limit).await.map_err(|why| defect(&why))
        }
        Source::Health { .. } => Ok(Vec::new()),
    }
}

/// The alerts that concern a deployment, or why they are not known; asked for so long at most.
pub async fn alerts(
    egress: &Egress,
    source: &AlertsSource,
    about: &About,
    limit: Duration,
) -> Result<Vec<Alert>, Arc<str>> {
    let asked = match source {
        AlertsSource::Prometheus(of) => prometheus::alerts(egress, &of.destination, limit).await,
        AlertsSource::Alertmanager(of) => alertmanager::alerts(egress, &of.destination, limit).await,
    };
    asked.and_then(|all| alerts::concerning(all, about)).map_err(|why| defect(&why))
}

/// The one number that a query comes to, or why there is none; asked for so long at most.
pub async fn number(
    egress: &Egress,
    (destination, query): (&str, &str),
    about: &About,
    at: Timestamp,
    limit: Duration,
) -> Result<f64, Arc<str>> {
    prometheus::value(egress, destination, query, about, at, limit).await.map_err(|why| defect(&why))
}

/// How the targets of a Prometheus are, or why that is not known; asked for so long at most.
pub async fn targets(egress: &Egress, destination: &str, limit: Duration) -> Result<Targets, Arc<str>> {
    monitored::targets(egress, destination, limit).await.map_err(|why| defect(&why))
}

/// To how many Alertmanagers a Prometheus sends its alerts, or why that is not known; asked for so long at most.
pub async fn receivers(egress: &Egress, destination: &str, limit: Duration) -> Result<usize, Arc<str>> {
    monitored::receivers(egress, destination, limit).await.map_err(|why| defect(&why))
}

/// What an Alertmanager says of its cluster, or why that is not known; asked for so long at most.
pub async fn cluster(egress: &Egress, destination: &str, limit: Duration) -> Result<String, Arc<str>> {
    monitored::cluster(egress, destination, limit).await.map_err(|why| defect(&why))
}

fn defect(why: &str) -> Arc<str> {
    one_line(why, DEFECT_CHARS_MAX).into()
}
