//! What was judged before: when what fired stops, and since when something is so.

use crate::world::{BEGAN, Fine, Firing, Inconclusive, Pending, SECOND, STEP, drawn, judged, looked, one};
use tidegate_sdk::{
    fixture::series,
    rollback::Series,
    trigger::{Trigger, TriggerState},
};

const CLEARS: &str = r#""consecutive": {"gt": 1}, "clear_after": "10s""#;
const AT_ONCE: &str = r#""consecutive": {"gt": 1}"#;
const LASTS: &str = r#""for": {"gt": "1m"}"#;

fn before(state: TriggerState, since: u64) -> Trigger {
    let (name, message) = ("t".to_owned(), String::new());
    Trigger { name, state, since: Some(since), observed: None, threshold: None, samples: 0, message }
}

fn then(more: &str, before: Trigger, samples: &str, after: u64) -> Trigger {
    let observed = BEGAN + (samples.len() as u64 - 1) * STEP + after;
    let mut looked = looked(one(more), vec![series("s", STEP, drawn(samples))], observed);
    looked.previous = vec![before];
    judged(&looked)
}

#[test]
fn what_fired_stops_only_after_it_was_clear_for_longer() {
    for (samples, after, expected) in [
        ("xx.", 0, Firing),
        ("xx...", 0, Firing),
        ("xx...", 1, Fine),
        ("xx....", 0, Fine),
        ("xx..x..", 0, Firing),
        ("xx...x", 0, Firing),
        // A gap is not clear, nor is what did not come at the end.
        ("xx..  ..", 0, Firing),
        ("xx....", 10 * SECOND, Fine),
        ("xx....", 10 * SECOND + 1, Firing),
        ("xx.-.-.", 0, Fine),
    ] {
        let trigger = then(CLEARS, before(Firing, BEGAN), samples, after);
        assert_eq!(trigger.state, expected, "{samples} {after}: {}", trigger.message);
    }
}

#[test]
fn without_a_span_it_stops_as_soon_as_nothing_violates() {
    assert_eq!(then(AT_ONCE, before(Firing, BEGAN), "xx.", 0).state, Fine);
    assert_eq!(then(AT_ONCE, before(Firing, BEGAN), "xx.x", 0).state, Fine);
}

#[test]
fn what_did_not_fire_needs_no_clearing() {
    for state in [Fine, Pending, Inconclusive] {
        assert_eq!(then(CLEARS, before(state, BEGAN), "x.", 0).state, Fine, "{state:?}");
    }
    let other = Trigger { name: "another".to_owned(), ..before(Firing, BEGAN) };
    assert_eq!(then(CLEARS, other, "x.", 0).state, Fine);
}

#[test]
fn a_series_that_cannot_be_believed_clears_nothing() {
    let mut looked = looked(one(CLEARS), vec![], BEGAN + 100 * STEP);
    looked.previous = vec![before(Firing, BEGAN)];
    assert_eq!(judged(&looked).state, Firing);
    looked.series = vec![Series { defect: Some("partial".to_owned()), ..series("s", STEP, drawn(&".".repeat(101))) }];
    assert_eq!(judged(&looked).state, Firing);
    looked.settings = one(AT_ONCE);
    assert_eq!(judged(&looked).state, Inconclusive);
}

#[test]
fn a_state_lasts_since_it_was_first_judged_so() {
    let observed = BEGAN + STEP;
    for (state, since, samples, expected) in [
        (Firing, BEGAN, "xx", BEGAN),
        (Pending, BEGAN, "xx", observed),
        (Fine, BEGAN, ".x", BEGAN),
        (Fine, BEGAN, "..", BEGAN),
        (Inconclusive, BEGAN, "..", observed),
        // Of a clock that went back.
        (Fine, observed + 1, "..", observed),
    ] {
        assert_eq!(then(AT_ONCE, before(state, since), samples, 0).since, Some(expected), "{state:?} {samples}");
    }
    // Pending is so since it is violated, whatever was said before.
    for before in [before(Pending, BEGAN), before(Fine, BEGAN)] {
        assert_eq!(then(LASTS, before, ".x", 3 * SECOND).since, Some(observed));
    }
}
