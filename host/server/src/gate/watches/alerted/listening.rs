//! The watches that a message is about, each read once.

use super::handed::News;
use crate::{
    gate::{Gate, error::GateError, permits::vouched_there, watches::plan::Plan},
    identity::{principal::Principal, role::Role},
    signals::{
        About,
        alerts::{concerns, subject},
    },
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::name::{EnvironmentName, ServiceName};
use tidegate_ledger::{
    watch::{Watch, WatchState},
    watch_alert::AlertState,
};

/// A watch that takes alerts, and what it is about.
#[derive(Debug)]
pub(super) struct Listening {
    pub(super) watch: Watch,
    about: About,
}

/// An environment and a service; none of either: any.
type Place = (Option<EnvironmentName>, Option<ServiceName>);

/// Those of one gate's record, as far as somebody's word reaches.
pub(super) struct Listeners<'a> {
    gate: &'a Gate,
    principal: &'a Principal,
    about: BTreeMap<Place, Vec<Arc<str>>>,
    /// None: it takes no alerts, or none of theirs.
    read: BTreeMap<Arc<str>, Option<Arc<Listening>>>,
}

impl<'a> Listeners<'a> {
    pub(super) fn new(gate: &'a Gate, principal: &'a Principal) -> Self {
        Self { gate, principal, about: BTreeMap::new(), read: BTreeMap::new() }
    }

    /// The watches that this is about.
    pub(super) async fn to(&mut self, news: &News) -> Result<Vec<Arc<Listening>>, GateError> {
        let mut listening = Vec::new();
        for id in self.named(news).await? {
            let Some(one) = self.one(&id).await? else { continue };
            if concerns(&news.alert, &one.about) && self.is_reached(&one, news) {
                listening.push(one);
            }
        }
        Ok(listening)
    }

    async fn named(&mut self, news: &News) -> Result<Vec<Arc<str>>, GateError> {
        // Most messages leave nothing out: that is news where one before it did.
        if news.state == AlertState::Whole {
            return Ok(self.gate.ledger().watches_alerted(news.key, AlertState::Truncated).await?);
        }
        let subject = subject(&news.alert);
        let environment = subject.environment.map(EnvironmentName::parse).transpose();
        let service = subject.service.map(ServiceName::parse).transpose();
        // Nothing else is called anything.
        let (Ok(environment), Ok(service)) = (environment, service) else { return Ok(Vec::new()) };
        let subject = (environment, service);
        if let Some(known) = self.about.get(&subject) {
            return Ok(known.clone());
        }
        let found = self.gate.ledger().watches_about(subject.0.as_ref(), subject.1.as_ref()).await?;
        let ids: Vec<Arc<str>> = found.iter().map(|watch| watch.begun.id.clone()).collect();
        for watch in found {
            if !self.read.contains_key(&watch.begun.id) {
                let (id, read) = (watch.begun.id.clone(), self.listening(watch).await?);
                self.read.insert(id, read);
            }
        }
        self.about.insert(subject, ids.clone());
        Ok(ids)
    }

    async fn one(&mut self, id: &Arc<str>) -> Result<Option<Arc<Listening>>, GateError> {
        if let Some(known) = self.read.get(id) {
            return Ok(known.clone());
        }
        let read = match self.gate.ledger().watch(id).await? {
            Some(watch) => self.listening(watch).await?,
            None => None,
        };
        self.read.insert(id.clone(), read.clone());
        Ok(read)
    }

    async fn listening(&self, watch: Watch) -> Result<Option<Arc<Listening>>, GateError> {
        let environment = &watch.begun.environment;
        let is_there = watch.state == WatchState::Running && self.principal.may(Role::Alert, environment, &[]);
        if !is_there || vouched_there(self.principal, environment).is_err() {
            return Ok(None);
        }
        // What cannot be read the watch says itself.
        let bytes = self.gate.ledger().body(&watch.begun.plan).await?;
        let plan: Option<Plan> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if !plan.is_some_and(|plan| plan.takes_alerts()) {
            return Ok(None);
        }
        let stored = self.gate.ledger().decision(&watch.begun.decision).await?;
        let about = stored.map(|stored| About::of(&stored.judgement.deployment));
        Ok(about.map(|about| Arc::new(Listening { watch, about })))
    }

    /// Whether they may say it of this watch: of one service where the alert names it, else of all that were deployed. What a message left out may
    /// be about any service that they may speak of.
    fn is_reached(&self, one: &Listening, news: &News) -> bool {
        let named = subject(&news.alert).service.map(|service| vec![service.to_owned()]);
        let services: Result<Vec<ServiceName>, _> =
            named.unwrap_or_else(|| one.about.services.clone()).iter().map(|name| ServiceName::parse(name)).collect();
        let may = |services: &[ServiceName]| self.principal.may(Role::Alert, &one.watch.begun.environment, services);
        match services {
            Ok(services) if news.is_of_an_alert() => may(&services),
            Ok(services) => services.chunks(1).any(may),
            Err(_) => false,
        }
    }
}
