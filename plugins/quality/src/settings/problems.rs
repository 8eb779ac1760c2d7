//! What is wrong with settings beyond what their schema says.

use super::{
    AccessibilitySettings, CoverageSettings, IssueSettings, PerformanceSettings, Settings, TestSettings, Threshold,
};
use std::collections::BTreeSet;
use tidegate_sdk::{
    describe::Problem,
    settings::problems::{ENTRIES_MAX, EXCEPTIONS_MAX, Problems},
};

impl Settings {
    /// Everything that is wrong.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let Self { tests, coverage, issues, measurements, accessibility, performance } = self;
        let mut problems = Problems::default();
        let nothing = tests.is_none() && coverage.is_none() && issues.is_none() && measurements.is_none();
        if nothing && accessibility.is_none() && performance.is_none() {
            let groups = "set `tests`, `coverage`, `issues`, `measurements`, `accessibility` or `performance`";
            problems.add("", format!("nothing is asked: {groups}"));
        }
        if let Some(settings) = tests {
            of_tests(settings, &mut problems);
        }
        if let Some(settings) = coverage {
            of_coverage(settings, &mut problems);
        }
        if let Some(settings) = issues {
            of_issues(settings, &mut problems);
        }
        if let Some(thresholds) = measurements {
            of_thresholds(thresholds, &mut problems);
        }
        if let Some(settings) = accessibility {
            of_accessibility(settings, &mut problems);
        }
        if let Some(settings) = performance {
            of_performance(settings, &mut problems);
        }
        problems.into_vec()
    }
}

fn of_tests(tests: &TestSettings, problems: &mut Problems) {
    problems.percent("/tests/min_pass_rate", Some(tests.min_pass_rate));
    problems.percent("/tests/vanished_max_percent", tests.vanished_max_percent);
    problems.entries("/tests/expected_suites", &tests.expected_suites, ENTRIES_MAX);
}

fn of_coverage(coverage: &CoverageSettings, problems: &mut Problems) {
    let CoverageSettings { min_lines, min_branches, fall_max_points } = coverage;
    problems.percent("/coverage/min_lines", *min_lines);
    problems.percent("/coverage/min_branches", *min_branches);
    problems.percent("/coverage/fall_max_points", *fall_max_points);
    if min_lines.is_none() && min_branches.is_none() && fall_max_points.is_none() {
        problems.add("/coverage", "nothing is asked: set `min_lines`, `min_branches` or `fall_max_points`");
    }
}

fn of_issues(issues: &IssueSettings, problems: &mut Problems) {
    problems.entries("/issues/except", &issues.except, EXCEPTIONS_MAX);
    problems.entries("/issues/except_under", &issues.except_under, EXCEPTIONS_MAX);
    if issues.max.least().is_none() {
        problems.add("/issues/max", "nothing is asked: name a severity");
    }
}

fn of_accessibility(accessibility: &AccessibilitySettings, problems: &mut Problems) {
    problems.entries("/accessibility/evidence", &accessibility.evidence, ENTRIES_MAX);
    problems.entries("/accessibility/except", &accessibility.except, EXCEPTIONS_MAX);
    problems.entries("/accessibility/except_under", &accessibility.except_under, EXCEPTIONS_MAX);
    problems.percent("/accessibility/min_score", accessibility.min_score);
    match &accessibility.max {
        Some(max) if max.least().is_none() => problems.add("/accessibility/max", "nothing is asked: name a severity"),
        None if accessibility.min_score.is_none() => {
            problems.add("/accessibility", "nothing is asked: set `max` or `min_score`");
        }
        _ => {}
    }
    if accessibility.min_pages.is_some() && accessibility.min_score.is_none() {
        problems.add("/accessibility/min_pages", "no page has a score that is asked for: set `min_score`");
    }
}

fn of_performance(performance: &PerformanceSettings, problems: &mut Problems) {
    let PerformanceSettings { max_breached, min_scores, min_pages } = performance;
    problems.count("/performance/min_scores", min_scores.len(), ENTRIES_MAX);
    for (category, min) in min_scores {
        let pointer = format!("/performance/min_scores/{}", category.replace('~', "~0").replace('/', "~1"));
        problems.percent(&pointer, Some(*min));
        problems.text(pointer, category);
    }
    if max_breached.is_none() && min_scores.is_empty() {
        problems.add("/performance", "nothing is asked: set `max_breached` or `min_scores`");
    }
    if min_pages.is_some() && min_scores.is_empty() {
        problems.add("/performance/min_pages", "no page has a score that is asked for: set `min_scores`");
    }
}

fn of_thresholds(thresholds: &[Threshold], problems: &mut Problems) {
    if thresholds.is_empty() {
        problems.add("/measurements", "nothing is asked: name a measurement");
    }
    problems.count("/measurements", thresholds.len(), ENTRIES_MAX);
    let mut names = BTreeSet::new();
    for (index, threshold) in thresholds.iter().enumerate() {
        let pointer = format!("/measurements/{index}");
        problems.text(format!("{pointer}/name"), &threshold.name);
        for (key, text) in [("unit", &threshold.unit), ("subject", &threshold.subject)] {
            if let Some(text) = text {
                problems.text(format!("{pointer}/{key}"), text);
            }
        }
        if !names.insert((&threshold.name, &threshold.subject)) {
            problems.add(format!("{pointer}/name"), format!("`{}` is named twice", threshold.name));
        }
        match (threshold.min, threshold.max) {
            (None, None) if threshold.rise_max_percent.is_none() => {
                problems.add(pointer, "nothing is asked: set `max`, `min` or `rise_max_percent`");
            }
            (Some(min), Some(max)) if min > max => problems.add(pointer, format!("`min` {min} is above `max` {max}")),
            _ => {}
        }
    }
}
