//! Both answer the same.

use crate::world::{Asked, Samples, Twins};
use canary::Canary;
use rollback::Rollback;
use std::collections::BTreeSet;
use tidegate_core::observation::Advice;

/// Numbers that look random and are the same in every run.
fn scattered(seed: u64, count: u64) -> impl Iterator<Item = f64> {
    (0..count).map(move |n| ((n + 1) * (seed * 2 + 7919) % 10_007) as f64 / 3.0)
}

#[test]
fn rollback_answers_natively_as_on_an_engine() {
    let twins = Twins::<Rollback>::of("rollback");
    let settings = r#"{"step": "5s", "triggers": [
        {"name": "row", "signal": "a", "gt": 1500.5, "consecutive": {"gt": 2}, "missing": "fail", "clear_after": "20s"},
        {"name": "long", "signal": "a", "gt": 700, "for": {"gt": "30s"}, "max_gap": "20s"},
        {"name": "share", "signal": "b", "lt": 900, "k_of_n": {"gt": 5, "of": 9}, "then": "hold"},
        {"name": "growth", "signal": "b", "gt": 250.25, "reads": "rate", "consecutive": {"gt": 1}, "then": "warn"}]}"#;
    let (mut previous, mut advised) = (Vec::new(), BTreeSet::new());
    for seed in 0..300_u64 {
        let samples = |seed: u64| -> Samples {
            let value = |(n, value): (u64, f64)| match value as u64 % 17 {
                0 => (n * 5, None),
                1 => (n * 5, Some(f64::NAN)),
                2 => (n * 5 + 3, Some(value)),
                _ => (n * 5, Some(value)),
            };
            (0..).zip(scattered(seed, 61)).map(value).collect()
        };
        let signals = vec![("a", samples(seed)), ("b", samples(seed + 1000))];
        let asked = Asked { settings: settings.to_owned(), step: 5, signals, seconds: 300 + seed % 9, previous };
        let report = twins.agree(&asked);
        advised.insert(report.advice);
        previous = report.triggers;
    }
    assert!(advised.len() > 1, "{advised:?}");
}

#[test]
fn canary_answers_natively_as_on_an_engine() {
    let twins = Twins::<Canary>::of("canary");
    let mut advised = BTreeSet::new();
    for (seed, count) in (0..40_u64).zip([20, 49, 50, 51, 200].into_iter().cycle()) {
        for (confidence, more) in [(90, 0.0), (95, 300.0), (99, 1000.0)] {
            let settings = format!(
                r#"{{"confidence_percent": {confidence}, "min_samples": 10, "max_missing_percent": 50, "metrics": [
                    {{"name": "m", "canary": "c", "baseline": "b", "worse": "either", "shift_percent": {{"gt": 2.5}}, "critical": true}}]}}"#
            );
            let samples = |seed: u64, more: f64| -> Samples {
                (1..).zip(scattered(seed, count)).map(|(n, value)| (n * 5, Some(value + more))).collect()
            };
            let signals = vec![("c", samples(seed, more)), ("b", samples(seed + 77, 0.0))];
            let asked = Asked { settings, step: 5, signals, seconds: count * 5, previous: vec![] };
            advised.insert(twins.agree(&asked).advice);
        }
    }
    assert!(advised.contains(&Advice::Proceed) && advised.contains(&Advice::RollBack), "{advised:?}");
}
