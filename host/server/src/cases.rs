//! Cases of policies and plugins: a deployment with its evidence at a fixed moment, and what has to come of it. `tidegate policy test` and
//! `tidegate plugin test` run them.
//!
//! **Invariant:** a case is judged as of its own `at`, so that it comes to the same today and in ten years.

pub mod after;
pub mod cost;
pub mod coverage;
pub mod expected;
pub mod junit;
pub mod plugin;
pub mod read;
pub mod recalled;
pub mod run;
pub mod text;
pub mod update;

use expected::Difference;
use serde_json::Value;
use std::path::PathBuf;

/// What became of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Its folder, from the folder of all cases on.
    pub name: String,
    /// The same, as it was opened.
    pub path: PathBuf,
    /// What it shows, in a sentence.
    pub description: String,
    /// What came of it, in a few words.
    pub came_to: String,
    /// Everything in which that is not what the case says; none: it holds.
    pub differences: Vec<Difference>,
    /// What a plugin's author does next, where a plugin could not be asked.
    pub hint: Option<&'static str>,
    /// What the case would say if it said what came of it.
    pub found: Vec<(&'static str, Value)>,
}

impl Outcome {
    /// Whether what came of it is what it says.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.differences.is_empty()
    }
}
