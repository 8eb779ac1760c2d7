//! TRX, the test results of Visual Studio and `dotnet test`: results are counted, and what the summary says is only compared.
//!
//! A result with others inside (a data-driven test, an ordered test) stands for them: they are the cases. Which class a test belongs to
//! is defined behind the results, so cases get their suites last.

mod counters;
mod duration;
mod outcome;
mod result;

use crate::{
    detect::Head,
    error::{Place, ReadError},
    limits::Limits,
    moment::document_time,
    source::{Reading, Source, empty, incomplete},
    text::{bounded, quoted},
    xml::{Element, Node, Xml},
};
use counters::{Counts, Declared};
use outcome::Outcome;
use result::{Case, OpenResult};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use tidegate_core::evidence::{Completeness, Content, DocumentTime, TestCase, TestReport, TestStatus};

/// The name of what failed outside of every case.
const OUTSIDE: &str = "(outside of the test cases)";

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Xml("TestRun"))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let mut xml = Xml::new(source)?;
    let mut reader = Reader::new(source.limits);
    loop {
        match xml.next()? {
            Node::Open(element) => reader.open(&xml, &element)?,
            Node::Text(text) => reader.text(&text),
            Node::Close => reader.close(),
            Node::End => break,
        }
    }
    if !reader.is_trx {
        return Err(source.malformed(Place::Document, "no `TestRun` element at the top"));
    }
    Ok(reader.finish())
}

/// What the run says of itself as a whole.
#[derive(Default)]
struct Summary {
    /// Its outcome; none where it states none.
    outcome: Option<String>,
    declared: Declared,
}

struct Reader<'d, 'l> {
    limits: &'l Limits,
    rows: usize,
    is_trx: bool,
    /// The names of the elements that are open.
    path: Vec<&'d str>,
    /// Results that are open, each inside the one before it.
    results: Vec<OpenResult>,
    cases: Vec<Case>,
    counts: Counts,
    /// The definition that is open, by its id.
    definition: Option<Box<str>>,
    /// Classes by the ids of their tests.
    classes: HashMap<Box<str>, Arc<str>>,
    /// A mishap outside of the cases that is open.
    mishap: Option<String>,
    produced_at: Option<DocumentTime>,
    summary: Option<Summary>,
    report: TestReport,
}

impl<'d, 'l> Reader<'d, 'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            rows: 0,
            is_trx: false,
            path: Vec::new(),
            results: Vec::new(),
            cases: Vec::new(),
            counts: Counts::default(),
            definition: None,
            classes: HashMap::new(),
            mishap: None,
            produced_at: None,
            summary: None,
            report: TestReport::default(),
        }
    }

    fn open(&mut self, xml: &Xml<'_, '_>, element: &Element<'d>) -> Result<(), ReadError> {
        match (self.path.as_slice(), element.name) {
            ([], name) => self.is_trx = name == "TestRun",
            (["TestRun"], "Times") => self.times(element),
            (["TestRun"], "ResultSummary") => {
                let outcome = element.stated("outcome").map(|outcome| outcome.trim().to_owned());
                self.summary = Some(Summary { outcome, declared: Declared::default() });
            }
            (["TestRun", "ResultSummary"], "Counters") => {
                if let Some(summary) = &mut self.summary {
                    summary.declared = Declared::of(element);
                }
            }
            (["TestRun", "ResultSummary", "RunInfos"], _) => {
                xml.row(&mut self.rows, "test results and definitions")?;
                let outcome = element.stated("outcome").map(Outcome::of);
                self.mishap = outcome.filter(|outcome| outcome.is_bad()).map(|_| String::new());
            }
            (["TestRun", "TestDefinitions"], _) => {
                xml.row(&mut self.rows, "test results and definitions")?;
                self.definition = element.stated("id").map(Box::from);
            }
            (["TestRun", "TestDefinitions", _], "TestMethod") => self.define(element),
            (path, _) if self.holds_results(path) => {
                xml.row(&mut self.rows, "test results and definitions")?;
                self.results.push(OpenResult::of(element, self.results.last(), path.len()));
            }
            _ => {}
        }
        self.path.push(element.name);
        Ok(())
    }

    /// Whether every element directly inside this path is a result, whatever it is called: there are several kinds.
    fn holds_results(&self, path: &[&str]) -> bool {
        match path {
            ["TestRun", "Results"] => true,
            [.., "InnerResults"] => self.results.last().is_some_and(|outer| outer.depth + 2 == path.len()),
            _ => false,
        }
    }

    fn times(&mut self, element: &Element<'_>) {
        let stated = ["finish", "start"].into_iter().find_map(|name| Some((name, element.stated(name)?)));
        let Some((name, text)) = stated else { return };
        self.produced_at = document_time(text);
        if self.produced_at.is_none() {
            self.contradiction(&format!("the report says {name}={}, which is not a time", quoted(text)));
        }
    }

    fn define(&mut self, element: &Element<'_>) {
        if let (Some(id), Some(class)) = (self.definition.take(), element.stated("className")) {
            // MSTest writes `Namespace.Class, Assembly, Version=…`.
            let class = class.split(',').next().unwrap_or(class).trim();
            self.classes.insert(id, bounded(class, self.limits));
        }
    }

    fn text(&mut self, text: &str) {
        if let ["TestRun", "ResultSummary", "RunInfos", _, "Text"] = self.path.as_slice() {
            if let Some(mishap) = self.mishap.as_mut().filter(|mishap| mishap.len() <= self.limits.text_bytes) {
                mishap.push_str(text);
            }
            return;
        }
        if let [.., "Output", "ErrorInfo", name] = self.path.as_slice()
            && let Some(result) = self.results.last_mut().filter(|result| result.depth + 4 == self.path.len())
        {
            result.text(name, text, self.limits);
        }
    }

    fn close(&mut self) {
        self.path.pop();
        match self.path.as_slice() {
            ["TestRun", "ResultSummary", "RunInfos"] => {
                if let Some(text) = self.mishap.take() {
                    self.cases.push(Case::outside(OUTSIDE, text.trim(), self.limits));
                }
            }
            ["TestRun", "TestDefinitions"] => self.definition = None,
            path => {
                let depth = path.len();
                if let Some(result) = self.results.pop_if(|result| result.depth == depth) {
                    self.finish_result(result);
                }
            }
        }
    }

    fn finish_result(&mut self, result: OpenResult) {
        self.counts.count(result.outcome, result.inner == 0, self.results.is_empty());
        if let Some(outer) = self.results.last_mut() {
            outer.holds(&result);
        }
        // One that failed though nothing inside did failed by itself, and nothing else says so.
        if result.inner == 0 || (result.outcome.is_bad() && !result.inner_bad) {
            self.cases.push(result.case(self.limits));
        }
    }

    fn finish(mut self) -> Reading {
        let completeness = self.completeness();
        if let Some(summary) = &self.summary {
            if let Some(what) = summary.declared.contradiction(&self.counts) {
                self.report.contradictions.push(bounded(&what, self.limits));
            }
            let failed = summary.outcome.as_deref() == Some("Failed");
            if failed && !self.cases.iter().any(|case| is_bad(case.case.status)) {
                let why = "the run says outcome=`Failed`, and no case says why";
                self.cases.push(Case::outside(OUTSIDE, why, self.limits));
            }
        }
        let completeness = match completeness {
            Completeness::Complete if self.cases.is_empty() => empty("the report holds no test result"),
            other => other,
        };
        self.name_suites();
        let mut reading = Reading::new(completeness, vec![Content::Tests(Arc::new(self.report))]);
        reading.produced_at = self.produced_at;
        reading
    }

    /// Whether the run came to its end.
    fn completeness(&self) -> Completeness {
        let Some(summary) = &self.summary else {
            return incomplete("the report has no `ResultSummary`: the run did not come to its end");
        };
        match summary.outcome.as_deref() {
            Some("Completed" | "Passed" | "Failed") => {}
            Some(other) => return incomplete(format!("the run ended with outcome={}", quoted(other))),
            None => return incomplete("the run does not say how it ended: `ResultSummary` has no `outcome`"),
        }
        match self.counts.unfinished() {
            Some(outcome) => incomplete(format!("a result says outcome=`{outcome}`: the run was not over")),
            None => Completeness::Complete,
        }
    }

    fn name_suites(&mut self) {
        let mut named = HashSet::new();
        for Case { mut case, test_id } in std::mem::take(&mut self.cases) {
            if let Some(class) = test_id.as_deref().and_then(|id| self.classes.get(id)) {
                case.suite = Arc::clone(class);
                case.name = with_class(&case, class, self.limits);
                if named.insert(Arc::clone(class)) {
                    self.report.suites.push(Arc::clone(class));
                }
            }
            self.report.cases.push(case);
        }
    }

    fn contradiction(&mut self, what: &str) {
        self.report.contradictions.push(bounded(what, self.limits));
    }
}

/// Some frameworks name a test with its class, some without it.
fn with_class(case: &TestCase, class: &str, limits: &Limits) -> Arc<str> {
    let has_class = case.name.strip_prefix(class).is_some_and(|rest| rest.starts_with('.'));
    if has_class { Arc::clone(&case.name) } else { bounded(&format!("{class}.{}", case.name), limits) }
}

fn is_bad(status: TestStatus) -> bool {
    matches!(status, TestStatus::Failed | TestStatus::Errored)
}
