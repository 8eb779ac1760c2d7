//! The rule natively, without WebAssembly: evidence is written down as rows.

use plugin_name::{PluginName, Settings};
use tidegate_sdk::{
    evidence::tests::{TestCase, TestStatus},
    fixture::{DocumentFixture, evidence, request},
    gate::{Failure, Gate},
    report::{Outcome, Report},
};

fn case(name: &str, duration_ms: u64) -> TestCase {
    TestCase {
        suite: "shop".into(),
        name: name.into(),
        status: TestStatus::Passed,
        duration_ms,
        message: String::new(),
    }
}

fn judged(documents: impl IntoIterator<Item = DocumentFixture>) -> Result<Report, Failure> {
    let settings = Settings {
        max_ms: 500,
        except: vec!["shop::imports*".into()],
    };
    PluginName::evaluate(&request(settings), &evidence(documents))
}

fn document() -> DocumentFixture {
    DocumentFixture::new("unit_tests", "junit")
}

#[test]
fn a_test_may_take_as_long_as_is_allowed_and_no_longer() {
    let report =
        judged([document().tests([case("adds", 500), case("imports everything", 9_000)], [])])
            .unwrap();
    assert_eq!(report.outcome, Outcome::Pass);
    let report = judged([document().tests([case("adds", 501)], [])]).unwrap();
    assert_eq!(report.outcome, Outcome::Fail);
    assert_eq!(report.findings[0].subject.as_deref(), Some("shop::adds"));
}

#[test]
fn what_was_not_seen_is_no_pass() {
    for documents in [
        vec![],
        vec![document()],
        vec![document().tests([], [])],
        vec![document().tests([case("adds", 1)], []).incomplete()],
    ] {
        assert!(matches!(judged(documents), Err(Failure::BadEvidence(_))));
    }
}
