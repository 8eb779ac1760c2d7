//! One result, from its begin to its end.

use super::{duration::milliseconds, outcome::Outcome};
use crate::{
    limits::Limits,
    text::{bounded, quoted},
    xml::Element,
};
use std::sync::Arc;
use tidegate_core::evidence::{TestCase, TestStatus};

/// A result that has begun.
pub(super) struct OpenResult {
    /// Elements around it.
    pub(super) depth: usize,
    pub(super) outcome: Outcome,
    /// Results directly inside.
    pub(super) inner: usize,
    /// Whether one inside failed, however deep.
    pub(super) inner_bad: bool,
    /// The outcome's word, where it is not one that TRX knows.
    unknown: Option<String>,
    name: String,
    test_id: Option<Arc<str>>,
    duration_ms: u64,
    message: String,
    trace: String,
}

/// A case whose suite is not known yet.
pub(super) struct Case {
    pub(super) case: TestCase,
    /// The definition that names its class.
    pub(super) test_id: Option<Arc<str>>,
}

impl Case {
    /// What stands for a failure outside of every case.
    pub(super) fn outside(name: &str, message: &str, limits: &Limits) -> Self {
        let case = TestCase {
            suite: Arc::from(""),
            name: Arc::from(name),
            status: TestStatus::Errored,
            duration_ms: 0,
            message: bounded(message, limits),
        };
        Self { case, test_id: None }
    }
}

impl OpenResult {
    /// One inside another says what it does not say itself through that.
    pub(super) fn of(element: &Element<'_>, outer: Option<&Self>, depth: usize) -> Self {
        let stated = element.stated("outcome");
        let outcome = stated.map_or(Outcome::Error, Outcome::of);
        let name = element.stated("testName").or(outer.map(|outer| outer.name.as_str())).unwrap_or_default();
        let own_id = element.stated("testId").map(Arc::from);
        Self {
            depth,
            outcome,
            inner: 0,
            inner_bad: false,
            unknown: stated.filter(|_| outcome == Outcome::Unknown).map(quoted),
            name: name.to_owned(),
            test_id: own_id.or_else(|| outer.and_then(|outer| outer.test_id.clone())),
            duration_ms: element.attribute("duration").map_or(0, milliseconds),
            message: String::new(),
            trace: String::new(),
        }
    }

    /// Text of an element of its `ErrorInfo`.
    pub(super) fn text(&mut self, name: &str, text: &str, limits: &Limits) {
        let kept = match name {
            "Message" => &mut self.message,
            "StackTrace" => &mut self.trace,
            _ => return,
        };
        if kept.len() <= limits.text_bytes {
            kept.push_str(if kept.is_empty() { text.trim_start() } else { text });
        }
    }

    /// A result directly inside has ended.
    pub(super) fn holds(&mut self, inner: &Self) {
        self.inner += 1;
        self.inner_bad |= inner.inner_bad || inner.outcome.is_bad();
    }

    /// The case as it ended.
    pub(super) fn case(self, limits: &Limits) -> Case {
        let text = if self.message.trim().is_empty() { self.trace.trim() } else { self.message.trim() };
        let message = match &self.unknown {
            Some(word) if text.is_empty() => bounded(&format!("the result says outcome={word}"), limits),
            _ => bounded(text, limits),
        };
        let case = TestCase {
            suite: Arc::from(""),
            name: bounded(&self.name, limits),
            status: self.outcome.status(),
            duration_ms: self.duration_ms,
            message,
        };
        Case { case, test_id: self.test_id }
    }
}
