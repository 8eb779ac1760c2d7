//! `consecutive` and `k_of_n`: so many samples. Up to that many are ok, as the runbook says; what nobody saw among them is not.

use super::{Said, Window, fine, inconclusive};
use crate::{
    looks::Says,
    plan::OnSignal,
    words::{of_samples, violated},
};
use tidegate_sdk::trigger::TriggerState;

/// Violating samples counted backwards from now.
#[derive(Default)]
struct Count {
    /// With no gap between them and now.
    sure: u32,
    /// All of them, over gaps.
    all: u32,
    /// Whether there is a gap among the samples that were looked at.
    gap: bool,
}

impl Count {
    fn add(&mut self) {
        self.all += 1;
        self.sure += u32::from(!self.gap);
    }
}

/// More than `gt` in a row: a sample that does not violate the bound begins anew.
pub(super) fn consecutive(trigger: &OnSignal, gt: u32, window: &Window<'_>) -> Said {
    let (mut count, mut next) = (Count::default(), window.observed_at);
    for look in window.looks.all.iter().rev() {
        let violates = look.says == Says::Violates;
        // What follows a success begins anew, however long ago that was.
        if !violates && count.all == 0 {
            break;
        }
        count.gap |= next - look.at > window.max_gap;
        if !violates {
            break;
        }
        count.add();
        next = look.at;
    }
    conclude(trigger, &count, gt, window, &format!("{} in a row", of_samples(count.sure as usize)))
}

/// More than `gt` of the last `of`.
pub(super) fn k_of_n(trigger: &OnSignal, gt: u32, of: u32, window: &Window<'_>) -> Said {
    let (mut count, mut next) = (Count::default(), window.observed_at);
    let kept = window.looks.all.iter().rev().take_while(|look| look.says != Says::Forget);
    for look in kept.take(of as usize) {
        count.gap |= next - look.at > window.max_gap;
        if look.says == Says::Violates {
            count.add();
        }
        next = look.at;
    }
    conclude(trigger, &count, gt, window, &format!("{} of the last {of} samples", count.sure))
}

fn conclude(trigger: &OnSignal, count: &Count, gt: u32, window: &Window<'_>, how_many: &str) -> Said {
    let violating = |state, more: &str| {
        let message = format!("{how_many} {}{more}", violated(trigger));
        Said { state, violated_since: None, message }
    };
    if count.sure > gt {
        return violating(TriggerState::Firing, &format!(", not more than {gt} allowed"));
    }
    if let Some(why) = window.silence() {
        return inconclusive(why);
    }
    if count.gap {
        let gap = super::long(window.max_gap);
        return inconclusive(format!("samples lie more than {gap} apart: nobody knows what was between them"));
    }
    if count.all > 0 { violating(TriggerState::Ok, &format!("; fires at more than {gt}")) } else { fine(trigger) }
}
