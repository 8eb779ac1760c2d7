//! From a ruling to its answer: recorded first, and read back as it stands.
//!
//! **Invariant:** no answer before its record is durable.

use crate::{
    api::{answer::Answer, answer_of::answer_of, guided::guided},
    gate::{
        Gate, error::GateError, notices, obligations, plugins::Active, record, ruling::Ruled, spans::identity::Trace,
    },
};
use tidegate_core::permit::is_forced;
use tidegate_ledger::{
    error::RecordError, evidence::Sender, id::DecisionId, idempotency::Idempotency, notice::NewNotice,
    stored::StoredDecision, verification::Verifies,
};

impl Gate {
    /// Records a ruling with all that follows from it, and answers.
    pub(super) async fn record(
        &self,
        trace: &Trace,
        tree: Vec<u8>,
        ruled: &Ruled,
        sender: Sender,
        (key, verifies): (Option<Idempotency>, Option<Verifies>),
        (deciding, told): (&Active, Vec<NewNotice>),
    ) -> Result<Answer, GateError> {
        let id = trace.decision.as_str();
        let mut record = record::decision_record(trace, tree, ruled, sender, key)?;
        let verified = verifies.as_ref().map(|verifies| verifies.decision.to_string());
        record.circumstances.verifies = verifies;
        record.mends = obligations::left_by(ruled, deciding);
        record.notices = told;
        let notices = notices::fresh(&record.notices, &self.settings.routed);
        let orders = notices::decided::fresh(&record.notices, &self.settings.orders);
        let trace_id = record.circumstances.trace;
        let recorded = loop {
            (record.evidence, record.held) = record::documents(&self.ledger, &record.sender.scope, ruled).await?;
            match self.ledger.record(record.clone()).await {
                // It was there a moment ago, and its bytes are at hand: it is recorded with them.
                Err(RecordError::Expired { .. }) => {}
                done => break done?,
            }
        };
        match &recorded.replayed {
            // Another request with the same key was faster: its decision is this one's answer.
            Some(first) => self.must_be_recorded(first.as_str()).await,
            None => {
                let recorded_in = recorded.leaf_index;
                let recorded =
                    record::recorded(id, trace_id, recorded.leaf_index, recorded.leaf_hash, self.public_url());
                let answer = answer_of(&ruled.judgement.decision, &ruled.judgement.deployment, Some(&recorded));
                let answer = answer.beside(&ruled.shadows).masking(&ruled.judgement.evidence);
                let when = (recorded_in, ruled.judgement.evaluated_at);
                let open = self.maintained(&ruled.judgement.deployment, when).await?;
                let answer = Answer { notices, orders, verifies: verified, ..answer }.maintained(open);
                Ok(guided(answer, deciding.bundle().guide()))
            }
        }
    }

    /// A recorded decision, as it was answered.
    pub async fn recorded(&self, id: &str) -> Result<Option<Answer>, GateError> {
        let Ok(id) = DecisionId::parse(id) else { return Ok(None) };
        match self.ledger.decision(&id).await? {
            Some(stored) => self.as_it_stands(&stored).await.map(Some),
            None => Ok(None),
        }
    }

    /// A recorded decision, with what happened to it since.
    pub(crate) async fn as_it_stands(&self, stored: &StoredDecision) -> Result<Answer, GateError> {
        let (id, decision) = (&stored.circumstances.decision, &stored.judgement.decision);
        let confirmed = self.ledger.confirmation(id).await?;
        let standing = self.ledger.standing(id, is_forced(decision)).await?;
        let (notices, orders) = self.notices_about(id, decision).await?;
        let when = (stored.leaf_index, stored.judgement.evaluated_at);
        let open = self.maintained(&stored.judgement.deployment, when).await?;
        let answer = record::as_it_stands(stored, self.public_url(), confirmed.as_ref(), &standing);
        let answer = Answer { notices, orders, ..answer }.maintained(open);
        Ok(guided(answer, self.active().bundle().guide()))
    }
}
