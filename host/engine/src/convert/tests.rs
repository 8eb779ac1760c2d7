//! What a plugin answers arrives whole, or as a fault that says what is wrong with it.

use super::{WitFailure, WitFinding, WitLocation, WitOutcome, WitReport, WitSeverity, answer, request};
use crate::config::Limits;
use std::sync::Arc;
use tidegate_core::{
    deployment::{Artifact, Cause, Deployment, DeploymentRequest, Label, Revision, Service},
    digest::Digest,
    fault::{Blame, FaultKind, Refusal},
    name::{Commit, EnvironmentName, ServiceName, StageId, Version},
    report::{GateOutcome, GateRequest},
    time::Timestamp,
};

fn limits() -> Limits {
    Limits { findings_max: 2, string_bytes_max: 100, ..Limits::default() }
}

fn finding() -> WitFinding {
    WitFinding {
        rule: "tests.pass-rate".to_owned(),
        severity: WitSeverity::High,
        message: "15 of 100 failed".to_owned(),
        location: None,
        subject: None,
        fingerprint: None,
        evidence: None,
        remediation: None,
        decisive: true,
    }
}

fn report(findings: Vec<WitFinding>) -> WitReport {
    WitReport {
        outcome: WitOutcome::Fail,
        score: None,
        summary: String::new(),
        findings,
        omitted: 0,
        omitted_decisive: false,
    }
}

fn refused(report: WitReport) -> (FaultKind, String) {
    match answer(Ok(report), &limits()) {
        Err(Refusal::Fault(fault)) => {
            assert_eq!(fault.blame, Blame::Plugin);
            (fault.kind, fault.message)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn nonsense_scores_pass_through_as_they_are() {
    let score = crate::bindings::judging::tidegate::policy::types::Ratio { numerator: 7, denominator: 0 };
    let given = WitReport { score: Some(score), outcome: WitOutcome::Hold(Some(9)), ..report(vec![finding()]) };
    let report = answer(Ok(given), &limits()).unwrap();
    assert_eq!((report.score, report.outcome), (Some((7, 0)), GateOutcome::Hold(Some(Timestamp::from_nanos(9)))));
    assert!(report.findings.iter().all(|finding| finding.decisive));
}

#[test]
fn too_many_findings_say_both_numbers() {
    assert_eq!(
        refused(report(vec![finding(); 3])),
        (FaultKind::Oversized, "findings listed: 3 used, 2 allowed".to_owned())
    );
}

#[test]
fn long_texts_say_both_numbers() {
    let location = WitLocation { uri: "x".repeat(101), line: None };
    assert_eq!(
        refused(report(vec![WitFinding { location: Some(location), ..finding() }])),
        (FaultKind::Oversized, "bytes of the location of a finding: 101 used, 100 allowed".to_owned())
    );
}

#[test]
fn a_rule_or_digest_that_is_none_is_malformed() {
    let rule = WitFinding { rule: "Not A Rule".to_owned(), ..finding() };
    let evidence = WitFinding { evidence: Some("sha256:nonsense".to_owned()), ..finding() };
    for finding in [rule, evidence] {
        assert_eq!(refused(report(vec![finding])).0, FaultKind::MalformedReport);
    }
}

#[test]
fn each_failure_blames_who_has_to_act() {
    let said = "it says".to_owned();
    let refusals = [
        WitFailure::BadEvidence(said.clone()),
        WitFailure::BadSettings(said.clone()),
        WitFailure::Internal(said.clone()),
    ]
    .map(|failure| match answer(Err(failure), &limits()).unwrap_err() {
        Refusal::BadEvidence(message) => (Blame::Caller, None, message),
        Refusal::Fault(fault) => (fault.blame, Some(fault.kind), fault.message),
    });
    assert_eq!(
        refusals,
        [
            (Blame::Caller, None, said.clone()),
            (Blame::Policy, Some(FaultKind::BadSettings), said.clone()),
            (Blame::Plugin, Some(FaultKind::PluginInternal), said),
        ]
    );
}

#[test]
fn a_request_arrives_whole() {
    let digest = Digest::of(b"the artifact");
    let given = GateRequest {
        deployment: Arc::new(
            Deployment::new(DeploymentRequest {
                id: "d-1".into(),
                environment: EnvironmentName::parse("production").unwrap(),
                services: vec![Service {
                    name: ServiceName::parse("api").unwrap(),
                    version: Version::parse("1.4.2").unwrap(),
                    previous_version: Some(Version::parse("1.4.1").unwrap()),
                    artifact: Some(Artifact { uri: "registry/api".into(), digest }),
                }],
                revision: Some(Revision {
                    repository: "repo".into(),
                    commit: Commit::parse("abc").unwrap(),
                    ref_name: "main".into(),
                }),
                cause: Cause::Promotion,
                actor: "alice".into(),
                person: None,
                requested_at: Timestamp::from_nanos(5),
                labels: vec![Label { name: "team".into(), value: "x".into() }],
            })
            .unwrap(),
        ),
        stage: StageId::parse("unit_tests").unwrap(),
        service: Some(ServiceName::parse("api").unwrap()),
        settings: "{}".into(),
        evaluated_at: Timestamp::from_nanos(7),
    };
    let shown = format!("{:?}", request(&given));
    for part in
        ["d-1", "production", "api", "1.4.2", "1.4.1", "registry/api", "repo", "abc", "main", "Promotion", "alice"]
            .into_iter()
            .chain(["team", "unit_tests", "{}", "requested-at: 5", "evaluated-at: 7", &digest.to_string()])
    {
        assert!(shown.contains(part), "{part} in {shown}");
    }
}
