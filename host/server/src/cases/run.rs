//! Runs cases by policies.

use super::{
    Outcome,
    coverage::Coverage,
    expected::{came_to, difference, problem_in_words},
    read::{self, Case, CaseError, CasesError},
};
use crate::{
    api::answer::Answer,
    gate::{
        offline::{self, Supposed},
        ruling::Bench,
    },
    render::authoring::advice_on,
};
use std::path::{Path, PathBuf};

/// What became of all cases, and what they reached.
#[derive(Debug)]
pub struct Run {
    /// In order of their names.
    pub outcomes: Vec<Outcome>,
    /// Of the policies' stages and rules.
    pub coverage: Coverage,
}

/// Runs every case below a folder.
pub fn run(bench: &Bench, folder: &Path) -> Result<Run, CasesError> {
    let mut coverage = Coverage::of(&bench.active);
    let mut outcomes = Vec::new();
    for path in read::folders(folder)? {
        let name = name_of(&path, folder);
        outcomes.push(match read::read(&path) {
            Ok(case) => outcome(bench, &mut coverage, name, &path, &case),
            Err(error) => not_run(name, path, &error),
        });
    }
    Ok(Run { outcomes, coverage })
}

/// By the first evaluation that ended in an error.
fn hint(answer: &Answer) -> Option<&'static str> {
    let mut evaluations = answer.stages.iter().flat_map(|stage| &stage.evaluations);
    evaluations.find_map(|evaluation| evaluation.error.as_deref().and_then(advice_on))
}

/// From the folder of all cases on; the folder's own name where it is a case itself.
pub(super) fn name_of(path: &Path, folder: &Path) -> String {
    let name = path.strip_prefix(folder).ok().filter(|rest| !rest.as_os_str().is_empty());
    name.unwrap_or(path).display().to_string()
}

/// A case that cannot be run is one that does not hold.
pub(super) fn not_run(name: String, path: PathBuf, error: &CaseError) -> Outcome {
    let differences = vec![difference("case", "a case that can be run", &error.to_string())];
    Outcome {
        name,
        path,
        description: String::new(),
        came_to: "not run".to_owned(),
        differences,
        hint: None,
        found: Vec::new(),
    }
}

pub(super) fn outcome(bench: &Bench, coverage: &mut Coverage, name: String, path: &Path, case: &Case) -> Outcome {
    let supposed = Supposed { stated: &case.stated, before: case.before.as_ref() };
    let found = offline::judge_supposing(bench, case.submission.clone(), &supposed, case.at);
    if let Ok(answer) = &found {
        coverage.saw(answer);
    }
    Outcome {
        name,
        path: path.to_owned(),
        description: case.description.clone(),
        came_to: found.as_ref().map_or_else(problem_in_words, came_to),
        differences: case.expected.differences(&found),
        hint: found.as_ref().ok().and_then(hint),
        found: case.expected.found(&found),
    }
}
