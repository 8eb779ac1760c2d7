//! The one writer: takes what has arrived while the last commit ran, and commits it in one transaction.

pub(crate) mod batch;
pub(crate) mod behind;
mod decisions;
pub(crate) mod health;
pub(crate) mod job;
pub(crate) mod prepare;

use crate::{
    counters::Counters,
    error::RecordError,
    notary::Notary,
    proof::TreeHead,
    rebuild::later,
    store::{Connection, dialect, head::Head, intact, lock::WriterLock, open::Writing, tree::compare::begins_with},
};
use batch::Committed;
use behind::Behind;
use health::Health;
use job::{Done, Job, Work};
use sqlx::Connection as _;
use std::sync::Arc;
use tokio::sync::{Notify, mpsc};

/// Owns the connection that writes, and the lock that makes it the only one to a file.
pub(crate) struct Writer {
    pub(crate) connection: Option<Connection>,
    pub(crate) writing: Writing,
    pub(crate) batch_max: usize,
    pub(crate) body_bytes_max: usize,
    pub(crate) health: Arc<Health>,
    pub(crate) counters: Arc<Counters>,
    /// Told of each commit that held a notice.
    pub(crate) noticed: Arc<Notify>,
    /// Told of each commit that held a decision with a span tree.
    pub(crate) spanned: Arc<Notify>,
    pub(crate) notary: Option<Notary>,
    /// The tree as it was last committed.
    pub(crate) tree: TreeHead,
    /// Where the ledger ended with the last commit; none before the first.
    pub(crate) head: Option<Head>,
    /// What is recorded and not found yet.
    pub(crate) behind: Behind,
    /// None on PostgreSQL.
    pub(crate) lock: Option<WriterLock>,
}

impl Writer {
    /// Commits until nobody can hand in any more; after `stop`, until what was admitted is committed.
    pub(crate) async fn run(mut self, mut jobs: mpsc::Receiver<Job>, stop: Arc<Notify>) {
        loop {
            let mut arrived = Vec::new();
            tokio::select! {
                biased;
                count = jobs.recv_many(&mut arrived, self.batch_max) => {
                    if count == 0 {
                        break;
                    }
                    self.commit(arrived).await;
                    if self.behind.is_due() {
                        self.catch_up().await;
                    }
                }
                () = stop.notified() => jobs.close(),
                () = self.behind.quiet() => self.catch_up().await,
            }
        }
        // What is left is made when the ledger is opened.
        for _ in 0..behind::LAST_PORTIONS {
            if !self.behind.is_behind() {
                break;
            }
            self.catch_up().await;
        }
        if let Some(connection) = self.connection.take() {
            // Everything acknowledged is durable already; what fails here is tidying up.
            let _ = connection.close().await;
        }
        drop(self.lock);
    }

    async fn commit(&mut self, jobs: Vec<Job>) {
        let count = jobs.len();
        let jobs = self.behind.take_waiting(jobs);
        if jobs.is_empty() {
            return;
        }
        let (works, waiters): (Vec<_>, Vec<_>) =
            jobs.into_iter().map(|job| (job.work, (job.waiter, job.bytes))).unzip();
        let (noticed, spanned) = (works.iter().any(Work::notices), works.iter().any(Work::spans));
        let writing = self.writing.clone();
        match writing.within(self.try_commit(works)).await {
            Ok(results) => {
                if noticed {
                    self.noticed.notify_one();
                }
                if spanned {
                    self.spanned.notify_one();
                }
                let leaves = results.iter().flatten().filter_map(Done::appended).count();
                self.counters.committed(count, u64::try_from(leaves).unwrap_or(u64::MAX));
                self.health.learn(results.iter().filter_map(|result| result.as_ref().err()));
                for ((waiter, _bytes), result) in waiters.into_iter().zip(results) {
                    // A client that hung up does not wait any more; its record stands.
                    let _ = waiter.send(result);
                }
            }
            Err(error) => {
                self.disconnect().await;
                self.health.learn([&error]);
                for (waiter, _bytes) in waiters {
                    let _ = waiter.send(Err(error.clone()));
                }
            }
        }
    }

    /// Makes rows of some leaves that lack them.
    async fn catch_up(&mut self) {
        let writing = self.writing.clone();
        let made = writing.within(self.try_catch_up()).await;
        if let Err(error) = &made {
            self.disconnect().await;
            self.health.learn([error]);
        }
        self.behind.caught_up(made);
    }

    async fn try_catch_up(&mut self) -> Result<Option<u64>, RecordError> {
        let connection = connected(&mut self.connection, &self.writing, self.tree).await?;
        later::portion(connection, behind::PORTION, self.body_bytes_max).await
    }

    async fn try_commit(&mut self, works: Vec<Work>) -> Result<Vec<Result<Done, RecordError>>, RecordError> {
        let connection = connected(&mut self.connection, &self.writing, self.tree).await?;
        let Committed { results, head, tree, checkpoint } =
            batch::run(connection, works, self.notary.as_ref(), self.head, self.body_bytes_max).await?;
        self.head = Some(head);
        self.behind.recorded(head.size);
        self.tree = tree.unwrap_or(self.tree);
        // Before anybody is answered: what was acknowledged is what an older copy of the database can be told by. The record itself
        // stands whether or not this file could be written, so a failure is counted and no record's error.
        if let (Some(notary), Some(note)) = (&self.notary, checkpoint)
            && notary.publish(note).await.is_err()
        {
            self.counters.unpublished();
        }
        Ok(results)
    }

    /// After a failed batch nothing is known of the connection's transaction: the next batch begins with another one.
    async fn disconnect(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.writing.end(connection).await;
        }
    }
}

/// The connection, or another one.
async fn connected<'c>(
    connection: &'c mut Option<Connection>,
    writing: &Writing,
    tree: TreeHead,
) -> Result<&'c mut Connection, RecordError> {
    if let Some(before) = connection.take() {
        // Nothing is done yet: a database that was away meanwhile fails nobody.
        *connection = writing.if_it_answers(before).await;
    }
    match connection {
        Some(connection) => Ok(connection),
        lost => {
            let mut again = writing.again().await.map_err(RecordError::Write)?;
            intact::compare(&mut again).await?;
            // Nothing is signed after an older ledger was put in the place of this one.
            begins_with(&mut again, tree).await?;
            dialect::together(&mut again).await?;
            Ok(lost.insert(again))
        }
    }
}
