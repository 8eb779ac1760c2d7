//! Which field a word names.

use super::{
    ast::{Field, Intrinsic, Scope},
    error::QueryError,
    lexer::{Token, Word, tokens},
};
use std::fmt;

/// What every span has by itself, by every name that it has.
pub(super) const INTRINSICS: [(&str, Intrinsic); 25] = [
    ("name", Intrinsic::Name),
    ("span:name", Intrinsic::Name),
    ("status", Intrinsic::Status),
    ("span:status", Intrinsic::Status),
    ("statusMessage", Intrinsic::StatusMessage),
    ("span:statusMessage", Intrinsic::StatusMessage),
    ("kind", Intrinsic::Kind),
    ("span:kind", Intrinsic::Kind),
    ("duration", Intrinsic::Duration),
    ("span:duration", Intrinsic::Duration),
    ("traceDuration", Intrinsic::TraceDuration),
    ("trace:duration", Intrinsic::TraceDuration),
    ("rootName", Intrinsic::RootName),
    ("trace:rootName", Intrinsic::RootName),
    ("rootServiceName", Intrinsic::RootService),
    ("trace:rootService", Intrinsic::RootService),
    ("trace:id", Intrinsic::TraceId),
    ("span:id", Intrinsic::SpanId),
    ("span:parentID", Intrinsic::ParentId),
    ("event:name", Intrinsic::EventName),
    ("link:traceID", Intrinsic::LinkTrace),
    ("link:spanID", Intrinsic::LinkSpan),
    ("instrumentation:name", Intrinsic::LibraryName),
    ("instrumentation:version", Intrinsic::LibraryVersion),
    ("span:parentId", Intrinsic::ParentId),
];

/// What the language has and no row says.
const UNSUPPORTED: [&str; 8] = [
    "childCount",
    "span:childCount",
    "nestedSetLeft",
    "nestedSetRight",
    "nestedSetParent",
    "event:timeSinceStart",
    "parent",
    "root",
];

/// The field of that name; none: it is a word of another kind.
pub(super) fn field(word: &Word, column: usize) -> Result<Option<Field>, QueryError> {
    if let Some((_, intrinsic)) = INTRINSICS.into_iter().find(|(name, _)| *name == word.text) {
        return Ok(Some(Field::Own(intrinsic)));
    }
    if UNSUPPORTED.contains(&word.text.as_str()) {
        return Err(QueryError::unsupported(column, format!("`{}`", word.text)));
    }
    let Some(point) = word.point else { return Ok(None) };
    let (owner, name) = word.text.split_at_checked(point).unwrap_or_default();
    let name = name.get(1..).unwrap_or_default();
    if owner == "parent" {
        return Err(QueryError::unsupported(column, "`parent`: which span is whose"));
    }
    let scope = match Scope::parse(owner) {
        None if owner.is_empty() => None,
        Some(Scope::Intrinsic) | None => return Ok(None),
        scope => scope,
    };
    if name.is_empty() {
        return Err(QueryError::expected(column, "an attribute's name", "nothing"));
    }
    Ok(Some(Field::Attribute { scope, name: name.to_owned() }))
}

/// A name of a field as others than queries write it: `span.http.route`, `.service.name`, `status`, or `service.name` without any scope.
#[must_use]
pub fn field_of(text: &str) -> Option<Field> {
    let word = Word { text: text.to_owned(), point: text.find('.') };
    match field(&word, 1) {
        Ok(Some(field)) => Some(field),
        Ok(None) if !text.is_empty() => Some(Field::Attribute { scope: None, name: text.to_owned() }),
        _ => None,
    }
}

/// A duration as queries write it (`1m30s`), or a number of seconds; in nanoseconds.
#[must_use]
pub fn nanos_of(text: &str) -> Option<i64> {
    let tokens = tokens(text).ok()?;
    let [only, _end] = tokens.as_slice() else { return None };
    match only.token {
        Token::Duration(nanos) => Some(nanos),
        Token::Int(seconds) => seconds.checked_mul(1_000_000_000),
        #[expect(clippy::cast_possible_truncation, reason = "a float becomes the nearest number there is")]
        Token::Float(seconds) => Some((seconds * 1e9) as i64),
        _ => None,
    }
}

/// As a query writes it; of the names of what every span has the shortest.
impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute { scope, name } => write!(f, "{}.{name}", scope.map_or("", Scope::word)),
            Self::Own(own) => {
                let mut named = INTRINSICS.into_iter().filter(|(_, intrinsic)| intrinsic == own);
                f.write_str(named.next().map_or("", |(name, _)| name))
            }
        }
    }
}
