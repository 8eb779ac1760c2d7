//! Checkstyle XML, which many linters write: `error` is high, `warning` medium, `info` low and `ignore` info.
//! Without a severity it is an error, as Checkstyle has it.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    issues::{Issues, Row},
    limits::Limits,
    source::{Reading, Source, empty, incomplete},
    text::{bounded, quoted},
    xml::{Element, Node, Xml},
};
use std::sync::Arc;
use tidegate_core::{
    evidence::{Completeness, ScanKind},
    finding::Severity,
};

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Xml("checkstyle"))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let mut xml = Xml::new(source)?;
    let tool = match xml.next()? {
        // A bare number is the version of a tool that does not say its name.
        Node::Open(root) if root.name == "checkstyle" => root
            .stated("version")
            .filter(|version| version.chars().any(char::is_alphabetic))
            .map(|version| bounded(version.trim(), source.limits)),
        _ => return Err(source.malformed(Place::Document, "no `checkstyle` element at the top")),
    };
    let mut reader = Reader::new(source.limits);
    let mut rows = 0;
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name {
                "file" => {
                    xml.row(&mut rows, "files and issues")?;
                    reader.file(&xml, &element)?;
                }
                "error" => {
                    xml.row(&mut rows, "files and issues")?;
                    reader.error(&xml, &element)?;
                }
                "exception" => reader.stopped = true,
                _ => {}
            },
            Node::Text(_) | Node::Close => {}
            Node::End => break,
        }
    }
    let completeness = reader.completeness();
    let mut reading = Reading::new(completeness, vec![reader.issues.done(ScanKind::Analysis)]);
    reading.tool = tool;
    Ok(reading)
}

struct Reader<'l> {
    limits: &'l Limits,
    /// That is open, or was last.
    file: Option<Arc<str>>,
    /// Whether the tool notes an exception of its own.
    stopped: bool,
    issues: Issues<'l>,
}

impl<'l> Reader<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self { limits, file: None, stopped: false, issues: Issues::new(limits) }
    }

    /// Files without an issue are named by some tools: they show that the tool looked.
    fn completeness(&self) -> Completeness {
        if self.stopped {
            return incomplete("the tool notes an exception of its own, so it did not look at everything");
        }
        if self.file.is_none() {
            return empty("the report names no file: \"clean\" cannot be told from \"looked at nothing\"");
        }
        Completeness::Complete
    }

    fn file(&mut self, xml: &Xml<'_, '_>, element: &Element<'_>) -> Result<(), ReadError> {
        let name = element.stated("name").ok_or_else(|| xml.at_element(element, "a `file` without a `name`"))?;
        self.file = Some(bounded(name, self.limits));
        Ok(())
    }

    fn error(&mut self, xml: &Xml<'_, '_>, element: &Element<'_>) -> Result<(), ReadError> {
        let file = self.file.clone().ok_or_else(|| xml.at_element(element, "an `error` outside of a `file`"))?;
        let severity = match element.stated("severity").map(str::trim) {
            None | Some("error") => Severity::High,
            Some("warning") => Severity::Medium,
            Some("info") => Severity::Low,
            Some("ignore") => Severity::Info,
            Some(other) => {
                let what = format!("`severity` is {}; known are error, warning, info, ignore", quoted(other));
                return Err(xml.at_element(element, &what));
            }
        };
        let rule = element.stated("source").unwrap_or_default();
        let message = element.attribute("message").unwrap_or_default();
        let line = element.stated("line").and_then(|line| line.trim().parse().ok());
        self.issues.add(&Row { uri: Some(&file), line, ..Row::new(rule, severity, message) });
        Ok(())
    }
}
