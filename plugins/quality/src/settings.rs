//! What a policy set may ask of this plugin.

mod problems;

use serde::Deserialize;
use std::collections::BTreeMap;
use tidegate_sdk::{decimal::Percent, limits::SeverityLimits};

/// The settings' JSON Schema.
pub const SCHEMA: &str = include_str!("../settings.schema.json");

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
    /// Of scans for barriers, and of Lighthouse's score.
    pub accessibility: Option<AccessibilitySettings>,
    /// Of load tests, and of Lighthouse's scores.
    pub performance: Option<PerformanceSettings>,
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
    /// Cases of the baseline that are not there any more, of all that it had.
    pub vanished_max_percent: Option<Percent>,
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
    /// Points by which lines and branches may be less covered than in the baseline.
    pub fall_max_points: Option<Percent>,
}

/// How many issues there may be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssueSettings {
    /// Per severity; one that is not named has no limit.
    pub max: SeverityLimits,
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

/// What a product that everybody can use has to show.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessibilitySettings {
    /// Barriers per severity; one that is not named has no limit.
    pub max: Option<SeverityLimits>,
    /// Names of evidence whose scans look for barriers, although their format cannot say so.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Rules or tags that do not count; a trailing `*` matches a prefix.
    #[serde(default)]
    pub except: Vec<String>,
    /// Path prefixes under which barriers do not count.
    #[serde(default)]
    pub except_under: Vec<String>,
    /// Whether barriers count whose suppression comes from somebody whom the stage lists.
    #[serde(default)]
    pub include_suppressed: bool,
    /// Lighthouse's score of every page.
    pub min_score: Option<Percent>,
    /// Pages that have a score.
    pub min_pages: Option<u64>,
}

/// What a product that is fast enough has to show.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerformanceSettings {
    /// Thresholds of the load test's own script that were breached.
    pub max_breached: Option<u64>,
    /// Lighthouse's scores of every page, by category.
    #[serde(default)]
    pub min_scores: BTreeMap<String, Percent>,
    /// Pages that have each score.
    pub min_pages: Option<u64>,
}

/// What a measurement has to keep to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// Of the measurement.
    pub name: String,
    /// What it is measured on: a page, an endpoint; a trailing `*` matches a prefix. Without it: whatever it is measured on, each
    /// by itself.
    pub subject: Option<String>,
    /// How many it is measured on.
    pub min_subjects: Option<u64>,
    /// Not more than this.
    pub max: Option<f64>,
    /// Not less than this.
    pub min: Option<f64>,
    /// The unit that the numbers are in.
    pub unit: Option<String>,
    /// By how much it may be more than in the baseline, in percent of that.
    pub rise_max_percent: Option<f64>,
}

fn all() -> Percent {
    Percent::ALL
}

impl Settings {
    /// How many findings are stated one by one whatever the evidence holds, at most.
    #[must_use]
    pub fn stated_max(&self) -> usize {
        let suites = self.tests.as_ref().map_or(0, |tests| tests.expected_suites.len());
        // Each threshold can lack its measurement or some of what it is measured on, each score some of its pages.
        let thresholds = self.measurements.as_ref().map_or(0, |thresholds| 2 * thresholds.len());
        let scores = self.performance.as_ref().map_or(0, |performance| performance.min_scores.len());
        STATED_ALWAYS + suites + thresholds + scores
    }
}
