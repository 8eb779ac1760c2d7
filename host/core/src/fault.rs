//! "We could not decide", and whose fault that was.

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Blame {
    /// The plugin's author.
    Plugin,
    /// Whoever runs the gate.
    Host,
    /// The policy set's owner.
    Policy,
    /// Whoever asked.
    Caller,
}

impl Blame {
    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Host => "host",
            Self::Policy => "policy",
            Self::Caller => "caller",
        }
    }
}

/// What went wrong, of few kinds: the `error.type` of spans and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The plugin trapped.
    Trap,
    /// The plugin's own deadline struck.
    Deadline,
    /// The whole decision's deadline struck.
    DecisionDeadline,
    /// The plugin asked for more memory than allowed.
    Memory,
    /// The plugin's answer is larger than allowed.
    Oversized,
    /// The plugin's answer contradicts itself or the contract.
    MalformedReport,
    /// The settings do not fit the plugin.
    BadSettings,
    /// The plugin says that it failed.
    PluginInternal,
    /// The host failed.
    Host,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Trap,
        Self::Deadline,
        Self::DecisionDeadline,
        Self::Memory,
        Self::Oversized,
        Self::MalformedReport,
        Self::BadSettings,
        Self::PluginInternal,
        Self::Host,
    ];

    /// Whether the same question meets it again: not what the wall clock or the machine brought about.
    #[must_use]
    pub fn replays(self) -> bool {
        !matches!(self, Self::Deadline | Self::DecisionDeadline | Self::Host)
    }

    /// The word used in JSON, SQL, spans and metrics.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Trap => "trap",
            Self::Deadline => "deadline",
            Self::DecisionDeadline => "decision_deadline",
            Self::Memory => "memory",
            Self::Oversized => "oversized",
            Self::MalformedReport => "malformed_report",
            Self::BadSettings => "bad_settings",
            Self::PluginInternal => "plugin_internal",
            Self::Host => "host",
        }
    }
}

/// Why a stage could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Who has to act.
    pub blame: Blame,
    /// Of few kinds.
    pub kind: FaultKind,
    /// In one sentence; a limit says both numbers.
    pub message: String,
}

/// How a plugin's evaluation ended without a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The evidence cannot be used: inconclusive, blame caller.
    BadEvidence(String),
    /// The stage is in error.
    Fault(Fault),
}
