//! What cases cost: each one many times, in fresh instances, as a gate does it.

use super::{
    after::{self, kind_of},
    plugin::Trial,
    read::{self, Case, CaseError, CasesError, FILE},
    run::name_of,
};
use crate::{
    folder::FolderError,
    gate::{
        offline::{self, Supposed},
        ruling::Bench,
    },
};
use std::{fs, path::Path, time::Duration};
use tidegate_engine::{evaluate::Cost, manifest::Kind};

/// Evaluations of one case, all together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCost {
    /// Its folder, from the folder of all cases on.
    pub name: String,
    /// Evaluations that were measured; none where the host answers by itself, for want of evidence, say.
    pub evaluations: usize,
    /// Making a fresh instance.
    pub instantiate: Spread,
    /// The call, with the evidence it asked for.
    pub call: Spread,
    /// The most memory that an instance had.
    pub memory_bytes: u64,
    /// Whether one asked for more than it began with.
    pub grew_memory: bool,
}

/// How long something took, of many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// Half of them took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
}

impl Spread {
    /// Of these; of none it is nothing.
    #[must_use]
    pub fn of(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        let at = |percent: usize| all.get((all.len() * percent / 100).min(all.len().saturating_sub(1))).copied();
        Self { p50: at(50).unwrap_or_default(), p99: at(99).unwrap_or_default() }
    }
}

/// Why a case costs nothing that could be said.
#[derive(Debug, thiserror::Error)]
pub enum CostError {
    /// The folder.
    #[error(transparent)]
    Cases(#[from] CasesError),
    /// One of them.
    #[error("case `{name}`: {source}")]
    Case {
        /// Which.
        name: String,
        /// Why.
        source: CaseError,
    },
    /// There is nothing to measure.
    #[error(
        "the plugin is asked in none of {0} cases\nhint: name it in a stage of the policies, and hand in what the stage asks for"
    )]
    NotAsked(usize),
}

/// Evaluates every case below a folder so many times.
pub fn costs(trial: &Trial, folder: &Path, times: u32) -> Result<Vec<CaseCost>, CostError> {
    let mut all = Vec::new();
    for path in read::folders(folder)? {
        let name = name_of(&path, folder);
        let costs = of_case(trial, &path, times).map_err(|source| CostError::Case { name: name.clone(), source })?;
        all.push(CaseCost {
            name,
            evaluations: costs.len(),
            instantiate: Spread::of(costs.iter().map(|cost| cost.instantiate).collect()),
            call: Spread::of(costs.iter().map(|cost| cost.call).collect()),
            memory_bytes: costs.iter().map(|cost| cost.memory_bytes).max().unwrap_or_default(),
            grew_memory: costs.iter().any(|cost| cost.grew_memory),
        });
    }
    if all.iter().all(|cost| cost.evaluations == 0) {
        return Err(CostError::NotAsked(all.len()));
    }
    Ok(all)
}

fn of_case(trial: &Trial, path: &Path, times: u32) -> Result<Vec<Cost>, CaseError> {
    let file = path.join(FILE);
    let text = fs::read_to_string(&file).map_err(|source| FolderError::Read { path: file.clone(), source })?;
    let kind = kind_of(&text);
    if kind == Kind::Gate {
        let bench = trial.policies.as_ref().ok_or(CaseError::NoPolicies)?;
        return of_decisions(trial, bench, &read::read(path)?, times);
    }
    let bench = after::Bench { engine: &trial.engine, plugin: &trial.plugin };
    let answered =
        |_| after::answered(bench, kind, path, &file.display().to_string(), &text).map(|answered| answered.cost);
    (0..times).map(answered).collect()
}

/// Documents are read once: a gate keeps the parsed form of what it saw before.
fn of_decisions(trial: &Trial, bench: &Bench, case: &Case, times: u32) -> Result<Vec<Cost>, CaseError> {
    let supposed = Supposed { stated: &case.stated, before: case.before.as_ref() };
    let mut costs = Vec::new();
    for _ in 0..times {
        let ruled = offline::rule_supposing(bench, case.submission.clone(), &supposed, case.at)
            .map_err(|problem| CaseError::Deployment(problem.detail))?;
        let set = &ruled.judgement.decision.decided_by.id;
        let ours =
            |name| bench.active.plugin(set, name).is_some_and(|loaded| loaded.plugin.digest == trial.plugin.digest);
        costs.extend(ruled.measured.iter().filter(|measured| ours(&measured.plugin)).map(|measured| measured.cost));
    }
    Ok(costs)
}

#[cfg(test)]
mod tests {
    use super::Spread;
    use std::time::Duration;

    #[test]
    fn a_spread_is_of_all_of_them_and_of_none_it_is_nothing() {
        let of = |micros: &[u64]| Spread::of(micros.iter().map(|one| Duration::from_micros(*one)).collect());
        let spread = |p50, p99| Spread { p50: Duration::from_micros(p50), p99: Duration::from_micros(p99) };
        assert_eq!(of(&[]), spread(0, 0));
        assert_eq!(of(&[3]), spread(3, 3));
        let hundred: Vec<u64> = (0..100).rev().collect();
        assert_eq!(of(&hundred), spread(50, 99));
    }
}
