//! A span tree as a waterfall: a line for each span, indented below its parent, with a bar where its time lies.
//!
//! **Invariant:** no line is wider than asked for, and nothing of the tree's texts steers a terminal.

use super::escape::terminal;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Spans that are drawn, at most.
const SPANS_MAX: usize = 2_000;
/// How deep spans are indented, at most.
const DEPTH_MAX: usize = 12;
/// Characters of a duration.
const TOOK_CHARS: usize = 9;

/// A tree that cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum Undrawn {
    /// It is not what OTLP's JSON is.
    #[error("the span tree cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// It has none.
    #[error("the span tree holds no span")]
    Empty,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Traces {
    #[serde(default)]
    resource_spans: Vec<Resource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    #[serde(default)]
    scope_spans: Vec<Scope>,
}

#[derive(Deserialize)]
struct Scope {
    #[serde(default)]
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    #[serde(default)]
    span_id: String,
    #[serde(default)]
    parent_span_id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    start_time_unix_nano: String,
    #[serde(default)]
    end_time_unix_nano: String,
    #[serde(default)]
    attributes: Vec<Value>,
    #[serde(default)]
    status: Option<Value>,
}

impl Span {
    fn start(&self) -> u64 {
        self.start_time_unix_nano.parse().unwrap_or(0)
    }

    /// Never before its start.
    fn end(&self) -> u64 {
        self.end_time_unix_nano.parse().unwrap_or(0).max(self.start())
    }

    fn attribute(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|pair| pair.get("key").and_then(Value::as_str) == Some(key))?;
        found.pointer("/value/stringValue").and_then(Value::as_str)
    }

    /// Its name, and what tells it from others of that name.
    fn label(&self) -> String {
        let told = ["tidegate.stage.id", "tidegate.stage.service", "tidegate.stage.result"];
        let told: Vec<&str> = told.into_iter().filter_map(|key| self.attribute(key)).collect();
        // Every span of the gate's own begins so.
        let name = self.name.strip_prefix("tidegate.").unwrap_or(&self.name);
        [&[name], told.as_slice()].concat().join(" ")
    }

    fn is_error(&self) -> bool {
        self.status.as_ref().and_then(|status| status.get("code")).and_then(Value::as_u64) == Some(2)
    }
}

/// The tree, drawn in so many columns.
pub fn waterfall(tree: &Value, width: usize) -> Result<String, Undrawn> {
    let traces = Traces::deserialize(tree)?;
    let scopes = traces.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    let spans: Vec<Span> = scopes.flat_map(|scope| scope.spans).take(SPANS_MAX).collect();
    let (Some(from), Some(to)) = (spans.iter().map(Span::start).min(), spans.iter().map(Span::end).max()) else {
        return Err(Undrawn::Empty);
    };
    let columns = Columns::of(width);
    let lines = in_order(&spans).into_iter().map(|(depth, span)| columns.line(depth, span, from, to));
    Ok(lines.collect())
}

/// Parents before their children, which come by their start; who has no parent here is a root.
fn in_order(spans: &[Span]) -> Vec<(usize, &Span)> {
    let ids: BTreeSet<&str> = spans.iter().map(|span| span.span_id.as_str()).collect();
    let mut children: BTreeMap<&str, Vec<&Span>> = BTreeMap::new();
    for span in spans {
        let is_child = ids.contains(span.parent_span_id.as_str()) && span.parent_span_id != span.span_id;
        let parent = if is_child { span.parent_span_id.as_str() } else { "" };
        children.entry(parent).or_default().push(span);
    }
    children.values_mut().for_each(|spans| spans.sort_by_key(|span| std::cmp::Reverse((span.start(), span.end()))));
    let mut waiting: Vec<(usize, &Span)> =
        children.remove("").unwrap_or_default().into_iter().map(|s| (0, s)).collect();
    let mut ordered = Vec::with_capacity(spans.len());
    while let Some((depth, span)) = waiting.pop() {
        ordered.push((depth, span));
        // Taken out: spans that are each other's parents are drawn once at most.
        let below = children.remove(span.span_id.as_str()).unwrap_or_default();
        waiting.extend(below.into_iter().map(|span| (depth + 1, span)));
    }
    ordered
}

/// How a line is divided: label, bar, duration.
struct Columns {
    label: usize,
    bar: usize,
}

impl Columns {
    fn of(width: usize) -> Self {
        let room = width.saturating_sub(TOOK_CHARS + 4);
        let label = (room * 2 / 5).min(60);
        Self { label, bar: room.saturating_sub(label) }
    }

    fn line(&self, depth: usize, span: &Span, from: u64, to: u64) -> String {
        let indented = format!("{}{}", "  ".repeat(depth.min(DEPTH_MAX)), span.label());
        let label = filled(&terminal(&indented, self.label), self.label);
        let bar = bar(self.bar, (span.start() - from, span.end() - from), to - from);
        let mark = if span.is_error() { '!' } else { ' ' };
        let took = in_words(span.end() - span.start());
        format!("{label} {mark}{bar} {took:>TOOK_CHARS$}\n")
    }
}

/// In so many columns, cut or with blanks behind it. Who is not ASCII may take two: it is counted as if it did, so that nothing is wider.
fn filled(text: &str, columns: usize) -> String {
    let wide = |character: char| if character.is_ascii() { 1 } else { 2 };
    let used: usize = text.chars().map(wide).sum();
    let (mut filled, mut room) = (String::new(), if used > columns { columns.saturating_sub(2) } else { columns });
    for character in text.chars() {
        if wide(character) > room {
            break;
        }
        room -= wide(character);
        filled.push(character);
    }
    filled.push_str(&" ".repeat(room));
    filled + if used > columns { "… " } else { "" }
}

/// A bar of at least one character where a span lies within the whole.
fn bar(width: usize, (start, end): (u64, u64), whole: u64) -> String {
    let place = |at: u64| {
        let scaled = u128::from(at) * width as u128 / u128::from(whole.max(1));
        usize::try_from(scaled).unwrap_or(width).min(width)
    };
    let first = place(start).min(width.saturating_sub(1));
    let last = place(end).max(first + 1).min(width);
    format!("{}{}{}", " ".repeat(first), "█".repeat(last - first), " ".repeat(width - last))
}

/// As long as a span took, in four digits at most.
fn in_words(nanos: u64) -> String {
    let of = |unit: u64, word: &str| format!("{}.{} {word}", nanos / unit, nanos % unit * 10 / unit);
    match nanos {
        0..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => of(1_000, "µs"),
        1_000_000..1_000_000_000 => of(1_000_000, "ms"),
        1_000_000_000..10_000_000_000_000 => of(1_000_000_000, "s"),
        _ => "> 2 h".to_owned(),
    }
}

#[cfg(test)]
mod tests;
