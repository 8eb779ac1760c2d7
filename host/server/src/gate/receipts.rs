//! Receipts: what somebody takes away to show, whatever becomes of the gate, that a decision was recorded.

use crate::{
    gate::{Gate, error::GateError},
    identity::principal::Principal,
};
use tidegate_ledger::{id::DecisionId, proof::ProofError};

impl Gate {
    /// The receipt of a recorded decision. None: there is no such decision, or nothing was ever signed.
    pub async fn receipt(&self, id: &str) -> Result<Option<String>, GateError> {
        let Ok(id) = DecisionId::parse(id) else { return Ok(None) };
        let Some(stored) = self.ledger().decision(&id).await? else { return Ok(None) };
        self.receipt_of(stored.leaf_index).await
    }

    /// The receipt of a decision that lies in an archive, for somebody who might have read it.
    pub async fn receipt_of_archived(&self, principal: &Principal, id: &str) -> Result<Option<String>, GateError> {
        match self.elsewhere(principal, id).await? {
            Some(archived) => self.receipt_of(archived.leaf_index).await,
            None => Ok(None),
        }
    }

    async fn receipt_of(&self, leaf_index: u64) -> Result<Option<String>, GateError> {
        match self.ledger().receipt(leaf_index).await {
            Ok(receipt) => Ok(Some(receipt)),
            Err(ProofError::Unsigned) => Ok(None),
            Err(ProofError::Read(cause)) => Err(cause.into()),
            Err(other @ (ProofError::NoLeaf { .. } | ProofError::NoTree { .. })) => {
                Err(GateError::Internal(other.to_string()))
            }
        }
    }
}
