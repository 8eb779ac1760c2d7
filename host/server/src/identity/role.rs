//! What somebody may do.

use serde::{Deserialize, Serialize};

/// What somebody may do, in the environments and for the services that their grant names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Ask for decisions, hand evidence in, and read what came of it.
    Decide,
    /// Force a deployment, with a reason.
    Override,
    /// Confirm what another person forced.
    Confirm,
    /// Agree to a waiver that somebody else owns.
    Waive,
    /// Read the record and everything in force, and change nothing.
    Audit,
    /// Bring other policies into force, and read those that are.
    Policy,
    /// Look after what runs: undo deployments (`cause: rollback`), and read the gate's status and its counts.
    Operate,
    /// Create and revoke tokens.
    Admin,
    /// Hand in alerts about deployments that are watched, and nothing else.
    Alert,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Decide,
        Self::Override,
        Self::Confirm,
        Self::Waive,
        Self::Audit,
        Self::Policy,
        Self::Operate,
        Self::Admin,
        Self::Alert,
    ];

    /// The word used in JSON and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::Override => "override",
            Self::Confirm => "confirm",
            Self::Waive => "waive",
            Self::Audit => "audit",
            Self::Policy => "policy",
            Self::Operate => "operate",
            Self::Admin => "admin",
            Self::Alert => "alert",
        }
    }

    /// The role of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether only a person may hold it.
    #[must_use]
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Override | Self::Confirm | Self::Waive)
    }
}

/// Roles that may read what was decided, and what became of it.
pub const READERS: [Role; 5] = [Role::Decide, Role::Override, Role::Confirm, Role::Operate, Role::Audit];

/// Roles that nobody may hold together: whoever asks does not confirm, and whoever sets the rules does not audit them.
pub const CONFLICTS: [(Role, Role); 2] = [(Role::Decide, Role::Confirm), (Role::Policy, Role::Audit)];

#[cfg(test)]
mod tests {
    use super::Role;

    #[test]
    fn every_role_is_read_by_its_word_and_by_no_other() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.word()), Some(role));
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{}\"", role.word()));
        }
        assert_eq!(Role::parse("Decide"), None);
        assert_eq!(Role::parse(""), None);
    }
}
