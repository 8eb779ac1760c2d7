//! Where to begin: with the rarest value that a span must have, with whatever has one that it must have, or with every span.

use super::{Ground, list, query, resolve::Test, values::Values};
use crate::{
    span_index::{PLACE_BITS, key::Carrier},
    store::Connection,
    trace_search::SearchError,
};

/// A value that is used more often than this counts as if it were used so often.
const COUNTED_MAX: i64 = 2_000;
/// Of a condition with more values than this nothing is counted.
const VALUES_MAX: usize = 64;

/// Where to begin.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Driver {
    /// There is nothing to be found.
    Nothing,
    /// Every span.
    Spans,
    /// Those with such a value under this key.
    Attribute { key: i64, values: Values, by: By },
}

/// In which order an attribute's uses are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Value by value, each from its newest span on: there are few.
    Value,
    /// The newest span first, whichever value it has.
    Number,
}

/// What is needed of a span beside its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needed {
    /// Its row.
    Row,
    /// Nothing: its leaf follows from the number.
    Number,
}

impl Driver {
    /// What a statement reads from, up to the span `s` and its tree `t`; and what has to hold of that.
    pub(crate) fn from(&self, ground: &Ground, needed: Needed) -> (String, String) {
        let Self::Attribute { key, values, by } = self else {
            let joined = format!("t.leaf_index = s.leaf_index AND {}", ground.of_numbers("s.span_no"));
            return ("spans s CROSS JOIN traces t".to_owned(), joined);
        };
        let values = match (values, by) {
            (Values::In(values), By::Value) => Some(format!("d.value_id IN ({})", list(values))),
            (values, _) => values.sql("d.value_id"),
        };
        let values = values.map(|values| format!(" AND {values}")).unwrap_or_default();
        let uses = format!("d.key_id = {key} AND {}{values}", ground.of_numbers("d.span_no"));
        match needed {
            Needed::Row => (
                "span_attributes d CROSS JOIN spans s CROSS JOIN traces t".to_owned(),
                format!("{uses} AND s.span_no = d.span_no AND t.leaf_index = s.leaf_index"),
            ),
            Needed::Number => (
                format!(
                    "(SELECT d.span_no, d.span_no / {} AS leaf_index FROM span_attributes d WHERE {uses}) s \
                     CROSS JOIN traces t",
                    1_u64 << PLACE_BITS
                ),
                "t.leaf_index = s.leaf_index".to_owned(),
            ),
        }
    }

    /// The column that says in which order spans were recorded.
    pub(crate) fn number(&self, needed: Needed) -> &'static str {
        match (self, needed) {
            (Self::Attribute { .. }, Needed::Row) => "d.span_no",
            _ => "s.span_no",
        }
    }

    /// What is still to be asked of a span that was begun with.
    pub(crate) fn rest(&self, test: &Test) -> Test {
        let Self::Attribute { key: begun, values: had, .. } = self else { return test.clone() };
        match test {
            Test::All(parts) => Test::All(parts.iter().map(|part| self.rest(part)).collect()),
            Test::Attribute { key, carrier: Carrier::Span, values } if key == begun && values == had => Test::Is(true),
            test => test.clone(),
        }
    }
}

/// What is needed of a span to ask this of it.
pub(crate) fn needed(test: &Test) -> Needed {
    let all = |parts: &[Test]| match parts.iter().any(|part| needed(part) == Needed::Row) {
        true => Needed::Row,
        false => Needed::Number,
    };
    match test {
        Test::All(parts) | Test::Any(parts) => all(parts),
        Test::Not(inner) => needed(inner),
        Test::Attribute { carrier: Carrier::Part, .. } => Needed::Row,
        Test::Column(sql) if sql.starts_with("s.") => Needed::Row,
        Test::Is(_) | Test::Attribute { .. } | Test::Column(_) => Needed::Number,
    }
}

/// What has to hold wherever the whole test does.
fn necessary<'a>(test: &'a Test, found: &mut Vec<&'a Test>) {
    match test {
        Test::All(parts) => parts.iter().for_each(|part| necessary(part, found)),
        Test::Attribute { .. } | Test::Is(false) => found.push(test),
        _ => (),
    }
}

/// Counts how often what has to hold is so, and begins with what is rarest.
pub(crate) async fn choose(connection: &mut Connection, ground: &Ground, test: &Test) -> Result<Driver, SearchError> {
    let mut found = Vec::new();
    necessary(test, &mut found);
    let mut best = Driver::Spans;
    let mut least = i64::MAX;
    for test in found {
        let Test::Attribute { key, carrier, values } = test else { return Ok(Driver::Nothing) };
        let (used, by) = uses(connection, ground, *key, values).await?;
        if used == 0 {
            return Ok(Driver::Nothing);
        }
        // Of two that are as frequent the one that is read by its value: it is asked for less.
        let is_better = used < least || used == least && by == By::Value;
        if is_better && *carrier == Carrier::Span {
            least = used;
            best = Driver::Attribute { key: *key, values: values.clone(), by };
        }
    }
    Ok(best)
}

/// How often a key has such a value, as far as that was counted: or how often it has any, where there are too many to be counted.
async fn uses(
    connection: &mut Connection,
    ground: &Ground,
    key: i64,
    values: &Values,
) -> Result<(i64, By), SearchError> {
    let counted = match values {
        Values::In(ids) if ids.len() <= VALUES_MAX => Some(ids),
        _ => None,
    };
    let Some(ids) = counted else {
        return Ok((count(connection, ground, &format!("a.key_id = {key}"), COUNTED_MAX).await?, By::Number));
    };
    let mut used = 0;
    for id in ids {
        let one = format!("a.key_id = {key} AND a.value_id = {id}");
        used += count(connection, ground, &one, COUNTED_MAX - used).await?;
        if used >= COUNTED_MAX {
            break;
        }
    }
    // Several frequent ones would all have to be sorted before the newest is known.
    let by = if ids.len() > 1 && used >= COUNTED_MAX { By::Number } else { By::Value };
    Ok((used, by))
}

async fn count(connection: &mut Connection, ground: &Ground, of: &str, most: i64) -> Result<i64, SearchError> {
    let numbers = ground.of_numbers("a.span_no");
    let sql =
        format!("SELECT COUNT(*) FROM (SELECT 1 FROM span_attributes a WHERE {of} AND {numbers} LIMIT {most}) used");
    let (count,): (i64,) = query(sql).fetch_one(connection).await?;
    Ok(count)
}
