//! Words of closed sets as they stand in columns, read back.

use tidegate_core::decision::{Outcome, Permission};

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
