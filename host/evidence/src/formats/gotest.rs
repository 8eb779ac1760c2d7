//! `go test -json`: one event a line.
//!
//! A package that failed without a failed test (a build, a `TestMain`, a crash) is an errored case by the package's name. A test
//! or a package that began and never ended makes the document incomplete; benchmarks have no end of their own, and end with
//! their package. Actions that are not known are passed over: what they leave open is seen as not ended.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    json,
    moment::document_time,
    source::{Reading, Source, empty, incomplete},
    text::{Interner, bounded, quoted},
};
use serde::Deserialize;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use tidegate_core::evidence::{Completeness, Content, TestCase, TestReport, TestStatus};

const ACTIONS: [&str; 11] =
    ["start", "run", "pause", "cont", "pass", "bench", "fail", "output", "skip", "build-output", "build-fail"];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    action: String,
    time: Option<String>,
    package: Option<String>,
    import_path: Option<String>,
    test: Option<String>,
    elapsed: Option<f64>,
    output: Option<String>,
    failed_build: Option<String>,
}

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    let has_action = survey.text_of("Action").is_some_and(|action| ACTIONS.contains(&action));
    has_action && ["Package", "Time", "ImportPath"].iter().any(|key| survey.has(key))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    json::survey(source)?;
    let mut log = Log::new(source);
    let mut produced_at = None;
    for (index, text) in source.text()?.lines().enumerate() {
        let line = index + 1;
        if line > source.limits.rows {
            return Err(source.over(Place::Line { line, column: 1 }, "lines", line, source.limits.rows));
        }
        if text.trim().is_empty() {
            continue;
        }
        let event: Event = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            source.malformed(Place::Line { line, column: error.column().max(1) }, message)
        })?;
        if let Some(time) = &event.time {
            let what = || source.malformed(Place::Line { line, column: 1 }, &format!("{} is not a time", quoted(time)));
            produced_at = Some(document_time(time).ok_or_else(what)?);
        }
        log.event(&event);
    }
    let mut reading = log.reading();
    reading.produced_at = produced_at;
    reading.tool = Some(Arc::from("go test"));
    Ok(reading)
}

/// A test, or what stands for a package that failed without one.
struct Row {
    case: TestCase,
    ended: bool,
    output: String,
}

#[derive(Default)]
struct Package {
    /// How it ended: whether it passed or was skipped.
    ended: Option<bool>,
    has_failed_test: bool,
    output: String,
}

struct Log<'s, 'a> {
    source: &'s Source<'a>,
    texts: Interner,
    suites: Vec<Arc<str>>,
    packages: HashMap<String, Package>,
    rows: Vec<Row>,
    /// The last run of each test.
    latest: HashMap<(String, String), usize>,
    builds: HashMap<String, String>,
    failed_builds: Vec<String>,
    /// Builds whose failure a package already stands for.
    told: HashSet<String>,
}

impl<'s, 'a> Log<'s, 'a> {
    fn new(source: &'s Source<'a>) -> Self {
        Self {
            source,
            texts: Interner::default(),
            suites: Vec::new(),
            packages: HashMap::new(),
            rows: Vec::new(),
            latest: HashMap::new(),
            builds: HashMap::new(),
            failed_builds: Vec::new(),
            told: HashSet::new(),
        }
    }

    fn event(&mut self, event: &Event) {
        let output = event.output.as_deref().unwrap_or_default();
        let room = self.source.limits.text_bytes;
        if let Some(path) = &event.import_path {
            match event.action.as_str() {
                "build-output" => append(self.builds.entry(path.clone()).or_default(), output, room),
                "build-fail" => self.failed_builds.push(path.clone()),
                _ => {}
            }
        }
        let Some(package) = &event.package else { return };
        if !self.packages.contains_key(package) {
            self.suites.push(self.texts.bounded(package, self.source.limits));
        }
        let known = self.packages.entry(package.clone()).or_default();
        if matches!(event.action.as_str(), "start" | "run") {
            known.ended = None; // also when it runs again
        }
        let status = match event.action.as_str() {
            "pass" | "bench" => Some(TestStatus::Passed),
            "fail" => Some(TestStatus::Failed),
            "skip" => Some(TestStatus::Skipped),
            _ => None,
        };
        match (&event.test, status) {
            (None, None) => append(&mut known.output, output, room),
            (None, Some(status)) => self.package_ended(package, status, event),
            (Some(test), status) => {
                known.has_failed_test |= status == Some(TestStatus::Failed);
                self.test(package, test, status, event);
            }
        }
    }

    fn test(&mut self, package: &str, test: &str, status: Option<TestStatus>, event: &Event) {
        let key = (package.to_owned(), test.to_owned());
        let begins = event.action == "run";
        let known = self.latest.get(&key).copied();
        let is_over = known.and_then(|index| self.rows.get(index)).is_none_or(|row| row.ended);
        if is_over && (begins || known.is_none()) {
            self.latest.insert(key.clone(), self.rows.len());
            self.push(package, test, TestStatus::Errored, false);
        }
        let Some(row) = self.latest.get(&key).and_then(|index| self.rows.get_mut(*index)) else { return };
        append(&mut row.output, event.output.as_deref().unwrap_or_default(), self.source.limits.text_bytes);
        if let Some(status) = status {
            // A failure stays one, whatever is said of the same run afterwards.
            if !(row.ended && row.case.status == TestStatus::Failed) {
                row.case.status = status;
            }
            row.case.duration_ms = milliseconds(event.elapsed);
            row.ended = true;
        }
    }

    fn package_ended(&mut self, name: &str, status: TestStatus, event: &Event) {
        let Some(package) = self.packages.get_mut(name) else { return };
        let passed = status != TestStatus::Failed;
        package.ended = Some(passed && package.ended != Some(false));
        if passed || package.has_failed_test {
            return;
        }
        let mut output = package.output.clone();
        if let Some(build) = &event.failed_build {
            self.told.insert(build.clone());
            if let Some(said) = self.builds.get(build) {
                output.clone_from(said);
            }
        }
        self.push(name, name, TestStatus::Errored, true);
        if let Some(row) = self.rows.last_mut() {
            row.output = output;
            row.case.duration_ms = milliseconds(event.elapsed);
        }
    }

    fn push(&mut self, suite: &str, name: &str, status: TestStatus, ended: bool) {
        let suite = self.texts.bounded(suite, self.source.limits);
        let name = bounded(name, self.source.limits);
        let case = TestCase { suite, name, status, duration_ms: 0, message: Arc::from("") };
        self.rows.push(Row { case, ended, output: String::new() });
    }

    fn reading(mut self) -> Reading {
        for build in std::mem::take(&mut self.failed_builds) {
            if self.told.insert(build.clone()) {
                self.suites.push(bounded(&build, self.source.limits));
                self.push(&build, &build, TestStatus::Errored, true);
                if let Some(row) = self.rows.last_mut() {
                    row.output = self.builds.remove(&build).unwrap_or_default();
                }
            }
        }
        let mut open = None;
        let mut cases = Vec::new();
        for mut row in self.rows {
            let passed = self.packages.get(&*row.case.suite).is_some_and(|package| package.ended == Some(true));
            if !row.ended && passed && row.case.name.starts_with("Benchmark") {
                row.case.status = TestStatus::Passed;
                row.ended = true;
            }
            if !row.ended && open.is_none() {
                open = Some(format!("the test {} never ended", quoted(&row.case.name)));
            }
            if row.case.status != TestStatus::Passed {
                row.case.message = bounded(row.output.trim(), self.source.limits);
            }
            cases.push(row.case);
        }
        let package = self.packages.iter().filter(|(_, package)| package.ended.is_none()).map(|(name, _)| name).min();
        let open = open.or_else(|| package.map(|name| format!("the package {} never ended", quoted(name))));
        let completeness = match open {
            Some(why) => incomplete(why),
            None if cases.is_empty() => empty("no test ran"),
            None => Completeness::Complete,
        };
        let report = TestReport { suites: self.suites, cases, contradictions: Vec::new() };
        Reading::new(completeness, vec![Content::Tests(Arc::new(report))])
    }
}

/// What a test wrote, without Go's own marks, as far as a message goes.
fn append(text: &mut String, output: &str, room: usize) {
    if text.len() <= room && !output.starts_with("=== ") {
        text.push_str(output);
    }
}

fn milliseconds(elapsed: Option<f64>) -> u64 {
    let duration = elapsed.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or_default();
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
