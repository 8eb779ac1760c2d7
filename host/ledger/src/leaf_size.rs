//! How large a leaf can become, known before anything is evaluated.

use crate::{
    bounded,
    id::{DecisionId, TraceId},
    leaf::{
        Kind, Leaf as _, VERSION,
        decision::{
            CircumstancesPart, DecisionLeaf, DecisionPart, FindingsPart, ForcedPart, ForcedState, JudgementPart,
            Listed, ObligationPart, PluginPart, ScorePart, StagePart, UsedPart, VerifiesPart, WishPart,
        },
        encode,
    },
    private::Private,
    record::Transport,
};
use std::time::Duration;
use tidegate_core::{
    break_glass::{EmergencyReason, OverrideRole},
    decision::{DecidedBy, Outcome, Permission},
    deployment::Deployment,
    digest::Digest,
    judgement::JudgementLimits,
    name::StageId,
    obligation::ObligationKind,
    policy::{Mode, PolicySet, Stage},
    time::Timestamp,
};

/// Bytes of a leaf, at most: below 64 KiB, so that a 16-bit length holds it.
pub const LEAF_BYTES_MAX: usize = 65_535;

/// Bytes that a host's version may take: 128 characters, each of which may need an escape.
const HOST_VERSION_BYTES_MAX: usize = 2 * 128;

/// A record that does not fit into a leaf.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {used} used, {allowed} allowed")]
pub struct LeafTooLarge {
    /// What there is too much of.
    pub what: &'static str,
    /// How much there is.
    pub used: usize,
    /// How much is allowed.
    pub allowed: usize,
}

/// Whether every decision about this deployment under this set fits into a leaf, however its stages end.
pub fn fits(deployment: &Deployment, skip: &[StageId], set: &PolicySet) -> Result<(), LeafTooLarge> {
    let used = upper_bound(deployment, skip, set);
    if used <= LEAF_BYTES_MAX {
        return Ok(());
    }
    Err(LeafTooLarge { what: "bytes of the ledger leaf", used, allowed: LEAF_BYTES_MAX })
}

/// The bytes of the largest leaf that this deployment under this set can lead to: one is made up and counted.
#[must_use]
pub fn upper_bound(deployment: &Deployment, skip: &[StageId], set: &PolicySet) -> usize {
    let mut leaf = DecisionLeaf {
        circumstances: circumstances(set),
        judgement: judgement(deployment, skip, set),
        kind: Kind::Decision,
        v: VERSION,
    };
    for private in leaf.privates() {
        *private = Private::placeholder();
    }
    // What cannot be counted does not fit.
    bounded::json_len(&leaf).map_or(usize::MAX, |bytes| bytes + HOST_VERSION_BYTES_MAX)
}

fn circumstances(set: &PolicySet) -> CircumstancesPart {
    let took = u64::MAX.to_string();
    CircumstancesPart {
        decision: DecisionId::widest(),
        // Stands for the host's, which is counted apart.
        host_version: set.version.clone(),
        idempotency_key: Some(digest()),
        received_at: NEVER,
        recorded_at: NEVER,
        shadow: Some(digest()),
        spans: Some(digest()),
        stage_ns: set.stages.iter().map(|stage| (stage.id.to_string(), took.clone())).collect(),
        trace: Some(TraceId::widest()),
        transport: Transport::Local,
        verifies: Some(VerifiesPart { decision: DecisionId::widest(), event: Some(u64::MAX) }),
    }
}

const NEVER: Timestamp = Timestamp::from_nanos(u64::MAX);

fn digest() -> Digest {
    Digest::from_bytes([0; 32])
}

fn widest_share() -> Option<String> {
    Some(digest().to_string())
}

fn judgement(deployment: &Deployment, skip: &[StageId], set: &PolicySet) -> JudgementPart {
    let listed = || Listed { documents: u32::MAX, manifest: digest() };
    JudgementPart {
        agreed: Some(listed()),
        baseline: listed(),
        bundle: digest(),
        compared: Some(listed()),
        decision: decision(set),
        deployment: encode::deployment_part(deployment),
        emergency: Some(wish()),
        evaluated_at: NEVER,
        evidence: listed(),
        limits: JudgementLimits {
            plugin_deadline: Duration::MAX,
            decision_deadline: Duration::MAX,
            plugin_memory_bytes: u64::MAX,
            findings_max: u32::MAX,
            string_bytes_max: u32::MAX,
            answer_bytes_max: Some(u32::MAX),
            page_rows_max: Some(u32::MAX),
        },
        overdue: Some(listed()),
        semantics: u32::MAX,
        skip: skip.to_vec(),
    }
}

fn decision(set: &PolicySet) -> DecisionPart {
    DecisionPart {
        allowed: false,
        blocking: u32::MAX,
        body: digest(),
        decided_by: DecidedBy {
            id: set.id.clone(),
            version: set.version.clone(),
            digest: set.digest,
            enforcement: set.enforcement,
        },
        evaluated_at: NEVER,
        forced: Some(forced()),
        outcome: Outcome::Remediate,
        permission: Permission::ByTheRules,
        retry_at: Some(NEVER),
        score: ScorePart { counted: usize::MAX, of: usize::MAX, share: widest_share() },
        stages: set.stages.iter().map(stage).collect(),
        valid_until: Some(NEVER),
    }
}

fn stage(stage: &Stage) -> StagePart {
    let most = u32::MAX;
    StagePart {
        blocking: most,
        body: digest(),
        conclusion: "not_applicable".to_owned(),
        evaluations: most,
        findings: FindingsPart { critical: most, high: most, info: most, low: most, medium: most },
        mode: Mode::Monitor,
        plugin: PluginPart { digest: digest(), name: stage.plugin.clone() },
        ratio: widest_share(),
        stage: stage.id.clone(),
        waived: most,
        weight: most,
        would_block: false,
    }
}

fn forced() -> ForcedPart {
    let owed =
        |kind| ObligationPart { grace: Duration::MAX, kind, owner: Private::placeholder(), within: Duration::MAX };
    ForcedPart {
        obligations: ObligationKind::FORCED.map(owed).into(),
        request: wish(),
        state: ForcedState::AwaitingConfirmation(NEVER),
    }
}

fn wish() -> WishPart {
    WishPart {
        actor: Private::placeholder(),
        expires: Some(NEVER),
        justification: Private::placeholder(),
        reason: EmergencyReason::DataCorruption,
        role: OverrideRole::Missing,
        used: Some(UsedPart { by_person: u32::MAX, of_service: u32::MAX, since: NEVER }),
    }
}
