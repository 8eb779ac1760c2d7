//! Traces of which some spans are asked for, the newest first.

use super::{
    Ground, compile,
    drive::{self, Driver},
    list, query,
    resolve::{self, Test, hexadecimal, keys},
    value,
};
use crate::{
    span_index::{PLACE_BITS, first_of, key::Carrier, value::Value},
    store::{Connection, DbRow, kind::Kind, signed, unsigned},
    trace_search::{
        Found, FoundTrace, Search, SearchError, Sight, TREES_MAX, Window,
        pick::{self, Picked, Shape},
    },
    traceql::ast::{Condition, Field, Spanset},
};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Rows of candidates that are read at a time, at most.
const PAGE_MAX: usize = 4_096;
/// Traces that are looked at more closely at a time.
const TRACES_PAGE: usize = 64;
/// The same, at least, where there are so many.
const TRACES_PAGE_MIN: usize = 8;
/// Spans of these, at most.
const SPANS_PAGE_MAX: usize = 200_000;
/// Numbers in one list.
const LIST_MAX: usize = 2_000;

/// What is looked for, with everything found out.
struct Asked<'a> {
    ground: Ground,
    /// Of each spanset of the query, from left to right.
    tests: Vec<Test>,
    shape: Shape,
    /// What is shown or reckoned with.
    fields: Vec<Field>,
    search: Search<'a>,
}

/// A tree, and what is said of it.
#[derive(Debug, Clone)]
struct Tree {
    leaf: i64,
    trace: FoundTrace,
}

/// The traces of a search.
pub(crate) async fn find(connection: &mut Connection, search: Search<'_>) -> Result<Found, SearchError> {
    let mut found = Found::default();
    let Some(ground) = Ground::of(connection, search.window, search.sight).await? else { return Ok(found) };
    let mut conditions = Vec::new();
    let shape = shape_of(&search.query.spans, &mut conditions);
    let mut tests = Vec::new();
    for condition in conditions {
        tests.push(resolve::resolve(connection, &ground, condition).await?);
    }
    let asked = Asked { ground, tests, shape, fields: pick::fields(search.query), search };
    let candidates = asked.candidates(&asked.shape);
    let driver = drive::choose(connection, &asked.ground, &candidates).await?;
    if driver == Driver::Nothing {
        return Ok(found);
    }
    let mut seen = HashSet::new();
    let mut upper = asked.ground.last();
    let mut page = (search.traces_max * 4).clamp(64, PAGE_MAX);
    loop {
        let numbers = asked.page(connection, &driver, &candidates, upper, page).await?;
        let leaves: BTreeSet<i64> = numbers.iter().map(|number| number >> PLACE_BITS).collect();
        let traces = asked.traces(connection, &leaves, &mut seen).await?;
        let mut left = traces.as_slice();
        while found.traces.len() < search.traces_max && !left.is_empty() {
            // As many as are missing: nearly every candidate is one that is asked for.
            let missing = (search.traces_max - found.traces.len()).clamp(TRACES_PAGE_MIN, TRACES_PAGE);
            let (some, others) = left.split_at(missing.min(left.len()));
            left = others;
            found.looked_at += some.len() as u64;
            found.traces.extend(asked.look(connection, some).await?);
        }
        found.traces.truncate(search.traces_max);
        let is_last = numbers.len() < page;
        let (Some(oldest), false) = (leaves.first(), is_last) else { return Ok(found) };
        if found.traces.len() >= search.traces_max {
            return Ok(found);
        }
        if seen.len() > TREES_MAX {
            let what = "traces that were looked at";
            return Err(SearchError::TooMuch { what, used: seen.len(), allowed: TREES_MAX });
        }
        upper = signed(first_of(unsigned(*oldest))) - 1;
        page = (page * 2).min(PAGE_MAX);
    }
}

/// How the spansets of a query belong together; their conditions from left to right.
pub(super) fn shape_of<'a>(spans: &'a Spanset, conditions: &mut Vec<&'a Condition>) -> Shape {
    match spans {
        Spanset::Of(condition) => {
            conditions.push(condition);
            Shape::Of(conditions.len() - 1)
        }
        Spanset::And(left, right) => {
            let left = shape_of(left, conditions);
            Shape::And(Box::new(left), Box::new(shape_of(right, conditions)))
        }
        Spanset::Or(left, right) => {
            let left = shape_of(left, conditions);
            Shape::Or(Box::new(left), Box::new(shape_of(right, conditions)))
        }
    }
}

impl Asked<'_> {
    /// What some span of a trace has to be for the trace to be one: a trace that has both has the one.
    fn candidates(&self, shape: &Shape) -> Test {
        match shape {
            Shape::Of(place) => self.tests.get(*place).cloned().unwrap_or(Test::Is(false)),
            Shape::And(left, right) => match self.candidates(left) {
                Test::Is(true) => self.candidates(right),
                left => left,
            },
            Shape::Or(left, right) => Test::Any(vec![self.candidates(left), self.candidates(right)]),
        }
    }

    /// Numbers of candidates, the newest first.
    async fn page(
        &self,
        connection: &mut Connection,
        driver: &Driver,
        candidates: &Test,
        upper: i64,
        rows_max: usize,
    ) -> Result<Vec<i64>, SearchError> {
        let rest = driver.rest(candidates);
        let needed = drive::needed(&rest);
        let (from, joined) = driver.from(&self.ground, needed);
        let number = driver.number(needed);
        let (trees, test) = (self.ground.of_trees(), compile::sql(&rest));
        let sql = format!(
            "SELECT {number} FROM {from} WHERE {joined} AND {number} <= {upper} AND {trees} AND ({test}) \
             ORDER BY {number} DESC LIMIT {rows_max}"
        );
        let rows: Vec<(i64,)> = query(sql).fetch_all(connection).await?;
        Ok(rows.into_iter().map(|(number,)| number).collect())
    }

    /// The traces that these trees belong to, with all of their trees that may be seen; those that were seen before are left out.
    async fn traces(
        &self,
        connection: &mut Connection,
        leaves: &BTreeSet<i64>,
        seen: &mut HashSet<String>,
    ) -> Result<Vec<Vec<Tree>>, SearchError> {
        let (kind, mut traces) = (Kind::of(connection), Vec::<Vec<Tree>>::new());
        let newest_first: Vec<i64> = leaves.iter().rev().copied().collect();
        for some in newest_first.chunks(LIST_MAX) {
            let sql = format!(
                "SELECT t.leaf_index, t.trace_id, t.root_service, t.root_name, t.start_ns, t.duration_ns FROM traces t \
                 WHERE t.trace_id IN (SELECT c.trace_id FROM traces c WHERE c.leaf_index IN ({})) AND {} \
                 ORDER BY t.leaf_index DESC LIMIT {}",
                list(some),
                self.ground.of_trees(),
                TREES_MAX / 16
            );
            let rows: Vec<(i64, String, String, String, i64, i64)> = query(sql).fetch_all(&mut *connection).await?;
            let mut places: HashMap<String, usize> = HashMap::new();
            for (leaf, trace_id, root_service, root_name, start_ns, duration_ns) in rows {
                if !places.contains_key(&trace_id) {
                    if !seen.insert(trace_id.clone()) {
                        continue;
                    }
                    places.insert(trace_id.clone(), traces.len());
                    traces.push(Vec::new());
                }
                let place = places.get(&trace_id).and_then(|place| traces.get_mut(*place));
                let (root_service, root_name) = (kind.given(root_service), kind.given(root_name));
                let spansets = Vec::new();
                let trace = FoundTrace { trace_id, root_service, root_name, start_ns, duration_ns, spansets };
                place.into_iter().for_each(|trees| trees.push(Tree { leaf, trace: trace.clone() }));
            }
        }
        // Where they are found says where they stand, whichever trees of theirs came afterwards.
        let found_at = |trees: &Vec<Tree>| trees.iter().map(|tree| tree.leaf).find(|leaf| leaves.contains(leaf));
        traces.sort_by_key(|trees| std::cmp::Reverse(found_at(trees)));
        Ok(traces)
    }

    /// Of these traces those that are asked for, with their spans.
    async fn look(&self, connection: &mut Connection, traces: &[Vec<Tree>]) -> Result<Vec<FoundTrace>, SearchError> {
        let spans = self.spans(connection, traces).await?;
        let mut of_trace: HashMap<i64, Vec<Picked>> = HashMap::new();
        for span in spans {
            of_trace.entry(span.leaf).or_default().push(span);
        }
        let mut found = Vec::new();
        for trees in traces {
            let Some(newest) = trees.first() else { continue };
            // In the order in which they were recorded.
            let spans = trees.iter().rev().filter_map(|tree| of_trace.remove(&tree.leaf)).flatten().collect();
            let spansets = pick::pick(self.search.query, &self.shape, spans, self.search.spans_max);
            if !spansets.is_empty() {
                found.push(FoundTrace { spansets, ..newest.trace.clone() });
            }
        }
        Ok(found)
    }

    async fn spans(&self, connection: &mut Connection, traces: &[Vec<Tree>]) -> Result<Vec<Picked>, SearchError> {
        let leaves: Vec<i64> = traces.iter().flatten().map(|tree| tree.leaf).collect();
        let conditions: Vec<String> = self.tests.iter().map(|test| format!("({})", compile::sql(test))).collect();
        let flags: Vec<String> = conditions.iter().map(|sql| format!("CASE WHEN {sql} THEN 1 ELSE 0 END")).collect();
        let (flags, any) = match conditions.as_slice() {
            // What is the only one holds of whatever is found.
            [only] => ("1".to_owned(), only.clone()),
            all => (flags.join(", "), all.join(" OR ")),
        };
        let width = (1_u64 << PLACE_BITS) - 1;
        let sql = format!(
            "SELECT s.span_no, s.part, s.leaf_index, s.kind, s.status, s.start_ns, s.duration_ns, t.duration_ns, s.span_id, \
             s.parent_id, s.name, t.trace_id, {flags} FROM traces t CROSS JOIN spans s WHERE t.leaf_index IN ({}) \
             AND s.span_no BETWEEN t.leaf_index * {} AND t.leaf_index * {} + {width} AND ({any}) \
             ORDER BY s.span_no LIMIT {}",
            list(&leaves),
            width + 1,
            width + 1,
            SPANS_PAGE_MAX + 1
        );
        let kind = Kind::of(connection);
        let rows = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_all(&mut *connection).await?;
        if rows.len() > SPANS_PAGE_MAX {
            let what = "spans that were looked at";
            return Err(SearchError::TooMuch { what, used: rows.len(), allowed: SPANS_PAGE_MAX });
        }
        let mut spans = rows.iter().map(|row| self.read(kind, row)).collect::<Result<Vec<_>, _>>()?;
        self.describe(connection, &mut spans).await?;
        Ok(spans)
    }

    fn read(&self, kind: Kind, row: &DbRow) -> Result<Picked, sqlx::Error> {
        let mut held = Vec::with_capacity(self.tests.len());
        for place in 0..self.tests.len() {
            held.push(row.try_get::<i64, _>(12 + place)? != 0);
        }
        Ok(Picked {
            number: row.try_get(0)?,
            part: row.try_get(1)?,
            leaf: row.try_get(2)?,
            kind: row.try_get(3)?,
            status: row.try_get(4)?,
            start_ns: row.try_get(5)?,
            duration_ns: row.try_get(6)?,
            trace_duration_ns: row.try_get(7)?,
            span_id: row.try_get(8)?,
            parent_id: row.try_get(9)?,
            name: kind.given(row.try_get(10)?),
            trace_id: row.try_get(11)?,
            held,
            attributes: BTreeMap::new(),
        })
    }

    /// Fetches the attributes that are shown or reckoned with.
    async fn describe(&self, connection: &mut Connection, spans: &mut [Picked]) -> Result<(), SearchError> {
        let mut wanted: HashMap<i64, Vec<(&Field, Carrier)>> = HashMap::new();
        for field in &self.fields {
            for key in keys(field) {
                wanted.entry(key.id()).or_default().push((field, key.carrier()));
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = wanted.keys().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let carriers: BTreeSet<i64> =
            spans.iter().flat_map(|span| Carrier::ALL.map(|carrier| span.carrier(carrier))).collect();
        let carriers: Vec<i64> = carriers.into_iter().collect();
        let kind = Kind::of(connection);
        let mut values: HashMap<(i64, i64), Value> = HashMap::new();
        for some in carriers.chunks(LIST_MAX) {
            let sql = format!(
                "SELECT a.key_id, a.span_no, v.id, v.text FROM span_attributes a JOIN attribute_values v ON v.id = a.value_id \
                 WHERE a.key_id IN ({}) AND a.span_no IN ({}) ORDER BY v.id DESC",
                list(&ids),
                list(some)
            );
            let rows: Vec<(i64, i64, i64, String)> = query(sql).fetch_all(&mut *connection).await?;
            for (key, number, id, text) in rows {
                // Of several the last in this order stays.
                values.insert((key, number), value(kind, id, text)?);
            }
        }
        for span in spans {
            for field in &self.fields {
                let found = keys(field)
                    .into_iter()
                    .find_map(|key| values.get(&(key.id(), span.carrier(key.carrier()))).cloned());
                span.attributes.extend(found.map(|value| (field.clone(), value)));
            }
        }
        Ok(())
    }
}

/// The trees of a trace that may be seen, in the order of their leaves, so many at most; and whether there are more.
pub(crate) async fn trees(
    connection: &mut Connection,
    trace: &str,
    sight: Sight<'_>,
    trees_max: usize,
) -> Result<(Vec<(i64, String)>, bool), SearchError> {
    let Some(id) = hexadecimal(trace, 32) else { return Ok((Vec::new(), false)) };
    let Some(ground) = Ground::of(connection, Window::ALL, sight).await? else {
        return Ok((Vec::new(), false));
    };
    let sql = format!(
        "SELECT t.leaf_index, o.digest FROM traces t JOIN span_trees o ON o.leaf_index = t.leaf_index \
         WHERE t.trace_id = '{id}' AND {} ORDER BY t.leaf_index LIMIT {}",
        ground.of_trees(),
        trees_max + 1
    );
    let mut rows: Vec<(i64, String)> = query(sql).fetch_all(connection).await?;
    let more = rows.len() > trees_max;
    rows.truncate(trees_max);
    Ok((rows, more))
}
