//! When a set has programs told of its decisions: `on`.

/// What becomes of a decision that a program may be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// It was refused until something is mended.
    Remediate,
    /// It was refused for now, or could not be decided.
    Hold,
    /// It was allowed by a break-glass.
    Forced,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Remediate, Self::Hold, Self::Forced];

    /// The word used in policy sets.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Remediate => "remediate",
            Self::Hold => "hold",
            Self::Forced => "forced",
        }
    }
}
