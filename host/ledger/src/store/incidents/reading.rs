//! Incidents, read back.

use super::OPENED;
use crate::{
    error::ReadError,
    id::DecisionId,
    incident::{Entry, Happening, INCIDENTS_MAX, Incident, IncidentState, IncidentsAsked, NewIncident, Said, What},
    shape::numbers::moment_text,
    store::{Connection, ROWS_MAX, builder::QueryBuilder, kind::Kind, signed, unsigned},
};
use sqlx::FromRow;
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    digest::Digest,
    incident::Priority,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

const COLUMNS: &str = "SELECT i.id, i.leaf_index, i.cause, i.decision, i.environment, i.services, i.watch, i.opened_by, \
    i.opened_at, i.detected_at, i.priority, i.rule, i.plan, i.levels, i.state, i.changes, i.level, i.acknowledge_by, \
    i.update_by, i.acknowledged_at, i.acknowledged_by, i.resolved_at, i.resolved_by, i.downtime_ns, \
    t.text AS title FROM incidents AS i LEFT JOIN incident_texts AS t ON t.incident = i.id AND t.number = 0 AND t.what = 'title' ";

#[derive(FromRow)]
struct IncidentRow {
    id: String,
    leaf_index: i64,
    cause: String,
    decision: String,
    environment: String,
    services: String,
    watch: Option<String>,
    opened_by: Option<String>,
    opened_at: String,
    detected_at: String,
    priority: String,
    rule: String,
    plan: String,
    levels: i64,
    state: String,
    changes: i64,
    level: i64,
    acknowledge_by: Option<String>,
    update_by: Option<String>,
    acknowledged_at: Option<String>,
    acknowledged_by: Option<String>,
    resolved_at: Option<String>,
    resolved_by: Option<String>,
    downtime_ns: Option<i64>,
    title: Option<String>,
}

#[derive(FromRow)]
struct EntryRow {
    leaf_index: i64,
    number: i64,
    happening: String,
    at: String,
    by_whom: Option<String>,
    level: i64,
    done: String,
}

pub(crate) async fn one(connection: &mut Connection, id: &str) -> Result<Option<Incident>, ReadError> {
    let kind = Kind::of(connection);
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE i.id = ").push_bind(kind.kept(id));
    Ok(read(connection, query).await?.pop())
}

pub(crate) async fn of_cause(connection: &mut Connection, cause: &str) -> Result<Option<Incident>, ReadError> {
    let kind = Kind::of(connection);
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE i.cause = ").push_bind(kind.kept(cause));
    Ok(read(connection, query).await?.pop())
}

pub(crate) async fn of_watch(connection: &mut Connection, watch: &str) -> Result<Option<Arc<str>>, ReadError> {
    let kind = Kind::of(connection);
    let id: Option<String> =
        sqlx::query_scalar("SELECT id FROM incidents WHERE watch = $1 ORDER BY leaf_index LIMIT 1")
            .bind(kind.kept(watch))
            .fetch_optional(connection)
            .await?;
    Ok(id.map(Arc::from))
}

/// Those that are asked for, the newest first.
pub(crate) async fn page(connection: &mut Connection, asked: &IncidentsAsked) -> Result<Vec<Incident>, ReadError> {
    let IncidentsAsked { decision, state, before, limit } = asked;
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE i.leaf_index < ").push_bind(before.map_or(i64::MAX, signed));
    if let Some(decision) = decision {
        query.push(" AND i.decision = ").push_bind(decision.as_str().to_owned());
    }
    if let Some(state) = state {
        query.push(" AND i.state = ").push_bind(state.word());
    }
    query.push(" ORDER BY i.leaf_index DESC LIMIT ").push_bind(i64::from((*limit).clamp(1, INCIDENTS_MAX)));
    read(connection, query).await
}

/// Those that the next level is to be told of, the one that waits longest first.
pub(crate) async fn overdue(connection: &mut Connection, now: Timestamp) -> Result<Vec<Incident>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("WHERE i.state = 'open' AND i.level + 1 < i.levels AND i.acknowledge_by <= ");
    query.push_bind(moment_text(now)).push(" ORDER BY i.acknowledge_by, i.id LIMIT ").push_bind(ROWS_MAX as i64);
    read(connection, query).await
}

/// Every leaf of one, in their order.
pub(crate) async fn timeline(connection: &mut Connection, id: &str) -> Result<Vec<Entry>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<EntryRow> = sqlx::query_as(
        "SELECT leaf_index, number, happening, at, by_whom, level, done FROM incident_changes WHERE incident = $1 ORDER BY number",
    )
    .bind(kind.kept(id))
    .fetch_all(&mut *connection)
    .await?;
    let texts: Vec<(i64, String, String)> =
        sqlx::query_as("SELECT number, what, text FROM incident_texts WHERE incident = $1")
            .bind(kind.kept(id))
            .fetch_all(connection)
            .await?;
    let said = |number: i64| {
        let of = texts.iter().filter(|(of, _, _)| *of == number);
        let mut said: Vec<Said> = of
            .map(|(_, what, text)| Some(Said { what: What::parse(what)?, text: kind.given(text.clone()).into() }))
            .collect::<Option<_>>()
            .ok_or_else(altered)?;
        said.sort_by_key(|one| one.what);
        Ok::<_, ReadError>(said)
    };
    let entry = |row: EntryRow| {
        let said = said(row.number)?;
        row.entry(kind, said).ok_or_else(altered)
    };
    rows.into_iter().map(entry).collect()
}

fn altered() -> ReadError {
    ReadError::Altered { what: "an incident's row".to_owned() }
}

async fn read(connection: &mut Connection, mut query: QueryBuilder) -> Result<Vec<Incident>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<IncidentRow> = query.build_query_as().fetch_all(connection).await?;
    rows.into_iter().map(|row| row.incident(kind).ok_or_else(altered)).collect()
}

fn moment(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).ok()
}

/// Nothing where there is nothing; no answer where there is something else.
fn moment_or_none(text: Option<String>) -> Option<Option<Timestamp>> {
    text.map_or(Some(None), |text| moment(&text).map(Some))
}

fn done_by(kind: Kind, at: Option<String>, by: Option<String>) -> Option<Option<(Timestamp, Arc<str>)>> {
    match (at, by) {
        (Some(at), Some(by)) => Some(Some((moment(&at)?, kind.given(by).into()))),
        (None, None) => Some(None),
        _ => None,
    }
}

impl IncidentRow {
    fn incident(self, kind: Kind) -> Option<Incident> {
        let given = |text: String| -> Arc<str> { kind.given(text).into() };
        let services: Vec<String> = serde_json::from_str(&self.services).ok()?;
        let title = self.title.map(|text| Said { what: What::Title, text: given(text) });
        let (acknowledge_by, update_by) = (moment_or_none(self.acknowledge_by)?, moment_or_none(self.update_by)?);
        let opened_at = moment(&self.opened_at)?;
        let opened = NewIncident {
            id: self.id.into(),
            cause: given(self.cause),
            decision: DecisionId::parse(&self.decision).ok()?,
            environment: EnvironmentName::parse(&self.environment).ok()?,
            services: services.iter().map(|name| ServiceName::parse(name).ok()).collect::<Option<_>>()?,
            watch: self.watch.map(given),
            by: self.opened_by.map(given),
            detected_at: moment(&self.detected_at)?,
            priority: Priority::ALL.into_iter().find(|priority| priority.word() == self.priority)?,
            rule: given(self.rule),
            plan: Digest::parse(&self.plan).ok()?,
            levels: u32::try_from(self.levels).ok()?,
            acknowledge_by: acknowledge_by.unwrap_or(opened_at),
            update_by: update_by.unwrap_or(opened_at),
            said: title.into_iter().collect(),
        };
        Some(Incident {
            opened,
            leaf_index: unsigned(self.leaf_index),
            opened_at,
            state: IncidentState::parse(&self.state)?,
            changes: u32::try_from(self.changes).ok()?,
            level: u32::try_from(self.level).ok()?,
            acknowledge_by,
            update_by,
            acknowledged: done_by(kind, self.acknowledged_at, self.acknowledged_by)?,
            resolved: done_by(kind, self.resolved_at, self.resolved_by)?,
            downtime: self.downtime_ns.map(|nanos| Duration::from_nanos(unsigned(nanos))),
        })
    }
}

impl EntryRow {
    fn entry(self, kind: Kind, said: Vec<Said>) -> Option<Entry> {
        let happening = match self.happening.as_str() {
            OPENED => None,
            word => Some(Happening::parse(word)?),
        };
        Some(Entry {
            number: u32::try_from(self.number).ok()?,
            happening,
            at: moment(&self.at)?,
            leaf_index: unsigned(self.leaf_index),
            by: self.by_whom.map(|by| kind.given(by).into()),
            level: u32::try_from(self.level).ok()?,
            done: serde_json::from_str(&self.done).ok()?,
            said,
        })
    }
}
