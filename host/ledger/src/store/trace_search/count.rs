//! Spans counted over time, divided by the values of fields.

use super::{
    Ground, carried_by, compile,
    drive::{self, Driver, Needed},
    hours::{self, Columns},
    list, query,
    resolve::{self, Test, keys},
    value,
};
use crate::{
    span_index::{
        key::{Carrier, Key},
        value::Value,
    },
    store::{Connection, kind::Kind, unsigned},
    trace_search::{Count, CountFrom, POINTS_MAX, SERIES_MAX, SearchError, Series},
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

/// What spans are divided by: of each field the number of a word, or the id of a value.
pub(super) type Group = Vec<Option<i64>>;
/// Of each group the steps, and how many spans are in each.
pub(super) type Counted = BTreeMap<Group, Vec<(u64, u64)>>;

/// The series of a metric, sorted by what they are divided by.
pub(crate) async fn count(connection: &mut Connection, count: Count<'_>) -> Result<Vec<Series>, SearchError> {
    let by = count.query.metric.as_ref().map_or(&[][..], |metric| &metric.by);
    let steps = points(&count)?;
    let conditions = alternatives(&count.query.spans)?;
    let divisions = by.iter().map(division).collect::<Result<Vec<_>, _>>()?;
    let Some(ground) = Ground::of(connection, count.window, count.sight).await? else { return Ok(Vec::new()) };
    let mut tests = Vec::new();
    for condition in conditions {
        tests.push(resolve::resolve(connection, &ground, condition).await?);
    }
    let test = if tests.len() == 1 { tests.pop().unwrap_or(Test::Is(false)) } else { Test::Any(tests) };
    let from_hours = match count.from == CountFrom::Hours && hours::answer(count.query) {
        true => hours::count(connection, &count, &ground, &test, &of_profiles(by)).await?,
        false => None,
    };
    let series = match from_hours {
        Some(series) => series,
        None => spans(connection, &count, &ground, &test, by).await?,
    };
    if series.len() > SERIES_MAX {
        return Err(SearchError::TooMuch { what: "series", used: series.len(), allowed: SERIES_MAX });
    }
    let values = texts(connection, &series, &divisions).await?;
    let named = |(group, mut counts): (Group, Vec<(u64, u64)>)| {
        counts.iter_mut().for_each(|(step, _)| *step = (*step).min(steps.saturating_sub(1)));
        counts.sort_unstable();
        let fields = by.iter().zip(&divisions).zip(group);
        let by = fields.map(|((field, division), id)| (field.clone(), value_of(division, id, &values))).collect();
        Series { by, counts }
    };
    Ok(series.into_iter().map(named).collect())
}

/// Counts every span that is found.
async fn spans(
    connection: &mut Connection,
    count: &Count<'_>,
    ground: &Ground,
    test: &Test,
    by: &[Field],
) -> Result<Counted, SearchError> {
    let driver = drive::choose(connection, ground, test).await?;
    if driver == Driver::Nothing {
        return Ok(Counted::new());
    }
    let sql = statement(count, ground, &driver, test, by);
    let rows = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_all(&mut *connection).await?;
    let mut series = Counted::new();
    for row in &rows {
        let group: Group = (0..by.len()).map(|place| row.try_get(2 + place)).collect::<Result<_, _>>()?;
        series.entry(group).or_default().push((unsigned(row.try_get(0)?), unsigned(row.try_get(1)?)));
    }
    Ok(series)
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

fn division(field: &Field) -> Result<Division, SearchError> {
    match field {
        Field::Own(Intrinsic::Status) => Ok(Division::Words(&STATUSES)),
        Field::Own(Intrinsic::Kind) => Ok(Division::Words(&KINDS)),
        field if keys(field).is_empty() => Err(SearchError::Unsupported("a metric by this field")),
        _ => Ok(Division::Values),
    }
}

/// A span that has two of the values that it is found or divided by is found twice, and counted once.
fn statement(count: &Count<'_>, ground: &Ground, driver: &Driver, test: &Test, by: &[Field]) -> String {
    let rest = driver.rest(test);
    let carriers = by.iter().flat_map(keys).map(|key| key.carrier());
    let is_column = |field: &Field| matches!(field, Field::Own(Intrinsic::Status | Intrinsic::Kind));
    let needed = match by.iter().any(is_column) || carriers.into_iter().any(|carrier| carrier == Carrier::Part) {
        true => Needed::Row,
        false => drive::needed(&rest),
    };
    let (from, joined) = driver.from(ground, needed);
    let Columns { joins, columns } =
        columns(by, |name, key| ("span_attributes", format!("{name}.span_no = {}", carried_by(key.carrier()))));
    let columns: String = columns.iter().map(|column| format!(", {column}")).collect();
    let groups: Vec<String> = std::iter::once(1).chain(3..3 + by.len()).map(|place| place.to_string()).collect();
    format!(
        "SELECT (t.start_ns - {}) / {}, COUNT(DISTINCT s.span_no){columns} FROM {from}{joins} WHERE {joined} AND {} AND ({}) GROUP BY {} \
         LIMIT {}",
        count.window.from_ns,
        count.step_ns.max(1),
        ground.of_trees(),
        compile::sql(&rest),
        groups.join(", "),
        (SERIES_MAX as u64 + 1) * POINTS_MAX
    )
}

/// What the spans of a profile are divided by.
fn of_profiles(by: &[Field]) -> Columns {
    columns(by, |name, _| ("profile_attributes", format!("{name}.profile = s.profile AND {name}.place = s.place")))
}

/// Columns for fields of the span `s`; `uses` says in which table the attributes of a name lie that have a key, and which of its rows.
fn columns(by: &[Field], uses: impl Fn(&str, &Key) -> (&'static str, String)) -> Columns {
    let mut made = Columns::default();
    for (place, field) in by.iter().enumerate() {
        made.columns.push(match field {
            Field::Own(Intrinsic::Status) => "s.status".to_owned(),
            Field::Own(Intrinsic::Kind) => "s.kind".to_owned(),
            field => {
                let mut found = Vec::new();
                for (alternative, key) in keys(field).iter().enumerate() {
                    let name = format!("b{place}_{alternative}");
                    let (table, rows) = uses(&name, key);
                    let _ = write!(made.joins, " LEFT JOIN {table} {name} ON {name}.key_id = {} AND {rows}", key.id());
                    found.push(format!("{name}.value_id"));
                }
                coalesced(&found)
            }
        });
    }
    made
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
    series: &Counted,
    divisions: &[Division],
) -> Result<HashMap<i64, Value>, SearchError> {
    let of_values = |group: &Group| {
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
