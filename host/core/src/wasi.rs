//! Whether a plugin may import WASI, the interfaces to a machine that some toolchains cannot do without.

/// What a policy set grants a plugin of WASI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wasi {
    /// Nothing: a plugin that imports it is refused.
    #[default]
    Refused,
    /// That it is linked, to a machine that has nothing and always says the same to the same question.
    Inert,
}

impl Wasi {
    /// What a policy set's file says; none where it says nothing.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Refused => None,
            Self::Inert => Some("inert"),
        }
    }
}
