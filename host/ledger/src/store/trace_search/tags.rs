//! What can be asked for: which attributes there are, and which values they have.

use super::{
    Ground, carried_by, compile,
    count::alternatives,
    drive::{Driver, Needed},
    query,
    resolve::{self, keys},
    value, values,
};
use crate::{
    span_index::{
        key::{Key, Scope},
        value::Value,
    },
    store::{Connection, kind::Kind},
    trace_search::{SearchError, Sight, VALUES_MAX, Window},
    traceql::ast::{Condition, Field, Query, Spanset},
};
use std::collections::BTreeSet;

/// The newest uses of a field that values are gathered from, where not every value is looked at.
const USES_MAX: usize = 50_000;

/// The attributes that there are, by scope, sorted.
pub(crate) async fn tags(connection: &mut Connection) -> Result<Vec<(Scope, String)>, SearchError> {
    let rows: Vec<(String, String)> =
        query("SELECT scope, name FROM attribute_keys".to_owned()).fetch_all(&mut *connection).await?;
    let kind = Kind::of(connection);
    let known = rows.into_iter().filter_map(|(scope, name)| Some((Scope::parse(&scope)?, kind.given(name))));
    let known: BTreeSet<_> = known.filter(|(scope, _)| *scope != Scope::Intrinsic).collect();
    Ok(known.into_iter().collect())
}

/// Values of a field, sorted; so many at most. With a condition those of spans of which it holds.
pub(crate) async fn values(
    connection: &mut Connection,
    field: &Field,
    of: Option<&Query>,
    (window, sight): (Window, Sight<'_>),
    values_max: usize,
) -> Result<Vec<Value>, SearchError> {
    let values_max = values_max.min(VALUES_MAX);
    let Some(ground) = Ground::of(connection, window, sight).await? else { return Ok(Vec::new()) };
    let condition = of.map(|query| any_of(&query.spans)).transpose()?.filter(|one| *one != Condition::Is(true));
    let is_open = condition.is_none() && matches!(sight, Sight::All) && window == Window::ALL;
    let (kind, mut found) = (Kind::of(connection), Vec::new());
    for key in keys(field) {
        let rows: Vec<(i64, String)> = if is_open {
            query(values::few(key.id(), values_max)).fetch_all(&mut *connection).await?
        } else {
            let sql = newest(connection, &ground, &key, condition.as_ref(), values_max).await?;
            query(sql).fetch_all(&mut *connection).await?
        };
        for (id, text) in rows {
            let value = value(kind, id, text)?;
            if !found.contains(&value) {
                found.push(value);
            }
        }
    }
    found.sort_by(|left, right| {
        values::order(left, right).unwrap_or_else(|| (left.value_type() as i64).cmp(&(right.value_type() as i64)))
    });
    found.truncate(values_max);
    Ok(found)
}

/// That one of the spansets' conditions holds.
fn any_of(spans: &Spanset) -> Result<Condition, SearchError> {
    let mut all: Vec<Condition> = alternatives(spans)?.into_iter().cloned().collect();
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        (last, _) => Ok(Condition::Any(all.into_iter().chain(last).collect())),
    }
}

/// The values that a key has in its newest uses.
async fn newest(
    connection: &mut Connection,
    ground: &Ground,
    key: &Key,
    condition: Option<&Condition>,
    values_max: usize,
) -> Result<String, SearchError> {
    let (id, numbers, trees) = (key.id(), ground.of_numbers("a.span_no"), ground.of_trees());
    let uses = match condition {
        None => format!(
            "SELECT a.value_id FROM span_attributes a JOIN traces t ON t.leaf_index = a.span_no / {} \
             WHERE a.key_id = {id} AND {numbers} AND {trees} ORDER BY a.span_no DESC LIMIT {USES_MAX}",
            1_u64 << crate::span_index::PLACE_BITS
        ),
        Some(condition) => {
            let test = resolve::resolve(connection, ground, condition).await?;
            let (from, joined) = Driver::Spans.from(ground, Needed::Row);
            let carrier = carried_by(key.carrier());
            format!(
                "SELECT u.value_id FROM {from} CROSS JOIN span_attributes u WHERE {joined} AND {trees} AND u.key_id = {id} \
                 AND u.span_no = {carrier} AND ({}) ORDER BY s.span_no DESC LIMIT {USES_MAX}",
                compile::sql(&test)
            )
        }
    };
    Ok(format!(
        "SELECT v.id, v.text FROM (SELECT DISTINCT newest.value_id FROM ({uses}) newest LIMIT {values_max}) used \
         JOIN attribute_values v ON v.id = used.value_id"
    ))
}
