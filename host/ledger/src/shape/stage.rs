//! What stages concluded: the body that a leaf names by digest.

use super::{list, maybe, one, shaped};
use num_rational::BigRational;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    fault::{Blame, Fault, FaultKind},
    name::{PluginName, ServiceName, StageId, WaiverId},
    policy::Mode,
    ratio::Ratio,
    stage_result::{Blocker, Conclusion, Evaluation, JudgedBy, Marked, StageResult, Why},
    time::Timestamp,
};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Mode", rename_all = "snake_case")]
enum ModeTwin {
    Block,
    Warn,
    Monitor,
    Off,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Blame", rename_all = "snake_case")]
enum BlameTwin {
    Plugin,
    Host,
    Policy,
    Caller,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "FaultKind", rename_all = "snake_case")]
enum FaultKindTwin {
    Trap,
    Deadline,
    DecisionDeadline,
    Memory,
    Oversized,
    MalformedReport,
    BadSettings,
    PluginInternal,
    Host,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Fault", deny_unknown_fields)]
struct FaultTwin {
    #[serde(with = "one")]
    blame: Blame,
    #[serde(with = "one")]
    kind: FaultKind,
    message: String,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Conclusion", rename_all = "snake_case")]
enum ConclusionTwin {
    Pass,
    Fail,
    Hold(#[serde(with = "maybe")] Option<Timestamp>),
    NotApplicable,
    Inconclusive(#[serde(with = "one")] Blame),
    Skipped,
    Error(#[serde(with = "one")] Fault),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Why", rename_all = "snake_case")]
enum WhyTwin {
    Failed,
    Held(#[serde(with = "maybe")] Option<Timestamp>),
    Undecided(#[serde(with = "one")] Blame),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Blocker", deny_unknown_fields)]
struct BlockerTwin {
    #[serde(with = "maybe")]
    service: Option<ServiceName>,
    #[serde(with = "one")]
    stage: StageId,
    #[serde(with = "one")]
    why: Why,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "JudgedBy", deny_unknown_fields)]
struct JudgedByTwin {
    #[serde(with = "one")]
    digest: Digest,
    #[serde(with = "one")]
    name: PluginName,
    version: Arc<str>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Evaluation", deny_unknown_fields)]
struct EvaluationTwin {
    #[serde(with = "one")]
    conclusion: Conclusion,
    #[serde(with = "list")]
    findings: Vec<Marked>,
    omitted: u32,
    omitted_decisive: bool,
    #[serde(with = "maybe")]
    ratio: Option<Ratio>,
    #[serde(with = "maybe")]
    service: Option<ServiceName>,
    summary: Arc<str>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "StageResult", deny_unknown_fields)]
struct StageResultTwin {
    #[serde(with = "list")]
    blocking: Vec<Blocker>,
    #[serde(with = "one")]
    conclusion: Conclusion,
    #[serde(with = "list")]
    evaluations: Vec<Evaluation>,
    #[serde(with = "list")]
    lifted_by: Vec<WaiverId>,
    #[serde(with = "one")]
    mode: Mode,
    #[serde(with = "one")]
    plugin: JudgedBy,
    #[serde(with = "maybe")]
    ratio: Option<BigRational>,
    #[serde(with = "one")]
    stage: StageId,
    title: Arc<str>,
    weight: u32,
    would_block: bool,
}

shaped! {
    Mode => ModeTwin,
    Blame => BlameTwin,
    FaultKind => FaultKindTwin,
    Fault => FaultTwin,
    Conclusion => ConclusionTwin,
    Why => WhyTwin,
    Blocker => BlockerTwin,
    JudgedBy => JudgedByTwin,
    Evaluation => EvaluationTwin,
    StageResult => StageResultTwin,
}
