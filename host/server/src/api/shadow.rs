//! What candidate policy sets said, as JSON.

use crate::api::answer::{Answer, ShadowBody};
use tidegate_core::{
    one_line::one_line,
    shadow::{Opinion, Shadow},
};

/// Characters of a reason, at most.
const WHY_CHARS_MAX: usize = 1_000;

impl Answer {
    /// The same answer, with what candidates said beside it.
    #[must_use]
    pub fn beside(self, shadows: &[Shadow]) -> Self {
        Self { shadow: shadows.iter().map(body).collect(), ..self }
    }
}

fn body(shadow: &Shadow) -> ShadowBody {
    let (outcome, score, differs, fault) = match &shadow.opinion {
        Opinion::Judged { outcome, score, differs, .. } => {
            let differs = differs.iter().map(ToString::to_string).collect();
            (Some(outcome.word().to_owned()), Some(score.to_string()), differs, None)
        }
        Opinion::NotJudged { why } => (None, None, Vec::new(), Some(one_line(why, WHY_CHARS_MAX))),
    };
    ShadowBody {
        policy_set: shadow.judged_by.id.to_string(),
        version: shadow.judged_by.version.to_string(),
        digest: shadow.judged_by.digest.to_string(),
        outcome,
        score,
        differs,
        fault,
    }
}
