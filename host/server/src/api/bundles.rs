//! Which bundle comes into force again, as JSON.

use serde::{Deserialize, Serialize};

/// Which bundle comes into force again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevertBody {
    /// `sha256:…`, as the status called it when it was in force; left out: the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}
