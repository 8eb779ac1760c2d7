//! The record at one moment, only read: what a replay needs of it, while the gate serves or after it stopped.
//!
//! **Invariant:** nothing is written and no lock is taken that the writer waits for. All that one [`Snapshot`] reads is of one moment.

use crate::{
    act::Activated,
    agreement::Agreed,
    body::BodyKind,
    config::LedgerConfig,
    confirmation::Confirmed,
    decisions,
    error::ReadError,
    forced::Forced,
    id::DecisionId,
    leaf::{
        self, Kind, Leaf as _,
        decision::DecisionLeaf,
        decode::{self, Found},
    },
    ledger::baselines::{LOOKED_AT_MAX, PAGE as PAGE_OF_GOOD},
    permit::Standing,
    place::Place,
    private::{Private, Salted},
    replay::Replayable,
    search::{Page, Search},
    store::{
        Connection, Db, Pool, agreements, baselines, blobs, confirmations, dialect, forced, leaves, open, permits,
        removals, search, texts, tree,
    },
    stored::{Leaf, StoredDecision},
};
use std::{collections::BTreeMap, ops::Range, sync::Arc};
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// Decisions that one page of [`Snapshot::decisions`] names, at most.
pub const PAGE: usize = 500;

/// The last deployment of a service that had succeeded by the rules.
#[derive(Debug)]
pub enum Before {
    /// There was none.
    None,
    /// The decision that it went by.
    Decided(Box<Replayable>),
    /// It went by this decision, unless a waiver tolerated something in it: what it came to is gone.
    Unknown(DecisionId),
    /// Waivers tolerated something in each of so many that succeeded last; those before them were not looked at.
    AllWaived {
        /// The last of them.
        last: DecisionId,
        /// How many.
        looked_at: u32,
    },
}

/// A record that is only read.
#[derive(Debug)]
pub struct Reader {
    reads: Pool,
    body_bytes_max: usize,
}

impl Reader {
    /// Of the ledger there, which is looked for when it is first read.
    pub fn open(place: impl Into<Place>, config: &LedgerConfig) -> Result<Self, ReadError> {
        Ok(Self { reads: open::reading(&place.into(), config)?, body_bytes_max: config.body_bytes_max })
    }

    /// The record as it is now.
    pub async fn snapshot(&self) -> Result<Snapshot, ReadError> {
        Ok(Snapshot::of(dialect::snapshot_of(&self.reads).await?, self.body_bytes_max))
    }

    /// A page of the decisions that are looked for, the newest first. While a gate serves, those of its last moments may be missing: what
    /// decisions are looked for by is made behind the commit, and only the gate knows how far it is.
    pub async fn search(&self, asked: &Search) -> Result<Page, ReadError> {
        let mut connection = self.reads.acquire().await?;
        search::page(&mut connection, asked).await
    }

    /// The decision of this id, as it was recorded; none: there is no such one.
    pub async fn decision(&self, id: &DecisionId) -> Result<Option<StoredDecision>, ReadError> {
        decisions::read(&self.reads, id, self.body_bytes_max).await
    }

    /// What happened to a decision since: its confirmation, where it was forced and there is one, and everything else.
    pub async fn since(&self, decision: &DecisionId, forced: bool) -> Result<(Option<Confirmed>, Standing), ReadError> {
        let mut connection = self.reads.acquire().await?;
        let confirmed = confirmations::of(&mut connection, decision).await?;
        Ok((confirmed, permits::standing(&mut connection, decision, forced).await?))
    }

    /// Lets go of it.
    pub async fn close(self) {
        self.reads.close().await;
    }
}

/// The record as it was when this was begun.
#[derive(Debug)]
pub struct Snapshot {
    transaction: sqlx::Transaction<'static, Db>,
    body_bytes_max: usize,
}

impl Snapshot {
    pub(crate) fn of(transaction: sqlx::Transaction<'static, Db>, body_bytes_max: usize) -> Self {
        Self { transaction, body_bytes_max }
    }

    /// For what is asked of it beside.
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.transaction
    }

    /// With which decisions a decision's services were compared, as far as that is kept.
    pub(crate) async fn compared_with(&mut self, leaf: &DecisionLeaf) -> Result<Vec<Arc<str>>, ReadError> {
        let Some(listed) = &leaf.judgement.compared else { return Ok(Vec::new()) };
        let found = self.bodies(&[listed.manifest]).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        Ok(decode::compared(listed, &Found(found))?.into_iter().map(|compared| compared.decision).collect())
    }

    /// A decision as far as it can be judged again; none of this id.
    pub async fn replayable(&mut self, id: &DecisionId) -> Result<Option<Replayable>, ReadError> {
        let Some(stored) = leaves::of_decision(&mut self.transaction, id.as_str()).await? else { return Ok(None) };
        self.in_tree(&stored).await?;
        let mut leaf: DecisionLeaf = leaf::read(stored.index, &stored.text)?;
        if leaf.circumstances.decision != *id {
            return Err(ReadError::Altered { what: format!("the projection of decision `{id}`") });
        }
        let salts = self.reveal(&mut leaf).await?;
        let found = self.bodies(&decode::bodies_of(&leaf.judgement)).await?;
        match Replayable::of(leaf, stored, salts, found, self.body_bytes_max) {
            Ok(replayable) => Ok(Some(replayable)),
            Err(error) => Err(self.explained(error).await),
        }
    }

    /// The same error, with the leaf that took away what is gone.
    pub async fn explained(&mut self, error: ReadError) -> ReadError {
        removals::explained(&mut self.transaction, error).await
    }

    /// A leaf and its hash belong together; whether the tree has them there is asked here.
    async fn in_tree(&mut self, leaf: &Leaf) -> Result<(), ReadError> {
        let of = leaf.index..leaf.index.saturating_add(1);
        let known = tree::hashes(&mut self.transaction, 0, of).await?;
        let altered = || ReadError::Altered { what: format!("leaf {}", leaf.index) };
        if known == [leaf.hash] { Ok(()) } else { Err(altered()) }
    }

    /// Puts the private texts back, and says what stands for each of them in the leaf.
    async fn reveal(&mut self, leaf: &mut DecisionLeaf) -> Result<BTreeMap<Arc<str>, Salted>, ReadError> {
        let salted: Vec<Private> = leaf.privates().into_iter().map(|private| private.clone()).collect();
        texts::reveal(&mut self.transaction, leaf.privates()).await?;
        let both = salted.into_iter().zip(leaf.privates());
        Ok(both
            .filter_map(|(before, after)| match (before, after) {
                (Private::Salted(salted), Private::Text(text)) => Some((text.clone(), salted)),
                _ => None,
            })
            .collect())
    }

    /// Those of these bodies that are there, unpacked and compared with their digests.
    pub async fn bodies(&mut self, digests: &[Digest]) -> Result<BTreeMap<Digest, Vec<u8>>, ReadError> {
        let (rows, allowed) = (blobs::get(&mut self.transaction, digests).await?, self.body_bytes_max);
        let unpack = move || rows.into_iter().map(|row| row.unpack(allowed)).collect();
        let stopped = |cause| ReadError::Unreadable { what: "bodies".to_owned(), cause: Box::new(cause) };
        tokio::task::spawn_blocking(unpack).await.map_err(stopped)?
    }

    /// A body that has to be there.
    pub async fn body(&mut self, kind: BodyKind, digest: Digest) -> Result<Vec<u8>, ReadError> {
        match self.bodies(&[digest]).await?.remove(&digest) {
            Some(bytes) => Ok(bytes),
            None => Err(self.explained(ReadError::Gone { kind, digest, removed: None }).await),
        }
    }

    /// The last activation of that bundle before this leaf.
    pub async fn activation(&mut self, bundle: Digest, before: u64) -> Result<Option<Activated>, ReadError> {
        let mut before = before;
        while let Some(leaf) = leaves::last_before(&mut self.transaction, Kind::BundleActivated, before).await? {
            self.in_tree(&leaf).await?;
            let activated = leaf::act::activated(&leaf)?;
            if activated.bundle == bundle {
                return Ok(Some(activated));
            }
            before = leaf.index;
        }
        Ok(None)
    }

    /// Agreements to waivers that were recorded before this leaf.
    pub async fn agreements(&mut self, before: u64) -> Result<Vec<Agreed>, ReadError> {
        let all = agreements::all(&mut self.transaction).await?;
        Ok(all.into_iter().filter(|agreed| agreed.leaf_index < before).collect())
    }

    /// Deployments that were forced after a moment, the newest first; at most [`FORCED_MAX`](crate::forced::FORCED_MAX).
    pub async fn forced_after(&mut self, since: Timestamp) -> Result<Vec<Forced>, ReadError> {
        forced::after(&mut self.transaction, since).await
    }

    /// The decision that the last deployment of this service there went by which had succeeded by the rules before this leaf, as
    /// [`Ledger::last_good`](crate::ledger::Ledger::last_good) would have found it then.
    pub async fn last_good(
        &mut self,
        environment: &EnvironmentName,
        service: &ServiceName,
        before: u64,
    ) -> Result<Before, ReadError> {
        let mut last = None;
        for skip in (0..LOOKED_AT_MAX).step_by(PAGE_OF_GOOD as usize) {
            let page = baselines::comparable(&mut self.transaction, environment, service, before, (skip, PAGE_OF_GOOD))
                .await?;
            for id in &page {
                match self.replayable(id).await? {
                    // Whether waivers tolerated something in it is not known any more.
                    Some(recorded) if recorded.came.is_waived.is_none() => return Ok(Before::Unknown(id.clone())),
                    Some(recorded) if recorded.came.is_waived == Some(false) => {
                        return Ok(Before::Decided(Box::new(recorded)));
                    }
                    Some(_) | None => {}
                }
            }
            if page.len() < PAGE_OF_GOOD as usize {
                return Ok(Before::None);
            }
            last = last.or_else(|| page.into_iter().next());
        }
        Ok(last.map_or(Before::None, |last| Before::AllWaived { last, looked_at: LOOKED_AT_MAX }))
    }

    /// Decisions that were judged within these moments and after this leaf, with their leaves, oldest first; so many at most as a [`PAGE`] has.
    pub async fn decisions(
        &mut self,
        within: Range<Timestamp>,
        after: Option<u64>,
    ) -> Result<Vec<(u64, DecisionId)>, ReadError> {
        leaves::decisions(&mut self.transaction, within, after, PAGE).await
    }
}
