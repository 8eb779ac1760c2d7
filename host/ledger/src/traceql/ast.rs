//! What a query says.

pub use crate::span_index::{key::Scope, value::Value};

/// A query: which spans, and what to make of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Which spans of which traces.
    pub spans: Spanset,
    /// What to do with those of a trace, in this order.
    pub stages: Vec<Stage>,
    /// What is to be counted instead; none: traces are listed.
    pub metric: Option<Metric>,
}

/// Which spans of which traces.
#[derive(Debug, Clone, PartialEq)]
pub enum Spanset {
    /// Spans of which this holds.
    Of(Condition),
    /// Of traces that have both, the spans of either.
    And(Box<Spanset>, Box<Spanset>),
    /// The spans of either.
    Or(Box<Spanset>, Box<Spanset>),
}

/// What holds of a span.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// Always, or never.
    Is(bool),
    /// All of them hold.
    All(Vec<Condition>),
    /// One of them holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A field is there, or is not.
    There {
        /// Which.
        field: Field,
        /// Whether it has to be there.
        there: bool,
    },
    /// A field has a value that compares so. A field that is not there compares with nothing.
    Compare {
        /// Which.
        field: Field,
        /// How.
        operator: Operator,
        /// With what.
        literal: Literal,
    },
}

/// What is compared, shown, or grouped by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// An attribute; without a scope: a span's or its resource's.
    Attribute {
        /// Whose.
        scope: Option<Scope>,
        /// What it is called.
        name: String,
    },
    /// What every span has by itself.
    Own(Intrinsic),
}

/// What every span has by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Intrinsic {
    /// The span's name.
    Name,
    /// Its status.
    Status,
    /// What its status says beside.
    StatusMessage,
    /// Which side of a call it is.
    Kind,
    /// How long it took.
    Duration,
    /// How long its decision's whole tree took.
    TraceDuration,
    /// The name of the tree's first span.
    RootName,
    /// The service of the tree's first span.
    RootService,
    /// The trace's id.
    TraceId,
    /// The span's id.
    SpanId,
    /// Its parent's id.
    ParentId,
    /// The name of an event on it.
    EventName,
    /// The trace that a link on it leads to.
    LinkTrace,
    /// The span that a link on it leads to.
    LinkSpan,
    /// The library that made it.
    LibraryName,
    /// That library's version.
    LibraryVersion,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `=~`: the whole text fits.
    Fits,
    /// `!~`: the whole text does not fit.
    FitsNot,
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A text, a number, true or false.
    Value(Value),
    /// Nanoseconds.
    Duration(i64),
    /// `error`, `ok` or `unset`, as OTLP numbers them.
    Status(i32),
    /// `server`, `client`, … as OTLP numbers them.
    Kind(i32),
}

/// What is done with the spans of a trace.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// They are divided by a field's value.
    By(Field),
    /// These fields are shown too.
    Select(Vec<Field>),
    /// Only those of which this number compares so are kept.
    Aggregate {
        /// Which number.
        aggregate: Aggregate,
        /// How.
        operator: Operator,
        /// With what; of durations nanoseconds.
        number: f64,
    },
}

/// A number that is made of some spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// How many they are.
    Count,
    /// The mean of a field where it is a number.
    Mean(Field),
    /// The least.
    Least(Field),
    /// The greatest.
    Greatest(Field),
    /// All together.
    Sum(Field),
}

/// What is counted over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    /// Whether it is a number of spans a second instead of a number of spans.
    pub each_second: bool,
    /// Divided by the values of these.
    pub by: Vec<Field>,
}

/// OTLP's words for a span's status, in their order.
pub const STATUSES: [&str; 3] = ["unset", "ok", "error"];
/// OTLP's words for a span's kind, in their order.
pub const KINDS: [&str; 6] = ["unspecified", "internal", "server", "client", "producer", "consumer"];
