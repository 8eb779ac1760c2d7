//! `GET /tempo/api/search`.

use super::{
    asked::{Parameters, readable, sight},
    found,
    refused::{NotAnswered, in_time},
};
use crate::{gate::Gate, http::reply::json, identity::principal::Principal};
use axum::{
    Extension,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse as _, Response},
};
use std::sync::Arc;
use tidegate_ledger::{
    trace_search::{SPANS_MAX, Search, TRACES_MAX},
    traceql::{
        ast::{Condition, Literal, Operator, Query, Spanset, Value},
        names::field_of,
        parse,
    },
};

const TRACES_USUAL: usize = 20;
const SPANS_USUAL: usize = 3;
/// Tags of one search, at most.
const TAGS_MAX: usize = 32;

/// Traces that are asked for in TraceQL (`q`), or by `tags`, `minDuration` and `maxDuration`; the newest first.
pub async fn search(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    uri: Uri,
) -> Response {
    match answer(&gate, &principal, &uri).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn answer(gate: &Gate, principal: &Principal, uri: &Uri) -> Result<Response, NotAnswered> {
    let asked = Parameters::of(uri)?;
    let query = match asked.text("q") {
        Some(text) => parse(text)?,
        None => by_tags(&asked)?,
    };
    if query.metric.is_some() {
        return Err(NotAnswered::Query("a metric is asked for at `/api/metrics/query_range`".to_owned()));
    }
    let readable = readable(principal);
    let search = Search {
        query: &query,
        window: asked.window()?,
        sight: sight(principal, &readable),
        traces_max: asked.number("limit", TRACES_USUAL, TRACES_MAX)?,
        spans_max: asked.number("spss", SPANS_USUAL, SPANS_MAX)?,
    };
    let found = in_time(gate.ledger().find_traces(search)).await?;
    asked.read(gate, principal, "/tempo/api/search", found.traces.len()).await?;
    Ok(json(StatusCode::OK, "application/json", &found::search(found)))
}

/// The older way to ask: each tag has to be on some span of the trace.
fn by_tags(asked: &Parameters) -> Result<Query, NotAnswered> {
    let tags = asked.text("tags").unwrap_or_default();
    let wrong = || NotAnswered::Parameter {
        name: "tags",
        given: tags.to_owned(),
        expected: "`name=value`, with spaces between",
    };
    let pairs = logfmt(tags).filter(|pairs| pairs.len() <= TAGS_MAX).ok_or_else(wrong)?;
    let mut conditions = Vec::new();
    for (name, value) in pairs {
        conditions.push(tagged(&name, &value).ok_or_else(wrong)?);
    }
    for (name, operator) in [("minDuration", Operator::GreaterOrEqual), ("maxDuration", Operator::LessOrEqual)] {
        if let (Some(nanos), Some(field)) = (asked.duration(name)?, field_of("traceDuration")) {
            conditions.push(Condition::Compare { field, operator, literal: Literal::Duration(nanos) });
        }
    }
    let all = conditions.into_iter().map(Spanset::Of);
    let spans = all.reduce(|left, right| Spanset::And(Box::new(left), Box::new(right)));
    Ok(Query { spans: spans.unwrap_or(Spanset::Of(Condition::Is(true))), stages: Vec::new(), metric: None })
}

/// An attribute has this value, whatever type it is of.
fn tagged(name: &str, value: &str) -> Option<Condition> {
    let field = field_of(name)?;
    let is = |value: Value| Condition::Compare {
        field: field.clone(),
        operator: Operator::Equal,
        literal: Literal::Value(value),
    };
    // What is no text by itself, as `status`, is asked as the language asks it.
    if let Ok(Query { spans: Spanset::Of(condition), .. }) = parse(&format!("{{ {field} = {value} }}")) {
        return Some(Condition::Any(vec![condition, is(Value::Text(value.to_owned()))]));
    }
    Some(is(Value::Text(value.to_owned())))
}

/// `a=b c="d e"`; none: it is not that.
fn logfmt(text: &str) -> Option<Vec<(String, String)>> {
    let (mut pairs, mut rest) = (Vec::new(), text.trim_start());
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=')?;
        if name.is_empty() || name.contains(char::is_whitespace) {
            return None;
        }
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted)?,
            None => {
                let end = after.find(char::is_whitespace).unwrap_or(after.len());
                let (value, after) = after.split_at_checked(end)?;
                (value.to_owned(), after)
            }
        };
        pairs.push((name.to_owned(), value));
        rest = after.trim_start();
    }
    Some(pairs)
}

/// What stands before the closing quote, and what comes after it.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, text.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            plain => value.push(plain),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::logfmt;

    #[test]
    fn tags_are_names_and_values_with_spaces_between() {
        let pairs = |all: &[(&str, &str)]| {
            Some(all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>())
        };
        for (text, wanted) in [
            ("", pairs(&[])),
            ("a=b", pairs(&[("a", "b")])),
            ("a=b  c.d=1 ", pairs(&[("a", "b"), ("c.d", "1")])),
            (r#"a="b c" d="e\"f" g="#, pairs(&[("a", "b c"), ("d", "e\"f"), ("g", "")])),
            ("a", None),
            ("a b=c", None),
            ("=b", None),
            (r#"a="b"#, None),
        ] {
            assert_eq!(logfmt(text), wanted, "{text}");
        }
    }
}
