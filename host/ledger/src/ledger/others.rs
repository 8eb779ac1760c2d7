//! Other gates on the same record, which a database on PostgreSQL may have. A file has one gate.

use super::Ledger;
use crate::{
    error::{ReadError, RecordError},
    place::Place,
    projections,
    store::{Connection, Db, dialect, open::Writing, reached},
    writer::job::Work,
};
use sqlx::{Connection as _, pool::PoolConnection};
use std::time::Duration;
use tokio::{sync::Mutex, time::timeout};

/// How often what others wrote is looked for.
const LOOKED_EVERY: Duration = Duration::from_secs(1);

/// Who of several gates sends what is to be sent: whoever has the seat.
#[derive(Debug)]
pub(super) struct Seat {
    /// None: there are no others.
    writing: Option<Writing>,
    wait: Duration,
    mine: Mutex<Mine>,
}

/// A session of its own, which ends with this process: then the seat is free.
#[derive(Debug)]
enum Mine {
    Away,
    Standing(Connection),
    Sitting(Connection),
}

impl Seat {
    pub(super) fn new(place: &Place, writing: &Writing, wait: Duration) -> Self {
        let writing = matches!(place, Place::Postgres(_)).then(|| writing.clone());
        Self { writing, wait, mine: Mutex::new(Mine::Away) }
    }

    /// Whether it has the seat, which is taken if nobody has it.
    async fn take(&self) -> bool {
        let Some(writing) = &self.writing else { return true };
        let mut mine = self.mine.lock().await;
        let before = std::mem::replace(&mut *mine, Mine::Away);
        // Of a session that fails nothing is known: the next one asks anew.
        if let Ok(Ok(now)) = timeout(self.wait, after(writing, before)).await {
            *mine = now;
        }
        matches!(*mine, Mine::Sitting(_))
    }

    /// Lets somebody else have it.
    pub(super) async fn leave(&self) {
        let mine = std::mem::replace(&mut *self.mine.lock().await, Mine::Away);
        if let Mine::Standing(connection) | Mine::Sitting(connection) = mine {
            let _ = timeout(self.wait, connection.close()).await;
        }
    }
}

async fn after(writing: &Writing, mine: Mine) -> Result<Mine, sqlx::Error> {
    let mut connection = match mine {
        Mine::Sitting(mut connection) => {
            connection.ping().await?;
            return Ok(Mine::Sitting(connection));
        }
        Mine::Standing(connection) => connection,
        Mine::Away => writing.session().await?,
    };
    let is_free = dialect::sit(&mut connection).await?;
    Ok(if is_free { Mine::Sitting(connection) } else { Mine::Standing(connection) })
}

impl Ledger {
    /// Whether the database answers. A file is where it is: what is wrong with it shows when it is written.
    pub(super) async fn reachable(&self) -> Result<(), RecordError> {
        if self.0.seat.writing.is_some() {
            self.0.reads.acquire().await?;
        }
        Ok(())
    }

    /// How often to look for what other gates wrote; none: there are no others.
    #[must_use]
    pub fn looked_after_every(&self) -> Option<Duration> {
        self.0.seat.writing.as_ref().map(|_| LOOKED_EVERY)
    }

    /// Waits until everything that is recorded at this moment is found: also what a gate of an older build recorded, which does not know all
    /// tables.
    pub async fn keep_up(&self) -> Result<(), RecordError> {
        let (until, next) = reached::furthest(&mut *self.0.reads.acquire().await?, projections::generation()).await?;
        match next < until {
            false => Ok(()),
            true => self.submit(0, move || Ok(Work::KeepUp { until })).await.map(drop),
        }
    }

    /// A connection for whoever looks for something, once all of it is found.
    pub(super) async fn looking(&self) -> Result<PoolConnection<Db>, ReadError> {
        self.keep_up().await.map_err(|cause| ReadError::Behind(Box::new(cause)))?;
        Ok(self.0.reads.acquire().await?)
    }

    /// Whether this gate is the one that sends notices and span trees. Of several on one record one is, until it ends or loses the database;
    /// then another one may. What was under way may be sent by both.
    pub async fn may_send(&self) -> bool {
        self.0.seat.take().await
    }
}
