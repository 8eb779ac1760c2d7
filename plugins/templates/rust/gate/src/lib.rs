//! No test may take longer than the team is ready to wait.
//!
//! A rule is a pure function: what is asked and what is shown go in, findings come out. There is no clock, no file and no network.

use schemars::JsonSchema;
use serde::Deserialize;
use tidegate_sdk::{
    describe::{Description, Problem, Rule},
    evidence::{Content, Evidence, Source, tests::TestReport},
    export_gate,
    finding::{Finding, Remediation, Severity},
    gate::{Failure, Gate, Request},
    pattern::matches,
    report::Report,
    settings::schema,
};

/// The rule that findings cite.
const SLOW: &str = "tests.slow";

/// The plugin.
#[derive(Debug)]
pub struct PluginName;

/// What a policy set may say. The schema of it is derived: an unknown key or a value of another type is refused when policies are loaded.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Milliseconds that one test may take.
    pub max_ms: u64,
    /// Tests that may take longer, as `suite::name`; a trailing `*` means a beginning.
    #[serde(default)]
    pub except: Vec<String>,
}

impl Gate for PluginName {
    type Settings = Settings;

    fn describe() -> Description {
        let rule = Rule::new(SLOW, "No test is slow", Severity::Medium)
            .help("A test that takes longer than `max_ms` makes everybody wait. Split it, or list it in `except`.");
        Description::new(
            "plugin-name",
            env!("CARGO_PKG_VERSION"),
            "No test takes too long.",
            &schema::<Settings>(),
        )
        .rule(rule)
    }

    /// What a schema cannot say.
    fn problems(settings: &Settings) -> Vec<Problem> {
        let zero = (settings.max_ms == 0).then(|| {
            Problem::new(
                "/max_ms",
                "0 would fail every test that says how long it took",
            )
        });
        zero.into_iter().collect()
    }

    fn evaluate(request: &Request<Settings>, evidence: &Evidence) -> Result<Report, Failure> {
        let documents: Vec<(Source, Vec<Content>)> = evidence
            .documents()
            .iter()
            .map(|document| (document.source(), document.contents()))
            .collect();
        if let Some((source, _)) = documents.iter().find(|(source, _)| !source.complete) {
            return Err(Failure::BadEvidence(format!(
                "`{}` comes from a run that did not finish",
                source.name
            )));
        }
        let (mut findings, mut cases) = (Vec::new(), 0);
        for (source, contents) in &documents {
            for report in contents.iter().filter_map(tests) {
                let totals = report.totals();
                cases += totals.passed + totals.failed + totals.errored + totals.flaky;
                findings.extend(slow(&request.settings, source, report));
            }
        }
        // Nothing that is slow is no good sign where nothing was run.
        if cases == 0 {
            return Err(Failure::BadEvidence(
                "no document holds a test that was run".to_owned(),
            ));
        }
        let summary = format!(
            "{} of {cases} tests took longer than {} ms",
            findings.len(),
            request.settings.max_ms
        );
        Ok(Report::of(findings, None).summary(summary))
    }
}

fn tests(content: &Content) -> Option<&TestReport> {
    if let Content::Tests(report) = content {
        Some(report)
    } else {
        None
    }
}

fn slow(settings: &Settings, source: &Source, report: &TestReport) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut offset = 0;
    loop {
        // Rows come a page at a time; an empty one is the end.
        let page = report.cases(&[], offset, 1_000);
        if page.is_empty() {
            return findings;
        }
        offset += u32::try_from(page.len()).unwrap_or(u32::MAX);
        for case in page
            .iter()
            .filter(|case| case.duration_ms > settings.max_ms)
        {
            let id = case.id();
            if !settings.except.iter().any(|pattern| matches(pattern, &id)) {
                let message = format!(
                    "`{id}` took {} ms; {} ms are allowed",
                    case.duration_ms, settings.max_ms
                );
                let finding = Finding::new(SLOW, Severity::Medium, message).decisive();
                let finding = finding.subject(id).evidence(&source.digest);
                findings.push(
                    finding.remediation(Remediation::new("split the test, or list it in `except`")),
                );
            }
        }
    }
}

export_gate!(PluginName);
