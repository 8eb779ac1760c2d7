//! Lists of decisions in JSON.

use serde::{Deserialize, Serialize};
use tidegate_ledger::search::{FoundDecision, Page};

/// A page of decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionsBody {
    /// The newest first.
    pub decisions: Vec<FoundBody>,
    /// The `cursor` of the next page; absent: this is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundBody {
    /// The decision's id.
    pub id: String,
    /// Where it lies in the ledger.
    pub leaf_index: u64,
    /// The attempt that it was about, as its caller named it.
    pub deployment: String,
    /// RFC 3339.
    pub evaluated_at: String,
    /// Where to.
    pub environment: String,
    /// What for, sorted by name.
    pub services: Vec<FoundServiceBody>,
    /// `push`, `manual`, `schedule`, `promotion` or `rollback`.
    pub cause: String,
    /// `DEPLOY`, `REMEDIATE` or `HOLD`.
    pub outcome: String,
    /// `by_the_rules`, `forced`, `advisory` or `refused`.
    pub permission: String,
    /// Whether the deployment might go on.
    pub allowed: bool,
    /// The policy set that decided.
    pub policy_set: String,
    /// Its version.
    pub policy_version: String,
    /// Who asked; `salted:sha256:…` once the name was forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Reasons that stand against it.
    pub blocking: u64,
    /// What became of a wish to deploy all the same: `granted`, `awaiting_confirmation` or `refused`; absent: nobody had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forced: Option<String>,
}

/// A service of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundServiceBody {
    /// Its name.
    pub name: String,
    /// The version that it was to have.
    pub version: String,
}

impl From<Page> for DecisionsBody {
    fn from(page: Page) -> Self {
        Self {
            decisions: page.decisions.into_iter().map(FoundBody::from).collect(),
            next: page.next.map(|leaf| leaf.to_string()),
        }
    }
}

impl From<FoundDecision> for FoundBody {
    fn from(found: FoundDecision) -> Self {
        let service = |(name, version)| FoundServiceBody { name, version };
        Self {
            id: found.id,
            leaf_index: found.leaf_index,
            deployment: found.deployment,
            evaluated_at: found.evaluated_at,
            environment: found.environment,
            services: found.services.into_iter().map(service).collect(),
            cause: found.cause,
            outcome: found.outcome,
            permission: found.permission,
            allowed: found.allowed,
            policy_set: found.policy_set,
            policy_version: found.policy_version,
            actor: found.actor,
            commit: found.revision,
            blocking: found.blocking,
            forced: found.forced,
        }
    }
}
