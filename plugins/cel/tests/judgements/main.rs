//! The plugin's judgements, as data: an expression, a question, evidence, and what comes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod laws;
mod logic;
mod world;

use tidegate_sdk::{
    fixture::BaselineFixture,
    gate::Failure,
    report::{
        Outcome::{Fail, Inconclusive, Pass},
        Ratio,
    },
};
use world::{asked, asked_for, documents, hold, judged, rule, rules};

#[test]
fn a_rule_over_the_deployment_needs_no_evidence() {
    hold(
        vec![],
        &[
            (r#"deployment.environment == "production""#, Pass),
            (r#"deployment.environment == "staging""#, Fail),
            (r#"deployment.labels["ticket"] != "" && now.getDayOfWeek("UTC") != 5"#, Pass),
            (r#"deployment.labels["ticket"] != "" && now.getDayOfWeek("UTC") != 4"#, Fail),
            (r#"deployment.labels.ticket.matches("^SHOP-[0-9]+$")"#, Pass),
            (r#"matches(deployment.actor, "^bot-")"#, Fail),
            (r#"deployment.labels["absent"] != """#, Inconclusive),
            (r#"!has(deployment.labels.absent)"#, Pass),
            (r#"!("absent" in deployment.labels)"#, Pass),
            (r#"has(deployment.revision) && deployment.revision.ref_name == "main""#, Pass),
            (r#"deployment.services.all(s, s.version.startsWith("1."))"#, Pass),
            (r#"deployment.services.exists_one(s, s.name == "api")"#, Pass),
            (r#"deployment.services.map(s, s.name) == ["api"]"#, Pass),
            (r#"deployment.services.filter(s, s.name != "api").size() == 0"#, Pass),
            (r#"deployment.services[1].name == "web""#, Inconclusive),
            (r#"deployment.cause in ["push", "promotion"]"#, Pass),
            (r#"stage == "stage""#, Pass),
            (r#"deployment.labels.all(name, name.size() < 20)"#, Pass),
            (r#"{"b": 1, "a": 2}.map(k, k) == ["a", "b"]"#, Pass),
            (r#"deployment.cause == "rollback" ? true : false"#, Fail),
        ],
    );
}

#[test]
fn moments_are_those_of_the_decision_and_of_the_evidence() {
    hold(
        vec![],
        &[
            // 2026-11-26T13:46:40.000000007Z, a Thursday.
            (r#"now == timestamp("2026-11-26T13:46:40.000000007Z")"#, Pass),
            (r#"now.getHours() == 13 && now.getHours("Europe/Berlin") == 14"#, Pass),
            (r#"now.getHours("+02:00") == 15"#, Pass),
            (r#"now - deployment.requested_at < duration("1h")"#, Pass),
            (r#"now + duration("24h") > timestamp("2026-11-27T13:46:41Z")"#, Fail),
            (r#"string(now).startsWith("2026-11-26T13:46:40")"#, Pass),
        ],
    );
}

#[test]
fn what_documents_hold_is_counted_and_looked_up() {
    hold(
        documents(),
        &[
            ("evidence.unit_tests.all(d, d.tests.failed == 0 && d.tests.ran >= 3)", Pass),
            ("evidence.unit_tests.all(d, d.tests.ran > 3)", Fail),
            (r#"evidence["unit_tests"][0].tests.suites == ["s"]"#, Pass),
            ("evidence.scan.all(d, d.issues.critical == 0)", Fail),
            (r#"evidence.scan[0].issues.total == 2 && evidence.scan[0].issues.kinds == ["analysis"]"#, Pass),
            ("evidence.coverage[0].coverage.lines.percent >= 80.0", Pass),
            (
                "evidence.coverage[0].coverage.lines.covered * 100 >= evidence.coverage[0].coverage.lines.total * 81",
                Fail,
            ),
            (r#"evidence.load[0].measurements["p95"].all(m, m.value < 2000.0 && m.unit == "ms")"#, Pass),
            (r#"evidence.load[0].measurements["p95"].exists(m, m.subject == "/pay" && m.value > 100.0)"#, Pass),
            (r#"evidence.load[0].measurements["p50"].all(m, m.value < 2000.0)"#, Inconclusive),
            (r#"evidence.load[0].facts["tls"].all(f, f.value == true)"#, Pass),
            (r#"evidence.config[0].json.replicas >= 2 && evidence.config[0].json.image.tag != "latest""#, Pass),
            (
                r#"evidence.config[0].json.image == {"tag": "1.4.2"} && {"tag": "1.4.2"} == evidence.config[0].json.image"#,
                Pass,
            ),
            (r#"evidence.config[0].json.hosts.all(h, h.endsWith(".example"))"#, Pass),
            ("evidence.config[0].json.replicas > 2u", Fail),
            (r#"documents.filter(d, d.format == "junit").all(d, d.tests.failed == 0)"#, Pass),
            (r#"documents.all(d, d.complete)"#, Pass),
            (r#"documents.exists(d, has(d.signer))"#, Fail),
            (r#"size(documents) == 5"#, Pass),
            (r#"documents.map(d, d.name) == ["config", "coverage", "load", "scan", "unit_tests"]"#, Pass),
        ],
    );
}

#[test]
fn a_broken_rule_says_what_the_policy_file_says() {
    let said = |rule: &str| judged(&rules(&[rule]), vec![]).findings.remove(0);
    let plain = said(r#"{"id": "r", "title": "T", "expression": "false"}"#);
    assert_eq!(plain.message, "rule `r` (T) is not fulfilled");
    assert_eq!((plain.rule.as_str(), plain.decisive), ("rule", true));
    assert_eq!((plain.subject.as_deref(), plain.fingerprint.as_deref()), (Some("r"), Some("r")));
    assert_eq!(said(r#"{"id": "r", "expression": "1 > 2"}"#).message, "rule `r` (`1 > 2`) is not fulfilled");
    assert_eq!(said(r#"{"id": "r", "expression": "false", "message": "no"}"#).message, "no");
    let by = |source: &str| {
        said(&format!(r#"{{"id": "r", "title": "T", "expression": "false", "message_expression": "{source}"}}"#))
    };
    assert_eq!(by("'by ' + deployment.actor").message, "by carol");
    // A message that cannot be made changes no verdict.
    for source in ["deployment.labels.absent", "documents[0].name", "deployment.services[0]"] {
        let finding = by(source);
        assert_eq!((finding.message.as_str(), finding.decisive), ("rule `r` (T) is not fulfilled", true), "{source}");
    }
    let warned =
        said(r#"{"id": "r", "expression": "false", "mode": "warn", "severity": "low", "remediation": "do it"}"#);
    assert_eq!((warned.decisive, warned.severity.word()), (false, "low"));
    assert_eq!(warned.remediation.unwrap().title, "do it");
}

#[test]
fn all_rules_are_judged_and_one_that_cannot_be_decided_outweighs_one_that_is_broken() {
    let (holds, broken, warned, open) = (
        r#"{"id": "a", "expression": "true"}"#,
        r#"{"id": "b", "expression": "false"}"#,
        r#"{"id": "c", "expression": "false", "mode": "warn"}"#,
        r#"{"id": "d", "expression": "deployment.labels.absent == ''", "mode": "warn"}"#,
    );
    for (given, outcome, score, summary) in [
        (vec![holds], Pass, Some((1, 1)), "1 of 1 rule hold"),
        (vec![holds, warned], Pass, Some((1, 1)), "1 of 2 rules hold, 1 broken"),
        (vec![warned], Pass, None, "0 of 1 rule hold, 1 broken"),
        (vec![holds, broken, warned], Fail, Some((1, 2)), "1 of 3 rules hold, 2 broken"),
        (vec![holds, broken, open], Inconclusive, None, "1 of 3 rules hold, 1 broken, 1 undecided"),
        (vec![open], Inconclusive, None, "0 of 1 rule hold, 1 undecided"),
    ] {
        let report = judged(&rules(&given), vec![]);
        assert_eq!((report.outcome, report.summary.as_str()), (outcome, summary));
        assert_eq!(report.score, score.map(|(numerator, denominator)| Ratio { numerator, denominator }), "{summary}");
    }
}

#[test]
fn a_stage_per_service_sees_its_service() {
    let outcome = |service: Option<&str>| {
        asked_for(service, &rule(r#"service.version == "1.4.2""#), vec![], BaselineFixture::NotAsked)
    };
    let report = asked_for(Some("api"), &rule("service.name != 'api'"), vec![], BaselineFixture::NotAsked).unwrap();
    assert_eq!(report.findings[0].fingerprint.as_deref(), Some("r@api"));
    assert_eq!(outcome(Some("api")).unwrap().outcome, Pass);
    let Err(Failure::BadSettings(why)) = outcome(None) else { panic!("{:?}", outcome(None)) };
    assert!(why.contains("`per: service`"), "{why}");
}

#[test]
fn a_baseline_is_there_when_the_stage_asks_for_it() {
    let fall = rule(
        "baseline.first || evidence.coverage[0].coverage.lines.percent >= baseline.evidence.coverage[0].coverage.lines.percent",
    );
    for (baseline, outcome) in [
        (BaselineFixture::First, Pass),
        (BaselineFixture::Documents(documents()), Pass),
        (BaselineFixture::Documents(documents()[..1].to_vec()), Inconclusive),
        (BaselineFixture::Documents(vec![]), Inconclusive),
        (BaselineFixture::Unavailable("it was redacted".to_owned()), Inconclusive),
    ] {
        let report = asked(&fall, documents(), baseline.clone()).unwrap();
        assert_eq!(report.outcome, outcome, "{baseline:?}: {:?}", report.findings);
    }
    let Err(Failure::BadSettings(why)) = asked(&fall, documents(), BaselineFixture::NotAsked) else { panic!() };
    assert!(why.contains("`baseline: true`"), "{why}");
}

#[test]
fn what_fails_over_nothing_that_was_handed_in_is_the_policys_mistake() {
    for (expression, says) in [
        ("deployment.services.size() / (deployment.services.size() - 1) == 1", "divides by zero"),
        ("deployment.services.size() * 9223372036854775807 * 2 > 0", "a number grows too large"),
        ("deployment.actor > 3", "no matching overload"),
        ("deployment.actor", "gives a value of type `string`"),
        ("timestamp(deployment.actor) < now", "timestamp"),
        ("deployment.actor.size(1) == 0", "size"),
    ] {
        let Err(Failure::BadSettings(why)) = asked(&rule(expression), vec![], BaselineFixture::NotAsked) else {
            panic!("{expression}")
        };
        assert!(why.starts_with("rule `r`: ") && why.contains(says), "{expression}: {why}");
    }
}
