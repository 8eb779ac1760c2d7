//! One rich decision, always the same: forced past a failed stage, with a held one, an error and a waiver.

use num_bigint::BigInt;
use num_rational::BigRational;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{
    break_glass::{EmergencyReason, Override, OverrideRequest, OverrideRole, OverrideState},
    decision::{DecidedBy, Decision, Outcome, Permission, WaiverUse, Warning},
    deployment::{Artifact, Cause, Deployment, DeploymentRequest, Label, Revision, Service},
    digest::Digest,
    fault::{Blame, Fault, FaultKind},
    finding::{Finding, Location, Remediation, Severity},
    judgement::{Judgement, JudgementLimits, Submitted},
    policy::{Enforcement, Mode},
    ratio::Ratio,
    score::Score,
    stage_result::{Blocker, Conclusion, Evaluation, JudgedBy, Marked, StageResult, Why},
    time::Timestamp,
    waiver::WaiverState,
};
use tidegate_ledger::record::{Circumstances, Transport};

pub(crate) const ACTOR: &str = "ada@example.org";
pub(crate) const JUSTIFICATION: &str = "production is down and this brings it back";
pub(crate) const LABEL_VALUE: &str = "told to \"ship it\" by Grace";

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-03-31T14:30:00.25Z")
}

pub(crate) fn circumstances(id: &str) -> Circumstances {
    Circumstances {
        decision: id.parse().unwrap(),
        trace: Some("000651916cd43dd8448eb211c80319c0".parse().unwrap()),
        received_at: at("2026-03-31T14:29:59.9Z"),
        recorded_at: at("2026-03-31T14:30:00.3Z"),
        host_version: "0.1.0".parse().unwrap(),
        transport: Transport::Http,
        spans: None,
        shadows: Vec::new(),
        stage_durations: BTreeMap::from([("unit_tests".parse().unwrap(), Duration::from_micros(84))]),
        verifies: None,
    }
}

pub(crate) fn judgement() -> Judgement {
    Judgement {
        semantics: 1,
        evaluated_at: now(),
        deployment: Arc::new(deployment()),
        skip: vec!["performance".parse().unwrap()],
        evidence: vec![Submitted {
            label: "unit_tests@api".to_owned(),
            format: "junit".into(),
            digest: Digest::of(b"junit"),
            submitted: Some(Digest::of(b"junit with a secret")),
            masked: std::collections::BTreeMap::new(),
            declared_at: Some(at("2026-03-31T14:00:00Z")),
            received_at: at("2026-03-31T14:10:00Z"),
            stated_in: None,
        }],
        baseline: vec![Digest::of(b"junit of last time")],
        compared: Vec::new(),
        bundle: Digest::of(b"bundle"),
        limits: JudgementLimits {
            plugin_deadline: Duration::from_secs(2),
            decision_deadline: Duration::from_secs(20),
            plugin_memory_bytes: 64 << 20,
            findings_max: 1000,
            string_bytes_max: 64 << 10,
            answer_bytes_max: None,
            page_rows_max: None,
        },
        emergency: Some(wish()),
        overdue: Vec::new(),
        agreed: Vec::new(),
        decision: decision(),
    }
}

/// As [`judgement`], with this outcome and permission.
pub(crate) fn judged(outcome: Outcome, permission: Permission) -> Judgement {
    let mut judgement = judgement();
    judgement.decision.outcome = outcome;
    judgement.decision.permission = permission;
    judgement
}

pub(crate) fn deployment() -> Deployment {
    Deployment::new(DeploymentRequest {
        id: "release-77".into(),
        environment: "production".parse().unwrap(),
        services: vec![Service {
            name: "api".parse().unwrap(),
            version: "1.4.2".parse().unwrap(),
            previous_version: Some("1.4.1".parse().unwrap()),
            artifact: Some(Artifact { uri: "oci://example.org/api".into(), digest: Digest::of(b"api") }),
        }],
        revision: Some(Revision {
            repository: "https://example.org/api.git".into(),
            commit: "4f2a9c1e".parse().unwrap(),
            ref_name: "refs/heads/main".into(),
        }),
        cause: Cause::Manual,
        actor: ACTOR.into(),
        person: None,
        requested_at: at("2026-03-31T14:29:59Z"),
        labels: vec![Label { name: "note".into(), value: LABEL_VALUE.into() }],
    })
    .unwrap()
}

fn wish() -> OverrideRequest {
    OverrideRequest {
        reason: EmergencyReason::ProductionDown,
        justification: JUSTIFICATION.into(),
        actor: ACTOR.into(),
        role: OverrideRole::Held,
        expires: None,
        used: None,
    }
}

fn decision() -> Decision {
    let stages = vec![failed(), held(), broken()];
    Decision {
        outcome: Outcome::Remediate,
        permission: Permission::Forced,
        decided_by: DecidedBy {
            id: "runbook".parse().unwrap(),
            version: "1.0.0".parse().unwrap(),
            digest: Digest::of(b"runbook"),
            enforcement: Enforcement::Enforce,
        },
        score: Score { share: Some(BigRational::new(BigInt::from(39), BigInt::from(40))), counted: 1, of: 3 },
        blocking: stages.iter().flat_map(|stage| stage.blocking.clone()).collect(),
        stages,
        forced: Some(Override {
            request: wish(),
            state: OverrideState::Granted { expires: at("2026-03-31T16:30:00Z") },
            obligations: Vec::new(),
        }),
        waivers: vec![WaiverUse {
            waiver: "W-7".parse().unwrap(),
            state: WaiverState::Expiring,
            expires: at("2026-04-01T00:00:00Z"),
            findings: 1,
        }],
        warnings: vec![
            Warning::ReviewOverdue(at("2026-03-01T00:00:00Z")),
            Warning::UnusedEvidence { label: "unit_test".to_owned(), nearest: Some("unit_tests".to_owned()) },
        ],
        evaluated_at: now(),
        valid_until: Some(at("2026-03-31T16:30:00Z")),
        retry_at: None,
    }
}

fn stage(id: &str, conclusion: Conclusion, findings: Vec<Marked>, why: Why) -> StageResult {
    let service = Some("api".parse().unwrap());
    StageResult {
        stage: id.parse().unwrap(),
        title: "A stage \"with\" a title".into(),
        plugin: JudgedBy {
            name: "quality".parse().unwrap(),
            version: "1.0.0".into(),
            digest: Digest::of(b"quality.wasm"),
        },
        mode: Mode::Block,
        weight: 1,
        conclusion: conclusion.clone(),
        ratio: None,
        evaluations: vec![Evaluation {
            service: service.clone(),
            conclusion,
            ratio: None,
            summary: "one sentence".into(),
            findings,
            omitted: 0,
            omitted_decisive: false,
        }],
        lifted_by: Vec::new(),
        blocking: vec![Blocker { stage: id.parse().unwrap(), service, why }],
        would_block: false,
    }
}

fn failed() -> StageResult {
    let finding = Finding {
        rule: "tests.pass-rate".parse().unwrap(),
        severity: Severity::High,
        message: "15 of 100 failed:\n\u{1b}[31mred\u{1b}[0m".to_owned(),
        location: Some(Location { uri: "src/lib.rs".to_owned(), line: Some(42) }),
        subject: Some("case::one".to_owned()),
        fingerprint: Some("f1".to_owned()),
        evidence: Some(Digest::of(b"junit")),
        remediation: Some(Remediation {
            title: "mend the tests".to_owned(),
            command: Some("make test".to_owned()),
            doc: None,
        }),
        decisive: true,
    };
    let marked = Marked { finding, waived_by: Some("W-7".parse().unwrap()) };
    let mut failed = stage("unit_tests", Conclusion::Fail, vec![marked], Why::Failed);
    let ratio = Ratio::new(85, 100).unwrap();
    failed.ratio = Some(ratio.exact());
    failed.evaluations[0].ratio = Some(ratio);
    failed
}

fn held() -> StageResult {
    let until = Some(at("2026-03-31T15:00:00Z"));
    stage("freeze", Conclusion::Hold(until), Vec::new(), Why::Held(until))
}

fn broken() -> StageResult {
    let fault = Fault {
        blame: Blame::Plugin,
        kind: FaultKind::Deadline,
        message: "2,010 ms used, 2,000 ms allowed".to_owned(),
    };
    stage("security", Conclusion::Error(fault), Vec::new(), Why::Undecided(Blame::Plugin))
}
