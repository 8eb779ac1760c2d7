//! Spans counted from profiles: what is asked of a span is asked once of each profile, and trees are counted by their profile, hour by hour and in
//! what no hour holds one by one.

use super::{
    Ground, compile,
    count::{Counted, Group},
    parts::{Parts, undivided},
    query,
    resolve::{Test, keys},
};
use crate::{
    projections,
    span_index::{PLACE_BITS, profile},
    store::{Connection, reached, span_profiles::HOUR_NS, unsigned},
    trace_search::{Count, SearchError},
    traceql::ast::{Condition, Field, Intrinsic, Query, Spanset},
};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::{BTreeMap, HashMap};

/// Rows that are read, at most: of more there are so many profiles that spans are as well counted one by one.
const ROWS_MAX: usize = 1_000_000;

/// Whether profiles say all that a metric asks for.
pub(super) fn answer(query: &Query) -> bool {
    let by = query.metric.as_ref().map_or(&[][..], |metric| &metric.by);
    by.iter().all(says) && spanset(&query.spans)
}

fn says(field: &Field) -> bool {
    match field {
        Field::Own(Intrinsic::Status | Intrinsic::Kind) => true,
        field => {
            let keys = keys(field);
            !keys.is_empty() && keys.iter().all(profile::has)
        }
    }
}

fn spanset(spans: &Spanset) -> bool {
    match spans {
        Spanset::Of(condition) => conditions(condition),
        Spanset::And(left, right) | Spanset::Or(left, right) => spanset(left) && spanset(right),
    }
}

fn conditions(condition: &Condition) -> bool {
    match condition {
        Condition::Is(_) => true,
        Condition::All(parts) | Condition::Any(parts) => parts.iter().all(conditions),
        Condition::Not(inner) => conditions(inner),
        Condition::There { field, .. } | Condition::Compare { field, .. } => says(field),
    }
}

/// What was counted; none: every span has to be read, since rows are missing or are too many.
pub(super) async fn count(
    connection: &mut Connection,
    count: &Count<'_>,
    ground: &Ground,
    test: &Test,
    columns: &Columns,
) -> Result<Option<Counted>, SearchError> {
    let last = unsigned(ground.last()) >> PLACE_BITS;
    let missing = reached::behind(connection, projections::generation(), last + 1).await?;
    if missing.iter().any(|(generation, _)| projections::LATER.contains(&(*generation, "trace_profiles"))) {
        return Ok(None);
    }
    let test = compile::of_profile(test);
    let Some(groups) = groups(connection, &test, columns).await? else { return Ok(None) };
    let parts = Parts::of(count.window, count.step_ns.max(1));
    let mut counted: HashMap<(Group, u64), u64> = HashMap::new();
    let mut statements = Vec::new();
    if parts.hours.0 < parts.hours.1 {
        statements.push(by_hour(count, ground, &parts, &test));
    }
    if !parts.others.is_empty() {
        statements.push(one_by_one(count, ground, &parts));
    }
    for sql in statements {
        let rows: Vec<(i64, i64, i64)> = query(sql).fetch_all(&mut *connection).await?;
        if rows.len() > ROWS_MAX {
            return Ok(None);
        }
        for (profile, step, trees) in rows {
            for (group, spans) in groups.get(&profile).into_iter().flatten() {
                *counted.entry((group.clone(), unsigned(step))).or_default() += spans * unsigned(trees);
            }
        }
    }
    let mut series: Counted = BTreeMap::new();
    for ((group, step), spans) in counted {
        series.entry(group).or_default().push((step, spans));
    }
    Ok(Some(series))
}

/// What spans are divided by: joins of the attributes of the spans `s` of a profile, and a column for each field.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) joins: String,
    pub(super) columns: Vec<String>,
}

/// How many spans of each group a tree of each profile has. A span that has two values that come to the same group is one.
async fn groups(
    connection: &mut Connection,
    test: &str,
    Columns { joins, columns }: &Columns,
) -> Result<Option<HashMap<i64, Vec<(Group, u64)>>>, SearchError> {
    let named: String = columns.iter().enumerate().map(|(place, column)| format!(", {column} AS g{place}")).collect();
    let names: String = (0..columns.len()).map(|place| format!(", g.g{place}")).collect();
    let sql = format!(
        "SELECT g.profile, CAST(SUM(g.spans) AS BIGINT){names} FROM \
         (SELECT DISTINCT s.profile, s.place, s.spans{named} FROM profile_spans s{joins} WHERE {test}) g \
         GROUP BY g.profile{names} LIMIT {}",
        ROWS_MAX + 1
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_all(&mut *connection).await?;
    if rows.len() > ROWS_MAX {
        return Ok(None);
    }
    let mut groups: HashMap<i64, Vec<(Group, u64)>> = HashMap::new();
    for row in &rows {
        let group = (0..columns.len()).map(|place| row.try_get(2 + place)).collect::<Result<_, _>>()?;
        groups.entry(row.try_get(0)?).or_default().push((group, unsigned(row.try_get(1)?)));
    }
    Ok(Some(groups))
}

fn by_hour(count: &Count<'_>, ground: &Ground, parts: &Parts, test: &str) -> String {
    let (from_ns, step_ns, (first, end)) = (count.window.from_ns, count.step_ns.max(1), parts.hours);
    format!(
        "SELECT h.profile, (h.hour * {HOUR_NS} - {from_ns}) / {step_ns}, CAST(SUM(h.trees) AS BIGINT) FROM profile_hours h \
         WHERE h.profile IN (SELECT s.profile FROM profile_spans s WHERE {test}) \
         AND h.hour >= {first} AND h.hour < {end}{}{} GROUP BY 1, 2 LIMIT {}",
        undivided("h.hour", from_ns, step_ns),
        ground.of_reach("h.reach"),
        ROWS_MAX + 1
    )
}

fn one_by_one(count: &Count<'_>, ground: &Ground, parts: &Parts) -> String {
    let (from_ns, step_ns) = (count.window.from_ns, count.step_ns.max(1));
    let others: Vec<String> = parts.others.iter().map(|(from, until)| format!("({from}, {until})")).collect();
    format!(
        "WITH parts (from_ns, until_ns) AS (VALUES {}) \
         SELECT p.profile, (t.start_ns - {from_ns}) / {step_ns}, COUNT(*) \
         FROM parts CROSS JOIN traces t CROSS JOIN trace_profiles p \
         WHERE t.start_ns >= parts.from_ns AND t.start_ns < parts.until_ns AND p.leaf_index = t.leaf_index{} \
         GROUP BY 1, 2 LIMIT {}",
        others.join(", "),
        ground.of_reach("t.reach"),
        ROWS_MAX + 1
    )
}
