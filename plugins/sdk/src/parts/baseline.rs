//! What an earlier deployment is compared with, or why there is nothing to compare.

use super::{Part, Seen, Verdict};
use crate::{
    evidence::{Baseline, Evidence},
    finding::{Finding, Severity},
    gate::Failure,
};

/// The rule that findings about a baseline cite.
pub const EVIDENCE_BASELINE: &str = "evidence.baseline";

/// The documents of the last deployment that succeeded, or what their absence comes to.
#[derive(Debug)]
pub enum Before {
    /// They are here.
    Documents(Seen),
    /// There are none; this is the conclusion of whatever compares.
    Concluded(Part),
}

impl Before {
    /// The baseline of this evaluation.
    ///
    /// A stage that does not ask for one cannot be compared: that is the policy's mistake, and not seen when settings are
    /// validated. Without an earlier deployment there is nothing to be worse than, which is said. A baseline that cannot be had
    /// is no grounds for a pass.
    pub fn of(evidence: &Evidence) -> Result<Self, Failure> {
        match evidence.baseline() {
            Baseline::NotAsked => Err(Failure::BadSettings(
                "the settings compare with a baseline, and the stage asks for none: set `baseline: true` beside its `evidence`"
                    .to_owned(),
            )),
            Baseline::First => {
                let message = "there is no earlier deployment of this service here to compare with";
                let stated = vec![Finding::new(EVIDENCE_BASELINE, Severity::Info, message)];
                let summary = "nothing to compare with yet".to_owned();
                Ok(Self::Concluded(Part { verdict: Verdict::Fulfilled, share: None, stated, summary }))
            }
            Baseline::Unavailable(why) => {
                let message = format!("the documents of the earlier deployment cannot be had: {why}");
                let finding = Finding::new(EVIDENCE_BASELINE, Severity::High, message);
                Ok(Self::Concluded(Part::inconclusive("the baseline cannot be had", finding)))
            }
            Baseline::Documents(documents) => Ok(Self::Documents(Seen::documents(&documents))),
        }
    }
}
