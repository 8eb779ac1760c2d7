//! The judgement natively, without WebAssembly.

use plugin_name::{PluginName, Settings};
use tidegate_sdk::{
    fixture::{observation, series},
    rollback::{Advice, Rollback},
};

const STEP: u64 = 30_000_000_000;

fn advice(values: &[Option<f64>]) -> Advice {
    let mut asked = observation(Settings {
        signal: "queue".into(),
        max: 100.0,
        looks: 3,
        step_s: 30,
    });
    let samples = values
        .iter()
        .zip(0..)
        .map(|(value, look)| (look * STEP, *value));
    asked.series = vec![series("queue", STEP, samples)];
    PluginName::evaluate(&asked).unwrap().advice
}

#[test]
fn so_many_looks_in_a_row_above_the_limit_undo_the_deployment() {
    for (values, expected) in [
        (
            &[Some(100.0), Some(100.0), Some(100.0)][..],
            Advice::Proceed,
        ),
        (&[Some(50.0), Some(101.0)], Advice::Hold),
        (&[Some(101.0), Some(101.0), Some(101.0)], Advice::RollBack),
        (
            &[Some(101.0), Some(50.0), Some(101.0), Some(101.0)],
            Advice::Hold,
        ),
    ] {
        assert_eq!(advice(values), expected, "{values:?}");
    }
}

#[test]
fn what_did_not_come_is_no_health() {
    for values in [&[][..], &[None], &[Some(1.0), None], &[Some(f64::NAN)]] {
        assert_eq!(advice(values), Advice::Hold, "{values:?}");
    }
}
