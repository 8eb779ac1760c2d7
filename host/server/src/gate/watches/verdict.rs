//! What a look makes of a watch: whether it changes, and whether it ends. Pure.

use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    fault::Refusal,
    observation::{Advice, RollbackReport, TriggerState},
    one_line::one_line,
    time::Timestamp,
};
use tidegate_ledger::watch::{WHY_BYTES_MAX, WatchState};

/// Characters of one reason, at most: none has more than four bytes.
const WHY_CHARS_MAX: usize = WHY_BYTES_MAX / 4;

/// What one look came to: a plugin's answer that is believed, or why there is none.
pub type Judged = Result<RollbackReport, Refusal>;

/// By what two looks are the same: while it stays, nothing is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    advice: Option<Advice>,
    triggers: BTreeMap<String, TriggerState>,
    /// Why no answer counts.
    fault: Option<String>,
}

impl Standing {
    /// Of one look.
    #[must_use]
    pub fn of(judged: &Judged) -> Self {
        match judged {
            Ok(report) => Self {
                advice: Some(report.advice),
                triggers: report.triggers.iter().map(|one| (one.name.clone(), one.state)).collect(),
                fault: None,
            },
            Err(refusal) => Self { advice: None, triggers: BTreeMap::new(), fault: Some(kind(refusal).to_owned()) },
        }
    }
}

fn kind(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::BadEvidence(_) => "bad_evidence",
        Refusal::Fault(fault) => fault.kind.word(),
    }
}

/// Why no answer counts, in one line.
#[must_use]
pub fn why(judged: &Judged) -> Option<Arc<str>> {
    let message = match judged.as_ref().err()? {
        Refusal::BadEvidence(message) => message,
        Refusal::Fault(fault) => &fault.message,
    };
    Some(one_line(&format!("the plugin gave no answer that counts: {message}"), WHY_CHARS_MAX).into())
}

/// From when to when a watch may end by itself.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// From here on whatever is clear ends it.
    pub at: Timestamp,
    /// Here what is not clear by then ends it, too.
    pub latest: Timestamp,
}

/// How a watch ends with this look, and why; none: it goes on.
///
/// At its end it is healthy only if the plugin lets the deployment go on, which it does with no trigger that is inconclusive. What is not
/// clear then may become so for as long as the window is: a violation that began just before the end is not passed over.
#[must_use]
pub fn ended(judged: &Judged, now: Timestamp, end: End) -> Option<(WatchState, Option<Arc<str>>)> {
    if now < end.at {
        return None;
    }
    match judged {
        Ok(report) if report.advice == Advice::Proceed => Some((WatchState::Healthy, None)),
        // However late: what follows from it comes first.
        Ok(report) if report.advice == Advice::RollBack => None,
        _ if now < end.latest => None,
        Ok(report) => {
            let unclear = report.triggers.iter().filter(|trigger| trigger.state != TriggerState::Ok);
            let said: Vec<String> = unclear
                .map(|trigger| format!("trigger `{}` is {}: {}", trigger.name, trigger.state.word(), trigger.message))
                .collect();
            let said = format!("nothing is clear at its end: {}", said.join("; "));
            Some((WatchState::Inconclusive, Some(one_line(&said, WHY_CHARS_MAX).into())))
        }
        Err(_) => Some((WatchState::Inconclusive, why(judged))),
    }
}

#[cfg(test)]
mod tests {
    use super::{End, Judged, Standing, ended, why};
    use tidegate_core::{
        fault::Refusal,
        finding::Severity,
        observation::{
            Advice, RollbackReport, Trigger,
            TriggerState::{self, Firing, Inconclusive, Ok, Pending},
        },
        time::Timestamp,
    };
    use tidegate_ledger::watch::WatchState;

    fn judged(advice: Advice, state: TriggerState) -> Judged {
        let trigger = Trigger {
            name: "errors".to_owned(),
            state,
            since: None,
            observed: None,
            threshold: None,
            samples: 1,
            message: "no sample for 3s".to_owned(),
        };
        Result::Ok(RollbackReport { advice, severity: Severity::Info, triggers: vec![trigger], summary: String::new() })
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_nanos(seconds * 1_000_000_000)
    }

    #[test]
    fn a_watch_ends_healthy_only_where_everything_is_clear_at_its_end() {
        let end = End { at: at(10), latest: at(15) };
        let broken = Err(Refusal::BadEvidence("no".to_owned()));
        let (fine, warned) = (judged(Advice::Proceed, Ok), judged(Advice::Proceed, Firing));
        let fired = judged(Advice::RollBack, Firing);
        let (pending, unclear) = (judged(Advice::Hold, Pending), judged(Advice::Hold, Inconclusive));
        for (judged, seconds, expected) in [
            (&fine, 9, None),
            (&fine, 10, Some(WatchState::Healthy)),
            (&warned, 10, Some(WatchState::Healthy)),
            (&pending, 10, None),
            (&pending, 14, None),
            (&pending, 15, Some(WatchState::Inconclusive)),
            (&unclear, 14, None),
            (&unclear, 15, Some(WatchState::Inconclusive)),
            (&fired, 9, None),
            (&fired, 10, None),
            (&fired, 15, None),
            (&broken, 14, None),
            (&broken, 15, Some(WatchState::Inconclusive)),
        ] {
            assert_eq!(ended(judged, at(seconds), end).map(|(state, _)| state), expected, "{judged:?} at {seconds}");
        }
        let (_, said) = ended(&unclear, at(15), end).unwrap();
        assert_eq!(
            said.as_deref(),
            Some("nothing is clear at its end: trigger `errors` is inconclusive: no sample for 3s")
        );
        assert_eq!(why(&broken).as_deref(), Some("the plugin gave no answer that counts: no"));
    }

    #[test]
    fn what_a_message_says_is_no_change_and_a_state_is() {
        let one = Standing::of(&judged(Advice::Hold, Pending));
        assert_ne!(one, Standing::of(&judged(Advice::Hold, Inconclusive)));
        assert_ne!(one, Standing::of(&judged(Advice::Proceed, Pending)));
        let broken = |text: &str| Standing::of(&Err(Refusal::BadEvidence(text.to_owned())));
        assert_eq!(broken("at 1"), broken("at 2"));
        assert_ne!(one, broken("at 1"));
    }
}
