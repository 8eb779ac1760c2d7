//! What is worse, and what comes of it.

use crate::world::{BEGAN, around, looked, of, one, report, settings};
use tidegate_sdk::{
    finding::Severity,
    rollback::{Advice, Series},
    trigger::{Trigger, TriggerState},
};

fn state(more: &str, canary: f64, baseline: f64) -> TriggerState {
    let all = vec![of("c", around(canary, 60)), of("b", around(baseline, 60))];
    report(&looked(one(more), all)).triggers[0].state
}

#[test]
fn a_direction_says_which_way_is_worse() {
    use TriggerState::{Firing, Ok};
    for (worse, up, same, down) in
        [("higher", Firing, Ok, Ok), ("lower", Ok, Ok, Firing), ("either", Firing, Ok, Firing)]
    {
        let more = format!(r#""worse": "{worse}""#);
        assert_eq!(
            [state(&more, 110.0, 100.0), state(&more, 100.0, 100.0), state(&more, 90.0, 100.0)],
            [up, same, down]
        );
    }
}

#[test]
fn a_shift_that_is_allowed_is_not_worse() {
    use TriggerState::{Firing, Ok};
    let flat = |more: &str, canary: f64| {
        let all = vec![of("c", vec![Some(canary); 60]), of("b", vec![Some(200.0); 60])];
        report(&looked(one(more), all)).triggers[0].state
    };
    for (allowed, canary, expected) in [
        (r#", "shift": {"gt": 10}"#, 210.0, Ok),
        (r#", "shift": {"gt": 10}"#, 210.1, Firing),
        (r#", "shift_percent": {"gt": 5}"#, 210.0, Ok),
        (r#", "shift_percent": {"gt": 5}"#, 210.1, Firing),
        ("", 200.0, Ok),
        ("", 200.1, Firing),
    ] {
        assert_eq!(flat(&format!(r#""worse": "higher"{allowed}"#), canary), expected, "{allowed} {canary}");
    }
}

#[test]
fn an_effect_that_is_allowed_is_not_worse() {
    // A shift of a hundredth is sure and still small: three of five samples are above.
    let all = || vec![of("c", around(100.2, 1000)), of("b", around(100.0, 1000))];
    let with = |effect: &str| report(&looked(one(&format!(r#""worse": "higher"{effect}"#)), all())).triggers[0].state;
    assert_eq!(with(""), TriggerState::Firing);
    assert_eq!(with(r#", "effect": {"gt": 0.6}"#), TriggerState::Firing);
    assert_eq!(with(r#", "effect": {"gt": 0.8}"#), TriggerState::Ok);
}

#[test]
fn one_critical_metric_undoes_it_and_others_only_together() {
    let judged = |not_critical: &str, worse: [bool; 3]| {
        let settings = settings(&format!(
            r#"{{{not_critical}"min_samples": 20, "metrics": [
                {{"name": "a", "canary": "c0", "baseline": "b", "worse": "higher", "critical": true}},
                {{"name": "b", "canary": "c1", "baseline": "b", "worse": "higher"}},
                {{"name": "c", "canary": "c2", "baseline": "b", "worse": "higher"}}]}}"#
        ));
        let canaries = ["c0", "c1", "c2"].into_iter().zip(worse);
        let of_each = canaries.map(|(signal, worse)| of(signal, around(if worse { 9.0 } else { 1.0 }, 60)));
        let report = report(&looked(settings, of_each.chain([of("b", around(1.0, 60))]).collect()));
        (report.advice, report.severity)
    };
    let more_than_1 = r#""not_critical": {"gt": 1}, "#;
    for (not_critical, worse, expected) in [
        ("", [false; 3], (Advice::Proceed, Severity::Info)),
        ("", [true, false, false], (Advice::RollBack, Severity::High)),
        ("", [false, true, true], (Advice::Hold, Severity::Medium)),
        (more_than_1, [false, true, false], (Advice::Hold, Severity::Medium)),
        (more_than_1, [false, true, true], (Advice::RollBack, Severity::High)),
        (r#""not_critical": {"gt": 0}, "#, [false, false, true], (Advice::RollBack, Severity::High)),
    ] {
        assert_eq!(judged(not_critical, worse), expected, "{not_critical} {worse:?}");
    }
}

#[test]
fn a_trigger_says_by_how_much_and_how_surely() {
    let few = settings(
        r#"{"min_samples": 4, "metrics": [{"name": "m", "canary": "c", "baseline": "b", "worse": "higher"}]}"#,
    );
    let values = |values: [f64; 4]| values.map(Some);
    let all = vec![of("c", values([10.0, 20.0, 30.0, 40.0])), of("b", values([1.0, 2.0, 3.0, 4.0]))];
    let trigger = &report(&looked(few, all)).triggers[0];
    assert_eq!((trigger.observed, trigger.threshold, trigger.samples), (Some(22.5), Some(0.0), 8));
    let expected = "worse: shifted by 22.5, surely (95 %) between 6 and 39; above the baseline in 100 % of all pairs";
    assert_eq!(trigger.message, expected);
}

#[test]
fn equal_inputs_give_equal_answers_in_whatever_order_samples_come() {
    let all = || vec![of("c", around(100.3, 200)), of("b", around(100.0, 180))];
    let forth = looked(one(r#""worse": "higher""#), all());
    let mut back = forth.clone();
    back.series.reverse();
    back.series.iter_mut().for_each(|series| series.samples.reverse());
    assert_eq!(report(&forth), report(&back));
}

#[test]
fn a_state_lasts_since_it_was_first_judged_so() {
    let mut observation = looked(one(r#""worse": "higher""#), vec![of("c", around(9.0, 60)), of("b", around(1.0, 60))]);
    let first = report(&observation).triggers;
    assert_eq!(first[0].since, Some(observation.observed_at));
    let before = Trigger { since: Some(BEGAN), ..first[0].clone() };
    observation.previous = vec![before.clone()];
    assert_eq!(report(&observation).triggers[0].since, Some(BEGAN));
    observation.previous = vec![Trigger { state: TriggerState::Ok, ..before }];
    assert_eq!(report(&observation).triggers[0].since, Some(observation.observed_at));
}

#[test]
fn a_series_that_cannot_be_believed_is_inconclusive_with_the_reason() {
    let (canary, baseline) = (of("c", around(1.0, 60)), of("b", around(1.0, 60)));
    for (all, reason) in [
        (vec![baseline.clone()], "there is no series of `c`"),
        (vec![canary.clone(), baseline.clone(), baseline.clone()], "2 series of `b`, where one is expected"),
        (
            vec![canary.clone(), Series { defect: Some("partial".to_owned()), ..baseline.clone() }],
            "the series of `b` may be partial: partial",
        ),
        (
            vec![Series { unit: "s".to_owned(), ..canary.clone() }, baseline.clone()],
            "`c` is measured in `s`, expected `ms`",
        ),
        (vec![Series { step: 0, ..canary.clone() }, baseline.clone()], "`c` is sampled every 0s"),
    ] {
        let trigger = &report(&looked(one(r#""worse": "higher", "unit": "ms""#), all)).triggers[0];
        assert_eq!((trigger.state, trigger.message.as_str()), (TriggerState::Inconclusive, reason));
    }
}

#[test]
fn a_shift_beyond_all_numbers_is_inconclusive() {
    let all = vec![of("c", vec![Some(f64::MAX); 60]), of("b", vec![Some(f64::MIN); 60])];
    let trigger = &report(&looked(one(r#""worse": "lower""#), all)).triggers[0];
    assert_eq!(trigger.state, TriggerState::Inconclusive, "{}", trigger.message);
}
