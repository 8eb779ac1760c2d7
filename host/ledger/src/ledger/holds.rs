//! Legal holds, placed and lifted.

use super::Ledger;
use crate::{
    act::{Act, ActRecord},
    error::{ReadError, RecordError},
    hold::{Hold, HoldLift, NewHold},
    record::Recorded,
    store::holds,
};
use std::sync::Arc;
use tidegate_core::{name::Version, time::Timestamp};

/// Why a hold was not placed or lifted.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// It would hold everything there is and will be.
    #[error("a hold names a decision, a service, an environment or a time")]
    Everything,
    /// It is not there, or was lifted.
    #[error("there is no hold `{name}` that holds")]
    None {
        /// As it was asked for.
        name: Arc<str>,
    },
    /// Whoever placed it does not lift it.
    #[error("`{by}` placed the hold `{name}`: somebody else has to lift it")]
    SamePerson {
        /// Which.
        name: Arc<str>,
        /// Who.
        by: Arc<str>,
    },
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Ledger {
    /// Every hold that was ever placed, in their order.
    pub async fn legal_holds(&self) -> Result<Vec<Hold>, ReadError> {
        holds::all(&mut *self.0.reads.acquire().await?).await
    }

    /// Places a hold: from this leaf on nothing goes that it holds.
    pub async fn place_hold(&self, hold: NewHold, at: Timestamp, host_version: Version) -> Result<Recorded, HoldError> {
        if hold.held.is_everything() {
            return Err(HoldError::Everything);
        }
        Ok(self.act(record(Act::HoldPlaced(hold), at, host_version)).await?)
    }

    /// Lifts a hold that somebody else placed.
    pub async fn lift_hold(&self, lift: HoldLift, at: Timestamp, host_version: Version) -> Result<Recorded, HoldError> {
        let name = || lift.name.clone();
        let all = self.legal_holds().await?;
        let hold = all.iter().find(|hold| hold.placed.name == lift.name && hold.lifted.is_none());
        let hold = hold.ok_or_else(|| HoldError::None { name: name() })?;
        if hold.placed.by.trim().eq_ignore_ascii_case(lift.by.trim()) {
            return Err(HoldError::SamePerson { name: name(), by: lift.by });
        }
        Ok(self.act(record(Act::HoldLifted(lift), at, host_version)).await?)
    }
}

fn record(act: Act, at: Timestamp, host_version: Version) -> ActRecord {
    ActRecord { act, at, host_version, bodies: Vec::new(), notices: Vec::new() }
}
