//! JUnit XML as the tools write it: cases are counted, and what the suites say of themselves is only compared.

mod case;
mod counters;
mod duration;

use crate::{
    detect::Head,
    error::{Place, ReadError},
    limits::Limits,
    moment::document_time,
    source::{Reading, Source, empty},
    text::{bounded, quoted},
    xml::{Element, Node, Xml},
};
use case::{Mark, OpenCase};
use counters::{Counts, Declared};
use std::{collections::HashSet, sync::Arc};
use tidegate_core::evidence::{Completeness, Content, DocumentTime, TestCase, TestReport};

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Xml("testsuites" | "testsuite"))
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
    if !reader.is_junit {
        return Err(source.malformed(Place::Document, "no `testsuite` or `testsuites` element at the top"));
    }
    let completeness =
        if reader.report.cases.is_empty() { empty("the report holds no test case") } else { Completeness::Complete };
    let mut reading = Reading::new(completeness, vec![Content::Tests(Arc::new(reader.report))]);
    reading.produced_at = reader.oldest;
    Ok(reading)
}

/// A suite, or the root around the suites, that has begun.
struct OpenSuite {
    name: Arc<str>,
    depth: usize,
    declared: Declared,
    /// Cases directly inside.
    own: Counts,
    /// Cases of suites inside.
    nested: Counts,
}

struct Reader<'l> {
    limits: &'l Limits,
    depth: usize,
    rows: usize,
    is_junit: bool,
    suites: Vec<OpenSuite>,
    case: Option<OpenCase>,
    named: HashSet<Arc<str>>,
    oldest: Option<DocumentTime>,
    report: TestReport,
}

impl<'l> Reader<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            depth: 0,
            rows: 0,
            is_junit: false,
            suites: Vec::new(),
            case: None,
            named: HashSet::new(),
            oldest: None,
            report: TestReport::default(),
        }
    }

    fn open(&mut self, xml: &Xml<'_, '_>, element: &Element<'_>) -> Result<(), ReadError> {
        self.depth += 1;
        let is_suite = matches!(element.name, "testsuite" | "testsuites");
        if self.depth == 1 {
            self.is_junit = is_suite;
        }
        match (&mut self.case, element.name) {
            (Some(_), "testcase" | "testsuite" | "testsuites") => {
                let what = format!("{} inside a `testcase`", quoted(element.name));
                return Err(xml.at_element(element, &what));
            }
            (Some(case), name) => case.open(name, element, self.depth),
            (None, "testcase") => {
                xml.row(&mut self.rows, "test cases and suites")?;
                self.case = Some(OpenCase::of(element, self.suite_name(), self.depth, self.limits));
            }
            (None, _) if is_suite => {
                xml.row(&mut self.rows, "test cases and suites")?;
                self.open_suite(element);
            }
            (None, name) => {
                // A suite that failed as a whole has no case to say so.
                if let Some(mark @ (Mark::Failure | Mark::Error)) = Mark::of(name) {
                    xml.row(&mut self.rows, "test cases and suites")?;
                    self.case = Some(OpenCase::of_suite(mark, element, self.suite_name(), self.depth, self.limits));
                }
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(case) = &mut self.case {
            case.text(text);
        }
    }

    fn close(&mut self) {
        if let Some(mut case) = self.case.take() {
            case.close(self.depth);
            if case.depth == self.depth { self.finish_case(case.finish()) } else { self.case = Some(case) }
        } else if let Some(suite) = self.suites.pop_if(|suite| suite.depth == self.depth) {
            self.finish_suite(&suite);
        }
        self.depth -= 1;
    }

    fn suite_name(&self) -> Arc<str> {
        self.suites.last().map_or_else(|| Arc::from(""), |suite| Arc::clone(&suite.name))
    }

    fn open_suite(&mut self, element: &Element<'_>) {
        let name = element.stated("name").map_or_else(|| self.suite_name(), |name| bounded(name, self.limits));
        if element.name == "testsuite" {
            self.note_suite(&name);
        }
        if let Some(text) = element.stated("timestamp") {
            match document_time(text) {
                Some(time) => self.oldest = Some(self.oldest.filter(|oldest| oldest.at <= time.at).unwrap_or(time)),
                None => {
                    let what = format!("suite {} says timestamp={}, which is not a time", quoted(&name), quoted(text));
                    self.contradiction(&what);
                }
            }
        }
        let declared = Declared::of(element);
        self.suites.push(OpenSuite {
            name,
            depth: self.depth,
            declared,
            own: Counts::default(),
            nested: Counts::default(),
        });
    }

    fn note_suite(&mut self, name: &Arc<str>) {
        if !name.is_empty() && self.named.insert(Arc::clone(name)) {
            self.report.suites.push(Arc::clone(name));
        }
    }

    fn finish_case(&mut self, case: TestCase) {
        self.note_suite(&case.suite);
        if let Some(suite) = self.suites.last_mut() {
            suite.own.count(case.status);
        }
        self.report.cases.push(case);
    }

    fn finish_suite(&mut self, suite: &OpenSuite) {
        let whole = suite.own.with(suite.nested);
        if let Some(what) = suite.declared.contradiction(&suite.name, suite.own, whole) {
            self.contradiction(&what);
        }
        if let Some(outer) = self.suites.last_mut() {
            outer.nested = outer.nested.with(whole);
        }
    }

    fn contradiction(&mut self, what: &str) {
        self.report.contradictions.push(bounded(what, self.limits));
    }
}
