//! What a decision came to, apart from its stages.

use super::{maybe, one, shaped};
use serde::{Deserialize, Serialize};
use tidegate_core::{
    break_glass::{OverrideProblem, QuotaOf},
    decision::{DecidedBy, Outcome, Permission, WaiverUse, Warning},
    digest::Digest,
    name::{PolicySetId, StageId, Version, WaiverId},
    policy::Enforcement,
    time::Timestamp,
    waiver::WaiverState,
};

#[derive(Serialize, Deserialize)]
#[serde(remote = "Outcome", rename_all = "UPPERCASE")]
enum OutcomeTwin {
    Deploy,
    Remediate,
    Hold,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Permission", rename_all = "snake_case")]
enum PermissionTwin {
    ByTheRules,
    Forced,
    Advisory,
    Refused,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Enforcement", rename_all = "snake_case")]
enum EnforcementTwin {
    Enforce,
    Advisory,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "DecidedBy", deny_unknown_fields)]
struct DecidedByTwin {
    #[serde(with = "one")]
    digest: Digest,
    #[serde(with = "one")]
    enforcement: Enforcement,
    #[serde(with = "one")]
    id: PolicySetId,
    #[serde(with = "one")]
    version: Version,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "WaiverState", rename_all = "snake_case")]
enum WaiverStateTwin {
    Pending,
    Active,
    Expiring,
    Expired,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "WaiverUse", deny_unknown_fields)]
struct WaiverUseTwin {
    #[serde(with = "one")]
    expires: Timestamp,
    #[serde(with = "one")]
    findings: usize,
    #[serde(with = "one")]
    state: WaiverState,
    #[serde(with = "one")]
    waiver: WaiverId,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Warning", rename_all = "snake_case")]
enum WarningTwin {
    ReviewOverdue(#[serde(with = "one")] Timestamp),
    UnusedEvidence {
        label: String,
        nearest: Option<String>,
    },
    ObligationOverdue {
        #[serde(with = "one")]
        due: Timestamp,
        #[serde(with = "maybe")]
        holds_from: Option<Timestamp>,
        id: String,
    },
    Failed(#[serde(with = "one")] StageId),
    Undecided(#[serde(with = "one")] StageId),
    WouldHaveBlocked(#[serde(with = "one")] StageId),
    OverBudget {
        #[serde(with = "one")]
        allowed_s: u64,
        #[serde(with = "one")]
        stage: StageId,
        #[serde(with = "one")]
        used_s: u64,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OverrideProblem", rename_all = "snake_case")]
enum OverrideProblemTwin {
    NotOffered,
    Role,
    JustificationShort {
        #[serde(with = "one")]
        least: usize,
        #[serde(with = "one")]
        used: usize,
    },
    JustificationLong {
        #[serde(with = "one")]
        allowed: usize,
        #[serde(with = "one")]
        used: usize,
    },
    Expired(#[serde(with = "one")] Timestamp),
    MinimumEvidence(#[serde(with = "one")] StageId, #[serde(with = "state_word")] StateWord),
    Never(#[serde(with = "one")] StageId),
    Quota {
        allowed: u32,
        #[serde(with = "quota_of")]
        of: QuotaOf,
        used: u32,
    },
    Uncounted,
}

mod quota_of {
    use super::QuotaOf;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(of: &QuotaOf, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(of.word())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<QuotaOf, D::Error> {
        let word = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let known = [QuotaOf::Person, QuotaOf::Service].into_iter().find(|of| of.word() == word);
        known.ok_or_else(|| D::Error::custom("no quota counts that"))
    }
}

// Under another name, or serde takes it for text borrowed from the input.
type StateWord = &'static str;

/// The words core uses for the state of a stage that had to be judged.
mod state_word {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    const WORDS: [&str; 8] =
        ["pass", "fail", "hold", "not_applicable", "inconclusive", "skipped", "error", "not judged"];

    pub(super) fn serialize<S: Serializer>(word: &&'static str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(word)
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
        let read = String::deserialize(deserializer)?;
        WORDS.into_iter().find(|word| *word == read).ok_or_else(|| D::Error::unknown_variant(&read, &WORDS))
    }
}

shaped! {
    Outcome => OutcomeTwin,
    Permission => PermissionTwin,
    Enforcement => EnforcementTwin,
    DecidedBy => DecidedByTwin,
    WaiverState => WaiverStateTwin,
    WaiverUse => WaiverUseTwin,
    Warning => WarningTwin,
    OverrideProblem => OverrideProblemTwin,
}
