//! One made-up decision.

use super::{Chance, Plan, tree};
use crate::{
    body::{Body, BodyKind},
    evidence::Sender,
    id::DecisionId,
    record::{Circumstances, DecisionRecord, Transport},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{
    decision::{DecidedBy, Decision, Outcome, Permission},
    deployment::{Artifact, Cause, Deployment, DeploymentRequest, Revision, Service},
    digest::Digest,
    judgement::{Judgement, JudgementLimits},
    name::{EnvironmentName, PluginName, PolicySetId, ServiceName, StageId, Version},
    policy::{Enforcement, Mode},
    score::Score,
    stage_result::{Blocker, Conclusion, Evaluation, JudgedBy, StageResult, Why},
};

const ENVIRONMENTS: [&str; 3] = ["production", "staging", "development"];
const SERVICES: u64 = 40;
const PEOPLE: u64 = 60;
/// Stages and the plugins that judge them.
const STAGES: [(&str, &str); 5] = [
    ("unit_tests", "quality"),
    ("security", "security"),
    ("performance", "quality"),
    ("checklist", "readiness"),
    ("freeze", "change-window"),
];

/// What the tree is made of.
pub(super) struct Told<'a> {
    pub(super) id: &'a str,
    pub(super) judgement: &'a Judgement,
    pub(super) received_ns: u64,
    pub(super) chance: &'a mut Chance,
}

pub(super) fn record(plan: &Plan, number: u64) -> DecisionRecord {
    let mut chance = Chance::of(plan, number);
    let at = plan.first.plus(plan.every * u32::try_from(number).unwrap_or(u32::MAX));
    let id = format!("generated-{}-{number:08}", plan.seed);
    let judgement = judgement(&mut chance, at, number);
    let tree = tree::encoded(Told { id: &id, judgement: &judgement, received_ns: at.nanos(), chance: &mut chance });
    let circumstances = Circumstances {
        decision: named(DecisionId::parse(&id)),
        trace: None,
        received_at: at,
        recorded_at: at.plus(Duration::from_millis(60)),
        host_version: named(Version::parse(env!("CARGO_PKG_VERSION"))),
        transport: Transport::Http,
        spans: Some(Digest::of(&tree)),
        shadows: Vec::new(),
        stage_durations: BTreeMap::new(),
        verifies: None,
    };
    DecisionRecord {
        judgement,
        circumstances,
        idempotency: None,
        evidence: Vec::new(),
        held: Vec::new(),
        sender: Sender { scope: "generated".into(), name: "generated".into() },
        bodies: vec![Body { kind: BodyKind::Spans, bytes: tree.into() }],
        mends: Vec::new(),
        notices: Vec::new(),
    }
}

/// Names of this file are names, and its deployments can be.
#[expect(clippy::unwrap_used, reason = "what is written here, and a test makes every kind of it")]
fn named<T, E: std::fmt::Debug>(parsed: Result<T, E>) -> T {
    parsed.unwrap()
}

fn judgement(chance: &mut Chance, at: tidegate_core::time::Timestamp, number: u64) -> Judgement {
    let stages: Vec<StageResult> = STAGES.into_iter().map(|(stage, plugin)| judged(chance, stage, plugin)).collect();
    let blocking: Vec<Blocker> = stages.iter().flat_map(|stage| stage.blocking.clone()).collect();
    let (outcome, permission) = match (blocking.is_empty(), chance.percent(30)) {
        (true, _) => (Outcome::Deploy, Permission::ByTheRules),
        (false, true) => (Outcome::Hold, Permission::Refused),
        (false, false) => (Outcome::Remediate, Permission::Refused),
    };
    let decision = Decision {
        outcome,
        permission,
        decided_by: DecidedBy {
            id: named(PolicySetId::parse("runbook")),
            version: named(Version::parse("1.0.0")),
            digest: Digest::of(b"runbook"),
            enforcement: Enforcement::Enforce,
        },
        score: Score { share: None, counted: 0, of: STAGES.len() },
        blocking,
        stages,
        forced: None,
        waivers: Vec::new(),
        warnings: Vec::new(),
        evaluated_at: at,
        valid_until: None,
        retry_at: None,
    };
    Judgement {
        semantics: 3,
        evaluated_at: at,
        deployment: Arc::new(deployment(chance, at, number)),
        skip: Vec::new(),
        evidence: Vec::new(),
        baseline: Vec::new(),
        bundle: Digest::of(b"bundle"),
        limits: JudgementLimits {
            plugin_deadline: Duration::from_secs(2),
            decision_deadline: Duration::from_secs(20),
            plugin_memory_bytes: 64 << 20,
            findings_max: 1_000,
            string_bytes_max: 64 << 10,
            answer_bytes_max: None,
            page_rows_max: None,
        },
        emergency: None,
        overdue: Vec::new(),
        agreed: Vec::new(),
        compared: Vec::new(),
        decision,
    }
}

fn judged(chance: &mut Chance, stage: &str, plugin: &str) -> StageResult {
    let stage: StageId = named(StageId::parse(stage));
    let conclusion = if chance.percent(5) { Conclusion::Fail } else { Conclusion::Pass };
    let why = (conclusion == Conclusion::Fail).then_some(Why::Failed);
    StageResult {
        stage: stage.clone(),
        title: stage.as_str().into(),
        plugin: JudgedBy {
            name: named(PluginName::parse(plugin)),
            version: "1.0.0".into(),
            digest: Digest::of(plugin.as_bytes()),
        },
        mode: Mode::Block,
        weight: 1,
        conclusion: conclusion.clone(),
        ratio: None,
        evaluations: vec![Evaluation {
            service: None,
            conclusion,
            ratio: None,
            summary: "made up".into(),
            findings: Vec::new(),
            omitted: 0,
            omitted_decisive: false,
        }],
        lifted_by: Vec::new(),
        blocking: why.map(|why| Blocker { stage, service: None, why }).into_iter().collect(),
        would_block: false,
    }
}

fn deployment(chance: &mut Chance, at: tidegate_core::time::Timestamp, number: u64) -> Deployment {
    let environment = ENVIRONMENTS.into_iter().cycle().nth(usize::try_from(chance.below(3)).unwrap_or(0));
    let service = format!("service-{:02}", chance.below(SERVICES));
    let commit = Digest::of(number.to_string().as_bytes()).to_string();
    let version = format!("1.{}.{}", number / 1_000, number % 1_000);
    named(Deployment::new(DeploymentRequest {
        id: format!("release-{number}").into(),
        environment: named(EnvironmentName::parse(environment.unwrap_or("production"))),
        services: vec![Service {
            name: named(ServiceName::parse(&service)),
            version: named(Version::parse(&version)),
            previous_version: None,
            artifact: Some(Artifact {
                uri: format!("oci://registry.example/{service}").into(),
                digest: Digest::of(format!("{service} {version}").as_bytes()),
            }),
        }],
        revision: Some(Revision {
            repository: format!("https://forge.example/{service}.git").into(),
            commit: named(commit.get(7..47).unwrap_or_default().parse()),
            ref_name: "refs/heads/main".into(),
        }),
        cause: if chance.percent(80) { Cause::Push } else { Cause::Manual },
        actor: format!("person-{:02}@shop.example", chance.below(PEOPLE)).into(),
        person: None,
        requested_at: at,
        labels: Vec::new(),
    }))
}
