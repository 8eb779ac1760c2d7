//! Another bundle comes into force: handed in, an earlier one again, or what another gate of the same record activated.

use super::{opened, recorded};
use crate::gate::{
    Gate, blocking, clock,
    in_force::{InForce, Origin},
    plugins::{Active, PolicyError},
    reload::{ReloadError, Reloaded, Swapping, Trigger},
};
use bytes::Bytes;
use std::sync::Arc;
use tidegate_bundle::trust::Trust;
use tidegate_core::digest::Digest;
use tidegate_ledger::act::Activated;
use tidegate_registry::{bundle::Bundle, layout::Layout};

/// Activations that are looked through for an earlier bundle, at most.
const EARLIER_MAX: usize = 1_000;

/// Where a bundle comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// Somebody hands it in: a file as `tidegate bundle build` makes it.
    Handed(Bytes),
    /// The record: the last one that was in force before, or the one of this digest.
    Earlier(Option<Digest>),
    /// The record: the last one that was activated.
    Last,
}

/// A bundle, and when it was activated where the record has it as the one in force.
struct Found {
    layout: Layout<Bundle>,
    activated: Option<Activated>,
}

impl Gate {
    /// Brings a bundle into force, at somebody's word. Goes on to its end even when nobody waits for it any more.
    pub async fn activate(self: &Arc<Self>, source: Source, trigger: Trigger) -> Result<Reloaded, ReloadError> {
        let gate = self.clone();
        let task = tokio::spawn(async move {
            let taken = gate.reloads.alone(|| gate.take_bundle(source, trigger)).await;
            taken.unwrap_or(Err(ReloadError::Stopping))
        });
        task.await.unwrap_or_else(|error| Err(ReloadError::Internal(error.to_string())))
    }

    /// To be done by one at a time.
    pub(in crate::gate) async fn take_bundle(&self, source: Source, trigger: Trigger) -> Result<Reloaded, ReloadError> {
        let result = match self.reloads.trust() {
            Some(trust) => self.taken(trust, source, &trigger).await,
            None => Err(ReloadError::NoTrust),
        };
        // What the record has now, so that whoever looks for changes sees none.
        let seen = super::look(&self.ledger).await.ok().flatten();
        self.note_reload(trigger, seen, &result);
        result
    }

    async fn taken(&self, trust: Arc<Trust>, source: Source, trigger: &Trigger) -> Result<Reloaded, ReloadError> {
        let before = self.in_force.get();
        let Some(Found { layout, activated }) = self.find(source, &before).await? else {
            let bundle = before.bench.active.bundle().digest();
            return Ok(Reloaded { old: bundle, new: bundle, since: before.since });
        };
        let (files, known) = (self.reloads.files().clone(), before.clone());
        let load = move || -> Result<Active, PolicyError> {
            let material = opened(&layout, &trust, clock::now())?;
            files.assembled(&known.bench.engine, &material, Some(&known.bench.active))
        };
        let made = blocking(load).await.map_err(|error| ReloadError::Internal(error.to_string()))?;
        let active = made.map_err(|error| ReloadError::Policies(Arc::new(error)))?;
        let swapping = Swapping { origin: Origin::Bundle, recorded: activated.map(|activated| activated.at) };
        self.swap(active, &before, trigger, swapping).await
    }

    /// `None`: it is the one in force.
    async fn find(&self, source: Source, before: &InForce) -> Result<Option<Found>, ReloadError> {
        match source {
            Source::Handed(bytes) => {
                let read = blocking(move || Layout::read_bundle(&*bytes)).await;
                let read = read.map_err(|error| ReloadError::Internal(error.to_string()))?;
                let layout =
                    read.map_err(|error| ReloadError::Policies(Arc::new(PolicyError::Bundle(error.into()))))?;
                Ok(Some(Found { layout, activated: None }))
            }
            Source::Earlier(wanted) => self.earlier(wanted, before.bench.active.bundle().digest()).await.map(Some),
            Source::Last => {
                let last = self.ledger.last_activated().await?;
                let active = &before.bench.active;
                let own = (active.bundle().digest(), Some(Digest::of(active.sources())));
                let Some(last) = last.filter(|last| (last.bundle, last.sources) != own) else { return Ok(None) };
                let layout = recorded(&self.ledger, &last).await?;
                Ok(layout.map(|layout| Found { layout, activated: Some(last) }))
            }
        }
    }

    async fn earlier(&self, wanted: Option<Digest>, current: Digest) -> Result<Found, ReloadError> {
        for one in self.ledger.activations(EARLIER_MAX).await? {
            if wanted.map_or(one.bundle == current, |wanted| wanted != one.bundle) {
                continue;
            }
            if let Some(layout) = recorded(&self.ledger, &one).await? {
                return Ok(Found { layout, activated: None });
            }
        }
        Err(ReloadError::NoEarlier(wanted))
    }
}
