//! The rule, natively.

use coverage_may_not_fall::{CoverageMayNotFall, Settings, Unmeasured};
use tidegate_sdk::{
    evidence::small::Coverage,
    fixture::{BaselineFixture, DocumentFixture, evidence_with_baseline, request},
    gate::{Failure, Gate},
    report::{Outcome, Ratio, Report},
};

fn ratio((numerator, denominator): (u64, u64)) -> Ratio {
    Ratio { numerator, denominator }
}

fn document(lines: (u64, u64), branches: Option<(u64, u64)>) -> DocumentFixture {
    let coverage = Coverage { lines: ratio(lines), branches: branches.map(ratio) };
    DocumentFixture::new("coverage", "cobertura").coverage(coverage)
}

fn asked(settings: Settings, now: Vec<DocumentFixture>, before: BaselineFixture) -> Result<Report, Failure> {
    CoverageMayNotFall::evaluate(&request(settings), &evidence_with_baseline(now, before))
}

#[test]
fn it_may_fall_by_the_points_that_the_settings_say_and_no_more() {
    for (max_fall, before, now, expected) in [
        (0, (80, 100), (80, 100), Outcome::Pass),
        (0, (80, 100), (799, 1000), Outcome::Fail),
        (1, (80, 100), (79, 100), Outcome::Pass),
        (1, (80, 100), (789, 1000), Outcome::Fail),
        (0, (2, 3), (2_000_000, 3_000_000), Outcome::Pass),
    ] {
        let settings = Settings { max_fall, ..Settings::default() };
        let before = BaselineFixture::Documents(vec![document(before, None)]);
        assert_eq!(asked(settings, vec![document(now, None)], before).unwrap().outcome, expected, "{now:?}");
    }
}

#[test]
fn what_is_missing_is_no_pass() {
    let covered = || document((8, 10), Some((1, 2)));
    let documents = |documents: &[DocumentFixture]| BaselineFixture::Documents(documents.to_vec());
    for (now, before) in [
        (vec![], documents(&[covered()])),
        (vec![DocumentFixture::new("coverage", "junit")], documents(&[covered()])),
        (vec![covered(), DocumentFixture::new("coverage", "lcov").incomplete()], documents(&[covered()])),
        (vec![document((8, 10), None)], documents(&[covered()])),
        (vec![document((0, 0), None)], documents(&[covered()])),
        (vec![covered()], documents(&[])),
        (vec![covered()], BaselineFixture::Unavailable("it was redacted".to_owned())),
    ] {
        let answer = asked(Settings::default(), now.clone(), before.clone());
        assert!(matches!(answer, Err(Failure::BadEvidence(_))), "{now:?} {before:?}: {answer:?}");
    }
}

#[test]
fn the_first_deployment_has_nothing_to_fall_from_and_says_so() {
    let report = asked(Settings::default(), vec![document((1, 10), None)], BaselineFixture::First).unwrap();
    assert_eq!((report.outcome, report.findings[0].rule.as_str()), (Outcome::Pass, "first"));
    let accept = Settings { unmeasured_before: Unmeasured::Accept, ..Settings::default() };
    let before = BaselineFixture::Documents(vec![]);
    assert_eq!(asked(accept, vec![document((1, 10), None)], before).unwrap().outcome, Outcome::Pass);
}

#[test]
fn a_stage_that_asks_for_no_baseline_is_the_policys_mistake() {
    let answer = asked(Settings::default(), vec![document((1, 10), None)], BaselineFixture::NotAsked);
    assert!(matches!(answer, Err(Failure::BadSettings(_))), "{answer:?}");
}
