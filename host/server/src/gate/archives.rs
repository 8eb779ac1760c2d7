//! Decisions that lie in archives: their leaves are here, and the rest is where a leaf says.

use crate::{
    gate::{Gate, error::GateError},
    identity::{principal::Principal, role::READERS},
};
use std::fmt;
use tidegate_ledger::{archive::ArchivedDecision, id::DecisionId, ledger::archives::Elsewhere};

/// Where a decision lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lies(Box<ArchivedDecision>);

impl fmt::Display for Lies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ArchivedDecision { leaf_index, archive } = &*self.0;
        let (first, size, manifest) = (archive.first, archive.through.size, archive.manifest);
        write!(
            f,
            "leaf {leaf_index} stands, what it names lies in the archive `{first:012}-{size:012}` with manifest `{manifest}`, \
             as leaf {} says",
            archive.leaf_index
        )
    }
}

impl Gate {
    /// Where a decision lies, for somebody who might have read it; for all others it does not exist.
    pub(crate) async fn elsewhere(
        &self,
        principal: &Principal,
        id: &str,
    ) -> Result<Option<ArchivedDecision>, GateError> {
        let Ok(id) = DecisionId::parse(id) else { return Ok(None) };
        let Some(Elsewhere { archived, environment, services }) = self.ledger().elsewhere(&id).await? else {
            return Ok(None);
        };
        let may_read = READERS.iter().any(|role| principal.may(*role, &environment, &services));
        Ok(may_read.then_some(archived))
    }

    /// As an error.
    pub(crate) async fn unless_archived(&self, principal: &Principal, id: &str) -> Result<(), GateError> {
        match self.elsewhere(principal, id).await? {
            Some(archived) => Err(archived.into()),
            None => Ok(()),
        }
    }
}

impl From<ArchivedDecision> for GateError {
    fn from(archived: ArchivedDecision) -> Self {
        Self::Archived(Lies(Box::new(archived)))
    }
}
