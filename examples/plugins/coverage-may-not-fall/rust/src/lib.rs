//! Coverage may not fall below that of the last deployment that succeeded by the rules.
//!
//! What is missing is not good: without coverage now, or of before where there should be some, there is no conclusion.

use serde::Deserialize;
use tidegate_sdk::{
    decimal::Percent,
    describe::{Description, Rule},
    evidence::{Baseline, Content, Document, Evidence, small::Coverage},
    export_gate,
    finding::{Finding, Remediation, Severity},
    gate::{Failure, Gate, Request},
    parts::Seen,
    report::{Ratio, Report},
};

const FALL: &str = "fall";
const FIRST: &str = "first";
const NOT_ASKED: &str =
    "the rule compares with a baseline, and the stage asks for none: set `baseline: true` beside its `evidence`";

/// What a policy may set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whole percentage points.
    pub max_fall: u8,
    /// What it means that the earlier deployment has no coverage.
    pub unmeasured_before: Unmeasured,
}

/// What a missing baseline means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unmeasured {
    /// There is no conclusion.
    #[default]
    Inconclusive,
    /// There is nothing to fall from.
    Accept,
}

/// The plugin.
#[derive(Debug)]
pub struct CoverageMayNotFall;

impl Gate for CoverageMayNotFall {
    type Settings = Settings;

    fn describe() -> Description {
        let schema = include_str!("../settings.schema.json");
        Description::new("coverage-may-not-fall", "1.0.0", "Coverage may not fall.", schema)
            .rule(
                Rule::new(FALL, "Coverage is not below that of the last deployment", Severity::Medium)
                    .help("Cover what the change added or touched."),
            )
            .rule(
                Rule::new(FIRST, "There is an earlier deployment to compare with", Severity::Info)
                    .help("Nothing to do: the next deployment is compared with this one."),
            )
    }

    fn evaluate(request: &Request<Settings>, evidence: &Evidence) -> Result<Report, Failure> {
        let now = measured(&evidence.documents())?.ok_or_else(|| bad("no document of this stage holds coverage"))?;
        let before = match evidence.baseline() {
            Baseline::Documents(documents) => measured(&documents)?,
            Baseline::First => return Ok(nothing_before("there is no earlier deployment of this service here")),
            Baseline::NotAsked => return Err(Failure::BadSettings(NOT_ASKED.to_owned())),
            Baseline::Unavailable(why) => {
                return Err(bad(&format!("the documents of the earlier deployment cannot be had: {why}")));
            }
        };
        match (before, request.settings.unmeasured_before) {
            (Some(before), _) => compared(request.settings.max_fall, before, now),
            (None, Unmeasured::Accept) => Ok(nothing_before("the earlier deployment has no coverage")),
            (None, Unmeasured::Inconclusive) => Err(bad("the earlier deployment has no coverage to compare with")),
        }
    }
}

fn bad(why: &str) -> Failure {
    Failure::BadEvidence(why.to_owned())
}

fn nothing_before(why: &str) -> Report {
    Report::of(vec![Finding::new(FIRST, Severity::Info, why)], None).summary("nothing to compare with yet")
}

/// The coverage of all documents together; none where no document holds any. A share of nothing is no measurement.
fn measured(documents: &[Document]) -> Result<Option<Coverage>, Failure> {
    let seen = Seen::documents(documents);
    let unfinished: Vec<String> = seen
        .sources()
        .filter(|source| !source.complete)
        .map(|source| format!("`{}` ({})", source.name, source.format))
        .collect();
    if !unfinished.is_empty() {
        return Err(bad(&format!("not finished, or cannot tell a clean result from none: {}", unfinished.join(", "))));
    }
    let all: Vec<Coverage> = seen.all(coverage_of).map(|(_, coverage)| *coverage).collect();
    if all.is_empty() {
        return Ok(None);
    }
    let lines =
        together(all.iter().map(|coverage| coverage.lines)).ok_or_else(|| bad("the coverage is of no lines"))?;
    let branches: Option<Vec<Ratio>> = all.iter().map(|coverage| coverage.branches).collect();
    Ok(Some(Coverage { lines, branches: branches.and_then(|branches| together(branches.into_iter())) }))
}

fn coverage_of(content: &Content) -> Option<&Coverage> {
    if let Content::Coverage(coverage) = content { Some(coverage) } else { None }
}

fn together(shares: impl Iterator<Item = Ratio>) -> Option<Ratio> {
    let sum = shares.fold(Ratio { numerator: 0, denominator: 0 }, |sum, share| Ratio {
        numerator: sum.numerator.saturating_add(share.numerator),
        denominator: sum.denominator.saturating_add(share.denominator),
    });
    (sum.denominator > 0).then_some(sum)
}

fn compared(max_fall: u8, before: Coverage, now: Coverage) -> Result<Report, Failure> {
    let mut pairs = vec![("lines", before.lines, now.lines)];
    match (before.branches, now.branches) {
        (Some(before), Some(now)) => pairs.push(("branches", before, now)),
        // Whoever stops counting branches has not covered them.
        (Some(_), None) => return Err(bad("the earlier deployment counted branches, and this one does not")),
        (None, _) => {}
    }
    let (mut findings, mut shares) = (Vec::new(), Vec::new());
    for (what, before, now) in pairs {
        let share = format!("{} of {what} covered, {} before", now.percent(), before.percent());
        let fell = Percent::new(f64::from(max_fall)).is_exceeded_by_fall(before, now);
        if fell.ok_or_else(|| bad("more is counted than can be compared"))? {
            let message = format!("{share}: it may fall by at most {max_fall} points");
            let remediation = Remediation::new("cover what the change added or touched");
            findings
                .push(Finding::new(FALL, Severity::Medium, message).subject(what).remediation(remediation).decisive());
        }
        shares.push(share);
    }
    Ok(Report::of(findings, None).summary(shares.join(", ")))
}

export_gate!(CoverageMayNotFall);
