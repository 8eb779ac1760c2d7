//! When a watch looks.

use std::time::Duration;
use tidegate_core::time::Timestamp;

/// When the next look is due: at multiples of the step from the beginning. One that is more than half a step late is not made.
pub(super) fn due(began: Timestamp, step: Duration, last: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let step_ns = u64::try_from(step.as_nanos()).unwrap_or(u64::MAX).max(1);
    let steps = now.since(began).as_nanos() / u128::from(step_ns);
    let at = |steps: u128| {
        let nanos = steps.saturating_mul(u128::from(step_ns));
        began.plus(Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX)))
    };
    let current = at(steps);
    let is_timely = now.since(current) <= step / 2;
    if is_timely && last.is_none_or(|last| last < current) { current } else { at(steps + 1) }
}

#[cfg(test)]
mod tests {
    use super::due;
    use std::time::Duration;
    use tidegate_core::time::Timestamp;

    #[test]
    fn looks_are_due_at_multiples_of_the_step_and_late_ones_are_left_out() {
        let at = |ms: u64| Timestamp::from_nanos(ms * 1_000_000);
        for (last, now, expected) in [
            (None, 1_000, 1_000),
            (None, 1_400, 1_000),
            (None, 1_600, 2_000),
            (Some(1_000), 1_400, 2_000),
            (Some(1_000), 2_100, 2_000),
            (Some(1_000), 5_900, 6_000),
            // A clock that went back.
            (Some(5_000), 3_200, 4_000),
        ] {
            let next = due(at(1_000), Duration::from_secs(1), last.map(at), at(now));
            assert_eq!(next, at(expected), "{last:?} {now}");
        }
    }
}
