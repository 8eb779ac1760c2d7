//! What an item's settings ask of a statement: need, age, four eyes.

use crate::{
    hold,
    world::{HOUR, NOW, aged, doc, everything, fact, facts, judged, judged_with, labelled, not_applicable, stated},
};
use tidegate_sdk::{
    evidence::small::{
        Standing::{Met, NotApplicable, Unmet},
        Statement, Value,
    },
    report::Outcome::{self, Fail, Inconclusive, Pass},
};

#[test]
fn an_item_that_need_not_apply_takes_a_reason_and_leaves_the_count() {
    let both = r#"{"items": {"version_numbers_updated": {"need": "if_applicable"}, "certificates_valid": {}}}"#;
    let id = "version_numbers_updated";
    let certificates = || stated("certificates_valid", Met);
    hold(vec![
        (both, vec![doc([stated(id, Met), certificates()])], Pass, "2 of 2 items fulfilled"),
        (
            both,
            vec![doc([not_applicable(id, "configuration only"), certificates()])],
            Pass,
            "1 of 1 item fulfilled, 1 not concerned",
        ),
        (
            both,
            vec![doc([not_applicable(id, " \t"), certificates()])],
            Inconclusive,
            "that it does not apply, but not why",
        ),
        (both, vec![doc([stated(id, Unmet), certificates()])], Fail, "not fulfilled"),
        (both, vec![doc([certificates()])], Inconclusive, "nobody has stated it, nor that it does not apply"),
        (
            both,
            vec![doc([stated(id, Met), not_applicable("certificates_valid", "no TLS")])],
            Fail,
            "always required, but `bob` says that it does not apply, 1h ago: no TLS",
        ),
    ]);
    let none = judged(&everything(r#"{"need": "if_applicable"}"#), vec![]);
    assert_eq!(none.outcome, Inconclusive);
}

#[test]
fn a_conditional_item_is_required_unless_the_flag_is_known_to_be_false() {
    let asked = r#"{"items": {"customer_communication_prepared": {"need": "if_downtime_expected"}}}"#;
    let flag = |value| facts([fact("downtime_expected", value)]);
    let elsewhere = |value| {
        let mut fact = fact("downtime_expected", Value::Flag(value));
        fact.subject = Some("other".to_owned());
        facts([fact])
    };
    let (no, yes) = (&[("downtime_expected", "false")][..], &[("downtime_expected", "true")][..]);
    for (labels, documents, outcome) in [
        (no, vec![], Outcome::NotApplicable),
        (yes, vec![], Inconclusive),
        (&[][..], vec![], Inconclusive),
        (&[("downtime_expected", "no")][..], vec![], Inconclusive),
        (&[("downtime_expected", "False")][..], vec![], Inconclusive),
        (&[][..], vec![flag(Value::Flag(false))], Outcome::NotApplicable),
        (&[][..], vec![flag(Value::Flag(true))], Inconclusive),
        (&[][..], vec![flag(Value::Text("false".into()))], Inconclusive),
        (&[][..], vec![elsewhere(false)], Inconclusive),
        (no, vec![flag(Value::Flag(true))], Inconclusive),
        (yes, vec![flag(Value::Flag(false))], Inconclusive),
        (no, vec![elsewhere(true)], Inconclusive),
        (no, vec![elsewhere(false)], Outcome::NotApplicable),
        (no, vec![flag(Value::Number(0.0))], Inconclusive),
    ] {
        let report = labelled(asked, labels, documents.clone());
        assert_eq!(report.outcome, outcome, "{labels:?} {documents:?}");
        let stated = doc([stated("customer_communication_prepared", Met)]);
        let with = labelled(asked, labels, documents.into_iter().chain([stated]).collect());
        let expected = if outcome == Inconclusive { Pass } else { outcome };
        assert_eq!(with.outcome, expected, "{labels:?}");
    }
    let unknown = labelled(asked, &[], vec![]).findings.remove(0).message;
    assert!(unknown.contains("say it with the label `downtime_expected`"), "{unknown}");
    let known = labelled(asked, yes, vec![]).findings.remove(0).message;
    assert!(known.ends_with("nobody has stated it"), "{known}");
}

#[test]
fn a_statement_counts_up_to_its_age_and_not_a_nanosecond_longer() {
    let asked = r#"{"items": {"database_backup_completed": {"max_age": "24h"}}}"#;
    let id = "database_backup_completed";
    let undated = facts([fact("checklist.database_backup_completed", Value::Flag(true))]);
    hold(vec![
        (asked, vec![doc([aged(id, Met, 24 * HOUR)])], Pass, ""),
        (asked, vec![doc([aged(id, Met, 24 * HOUR + 1)])], Inconclusive, "stated 24h ago, at most 24h allowed"),
        (asked, vec![doc([aged(id, Met, 30 * HOUR)])], Inconclusive, "stated 30h ago, at most 24h allowed"),
        (asked, vec![doc([aged(id, Met, 30 * HOUR), aged(id, Met, HOUR)])], Pass, ""),
        (asked, vec![doc([aged(id, Met, NOW)])], Inconclusive, "at most 24h allowed"),
        (asked, vec![undated.clone()], Pass, ""),
        (asked, vec![undated.source(|source| source.produced_at = None)], Inconclusive, "does not say when"),
    ]);
}

#[test]
fn a_statement_from_after_the_evaluation_is_not_believed() {
    let asked = r#"{"items": {"rollback_plan_ready": {}}}"#;
    let id = "rollback_plan_ready";
    let at = |standing, at| Statement { at, ..stated(id, standing) };
    let future = "after this decision, which is not believed";
    hold(vec![
        (asked, vec![doc([at(Met, NOW)])], Pass, ""),
        (asked, vec![doc([at(Met, NOW + 1)])], Inconclusive, future),
        (asked, vec![doc([at(Met, u64::MAX)])], Inconclusive, future),
        (asked, vec![doc([at(Met, NOW + 1), at(Met, NOW)])], Pass, ""),
        (asked, vec![doc([at(Unmet, NOW + 1)])], Inconclusive, future),
        (asked, vec![doc([at(Unmet, NOW + 1), at(Met, NOW)])], Inconclusive, future),
        (asked, vec![doc([at(Unmet, NOW + 1), at(Unmet, NOW)])], Fail, "not fulfilled"),
    ]);
}

#[test]
fn four_eyes_take_somebody_elses_word_only() {
    let asked = r#"{"items": {"code_review_completed": {"four_eyes": true}}}"#;
    let id = "code_review_completed";
    let by = |by: &str| Statement { by: by.to_owned(), ..stated(id, Met) };
    let flag = || facts([fact("checklist.code_review_completed", Value::Flag(true))]);
    let own = "who asks for this deployment; somebody else has to";
    hold(vec![
        (asked, vec![doc([by("bob")])], Pass, ""),
        (asked, vec![doc([by("alice")])], Inconclusive, own),
        (asked, vec![doc([by(" ALICE ")])], Inconclusive, own),
        (asked, vec![doc([by(" ")])], Inconclusive, "nobody knows who states it"),
        (asked, vec![doc([by("alice"), by("bob")])], Pass, ""),
        (asked, vec![flag()], Inconclusive, "nobody knows who states it"),
        (asked, vec![flag().source(|source| source.signer = Some("ci".into()))], Pass, ""),
        (asked, vec![flag().source(|source| source.signer = Some("alice".into()))], Inconclusive, own),
        (asked, vec![doc([Statement { by: "alice".into(), ..stated(id, Unmet) }])], Fail, "not fulfilled"),
        (r#"{"items": {"code_review_completed": {}}}"#, vec![doc([by("alice")])], Pass, ""),
    ]);
    let applicable = r#"{"items": {"code_review_completed": {"need": "if_applicable", "four_eyes": true}}}"#;
    let no = Statement { by: "alice".into(), note: "no code".into(), ..stated(id, NotApplicable) };
    assert_eq!(judged(applicable, vec![doc([no])]).outcome, Inconclusive);
}

#[test]
fn neither_the_author_nor_whoever_asks_is_the_reviewer() {
    let asked = r#"{"items": {"code_review_completed": {"independent": true}}}"#;
    let by = |by: &str| Statement { by: by.to_owned(), ..stated("code_review_completed", Met) };
    let of_carol: &[(&str, &str)] = &[("author", "carol")];
    let (own, unknown) =
        ("`alice`, who asks for this deployment; somebody else has to", "nobody says who wrote the change");
    for (labels, said, outcome, words) in [
        (of_carol, vec![by("bob")], Pass, ""),
        (
            of_carol,
            vec![by("carol")],
            Inconclusive,
            "`carol`, the author of the change (`carol`); somebody else has to",
        ),
        (of_carol, vec![by(" CAROL ")], Inconclusive, "the author of the change (`carol`)"),
        (of_carol, vec![by("alice")], Inconclusive, own),
        (of_carol, vec![by("alice"), by("carol")], Inconclusive, own),
        (of_carol, vec![by("alice"), by("carol")], Inconclusive, "the author of the change (`carol`)"),
        (of_carol, vec![by("alice"), by("carol"), by("bob")], Pass, ""),
        (&[], vec![by("bob")], Inconclusive, unknown),
        (&[("author", " ")], vec![by("bob")], Inconclusive, unknown),
        (&[("Author", "Bob")], vec![by("bob")], Inconclusive, "the author of the change (`Bob`)"),
        (&[("author", "carol, bob")], vec![by("bob")], Inconclusive, "the author of the change (`bob`)"),
        (&[("author", "Doe, Jane")], vec![by("doe, jane")], Inconclusive, "the author of the change (`Doe, Jane`)"),
        (of_carol, vec![Statement { by: String::new(), ..by("") }], Inconclusive, "nobody knows who states it"),
    ] {
        let report = labelled(asked, labels, vec![doc(said.clone())]);
        let found: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(report.outcome, outcome, "{labels:?} {said:?}: {found:?}");
        assert!(found.iter().any(|message| message.contains(words)) || words.is_empty(), "{labels:?}: {found:?}");
    }
    // A document names the author, too, and never makes one of the label's no author.
    let fact = facts([fact("author", Value::Text("bob".to_owned()))]);
    let report = labelled(asked, of_carol, vec![doc([by("bob"), by("carol")]), fact]);
    assert_eq!(report.outcome, Inconclusive);
}

#[test]
fn a_fact_about_the_only_service_or_the_one_judged_counts() {
    let asked = r#"{"items": {"certificates_valid": {}}}"#;
    let about = |subject: &str| {
        let mut fact = fact("checklist.certificates_valid", Value::Flag(true));
        fact.subject = Some(subject.to_owned());
        vec![facts([fact])]
    };
    let per_service = |service: Option<&str>, subject: &str| {
        let report = judged_with(asked, about(subject), |request| {
            let mut second = request.deployment.services[0].clone();
            second.name = "web".to_owned();
            request.deployment.services.push(second);
            request.service = service.map(str::to_owned);
        });
        report.outcome
    };
    for (service, subject, outcome) in [
        (Some("api"), "api", Pass),
        (Some("web"), "web", Pass),
        (Some("web"), "api", Inconclusive),
        (None, "api", Inconclusive),
    ] {
        assert_eq!(per_service(service, subject), outcome, "{service:?} {subject}");
    }
}
