//! Any judgement at all, drawn from bytes: proptest shrinks the bytes.

use num_bigint::BigInt;
use num_rational::BigRational;
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    baseline::Compared,
    break_glass::{
        EmergencyReason, Override, OverrideProblem, OverrideRequest, OverrideRole, OverrideState, QuotaOf, QuotaUse,
    },
    decision::{DecidedBy, Decision, Outcome, Permission, WaiverUse, Warning},
    deployment::{Artifact, Cause, Deployment, DeploymentRequest, Label, Revision, Service},
    digest::Digest,
    fault::{Blame, Fault, FaultKind},
    finding::{Finding, Location, Remediation, Severity},
    judgement::{AgreedWaiver, Judgement, JudgementLimits, Submitted},
    name::StageId,
    obligation::{ObligationKind, ObligationRule, Overdue},
    policy::{Enforcement, Mode},
    ratio::Ratio,
    score::Score,
    stage_result::{Blocker, Conclusion, Evaluation, JudgedBy, Marked, StageResult, Why},
    time::Timestamp,
    waiver::WaiverState,
};

/// Choices made by bytes; zeros when they run out.
pub(crate) struct Dice<'a>(pub(crate) std::slice::Iter<'a, u8>);

impl Dice<'_> {
    fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }
    fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n
    }
    fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }
    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| make(self))
    }
    fn list<T>(&mut self, max: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(max + 1)).map(|_| make(self)).collect()
    }
    fn number(&mut self) -> u64 {
        match self.byte() % 4 {
            0 => 0,
            1 => u64::MAX,
            2 => u64::from(self.byte()),
            _ => u64::from_le_bytes(std::array::from_fn(|_| self.byte())),
        }
    }
    fn small(&mut self) -> u32 {
        u32::try_from(self.number() & u64::from(u32::MAX)).unwrap()
    }
    fn count(&mut self) -> usize {
        usize::try_from(self.number()).unwrap()
    }
    fn moment(&mut self) -> Timestamp {
        Timestamp::from_nanos(self.number())
    }
    fn span(&mut self) -> Duration {
        self.one(&[Duration::ZERO, Duration::MAX, Duration::from_nanos(1), Duration::from_secs(2)])
    }
    fn digest(&mut self) -> Digest {
        Digest::of(&[self.byte()])
    }
    /// Free text of any kind.
    fn wild(&mut self) -> String {
        let pieces = ["a", "\"", "\\", "\n", "\0", "\u{1b}[31m", "é", "\u{202e}", "🤖", "\u{7f}", "\u{2028}", "</b>"];
        (0..self.below(6)).map(|_| self.one(&pieces)).collect()
    }
    /// Free text as a deployment may hold it.
    fn tame(&mut self) -> Arc<str> {
        let pieces = ["a", "\"", "\\", "é", "🤖", "</b>", " "];
        let text: String = (0..self.below(6)).map(|_| self.one(&pieces)).collect();
        text.into()
    }
    fn stage_id(&mut self) -> StageId {
        self.one(&["unit_tests", "security", "a"]).parse().unwrap()
    }
    fn big(&mut self) -> BigRational {
        let power = u32::try_from(self.below(200)).unwrap();
        let denominator = BigInt::from(self.number().max(1)).pow(power.max(1));
        BigRational::new(BigInt::from(self.number()), denominator)
    }
}

pub(crate) fn judgement(dice: &mut Dice<'_>) -> Judgement {
    Judgement {
        semantics: dice.small(),
        evaluated_at: dice.moment(),
        deployment: Arc::new(deployment(dice)),
        skip: dice.list(3, Dice::stage_id),
        evidence: dice.list(4, submitted),
        baseline: dice.list(3, Dice::digest),
        compared: dice.list(3, compared),
        bundle: dice.digest(),
        limits: JudgementLimits {
            plugin_deadline: dice.span(),
            decision_deadline: dice.span(),
            plugin_memory_bytes: dice.number(),
            findings_max: dice.small(),
            string_bytes_max: dice.small(),
            answer_bytes_max: dice.maybe(Dice::small),
            page_rows_max: dice.maybe(Dice::small),
        },
        emergency: dice.maybe(wish),
        overdue: dice.list(3, overdue),
        agreed: dice.list(3, |dice| AgreedWaiver { waiver: dice.digest(), agreed_in: dice.number() }),
        decision: decision(dice),
    }
}

fn submitted(dice: &mut Dice<'_>) -> Submitted {
    Submitted {
        label: dice.wild(),
        format: dice.wild().into(),
        digest: dice.digest(),
        submitted: dice.maybe(Dice::digest),
        masked: (0..dice.below(3)).map(|_| (dice.tame(), dice.small())).collect(),
        declared_at: dice.maybe(Dice::moment),
        received_at: dice.moment(),
        stated_in: dice.maybe(Dice::number),
    }
}

fn deployment(dice: &mut Dice<'_>) -> Deployment {
    let services = (0..=dice.below(4)).map(|n| service(dice, n)).collect();
    let labels = (0..dice.below(4)).map(|n| Label { name: format!("{n}{}", dice.tame()).into(), value: dice.tame() });
    let labels = labels.collect();
    Deployment::new(DeploymentRequest {
        id: format!("id{}", dice.tame()).into(),
        environment: dice.one(&["production", "Staging-2"]).parse().unwrap(),
        services,
        revision: dice.maybe(|dice| Revision {
            repository: dice.tame(),
            commit: "4f2a9c1e".parse().unwrap(),
            ref_name: dice.tame(),
        }),
        cause: dice.one(&Cause::ALL),
        actor: format!("actor{}", dice.tame()).into(),
        person: dice.maybe(|dice| format!("person{}", dice.tame()).into()),
        requested_at: dice.moment(),
        labels,
    })
    .unwrap()
}

fn service(dice: &mut Dice<'_>, n: usize) -> Service {
    Service {
        name: format!("service-{n}").parse().unwrap(),
        version: dice.one(&["1.0", "\"\\<&>\""]).parse().unwrap(),
        previous_version: dice.maybe(|_| "0.9".parse().unwrap()),
        artifact: dice.maybe(|dice| Artifact { uri: dice.tame(), digest: dice.digest() }),
    }
}

fn wish(dice: &mut Dice<'_>) -> OverrideRequest {
    OverrideRequest {
        reason: dice.one(&EmergencyReason::ALL),
        justification: dice.wild().into(),
        actor: dice.wild().into(),
        role: dice.one(&[OverrideRole::Held, OverrideRole::Missing]),
        expires: dice.maybe(Dice::moment),
        used: dice.maybe(|dice| QuotaUse {
            since: dice.moment(),
            // Whatever was forced before, this was counted: the ledger looks again.
            by_person: u32::MAX - 1,
            of_service: u32::MAX,
        }),
    }
}

fn decision(dice: &mut Dice<'_>) -> Decision {
    Decision {
        outcome: dice.one(&[Outcome::Deploy, Outcome::Remediate, Outcome::Hold]),
        permission: dice.one(&[Permission::ByTheRules, Permission::Forced, Permission::Advisory, Permission::Refused]),
        decided_by: DecidedBy {
            id: "runbook".parse().unwrap(),
            version: dice.one(&["1.0.0", "\"\""]).parse().unwrap(),
            digest: dice.digest(),
            enforcement: dice.one(&[Enforcement::Enforce, Enforcement::Advisory]),
        },
        score: Score { share: dice.maybe(Dice::big), counted: dice.count(), of: dice.count() },
        stages: dice.list(4, stage),
        blocking: dice.list(3, blocker),
        forced: dice.maybe(|dice| Override {
            request: wish(dice),
            state: override_state(dice),
            obligations: owed(dice),
        }),
        waivers: dice.list(3, waiver_use),
        warnings: dice.list(6, warning),
        evaluated_at: dice.moment(),
        valid_until: dice.maybe(Dice::moment),
        retry_at: dice.maybe(Dice::moment),
    }
}

fn override_state(dice: &mut Dice<'_>) -> OverrideState {
    match dice.below(3) {
        0 => OverrideState::Granted { expires: dice.moment() },
        1 => OverrideState::AwaitingConfirmation { expires: dice.moment() },
        _ => OverrideState::Refused(dice.list(7, problem)),
    }
}

fn problem(dice: &mut Dice<'_>) -> OverrideProblem {
    let words = ["pass", "fail", "hold", "not_applicable", "inconclusive", "skipped", "error", "not judged"];
    match dice.below(9) {
        0 => OverrideProblem::NotOffered,
        7 => OverrideProblem::Quota { of: dice.one(&[QuotaOf::Person, QuotaOf::Service]), used: 4, allowed: 3 },
        8 => OverrideProblem::Uncounted,
        1 => OverrideProblem::Role,
        2 => OverrideProblem::JustificationShort { used: dice.count(), least: dice.count() },
        3 => OverrideProblem::JustificationLong { used: dice.count(), allowed: dice.count() },
        4 => OverrideProblem::Expired(dice.moment()),
        5 => OverrideProblem::MinimumEvidence(dice.stage_id(), dice.one(&words)),
        _ => OverrideProblem::Never(dice.stage_id()),
    }
}

fn waiver_use(dice: &mut Dice<'_>) -> WaiverUse {
    let states = [WaiverState::Pending, WaiverState::Active, WaiverState::Expiring, WaiverState::Expired];
    WaiverUse {
        waiver: dice.one(&["W-1", "w.2"]).parse().unwrap(),
        state: dice.one(&states),
        expires: dice.moment(),
        findings: dice.count(),
    }
}

fn owed(dice: &mut Dice<'_>) -> Vec<ObligationRule> {
    // A set names each kind once.
    let kinds: Vec<ObligationKind> = ObligationKind::FORCED.into_iter().filter(|_| dice.flag()).collect();
    let rule = |kind| ObligationRule { kind, owner: dice.wild().into(), within: dice.span(), grace: dice.span() };
    kinds.into_iter().map(rule).collect()
}

fn compared(dice: &mut Dice<'_>) -> Compared {
    let service = format!("s{}", dice.below(9)).parse().unwrap();
    Compared { service, decision: dice.wild().into(), unavailable: dice.maybe(Dice::tame) }
}

fn overdue(dice: &mut Dice<'_>) -> Overdue {
    Overdue {
        holds_from: dice.maybe(Dice::moment),
        due: dice.moment(),
        id: dice.wild().into(),
        kind: dice.one(&ObligationKind::ALL),
    }
}

fn warning(dice: &mut Dice<'_>) -> Warning {
    match dice.below(7) {
        0 => Warning::ReviewOverdue(dice.moment()),
        1 => Warning::UnusedEvidence { label: dice.wild(), nearest: dice.maybe(Dice::wild) },
        2 => Warning::Failed(dice.stage_id()),
        3 => Warning::Undecided(dice.stage_id()),
        4 => Warning::WouldHaveBlocked(dice.stage_id()),
        5 => Warning::ObligationOverdue { id: dice.wild(), due: dice.moment(), holds_from: dice.maybe(Dice::moment) },
        _ => Warning::OverBudget { stage: dice.stage_id(), used_s: dice.number(), allowed_s: dice.number() },
    }
}

fn stage(dice: &mut Dice<'_>) -> StageResult {
    StageResult {
        stage: dice.stage_id(),
        title: dice.wild().into(),
        plugin: JudgedBy { name: "quality".parse().unwrap(), version: dice.wild().into(), digest: dice.digest() },
        mode: dice.one(&[Mode::Block, Mode::Warn, Mode::Monitor, Mode::Off]),
        weight: dice.small(),
        conclusion: conclusion(dice),
        ratio: dice.maybe(Dice::big),
        evaluations: dice.list(3, evaluation),
        lifted_by: dice.list(2, |_| "W-1".parse().unwrap()),
        blocking: dice.list(2, blocker),
        would_block: dice.flag(),
    }
}

fn blame(dice: &mut Dice<'_>) -> Blame {
    dice.one(&[Blame::Plugin, Blame::Host, Blame::Policy, Blame::Caller])
}

fn conclusion(dice: &mut Dice<'_>) -> Conclusion {
    match dice.below(7) {
        0 => Conclusion::Pass,
        1 => Conclusion::Fail,
        2 => Conclusion::Hold(dice.maybe(Dice::moment)),
        3 => Conclusion::NotApplicable,
        4 => Conclusion::Inconclusive(blame(dice)),
        5 => Conclusion::Skipped,
        _ => Conclusion::Error(Fault { blame: blame(dice), kind: dice.one(&FaultKind::ALL), message: dice.wild() }),
    }
}

fn blocker(dice: &mut Dice<'_>) -> Blocker {
    let why = match dice.below(3) {
        0 => Why::Failed,
        1 => Why::Held(dice.maybe(Dice::moment)),
        _ => Why::Undecided(blame(dice)),
    };
    Blocker { stage: dice.stage_id(), service: dice.maybe(|_| "api".parse().unwrap()), why }
}

fn evaluation(dice: &mut Dice<'_>) -> Evaluation {
    Evaluation {
        service: dice.maybe(|_| "api".parse().unwrap()),
        conclusion: conclusion(dice),
        ratio: dice.maybe(|dice| {
            let denominator = dice.number().max(1);
            Ratio::new(dice.number() % denominator, denominator).unwrap()
        }),
        summary: dice.wild().into(),
        findings: dice.list(3, marked),
        omitted: dice.small(),
        omitted_decisive: dice.flag(),
    }
}

fn marked(dice: &mut Dice<'_>) -> Marked {
    let finding = Finding {
        rule: "tests.pass-rate".parse().unwrap(),
        severity: dice.one(&Severity::ALL),
        message: dice.wild(),
        location: dice.maybe(|dice| Location { uri: dice.wild(), line: dice.maybe(Dice::small) }),
        subject: dice.maybe(Dice::wild),
        fingerprint: dice.maybe(Dice::wild),
        evidence: dice.maybe(Dice::digest),
        remediation: dice.maybe(|dice| Remediation {
            title: dice.wild(),
            command: dice.maybe(Dice::wild),
            doc: dice.maybe(Dice::wild),
        }),
        decisive: dice.flag(),
    };
    Marked { finding, waived_by: dice.maybe(|_| "W-1".parse().unwrap()) }
}
