//! Which answers of a `rollback` plugin contradict themselves.

use super::{Advice, RollbackReport, TriggerState};
use crate::fault::{Blame, Fault, FaultKind};
use std::collections::BTreeSet;

/// Believes a report, or says which contradiction makes it malformed (blame: plugin). Nothing is undone without a trigger that
/// fires, and nothing goes on while one is inconclusive.
pub fn believed(report: RollbackReport) -> Result<RollbackReport, Fault> {
    let any = |state: TriggerState| report.triggers.iter().find(|trigger| trigger.state == state);
    let mut names = BTreeSet::new();
    let contradiction = if let Some(twice) = report.triggers.iter().find(|trigger| !names.insert(&trigger.name)) {
        Some(format!("it judges trigger `{}` twice", twice.name.escape_debug()))
    } else {
        match (report.advice, any(TriggerState::Firing), any(TriggerState::Inconclusive)) {
            _ if report.triggers.is_empty() => Some("it judges no trigger".to_owned()),
            (Advice::RollBack, None, _) => Some("it undoes the deployment, and no trigger fires".to_owned()),
            (Advice::Proceed, _, Some(unclear)) => {
                let name = unclear.name.escape_debug();
                Some(format!("it lets the deployment go on, and trigger `{name}` is inconclusive"))
            }
            _ => None,
        }
    };
    match contradiction {
        Some(message) => Err(Fault { blame: Blame::Plugin, kind: FaultKind::MalformedReport, message }),
        None => Ok(report),
    }
}

#[cfg(test)]
mod tests {
    use super::believed;
    use crate::{
        finding::Severity,
        observation::{
            Advice, RollbackReport, Trigger,
            TriggerState::{self, Firing, Inconclusive, Ok, Pending},
        },
    };

    fn report(advice: Advice, states: &[(&str, TriggerState)]) -> RollbackReport {
        let trigger = |(name, state): &(&str, TriggerState)| Trigger {
            name: (*name).to_owned(),
            state: *state,
            since: None,
            observed: None,
            threshold: None,
            samples: 0,
            message: String::new(),
        };
        RollbackReport {
            advice,
            severity: Severity::Info,
            triggers: states.iter().map(trigger).collect(),
            summary: String::new(),
        }
    }

    #[test]
    fn a_report_that_does_not_contradict_itself_is_believed() {
        for (advice, states) in [
            (Advice::Proceed, &[("a", Ok)][..]),
            // A warning fires, and undoes nothing.
            (Advice::Proceed, &[("a", Firing), ("b", Pending)]),
            (Advice::Hold, &[("a", Inconclusive)]),
            (Advice::RollBack, &[("a", Firing), ("b", Inconclusive)]),
        ] {
            let given = report(advice, states);
            assert_eq!(believed(given.clone()), Result::Ok(given));
        }
    }

    #[test]
    fn a_contradiction_is_named() {
        for (advice, states, expected) in [
            (Advice::Proceed, &[][..], "it judges no trigger"),
            (Advice::Proceed, &[("a", Ok), ("a", Ok)], "it judges trigger `a` twice"),
            (Advice::RollBack, &[("a", Pending)], "it undoes the deployment, and no trigger fires"),
            (
                Advice::Proceed,
                &[("b", Ok), ("a\n", Inconclusive)],
                "it lets the deployment go on, and trigger `a\\n` is inconclusive",
            ),
        ] {
            assert_eq!(believed(report(advice, states)).unwrap_err().message, expected);
        }
    }
}
