//! Missing is not pass, whose fault it was, and the same question gets the same answer.

use crate::world::{asked, documents, hold, judged, rule, rules};
use tidegate_sdk::{
    fixture::{BaselineFixture, DocumentFixture},
    report::Outcome::{Fail, Inconclusive, Pass},
};

/// Rules over evidence that hold over [`documents`].
const HOLDING: [&str; 9] = [
    "evidence.unit_tests.all(d, d.tests.failed == 0)",
    "!evidence.unit_tests.exists(d, d.tests.failed > 0)",
    "evidence.unit_tests.map(d, d.tests.failed) == [0]",
    "evidence.coverage[0].coverage.lines.percent > 79.0",
    "documents.filter(d, d.name == 'unit_tests').all(d, d.tests.errored == 0)",
    "!documents.filter(d, d.name == 'unit_tests').exists(d, d.tests.errored > 0)",
    "evidence.config[0].json.hosts.all(h, h != '')",
    "evidence.load[0].measurements['p95'].all(m, m.value < 2000.0)",
    "size(evidence.scan) == 1",
];

#[test]
fn no_rule_over_evidence_holds_once_what_it_looks_at_is_taken_away() {
    for expression in HOLDING {
        assert_eq!(judged(&rule(expression), documents()).outcome, Pass, "{expression}");
        assert_eq!(judged(&rule(expression), vec![]).outcome, Inconclusive, "{expression}");
        let mut taken = 0;
        for index in 0..documents().len() {
            let mut fewer = documents();
            fewer.remove(index);
            let outcome = judged(&rule(expression), fewer).outcome;
            assert_ne!(outcome, Fail, "{expression} without {index}");
            taken += u32::from(outcome == Inconclusive);
        }
        assert_eq!(taken, 1, "{expression} looks at one of them");
    }
}

#[test]
fn an_unfinished_document_decides_no_rule_over_evidence() {
    for expression in HOLDING.into_iter().chain(["size(documents) > 0", "size(documents) == 0"]) {
        let with = documents().into_iter().map(DocumentFixture::incomplete).collect();
        assert_eq!(judged(&rule(expression), with).outcome, Inconclusive, "{expression}");
    }
    let with = documents().into_iter().map(DocumentFixture::incomplete).collect();
    assert_eq!(judged(&rule("deployment.actor == 'carol'"), with).outcome, Pass);
}

#[test]
fn nothing_to_look_at_is_no_answer() {
    hold(
        documents(),
        &[
            ("evidence.config[0].json.none.all(x, x > 0)", Inconclusive),
            ("evidence.config[0].json.none.exists(x, x > 0)", Inconclusive),
            ("!evidence.config[0].json.none.exists(x, x > 0)", Inconclusive),
            ("evidence.config[0].json.none.map(x, x) == []", Inconclusive),
            ("evidence.config[0].json.none.filter(x, x > 0).size() == 0", Inconclusive),
            ("evidence.config.all(d, d.json.none.all(x, x > 0))", Inconclusive),
            ("evidence.config[0].json.none.size() == 0 || evidence.config[0].json.none.all(x, x > 0)", Pass),
            ("documents.filter(d, d.name == 'absent').all(d, d.complete)", Inconclusive),
        ],
    );
}

#[test]
fn json_that_cannot_be_read_is_no_grounds_for_anything() {
    for bytes in ["", "{", r#"{"a": 1, "a": 2}"#, "nul", "[1,]"] {
        let document = DocumentFixture::new("config", "own").bytes(bytes.as_bytes());
        for expression in ["has(documents[0].json.a)", "has(documents[0].json)", "documents[0].json != 1"] {
            let report = judged(&rule(expression), vec![document.clone()]);
            assert_eq!(report.outcome, Inconclusive, "{expression} over {bytes}");
            assert!(report.findings[0].message.contains("not JSON"), "{}", report.findings[0].message);
        }
    }
    let large = DocumentFixture::new("config", "own").bytes(&vec![b' '; (1 << 20) + 1]);
    let message = judged(&rule("documents[0].json == 1"), vec![large]).findings.remove(0).message;
    assert!(message.contains("1048577 bytes used, 1048576 allowed"), "{message}");
}

#[test]
fn the_same_question_gets_the_same_answer() {
    let given = HOLDING.map(|expression| rule(expression).replace(r#""r""#, "\"x\""));
    for settings in given.iter().chain([&rules(&[
        r#"{"id": "m", "expression": "{'c': 1, 'b': 2, 'a': 3}.map(k, k) == ['c']"}"#,
        r#"{"id": "l", "expression": "documents.all(d, d.tests.failed == 1)"}"#,
    ])]) {
        let first = asked(settings, documents(), BaselineFixture::NotAsked);
        for _ in 0..20 {
            assert_eq!(asked(settings, documents(), BaselineFixture::NotAsked), first);
        }
    }
}
