//! Why a decision cannot be judged again.

use crate::gate::material::kept::KeptError;
use tidegate_core::{digest::Digest, judgement::SEMANTICS_VERSION, name::StageId};
use tidegate_ledger::error::{ReadError, StoreError};

/// Why a decision cannot be judged again. Nothing follows from it for what was decided.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// Something that it was made from is not there any more, is not what was recorded, or is of a form that this build does not know.
    #[error("{0}")]
    Record(ReadError),
    /// Readers or `decide` judge otherwise since then.
    #[error("it was judged by semantics {recorded}, this build judges by {SEMANTICS_VERSION}")]
    Semantics {
        /// Of the build that judged.
        recorded: u32,
    },
    /// No leaf before it says where its bundle came from, or only one of before files were kept.
    #[error("the files of bundle `{bundle}` were not kept")]
    NoFiles {
        /// Of its bundle.
        bundle: Digest,
    },
    /// The list of its bundle's files.
    #[error("bundle `{bundle}`: {cause}")]
    Kept {
        /// Of its bundle.
        bundle: Digest,
        /// What is wrong with the list.
        cause: KeptError,
    },
    /// A plugin that this build cannot compile, or policies that it does not take.
    #[error("bundle `{bundle}` cannot be loaded by this build: {}", mistakes.join("; "))]
    Policies {
        /// Of its bundle.
        bundle: Digest,
        /// Each with its place.
        mistakes: Vec<String>,
    },
    /// The same files make another bundle by now.
    #[error("the files of bundle `{bundle}` make bundle `{made}` in this build")]
    OtherBundle {
        /// As recorded.
        bundle: Digest,
        /// As made.
        made: Digest,
    },
    /// Plugins cannot be run under its limits here.
    #[error("plugins cannot be run here under its limits: {0}")]
    Engine(String),
    /// The wall clock or the machine ended a stage, which follows from no input.
    #[error("the wall clock or the machine ended {}: what a stage would have said is in no record", named(.0))]
    EndedByTheClock(Vec<StageId>),
    /// The same, this time.
    #[error("the wall clock or this machine ended {} now, though not when it was decided", named(.0))]
    EndedHere(Vec<StageId>),
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// It cannot be judged again.
    #[error(transparent)]
    NotReplayable(#[from] Reason),
    /// The record could not be read at all.
    #[error("the ledger could not be read: {0}")]
    Unread(StoreError),
}

impl From<ReadError> for Stopped {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Store(cause) => Self::Unread(cause),
            error => Self::NotReplayable(Reason::Record(error)),
        }
    }
}

fn named(stages: &[StageId]) -> String {
    let names: Vec<String> = stages.iter().map(|stage| format!("`{stage}`")).collect();
    format!("{} {}", if names.len() == 1 { "stage" } else { "stages" }, names.join(", "))
}

impl Reason {
    /// The word for programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Record(ReadError::Gone { .. }) => "body_gone",
            Self::Record(ReadError::Forgotten { .. }) => "text_forgotten",
            Self::Record(ReadError::Altered { .. }) => "record_altered",
            Self::Record(_) => "record_unreadable",
            Self::Semantics { .. } => "other_semantics",
            Self::NoFiles { .. } | Self::Kept { .. } => "files_not_kept",
            Self::Policies { .. } => "policies_not_taken",
            Self::OtherBundle { .. } => "other_bundle",
            Self::Engine(_) => "engine",
            Self::EndedByTheClock(_) | Self::EndedHere(_) => "ended_by_the_clock",
        }
    }
}
