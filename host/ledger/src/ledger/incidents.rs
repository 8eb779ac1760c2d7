//! Incidents: read as they stand, and which of them are to be handed on.

use super::Ledger;
use crate::{
    error::ReadError,
    incident::{Entry, Incident, IncidentsAsked},
    notice::Notice,
    store::{incidents, notices},
};
use std::sync::Arc;
use tidegate_core::time::Timestamp;

impl Ledger {
    /// An incident by its name.
    pub async fn incident(&self, id: &str) -> Result<Option<Incident>, ReadError> {
        incidents::one(&mut *self.0.reads.acquire().await?, id).await
    }

    /// The incident of this cause.
    pub async fn incident_of(&self, cause: &str) -> Result<Option<Incident>, ReadError> {
        incidents::of_cause(&mut *self.0.reads.acquire().await?, cause).await
    }

    /// The name of the incident that a watch opened, if it did.
    pub async fn incident_of_watch(&self, watch: &str) -> Result<Option<Arc<str>>, ReadError> {
        incidents::of_watch(&mut *self.0.reads.acquire().await?, watch).await
    }

    /// Incidents, the newest first.
    pub async fn incidents(&self, asked: &IncidentsAsked) -> Result<Vec<Incident>, ReadError> {
        incidents::page(&mut *self.0.reads.acquire().await?, asked).await
    }

    /// Everything that was recorded of an incident, in its order.
    pub async fn incident_timeline(&self, id: &str) -> Result<Vec<Entry>, ReadError> {
        incidents::timeline(&mut *self.0.reads.acquire().await?, id).await
    }

    /// Who was told of an incident, in the order in which that was written.
    pub async fn incident_notices(&self, id: &str) -> Result<Vec<Notice>, ReadError> {
        notices::of_incident(&mut *self.0.reads.acquire().await?, id).await
    }

    /// Those that nobody acknowledged in time and that somebody else is to be told of, the one that waits longest first.
    pub async fn incidents_overdue(&self, now: Timestamp) -> Result<Vec<Incident>, ReadError> {
        incidents::overdue(&mut *self.0.reads.acquire().await?, now).await
    }
}
