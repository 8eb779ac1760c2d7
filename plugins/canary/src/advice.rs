//! What all metrics come to together.

use crate::plan::{Metric, Plan};
use tidegate_sdk::{
    finding::Severity,
    rollback::{Advice, Report},
    text::counted,
    trigger::{Trigger, TriggerState},
};

pub(crate) fn of(plan: &Plan, judged: Vec<(&Metric, Trigger)>) -> Report {
    let worse = |critical: bool| {
        let is = |(metric, trigger): &&(&Metric, Trigger)| {
            metric.critical == critical && trigger.state == TriggerState::Firing
        };
        judged.iter().filter(is).count()
    };
    let (critical, others) = (worse(true), worse(false));
    let inconclusive = judged.iter().filter(|(_, trigger)| trigger.state == TriggerState::Inconclusive).count();
    let too_many = plan.tolerated.is_some_and(|tolerated| others > tolerated as usize);
    let (advice, severity) = match () {
        () if critical > 0 || too_many => (Advice::RollBack, Severity::High),
        // Settings without a metric are refused; nothing was compared then, so nothing may go on.
        () if others > 0 || inconclusive > 0 || judged.is_empty() => (Advice::Hold, Severity::Medium),
        () => (Advice::Proceed, Severity::Info),
    };
    let all = counted(judged.len() as u64, "metric");
    let summary =
        format!("{all}: {} worse, {critical} of them critical; {inconclusive} inconclusive", critical + others);
    Report { advice, severity, triggers: judged.into_iter().map(|(_, trigger)| trigger).collect(), summary }
}
