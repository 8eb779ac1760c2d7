//! Against the last deployment that succeeded.

use crate::world::{Rules, cases, cites, doc, judged_against, measured, measured_on, tests};
use tidegate_sdk::{
    evidence::small::Coverage,
    fixture::{BaselineFixture, DocumentFixture},
    gate::Failure,
    report::{
        Outcome::{self, Fail, Inconclusive, Pass},
        Ratio,
    },
};

const VANISHED: &str = r#"{"tests": {"vanished_max_percent": 10}}"#;
const RISE: &str = r#"{"measurements": [{"name": "p95", "rise_max_percent": 50}]}"#;
const FALL: &str = r#"{"coverage": {"fall_max_points": 0.5}}"#;

type Case = (&'static str, Vec<DocumentFixture>, BaselineFixture, Outcome, Rules, Rules);

#[track_caller]
fn hold(all: Vec<Case>) {
    for (settings, documents, baseline, outcome, decisive, others) in all {
        let report = judged_against(settings, documents, baseline).unwrap();
        cites(settings, &report, outcome, decisive, others);
    }
}

fn had(documents: Vec<DocumentFixture>) -> BaselineFixture {
    BaselineFixture::Documents(documents)
}

fn suite(name: &str, passed: u32) -> DocumentFixture {
    doc().tests(cases(name, [passed, 0, 0, 0, 0]), [])
}

#[test]
fn tests_may_vanish_up_to_the_share_that_is_allowed() {
    let gone: Rules = &["tests.vanished"];
    hold(vec![
        (VANISHED, vec![tests(20, 0)], had(vec![tests(20, 0)]), Pass, &[], &[]),
        (VANISHED, vec![tests(18, 0)], had(vec![tests(20, 0)]), Pass, &[], gone),
        (VANISHED, vec![tests(17, 0)], had(vec![tests(20, 0)]), Fail, gone, &[]),
        (VANISHED, vec![tests(900, 0)], had(vec![tests(1000, 0)]), Pass, &[], gone),
        (VANISHED, vec![tests(899, 0)], had(vec![tests(1000, 0)]), Fail, gone, &[]),
        (VANISHED, vec![tests(30, 0)], had(vec![tests(20, 0)]), Pass, &[], &[]),
        (VANISHED, vec![suite("renamed", 20)], had(vec![tests(20, 0)]), Fail, gone, &[]),
        // Nobody looked at `skipped 0`, but it is still there.
        (VANISHED, vec![tests(9, 0).tests(cases("t", [0, 0, 0, 9, 0]), [])], had(vec![tests(9, 0)]), Pass, &[], &[]),
        (VANISHED, vec![tests(9, 0)], had(vec![doc()]), Pass, &[], gone),
    ]);
}

#[test]
fn a_test_may_move_from_one_shard_to_another() {
    let before = || had(vec![suite("a", 10), suite("b", 10)]);
    let moved = vec![suite("a", 5).tests(cases("b", [10, 0, 0, 0, 0]), []), suite("a", 10)];
    let lost = vec![suite("a", 10), suite("a", 10)];
    hold(vec![
        (VANISHED, moved, before(), Pass, &[], &[]),
        (VANISHED, lost, before(), Fail, &["tests.vanished"], &[]),
        // Another name's cases do not stand for these.
        (
            VANISHED,
            vec![suite("a", 10), DocumentFixture::new("other", "junit").tests(cases("b", [10, 0, 0, 0, 0]), [])],
            before(),
            Fail,
            &["tests.vanished"],
            &[],
        ),
    ]);
}

#[test]
fn more_cases_than_the_host_gives_at_once_are_compared_all_the_same() {
    let report = judged_against(VANISHED, vec![tests(1, 0)], had(vec![tests(5000, 0)])).unwrap();
    assert_eq!(report.summary, "1 of 1 test passed; 4999 of 5000 tests vanished");
    assert!(report.omitted_decisive);
    assert_eq!(report.findings.len() as u32 + report.omitted, 5000, "the aggregate is one finding more");
}

#[test]
fn a_vanished_test_is_named() {
    let report = judged_against(VANISHED, vec![tests(1, 0)], had(vec![tests(2, 0)])).unwrap();
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!(finding.subject.as_deref(), Some("s::passed 1"));
    assert_eq!(finding.message, "s::passed 1 was there in the earlier deployment and is not any more");
    assert_eq!(report.summary, "1 of 1 test passed; 1 of 2 tests vanished");
}

#[test]
fn coverage_may_fall_by_the_points_that_are_allowed() {
    let ratio = |numerator, denominator| Ratio { numerator, denominator };
    let lines = |numerator| doc().coverage(Coverage { lines: ratio(numerator, 1000), branches: None });
    let branches = |numerator| doc().coverage(Coverage { lines: ratio(9, 10), branches: Some(ratio(numerator, 1000)) });
    let huge = || doc().coverage(Coverage { lines: ratio(1, u64::MAX), branches: None });
    let fell: Rules = &["coverage.fall"];
    hold(vec![
        (FALL, vec![lines(805)], had(vec![lines(805)]), Pass, &[], &[]),
        (FALL, vec![lines(800)], had(vec![lines(805)]), Pass, &[], &[]),
        (FALL, vec![lines(799)], had(vec![lines(805)]), Fail, fell, &[]),
        (FALL, vec![lines(900)], had(vec![lines(805)]), Pass, &[], &[]),
        (FALL, vec![branches(799)], had(vec![branches(805)]), Fail, fell, &[]),
        (FALL, vec![branches(800)], had(vec![branches(805)]), Pass, &[], &[]),
        (FALL, vec![lines(900)], had(vec![branches(1000)]), Pass, &[], &[]),
        (FALL, vec![lines(805)], had(vec![doc()]), Pass, &[], fell),
        (FALL, vec![], had(vec![lines(805)]), Inconclusive, &[], &["evidence.missing"]),
        (FALL, vec![huge()], had(vec![lines(805)]), Inconclusive, &[], &["evidence.missing"]),
    ]);
    let report = judged_against(FALL, vec![lines(799)], had(vec![lines(805)])).unwrap();
    assert_eq!(report.findings[0].message, "79.9% of lines covered, 80.5% before: it may fall by at most 0.5 points");
}

#[test]
fn measurements_may_rise_by_the_share_that_is_allowed() {
    let took = |p95| doc().measurements([measured("p95", p95, "ms")]);
    let on = |subject: &str, p95| doc().measurements([measured_on("p95", subject, p95, "ms")]);
    let in_seconds = || doc().measurements([measured("p95", 0.1, "s")]);
    let rose: Rules = &["measurements.rise"];
    hold(vec![
        (RISE, vec![took(100.0)], had(vec![took(100.0)]), Pass, &[], &[]),
        (RISE, vec![took(150.0)], had(vec![took(100.0)]), Pass, &[], &[]),
        (RISE, vec![took(150.25)], had(vec![took(100.0)]), Fail, rose, &[]),
        (RISE, vec![took(1.0)], had(vec![took(100.0)]), Pass, &[], &[]),
        (RISE, vec![took(1.0)], had(vec![took(0.0)]), Fail, rose, &[]),
        // Each page by itself, and one that was not measured then is nothing to rise from.
        (RISE, vec![on("a", 100.0), on("b", 999.0)], had(vec![on("a", 100.0)]), Pass, &[], rose),
        (RISE, vec![on("a", 151.0), on("b", 1.0)], had(vec![on("a", 100.0), on("b", 1.0)]), Fail, rose, &[]),
        (RISE, vec![took(100.0)], had(vec![doc()]), Pass, &[], rose),
        (RISE, vec![took(100.0)], had(vec![in_seconds()]), Inconclusive, &[], &["evidence.missing"]),
        (RISE, vec![took(100.0)], had(vec![took(100.0), took(90.0)]), Inconclusive, &[], &["evidence.missing"]),
        (RISE, vec![], had(vec![took(100.0)]), Inconclusive, &[], &["evidence.missing"]),
    ]);
    let report = judged_against(RISE, vec![took(151.0)], had(vec![took(100.0)])).unwrap();
    assert_eq!(report.findings[0].message, "`p95` is 151 ms, 100 ms before: at most 50 % more allowed");
}

#[test]
fn without_a_baseline_it_depends_on_why() {
    let baseline: Rules = &["evidence.baseline"];
    let ratio = Ratio { numerator: 1, denominator: 1 };
    let covered = || vec![doc().coverage(Coverage { lines: ratio, branches: None })];
    let unavailable = || BaselineFixture::Unavailable("redacted".to_owned());
    hold(vec![
        (VANISHED, vec![tests(9, 0)], BaselineFixture::First, Pass, &[], baseline),
        (VANISHED, vec![tests(9, 1)], BaselineFixture::First, Fail, &["tests.pass-rate"], baseline),
        (VANISHED, vec![tests(9, 0)], unavailable(), Inconclusive, &[], baseline),
        (FALL, covered(), BaselineFixture::First, Pass, &[], baseline),
        (FALL, covered(), unavailable(), Inconclusive, &[], baseline),
    ]);
    for (settings, documents) in [(VANISHED, vec![tests(9, 0)]), (FALL, covered())] {
        let failure = judged_against(settings, documents, BaselineFixture::NotAsked).unwrap_err();
        assert!(matches!(&failure, Failure::BadSettings(why) if why.contains("`baseline: true`")), "{failure:?}");
    }
}
