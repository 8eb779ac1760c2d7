//! What a query means, read off the trees as OTLP has them: slow, plain, and without any of the ledger's code but the query's own words.

use opentelemetry_proto::tonic::{
    common::v1::{InstrumentationScope, KeyValue, any_value::Value as Any},
    trace::v1::{ResourceSpans, Span, TracesData},
};
use prost::Message as _;
use std::{cmp::Ordering, collections::BTreeMap};
use tidegate_ledger::{
    trace_search::Window,
    traceql::ast::{Condition, Field, Intrinsic, KINDS, Literal, Operator, Query, STATUSES, Scope, Spanset, Value},
};

/// A decision's tree.
pub(crate) struct Model {
    leaf: u64,
    pub(crate) environment: &'static str,
    parts: Vec<ResourceSpans>,
}

impl Model {
    pub(crate) fn new(leaf: u64, environment: &'static str, _service: &str, tree: &[u8]) -> Self {
        Self { leaf, environment, parts: TracesData::decode(tree).unwrap().resource_spans }
    }

    fn spans(&self) -> impl Iterator<Item = (&ResourceSpans, &InstrumentationScope, &Span)> {
        self.parts.iter().flat_map(|part| {
            part.scope_spans
                .iter()
                .flat_map(move |scope| scope.spans.iter().map(move |span| (part, scope.scope.as_ref().unwrap(), span)))
        })
    }

    fn start(&self) -> u64 {
        self.spans().map(|(.., span)| span.start_time_unix_nano).min().unwrap()
    }

    fn duration(&self) -> u64 {
        self.spans().map(|(.., span)| span.end_time_unix_nano).max().unwrap() - self.start()
    }

    fn root(&self) -> (&ResourceSpans, &Span) {
        let (part, _, span) = self.spans().find(|(.., span)| span.parent_span_id.is_empty()).unwrap();
        (part, span)
    }

    fn trace(&self) -> String {
        hex(&self.spans().next().unwrap().2.trace_id)
    }

    pub(crate) fn is_in(&self, window: Window) -> bool {
        (window.from_ns..window.until_ns).contains(&i64::try_from(self.start()).unwrap())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn scalars(value: &Any) -> Vec<Value> {
    match value {
        Any::StringValue(text) => vec![Value::Text(text.clone())],
        Any::IntValue(number) => vec![Value::Int(*number)],
        Any::DoubleValue(number) => vec![Value::Float(*number)],
        Any::BoolValue(flag) => vec![Value::Bool(*flag)],
        Any::ArrayValue(all) => all.values.iter().filter_map(|one| one.value.as_ref()).flat_map(scalars).collect(),
        _ => vec![],
    }
}

fn named(pairs: &[KeyValue], name: &str) -> Vec<Value> {
    let fitting = pairs.iter().filter(|pair| pair.key == name);
    fitting.filter_map(|pair| pair.value.as_ref()?.value.as_ref()).flat_map(scalars).collect()
}

type Place<'a> = (&'a Model, &'a ResourceSpans, &'a InstrumentationScope, &'a Span);

/// Every value that a field has on a span.
fn values((model, part, library, span): Place<'_>, field: &Field) -> Vec<Value> {
    let texts = |all: Vec<String>| all.into_iter().filter(|text| !text.is_empty()).map(Value::Text).collect();
    let resource = |part: &ResourceSpans, name: &str| named(&part.resource.as_ref().unwrap().attributes, name);
    match field {
        Field::Attribute { scope: None, name } => {
            let mut all = named(&span.attributes, name);
            all.extend(resource(part, name));
            all
        }
        Field::Attribute { scope: Some(scope), name } => match scope {
            Scope::Span => named(&span.attributes, name),
            Scope::Resource => resource(part, name),
            Scope::Event => span.events.iter().flat_map(|event| named(&event.attributes, name)).collect(),
            Scope::Link => span.links.iter().flat_map(|link| named(&link.attributes, name)).collect(),
            Scope::Instrumentation => named(&library.attributes, name),
            Scope::Intrinsic => vec![],
        },
        Field::Own(own) => texts(match own {
            Intrinsic::Name => vec![span.name.clone()],
            Intrinsic::StatusMessage => span.status.iter().map(|status| status.message.clone()).collect(),
            Intrinsic::RootName => vec![model.root().1.name.clone()],
            Intrinsic::RootService => {
                resource(model.root().0, "service.name").into_iter().map(|value| value.text()).collect()
            }
            Intrinsic::EventName => span.events.iter().map(|event| event.name.clone()).collect(),
            Intrinsic::LibraryName => vec![library.name.clone()],
            Intrinsic::TraceId => vec![hex(&span.trace_id)],
            Intrinsic::SpanId => vec![hex(&span.span_id)],
            Intrinsic::ParentId => vec![hex(&span.parent_span_id)],
            Intrinsic::Status => vec![STATUSES[status(span)].to_owned()],
            Intrinsic::Kind => vec![KINDS[usize::try_from(span.kind).unwrap()].to_owned()],
            _ => vec![],
        }),
    }
}

fn status(span: &Span) -> usize {
    span.status.as_ref().map_or(0, |status| usize::try_from(status.code).unwrap())
}

fn is_so(operator: Operator, order: Option<Ordering>) -> bool {
    let Some(order) = order else { return false };
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Fits | Operator::FitsNot => false,
    }
}

#[expect(clippy::cast_precision_loss, reason = "the numbers of these trees are small")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

fn one(value: &Value, operator: Operator, literal: &Value) -> bool {
    match (value, literal) {
        (Value::Text(text), Value::Text(pattern)) if matches!(operator, Operator::Fits | Operator::FitsNot) => {
            let fits = regex::Regex::new(&format!("^(?:{pattern})$")).unwrap().is_match(text);
            fits == (operator == Operator::Fits)
        }
        (Value::Text(left), Value::Text(right)) => is_so(operator, Some(left.cmp(right))),
        (Value::Bool(left), Value::Bool(right)) => is_so(operator, Some(left.cmp(right))),
        (left, right) => match (number(left), number(right)) {
            (Some(left), Some(right)) => is_so(operator, left.partial_cmp(&right)),
            _ => false,
        },
    }
}

fn holds(place: Place<'_>, condition: &Condition) -> bool {
    let (model, .., span) = place;
    match condition {
        Condition::Is(is) => *is,
        Condition::All(parts) => parts.iter().all(|part| holds(place, part)),
        Condition::Any(parts) => parts.iter().any(|part| holds(place, part)),
        Condition::Not(inner) => !holds(place, inner),
        Condition::There { field, there } => values(place, field).is_empty() != *there,
        Condition::Compare { field, operator, literal } => {
            let compared = |left: i64, right: i64| is_so(*operator, Some(left.cmp(&right)));
            match (field, literal) {
                (Field::Own(Intrinsic::Duration), Literal::Duration(nanos)) => {
                    compared(i64::try_from(span.end_time_unix_nano - span.start_time_unix_nano).unwrap(), *nanos)
                }
                (Field::Own(Intrinsic::TraceDuration), Literal::Duration(nanos)) => {
                    compared(i64::try_from(model.duration()).unwrap(), *nanos)
                }
                (_, Literal::Status(wanted)) => compared(i64::try_from(status(span)).unwrap(), i64::from(*wanted)),
                (_, Literal::Kind(wanted)) => compared(i64::from(span.kind), i64::from(*wanted)),
                // Of ids nothing but the whole is compared, and who has no parent has another one than any.
                (
                    Field::Own(own @ (Intrinsic::TraceId | Intrinsic::SpanId | Intrinsic::ParentId)),
                    Literal::Value(wanted),
                ) => {
                    let digits = if *own == Intrinsic::TraceId { 32 } else { 16 };
                    let wanted = format!("{:0>digits$}", wanted.text());
                    let found = values(place, field).first().map(Value::text).unwrap_or_default();
                    is_so(*operator, Some(found.cmp(&wanted)))
                }
                (field, Literal::Value(literal)) => {
                    values(place, field).iter().any(|value| one(value, *operator, literal))
                }
                (field, Literal::Duration(nanos)) => {
                    values(place, field).iter().any(|value| one(value, *operator, &Value::Int(*nanos)))
                }
            }
        }
    }
}

type SpanIds = BTreeMap<(u64, usize), String>;

/// The spans of a trace that belong to a spanset, if there is one.
fn spanset(spans: &Spanset, trees: &[&Model]) -> Option<SpanIds> {
    match spans {
        Spanset::Of(condition) => {
            let mut found = SpanIds::new();
            for model in trees {
                for (place, (part, library, span)) in model.spans().enumerate() {
                    if holds((model, part, library, span), condition) {
                        found.insert((model.leaf, place), hex(&span.span_id));
                    }
                }
            }
            (!found.is_empty()).then_some(found)
        }
        Spanset::And(left, right) => {
            let mut found = spanset(left, trees)?;
            found.extend(spanset(right, trees)?);
            Some(found)
        }
        Spanset::Or(left, right) => match (spanset(left, trees), spanset(right, trees)) {
            (Some(mut left), Some(right)) => {
                left.extend(right);
                Some(left)
            }
            (left, right) => left.or(right),
        },
    }
}

/// Traces and their spans, those first whose candidate was recorded last.
pub(crate) fn matching(query: &Query, models: &[&Model]) -> Vec<(String, Vec<String>)> {
    let mut traces: BTreeMap<String, Vec<&Model>> = BTreeMap::new();
    for model in models {
        traces.entry(model.trace()).or_default().push(model);
    }
    let mut found: Vec<(u64, String, Vec<String>)> = traces
        .into_iter()
        .filter_map(|(trace, trees)| {
            let ids = spanset(&query.spans, &trees)?;
            Some((newest(&query.spans, &trees), trace, ids.into_values().collect()))
        })
        .collect();
    found.sort_by_key(|(leaf, ..)| std::cmp::Reverse(*leaf));
    found.into_iter().map(|(_, trace, ids)| (trace, ids)).collect()
}

/// The last leaf with one of the spans by which a trace is found: of two that have to be there those of the first.
fn newest(spans: &Spanset, trees: &[&Model]) -> u64 {
    match spans {
        Spanset::Of(_) => spanset(spans, trees).and_then(|ids| ids.keys().last().map(|(leaf, _)| *leaf)).unwrap_or(0),
        Spanset::And(left, right) if **left == Spanset::Of(Condition::Is(true)) => newest(right, trees),
        Spanset::And(left, _) => newest(left, trees),
        Spanset::Or(left, right) => newest(left, trees).max(newest(right, trees)),
    }
}

type Counted = Vec<(Option<String>, Vec<(u64, u64)>)>;

/// By each value of a field: a span with several counts for each of them, one without for none.
pub(crate) fn counted(query: &Query, models: &[&Model], window: Window, step_ns: i64) -> Counted {
    let field = &query.metric.as_ref().unwrap().by[0];
    let Spanset::Of(condition) = &query.spans else { unreachable!("one spanset") };
    let mut counts: BTreeMap<Option<(u8, String)>, BTreeMap<u64, u64>> = BTreeMap::new();
    for model in models {
        for (part, library, span) in model.spans() {
            if !holds((model, part, library, span), condition) {
                continue;
            }
            let from = u64::try_from(window.from_ns).unwrap();
            let step = (model.start() - from) / u64::try_from(step_ns).unwrap();
            let scoped = |scope| match field {
                Field::Attribute { scope: None, name } => {
                    values((model, part, library, span), &Field::Attribute { scope: Some(scope), name: name.clone() })
                }
                field => values((model, part, library, span), field),
            };
            // Without a scope the span's own come first.
            let mut of_span = scoped(Scope::Span);
            if of_span.is_empty() {
                of_span = scoped(Scope::Resource);
            }
            let mut keys: Vec<Option<(u8, String)>> =
                of_span.iter().map(|value| Some((class(value), value.text()))).collect();
            keys.sort();
            keys.dedup();
            if keys.is_empty() {
                keys.push(None);
            }
            for key in keys {
                *counts.entry(key).or_default().entry(step).or_default() += 1;
            }
        }
    }
    counts.into_iter().map(|(key, steps)| (key.map(|(_, text)| text), steps.into_iter().collect())).collect()
}

fn class(value: &Value) -> u8 {
    match value {
        Value::Text(_) => 0,
        Value::Int(_) => 1,
        Value::Float(_) => 2,
        Value::Bool(_) => 3,
    }
}
