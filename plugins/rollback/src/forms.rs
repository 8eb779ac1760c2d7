//! What a form makes of the samples: how far the condition has come, without regard to what was judged before.

mod counted;
mod lasting;

use crate::{
    looks::{Looks, Says},
    plan::{Form, OnSignal, window_start},
    words::{after, long, of_samples, violated},
};
use tidegate_sdk::{deployment::Timestamp, trigger::TriggerState};

/// What the samples say.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) state: TriggerState,
    /// Since when it is violated, where that is known.
    pub(crate) violated_since: Option<Timestamp>,
    /// In one sentence.
    pub(crate) message: String,
}

/// What there is to look at.
#[derive(Debug)]
pub(crate) struct Window<'a> {
    pub(crate) looks: &'a Looks,
    pub(crate) max_gap: u64,
    pub(crate) deployed_at: Timestamp,
    pub(crate) observed_at: Timestamp,
}

impl Window<'_> {
    /// How long ago the last sample was seen; none: never.
    fn unseen_for(&self) -> Option<u64> {
        self.looks.seen_backwards().next().map(|look| self.observed_at - look.at)
    }

    fn forgets(&self) -> bool {
        self.looks.all.last().is_some_and(|look| look.says == Says::Forget)
    }

    /// Why nothing can be said now, whatever the samples were.
    fn silence(&self) -> Option<String> {
        match self.unseen_for() {
            Some(span) if span > self.max_gap => {
                Some(format!("no sample for {}, at most {} allowed", long(span), long(self.max_gap)))
            }
            Some(_) if self.forgets() => {
                Some("the last sample did not come, and what was before it is forgotten".to_owned())
            }
            Some(_) => None,
            None => Some(match (self.looks.ahead, self.looks.before) {
                (0, 0) => "no sample yet".to_owned(),
                (0, before) => format!("no sample since the deployment; {} before it", of_samples(before)),
                (ahead, _) => format!("no sample up to this look; {} after it, so clocks disagree", of_samples(ahead)),
            }),
        }
    }
}

/// What the form makes of the window.
pub(crate) fn said(trigger: &OnSignal, window: &Window<'_>) -> Said {
    match trigger.form {
        Form::Consecutive { gt } => counted::consecutive(trigger, gt, window),
        Form::KOfN { gt, of } => counted::k_of_n(trigger, gt, of, window),
        Form::For { gt } => lasting::lasting(trigger, gt, window),
    }
}

/// For how long nothing violated the bound, without a gap up to now; none: it is violated, or nobody knows.
pub(crate) fn clear_for(window: &Window<'_>) -> Option<u64> {
    let mut next = window.observed_at;
    let mut since = None;
    for look in window.looks.all.iter().rev() {
        if look.says != Says::Fine || next - look.at > window.max_gap {
            break;
        }
        (next, since) = (look.at, Some(look.at));
    }
    since.map(|since| window.observed_at - since)
}

fn inconclusive(message: String) -> Said {
    Said { state: TriggerState::Inconclusive, violated_since: None, message }
}

fn fine(trigger: &OnSignal) -> Said {
    Said { state: TriggerState::Ok, violated_since: None, message: format!("not {}", violated(trigger)) }
}
