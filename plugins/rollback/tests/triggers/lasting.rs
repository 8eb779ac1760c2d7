//! For more than 5 minutes.

use crate::world::{Fine, Firing, Inconclusive, Pending, SECOND, STEP, at, come_to};
use tidegate_sdk::trigger::TriggerState;

const MORE_THAN_5M: &str = r#""for": {"gt": "5m"}"#;

/// So many samples.
fn times(sign: &str, count: usize) -> String {
    sign.repeat(count)
}

/// Rows of samples, how long after the last one they are looked at, and what they come to.
#[track_caller]
fn after(more: &str, rows: &[(String, u64, TriggerState)]) {
    for (samples, after, expected) in rows {
        let trigger = at(more, samples, *after);
        assert_eq!(trigger.state, *expected, "{more}: `{samples}` + {after}: {}", trigger.message);
    }
}

#[test]
fn exactly_five_minutes_do_not_fire_yet() {
    after(
        MORE_THAN_5M,
        &[
            (times("x", 60), 4 * SECOND, Pending),
            (times("x", 61), 0, Pending),
            (times("x", 61), 1, Firing),
            (times("x", 61), SECOND, Firing),
            (times("x", 62), 0, Firing),
            (times(".", 40) + &times("x", 61), 0, Pending),
            (times(".", 40) + &times("x", 61), 1, Firing),
        ],
    );
    assert_eq!(at(MORE_THAN_5M, &times("x", 61), 0).message, "above 1 for 5m; fires after more than 5m");
    assert_eq!(at(MORE_THAN_5M, &times("x", 61), SECOND).message, "above 1 for 5m1s, longer than 5m");
}

#[test]
fn a_sample_at_the_bound_violates_nothing_however_long() {
    come_to(MORE_THAN_5M, &[(&times("=", 1000), Fine), (&(times("x", 100) + "="), Fine)]);
    // One sample at the bound among them: not without a break.
    come_to(MORE_THAN_5M, &[(&(times("x", 50) + "=" + &times("x", 50)), Pending)]);
    come_to(MORE_THAN_5M, &[(&(times("x", 50) + "=" + &times("x", 62)), Firing)]);
}

#[test]
fn a_success_begins_anew() {
    come_to(
        MORE_THAN_5M,
        &[
            (&(times("x", 61) + "."), Fine),
            (&(times("x", 61) + ".x"), Pending),
            (&(times("x", 30) + "." + &times("x", 61)), Pending),
            (&(times("x", 30) + "." + &times("x", 62)), Firing),
        ],
    );
}

#[test]
fn a_missing_sample_holds_fails_or_resets() {
    let with = |missing: &str| format!(r#"{MORE_THAN_5M}, "missing": "{missing}""#);
    let (x30, x31, x62) = (times("x", 30), times("x", 31), times("x", 62));
    for (samples, hold, fail, reset) in [
        (format!("{x30}-{x31}"), Firing, Firing, Pending),
        (format!("{x30}n{x31}"), Firing, Firing, Pending),
        (format!("{x30}-{x62}"), Firing, Firing, Firing),
        (format!("{x30}--{x31}"), Inconclusive, Firing, Inconclusive),
        (format!("{x62}-"), Firing, Firing, Inconclusive),
        (format!("{x62}---"), Inconclusive, Firing, Inconclusive),
        (".-.".to_owned(), Fine, Fine, Fine),
        (".-".to_owned(), Fine, Pending, Inconclusive),
        (times("-", 62), Inconclusive, Firing, Inconclusive),
    ] {
        come_to(&with("hold"), &[(&samples, hold)]);
        come_to(&with("fail"), &[(&samples, fail)]);
        come_to(&with("reset"), &[(&samples, reset)]);
    }
}

#[test]
fn a_gap_over_the_largest_allowed_is_inconclusive_never_ok() {
    let (x30, x31) = (times("x", 30), times("x", 31));
    for gap in ["x", "."] {
        let many = times(gap, 30);
        let expected = if gap == "x" { Pending } else { Fine };
        come_to(MORE_THAN_5M, &[(&format!("{many} {many}"), expected), (&format!("{many}  {many}"), Inconclusive)]);
    }
    come_to(MORE_THAN_5M, &[(&format!("{x30} {x31}"), Firing), (&format!("{x30}  {x31}"), Inconclusive)]);
    come_to(
        &format!(r#"{MORE_THAN_5M}, "max_gap": "15s""#),
        &[(&format!("{x30}  {x31}"), Firing), (&format!("{x30}   {x31}"), Inconclusive)],
    );
    // What lies before the last five minutes is over and done with.
    come_to(MORE_THAN_5M, &[(&(times(".", 9) + "  " + &times(".", 60)), Fine)]);
    come_to(MORE_THAN_5M, &[(&(times("x", 9) + "    " + &times("x", 62)), Firing)]);
}

#[test]
fn the_stretch_up_to_now_and_the_one_since_the_deployment_are_gaps_too() {
    after(
        MORE_THAN_5M,
        &[
            (".".to_owned(), 2 * STEP, Fine),
            (".".to_owned(), 2 * STEP + 1, Inconclusive),
            (times("x", 70), 2 * STEP, Firing),
            (times("x", 70), 2 * STEP + 1, Inconclusive),
            ("  .".to_owned(), 0, Fine),
            ("   .".to_owned(), 0, Inconclusive),
            ("   ".to_owned() + &times(".", 58), 0, Inconclusive),
            ("   ".to_owned() + &times(".", 59), 0, Fine),
            (String::new(), 0, Inconclusive),
        ],
    );
    let message = at(MORE_THAN_5M, "   .", 0).message;
    assert_eq!(message, "no sample for 15s of the last 5m, at most 10s allowed");
}
