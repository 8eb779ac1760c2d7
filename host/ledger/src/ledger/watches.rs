//! Watches: read, and shared out among gates on the same record.

use super::Ledger;
use crate::{
    error::{ReadError, RecordError},
    id::DecisionId,
    place::Place,
    store::{Connection, open::Writing, watch_alerts, watch_leases, watches},
    watch::{Watch, WatchesAsked},
    watch_alert::{AlertState, WatchAlert},
};
use sqlx::Connection as _;
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, ServiceName},
};
use tokio::{sync::Mutex, time::timeout};

/// The watches that one gate runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyWatches {
    /// Their names, in the order in which they began.
    pub ids: Vec<Arc<str>>,
    /// Whether nobody may have more still: only so many are taken at once, and whoever wants them asks again without waiting.
    pub is_more: bool,
}

/// What this gate has of the watches that run.
#[derive(Debug)]
pub(super) struct Shift {
    /// None: there are no others, and every watch is this gate's.
    writing: Option<Writing>,
    wait: Duration,
    session: Mutex<Option<Connection>>,
}

impl Shift {
    pub(super) fn new(place: &Place, writing: &Writing, wait: Duration) -> Self {
        let writing = matches!(place, Place::Postgres(_)).then(|| writing.clone());
        Self { writing, wait, session: Mutex::new(None) }
    }
}

impl Ledger {
    /// A watch by its name.
    pub async fn watch(&self, id: &str) -> Result<Option<Watch>, ReadError> {
        watches::one(&mut *self.0.reads.acquire().await?, id).await
    }

    /// Watches, the newest first.
    pub async fn watches(&self, asked: &WatchesAsked) -> Result<Vec<Watch>, ReadError> {
        watches::page(&mut *self.0.reads.acquire().await?, asked).await
    }

    /// The watches that run and are about an environment and a service, the newest first; `None`: about any.
    pub async fn watches_about(
        &self,
        environment: Option<&EnvironmentName>,
        service: Option<&ServiceName>,
    ) -> Result<Vec<Watch>, ReadError> {
        watches::about(&mut *self.0.reads.acquire().await?, environment, service).await
    }

    /// What was handed in about a watch.
    pub async fn watch_alerts(&self, watch: &str) -> Result<Vec<WatchAlert>, ReadError> {
        watch_alerts::of(&mut *self.0.reads.acquire().await?, watch).await
    }

    /// The watches that run and of which something is known so, under this key.
    pub async fn watches_alerted(&self, key: Digest, state: AlertState) -> Result<Vec<Arc<str>>, ReadError> {
        watch_alerts::watches(&mut *self.0.reads.acquire().await?, key, state).await
    }

    /// The watches that run in an environment over any of these services, but for those of this decision, the newest first.
    pub async fn watches_beside(
        &self,
        decision: &DecisionId,
        environment: &EnvironmentName,
        services: Vec<ServiceName>,
    ) -> Result<Vec<Watch>, ReadError> {
        watches::beside(&mut *self.0.reads.acquire().await?, decision, environment, services).await
    }

    /// The names of the watches that this gate runs from now on: all of them on a file; on PostgreSQL those of which it has the lease under
    /// this name. To be asked again within half a step of the fastest of them.
    pub async fn take_watches(&self, runner: &str) -> Result<MyWatches, RecordError> {
        let shift = &self.0.shift;
        let (ids, is_more) = match &shift.writing {
            None => (watches::running(&mut *self.0.reads.acquire().await?).await?, false),
            Some(writing) => {
                let mut held = shift.session.lock().await;
                let session = held.take();
                let taking = async {
                    let mut session = match session {
                        Some(session) => session,
                        None => writing.session().await?,
                    };
                    let mine = watch_leases::take(&mut session, runner).await?;
                    Ok::<_, sqlx::Error>((session, mine))
                };
                // Of a session that fails nothing is known: the next one asks anew.
                let taken = timeout(shift.wait, taking).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
                let (session, mine) = taken?;
                *held = Some(session);
                mine
            }
        };
        Ok(MyWatches { ids: ids.into_iter().map(Arc::from).collect(), is_more })
    }

    /// Lets other gates have the watches that this one ran under this name.
    pub async fn leave_watches(&self, runner: &str) {
        if let Some(mut session) = self.0.shift.session.lock().await.take() {
            let leaving = async {
                watch_leases::leave(&mut session, runner).await?;
                session.close().await
            };
            // Else their leases run out.
            let _ = timeout(self.0.shift.wait, leaving).await;
        }
    }
}
