//! The section `verification` of a set: what the gate looks at after a deployment, and who judges it.

mod written;

use self::written::Section;
use super::answers::Pointer;
use crate::{probe::address::Address, signals::AlertsSource};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tidegate_bundle::bundle::LoadedSet;
use tidegate_core::name::{EnvironmentName, EvidenceName, ServiceName, StageId};

/// After which events the gate looks by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// A deployment was rolled back, or a rollback succeeded.
    Rollback,
    /// Any deployment succeeded.
    Success,
}

/// What a set says of looking at a deployment.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The set that fits this environment judges.
    pub environment: EnvironmentName,
    /// When the gate looks by itself.
    pub after: Vec<After>,
    /// How long it waits before that.
    pub settle: Duration,
    /// Stages that are not judged then.
    pub skip: Vec<StageId>,
    /// How long one look may take.
    pub within: Duration,
    /// The name of what endpoints answered.
    pub health: EvidenceName,
    /// What is asked once each.
    pub endpoints: Vec<Endpoint>,
    /// What is seen besides.
    pub items: Vec<Item>,
}

/// An endpoint.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// What stages call it.
    pub address: Address,
    /// Where it is asked.
    pub place: Place,
}

/// Something that is asked at a destination of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Which.
    pub destination: String,
    /// Segments after its address.
    #[serde(default)]
    pub path: Vec<String>,
}

/// An item of a checklist, and what it is seen by.
#[derive(Debug, Clone)]
pub struct Item {
    /// As the checklist calls it.
    pub name: Arc<str>,
    /// Under which name its stage finds it.
    pub evidence: EvidenceName,
    /// What it is seen by.
    pub by: By,
}

/// What an item is seen by. Endpoints are places in the list of endpoints.
#[derive(Debug, Clone)]
pub enum By {
    /// What an endpoint says there is healthy.
    Healthy {
        /// Which.
        endpoint: usize,
        /// Where in its answer.
        at: Pointer,
        /// What healthy things call themselves, in lower case.
        words: Vec<String>,
    },
    /// What an endpoint says there is the version that should run.
    Version {
        /// Which.
        endpoint: usize,
        /// Where in its answer.
        at: Pointer,
        /// Whose version.
        service: Option<ServiceName>,
    },
    /// An endpoint refuses some of many requests in a row.
    Burst {
        /// Which.
        endpoint: usize,
        /// How many.
        requests: u32,
    },
    /// Something answers as it should.
    Answers {
        /// Where.
        place: Place,
        /// Empty: 200 to 299.
        statuses: Vec<u16>,
    },
    /// A number of a Prometheus lies within bounds.
    Number(Number),
    /// All targets of a Prometheus are up.
    Targets {
        /// Which.
        destination: String,
    },
    /// An Alertmanager is ready, and a Prometheus sends its alerts to one.
    Alertmanager {
        /// Which.
        destination: String,
        /// Which Prometheus; none: nobody is asked.
        prometheus: Option<String>,
    },
    /// No alert fires.
    NoAlerts {
        /// As whom says.
        plan: AlertsSource,
        /// Alerts that always fire.
        except: Vec<String>,
    },
}

/// A number of a Prometheus and its bounds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// Which.
    pub destination: String,
    /// PromQL with blanks.
    pub query: String,
    /// Not less than this.
    pub min: Option<f64>,
    /// Not more than this.
    pub max: Option<f64>,
}

impl Rules {
    /// None: the set says nothing of it. An error is none of the set's schema: it names what cannot be read.
    pub fn of(set: &LoadedSet) -> Result<Option<Self>, String> {
        let Some(said) = set.operation("verification") else { return Ok(None) };
        let section: Section = serde_json::from_value(said.clone()).map_err(|error| error.to_string())?;
        section.rules().map(Some)
    }
}
