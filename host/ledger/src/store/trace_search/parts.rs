//! Which hours of a window are counted as a whole, and which parts of it are not: those in which a step begins or ends, and the ragged ends.

use crate::{store::span_profiles::HOUR_NS, trace_search::Window};

/// Parts that are counted by themselves, at most.
const PARTS_MAX: i64 = 1_000;

/// A window, divided. Every nanosecond of it is in one of the whole hours or in one of the parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Between these hours, the last excluded, each that is not [`divided`]; counted from 1970 on.
    pub(crate) hours: (i64, i64),
    /// From one nanosecond until before another; sorted.
    pub(crate) others: Vec<(i64, i64)>,
}

impl Parts {
    /// Of a window whose steps take that long; they do not begin before 1970.
    pub(crate) fn of(Window { from_ns, until_ns }: Window, step_ns: i64) -> Self {
        let all = Self { hours: (0, 0), others: vec![(from_ns, until_ns)] };
        let (first, end) =
            (from_ns.div_euclid(HOUR_NS) + i64::from(from_ns.rem_euclid(HOUR_NS) > 0), until_ns.div_euclid(HOUR_NS));
        if from_ns < 0 || first >= end {
            return all;
        }
        let mut others = vec![(from_ns, first * HOUR_NS), (end * HOUR_NS, until_ns)];
        if !on_the_hour(from_ns, step_ns) {
            if (until_ns - from_ns) / step_ns > PARTS_MAX {
                return all;
            }
            let mut begins = from_ns.saturating_add(step_ns);
            while begins < end * HOUR_NS {
                let hour = begins / HOUR_NS;
                // A step that begins with an hour divides none.
                if begins % HOUR_NS > 0
                    && hour >= first
                    && others.last() != Some(&(hour * HOUR_NS, (hour + 1) * HOUR_NS))
                {
                    others.push((hour * HOUR_NS, (hour + 1) * HOUR_NS));
                }
                begins = begins.saturating_add(step_ns);
            }
        }
        others.retain(|(from, until)| from < until);
        others.sort_unstable();
        Self { hours: (first, end), others }
    }
}

/// Whether every step begins with an hour.
fn on_the_hour(from_ns: i64, step_ns: i64) -> bool {
    from_ns % HOUR_NS == 0 && step_ns % HOUR_NS == 0
}

/// That an hour in this column lies within one step.
pub(crate) fn undivided(column: &str, from_ns: i64, step_ns: i64) -> String {
    if on_the_hour(from_ns, step_ns) {
        return String::new();
    }
    let step = |ns: i64| format!("({column} * {HOUR_NS} + {}) / {step_ns}", ns - from_ns);
    format!(" AND {} = {}", step(0), step(HOUR_NS - 1))
}

#[cfg(test)]
mod tests {
    use super::{HOUR_NS, Parts};
    use crate::trace_search::Window;

    /// Of hours that are numbered, with the step of each nanosecond told by dividing.
    fn whole(parts: &Parts, from: i64, step: i64) -> Vec<(i64, i64)> {
        let step_of = |ns: i64| (ns - from) / step;
        let hours = parts.hours.0..parts.hours.1;
        let undivided = hours.filter(|hour| step_of(hour * HOUR_NS) == step_of((hour + 1) * HOUR_NS - 1));
        undivided.map(|hour| (hour * HOUR_NS, (hour + 1) * HOUR_NS)).collect()
    }

    #[test]
    fn whole_hours_and_other_parts_are_all_of_the_window_once() {
        let minute = HOUR_NS / 60;
        for from in [0, 1, 59, 60, 61, 600, 725] {
            for width in [1, 30, 60, 61, 119, 120, 180, 700, 1441, 5_000] {
                for step in [1, 7, 15, 60, 61, 90, 120, 432, 700, 5_000] {
                    let (from, until, step) = (from * minute, (from + width) * minute, step * minute);
                    let parts = Parts::of(Window { from_ns: from, until_ns: until }, step);
                    let mut all: Vec<_> = whole(&parts, from, step).into_iter().chain(parts.others).collect();
                    all.sort_unstable();
                    let mut next = from;
                    for (begins, ends) in all {
                        assert_eq!(begins, next, "{from} {until} {step}");
                        next = ends;
                    }
                    assert_eq!(next, until, "{from} {until} {step}");
                }
            }
        }
    }

    #[test]
    fn of_steps_of_whole_hours_only_the_ends_are_counted_by_themselves() {
        let window = Window { from_ns: HOUR_NS, until_ns: 9 * HOUR_NS + 5 };
        let parts = Parts::of(window, 2 * HOUR_NS);
        assert_eq!(parts, Parts { hours: (1, 9), others: vec![(9 * HOUR_NS, 9 * HOUR_NS + 5)] });
        let parts = Parts::of(Window { from_ns: HOUR_NS - 1, ..window }, 9 * HOUR_NS);
        assert_eq!(parts.hours, (1, 9));
        assert_eq!(parts.others, [(HOUR_NS - 1, HOUR_NS), (9 * HOUR_NS, 9 * HOUR_NS + 5)]);
    }
}
