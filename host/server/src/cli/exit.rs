//! What the program's exit code says. Pipelines depend on it: the numbers never change their meaning.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: the deployment is allowed; for the other commands, the work is done.
    Allowed,
    /// 1: the policy says no. The deployment is refused (`REMEDIATE`, or a `HOLD` whose blockers all *held*); for
    /// `plugin inspect`, `push`, `pull`, `save` and `load` and for `policy lint`, what was looked at cannot be used; for `policy test` and `plugin test`, a case
    /// comes to something else; for `plugin run`, the stage fails or holds; for `replay`, a judgement does.
    Refused,
    /// 2: nothing could be decided. A `HOLD` with anything undecided, an unreachable gate, a request that the gate did not
    /// take, a file that could not be read or written; for the other commands, the work could not be done.
    Undecided,
    /// 3: what was recorded cannot be judged again, so that nothing can be said of it. For `replay`.
    NotReplayable,
    /// 64: the command line itself, or the configuration, cannot be.
    Usage,
}

impl Exit {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Allowed, Self::Refused, Self::Undecided, Self::NotReplayable, Self::Usage];

    /// The number that the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Allowed => 0,
            Self::Refused => 1,
            Self::Undecided => 2,
            Self::NotReplayable => 3,
            Self::Usage => 64,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_numbers_never_change() {
        assert_eq!(Exit::ALL.map(Exit::code), [0, 1, 2, 3, 64]);
    }
}
