//! The plugin's judgements, as data.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod conditions;
mod laws;
mod world;

use tidegate_sdk::{
    evidence::small::{
        Standing::{Met, Unmet},
        Statement, Value,
    },
    finding::Severity,
    fixture::DocumentFixture,
    gate::Gate as _,
    report::{
        Outcome::{self, Fail, Inconclusive, Pass},
        Ratio, Report,
    },
};
use world::{ALL, HOUR, aged, doc, everything, fact, facts, judged, not_applicable, stated};

/// Settings, documents, outcome, a part of the summary or of the first finding's message.
type Case = (&'static str, Vec<DocumentFixture>, Outcome, &'static str);

fn hold(all: Vec<Case>) {
    for (settings, documents, outcome, words) in all {
        let report = judged(settings, documents);
        assert_eq!(report.outcome, outcome, "{settings}: {report:?}");
        let said = report.findings.first().map_or(report.summary.as_str(), |finding| &finding.message);
        assert!(said.contains(words), "{settings}: {said}");
    }
}

fn all_but(item: &str) -> Vec<Statement> {
    ALL.iter().filter(|id| **id != item).map(|id| stated(id, Met)).collect()
}

fn ratio(report: &Report) -> (u64, u64) {
    let Ratio { numerator, denominator } = report.score.unwrap();
    (numerator, denominator)
}

#[test]
fn each_item_of_the_runbook_fails_the_stage_by_its_own_rule_when_somebody_says_it_is_not_met() {
    let asked = everything("{}");
    let whole = judged(&asked, vec![doc(all_but(""))]);
    assert_eq!((whole.outcome, ratio(&whole), whole.findings.len()), (Pass, (25, 25), 0));
    assert_eq!(whole.summary, "25 of 25 items fulfilled");
    for id in ALL {
        let said = all_but(id).into_iter().chain([stated(id, Unmet)]);
        let report = judged(&asked, vec![doc(said)]);
        let [finding] = report.findings.as_slice() else { panic!("{id}: {report:?}") };
        assert_eq!((report.outcome, ratio(&report)), (Fail, (24, 25)), "{id}");
        assert_eq!(finding.rule, format!("item.{id}"));
        assert_eq!((finding.subject.as_deref(), finding.decisive), (Some(id), true));
        assert!(finding.message.contains("not fulfilled, `bob` says, 1h ago"), "{id}: {}", finding.message);
        assert!(!finding.remediation.as_ref().unwrap().title.is_empty(), "{id}");
        assert!(finding.evidence.is_some(), "{id}");
    }
}

#[test]
fn each_item_that_nobody_states_is_inconclusive() {
    let asked = everything("{}");
    for id in ALL {
        let report = judged(&asked, vec![doc(all_but(id))]);
        let [finding] = report.findings.as_slice() else { panic!("{id}: {report:?}") };
        assert_eq!((report.outcome, report.score), (Inconclusive, None), "{id}");
        assert_eq!((finding.rule.as_str(), finding.decisive), (format!("item.{id}").as_str(), false));
        assert!(finding.message.ends_with("nobody has stated it"), "{id}: {}", finding.message);
    }
    let nothing = judged(&asked, vec![]);
    assert_eq!((nothing.outcome, nothing.findings.len()), (Inconclusive, 25));
    assert_eq!(nothing.summary, "0 of 25 items fulfilled, 25 open");
}

#[test]
fn findings_come_in_the_order_of_the_runbook_and_further_items_after_it() {
    let asked = everything("{}").replace(r#""items": {"#, r#""items": {"aa_own": {"title": "Own"}, "#);
    let subjects: Vec<String> = judged(&asked, vec![]).findings.into_iter().filter_map(|f| f.subject).collect();
    let expected: Vec<&str> = ALL.iter().copied().chain(["aa_own"]).collect();
    assert_eq!(subjects, expected);
}

#[test]
fn a_flag_of_the_facts_states_an_item() {
    let one = r#"{"items": {"certificates_valid": {}}}"#;
    let said = |value| vec![facts([fact("checklist.certificates_valid", value)])];
    let of = |subject: &str, value| {
        let mut fact = fact("checklist.certificates_valid", Value::Flag(value));
        fact.subject = Some(subject.to_owned());
        vec![facts([fact])]
    };
    hold(vec![
        (one, said(Value::Flag(true)), Pass, "1 of 1 item fulfilled"),
        (one, said(Value::Flag(false)), Fail, "not fulfilled, a document says, 1h ago"),
        (one, said(Value::Text("true".into())), Inconclusive, "neither true nor false"),
        (one, said(Value::Text("nobody answered".into())), Inconclusive, "neither true nor false: nobody answered"),
        (one, vec![facts([fact("certificates_valid", Value::Flag(true))])], Inconclusive, "nobody has stated it"),
        (one, of("api", true), Pass, ""),
        (one, of("other.example:443", true), Inconclusive, "nobody has stated it"),
        (one, of("other.example:443", false), Fail, "not fulfilled"),
    ]);
}

#[test]
fn of_contradicting_statements_the_worse_counts_however_old_it_is() {
    let one = r#"{"items": {"dashboards_prepared": {"max_age": "24h"}}}"#;
    let applicable = r#"{"items": {"dashboards_prepared": {"need": "if_applicable"}}}"#;
    let id = "dashboards_prepared";
    let both = "not fulfilled, `bob` says, 20d20h ago; `bob` says that it is fulfilled: the worse counts";
    hold(vec![
        (one, vec![doc([aged(id, Unmet, 500 * HOUR), stated(id, Met)])], Fail, both),
        (one, vec![doc([stated(id, Met)]), doc([stated(id, Unmet)])], Fail, "the worse counts"),
        (
            one,
            vec![doc([stated(id, Met)]), facts([fact("checklist.dashboards_prepared", Value::Flag(false))])],
            Fail,
            "",
        ),
        (one, vec![doc([stated(id, Met), not_applicable(id, "no dashboards")])], Fail, "that it does not apply"),
        (applicable, vec![doc([stated(id, Met), not_applicable(id, "none")])], Outcome::NotApplicable, "no item"),
        (applicable, vec![doc([stated(id, Unmet), not_applicable(id, "none")])], Fail, "not fulfilled"),
        (
            one,
            vec![doc([stated(id, Met)]), facts([fact("checklist.dashboards_prepared", Value::Number(1.0))])],
            Inconclusive,
            "neither true nor false",
        ),
    ]);
}

#[test]
fn one_open_item_outranks_one_that_is_not_fulfilled() {
    let two = r#"{"items": {"dashboards_prepared": {}, "certificates_valid": {}}}"#;
    let report = judged(two, vec![doc([stated("dashboards_prepared", Unmet)])]);
    assert_eq!((report.outcome, report.score), (Inconclusive, None));
    assert_eq!(report.summary, "0 of 2 items fulfilled, 1 not fulfilled, 1 open");
    let decisive: Vec<bool> = report.findings.iter().map(|finding| finding.decisive).collect();
    assert_eq!(decisive, [true, false]);
}

#[test]
fn a_document_that_is_not_finished_is_inconclusive() {
    let one = r#"{"items": {"dashboards_prepared": {}}}"#;
    let whole = || doc([stated("dashboards_prepared", Met)]);
    hold(vec![
        (one, vec![whole()], Pass, ""),
        (one, vec![whole().incomplete()], Inconclusive, "document `checklist` (statements) is not finished"),
        (one, vec![whole(), doc([]).incomplete()], Inconclusive, "is not finished"),
    ]);
}

#[test]
fn items_that_nobody_asked_for_are_named_and_change_nothing() {
    let one = r#"{"items": {"dashboards_prepared": {}}}"#;
    let slips = (0..7).map(|n| stated(&format!("slip_{n}"), Unmet));
    let report = judged(one, vec![doc(slips.chain([stated("dashboards_prepared", Met)]))]);
    let [finding] = report.findings.as_slice() else { panic!("{report:?}") };
    assert_eq!((report.outcome, finding.severity, finding.rule.as_str()), (Pass, Severity::Info, "item"));
    assert_eq!(
        finding.message,
        "stated, but not asked for: `slip_0`, `slip_1`, `slip_2`, `slip_3`, `slip_4` and 2 more"
    );
}

#[test]
fn hostile_notes_and_names_are_cut() {
    let one = r#"{"items": {"dashboards_prepared": {}}}"#;
    let long = "é".repeat(100_000);
    let hostile = Statement { by: long.clone(), note: long.clone(), ..stated("dashboards_prepared", Unmet) };
    let report = judged(one, vec![doc([hostile, stated(&long, Met)])]);
    assert_eq!(report.outcome, Fail);
    assert!(report.findings.iter().all(|finding| finding.message.len() <= 1024));
    assert!(report.findings[0].message.len() > 300, "{}", report.findings[0].message);
}

#[test]
fn a_further_item_has_the_words_of_the_policy_set() {
    let own = r#"{"items": {"my_own_item": {"title": "Ours", "remediation": {"title": "do it", "command": "make it", "doc": "https://example.org"}}}}"#;
    let report = judged(own, vec![doc([stated("my_own_item", Unmet)])]);
    let [finding] = report.findings.as_slice() else { panic!("{report:?}") };
    let remediation = finding.remediation.as_ref().unwrap();
    assert_eq!((finding.rule.as_str(), finding.subject.as_deref()), ("item", Some("my_own_item")));
    assert!(finding.message.starts_with("Ours: not fulfilled"), "{}", finding.message);
    assert_eq!(
        (remediation.title.as_str(), remediation.command.as_deref(), remediation.doc.as_deref()),
        ("do it", Some("make it"), Some("https://example.org"))
    );
}

#[test]
fn every_rule_is_declared_once_and_every_item_has_its_own() {
    let rules: Vec<String> = readiness::Readiness::describe().rules.into_iter().map(|rule| rule.id).collect();
    let expected: Vec<String> = ["evidence.incomplete".to_owned(), "item".to_owned()]
        .into_iter()
        .chain(ALL.map(|id| format!("item.{id}")))
        .collect();
    assert_eq!(rules, expected);
}
