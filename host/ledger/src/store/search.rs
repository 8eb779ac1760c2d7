//! One statement for every question about decisions.
//!
//! The most telling term leads to the leaves, newest first, and each other condition is looked up for those: nothing is sorted, and no
//! more is read than the page needs. `CROSS JOIN` keeps that order where a planner would change it.

use super::{
    Connection, ROWS_MAX, builder::QueryBuilder, kind::Kind, projection::hours::hour_of, reach, signed, texts, unsigned,
};
use crate::{
    error::ReadError,
    search::{FoundDecision, PAGE_MAX, Page, Search, StageIs, Term, Window},
    shape::numbers::moment_text,
};
use sqlx::FromRow;
use std::{collections::BTreeMap, ops::Range, sync::Arc};

const COLUMNS: &str = "SELECT d.leaf_index, d.id, d.deployment, d.evaluated_at, d.environment, d.cause, d.outcome, \
    d.permission, d.allowed, d.policy_set, d.policy_version, COALESCE(p.text, f.actor) AS actor, f.revision, \
    COALESCE(f.blocking, 0) AS blocking, f.forced_state";

#[derive(FromRow)]
struct Row {
    leaf_index: i64,
    id: String,
    deployment: String,
    evaluated_at: String,
    environment: String,
    cause: String,
    outcome: String,
    permission: String,
    allowed: i64,
    policy_set: String,
    policy_version: String,
    actor: Option<String>,
    revision: Option<String>,
    blocking: i64,
    forced_state: Option<String>,
}

/// A page of what is looked for.
pub(crate) async fn page(connection: &mut Connection, search: &Search) -> Result<Page, ReadError> {
    let nothing = || Page { decisions: Vec::new(), next: None };
    let Some(leaves) = leaves(connection, search.window).await? else { return Ok(nothing()) };
    let Some(terms) = written(connection, &search.terms).await? else { return Ok(nothing()) };
    let limit = search.limit.clamp(1, PAGE_MAX);
    let mut query = statement(search, &terms, leaves, limit + 1);
    let mut rows: Vec<Row> = query.build_query_as().fetch_all(&mut *connection).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| unsigned(row.leaf_index));
    let (mut services, kind) = (services(connection, &rows).await?, Kind::of(connection));
    let decisions = rows.into_iter().map(|row| found(row, &mut services, kind)).collect();
    Ok(Page { decisions, next })
}

fn versioned(services: Vec<(String, String)>, kind: Kind) -> Vec<(String, String)> {
    services.into_iter().map(|(service, version)| (service, kind.given(version))).collect()
}

/// Between which leaves the decisions of a window lie; none: there are none.
pub(crate) async fn leaves(connection: &mut Connection, window: Window) -> Result<Option<Range<u64>>, sqlx::Error> {
    if window == Window::default() {
        return Ok(Some(0..i64::MAX.unsigned_abs()));
    }
    let mut query = QueryBuilder::new("SELECT MIN(first_leaf), MAX(last_leaf) FROM decision_hours WHERE 1 = 1");
    if let Some(from) = window.from {
        query.push(" AND hour >= ").push_bind(hour_of(from));
    }
    if let Some(to) = window.to {
        query.push(" AND hour <= ").push_bind(hour_of(to));
    }
    let (first, last): (Option<i64>, Option<i64>) = query.build_query_as().fetch_one(connection).await?;
    Ok(first.zip(last).map(|(first, last)| unsigned(first)..unsigned(last) + 1))
}

/// The terms as rows have them, the most telling first; none: one of them is in no row.
async fn written(
    connection: &mut Connection,
    terms: &[(Term, Arc<str>)],
) -> Result<Option<Vec<(Term, String)>>, ReadError> {
    let mut all = Vec::with_capacity(terms.len());
    for (term, value) in terms {
        let value = match term.is_private() {
            true => texts::salted(connection, value).await?,
            false => Some(value.to_string()),
        };
        let Some(value) = value else { return Ok(None) };
        all.push((*term, value));
    }
    all.sort_by_key(|(term, _)| Term::ALL.iter().position(|one| one == term));
    Ok(Some(all))
}

/// The statement; what leads stands first in it.
pub(crate) fn statement(search: &Search, terms: &[(Term, String)], leaves: Range<u64>, limit: u32) -> QueryBuilder {
    let Search { columns, stage, window, before, reach, unforced, .. } = search;
    // Of a stage that may have come to anything there is a row for nearly every decision: it is looked up, and does not lead.
    let leading_stage = stage.as_ref().filter(|(_, is)| *is != StageIs::There && terms.is_empty());
    let leader = match (terms.is_empty(), leading_stage) {
        (false, _) => "t0",
        (true, Some(_)) => "s",
        (true, None) => "d",
    };
    let mut sources: Vec<String> = (0..terms.len()).map(|at| format!("decision_terms t{at}")).collect();
    match (stage, leader) {
        (None, _) => sources.push("decisions d".to_owned()),
        (Some(_), "d") => sources.extend(["decisions d".to_owned(), "stage_results s".to_owned()]),
        (Some(_), _) => sources.extend(["stage_results s".to_owned(), "decisions d".to_owned()]),
    }
    let mut query = QueryBuilder::new(format!("{COLUMNS} FROM {}", sources.join(" CROSS JOIN ")));
    query.push(
        " LEFT JOIN decision_facts f ON f.leaf_index = d.leaf_index LEFT JOIN private_texts p ON p.salted = f.actor",
    );
    let end = before.map_or(leaves.end, |before| before.min(leaves.end));
    query.push(format!(" WHERE {leader}.leaf_index >= ")).push_bind(signed(leaves.start));
    query.push(format!(" AND {leader}.leaf_index < ")).push_bind(signed(end));
    for (at, (term, value)) in terms.iter().enumerate() {
        query.push(format!(" AND t{at}.term = ")).push_bind(term.word());
        query.push(format!(" AND t{at}.value = ")).push_bind(value.clone());
    }
    let others = (1..terms.len()).map(|at| format!("t{at}")).chain(stage.iter().map(|_| "s".to_owned()));
    for other in others.chain(["d".to_owned()]).filter(|other| other != leader) {
        query.push(format!(" AND {other}.leaf_index = {leader}.leaf_index"));
    }
    if let Some((name, is)) = stage {
        query.push(" AND s.stage = ").push_bind(name.to_string());
        match is {
            StageIs::There => {}
            StageIs::Blocking => drop(query.push(" AND s.blocking > 0")),
            StageIs::Concluded(word) => drop(query.push(" AND s.conclusion = ").push_bind(word.to_string())),
        }
    }
    for (column, value) in columns {
        query.push(format!(" AND d.{} = ", column.name())).push_bind(value.to_string());
    }
    if *unforced {
        query.push(" AND f.forced_state IS NULL");
    }
    within(&mut query, *window);
    reach::clause(&mut query, reach);
    query.push(format!(" ORDER BY {leader}.leaf_index DESC LIMIT ")).push_bind(i64::from(limit));
    query
}

/// The moment itself, beside the leaves that it leads to. Joined to nothing, it is no column that an index is for: those by time would
/// have to be sorted.
pub(crate) fn within(query: &mut QueryBuilder, window: Window) {
    if let Some(from) = window.from {
        query.push(" AND d.evaluated_at || '' >= ").push_bind(moment_text(from));
    }
    if let Some(to) = window.to {
        query.push(" AND d.evaluated_at || '' < ").push_bind(moment_text(to));
    }
}

type Services = BTreeMap<String, Vec<(String, String)>>;

async fn services(connection: &mut Connection, rows: &[Row]) -> Result<Services, sqlx::Error> {
    let mut all = Services::new();
    for some in rows.chunks(ROWS_MAX) {
        let mut select =
            QueryBuilder::new("SELECT decision, service, version FROM decision_services WHERE decision IN (");
        let mut list = select.separated(", ");
        for row in some {
            list.push_bind(row.id.clone());
        }
        list.push_unseparated(") ORDER BY decision, service");
        let found: Vec<(String, String, String)> = select.build_query_as().fetch_all(&mut *connection).await?;
        for (decision, service, version) in found {
            all.entry(decision).or_default().push((service, version));
        }
    }
    Ok(all)
}

fn found(row: Row, services: &mut Services, kind: Kind) -> FoundDecision {
    FoundDecision {
        leaf_index: unsigned(row.leaf_index),
        services: versioned(services.remove(&row.id).unwrap_or_default(), kind),
        id: row.id,
        deployment: kind.given(row.deployment),
        evaluated_at: row.evaluated_at,
        environment: row.environment,
        cause: row.cause,
        outcome: row.outcome,
        permission: row.permission,
        allowed: row.allowed != 0,
        policy_set: row.policy_set,
        policy_version: row.policy_version,
        actor: row.actor.map(|actor| kind.given(actor)),
        revision: row.revision,
        blocking: unsigned(row.blocking),
        forced: row.forced_state,
    }
}

#[cfg(test)]
mod tests;
