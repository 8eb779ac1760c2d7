//! `for`: longer than a span, without a break.

use super::{Said, Window, after, fine, inconclusive, long, violated, window_start};
use crate::{looks::Says, plan::OnSignal};
use tidegate_sdk::{deployment::Timestamp, trigger::TriggerState};

/// Fires when every sample of the last `span` violates the bound, the first violating one is older than that, and no gap between
/// them, or between the last one and now, is larger than the largest allowed.
pub(super) fn lasting(trigger: &OnSignal, span: u64, window: &Window<'_>) -> Said {
    let since = violated_since(window);
    let lasted = since.map(|since| window.observed_at - since);
    if let Some(lasted) = lasted.filter(|lasted| *lasted > span) {
        let message = format!("{} for {}, longer than {}", violated(trigger), after(lasted), long(span));
        return Said { state: TriggerState::Firing, violated_since: since, message };
    }
    if let Some(why) = window.silence().or_else(|| unseen_stretch(span, window)) {
        return inconclusive(why);
    }
    match lasted {
        Some(lasted) => {
            let message = format!("{} for {}; fires after more than {}", violated(trigger), after(lasted), long(span));
            Said { state: TriggerState::Pending, violated_since: since, message }
        }
        None => fine(trigger),
    }
}

/// Since when every sample violates the bound, up to now and without a gap.
fn violated_since(window: &Window<'_>) -> Option<Timestamp> {
    let (mut next, mut since) = (window.observed_at, None);
    for look in window.looks.all.iter().rev() {
        if look.says != Says::Violates || next - look.at > window.max_gap {
            break;
        }
        (next, since) = (look.at, Some(look.at));
    }
    since
}

/// A stretch of the last `span`, since the deployment, of which nothing was seen for longer than allowed.
fn unseen_stretch(span: u64, window: &Window<'_>) -> Option<String> {
    let start = window_start(window.observed_at, span, window.deployed_at);
    let mut next = window.observed_at;
    let mut longest = 0;
    for look in window.looks.seen_backwards().take_while(|look| look.at > start) {
        longest = longest.max(next - look.at);
        next = look.at;
    }
    longest = longest.max(next.saturating_sub(start));
    (longest > window.max_gap).then(|| {
        let [longest, allowed, span] = [longest, window.max_gap, span].map(long);
        format!("no sample for {longest} of the last {span}, at most {allowed} allowed")
    })
}
