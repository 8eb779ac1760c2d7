//! What stages concluded.

use crate::{
    digest::Digest,
    fault::{Blame, Fault},
    finding::Finding,
    name::{PluginName, ServiceName, StageId, WaiverId},
    policy::Mode,
    ratio::Ratio,
    time::Timestamp,
};
use num_rational::BigRational;
use std::sync::Arc;

/// What was concluded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    /// The rules are fulfilled.
    Pass,
    /// They are not.
    Fail,
    /// Not now; ask again at that moment, when known.
    Hold(Option<Timestamp>),
    /// The rules do not concern this deployment.
    NotApplicable,
    /// The evidence allows no conclusion. Says whose fault that is.
    Inconclusive(Blame),
    /// The caller said in so many words that an optional stage is not to be judged.
    Skipped,
    /// It could not be judged.
    Error(Fault),
}

impl Conclusion {
    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Hold(_) => "hold",
            Self::NotApplicable => "not_applicable",
            Self::Inconclusive(_) => "inconclusive",
            Self::Skipped => "skipped",
            Self::Error(_) => "error",
        }
    }

    /// Whether the same question comes to it again: not what the wall clock or the machine brought about.
    #[must_use]
    pub fn replays(&self) -> bool {
        match self {
            Self::Error(fault) => fault.kind.replays(),
            Self::Pass | Self::Fail | Self::Hold(_) | Self::NotApplicable | Self::Inconclusive(_) | Self::Skipped => {
                true
            }
        }
    }

    /// How bad: the worst of several services is the stage's.
    pub(crate) fn badness(&self) -> u8 {
        match self {
            Self::Skipped => 0,
            Self::NotApplicable => 1,
            Self::Pass => 2,
            Self::Hold(_) => 3,
            Self::Inconclusive(_) => 4,
            Self::Error(_) => 5,
            Self::Fail => 6,
        }
    }
}

/// One judgement of one stage, about one service or about the whole deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The service, when the stage is judged per service.
    pub service: Option<ServiceName>,
    /// What was concluded.
    pub conclusion: Conclusion,
    /// How much of what was asked is fulfilled, when the plugin says so.
    pub ratio: Option<Ratio>,
    /// In one sentence.
    pub summary: Arc<str>,
    /// The plugin's, or the host's own about the evidence; sorted, so that their order of arrival changes nothing.
    pub findings: Vec<Marked>,
    /// Findings beyond those listed.
    pub omitted: u32,
    /// Whether one of those is decisive: then nothing can be waived.
    pub omitted_decisive: bool,
}

/// A finding, and the waiver that tolerates it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Marked {
    /// The finding.
    pub finding: Finding,
    /// The waiver in force that covers it.
    pub waived_by: Option<WaiverId>,
}

/// The plugin that judged, by digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedBy {
    /// As the set names it.
    pub name: PluginName,
    /// Its own version.
    pub version: Arc<str>,
    /// Of its component.
    pub digest: Digest,
}

/// What a stage concluded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageResult {
    /// Which stage.
    pub stage: StageId,
    /// For people.
    pub title: Arc<str>,
    /// The plugin, when one was loaded.
    pub plugin: JudgedBy,
    /// What its failure does at this moment.
    pub mode: Mode,
    /// Its part of the score.
    pub weight: u32,
    /// The worst of its evaluations'.
    pub conclusion: Conclusion,
    /// The mean of its evaluations', when it passed or failed.
    pub ratio: Option<BigRational>,
    /// One, or one for each service in order of name; none when skipped.
    pub evaluations: Vec<Evaluation>,
    /// The waivers that lift its failure; empty when they do not.
    pub lifted_by: Vec<WaiverId>,
    /// Why it blocks; empty when it does not.
    pub blocking: Vec<Blocker>,
    /// Whether it would block, were it not only monitored.
    pub would_block: bool,
}

/// One reason why a deployment is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// Which stage.
    pub stage: StageId,
    /// Which service, when the stage is judged per service.
    pub service: Option<ServiceName>,
    /// Why.
    pub why: Why,
}

/// Why a stage blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It failed and was not lifted.
    Failed,
    /// It holds; until then, when known.
    Held(Option<Timestamp>),
    /// It could not be decided; says who has to act.
    Undecided(Blame),
}

impl Why {
    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Held(_) => "held",
            Self::Undecided(_) => "undecided",
        }
    }
}
