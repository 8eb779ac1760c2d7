//! Runs cases by policies.

use super::{
    Outcome,
    coverage::Coverage,
    expected::{Difference, came_to, problem_in_words},
    read::{self, Case, CasesError},
};
use crate::gate::{
    offline::{self, Supposed},
    ruling::Bench,
};
use std::path::Path;

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
        let name = path.strip_prefix(folder).ok().filter(|rest| !rest.as_os_str().is_empty());
        let name = name.unwrap_or(&path).display().to_string();
        outcomes.push(match read::read(&path) {
            Ok(case) => outcome(bench, &mut coverage, name, &path, &case),
            Err(error) => {
                let difference = Difference {
                    what: "case".to_owned(),
                    expected: "a case that can be run".to_owned(),
                    found: error.to_string(),
                };
                let (description, came_to) = (String::new(), "not run".to_owned());
                Outcome { name, path, description, came_to, differences: vec![difference] }
            }
        });
    }
    Ok(Run { outcomes, coverage })
}

fn outcome(bench: &Bench, coverage: &mut Coverage, name: String, path: &Path, case: &Case) -> Outcome {
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
    }
}
