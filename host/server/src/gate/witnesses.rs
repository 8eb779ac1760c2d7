//! Who outside saw the record, and when: what a witness says is kept, and late ones are told of.

use crate::{
    api::status::{WitnessBody, WitnessesBody},
    gate::{Gate, clock, error::GateError},
};
use std::time::Duration;
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    cosignature::Witness,
    ledger::{
        kept::NotExtended,
        witnesses::{Cosigned, NotCosigned},
    },
    proof::ProofError,
};

/// How old the last head may be that somebody outside saw, before it is late.
pub const LATE_AFTER: Duration = Duration::from_secs(3600);

/// What the witnesses of the configuration saw last.
#[derive(Debug, Clone)]
pub struct Witnessed {
    /// Each, with its last cosignature; none before the first one.
    pub witnesses: Vec<(Witness, Option<Cosigned>)>,
    /// For how long nobody has seen the record.
    pub unseen_for: Duration,
}

impl Gate {
    /// Keeps what a witness says that it saw.
    pub async fn cosigned(&self, note: String) -> Result<WitnessBody, GateError> {
        let cosigned = self.ledger().cosigned(note, &self.settings.witnesses, clock::now()).await.map_err(refused)?;
        let witness = self.settings.witnesses.iter().find(|witness| witness.to_string() == cosigned.witness);
        let name = witness.map(Witness::name).unwrap_or_default();
        Ok(WitnessBody { name: name.to_owned(), seen: Some(cosigned.at().to_string()), leaves: Some(cosigned.size) })
    }

    /// How the witnesses stand at a moment; none where the configuration names none.
    pub async fn witnessed(&self, now: Timestamp) -> Result<Option<Witnessed>, GateError> {
        if self.settings.witnesses.is_empty() {
            return Ok(None);
        }
        let kept = self.ledger().cosignatures().await?;
        let last = |witness: &Witness| kept.iter().find(|cosigned| cosigned.witness == witness.to_string()).cloned();
        let witnesses: Vec<_> =
            self.settings.witnesses.iter().map(|witness| (witness.clone(), last(witness))).collect();
        // Of a gate that nobody saw yet it is not known for how long, only that it was not since its start.
        let newest = witnesses.iter().filter_map(|(_, last)| last.as_ref().map(Cosigned::at)).max();
        Ok(Some(Witnessed { witnesses, unseen_for: now.since(newest.unwrap_or(self.started())) }))
    }
}

impl Witnessed {
    /// As it is shown.
    #[must_use]
    pub fn body(&self) -> WitnessesBody {
        let body = |(witness, last): &(Witness, Option<Cosigned>)| WitnessBody {
            name: witness.name().to_owned(),
            seen: last.as_ref().map(|last| last.at().to_string()),
            leaves: last.as_ref().map(|last| last.size),
        };
        WitnessesBody { late: self.unseen_for > LATE_AFTER, witnesses: self.witnesses.iter().map(body).collect() }
    }
}

fn refused(error: NotCosigned) -> GateError {
    match error {
        NotCosigned::Record(cause) => cause.into(),
        NotCosigned::Checkpoint(NotExtended::Proof(ProofError::Read(cause))) => cause.into(),
        other @ (NotCosigned::Unknown | NotCosigned::Note(_) | NotCosigned::Checkpoint(_)) => {
            GateError::Uncosigned(other.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LATE_AFTER, Witnessed};
    use std::time::Duration;
    use tidegate_core::time::Timestamp;
    use tidegate_ledger::ledger::witnesses::Cosigned;

    #[test]
    fn an_hour_without_a_witness_is_late_and_no_sooner() {
        let late = |unseen_for| Witnessed { witnesses: Vec::new(), unseen_for }.body().late;
        assert!(!late(LATE_AFTER) && late(LATE_AFTER + Duration::from_secs(1)));
    }

    #[test]
    fn a_witness_whose_clock_is_ahead_makes_no_head_newer() {
        let seconds = |seconds| Timestamp::from_nanos(0).plus(Duration::from_secs(seconds));
        for (seen, received, at) in [(50, 60, 50), (70, 60, 60)] {
            let cosigned = Cosigned {
                witness: String::new(),
                size: 0,
                note: String::new(),
                seen_at: seconds(seen),
                received_at: seconds(received),
            };
            assert_eq!(cosigned.at(), seconds(at));
        }
    }
}
