//! One test case, from its begin to its end.

use super::duration::milliseconds;
use crate::{limits::Limits, text::bounded, xml::Element};
use std::sync::Arc;
use tidegate_core::evidence::{TestCase, TestStatus};

/// What a case's children say of it; the first here outranks the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Failure,
    Error,
    /// Failed again when it was run again: never without a failure in what Surefire writes.
    RerunFailure,
    RerunError,
    Skipped,
    /// Failed first, passed in the end.
    Flaky,
}

impl Mark {
    pub(super) fn of(element: &str) -> Option<Self> {
        Some(match element {
            "failure" => Self::Failure,
            "error" => Self::Error,
            "rerunFailure" => Self::RerunFailure,
            "rerunError" => Self::RerunError,
            "skipped" => Self::Skipped,
            "flakyFailure" | "flakyError" => Self::Flaky,
            _ => return None,
        })
    }

    fn status(self) -> TestStatus {
        match self {
            Self::Failure | Self::RerunFailure => TestStatus::Failed,
            Self::Error | Self::RerunError => TestStatus::Errored,
            Self::Skipped => TestStatus::Skipped,
            Self::Flaky => TestStatus::Flaky,
        }
    }
}

/// A case that has begun.
pub(super) struct OpenCase {
    /// Of its element.
    pub(super) depth: usize,
    case: TestCase,
    marked: Option<(Mark, Arc<str>)>,
    capture: Option<Capture>,
    limits: Limits,
}

/// The text of a child that marks its case.
struct Capture {
    mark: Mark,
    depth: usize,
    message: String,
    /// Depth of an output element inside, whose text is no message.
    muted: Option<usize>,
    text: String,
}

impl OpenCase {
    pub(super) fn of(element: &Element<'_>, suite: Arc<str>, depth: usize, limits: &Limits) -> Self {
        let name = element.attribute("name").unwrap_or_default();
        let name = match element.stated("classname") {
            None => bounded(name, limits),
            Some(class) if name.is_empty() => bounded(class, limits),
            Some(class) => bounded(&format!("{class}.{name}"), limits),
        };
        let duration_ms = element.attribute("time").map_or(0, milliseconds);
        let status = ["status", "result"].into_iter().filter_map(|key| element.attribute(key)).find_map(stated);
        let status = status.unwrap_or(TestStatus::Passed);
        let case = TestCase { suite, name, status, duration_ms, message: Arc::from("") };
        Self { depth, case, marked: None, capture: None, limits: limits.clone() }
    }

    /// The case that stands for a suite which failed outside of its cases.
    pub(super) fn of_suite(mark: Mark, element: &Element<'_>, suite: Arc<str>, depth: usize, limits: &Limits) -> Self {
        let name = bounded(&format!("{suite} (outside of its cases)"), limits);
        let case = TestCase { suite, name, status: mark.status(), duration_ms: 0, message: Arc::from("") };
        let capture = Some(Capture::of(mark, element, depth));
        Self { depth, case, marked: None, capture, limits: limits.clone() }
    }

    /// An element inside.
    pub(super) fn open(&mut self, name: &str, element: &Element<'_>, depth: usize) {
        match &mut self.capture {
            Some(capture) if capture.muted.is_none() && matches!(name, "system-out" | "system-err") => {
                capture.muted = Some(depth);
            }
            Some(_) => {}
            None if depth == self.depth + 1 => {
                self.capture = Mark::of(name).map(|mark| Capture::of(mark, element, depth));
            }
            None => {}
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        if let Some(capture) = self.capture.as_mut().filter(|capture| capture.muted.is_none())
            && capture.text.len() <= self.limits.text_bytes
        {
            capture.text.push_str(if capture.text.is_empty() { text.trim_start() } else { text });
        }
    }

    /// The element of this depth ends.
    pub(super) fn close(&mut self, depth: usize) {
        let Some(capture) = &mut self.capture else { return };
        if capture.muted == Some(depth) {
            capture.muted = None;
        }
        if capture.depth != depth {
            return;
        }
        let text = if capture.message.trim().is_empty() { capture.text.trim() } else { &capture.message };
        let mark = capture.mark;
        if self.marked.as_ref().is_none_or(|(known, _)| mark < *known) {
            self.marked = Some((mark, bounded(text, &self.limits)));
        }
        self.capture = None;
    }

    /// The case as it ended.
    pub(super) fn finish(self) -> TestCase {
        match self.marked {
            Some((mark, message)) => TestCase { status: mark.status(), message, ..self.case },
            None => self.case,
        }
    }
}

impl Capture {
    fn of(mark: Mark, element: &Element<'_>, depth: usize) -> Self {
        let message = element.attribute("message").unwrap_or_default().to_owned();
        Self { mark, depth, message, muted: None, text: String::new() }
    }
}

/// Some tools say how a case ended in an attribute alone: GoogleTest's disabled cases have no `skipped` inside.
fn stated(status: &str) -> Option<TestStatus> {
    Some(match status.trim().to_ascii_lowercase().as_str() {
        "notrun" | "disabled" | "skipped" | "suppressed" | "ignored" => TestStatus::Skipped,
        "fail" | "failed" | "failure" => TestStatus::Failed,
        "error" | "errored" => TestStatus::Errored,
        _ => return None,
    })
}
