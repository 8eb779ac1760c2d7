//! Where to begin: with the rarest value that a span must have, or with every span.

use super::{Ground, list, query, resolve::Test, values::Values};
use crate::{span_index::key::Carrier, store::Connection, trace_search::SearchError};

/// A value that is used more often than this counts as if it were used so often.
const COUNTED_MAX: i64 = 2_000;
/// Of a condition with more values than this nothing is counted.
const VALUES_MAX: usize = 64;

/// Where to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Driver {
    /// There is nothing to be found.
    Nothing,
    /// Every span.
    Spans,
    /// Those with one of these values under this key; how often it is used, as far as it was counted.
    Attribute { key: i64, values: Vec<i64>, used: i64 },
}

impl Driver {
    /// What a statement reads from, up to the span `s` and its tree `t`; and what has to hold of that.
    pub(crate) fn from(&self, ground: &Ground) -> (&'static str, String) {
        match self {
            Self::Nothing | Self::Spans => (
                "spans s CROSS JOIN traces t",
                format!("t.leaf_index = s.leaf_index AND {}", ground.of_numbers("s.span_no")),
            ),
            Self::Attribute { key, values, .. } => (
                "span_attributes d CROSS JOIN spans s CROSS JOIN traces t",
                format!(
                    "d.key_id = {key} AND d.value_id IN ({}) AND {} AND s.span_no = d.span_no AND t.leaf_index = s.leaf_index",
                    list(values),
                    ground.of_numbers("d.span_no")
                ),
            ),
        }
    }

    /// The column that says in which order spans were recorded.
    pub(crate) fn number(&self) -> &'static str {
        match self {
            Self::Nothing | Self::Spans => "s.span_no",
            Self::Attribute { .. } => "d.span_no",
        }
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
        let Test::Attribute { key, carrier, values: Values::In(values) } = test else {
            match test {
                Test::Is(false) => return Ok(Driver::Nothing),
                _ => continue,
            }
        };
        if values.len() > VALUES_MAX {
            continue;
        }
        let mut used = 0;
        for value in values {
            let (count,): (i64,) = query(format!(
                "SELECT COUNT(*) FROM (SELECT 1 FROM span_attributes a WHERE a.key_id = {key} AND a.value_id = {value} \
                 AND {} LIMIT {COUNTED_MAX}) used",
                ground.of_numbers("a.span_no")
            ))
            .fetch_one(&mut *connection)
            .await?;
            used += count;
        }
        if used == 0 {
            return Ok(Driver::Nothing);
        }
        if used < least && *carrier == Carrier::Span {
            least = used;
            best = Driver::Attribute { key: *key, values: values.clone(), used };
        }
    }
    Ok(best)
}
