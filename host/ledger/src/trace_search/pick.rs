//! What a query makes of the spans of one trace.

use super::{FoundSpan, FoundSpanset};
use crate::{
    span_index::{PLACE_BITS, key::Carrier},
    traceql::{
        ast::{Aggregate, Condition, Field, Intrinsic, KINDS, Operator, Query, STATUSES, Spanset, Stage, Value},
        stages::holds,
    },
};
use std::collections::BTreeMap;

/// How the spansets of a query belong together, by their places from the left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Of(usize),
    And(Box<Shape>, Box<Shape>),
    Or(Box<Shape>, Box<Shape>),
}

/// A span of which a condition holds.
#[derive(Debug, Clone)]
pub(crate) struct Picked {
    pub(crate) number: i64,
    pub(crate) part: i64,
    pub(crate) leaf: i64,
    pub(crate) kind: i64,
    pub(crate) status: i64,
    pub(crate) start_ns: i64,
    pub(crate) duration_ns: i64,
    pub(crate) trace_duration_ns: i64,
    pub(crate) span_id: String,
    pub(crate) parent_id: String,
    pub(crate) name: String,
    pub(crate) trace_id: String,
    /// Of each spanset, whether it is one of its spans.
    pub(crate) held: Vec<bool>,
    pub(crate) attributes: BTreeMap<Field, Value>,
}

impl Picked {
    /// The number under which its attributes of this kind lie.
    pub(crate) fn carrier(&self, carrier: Carrier) -> i64 {
        match carrier {
            Carrier::Span => self.number,
            Carrier::Part => self.part,
            Carrier::Tree => self.leaf << PLACE_BITS,
        }
    }

    fn value(&self, field: &Field) -> Option<Value> {
        let word = |words: &[&str], number: i64| {
            usize::try_from(number).ok().and_then(|place| words.get(place)).map(|word| Value::Text((*word).to_owned()))
        };
        match field {
            Field::Own(Intrinsic::Status) => word(&STATUSES, self.status),
            Field::Own(Intrinsic::Kind) => word(&KINDS, self.kind),
            Field::Own(Intrinsic::Duration) => Some(Value::Int(self.duration_ns)),
            Field::Own(Intrinsic::TraceDuration) => Some(Value::Int(self.trace_duration_ns)),
            Field::Own(Intrinsic::TraceId) => Some(Value::Text(self.trace_id.clone())),
            Field::Own(Intrinsic::SpanId) => Some(Value::Text(self.span_id.clone())),
            Field::Own(Intrinsic::ParentId) => {
                (!self.parent_id.is_empty()).then(|| Value::Text(self.parent_id.clone()))
            }
            field => self.attributes.get(field).cloned(),
        }
    }
}

/// What is shown of spans, or reckoned with, in the order in which the query names it.
pub(crate) fn fields(query: &Query) -> Vec<Field> {
    let mut fields = Vec::new();
    of_spans(&query.spans, &mut fields);
    for stage in &query.stages {
        match stage {
            Stage::By(field) => fields.push(field.clone()),
            Stage::Select(all) => fields.extend(all.iter().cloned()),
            Stage::Aggregate { aggregate, .. } => fields.extend(of_aggregate(aggregate).cloned()),
        }
    }
    let mut once: Vec<Field> = Vec::new();
    for field in fields {
        if !once.contains(&field) {
            once.push(field);
        }
    }
    once
}

fn of_spans(spans: &Spanset, fields: &mut Vec<Field>) {
    match spans {
        Spanset::Of(condition) => of_condition(condition, fields),
        Spanset::And(left, right) | Spanset::Or(left, right) => {
            of_spans(left, fields);
            of_spans(right, fields);
        }
    }
}

fn of_condition(condition: &Condition, fields: &mut Vec<Field>) {
    match condition {
        Condition::Is(_) => (),
        Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| of_condition(part, fields)),
        Condition::Not(inner) => of_condition(inner, fields),
        Condition::There { field, .. } | Condition::Compare { field, .. } => fields.push(field.clone()),
    }
}

fn of_aggregate(aggregate: &Aggregate) -> Option<&Field> {
    match aggregate {
        Aggregate::Count => None,
        Aggregate::Mean(field) | Aggregate::Least(field) | Aggregate::Greatest(field) | Aggregate::Sum(field) => {
            Some(field)
        }
    }
}

#[derive(Debug, Clone)]
struct Group {
    by: Vec<(Field, Option<Value>)>,
    spans: Vec<Picked>,
}

/// The spansets of a trace whose spans these are; none: it is not one that is asked for.
pub(crate) fn pick(query: &Query, shape: &Shape, spans: Vec<Picked>, spans_max: usize) -> Vec<FoundSpanset> {
    let Some(is_in) = members(shape, &spans) else { return Vec::new() };
    let spans: Vec<Picked> = spans.into_iter().zip(is_in).filter(|(_, is_in)| *is_in).map(|(span, _)| span).collect();
    let mut groups = vec![Group { by: Vec::new(), spans }];
    for stage in &query.stages {
        groups = match stage {
            Stage::By(field) => groups.into_iter().flat_map(|group| divided(group, field)).collect(),
            Stage::Select(_) => groups,
            Stage::Aggregate { aggregate, operator, number } => {
                groups.retain(|group| is_so(aggregate, *operator, *number, &group.spans));
                groups
            }
        };
    }
    let shown = fields(query);
    let mut spansets: Vec<FoundSpanset> = groups.into_iter().map(|group| show(group, &shown, spans_max)).collect();
    spansets.retain(|spanset| spanset.matched > 0);
    spansets
}

/// Which of the spans belong to a spanset; none: there is no such spanset in this trace.
fn members(shape: &Shape, spans: &[Picked]) -> Option<Vec<bool>> {
    let either = |left: Vec<bool>, right: Vec<bool>| left.into_iter().zip(right).map(|(l, r)| l || r).collect();
    match shape {
        Shape::Of(place) => {
            let held: Vec<bool> = spans.iter().map(|span| span.held.get(*place) == Some(&true)).collect();
            held.contains(&true).then_some(held)
        }
        Shape::And(left, right) => Some(either(members(left, spans)?, members(right, spans)?)),
        Shape::Or(left, right) => match (members(left, spans), members(right, spans)) {
            (Some(left), Some(right)) => Some(either(left, right)),
            (left, right) => left.or(right),
        },
    }
}

/// By the values of a field, in the order in which they come.
fn divided(group: Group, field: &Field) -> Vec<Group> {
    let Group { by, spans } = group;
    let mut groups: Vec<Group> = Vec::new();
    for span in spans {
        let value = span.value(field);
        let same = |group: &&mut Group| group.by.last().is_some_and(|(_, other)| *other == value);
        match groups.iter_mut().find(same) {
            Some(group) => group.spans.push(span),
            None => {
                let by = by.iter().cloned().chain([(field.clone(), value)]).collect();
                groups.push(Group { by, spans: vec![span] });
            }
        }
    }
    groups
}

#[expect(clippy::cast_precision_loss, reason = "compared as floats")]
fn is_so(aggregate: &Aggregate, operator: Operator, number: f64, spans: &[Picked]) -> bool {
    let Some(field) = of_aggregate(aggregate) else { return holds(spans.len() as f64, operator, number) };
    let numbers: Vec<f64> = spans.iter().filter_map(|span| span.value(field)?.number()).collect();
    let sum: f64 = numbers.iter().sum();
    let made = match aggregate {
        Aggregate::Count | Aggregate::Sum(_) => Some(sum),
        Aggregate::Mean(_) => Some(sum / numbers.len() as f64),
        Aggregate::Least(_) => numbers.iter().copied().reduce(f64::min),
        Aggregate::Greatest(_) => numbers.iter().copied().reduce(f64::max),
    };
    // Of spans that have no such number nothing is so.
    !numbers.is_empty() && made.is_some_and(|made| holds(made, operator, number))
}

fn show(group: Group, shown: &[Field], spans_max: usize) -> FoundSpanset {
    let matched = group.spans.len() as u64;
    let span = |span: Picked| {
        let attributes = shown.iter().filter_map(|field| Some((field.clone(), span.value(field)?))).collect();
        let Picked { span_id, name, start_ns, duration_ns, .. } = span;
        FoundSpan { span_id, name, start_ns, duration_ns, attributes }
    };
    FoundSpanset { spans: group.spans.into_iter().take(spans_max).map(span).collect(), matched, by: group.by }
}
