//! What follows from a watch: the one place where it is joined to what acts on its advice.

use super::written::{Answer, WrittenTrigger};
use crate::gate::{
    Gate,
    error::GateError,
    rollbacks::{Cause, RollbackTo, RollbackWish},
};
use std::sync::Arc;
use tidegate_core::{observation::TriggerState, one_line::one_line};
use tidegate_ledger::{
    error::ReadError,
    id::DecisionId,
    rollback::REASONS_MAX,
    watch::{Watch, WatchState, WatchesAsked},
};

/// Characters of one reason.
const REASON_CHARS_MAX: usize = 300;

impl Gate {
    /// What follows from the advice to undo a deployment, which is in the record by now: each service's rollback is ordered, or it is recorded why
    /// a person has to see to it. It is asked again, also after a restart or at another gate, until it stands: of one watch there is one rollback
    /// of a service, and one incident. The watch ends once it stands.
    pub(super) async fn follow_up(&self, watch: &Watch) -> Result<(), GateError> {
        let (id, decision) = (&watch.begun.id, &watch.begun.decision);
        let unknown = || GateError::Internal(format!("watch `{id}` of `{decision}`, which is not recorded"));
        let stored = self.ledger().decision(decision).await?.ok_or_else(unknown)?;
        let services = stored.judgement.deployment.services().iter().map(|service| service.name.clone()).collect();
        let triggers = self.triggers_of(watch).await?;
        let cause = Cause::Watch { watch: id.clone(), reasons: reasons(&triggers) };
        let wish = RollbackWish { cause, decision: decision.clone(), services, to: RollbackTo::Previous };
        let answer = self.order_rollback(wish).await?;
        self.open_incident_of(watch, &stored, triggers, &answer).await?;
        let came = if answer.is_ordered() { "that is ordered" } else { "a person has to see to it" };
        tracing::error!(
            error.r#type = "watch",
            "watch `{id}` advises to undo the deployment of decision `{decision}`: {came}"
        );
        Ok(())
    }

    /// The triggers as they were judged last. Where the body is gone nobody knows them any more.
    async fn triggers_of(&self, watch: &Watch) -> Result<Vec<WrittenTrigger>, GateError> {
        let answer = watch.last.as_ref().and_then(|last| last.change.answer);
        let answer: Option<Answer> = self.written(answer).await?;
        Ok(answer.map(|answer| answer.triggers).unwrap_or_default())
    }

    /// Whether a deployment may be gone back to, as far as watches say: the last one of it ended healthy, or there was none.
    pub(crate) async fn was_well(&self, decision: DecisionId) -> Result<bool, ReadError> {
        let asked = WatchesAsked { decision: Some(decision), limit: 1, ..WatchesAsked::default() };
        let watches = self.ledger().watches(&asked).await?;
        Ok(watches.first().is_none_or(|watch| watch.state == WatchState::Healthy))
    }
}

/// Those that fire, in the plugin's words.
fn reasons(triggers: &[WrittenTrigger]) -> Vec<Arc<str>> {
    let fires = triggers.iter().filter(|trigger| trigger.state == TriggerState::Firing.word()).take(REASONS_MAX);
    fires.map(|one| one_line(&format!("{}: {}", one.name, one.message), REASON_CHARS_MAX).into()).collect()
}
