//! More than 3 in a row.

use crate::world::{BEGAN, Fine, Firing, Inconclusive, SECOND, STEP, at, come_to, drawn, judged, looked, settings};
use tidegate_sdk::fixture::series;

const MORE_THAN_3: &str = r#""consecutive": {"gt": 3}"#;

#[test]
fn three_in_a_row_are_ok_and_it_fires_at_the_fourth() {
    come_to(
        MORE_THAN_3,
        &[("x", Fine), ("xxx", Fine), ("xxxx", Firing), ("xxxxxxx", Firing), ("...xxx", Fine), (".xxxx", Firing)],
    );
    come_to(r#""consecutive": {"gt": 0}"#, &[(".", Fine), ("x", Firing)]);
}

#[test]
fn a_sample_at_the_bound_violates_nothing() {
    come_to(MORE_THAN_3, &[("====", Fine), ("xxx=", Fine), ("xxxx=", Fine), ("x=xxx", Fine), ("=xxxx", Firing)]);
    let below = r#"{"step": "5s", "triggers": [{"name": "t", "signal": "s", "lt": 1, "consecutive": {"gt": 1}}]}"#;
    for (samples, expected) in [("==", Fine), ("..", Firing), (".=.", Fine), ("xx", Fine)] {
        let last = BEGAN + (samples.len() as u64 - 1) * STEP;
        let looked = looked(settings(below), vec![series("s", STEP, drawn(samples))], last);
        assert_eq!(judged(&looked).state, expected, "{samples}");
    }
}

#[test]
fn a_success_begins_the_count_anew() {
    come_to(MORE_THAN_3, &[("xxx.", Fine), ("xxx.x", Fine), ("xxx.xxx", Fine), ("xxx.xxxx", Firing)]);
}

#[test]
fn a_missing_sample_holds_fails_or_resets() {
    let with = |missing: &str| format!(r#"{MORE_THAN_3}, "missing": "{missing}""#);
    for (samples, hold, fail, reset) in [
        ("xxx-x", Firing, Firing, Fine),
        ("xx-x", Fine, Firing, Fine),
        ("xxx-", Fine, Firing, Inconclusive),
        ("xxxx-", Firing, Firing, Inconclusive),
        (".-", Fine, Fine, Inconclusive),
        (".-.", Fine, Fine, Fine),
        ("----", Inconclusive, Firing, Inconclusive),
        ("xx-xx", Firing, Firing, Fine),
        ("xxnxx", Firing, Firing, Fine),
        ("xxx-xxxx", Firing, Firing, Firing),
    ] {
        come_to(MORE_THAN_3, &[(samples, hold)]);
        come_to(&with("hold"), &[(samples, hold)]);
        come_to(&with("fail"), &[(samples, fail)]);
        come_to(&with("reset"), &[(samples, reset)]);
    }
}

#[test]
fn a_count_does_not_reach_over_a_gap() {
    // Without `max_gap` it is 10 s: one sample may be left out, two may not.
    come_to(
        MORE_THAN_3,
        &[
            ("xx xx", Firing),
            ("xx  xx", Inconclusive),
            ("xx  x", Inconclusive),
            ("xx--xx", Inconclusive),
            ("xx  xxxx", Firing),
            // There may have been four since the success.
            (".  x", Inconclusive),
            (". x", Fine),
            (".  .", Fine),
        ],
    );
    come_to(&format!(r#"{MORE_THAN_3}, "max_gap": "15s""#), &[("xx  xx", Firing), ("xx   xx", Inconclusive)]);
}

#[test]
fn what_was_not_looked_at_lately_is_inconclusive() {
    for (samples, after, expected) in [
        (".", 10 * SECOND, Fine),
        (".", 10 * SECOND + 1, Inconclusive),
        ("x", 10 * SECOND, Fine),
        ("x", 10 * SECOND + 1, Inconclusive),
        ("xxxx", 10 * SECOND, Firing),
        ("xxxx", 10 * SECOND + 1, Inconclusive),
        ("", 0, Inconclusive),
    ] {
        let trigger = at(MORE_THAN_3, samples, after);
        assert_eq!(trigger.state, expected, "{samples} {after}: {}", trigger.message);
    }
}

#[test]
fn a_reason_says_both_numbers() {
    assert_eq!(at(MORE_THAN_3, "xxxx", 0).message, "4 samples in a row above 1, not more than 3 allowed");
    assert_eq!(at(MORE_THAN_3, "xxx", 0).message, "3 samples in a row above 1; fires at more than 3");
    assert_eq!(at(MORE_THAN_3, "x", 35 * SECOND).message, "no sample for 35s, at most 10s allowed");
    assert_eq!(at(MORE_THAN_3, ".", 0).message, "not above 1");
    assert_eq!(at(MORE_THAN_3, "", 0).message, "no sample yet");
}
