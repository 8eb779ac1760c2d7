//! What candidate policy sets said beside a decision: a body of its own kind, so that nothing takes it for a decision.

use super::{list, maybe, one, shaped};
use num_rational::BigRational;
use serde::{Deserialize, Serialize};
use tidegate_core::{
    decision::{DecidedBy, Outcome},
    name::StageId,
    score::Score,
    shadow::{Opinion, Shadow},
    stage_result::{Blocker, StageResult},
};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Score", deny_unknown_fields)]
struct ScoreTwin {
    #[serde(with = "one")]
    counted: usize,
    #[serde(with = "one")]
    of: usize,
    #[serde(with = "maybe")]
    share: Option<BigRational>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Opinion", rename_all = "snake_case", deny_unknown_fields)]
enum OpinionTwin {
    Judged {
        #[serde(with = "list")]
        blocking: Vec<Blocker>,
        #[serde(with = "list")]
        differs: Vec<StageId>,
        #[serde(with = "one")]
        outcome: Outcome,
        #[serde(with = "one")]
        score: Score,
        #[serde(with = "list")]
        stages: Vec<StageResult>,
    },
    NotJudged {
        why: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Shadow", deny_unknown_fields)]
struct ShadowTwin {
    #[serde(with = "one")]
    judged_by: DecidedBy,
    #[serde(with = "one")]
    opinion: Opinion,
}

shaped! {
    Score => ScoreTwin,
    Opinion => OpinionTwin,
    Shadow => ShadowTwin,
}
