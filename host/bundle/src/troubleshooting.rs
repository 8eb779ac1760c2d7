//! The guide: classes of problems with their symptoms and what people do about them, found by the rules of findings.

use crate::{
    document::{Mistake, Mistakes, Positions, examine, quoted, steers},
    waivers::RuleGlob,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, path::Path, sync::LazyLock};

/// The published JSON Schema of a guide.
pub const TROUBLESHOOTING_SCHEMA: &str = include_str!("../../../policies/schema/troubleshooting.schema.json");

/// The schema is a part of this program; that it is JSON is tested, and without it no file is accepted.
static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(TROUBLESHOOTING_SCHEMA).unwrap_or(Value::Bool(false)));

/// Classes of problems, and scripts that look at the whole system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guide {
    /// The file it was read from; empty where there is none.
    file: String,
    problems: Vec<(Problem, Vec<RuleGlob>)>,
    diagnostics: Vec<Diagnostic>,
}

/// A class of problems.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Problem {
    /// Unique in the guide.
    pub id: String,
    /// What it belongs to.
    pub area: String,
    /// For people.
    pub title: String,
    /// How it shows.
    pub symptoms: Vec<String>,
    /// Findings of these rules carry its name: `stage/rule`, a trailing `*` of either part matches a prefix.
    #[serde(default)]
    pub rules: Vec<String>,
    /// What to do, in this order.
    pub steps: Vec<Step>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Step {
    /// In one line.
    pub title: String,
    /// For a person to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// A script that looks at the whole system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Diagnostic {
    /// Unique in the guide.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// For a person to run.
    pub script: String,
}

#[derive(Debug, Deserialize)]
struct Raw {
    #[serde(rename = "troubleshooting")]
    name: String,
    owner: Option<String>,
    problems: Vec<Problem>,
    #[serde(default)]
    diagnostics: Vec<Diagnostic>,
}

/// Whether the file is a guide rather than a policy set: by the key that only a guide has.
#[must_use]
pub fn is_guide(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("troubleshooting:"))
}

/// Reads a guide, or says everything that is wrong with it.
pub fn read_guide(path: &Path, text: &str) -> Result<Guide, Vec<Mistake>> {
    let found = examine::<Raw>(text, &path.display().to_string(), &SCHEMA);
    let mut mistakes = found.mistakes;
    let Some((raw, positions)) = found.read else { return Err(mistakes.sorted()) };
    let mut reader = Reader { positions: &positions, mistakes: &mut mistakes };
    reader.guide(&raw);
    let patterns = |problem: &Problem| problem.rules.iter().filter_map(|rule| RuleGlob::parse(rule).ok()).collect();
    let problems = raw.problems.into_iter().map(|problem| (problem.clone(), patterns(&problem))).collect();
    let guide = Guide { file: path.display().to_string(), problems, diagnostics: raw.diagnostics };
    if mistakes.is_empty() { Ok(guide) } else { Err(mistakes.sorted()) }
}

/// The one guide of all files, an empty one where there is none.
pub(crate) fn only(guides: Vec<Guide>) -> Result<Guide, Mistake> {
    let mut guides = guides.into_iter();
    let Some(first) = guides.next() else { return Ok(Guide::default()) };
    let Some(second) = guides.next() else { return Ok(first) };
    let message = format!("a second guide: the first is {}", first.file);
    let hint = Some("put the problems of both into one file".to_owned());
    Err(Mistake { file: second.file, line: 1, column: 1, pointer: String::new(), message, hint })
}

impl Guide {
    /// Every class of problems, in the file's order.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().map(|(problem, _)| problem)
    }

    /// Every script, in the file's order.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The problems that a finding of this rule belongs to, in the file's order.
    pub fn problems_of<'a>(&'a self, stage: &'a str, rule: &'a str) -> impl Iterator<Item = &'a Problem> {
        let fits = move |patterns: &[RuleGlob]| patterns.iter().any(|pattern| pattern.fits(stage, rule));
        self.problems.iter().filter(move |(_, patterns)| fits(patterns)).map(|(problem, _)| problem)
    }
}

struct Reader<'a> {
    positions: &'a Positions,
    mistakes: &'a mut Mistakes,
}

impl Reader<'_> {
    fn guide(&mut self, raw: &Raw) {
        self.lines("/troubleshooting", &raw.name);
        raw.owner.iter().for_each(|owner| self.lines("/owner", owner));
        self.unique("problems", raw.problems.iter().map(|problem| problem.id.as_str()));
        self.unique("diagnostics", raw.diagnostics.iter().map(|diagnostic| diagnostic.id.as_str()));
        for (index, problem) in raw.problems.iter().enumerate() {
            self.problem(&format!("/problems/{index}"), problem);
        }
        for (index, diagnostic) in raw.diagnostics.iter().enumerate() {
            self.lines(&format!("/diagnostics/{index}/title"), &diagnostic.title);
            self.lines(&format!("/diagnostics/{index}/script"), &diagnostic.script);
        }
    }

    fn problem(&mut self, pointer: &str, problem: &Problem) {
        self.lines(&format!("{pointer}/area"), &problem.area);
        self.lines(&format!("{pointer}/title"), &problem.title);
        for (index, symptom) in problem.symptoms.iter().enumerate() {
            self.lines(&format!("{pointer}/symptoms/{index}"), symptom);
        }
        for (index, step) in problem.steps.iter().enumerate() {
            self.lines(&format!("{pointer}/steps/{index}/title"), &step.title);
            step.command.iter().for_each(|command| self.lines(&format!("{pointer}/steps/{index}/command"), command));
        }
    }

    /// Lines that people read cannot steer a terminal.
    fn lines(&mut self, pointer: &str, text: &str) {
        if let Some(line) = text.split('\n').find(|line| line.chars().any(steers)) {
            let message = format!("{} holds a control character", quoted(line));
            self.mistakes.push_if_first(self.positions.at(pointer), pointer.to_owned(), message, None);
        }
    }

    fn unique<'b>(&mut self, list: &str, ids: impl Iterator<Item = &'b str>) {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, id) in ids.enumerate() {
            if let Some(earlier) = first.insert(id, index) {
                let line = self.positions.at(&format!("/{list}/{earlier}/id")).line;
                let pointer = format!("/{list}/{index}/id");
                let message = format!("{} is defined twice: first in line {line}", quoted(id));
                self.mistakes.push_if_first(self.positions.at(&pointer), pointer, message, None);
            }
        }
    }
}
