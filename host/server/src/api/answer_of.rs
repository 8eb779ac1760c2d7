//! From core's decision to the JSON of the API: the one conversion that every answer goes through.

use crate::api::answer::{
    Answer, ArtifactBody, BlockerBody, DeploymentBody, EvaluationBody, FindingBody, ForcedBody, LabelBody,
    LocationBody, OwedBody, PluginBody, PolicySetBody, ReceiptBody, RemediationBody, RevisionBody, ScoreBody,
    ServiceBody, StageBody, WaiverBody,
};
use tidegate_core::{
    break_glass::{Override, OverrideState},
    decision::{Decision, Permission, WaiverUse},
    deployment::{Deployment, Service},
    mend::{Mend, mends},
    obligation::ObligationRule,
    policy::{Enforcement, Mode},
    ratio::percent,
    score::Score,
    stage_result::{Blocker, Conclusion, Evaluation, Marked, StageResult, Why},
    text_form::{Reference, text_form, warning_text},
    time::in_words,
};

/// Where the record of a decision is.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The decision's id.
    pub id: String,
    /// W3C trace id.
    pub trace_id: Option<String>,
    /// Where the record lies.
    pub receipt: ReceiptBody,
    /// Where a person looks at it.
    pub link: Option<String>,
}

/// The answer to a decision; without a record when it was judged offline.
#[must_use]
pub fn answer_of(decision: &Decision, deployment: &Deployment, recorded: Option<&Recorded>) -> Answer {
    let reference = recorded.map(|recorded| Reference { id: &recorded.id, link: recorded.link.as_deref() });
    let skipped = decision.stages.iter().filter(|stage| stage.conclusion == Conclusion::Skipped);
    Answer {
        id: recorded.map(|recorded| recorded.id.clone()),
        outcome: decision.outcome.word().to_owned(),
        allowed: decision.permission.allowed(),
        permission: permission(decision.permission).to_owned(),
        score: score(&decision.score),
        policy_set: PolicySetBody {
            id: decision.decided_by.id.to_string(),
            version: decision.decided_by.version.to_string(),
            digest: decision.decided_by.digest.to_string(),
            enforcement: enforcement(decision.decided_by.enforcement).to_owned(),
        },
        deployment: deployment_body(deployment),
        blocking: decision.blocking.iter().map(blocker).collect(),
        stages: decision.stages.iter().map(stage).collect(),
        skipped: skipped.map(|stage| stage.stage.to_string()).collect(),
        forced: decision.forced.as_ref().map(forced),
        confirmation: None,
        notices: Vec::new(),
        orders: Vec::new(),
        maintenances: Vec::new(),
        since: None,
        verifies: None,
        waivers: waivers(decision, deployment),
        warnings: decision.warnings.iter().map(warning_text).collect(),
        masked: Vec::new(),
        shadow: Vec::new(),
        evaluated_at: decision.evaluated_at.to_string(),
        valid_until: decision.valid_until.map(|until| until.to_string()),
        retry_at: decision.retry_at.map(|at| at.to_string()),
        trace_id: recorded.and_then(|recorded| recorded.trace_id.clone()),
        receipt: recorded.map(|recorded| recorded.receipt.clone()),
        text: text_form(decision, reference),
    }
}

/// The word for why a deployment is allowed, or that it is not.
pub(crate) fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::ByTheRules => "by_the_rules",
        Permission::Forced => "forced",
        Permission::Advisory => "advisory",
        Permission::Refused => "refused",
    }
}

/// The word for what a set's refusals do.
#[must_use]
pub fn enforcement(enforcement: Enforcement) -> &'static str {
    match enforcement {
        Enforcement::Enforce => "enforce",
        Enforcement::Advisory => "advisory",
    }
}

pub(crate) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Block => "block",
        Mode::Warn => "warn",
        Mode::Monitor => "monitor",
        Mode::Off => "off",
    }
}

fn score(score: &Score) -> ScoreBody {
    ScoreBody {
        text: score.to_string(),
        numerator: score.share.as_ref().map(|share| share.numer().to_string()),
        denominator: score.share.as_ref().map(|share| share.denom().to_string()),
        counted: score.counted,
        of: score.of,
    }
}

fn deployment_body(deployment: &Deployment) -> DeploymentBody {
    DeploymentBody {
        id: deployment.id().to_owned(),
        environment: deployment.environment().to_string(),
        services: deployment.services().iter().map(service).collect(),
        revision: deployment.revision().map(|revision| RevisionBody {
            repository: revision.repository.to_string(),
            commit: revision.commit.to_string(),
            ref_name: revision.ref_name.to_string(),
        }),
        cause: deployment.cause().word().to_owned(),
        actor: deployment.actor().to_owned(),
        requested_at: deployment.requested_at().to_string(),
        labels: deployment
            .labels()
            .iter()
            .map(|label| LabelBody { name: label.name.to_string(), value: label.value.to_string() })
            .collect(),
    }
}

fn service(service: &Service) -> ServiceBody {
    ServiceBody {
        name: service.name.to_string(),
        version: service.version.to_string(),
        previous_version: service.previous_version.as_ref().map(ToString::to_string),
        artifact: service
            .artifact
            .as_ref()
            .map(|artifact| ArtifactBody { uri: artifact.uri.to_string(), digest: artifact.digest.to_string() }),
    }
}

fn blocker(blocker: &Blocker) -> BlockerBody {
    let (blame, until) = match blocker.why {
        Why::Failed => (None, None),
        Why::Held(until) => (None, until),
        Why::Undecided(blame) => (Some(blame), None),
    };
    BlockerBody {
        stage: blocker.stage.to_string(),
        service: blocker.service.as_ref().map(ToString::to_string),
        why: blocker.why.word().to_owned(),
        blame: blame.map(|blame| blame.word().to_owned()),
        until: until.map(|until| until.to_string()),
    }
}

fn stage(stage: &StageResult) -> StageBody {
    StageBody {
        id: stage.stage.to_string(),
        title: stage.title.to_string(),
        result: stage.conclusion.word().to_owned(),
        mode: mode(stage.mode).to_owned(),
        weight: stage.weight,
        percent: stage.ratio.as_ref().map(percent),
        blocking: !stage.blocking.is_empty(),
        would_block: stage.would_block,
        lifted_by: stage.lifted_by.iter().map(ToString::to_string).collect(),
        plugin: PluginBody {
            name: stage.plugin.name.to_string(),
            version: stage.plugin.version.to_string(),
            digest: stage.plugin.digest.to_string(),
        },
        evaluations: stage.evaluations.iter().map(evaluation).collect(),
    }
}

fn evaluation(evaluation: &Evaluation) -> EvaluationBody {
    let (blame, until, error) = match &evaluation.conclusion {
        Conclusion::Hold(until) => (None, *until, None),
        Conclusion::Inconclusive(blame) => (Some(*blame), None, None),
        Conclusion::Error(fault) => (Some(fault.blame), None, Some(fault.kind.word())),
        Conclusion::Pass | Conclusion::Fail | Conclusion::NotApplicable | Conclusion::Skipped => (None, None, None),
    };
    EvaluationBody {
        service: evaluation.service.as_ref().map(ToString::to_string),
        result: evaluation.conclusion.word().to_owned(),
        blame: blame.map(|blame| blame.word().to_owned()),
        until: until.map(|until| until.to_string()),
        error: error.map(str::to_owned),
        ratio: evaluation.ratio.map(|ratio| [ratio.numerator().to_string(), ratio.denominator().to_string()]),
        summary: evaluation.summary.to_string(),
        findings: evaluation.findings.iter().map(finding).collect(),
        omitted: evaluation.omitted,
    }
}

fn finding(marked: &Marked) -> FindingBody {
    let finding = &marked.finding;
    FindingBody {
        rule: finding.rule.to_string(),
        severity: finding.severity.word().to_owned(),
        message: finding.message.clone(),
        decisive: finding.decisive,
        location: finding.location.as_ref().map(|at| LocationBody { uri: at.uri.clone(), line: at.line }),
        subject: finding.subject.clone(),
        fingerprint: finding.fingerprint.clone(),
        evidence: finding.evidence.map(|digest| digest.to_string()),
        remediation: finding.remediation.as_ref().map(|remediation| RemediationBody {
            title: remediation.title.clone(),
            command: remediation.command.clone(),
            doc: remediation.doc.clone(),
        }),
        waived_by: marked.waived_by.as_ref().map(ToString::to_string),
        troubleshooting: Vec::new(),
    }
}

fn forced(forced: &Override) -> ForcedBody {
    let (state, expires, problems) = match &forced.state {
        OverrideState::Granted { expires } => ("granted", Some(*expires), Vec::new()),
        OverrideState::AwaitingConfirmation { expires } => ("awaiting_confirmation", Some(*expires), Vec::new()),
        OverrideState::Refused(problems) => ("refused", None, problems.iter().map(ToString::to_string).collect()),
    };
    ForcedBody {
        state: state.to_owned(),
        reason: forced.request.reason.word().to_owned(),
        justification: forced.request.justification.to_string(),
        actor: forced.request.actor.to_string(),
        expires: expires.map(|expires| expires.to_string()),
        problems,
        obligations: forced.obligations.iter().map(owed).collect(),
    }
}

fn owed(rule: &ObligationRule) -> OwedBody {
    OwedBody {
        kind: rule.kind.word().to_owned(),
        owner: rule.owner.to_string(),
        within: in_words(rule.within),
        grace: in_words(rule.grace),
    }
}

fn waivers(decision: &Decision, deployment: &Deployment) -> Vec<WaiverBody> {
    let mends = mends(decision, deployment);
    decision.waivers.iter().map(|one| waiver(one, &mends)).collect()
}

fn waiver(waiver: &WaiverUse, mends: &[Mend]) -> WaiverBody {
    let of_this = mends.iter().filter(|mend| mend.waiver == waiver.waiver && waiver.findings > 0);
    WaiverBody {
        id: waiver.waiver.to_string(),
        state: waiver.state.word().to_owned(),
        expires: waiver.expires.to_string(),
        findings: waiver.findings,
        to_mend: of_this.map(|mend| mend.service.to_string()).collect(),
    }
}
