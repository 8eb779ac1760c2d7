//! Settings as the judgement needs them, with every problem and its place.

use crate::{
    settings::{BoundSettings, MetricSettings, Settings},
    statistics::Confidence,
};
use std::collections::BTreeSet;
use tidegate_sdk::{describe::Problem, settings::problems::Problems, span};

const METRICS_MAX: usize = 64;
/// Bytes of a name, at most.
const NAME_BYTES_MAX: usize = 128;
/// A day, in nanoseconds.
const WINDOW_MAX: u64 = 86_400 * 1_000_000_000;
const WINDOW_DEFAULT: u64 = 1_800 * 1_000_000_000;
const SAMPLES_MIN: u32 = 4;
/// Samples of one series, at most: a day at 5 s, and some.
pub(crate) const SAMPLES_MAX: u32 = 20_000;
const SAMPLES_DEFAULT: u32 = 50;
const MISSING_MAX: u32 = 50;
const MISSING_DEFAULT: u32 = 10;

/// What is asked.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Nanoseconds.
    pub(crate) window: u64,
    pub(crate) confidence: Confidence,
    pub(crate) samples_min: u32,
    pub(crate) missing_percent_max: u32,
    /// More worse metrics that are not critical undo the deployment.
    pub(crate) tolerated: Option<u32>,
    pub(crate) metrics: Vec<Metric>,
}

/// One metric of both.
#[derive(Debug)]
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) canary: String,
    pub(crate) baseline: String,
    pub(crate) unit: Option<String>,
    pub(crate) worse: Worse,
    pub(crate) shift: Shift,
    /// A share of all pairs.
    pub(crate) effect: f64,
    pub(crate) critical: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worse {
    Higher,
    Lower,
    Either,
}

/// How far a metric may be shifted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shift {
    By(f64),
    /// Of a hundred of the baseline's median.
    Percent(f64),
}

impl Plan {
    /// Every problem at once.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::default();
        let window = window(settings, &mut problems);
        let percent = settings.confidence_percent.unwrap_or(Confidence::P95.percent());
        let confidence = Confidence::ALL.into_iter().find(|confidence| confidence.percent() == percent);
        if confidence.is_none() {
            problems.add("/confidence_percent", "expected 90, 95, 98 or 99");
        }
        let samples_min = settings.min_samples.unwrap_or(SAMPLES_DEFAULT);
        if !(SAMPLES_MIN..=SAMPLES_MAX).contains(&samples_min) {
            problems.add("/min_samples", format!("expected {SAMPLES_MIN} to {SAMPLES_MAX}"));
        }
        let missing_percent_max = settings.max_missing_percent.unwrap_or(MISSING_DEFAULT);
        if missing_percent_max > MISSING_MAX {
            problems.add("/max_missing_percent", format!("{missing_percent_max} used, {MISSING_MAX} allowed"));
        }
        if settings.metrics.is_empty() {
            problems.add("/metrics", "nothing is asked: name a metric");
        }
        problems.count("/metrics", settings.metrics.len(), METRICS_MAX);
        let metrics = metrics(&settings.metrics, &mut problems);
        let tolerated = settings.not_critical.as_ref().map(|count| count.gt);
        let problems = problems.into_vec();
        match (window, confidence) {
            (Some(window), Some(confidence)) if problems.is_empty() => {
                Ok(Self { window, confidence, samples_min, missing_percent_max, tolerated, metrics })
            }
            _ => Err(problems),
        }
    }
}

fn window(settings: &Settings, problems: &mut Problems) -> Option<u64> {
    match settings.window.as_deref().map_or(Ok(WINDOW_DEFAULT), span::parse) {
        Ok(window) if window <= WINDOW_MAX => return Some(window),
        Ok(_) => problems.add("/window", "is longer than a day"),
        Err(problem) => problems.add("/window", problem),
    }
    None
}

fn metrics(given: &[MetricSettings], problems: &mut Problems) -> Vec<Metric> {
    let mut seen = BTreeSet::new();
    let mut metrics = Vec::new();
    for (index, metric) in given.iter().enumerate() {
        let at = format!("/metrics/{index}");
        if !seen.insert(&metric.name) {
            problems.add(format!("{at}/name"), "is there twice");
        }
        let named =
            [("name", Some(&metric.name)), ("canary", Some(&metric.canary)), ("baseline", Some(&metric.baseline))];
        for (key, text) in named.into_iter().chain([("unit", metric.unit.as_ref())]) {
            if let Some(text) = text {
                name(format!("{at}/{key}"), text, problems);
            }
        }
        if metric.canary == metric.baseline {
            problems.add(format!("{at}/baseline"), "is the canary's own signal: nothing would be compared");
        }
        metrics.extend(one(&at, metric, problems));
    }
    metrics
}

fn one(at: &str, given: &MetricSettings, problems: &mut Problems) -> Option<Metric> {
    let worse = match given.worse.as_str() {
        "higher" => Some(Worse::Higher),
        "lower" => Some(Worse::Lower),
        "either" => Some(Worse::Either),
        _ => {
            problems.add(format!("{at}/worse"), "expected `higher`, `lower` or `either`");
            None
        }
    };
    let shift = shift(at, given, problems);
    let effect = given.effect.as_ref().map_or(0.5, |effect| effect.gt);
    if !(0.5..1.0).contains(&effect) {
        problems.add(format!("{at}/effect/gt"), "expected a share from 0.5 to less than 1");
    }
    Some(Metric {
        name: given.name.clone(),
        canary: given.canary.clone(),
        baseline: given.baseline.clone(),
        unit: given.unit.clone(),
        worse: worse?,
        shift: shift?,
        effect,
        critical: given.critical,
    })
}

fn shift(at: &str, given: &MetricSettings, problems: &mut Problems) -> Option<Shift> {
    let is_shift = |bound: &BoundSettings| bound.gt.is_finite() && bound.gt >= 0.0;
    match (&given.shift, &given.shift_percent) {
        (None, None) => return Some(Shift::By(0.0)),
        (Some(bound), None) if is_shift(bound) => return Some(Shift::By(bound.gt)),
        (None, Some(bound)) if is_shift(bound) => return Some(Shift::Percent(bound.gt)),
        (Some(_), Some(_)) => problems.add(at, "expected either `shift` or `shift_percent`"),
        (Some(_), None) => problems.add(format!("{at}/shift/gt"), "is less than nothing"),
        (None, Some(_)) => problems.add(format!("{at}/shift_percent/gt"), "is less than nothing"),
    }
    None
}

fn name(at: String, text: &str, problems: &mut Problems) {
    if text.trim().is_empty() {
        problems.add(at, "empty");
    } else if text.len() > NAME_BYTES_MAX {
        problems.add(at, format!("{} bytes used, {NAME_BYTES_MAX} allowed", text.len()));
    }
}
