//! Receipts: what somebody takes away to show, whatever becomes of the gate, that a decision was recorded.

use crate::gate::{Gate, error::GateError};
use tidegate_ledger::{id::DecisionId, proof::ProofError};

impl Gate {
    /// The receipt of a recorded decision. None: there is no such decision, or nothing was ever signed.
    pub async fn receipt(&self, id: &str) -> Result<Option<String>, GateError> {
        let Ok(id) = DecisionId::parse(id) else { return Ok(None) };
        let Some(stored) = self.ledger().decision(&id).await? else { return Ok(None) };
        match self.ledger().receipt(stored.leaf_index).await {
            Ok(receipt) => Ok(Some(receipt)),
            Err(ProofError::Unsigned) => Ok(None),
            Err(ProofError::Read(cause)) => Err(cause.into()),
            Err(other @ (ProofError::NoLeaf { .. } | ProofError::NoTree { .. })) => {
                Err(GateError::Internal(other.to_string()))
            }
        }
    }
}
