//! A recorded decision on its way to be judged again, and what is compared afterwards.
//!
//! **Invariant:** equal means that the leaf comes out byte for byte, with nothing taken from the recorded judgement but its inputs and the
//! salts of its private texts.

pub mod differences;

use self::differences::Differences;
use crate::{
    body::Packed,
    error::{ReadError, RecordError},
    leaf::{
        self, Leaf as _,
        decision::{DecisionLeaf, StagePart},
        decode::{self, Found},
        encode,
    },
    private::{Private, Salted},
    stored::Leaf,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    baseline::Compared,
    break_glass::OverrideRequest,
    decision::{Decision, Outcome, Permission, WaiverUse},
    deployment::Deployment,
    digest::Digest,
    judgement::{AgreedWaiver, Judgement, JudgementLimits, Submitted},
    name::{PolicySetId, StageId},
    obligation::Overdue,
    score::Score,
    stage_result::StageResult,
    time::Timestamp,
};

/// What a judgement was made from: its fields but for what it came to.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// Of the build that judged.
    pub semantics: u32,
    /// The server's clock when it judged.
    pub evaluated_at: Timestamp,
    /// What was asked.
    pub deployment: Arc<Deployment>,
    /// Stages that the caller skipped in so many words, sorted.
    pub skip: Vec<StageId>,
    /// What was handed in, sorted by name, service and digest.
    pub evidence: Vec<Submitted>,
    /// Digests of the baseline's documents, sorted.
    pub baseline: Vec<Digest>,
    /// With which decisions services were compared, sorted.
    pub compared: Vec<Compared>,
    /// Of everything that the policies said.
    pub bundle: Digest,
    /// The limits that plugins ran under.
    pub limits: JudgementLimits,
    /// A wish to deploy all the same.
    pub emergency: Option<OverrideRequest>,
    /// Obligations that were overdue for these services, sorted.
    pub overdue: Vec<Overdue>,
    /// Waivers that ask for somebody's agreement and had it, sorted. Nothing in a record of before this was written down: see
    /// [`JudgementLimits::are_complete`].
    pub agreed: Vec<AgreedWaiver>,
}

/// What a judgement came to, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// What was to be done.
    pub outcome: Outcome,
    /// Whether it was allowed, and why.
    pub permission: Permission,
    /// The policy set that decided.
    pub set: PolicySetId,
    /// The overall score; `None` where the record's body of it is gone.
    pub score: Option<Score>,
    /// Each stage's result, as far as its body is there.
    pub stages: Vec<StageResult>,
    /// Whether waivers tolerated anything in it; `None` as above.
    pub is_waived: Option<bool>,
}

/// A recorded decision, ready to be judged again.
#[derive(Debug)]
pub struct Replayable {
    /// What it was made from.
    pub inputs: Inputs,
    /// What it came to.
    pub came: Came,
    /// Its id.
    pub decision: Arc<str>,
    /// Its leaf.
    pub leaf: Leaf,
    salts: BTreeMap<Arc<str>, Salted>,
    bodies: BTreeMap<Digest, Vec<u8>>,
    body_bytes_max: usize,
}

impl Replayable {
    pub(crate) fn of(
        leaf: DecisionLeaf,
        stored: Leaf,
        salts: BTreeMap<Arc<str>, Salted>,
        found: BTreeMap<Digest, Vec<u8>>,
        body_bytes_max: usize,
    ) -> Result<Self, ReadError> {
        let (found, id) = (Found(found), Arc::from(leaf.circumstances.decision.as_str()));
        let (inputs, decision) = decode::inputs(leaf.judgement, &found)?;
        // What was said may be gone: it is said again.
        let there = |part: &&StagePart| found.0.contains_key(&part.body);
        let stages = decision.stages.iter().filter(there).map(|part| found.stage(part));
        let body = if found.0.contains_key(&decision.body) { Some(found.decision(&decision)?) } else { None };
        let is_waived = body.as_ref().map(|body| tolerates(&body.waivers));
        let (counted, of) = (decision.score.counted, decision.score.of);
        let score = body.map(|body| Score { share: body.share, counted, of });
        let came = Came {
            outcome: decision.outcome,
            permission: decision.permission,
            stages: stages.collect::<Result<_, _>>()?,
            score,
            is_waived,
            set: decision.decided_by.id,
        };
        Ok(Self { inputs, came, decision: id, leaf: stored, salts, bodies: found.0, body_bytes_max })
    }

    /// Where a judgement that was made of the same inputs differs from the recorded one. Nothing: with it the leaf is the same bytes.
    pub fn compare(&self, judgement: &Judgement) -> Result<Differences, RecordError> {
        let mut packed: Vec<Packed> = Vec::new();
        let part = encode::judgement(judgement, self.body_bytes_max, &mut packed)?;
        let recorded: DecisionLeaf = leaf::read(self.leaf.index, &self.leaf.text)?;
        let mut again = DecisionLeaf { judgement: part, ..recorded };
        for private in again.privates() {
            if let Private::Text(text) = private {
                // A text that the record has nowhere is a difference, whatever its salt would be.
                let salted = self.salts.get(text).copied().unwrap_or_else(|| Salted::of(b"", text));
                *private = Private::Salted(salted);
            }
        }
        let bytes = leaf::bytes(&again)?;
        if leaf::hash(&bytes) == self.leaf.hash {
            return Ok(Differences::default());
        }
        let mut bodies = BTreeMap::new();
        for body in packed {
            let (digest, bytes) = body.unpack(self.body_bytes_max)?;
            bodies.insert(digest, bytes);
        }
        differences::between((self.leaf.text.as_bytes(), &self.bodies), (&bytes, &bodies))
    }
}

fn tolerates(waivers: &[WaiverUse]) -> bool {
    waivers.iter().any(|used| used.findings > 0)
}

impl Came {
    /// As a judgement has it.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        Self {
            outcome: decision.outcome,
            permission: decision.permission,
            set: decision.decided_by.id.clone(),
            score: Some(decision.score.clone()),
            stages: decision.stages.clone(),
            is_waived: Some(tolerates(&decision.waivers)),
        }
    }

    /// Stages that the wall clock or the machine ended: what they came to follows from nothing that is recorded.
    #[must_use]
    pub fn ended_by_the_clock(&self) -> Vec<StageId> {
        let ended = |stage: &&StageResult| stage.evaluations.iter().any(|one| !one.conclusion.replays());
        self.stages.iter().filter(ended).map(|stage| stage.stage.clone()).collect()
    }
}
