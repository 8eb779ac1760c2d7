//! The section `verification` in the shape of the file.

use super::{After, By, Endpoint, Item, Number, Place, Rules};
use crate::{
    gate::verifications::answers::{self, Pointer},
    signals::{AlertsOf, AlertsSource, template},
};
use serde::Deserialize;
use std::{sync::Arc, time::Duration};
use tidegate_bundle::duration;
use tidegate_core::{
    name::{EnvironmentName, EvidenceName, ServiceName, StageId},
    time::in_words,
};

/// How long one look may take where the set says nothing.
const WITHIN_DEFAULT: Duration = Duration::from_secs(10);
/// How long it may take at most.
const WITHIN_MAX: Duration = Duration::from_secs(60);
/// How long the gate waits before it looks by itself, at most: after an hour it looks no more.
const SETTLE_MAX: Duration = Duration::from_secs(30 * 60);
/// Requests of a burst where the set says nothing: the runbook's.
const BURST_DEFAULT: u32 = 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    environment: String,
    #[serde(default)]
    after: Vec<After>,
    settle: Option<String>,
    #[serde(default)]
    skip: Vec<String>,
    within: Option<String>,
    health: Option<String>,
    #[serde(default)]
    endpoints: Vec<WrittenEndpoint>,
    #[serde(default)]
    items: Vec<WrittenItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEndpoint {
    address: String,
    destination: String,
    #[serde(default)]
    path: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenItem {
    item: String,
    evidence: String,
    healthy: Option<Healthy>,
    version: Option<Version>,
    burst: Option<Burst>,
    answers: Option<Answers>,
    prometheus: Option<Number>,
    targets: Option<AlertsOf>,
    alertmanager: Option<Alertmanager>,
    no_alerts: Option<NoAlerts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Healthy {
    endpoint: String,
    #[serde(default)]
    at: String,
    words: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    endpoint: String,
    #[serde(default)]
    at: String,
    service: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Burst {
    endpoint: String,
    requests: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    destination: String,
    #[serde(default)]
    path: Vec<String>,
    #[serde(default)]
    statuses: Vec<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alertmanager {
    destination: String,
    prometheus: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoAlerts {
    prometheus: Option<AlertsOf>,
    alertmanager: Option<AlertsOf>,
    #[serde(default)]
    except: Vec<String>,
}

impl Section {
    pub(super) fn rules(self) -> Result<Rules, String> {
        let endpoints = self.endpoints.into_iter().map(WrittenEndpoint::read).collect::<Result<Vec<_>, _>>()?;
        let items = self.items.into_iter().map(|item| item.read(&endpoints)).collect::<Result<_, _>>()?;
        let health = EvidenceName::parse(self.health.as_deref().unwrap_or("health"));
        let skip = self.skip.iter().map(|stage| StageId::parse(stage).map_err(|error| error.to_string()));
        Ok(Rules {
            environment: EnvironmentName::parse(&self.environment).map_err(|error| error.to_string())?,
            after: self.after,
            settle: span("settle", self.settle.as_deref(), Duration::ZERO, SETTLE_MAX)?,
            skip: skip.collect::<Result<_, _>>()?,
            within: span("within", self.within.as_deref(), WITHIN_DEFAULT, WITHIN_MAX)?,
            health: health.map_err(|error| error.to_string())?,
            endpoints,
            items,
        })
    }
}

fn span(key: &str, text: Option<&str>, default: Duration, max: Duration) -> Result<Duration, String> {
    let Some(text) = text else { return Ok(default) };
    let span = duration::named(text).map_err(|error| format!("`{key}`: {error}"))?;
    if span > max {
        return Err(format!("`{key}`: {} used, {} allowed", in_words(span), in_words(max)));
    }
    Ok(span)
}

impl WrittenEndpoint {
    fn read(self) -> Result<Endpoint, String> {
        let address = self.address.parse().map_err(|error| format!("`{}` {error}", self.address))?;
        Ok(Endpoint { address, place: Place { destination: self.destination, path: self.path } })
    }
}

impl WrittenItem {
    fn read(self, endpoints: &[Endpoint]) -> Result<Item, String> {
        let evidence = EvidenceName::parse(&self.evidence).map_err(|error| error.to_string())?;
        let name: Arc<str> = self.item.as_str().into();
        let by = self.by(endpoints).map_err(|error| format!("item `{name}`: {error}"))?;
        Ok(Item { name, evidence, by })
    }

    fn by(self, endpoints: &[Endpoint]) -> Result<By, String> {
        let place = |address: &str| {
            let known = endpoints.iter().position(|known| known.address.to_string() == address);
            known.ok_or_else(|| format!("endpoint `{address}` is not listed"))
        };
        let healthy = self.healthy.map(|Healthy { endpoint, at, words }| {
            Ok(By::Healthy { endpoint: place(&endpoint)?, at: Pointer::parse(&at)?, words: answers::words(words) })
        });
        let version = self.version.map(|Version { endpoint, at, service }| {
            let service = service.as_deref().map(ServiceName::parse).transpose().map_err(|error| error.to_string())?;
            Ok(By::Version { endpoint: place(&endpoint)?, at: Pointer::parse(&at)?, service })
        });
        let burst = self.burst.map(|Burst { endpoint, requests }| {
            Ok(By::Burst { endpoint: place(&endpoint)?, requests: requests.unwrap_or(BURST_DEFAULT) })
        });
        let answers = self.answers.map(|Answers { destination, path, statuses }| {
            Ok(By::Answers { place: Place { destination, path }, statuses })
        });
        let number = self.prometheus.map(|number| {
            template::looked_through(&number.query).map_err(|error| format!("its query: {error}"))?;
            Ok(By::Number(number))
        });
        let targets = self.targets.map(|of| Ok(By::Targets { destination: of.destination }));
        let alertmanager = self
            .alertmanager
            .map(|Alertmanager { destination, prometheus }| Ok(By::Alertmanager { destination, prometheus }));
        let no_alerts = self.no_alerts.map(NoAlerts::read);
        let said = [healthy, version, burst, answers, number, targets, alertmanager, no_alerts];
        let mut said = said.into_iter().flatten();
        match (said.next(), said.next()) {
            (Some(by), None) => by,
            _ => Err("it is not seen by exactly one thing".to_owned()),
        }
    }
}

impl NoAlerts {
    fn read(self) -> Result<By, String> {
        let plan = AlertsSource::one(self.prometheus, self.alertmanager)?;
        Ok(By::NoAlerts { plan, except: self.except })
    }
}
