//! How a result ended, in TRX's words.

use tidegate_core::evidence::TestStatus;

/// The outcomes that TRX knows, and one for all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
    /// Also where none is stated: it is the format's default, which some loggers leave out.
    Error,
    Timeout,
    Aborted,
    NotExecuted,
    NotRunnable,
    Inconclusive,
    /// In a queue.
    Pending,
    /// Not a failure.
    Warning,
    PassedButRunAborted,
    Disconnected,
    InProgress,
    /// Over, without a word on how; or a word that is not known.
    Unknown,
}

impl Outcome {
    /// All that a counter may speak of.
    pub(super) const ALL: [Self; 14] = [
        Self::Passed,
        Self::Failed,
        Self::Error,
        Self::Timeout,
        Self::Aborted,
        Self::NotExecuted,
        Self::NotRunnable,
        Self::Inconclusive,
        Self::Pending,
        Self::Warning,
        Self::PassedButRunAborted,
        Self::Disconnected,
        Self::InProgress,
        Self::Unknown,
    ];

    pub(super) fn of(text: &str) -> Self {
        let text = text.trim();
        Self::ALL.into_iter().find(|outcome| outcome.word() == text).unwrap_or(Self::Unknown)
    }

    /// As TRX writes it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Passed => "Passed",
            Self::Failed => "Failed",
            Self::Error => "Error",
            Self::Timeout => "Timeout",
            Self::Aborted => "Aborted",
            Self::NotExecuted => "NotExecuted",
            Self::NotRunnable => "NotRunnable",
            Self::Inconclusive => "Inconclusive",
            Self::Pending => "Pending",
            Self::Warning => "Warning",
            Self::PassedButRunAborted => "PassedButRunAborted",
            Self::Disconnected => "Disconnected",
            Self::InProgress => "InProgress",
            Self::Unknown => "Completed",
        }
    }

    /// What is not known to have passed or to have been left out is an error.
    pub(super) const fn status(self) -> TestStatus {
        match self {
            Self::Passed | Self::Warning | Self::PassedButRunAborted => TestStatus::Passed,
            Self::Failed => TestStatus::Failed,
            Self::NotExecuted | Self::Inconclusive => TestStatus::Skipped,
            Self::Error
            | Self::Timeout
            | Self::Aborted
            | Self::NotRunnable
            | Self::Pending
            | Self::Disconnected
            | Self::InProgress
            | Self::Unknown => TestStatus::Errored,
        }
    }

    pub(super) const fn is_bad(self) -> bool {
        matches!(self.status(), TestStatus::Failed | TestStatus::Errored)
    }

    /// Whether a run that has such a result was not over.
    pub(super) const fn is_unfinished(self) -> bool {
        matches!(self, Self::PassedButRunAborted | Self::Disconnected | Self::InProgress | Self::Pending)
    }
}
