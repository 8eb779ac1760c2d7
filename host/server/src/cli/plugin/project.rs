//! A plugin's folder with what is tried on it: the component, the cases, and the policies that judge them.

use super::component::{ComponentError, component};
use crate::cases::plugin::{Trial, TrialError};
use std::path::PathBuf;
use tidegate_engine::engine::Engine;

/// Which plugin, and by what it is tried.
#[derive(Debug, clap::Args)]
pub(super) struct ProjectArgs {
    /// The plugin's folder
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) dir: PathBuf,
    /// The cases [default: `cases` in the plugin's folder]
    #[arg(long, value_name = "PATH")]
    cases: Option<PathBuf>,
    /// The policies by which a gate's cases are judged [default: `policies` in the plugin's folder]
    #[arg(long, value_name = "PATH")]
    policies: Option<PathBuf>,
    /// Take the component that lies in the folder instead of building one
    #[arg(long)]
    no_build: bool,
}

impl ProjectArgs {
    /// The plugin's bytes.
    pub(super) fn component(&self) -> Result<Vec<u8>, ComponentError> {
        component(&self.dir, !self.no_build)
    }

    /// Where the cases lie.
    pub(super) fn cases(&self) -> PathBuf {
        self.cases.clone().unwrap_or_else(|| self.dir.join("cases"))
    }

    /// The plugin in that engine, with its policies.
    pub(super) fn trial(&self, engine: Engine, component: &[u8]) -> Result<Trial, TrialError> {
        let policies = self.policies.clone().unwrap_or_else(|| self.dir.join("policies"));
        Trial::of(engine, component, &policies)
    }
}
