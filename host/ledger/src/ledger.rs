//! The ledger as the gate sees it.

pub mod archives;
pub mod baselines;
pub mod bodies;
pub mod holds;
mod incidents;
pub mod kept;
mod log;
mod maintenances;
mod notices;
mod opening;
mod others;
pub mod redact;
pub mod restores;
pub mod retain;
mod rollbacks;
mod search;
mod spans;
mod trace_search;
mod trust;
mod verifications;
mod watches;
pub mod witnesses;

use crate::{
    act::{ActRecord, Activated},
    body::BodyKind,
    config::LedgerConfig,
    confirmation::Confirmed,
    counters::{Counters, Counts},
    decisions,
    error::{ReadError, RecordError},
    event::RecordedEvent,
    evidence::{Document, Expired, Known, Received, Sender, Usage},
    forced::Forced,
    id::DecisionId,
    idempotency::Earlier,
    leaf,
    note::Verifier,
    obligation::{LISTED_MAX, Obligation},
    permit::{Permitted, Standing},
    record::{DecisionRecord, Recorded},
    store::{Pool, blobs, confirmations, documents, events, forced, keys, leaves, obligations, permits},
    stored::{Leaf, StoredDecision},
    writer::{
        health::Health,
        job::{Done, Job, Work},
        prepare,
    },
};
use others::Seat;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, ServiceName},
    obligation::Overdue,
    time::Timestamp,
};
use tokio::{
    sync::{Mutex, Notify, Semaphore, TryAcquireError, mpsc, oneshot},
    task::JoinHandle,
};
use watches::Shift;

/// The unit in which waiting bytes are counted.
const KIB: usize = 1024;

/// An open ledger; clones share it. Needs a tokio runtime with timers.
///
/// Dropping every clone lets the writer finish what it admitted; [`Ledger::close`] waits for that.
#[derive(Debug, Clone)]
pub struct Ledger(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: LedgerConfig,
    jobs: mpsc::Sender<Job>,
    kib: Arc<Semaphore>,
    reads: Pool,
    health: Arc<Health>,
    counters: Arc<Counters>,
    verifier: Option<Verifier>,
    stop: Arc<Notify>,
    noticed: Arc<Notify>,
    spanned: Arc<Notify>,
    writer: Mutex<Option<JoinHandle<()>>>,
    seat: Seat,
    shift: Shift,
}

impl Ledger {
    /// Records a decision. When this returns, the decision, its bodies and its idempotency key are on the disk.
    ///
    /// Refused at once while too much is waiting. Once it has been polled, dropping the future does not take the record back.
    pub async fn record(&self, record: DecisionRecord) -> Result<Recorded, RecordError> {
        let documents = record.evidence.iter().map(|document| document.bytes.len());
        let bytes = documents.chain(record.bodies.iter().map(|body| body.bytes.len())).sum();
        let (quota, body_bytes_max) = (self.0.config.quota, self.0.config.body_bytes_max);
        match self.submit(bytes, move || prepare::decision(record, quota, body_bytes_max)).await? {
            Done::Recorded(recorded) => Ok(recorded),
            Done::Received(_) | Done::Expired(_) | Done::Noted | Done::Probed => Err(RecordError::Closed),
        }
    }

    /// Records an act of power, as durably as a decision.
    pub async fn act(&self, record: ActRecord) -> Result<Recorded, RecordError> {
        let bytes = record.bodies.iter().map(|body| body.bytes.len()).sum();
        let (quota, body_bytes_max) = (self.0.config.quota, self.0.config.body_bytes_max);
        match self.submit(bytes, move || prepare::act(&record, quota, body_bytes_max)).await? {
            Done::Recorded(recorded) => Ok(recorded),
            Done::Received(_) | Done::Expired(_) | Done::Noted | Done::Probed => Err(RecordError::Closed),
        }
    }

    /// Keeps documents, durably, and says when their scope first received each.
    pub async fn put_evidence(
        &self,
        sender: Sender,
        documents: Vec<Received>,
    ) -> Result<BTreeMap<Digest, Timestamp>, RecordError> {
        let bytes = documents.iter().map(|document| document.bytes.len()).sum();
        let (quota, body_bytes_max) = (self.0.config.quota, self.0.config.body_bytes_max);
        match self.submit(bytes, move || prepare::documents(sender, &documents, quota, body_bytes_max)).await? {
            Done::Received(first) => Ok(first),
            Done::Recorded(_) | Done::Expired(_) | Done::Noted | Done::Probed => Err(RecordError::Closed),
        }
    }

    /// A document that was handed in, in that scope, as it is kept.
    pub async fn evidence(&self, scope: &str, cited: &Digest) -> Result<Option<Document>, ReadError> {
        let Some(known) = self.known(scope, cited).await? else { return Ok(None) };
        Ok(Some(Document { bytes: self.kept(&known).await?, received_at: known.received_at }))
    }

    /// What a scope knows of a document under the digest of what was submitted, or of what is kept of it.
    pub async fn known(&self, scope: &str, cited: &Digest) -> Result<Option<Known>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        documents::known(&mut connection, scope, cited).await
    }

    /// The bytes of a document that is known.
    pub async fn kept(&self, known: &Known) -> Result<Arc<[u8]>, ReadError> {
        match self.body(&known.digest).await? {
            Some(bytes) => Ok(bytes),
            None => {
                let removed = self.removed(&known.digest.to_string()).await?;
                Err(ReadError::Gone { kind: BodyKind::Evidence, digest: known.digest, removed })
            }
        }
    }

    /// What a scope keeps at this moment.
    pub async fn usage(&self, scope: &str) -> Result<Usage, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        Ok(documents::usage(&mut connection, scope).await?)
    }

    /// Deletes up to `max` uploads that were first received before that moment and that no leaf names, and those of their bodies
    /// that no scope keeps otherwise. Nothing that a leaf names is ever deleted.
    pub async fn expire(&self, before: Timestamp, max: u32) -> Result<Expired, RecordError> {
        match self.submit(0, move || Ok(Work::Expire { before, max })).await? {
            Done::Expired(expired) => Ok(expired),
            Done::Recorded(_) | Done::Received(_) | Done::Noted | Done::Probed => Err(RecordError::Closed),
        }
    }

    /// When a scope first received each of these documents; those that it never did are missing.
    pub async fn first_received(
        &self,
        scope: &str,
        digests: &[Digest],
    ) -> Result<BTreeMap<Digest, Timestamp>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        Ok(documents::first(&mut connection, scope, digests).await?)
    }

    /// A body by its digest, whatever it is.
    pub async fn body(&self, digest: &Digest) -> Result<Option<Arc<[u8]>>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        let Some(row) = blobs::get(&mut connection, &[*digest]).await?.pop() else {
            return Ok(None);
        };
        drop(connection);
        let body_bytes_max = self.0.config.body_bytes_max;
        let unpacked = tokio::task::spawn_blocking(move || row.unpack(body_bytes_max)).await;
        let stopped = |cause| ReadError::Unreadable { what: format!("body `{digest}`"), cause: Box::new(cause) };
        Ok(Some(unpacked.map_err(stopped)??.1.into()))
    }

    /// A decision as it was recorded.
    pub async fn decision(&self, id: &DecisionId) -> Result<Option<StoredDecision>, ReadError> {
        decisions::read(&self.0.reads, id, self.0.config.body_bytes_max).await
    }

    /// A leaf as it was recorded.
    pub async fn leaf(&self, index: u64) -> Result<Option<Leaf>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        leaves::at(&mut connection, index).await
    }

    /// The bundle that was activated last; none before the first one.
    pub async fn last_activated(&self) -> Result<Option<Activated>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        let last = leaves::last_of(&mut connection, leaf::Kind::BundleActivated).await?;
        last.as_ref().map(leaf::act::activated).transpose()
    }

    /// The bundles that were activated, the last one first; so many at most.
    pub async fn activations(&self, max: usize) -> Result<Vec<Activated>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        let (mut all, mut before) = (Vec::new(), u64::MAX >> 1);
        while all.len() < max
            && let Some(leaf) = leaves::last_before(&mut connection, leaf::Kind::BundleActivated, before).await?
        {
            all.push(leaf::act::activated(&leaf)?);
            before = leaf.index;
        }
        Ok(all)
    }

    /// The confirmation of a forced deployment, when there is one.
    pub async fn confirmation(&self, decision: &DecisionId) -> Result<Option<Confirmed>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        confirmations::of(&mut connection, decision).await
    }

    /// Where a decision stands. `forced`: only a later permission takes its place, a later refusal does not.
    pub async fn standing(&self, decision: &DecisionId, forced: bool) -> Result<Standing, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        permits::standing(&mut connection, decision, forced).await
    }

    /// The permit that this idempotency key led to.
    pub async fn permit_of(&self, to: &str, key: &str) -> Result<Option<Permitted>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        permits::by_key(&mut connection, to, key).await
    }

    /// Decisions about a deployment, as their callers named it, newest first; so many at most.
    pub async fn decisions_about(&self, deployment: &str) -> Result<Vec<DecisionId>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        events::decisions(&mut connection, deployment).await
    }

    /// What became of the deployment of a decision, in the order in which the gate was told.
    pub async fn deployment_events(&self, decision: &DecisionId) -> Result<Vec<RecordedEvent>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        events::of(&mut connection, decision).await
    }

    /// Deployments that were forced after a moment, the newest first; at most [`FORCED_MAX`](crate::forced::FORCED_MAX).
    pub async fn forced_after(&self, since: Timestamp) -> Result<Vec<Forced>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        forced::after(&mut connection, since).await
    }

    /// What is overdue at a moment for any of these services there, at most
    /// [`OVERDUE_MAX`](tidegate_core::obligation::OVERDUE_MAX) of it, sorted.
    pub async fn overdue(
        &self,
        environment: &EnvironmentName,
        services: &[ServiceName],
        now: Timestamp,
    ) -> Result<Vec<Overdue>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        obligations::overdue(&mut connection, environment, services, now).await
    }

    /// Those that somebody may see, as many as one query lists: the open ones first, and of those the one that is due first. Those
    /// of others take nobody's place.
    pub async fn obligations(&self, may_see: impl Fn(&Obligation) -> bool) -> Result<Vec<Obligation>, ReadError> {
        let (mut seen, mut after) = (Vec::new(), 0);
        loop {
            let mut connection = self.0.reads.acquire().await?;
            let page = obligations::page(&mut connection, after).await?;
            let is_last = page.len() < LISTED_MAX;
            after += page.len();
            seen.extend(page.into_iter().filter(&may_see).take(LISTED_MAX - seen.len()));
            if is_last || seen.len() == LISTED_MAX {
                return Ok(seen);
            }
        }
    }

    /// One of them.
    pub async fn obligation(&self, id: &str) -> Result<Option<Obligation>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        obligations::of(&mut connection, id).await
    }

    /// What this key was used for before.
    pub async fn idempotent(&self, principal: &str, endpoint: &str, key: &str) -> Result<Option<Earlier>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        Ok(keys::find(&mut connection, principal, endpoint, key).await?.map(|(earlier, _)| earlier))
    }

    /// Whether records can be written. After a failure the store is tried again, with a commit that takes as much room as a
    /// decision does.
    pub async fn ready(&self) -> Result<(), RecordError> {
        if self.0.jobs.is_closed() {
            return Err(RecordError::Closed);
        }
        match self.0.health.fault() {
            None => self.reachable().await,
            Some(_) => self.submit(0, || Ok(Work::Probe)).await.map(|_| ()),
        }
    }

    /// What the writer did since it was opened.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.0.counters.counts(self.0.jobs.max_capacity() - self.0.jobs.capacity())
    }

    /// Admits nothing more, waits until everything admitted is committed, and gives the file free.
    pub async fn close(&self) {
        self.0.seat.leave().await;
        // The last connection moves what is in the write-ahead log to the database's file; one that only reads cannot.
        self.0.reads.close().await;
        self.0.stop.notify_one();
        if let Some(writer) = self.0.writer.lock().await.take() {
            // A writer that panicked has given its waiters an error each; there is nothing left to wait for.
            let _ = writer.await;
        }
    }

    async fn submit(
        &self,
        bytes: usize,
        prepare: impl FnOnce() -> Result<Work, RecordError> + Send + 'static,
    ) -> Result<Done, RecordError> {
        let bytes = self.admit(bytes)?;
        let place = self.0.jobs.clone().try_reserve_owned().map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                let allowed = self.0.jobs.max_capacity();
                RecordError::Busy { what: "records waiting", used: allowed + 1, allowed }
            }
            mpsc::error::TrySendError::Closed(_) => RecordError::Closed,
        })?;
        let (waiter, answer) = oneshot::channel();
        // Not awaited: a client that hangs up ends this wait, not the record.
        tokio::task::spawn_blocking(move || match prepare() {
            Ok(work) => {
                place.send(Job { work, waiter, bytes });
            }
            Err(error) => {
                let _ = waiter.send(Err(error));
            }
        });
        answer.await.unwrap_or(Err(RecordError::Closed))
    }

    fn admit(&self, bytes: usize) -> Result<tokio::sync::OwnedSemaphorePermit, RecordError> {
        let allowed = self.0.config.queue_bytes_max;
        if bytes > allowed {
            return Err(RecordError::TooLarge { what: "bodies of one record", used: bytes, allowed });
        }
        let kib = u32::try_from(bytes / KIB).unwrap_or(u32::MAX);
        self.0.kib.clone().try_acquire_many_owned(kib).map_err(|error| match error {
            TryAcquireError::NoPermits => {
                let waiting = allowed.saturating_sub(self.0.kib.available_permits() * KIB);
                RecordError::Busy { what: "bytes waiting", used: waiting + bytes, allowed }
            }
            TryAcquireError::Closed => RecordError::Closed,
        })
    }
}
