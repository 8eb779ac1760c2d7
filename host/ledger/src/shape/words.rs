//! Words of closed sets as they stand in columns, read back.

use tidegate_core::{
    decision::{Outcome, Permission},
    policy::{Enforcement, Mode},
};

/// The outcome a column's word stands for.
pub(crate) fn outcome(word: &str) -> Option<Outcome> {
    [Outcome::Deploy, Outcome::Remediate, Outcome::Hold].into_iter().find(|outcome| outcome.word() == word)
}

/// The word of a permission.
pub(crate) fn permission_word(permission: Permission) -> &'static str {
    match permission {
        Permission::ByTheRules => "by_the_rules",
        Permission::Forced => "forced",
        Permission::Advisory => "advisory",
        Permission::Refused => "refused",
    }
}

/// The permission a column's word stands for.
pub(crate) fn permission(word: &str) -> Option<Permission> {
    [Permission::ByTheRules, Permission::Forced, Permission::Advisory, Permission::Refused]
        .into_iter()
        .find(|permission| permission_word(*permission) == word)
}

/// The word of a mode.
pub(crate) fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Block => "block",
        Mode::Warn => "warn",
        Mode::Monitor => "monitor",
        Mode::Off => "off",
    }
}

/// The word of an enforcement.
pub(crate) fn enforcement_word(enforcement: Enforcement) -> &'static str {
    match enforcement {
        Enforcement::Enforce => "enforce",
        Enforcement::Advisory => "advisory",
    }
}
