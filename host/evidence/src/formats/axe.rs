//! axe-core: barriers for people on a page, or on the pages of a list. Every element that violates a rule is an issue.
//!
//! Impact `critical` is critical, `serious` high, `moderate` medium, `minor` low; without one, medium.

use crate::{
    detect::Head,
    error::ReadError,
    issues::{Issues, Row},
    json,
    moment::document_time,
    source::{Reading, Source, empty, incomplete},
    text::{bounded, quoted},
};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;
use tidegate_core::{
    evidence::{Completeness, ScanKind},
    finding::Severity,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    test_engine: Option<Engine>,
    url: Option<String>,
    timestamp: Option<String>,
    violations: Vec<Rule>,
    incomplete: Option<Vec<Rule>>,
    passes: Option<Vec<IgnoredAny>>,
}

#[derive(Debug, Deserialize)]
struct Engine {
    name: String,
    version: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Rule {
    id: String,
    impact: Option<Impact>,
    help: Option<String>,
    tags: Option<Vec<String>>,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    impact: Option<Impact>,
    /// Selectors, one for each frame; those through a shadow root are lists themselves.
    target: Option<Value>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Impact {
    Minor,
    Moderate,
    Serious,
    Critical,
}

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    let is_page =
        |has: &dyn Fn(&str) -> bool| has("violations") && (has("testEngine") || (has("passes") && has("inapplicable")));
    is_page(&|key| survey.has(key)) || is_page(&|key| survey.lists(&[key]))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let is_list = json::survey(source)?.lists(&[]);
    let pages: Vec<Page> = if is_list { json::parse(source)? } else { vec![json::parse(source)?] };
    let mut issues = Issues::new(source.limits);
    for page in &pages {
        for rule in &page.violations {
            add(&mut issues, page, rule);
        }
    }
    let mut reading = Reading::new(completeness(&pages), vec![issues.done(ScanKind::Accessibility)]);
    let engine = pages.iter().find_map(|page| page.test_engine.as_ref());
    reading.tool = engine.map(|engine| {
        let version = engine.version.as_deref().unwrap_or_default();
        bounded(format!("{} {version}", engine.name).trim_end(), source.limits)
    });
    let times = pages.iter().filter_map(|page| document_time(page.timestamp.as_deref()?));
    reading.produced_at = times.min_by_key(|time| time.at);
    Ok(reading)
}

fn add(issues: &mut Issues<'_>, page: &Page, rule: &Rule) {
    let help = rule.help.as_deref().unwrap_or(&rule.id);
    let mut add = |impact: Option<Impact>, message: &str| {
        issues.add(&Row {
            uri: page.url.as_deref(),
            tags: rule.tags.as_deref().unwrap_or_default(),
            ..Row::new(&rule.id, severity(impact), message)
        });
    };
    for node in &rule.nodes {
        let mut selectors = Vec::new();
        if let Some(target) = &node.target {
            collect(target, &mut selectors);
        }
        let impact = node.impact.or(rule.impact);
        if selectors.is_empty() { add(impact, help) } else { add(impact, &format!("{help}: {}", selectors.join(" "))) }
    }
    // A violated rule without its elements is still violated.
    if rule.nodes.is_empty() {
        add(rule.impact, help);
    }
}

fn collect<'v>(target: &'v Value, selectors: &mut Vec<&'v str>) {
    match target {
        Value::String(selector) => selectors.push(selector),
        Value::Array(targets) => targets.iter().for_each(|target| collect(target, selectors)),
        _ => {}
    }
}

fn severity(impact: Option<Impact>) -> Severity {
    match impact {
        Some(Impact::Critical) => Severity::Critical,
        Some(Impact::Serious) => Severity::High,
        Some(Impact::Moderate) | None => Severity::Medium,
        Some(Impact::Minor) => Severity::Low,
    }
}

/// The first reason not to conclude from the document; what did not finish outranks what holds nothing.
fn completeness(pages: &[Page]) -> Completeness {
    if pages.is_empty() {
        return empty("the list holds no page");
    }
    if let Some(page) = pages.iter().find(|page| page.incomplete.is_none()) {
        return incomplete(format!("{} does not say what needs review: `incomplete` is missing", name(page)));
    }
    let unsure = || pages.iter().flat_map(|page| page.incomplete.iter().flatten());
    let (rules, nodes) = (unsure().count(), unsure().map(|rule| rule.nodes.len()).sum::<usize>());
    if rules > 0 {
        return incomplete(format!("needs review by a person: {nodes} elements, under {rules} rules"));
    }
    let holds_nothing = |page: &&Page| page.violations.is_empty() && page.passes.as_ref().is_none_or(Vec::is_empty);
    pages.iter().find(holds_nothing).map_or(Completeness::Complete, |page| {
        empty(format!("{} has no rule that was violated or passed; keep `passes` in the report", name(page)))
    })
}

fn name(page: &Page) -> String {
    page.url.as_deref().map_or_else(|| "a page".to_owned(), |url| format!("the page {}", quoted(url)))
}
