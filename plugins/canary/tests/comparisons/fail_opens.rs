//! Where other judges of canaries let one through of which nothing is known: each of these has to be anything but `proceed`.

use crate::world::{BEGAN, STEP, around, looked, of, one, report, settings};
use tidegate_sdk::{
    rollback::{Advice, Series},
    trigger::TriggerState::{Firing, Inconclusive},
};

const HIGHER: &str = r#""worse": "higher", "critical": true"#;

#[test]
fn a_canary_of_which_every_metric_fails_has_no_perfect_score() {
    let settings = settings(
        r#"{"min_samples": 20, "metrics": [
            {"name": "errors", "canary": "ce", "baseline": "be", "worse": "higher", "critical": true},
            {"name": "latency", "canary": "cl", "baseline": "bl", "worse": "higher"}]}"#,
    );
    let failed = |signal| Series { defect: Some("the metrics server does not answer".to_owned()), ..of(signal, []) };
    let none = || vec![failed("ce"), failed("be"), failed("cl"), failed("bl")];
    for all in [none(), vec![], ["ce", "be", "cl", "bl"].map(|signal| of(signal, vec![None; 60])).to_vec()] {
        let report = report(&looked(settings.clone(), all));
        assert_eq!(report.advice, Advice::Hold);
        assert!(report.triggers.iter().all(|trigger| trigger.state == Inconclusive), "{:?}", report.triggers);
        assert_eq!(report.summary, "2 metrics: 0 worse, 0 of them critical; 2 inconclusive");
    }
}

#[test]
fn one_metric_without_samples_is_not_left_out() {
    let settings = settings(
        r#"{"min_samples": 20, "metrics": [
            {"name": "errors", "canary": "ce", "baseline": "be", "worse": "higher", "critical": true},
            {"name": "latency", "canary": "cl", "baseline": "bl", "worse": "higher"}]}"#,
    );
    let good = [of("cl", around(120.0, 60)), of("bl", around(120.0, 60))];
    let whole = [of("ce", around(0.0, 60)), of("be", around(0.0, 60))];
    assert_eq!(report(&looked(settings.clone(), [good.clone(), whole].concat())).advice, Advice::Proceed);
    for (canary, baseline) in [
        (vec![], around(0.0, 60)),
        (around(0.0, 60), vec![]),
        (vec![Some(f64::NAN); 60], around(0.0, 60)),
        (vec![], vec![]),
    ] {
        let all = [good.clone(), [of("ce", canary), of("be", baseline)]].concat();
        let report = report(&looked(settings.clone(), all));
        assert_eq!((report.advice, report.triggers[0].state), (Advice::Hold, Inconclusive), "{}", report.summary);
    }
}

#[test]
fn what_did_not_come_is_no_zero() {
    // Errors are counted only where there are any: a canary that is not measured would have none.
    let all = vec![of("c", vec![None; 60]), of("b", around(3.0, 60))];
    assert_eq!(report(&looked(one(HIGHER), all)).triggers[0].state, Inconclusive);
    let half: Vec<Option<f64>> =
        around(3.0, 60).into_iter().enumerate().map(|(n, v)| v.filter(|_| n % 2 == 0)).collect();
    let report = report(&looked(one(HIGHER), vec![of("c", half), of("b", around(3.0, 60))]));
    assert_eq!(report.triggers[0].state, Inconclusive);
    assert_eq!(report.triggers[0].message, "30 of 60 samples of `c` missing, 10 % allowed");
}

#[test]
fn two_sides_that_are_equally_empty_are_not_equally_good() {
    let all = vec![of("c", vec![None; 60]), of("b", vec![None; 60])];
    assert_eq!(report(&looked(one(HIGHER), all)).advice, Advice::Hold);
}

#[test]
fn errors_where_the_baseline_has_none_are_worse_whatever_ratio_that_is() {
    for allowed in ["", r#", "shift_percent": {"gt": 50}"#, r#", "effect": {"gt": 0.9}"#] {
        let all = vec![of("c", around(0.5, 60)), of("b", vec![Some(0.0); 60])];
        let report = report(&looked(one(&format!("{HIGHER}{allowed}")), all));
        assert_eq!((report.advice, report.triggers[0].state), (Advice::RollBack, Firing), "{allowed}");
    }
}

#[test]
fn a_few_samples_are_no_proof_of_health() {
    for count in [1, 3, 19] {
        let all = vec![of("c", around(500.0, count)), of("b", around(100.0, 60))];
        let report = report(&looked(one(HIGHER), all));
        assert_eq!((report.advice, report.triggers[0].state), (Advice::Hold, Inconclusive), "{count}");
    }
    let few = settings(
        r#"{"min_samples": 4, "confidence_percent": 99,
            "metrics": [{"name": "m", "canary": "c", "baseline": "b", "worse": "higher"}]}"#,
    );
    let report = report(&looked(few, vec![of("c", around(1.0, 4)), of("b", around(1.0, 4))]));
    assert_eq!(report.triggers[0].message, "too few samples to be sure by 99 %: 4 and 4");
    assert_eq!(report.advice, Advice::Hold);
}

#[test]
fn samples_told_of_twice_are_not_twice_as_many() {
    let ten = of("c", around(100.0, 10));
    let twice = Series { samples: [ten.samples.clone(), ten.samples.clone(), ten.samples.clone()].concat(), ..ten };
    let report = report(&looked(one(HIGHER), vec![twice, of("b", around(100.0, 60))]));
    assert_eq!(report.triggers[0].message, "10 samples of `c`, at least 20 needed");
}

#[test]
fn a_metric_that_stopped_coming_is_inconclusive_however_good_it_was() {
    let mut observation = looked(one(HIGHER), vec![of("c", around(1.0, 60)), of("b", around(1.0, 60))]);
    assert_eq!(report(&observation).advice, Advice::Proceed);
    observation.observed_at = BEGAN + 70 * STEP;
    assert_eq!(report(&observation).advice, Advice::Hold);
}

#[test]
fn samples_of_before_the_deployment_are_not_the_canarys() {
    let mut observation = looked(one(HIGHER), vec![of("c", around(1.0, 60)), of("b", around(1.0, 60))]);
    observation.deployed_at = BEGAN + 50 * STEP;
    assert_eq!(report(&observation).triggers[0].message, "11 samples of `c`, at least 20 needed");
}
