//! Spans counted over time, divided by the values of fields.

use super::{
    Ground, carried_by, compile,
    drive::{self, Driver, Needed},
    list, query,
    resolve::{self, Test, keys},
    value,
};
use crate::{
    span_index::{key::Carrier, value::Value},
    store::{Connection, kind::Kind, unsigned},
    trace_search::{Count, POINTS_MAX, SERIES_MAX, SearchError, Series},
    traceql::ast::{Condition, Field, Intrinsic, KINDS, STATUSES, Spanset},
};
use sqlx::{AssertSqlSafe, Row as _};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
};

/// How a field is divided by.
enum Division {
    /// A number that these words stand for.
    Words(&'static [&'static str]),
    /// An interned value.
    Values,
}

/// The series of a metric, sorted by what they are divided by.
pub(crate) async fn count(connection: &mut Connection, count: Count<'_>) -> Result<Vec<Series>, SearchError> {
    let by = count.query.metric.as_ref().map_or(&[][..], |metric| &metric.by);
    let steps = points(&count)?;
    let conditions = alternatives(&count.query.spans)?;
    let Some(ground) = Ground::of(connection, count.window, count.sight).await? else { return Ok(Vec::new()) };
    let mut tests = Vec::new();
    for condition in conditions {
        tests.push(resolve::resolve(connection, &ground, condition).await?);
    }
    let test = if tests.len() == 1 { tests.pop().unwrap_or(Test::Is(false)) } else { Test::Any(tests) };
    let driver = drive::choose(connection, &ground, &test).await?;
    if driver == Driver::Nothing {
        return Ok(Vec::new());
    }
    let (sql, divisions) = statement(&count, &ground, &driver, &test, by)?;
    let rows = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_all(&mut *connection).await?;
    let mut series: BTreeMap<Vec<Option<i64>>, Vec<(u64, u64)>> = BTreeMap::new();
    for row in &rows {
        let step = unsigned(row.try_get(0)?).min(steps.saturating_sub(1));
        let group: Vec<Option<i64>> = (0..by.len()).map(|place| row.try_get(2 + place)).collect::<Result<_, _>>()?;
        series.entry(group).or_default().push((step, unsigned(row.try_get(1)?)));
    }
    if series.len() > SERIES_MAX {
        return Err(SearchError::TooMuch { what: "series", used: series.len(), allowed: SERIES_MAX });
    }
    let values = texts(connection, &series, &divisions).await?;
    let named = |(group, mut counts): (Vec<Option<i64>>, Vec<(u64, u64)>)| {
        counts.sort_unstable();
        let fields = by.iter().zip(&divisions).zip(group);
        let by = fields.map(|((field, division), id)| (field.clone(), value_of(division, id, &values))).collect();
        Series { by, counts }
    };
    Ok(series.into_iter().map(named).collect())
}

/// How many points a series has.
fn points(count: &Count<'_>) -> Result<u64, SearchError> {
    let width = count.window.until_ns.saturating_sub(count.window.from_ns);
    let steps = unsigned(width).div_ceil(unsigned(count.step_ns).max(1));
    if steps > POINTS_MAX {
        let used = usize::try_from(steps).unwrap_or(usize::MAX);
        let allowed = usize::try_from(POINTS_MAX).unwrap_or(usize::MAX);
        return Err(SearchError::TooMuch { what: "points of a series", used, allowed });
    }
    Ok(steps)
}

/// Conditions of which one has to hold of a span.
pub(super) fn alternatives(spans: &Spanset) -> Result<Vec<&Condition>, SearchError> {
    match spans {
        Spanset::Of(condition) => Ok(vec![condition]),
        Spanset::Or(left, right) => {
            let mut all = alternatives(left)?;
            all.extend(alternatives(right)?);
            Ok(all)
        }
        Spanset::And(..) => Err(SearchError::Unsupported("`&&` of spansets here")),
    }
}

/// A span that has two of the values that it is found or divided by is found twice, and counted once.
fn statement(
    count: &Count<'_>,
    ground: &Ground,
    driver: &Driver,
    test: &Test,
    by: &[Field],
) -> Result<(String, Vec<Division>), SearchError> {
    let rest = driver.rest(test);
    let carriers = by.iter().flat_map(keys).map(|key| key.carrier());
    let is_column = |field: &Field| matches!(field, Field::Own(Intrinsic::Status | Intrinsic::Kind));
    let needed = match by.iter().any(is_column) || carriers.into_iter().any(|carrier| carrier == Carrier::Part) {
        true => Needed::Row,
        false => drive::needed(&rest),
    };
    let (from, joined) = driver.from(ground, needed);
    let (mut columns, mut joins, mut divisions) = (String::new(), String::new(), Vec::new());
    for (place, field) in by.iter().enumerate() {
        let (column, division) = match field {
            Field::Own(Intrinsic::Status) => ("s.status".to_owned(), Division::Words(&STATUSES)),
            Field::Own(Intrinsic::Kind) => ("s.kind".to_owned(), Division::Words(&KINDS)),
            field => {
                let keys = keys(field);
                if keys.is_empty() {
                    return Err(SearchError::Unsupported("a metric by this field"));
                }
                let mut found = Vec::new();
                for (alternative, key) in keys.iter().enumerate() {
                    let name = format!("b{place}_{alternative}");
                    let (id, carrier) = (key.id(), carried_by(key.carrier()));
                    let _ = write!(
                        joins,
                        " LEFT JOIN span_attributes {name} ON {name}.key_id = {id} AND {name}.span_no = {carrier}"
                    );
                    found.push(format!("{name}.value_id"));
                }
                (coalesced(&found), Division::Values)
            }
        };
        let _ = write!(columns, ", {column}");
        divisions.push(division);
    }
    let groups: Vec<String> = std::iter::once(1).chain(3..3 + by.len()).map(|place| place.to_string()).collect();
    let sql = format!(
        "SELECT (t.start_ns - {}) / {}, COUNT(DISTINCT s.span_no){columns} FROM {from}{joins} WHERE {joined} AND {} AND ({}) GROUP BY {} \
         LIMIT {}",
        count.window.from_ns,
        count.step_ns.max(1),
        ground.of_trees(),
        compile::sql(&rest),
        groups.join(", "),
        (SERIES_MAX as u64 + 1) * POINTS_MAX
    );
    Ok((sql, divisions))
}

fn coalesced(columns: &[String]) -> String {
    match columns {
        [only] => only.clone(),
        all => format!("COALESCE({})", all.join(", ")),
    }
}

/// The texts of all values that series are divided by.
async fn texts(
    connection: &mut Connection,
    series: &BTreeMap<Vec<Option<i64>>, Vec<(u64, u64)>>,
    divisions: &[Division],
) -> Result<HashMap<i64, Value>, SearchError> {
    let of_values = |group: &Vec<Option<i64>>| {
        let interned = group.iter().zip(divisions).filter(|(_, division)| matches!(division, Division::Values));
        interned.filter_map(|(id, _)| *id).collect::<Vec<_>>()
    };
    let ids: Vec<i64> = series.keys().flat_map(of_values).collect::<BTreeSet<_>>().into_iter().collect();
    let (kind, mut values) = (Kind::of(connection), HashMap::new());
    for some in ids.chunks(2_000) {
        let sql = format!("SELECT v.id, v.text FROM attribute_values v WHERE v.id IN ({})", list(some));
        let rows: Vec<(i64, String)> = query(sql).fetch_all(&mut *connection).await?;
        for (id, text) in rows {
            values.insert(id, value(kind, id, text)?);
        }
    }
    Ok(values)
}

fn value_of(division: &Division, id: Option<i64>, values: &HashMap<i64, Value>) -> Option<Value> {
    let id = id?;
    match division {
        Division::Words(words) => {
            usize::try_from(id).ok().and_then(|place| words.get(place)).map(|word| Value::Text((*word).to_owned()))
        }
        Division::Values => values.get(&id).cloned(),
    }
}
