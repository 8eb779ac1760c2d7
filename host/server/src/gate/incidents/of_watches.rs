//! The incident of a watch whose advice undoes a deployment: one, however often its follow-up is tried.

use super::opening::Opening;
use crate::{
    api::incidents::KnownBody,
    gate::{Gate, error::GateError, rollbacks::RollbackAnswer, watches::written::WrittenTrigger},
};
use std::sync::Arc;
use tidegate_core::{observation::TriggerState, one_line::one_line};
use tidegate_ledger::{
    incident::{Said, What},
    rollback::{Fate, Rollback},
    stored::StoredDecision,
    watch::Watch,
};

/// Characters of a line, and of all lines.
const LINE_CHARS_MAX: usize = 300;
/// Lines of one text: what is more is counted.
const LINES_MAX: usize = 6;

impl Gate {
    /// Opens the incident of a watch where its set says what is done then. Asked again, it changes nothing.
    pub(in crate::gate) async fn open_incident_of(
        &self,
        watch: &Watch,
        stored: &StoredDecision,
        triggers: Vec<WrittenTrigger>,
        answer: &RollbackAnswer,
    ) -> Result<(), GateError> {
        let Some(rules) = self.incident_rules(&stored.judgement.decision.decided_by.id)? else { return Ok(()) };
        let services = stored.judgement.deployment.service_names();
        let names = services.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let title = format!("{names} in {} has to be rolled back", watch.begun.environment);
        let fired = triggers.iter().filter(|trigger| trigger.state == TriggerState::Firing.word());
        let impact = lines(fired.map(|one| format!("{}: {}", one.name, one.message)));
        let status = if answer.is_ordered() { "a rollback is ordered" } else { "a person has to roll it back" };
        let said = [
            (What::Impact, impact.unwrap_or_else(|| "what fired is not known any more".into())),
            (What::Status, status.into()),
            (What::Actions, lines(answer.rollbacks.iter().map(action)).unwrap_or_else(|| "- nothing yet".into())),
        ];
        let opening = Opening {
            cause: format!("watch/{}", watch.begun.id).into(),
            stored,
            services,
            watch: Some(watch.begun.id.clone()),
            by: None,
            title: one_line(&title, LINE_CHARS_MAX).into(),
            detected_at: watch.last.as_ref().map(|last| last.at),
            known: KnownBody { rollback_required: true, ..KnownBody::default() },
            triggers,
            said: said.into_iter().map(|(what, text)| Said { what, text }).collect(),
        };
        self.open(opening, &rules).await?;
        Ok(())
    }
}

fn action(rollback: &Rollback) -> String {
    let new = &rollback.new;
    match &new.fate {
        Fate::Ordered(ordered) => format!("- rollback of {} from {} to {} ordered", new.service, new.from, ordered.to),
        Fate::Withheld { detail, .. } => format!("- no rollback of {} from {}: {detail}", new.service, new.from),
    }
}

/// One below the other, so many at most; none where there is none.
fn lines(all: impl Iterator<Item = String>) -> Option<Arc<str>> {
    let all: Vec<String> = all.map(|line| one_line(&line, LINE_CHARS_MAX)).collect();
    let more = all.len().saturating_sub(LINES_MAX);
    let mut shown: Vec<String> = all.into_iter().take(LINES_MAX).collect();
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    (!shown.is_empty()).then(|| shown.join("\n").into())
}
