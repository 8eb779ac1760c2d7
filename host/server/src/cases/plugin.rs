//! Cases of one plugin: those of a gate are judged by the policies beside it, those of other kinds are asked of the plugin itself.

use super::{
    Outcome,
    after::{self, kind_of, reachable},
    coverage::{Coverage, Item, What},
    read::{self, CaseError, CasesError, FILE},
    run::{Run, name_of, not_run, outcome},
};
use crate::{
    api::problem::Problem,
    folder::FolderError,
    gate::{offline, ruling},
};
use std::{fs, path::Path, sync::Arc};
use tidegate_core::wasi::Wasi;
use tidegate_engine::{engine::Engine, load::LoadError, manifest::Kind, plugin::Plugin};

/// What cases are tried on.
#[derive(Debug)]
pub struct Trial {
    /// Runs the plugin.
    pub engine: Engine,
    /// The plugin.
    pub plugin: Arc<Plugin>,
    /// The policies that a gate's cases are judged by.
    pub policies: Option<ruling::Bench>,
}

impl Trial {
    /// Of this component; a gate's cases are judged by the policies at that path.
    pub fn of(engine: Engine, component: &[u8], policies: &Path) -> Result<Self, TrialError> {
        // What a gate grants of WASI say the policies; a plugin that is asked by itself gets what can be granted.
        let plugin = engine.load_granting(component, Wasi::Inert)?;
        let policies = plugin.is(Kind::Gate).then(|| offline::load_into(engine.clone(), policies)).transpose()?;
        Ok(Self { engine, plugin, policies: policies.map(offline::bench) })
    }
}

/// Why nothing can be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// The component.
    #[error("this is no plugin that fits the contract: it {0}\nhint: `tidegate plugin inspect` says what is in it")]
    Load(#[from] LoadError),
    /// The policies.
    #[error("{}", .0.title)]
    Policies(Box<Problem>),
}

impl From<Problem> for TrialError {
    fn from(problem: Problem) -> Self {
        Self::Policies(Box::new(problem))
    }
}

/// Runs every case below a folder.
pub fn run(trial: &Trial, folder: &Path) -> Result<Run, CasesError> {
    let mut coverage = trial.policies.as_ref().map(|bench| Coverage::of(&bench.active)).unwrap_or_default();
    coverage = coverage.and(reachable(&trial.plugin));
    let mut outcomes = Vec::new();
    for path in read::folders(folder)? {
        let name = name_of(&path, folder);
        let tried = one(trial, &mut coverage, name.clone(), &path);
        outcomes.push(tried.unwrap_or_else(|error| not_run(name, path, &error)));
    }
    Ok(Run { outcomes, coverage })
}

fn one(trial: &Trial, coverage: &mut Coverage, name: String, path: &Path) -> Result<Outcome, CaseError> {
    let file = path.join(FILE);
    let text = fs::read_to_string(&file).map_err(|source| FolderError::Read { path: file.clone(), source })?;
    let kind = kind_of(&text);
    if kind == Kind::Gate {
        let Some(bench) = &trial.policies else { return Err(CaseError::NoPolicies) };
        return Ok(outcome(bench, coverage, name, path, &read::read(path)?));
    }
    let bench = after::Bench { engine: &trial.engine, plugin: &trial.plugin };
    let answered = after::answered(bench, kind, path, &file.display().to_string(), &text)?;
    for what in &answered.reached {
        coverage.reached(item(trial, kind, what));
    }
    Ok(after::outcome(name, path, answered))
}

fn item(trial: &Trial, kind: Kind, what: &What) -> Item {
    let set = trial.plugin.description.name.to_string();
    Item { set, stage: kind.word().to_owned(), what: what.clone() }
}
