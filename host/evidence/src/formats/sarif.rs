//! SARIF 2.1.0: what a static analysis found, and whether it looked.

mod issue;
mod rules;
mod shape;

use crate::{
    detect::Head,
    error::{Place, ReadError},
    json,
    moment::document_time,
    source::{Reading, Source, empty, incomplete},
    text::{Interner, bounded, quoted},
};
use issue::Issues;
use rules::Rules;
use shape::{Kind, Level, Log, Run};
use std::sync::Arc;
use tidegate_core::evidence::{Completeness, Content, DocumentTime, ScanKind, ScanReport};

const VERSION: &str = "2.1.0";

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    let says_sarif = survey.text_of("$schema").is_some_and(|schema| schema.contains("sarif"));
    survey.has("runs") && (says_sarif || survey.has("version"))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    demand_version(source)?;
    let log: Log = json::parse(source)?;
    let mut issues = Issues::new(source.limits);
    for run in &log.runs {
        issues.add(run, &Rules::of(run));
    }
    let completeness = completeness(&log.runs);
    let scan = Content::Scan(Arc::new(ScanReport { kind: ScanKind::Analysis, issues: issues.done() }));
    let mut reading = Reading::new(completeness, vec![scan]);
    reading.tool = tools(&log.runs, source);
    reading.author = author(&log.runs).map(|name| bounded(name, source.limits));
    reading.produced_at = oldest(&log.runs);
    reading.revision = revision(&log.runs).map(|revision| bounded(revision, source.limits));
    Ok(reading)
}

fn demand_version(source: &Source<'_>) -> Result<(), ReadError> {
    let survey = json::survey(source)?;
    if survey.text_of("version") == Some(VERSION) {
        return Ok(());
    }
    json::syntax(source)?;
    let place = Place::Value { path: "version".to_owned(), at: None };
    let found = match survey.text_of("version") {
        Some(other) => format!("{} is not read", quoted(other)),
        None => "missing, or not a text".to_owned(),
    };
    Err(source.malformed(place, &format!("{found}; expected `{VERSION}`")))
}

/// The first reason not to conclude from the document.
fn completeness(runs: &[Run]) -> Completeness {
    if runs.is_empty() {
        return empty("the document holds no run");
    }
    let first = |reason: fn(&Run) -> Option<&'static str>| {
        runs.iter().enumerate().find_map(|(index, run)| Some(format!("`runs[{index}]`: {}", reason(run)?)))
    };
    match (first(unfinished), first(looked_at_nothing)) {
        (Some(why), _) => incomplete(why),
        (None, Some(why)) => empty(why),
        (None, None) => Completeness::Complete,
    }
}

fn unfinished(run: &Run) -> Option<&'static str> {
    let invocations = run.invocations.as_deref().unwrap_or_default();
    if invocations.iter().any(|invocation| invocation.execution_successful == Some(false)) {
        return Some("the tool says that its execution was not successful");
    }
    let notified = invocations.iter().flat_map(|invocation| invocation.tool_execution_notifications.iter().flatten());
    if notified.into_iter().any(|notification| notification.level == Some(Level::Error)) {
        return Some("the tool notes an error while it ran, so it may not have looked at everything");
    }
    let Some(results) = &run.results else {
        return Some("it has no `results`: the tool did not look, or did not finish");
    };
    let open = |result: &shape::Finding| matches!(result.kind, Some(Kind::Open | Kind::Review));
    results.iter().any(open).then_some("a result is open or needs a review: the tool does not say whether it failed")
}

fn looked_at_nothing(run: &Run) -> Option<&'static str> {
    let invocations = run.invocations.as_deref().unwrap_or_default();
    let succeeded = invocations.iter().any(|invocation| invocation.execution_successful == Some(true));
    let found = run.results.as_ref().is_some_and(|results| !results.is_empty());
    let looked = found || succeeded || run.components().any(|component| !component.rules().is_empty());
    (!looked).then_some(
        "no result, no rule and no successful invocation: \"clean\" cannot be told from \"looked at nothing\"",
    )
}

/// Name and version of each tool, each once.
fn tools(runs: &[Run], source: &Source<'_>) -> Option<Arc<str>> {
    let mut seen = Interner::default();
    let mut names: Vec<Arc<str>> = Vec::new();
    for driver in runs.iter().map(|run| &run.tool.driver) {
        let version = driver.version.as_deref().or(driver.semantic_version.as_deref()).unwrap_or_default();
        let name = seen.bounded(format!("{} {version}", driver.name).trim(), source.limits);
        // Interned twice is the same allocation; a tool that ran many times is one tool.
        if !name.is_empty() && !names.iter().take(16).any(|known| Arc::ptr_eq(known, &name)) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| bounded(&names.join(", "), source.limits))
}

/// The one tool whose word the document's suppressions are; none when several tools wrote it.
fn author(runs: &[Run]) -> Option<&str> {
    let mut names = runs.iter().map(|run| run.tool.driver.name.as_str());
    let first = names.next().filter(|name| !name.is_empty())?;
    names.all(|other| other == first).then_some(first)
}

/// The oldest time at which a tool ended: a document is as old as its oldest part.
fn oldest(runs: &[Run]) -> Option<DocumentTime> {
    let invocations = runs.iter().flat_map(|run| run.invocations.as_deref().unwrap_or_default());
    let times = invocations.filter_map(|invocation| document_time(invocation.end_time_utc.as_deref()?));
    times.min_by_key(|time| time.at)
}

/// The commit that all runs speak of; none when they speak of several.
fn revision(runs: &[Run]) -> Option<&str> {
    let provenance = runs.iter().flat_map(|run| run.version_control_provenance.as_deref().unwrap_or_default());
    let mut revisions = provenance.filter_map(|origin| origin.revision_id.as_deref());
    let first = revisions.next().filter(|revision| !revision.is_empty())?;
    revisions.all(|other| other == first).then_some(first)
}
