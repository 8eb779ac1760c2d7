//! Rules over everything that expressions can look at.

use crate::{
    Case, cases,
    document::{Given, Rows},
};

/// A document of a team's own format: its number is its only byte.
fn own(byte: u8) -> Given {
    Given { name: "own", format: "own", contents: vec![], signer: None, number: byte }
}

/// Every kind of content, in one document of each question that the other plugins are asked.
fn rich() -> Vec<Given> {
    let asked = cases::of_quality().into_iter().chain(cases::of_security());
    let documents: Vec<Given> = asked.flat_map(|(_, documents, _)| documents).collect();
    let kinds: [fn(&Rows) -> bool; 8] = [
        |rows| matches!(rows, Rows::Tests(_)),
        |rows| matches!(rows, Rows::Scan(..)),
        |rows| matches!(rows, Rows::Vulnerabilities(..)),
        |rows| matches!(rows, Rows::Components(_)),
        |rows| matches!(rows, Rows::Coverage(_)),
        |rows| matches!(rows, Rows::Measurements(_)),
        |rows| matches!(rows, Rows::Provenance(_)),
        |rows| matches!(rows, Rows::Facts(_)),
    ];
    let held =
        |kind: fn(&Rows) -> bool| documents.iter().flat_map(|given| given.contents.iter()).find(|rows| kind(rows));
    let contents = kinds.into_iter().filter_map(held).cloned().collect();
    vec![Given { name: "rich", format: "junit", contents, signer: Some("signer"), number: b'0' }, own(b'7')]
}

/// Each part is written into a message, so that the reports agree only where the values do.
const RULES: &str = r#"{"rules": [
    {"id": "moment", "expression": "now.getDayOfWeek('Europe/Berlin') == 9", "mode": "warn", "message_expression": "string(now) + string(deployment.requested_at)"},
    {"id": "deployment", "expression": "deployment.services.exists(s, s.name != 'api')", "message_expression": "deployment.revision.commit + deployment.cause + stage"},
    {"id": "tests", "expression": "evidence.rich[0].tests.ran < 0", "message_expression": "string(evidence.rich[0].tests.passed) + '/' + string(evidence.rich[0].tests.ran)"},
    {"id": "issues", "expression": "evidence.rich[0].issues.total < 0", "message_expression": "string(evidence.rich[0].issues.total) + evidence.rich[0].issues.kinds[0]"},
    {"id": "vulnerabilities", "expression": "evidence.rich[0].vulnerabilities.total < 0", "message_expression": "string(evidence.rich[0].vulnerabilities.fixable)"},
    {"id": "components", "expression": "evidence.rich[0].components.total < 0", "message_expression": "string(evidence.rich[0].components.total)"},
    {"id": "coverage", "expression": "evidence.rich[0].coverage.lines.percent < 0.0", "message_expression": "string(evidence.rich[0].coverage.lines.percent)"},
    {"id": "measurements", "expression": "evidence.rich[0].measurements.all(name, evidence.rich[0].measurements[name].all(m, m.value == 0.123))"},
    {"id": "provenance", "expression": "evidence.rich[0].provenance.all(p, p.commit == '')", "message_expression": "evidence.rich[0].provenance[0].builder"},
    {"id": "facts", "expression": "evidence.rich[0].facts.all(name, name.matches('^[^a-z]+$'))"},
    {"id": "json", "expression": "evidence.own[0].json != 7", "message_expression": "string(evidence.own[0].json)"},
    {"id": "map", "expression": "{'c': 1, 'b': [2u, 2.5], 'a': b'x'}.map(k, k) != ['a', 'b', 'c']"}
]}"#;

/// What has no answer.
const OPEN: &str = r#"{"rules": [
    {"id": "label", "expression": "deployment.labels.absent == ''"},
    {"id": "json", "expression": "evidence.own[0].json == 7"},
    {"id": "vacuous", "expression": "documents.filter(d, d.name == 'absent').all(d, d.complete)"},
    {"id": "settled", "expression": "documents[9].complete || stage == 'stage'"},
    {"id": "has", "expression": "!has(documents[0].statements)"}
]}"#;

const FALL: &str = r#"{"rules": [
    {"id": "fall", "expression": "baseline.first || baseline.evidence.own[0].json <= evidence.own[0].json"}
]}"#;

/// As deep as an expression may be: it has to fit onto the stack that a plugin has.
fn deep() -> &'static str {
    let sum = vec!["1"; 60].join(" + ");
    format!(r#"{{"rules": [{{"id": "deep", "expression": "{sum} == 60"}}]}}"#).leak()
}

pub(crate) fn all() -> Vec<Case> {
    vec![
        (deep(), vec![], None),
        (RULES, rich(), None),
        (OPEN, rich(), None),
        (OPEN, vec![own(b'x')], None),
        (OPEN, vec![], None),
        (FALL, vec![own(b'7')], Some(vec![own(b'6')])),
        (FALL, vec![own(b'7')], Some(vec![own(b'8')])),
        (FALL, vec![own(b'7')], Some(vec![])),
    ]
}
