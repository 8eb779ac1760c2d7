//! Looking for spans: what is asked, and what comes back.

pub(crate) mod pick;

use crate::traceql::ast::{Field, Query, Value};
use std::fmt;
use tidegate_core::name::{EnvironmentName, ServiceName};

/// Traces of one search, at most.
pub const TRACES_MAX: usize = 1_000;
/// Spans that are shown of a spanset, at most.
pub const SPANS_MAX: usize = 100;
/// Series of one metric, at most.
pub const SERIES_MAX: usize = 1_000;
/// Points of one series, at most.
pub const POINTS_MAX: u64 = 11_000;
/// Values of a tag, at most.
pub const VALUES_MAX: usize = 1_000;
/// Values of one field that a pattern or an order is tried on, at most.
pub const TRIED_MAX: usize = 100_000;
/// Trees that one search looks at more closely, at most; and of one trace, at most a sixteenth of that.
pub const TREES_MAX: usize = 65_536;
/// Kinds of reach that are told apart, at most.
pub const REACHES_MAX: usize = 20_000;

/// Traces whose decision's tree began then: nanoseconds since 1970, the end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From then on.
    pub from_ns: i64,
    /// Until before then.
    pub until_ns: i64,
}

impl Window {
    /// Whatever there is.
    pub const ALL: Self = Self { from_ns: 0, until_ns: i64::MAX };
}

/// Which decisions may be seen.
#[derive(Clone, Copy)]
pub enum Sight<'a> {
    /// All of them.
    All,
    /// Those of which this holds, by environment and services.
    Of(&'a (dyn Fn(&EnvironmentName, &[ServiceName]) -> bool + Sync)),
}

impl fmt::Debug for Sight<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "All",
            Self::Of(_) => "Of",
        })
    }
}

/// What traces are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// Which.
    pub query: &'a Query,
    /// When.
    pub window: Window,
    /// Whose.
    pub sight: Sight<'a>,
    /// So many of the newest, at most.
    pub traces_max: usize,
    /// Spans that are shown of each spanset, at most.
    pub spans_max: usize,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// The newest first.
    pub traces: Vec<FoundTrace>,
    /// Traces that were looked at.
    pub looked_at: u64,
}

/// A trace of which some spans were asked for. What is said of it is said of its newest tree that may be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundTrace {
    /// 32 hexadecimal digits.
    pub trace_id: String,
    /// The service of its first span.
    pub root_service: String,
    /// The name of its first span.
    pub root_name: String,
    /// When it began.
    pub start_ns: i64,
    /// How long it took.
    pub duration_ns: i64,
    /// At least one.
    pub spansets: Vec<FoundSpanset>,
}

/// Spans that were asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundSpanset {
    /// The first of them.
    pub spans: Vec<FoundSpan>,
    /// How many they are.
    pub matched: u64,
    /// What they were divided by.
    pub by: Vec<(Field, Option<Value>)>,
}

/// A span.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundSpan {
    /// 16 hexadecimal digits.
    pub span_id: String,
    /// What it is called.
    pub name: String,
    /// When it began.
    pub start_ns: i64,
    /// How long it took.
    pub duration_ns: i64,
    /// What the query speaks of, of this span; of several values of one field the first.
    pub attributes: Vec<(Field, Value)>,
}

/// What is counted.
#[derive(Debug, Clone, Copy)]
pub struct Count<'a> {
    /// Which spans. It has a metric.
    pub query: &'a Query,
    /// When.
    pub window: Window,
    /// Whose.
    pub sight: Sight<'a>,
    /// Nanoseconds of each point; more than zero. A point counts what began in these nanoseconds.
    pub step_ns: i64,
    /// What it is counted from. The answer is the same.
    pub from: CountFrom,
}

/// What spans are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountFrom {
    /// Hourly sums where they say what is asked for, and else the spans.
    Hours,
    /// Every span.
    Spans,
}

/// One series.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Divided by these values; none: it has none.
    pub by: Vec<(Field, Option<Value>)>,
    /// Spans of each step in which there are some, by the number of the step.
    pub counts: Vec<(u64, u64)>,
}

/// The tree of a decision that belongs to a trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceTree {
    /// Of its leaf.
    pub leaf_index: u64,
    /// OTLP's `TracesData`; none: it is not kept any more.
    pub bytes: Option<Vec<u8>>,
}

/// Why nothing was found out.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The ledger could not be read.
    #[error(transparent)]
    Read(#[from] crate::error::ReadError),
    /// Over a limit: another question may be answered.
    #[error("{what}: {used} used, {allowed} allowed")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much there is, at least.
        used: usize,
        /// How much may be.
        allowed: usize,
    },
    /// It cannot be answered.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
}

impl From<sqlx::Error> for SearchError {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}
