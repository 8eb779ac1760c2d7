//! What a policy set may ask of this plugin.

use serde::Deserialize;
use std::collections::BTreeSet;
use tidegate_sdk::{decimal::Percent, describe::Problem, finding::Severity};

/// The settings' JSON Schema.
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// Entries of one list, at most; of exceptions as many as the host's filters take.
const ENTRIES_MAX: usize = 100;
const EXCEPTIONS_MAX: usize = 256;
/// Bytes of one entry, at most.
const ENTRY_BYTES_MAX: usize = 256;
/// Findings that are always stated, whatever the settings: at most two per rule.
const STATED_ALWAYS: usize = 24;

/// Groups of rules; at least one is set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Of test reports.
    pub tests: Option<TestSettings>,
    /// Of coverage reports.
    pub coverage: Option<CoverageSettings>,
    /// Of scans.
    pub issues: Option<IssueSettings>,
    /// Of numbers.
    pub measurements: Option<Vec<Threshold>>,
}

/// What test reports have to show.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestSettings {
    /// Share of the cases that ran.
    #[serde(default = "all")]
    pub min_pass_rate: Percent,
    /// Cases that ran, together.
    pub min_cases: Option<u64>,
    /// Cases that failed first and passed in the end.
    pub max_flaky: Option<u64>,
    /// Cases that did not run.
    pub max_skipped: Option<u64>,
    /// Suites of which at least one case ran; a trailing `*` matches a prefix.
    #[serde(default)]
    pub expected_suites: Vec<String>,
    /// What a document does that contradicts itself.
    #[serde(default)]
    pub contradictions: Contradictions,
}

/// What a contradiction does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contradictions {
    /// It is reported.
    #[default]
    Warn,
    /// It fails the stage.
    Fail,
}

/// How much has to be covered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverageSettings {
    /// Of lines.
    pub min_lines: Option<Percent>,
    /// Of branches.
    pub min_branches: Option<Percent>,
}

/// How many issues there may be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueSettings {
    /// Per severity; one that is not named has no limit.
    pub max: IssueLimits,
    /// Rules or tags that do not count; a trailing `*` matches a prefix.
    #[serde(default)]
    pub except: Vec<String>,
    /// Path prefixes under which issues do not count.
    #[serde(default)]
    pub except_under: Vec<String>,
    /// Whether issues count whose suppression comes from somebody whom the stage lists; other suppressions never count.
    #[serde(default)]
    pub include_suppressed: bool,
}

/// A limit per severity.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueLimits {
    info: Option<u64>,
    low: Option<u64>,
    medium: Option<u64>,
    high: Option<u64>,
    critical: Option<u64>,
}

/// What a measurement has to keep to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Of the measurement.
    pub name: String,
    /// Not more than this.
    pub max: Option<f64>,
    /// Not less than this.
    pub min: Option<f64>,
    /// The unit that the numbers are in.
    pub unit: Option<String>,
}

fn all() -> Percent {
    Percent::ALL
}

impl IssueLimits {
    /// The limit of a severity, when there is one.
    #[must_use]
    pub fn of(&self, severity: Severity) -> Option<u64> {
        match severity {
            Severity::Info => self.info,
            Severity::Low => self.low,
            Severity::Medium => self.medium,
            Severity::High => self.high,
            Severity::Critical => self.critical,
        }
    }

    /// The least severity that has a limit.
    #[must_use]
    pub fn least(&self) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| self.of(*severity).is_some())
    }
}

impl Settings {
    /// How many findings are stated one by one whatever the evidence holds, at most.
    #[must_use]
    pub fn stated_max(&self) -> usize {
        let suites = self.tests.as_ref().map_or(0, |tests| tests.expected_suites.len());
        // Each threshold can be missed on both sides.
        let thresholds = self.measurements.as_ref().map_or(0, |thresholds| 2 * thresholds.len());
        STATED_ALWAYS + suites + thresholds
    }

    /// Everything that is wrong.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Problems::default();
        if self.tests.is_none() && self.coverage.is_none() && self.issues.is_none() && self.measurements.is_none() {
            problems.add("", "nothing is asked: set `tests`, `coverage`, `issues` or `measurements`");
        }
        if let Some(tests) = &self.tests {
            problems.percent("/tests/min_pass_rate", Some(tests.min_pass_rate));
            problems.entries("/tests/expected_suites", &tests.expected_suites, ENTRIES_MAX);
        }
        if let Some(coverage) = &self.coverage {
            problems.percent("/coverage/min_lines", coverage.min_lines);
            problems.percent("/coverage/min_branches", coverage.min_branches);
            if coverage.min_lines.is_none() && coverage.min_branches.is_none() {
                problems.add("/coverage", "nothing is asked: set `min_lines` or `min_branches`");
            }
        }
        if let Some(issues) = &self.issues {
            problems.entries("/issues/except", &issues.except, EXCEPTIONS_MAX);
            problems.entries("/issues/except_under", &issues.except_under, EXCEPTIONS_MAX);
            if issues.max.least().is_none() {
                problems.add("/issues/max", "nothing is asked: name a severity");
            }
        }
        if let Some(thresholds) = &self.measurements {
            problems.thresholds(thresholds);
        }
        problems.0
    }
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem::new(pointer, message));
    }

    fn percent(&mut self, pointer: &str, percent: Option<Percent>) {
        if let Some(problem) = percent.and_then(Percent::problem) {
            self.add(pointer, problem);
        }
    }

    fn entries(&mut self, pointer: &str, entries: &[String], entries_max: usize) {
        if entries.len() > entries_max {
            self.add(pointer, format!("{} entries used, {entries_max} allowed", entries.len()));
        }
        for (index, entry) in entries.iter().enumerate() {
            self.text(format!("{pointer}/{index}"), entry);
        }
    }

    fn text(&mut self, pointer: String, text: &str) {
        if text.is_empty() {
            self.add(pointer, "empty");
        } else if text.len() > ENTRY_BYTES_MAX {
            self.add(pointer, format!("{} bytes used, {ENTRY_BYTES_MAX} allowed", text.len()));
        }
    }

    fn thresholds(&mut self, thresholds: &[Threshold]) {
        if thresholds.is_empty() {
            self.add("/measurements", "nothing is asked: name a measurement");
        }
        if thresholds.len() > ENTRIES_MAX {
            self.add("/measurements", format!("{} entries used, {ENTRIES_MAX} allowed", thresholds.len()));
        }
        let mut names = BTreeSet::new();
        for (index, threshold) in thresholds.iter().enumerate() {
            let pointer = format!("/measurements/{index}");
            self.text(format!("{pointer}/name"), &threshold.name);
            if let Some(unit) = &threshold.unit {
                self.text(format!("{pointer}/unit"), unit);
            }
            if !names.insert(&threshold.name) {
                self.add(format!("{pointer}/name"), format!("`{}` is named twice", threshold.name));
            }
            match (threshold.min, threshold.max) {
                (None, None) => self.add(pointer, "nothing is asked: set `max` or `min`"),
                (Some(min), Some(max)) if min > max => self.add(pointer, format!("`min` {min} is above `max` {max}")),
                _ => {}
            }
        }
    }
}
