//! Samples as they should not be: no numbers, late, twice, of another clock, counters that began anew, series that cannot be used.

use crate::world::{
    BEGAN, Fine, Firing, Inconclusive, Pending, SECOND, STEP, come_to, drawn, judged, looked, one, settings,
};
use tidegate_sdk::{
    fixture::series,
    rollback::Series,
    trigger::{Trigger, TriggerState},
};

/// The last one is violated for a while before it fires; the others count, and are ok until they do.
const FORMS: [&str; 3] = [r#""consecutive": {"gt": 3}"#, r#""k_of_n": {"gt": 3, "of": 6}"#, r#""for": {"gt": "15s"}"#];

fn of(more: &str, samples: Vec<(u64, Option<f64>)>, observed_at: u64) -> Trigger {
    judged(&looked(one(more), vec![series("s", STEP, samples)], observed_at))
}

#[test]
fn no_number_is_a_sample_that_did_not_come() {
    for form in FORMS {
        come_to(form, &[("nnnnn", Inconclusive), ("xxxxnn", Firing), ("xxxxnnn", Inconclusive), ("....n", Fine)]);
    }
}

#[test]
fn an_infinite_value_compares_as_any_other() {
    let infinite = |value: f64| (0..5).map(|n| (BEGAN + n * STEP, Some(value))).collect::<Vec<_>>();
    for form in FORMS {
        assert_eq!(of(form, infinite(f64::INFINITY), BEGAN + 4 * STEP).state, Firing, "{form}");
        assert_eq!(of(form, infinite(f64::NEG_INFINITY), BEGAN + 4 * STEP).state, Fine, "{form}");
    }
}

#[test]
fn a_late_sample_counts_where_it_belongs() {
    for form in FORMS {
        for samples in ["xxxxx", "xx.xx", "..x..", "xxxx-", "x.x.x"] {
            let (inner, observed) = (drawn(samples), BEGAN + 4 * STEP);
            let expected = of(form, inner.clone(), observed);
            for turn in 0..inner.len() {
                let mut late = inner.clone();
                late.rotate_left(turn);
                assert_eq!(of(form, late.clone(), observed), expected, "{form} {samples} {turn}");
                late.reverse();
                assert_eq!(of(form, late, observed), expected, "{form} {samples} {turn}");
            }
        }
    }
    // First it was missing, later it came.
    let mut came = drawn("xx-x");
    assert_eq!(of(FORMS[0], came.clone(), BEGAN + 3 * STEP).state, Fine);
    came.push((BEGAN + 2 * STEP, Some(2.0)));
    assert_eq!(of(FORMS[0], came, BEGAN + 3 * STEP).state, Firing);
}

#[test]
fn a_sample_that_comes_twice_counts_once_and_the_worse_of_two() {
    for (form, expected) in FORMS.into_iter().zip([Fine, Fine, Pending]) {
        let twice: Vec<_> = drawn("xxx").into_iter().flat_map(|sample| [sample, sample]).collect();
        assert_eq!(of(form, twice, BEGAN + 2 * STEP).state, expected, "{form}");
    }
    let contradicts = |more: (u64, Option<f64>)| {
        let mut samples = drawn("xxxx");
        samples.insert(0, more);
        of(FORMS[0], samples, BEGAN + 3 * STEP).state
    };
    for value in [Some(0.0), Some(f64::NAN), None, Some(2.0)] {
        assert_eq!(contradicts((BEGAN + 2 * STEP, value)), Firing, "{value:?}");
    }
}

#[test]
fn samples_of_after_the_look_do_not_count_yet() {
    for (form, expected) in FORMS.into_iter().zip([Fine, Fine, Pending]) {
        assert_eq!(of(form, drawn("xxx...."), BEGAN + 2 * STEP).state, expected, "{form}");
        assert_eq!(of(form, drawn("...xxxxx"), BEGAN + 2 * STEP).state, Fine, "{form}");
    }
    let ahead = of(FORMS[0], drawn("-xxx"), BEGAN);
    assert_eq!(ahead.state, Inconclusive);
    assert_eq!(ahead.message, "no sample up to this look; 3 samples after it, so clocks disagree");
}

#[test]
fn samples_of_before_the_deployment_say_nothing_about_it() {
    for form in FORMS {
        let mut looked = looked(one(form), vec![series("s", STEP, drawn("xxxxxxxx."))], BEGAN + 8 * STEP);
        looked.deployed_at = BEGAN + 8 * STEP;
        assert_eq!(judged(&looked).state, Fine, "{form}");
        looked.deployed_at += 1;
        looked.observed_at += 2;
        let trigger = judged(&looked);
        assert_eq!(trigger.state, Inconclusive, "{form}");
        assert_eq!(trigger.message, "no sample since the deployment; 9 samples before it");
    }
    // What violated the bound already before it counts from the deployment on.
    let mut looked = looked(one(FORMS[2]), vec![series("s", STEP, drawn("xxxxxx"))], BEGAN + 5 * STEP);
    assert_eq!(judged(&looked).state, Firing);
    looked.deployed_at = BEGAN + 2 * STEP;
    assert_eq!(judged(&looked).state, Pending);
    // A deployment that is said to be later than the look.
    looked.deployed_at = BEGAN + 50 * STEP;
    assert_eq!(judged(&looked).state, Inconclusive);
}

/// A counter's readings, one a step, and what the trigger comes to.
#[track_caller]
fn counter(more: &str, rows: &[(&[f64], TriggerState)]) {
    for (readings, expected) in rows {
        let samples = (0_u64..).zip(*readings).map(|(n, value)| (BEGAN + n * STEP, Some(*value))).collect();
        let trigger = of(more, samples, BEGAN + (readings.len() as u64 - 1) * STEP);
        assert_eq!(trigger.state, *expected, "{more} {readings:?}: {}", trigger.message);
    }
}

#[test]
fn a_counter_that_began_anew_grew_by_what_it_shows() {
    counter(
        r#""reads": "increase", "consecutive": {"gt": 2}"#,
        &[
            // Growth is compared, not the reading, and the first reading is none.
            (&[100.0, 100.0], Fine),
            (&[100.0], Inconclusive),
            (&[100.0, 102.0, 104.0], Fine),
            (&[100.0, 102.0, 104.0, 106.0], Firing),
            (&[100.0, 101.0, 102.0, 103.0], Fine),
            // From 104 to 3: it began anew, and grew by 3; from 104 to 1, by 1, which is at the bound.
            (&[100.0, 102.0, 104.0, 3.0], Firing),
            (&[100.0, 102.0, 104.0, 1.0], Fine),
            (&[100.0, 102.0, 104.0, 0.0], Fine),
            (&[9.0, 2.0, 0.0, 4.0, 8.0, 2.0], Firing),
            (&[-1.0, -5.0], Inconclusive),
            (&[f64::INFINITY, f64::INFINITY], Inconclusive),
        ],
    );
    // 5 s apart: 1 a second is 5.
    counter(
        r#""reads": "rate", "consecutive": {"gt": 0}"#,
        &[(&[0.0, 5.0], Fine), (&[0.0, 5.1], Firing), (&[900.0, 5.0], Fine), (&[900.0, 5.1], Firing)],
    );
}

#[test]
fn a_counter_does_not_grow_over_a_gap_and_two_readings_of_a_moment_are_none() {
    let form = r#""reads": "increase", "consecutive": {"gt": 0}"#;
    let at = |n: u64, value: f64| (BEGAN + n * STEP, Some(value));
    assert_eq!(of(form, vec![at(0, 1.0), at(2, 9.0)], BEGAN + 2 * STEP).state, Firing);
    assert_eq!(of(form, vec![at(0, 1.0), at(3, 9.0)], BEGAN + 3 * STEP).state, Inconclusive);
    assert_eq!(of(form, vec![at(0, 1.0), at(3, 9.0), at(4, 9.0)], BEGAN + 4 * STEP).state, Fine);
    assert_eq!(of(form, vec![at(0, 1.0), at(1, 1.0), at(2, 1.5), at(2, 9.0)], BEGAN + 2 * STEP).state, Fine);
    assert_eq!(of(form, vec![at(0, 1.0), at(1, 9.0), at(1, 9.0)], BEGAN + STEP).state, Firing);
}

#[test]
fn a_series_that_cannot_be_believed_is_inconclusive_with_the_reason() {
    let many = || drawn(&"x".repeat(20));
    let whole = || series("s", STEP, many());
    for (found, reason) in [
        (vec![], "there is no series of `s`"),
        (vec![series("other", STEP, many())], "there is no series of `s`"),
        (vec![whole(), whole()], "2 series of `s`, where one is expected"),
        (
            vec![Series { defect: Some("timed out after 10 s".to_owned()), ..whole() }],
            "the series may be partial: timed out after 10 s",
        ),
        (vec![Series { step: 6 * SECOND, ..whole() }], "sampled every 6s, expected every 5s or more often"),
        (vec![Series { step: 0, ..whole() }], "sampled every 0s, expected every 5s or more often"),
        (vec![Series { unit: "s".to_owned(), ..whole() }], "measured in `s`, expected `ms`"),
    ] {
        for form in FORMS {
            let trigger = judged(&looked(one(&format!(r#"{form}, "unit": "ms""#)), found.clone(), BEGAN + 19 * STEP));
            assert_eq!((trigger.state, trigger.message.as_str()), (Inconclusive, reason), "{form}");
        }
    }
    let believed = Series { unit: "ms".to_owned(), ..whole() };
    let milliseconds = one(&format!(r#"{}, "unit": "ms""#, FORMS[0]));
    assert_eq!(judged(&looked(milliseconds, vec![believed], BEGAN + 19 * STEP)).state, Firing);
}

#[test]
fn what_somebody_else_wrote_is_bounded() {
    let whole = series("s", STEP, []);
    let found = vec![Series { defect: Some("é".repeat(100_000)), ..whole }];
    assert!(judged(&looked(one(FORMS[0]), found, BEGAN)).message.len() < 400);
}

#[test]
fn a_trigger_says_what_it_saw() {
    let trigger = of(FORMS[0], drawn("..x-n"), BEGAN + 4 * STEP);
    assert_eq!((trigger.observed, trigger.threshold, trigger.samples), (Some(2.0), Some(1.0), 3));
    let none = judged(&looked(
        settings(r#"{"triggers": [{"name": "t", "signal": "s", "lt": 7, "for": {"gt": "1m"}}]}"#),
        vec![],
        0,
    ));
    assert_eq!((none.observed, none.threshold, none.samples), (None, Some(7.0), 0));
}
