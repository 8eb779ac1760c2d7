//! Incidents, as their leaves say.

mod reading;

pub(crate) use self::reading::{of_cause, of_watch, one, overdue, page, timeline};

use super::{Connection, kind::Kind, signed};
use crate::{
    error::RecordError,
    faster::Faster,
    incident::{Happening, IncidentChange, IncidentState, NewIncident, Said},
    shape::numbers::moment_text,
};
use std::{sync::Arc, time::Duration};
use tidegate_core::time::Timestamp;

/// What the timeline calls the first leaf of an incident.
const OPENED: &str = "opened";

/// Whoever opens one of the same cause second is too late.
pub(crate) async fn open(
    connection: &mut Connection,
    new: &NewIncident,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let kind = Kind::of(connection);
    let services = new.services.iter().map(ToString::to_string).collect::<Vec<_>>();
    let opened = sqlx::query(
        "INSERT INTO incidents (id, leaf_index, cause, decision, environment, services, watch, opened_by, opened_at, \
         detected_at, priority, rule, plan, levels, state, changes, level, acknowledge_by, update_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open', 0, 0, $15, $16) ON CONFLICT DO NOTHING",
    )
    .bind(new.id.to_string())
    .bind(signed(index))
    .bind(kind.kept(&new.cause))
    .bind(new.decision.as_str().to_owned())
    .bind(new.environment.to_string())
    .bind(listed(&services)?)
    .bind(new.watch.as_ref().map(|watch| kind.kept(watch)))
    .bind(new.by.as_ref().map(|by| kind.kept(by)))
    .bind(moment_text(at))
    .bind(moment_text(new.detected_at))
    .bind(new.priority.word())
    .bind(kind.kept(&new.rule))
    .bind(new.plan.to_string())
    .bind(i64::from(new.levels))
    .bind(moment_text(new.acknowledge_by))
    .bind(moment_text(new.update_by))
    .execute(&mut *connection)
    .await?;
    if opened.rows_affected() == 0 {
        return Err(RecordError::Faster(Faster::IncidentOpened));
    }
    let entry = NewEntry {
        incident: &new.id,
        number: 0,
        happening: OPENED,
        by: new.by.as_ref(),
        level: 0,
        done: &[],
        said: &new.said,
    };
    entry.write(connection, at, index).await
}

/// Whoever says the same change second is too late.
pub(crate) async fn change(
    connection: &mut Connection,
    change: &IncidentChange,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let kind = Kind::of(connection);
    let is = |happening| (change.happening == happening).then_some(());
    let by = change.by.as_ref().map(|by| kind.kept(by));
    let (acknowledged, resolved) = (is(Happening::Acknowledged), is(Happening::Resolved));
    let state = acknowledged
        .map(|()| IncidentState::Acknowledged)
        .or(resolved.map(|()| IncidentState::Resolved))
        .map(IncidentState::word);
    let changed = sqlx::query(
        "UPDATE incidents SET changes = $3, level = $4, acknowledge_by = $5, update_by = $6, state = COALESCE($7, state), \
         acknowledged_at = COALESCE($8, acknowledged_at), acknowledged_by = COALESCE($9, acknowledged_by), \
         resolved_at = COALESCE($10, resolved_at), resolved_by = COALESCE($11, resolved_by), \
         downtime_ns = COALESCE($12, downtime_ns) WHERE id = $1 AND changes = $2",
    )
    .bind(change.id.to_string())
    .bind(i64::from(change.number) - 1)
    .bind(i64::from(change.number))
    .bind(i64::from(change.level))
    .bind(change.acknowledge_by.map(moment_text))
    .bind(change.update_by.map(moment_text))
    .bind(state)
    .bind(acknowledged.map(|()| moment_text(at)))
    .bind(acknowledged.and(by.clone()))
    .bind(resolved.map(|()| moment_text(at)))
    .bind(resolved.and(by))
    .bind(change.downtime.map(nanos))
    .execute(&mut *connection)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(RecordError::Faster(Faster::IncidentChanged));
    }
    let entry = NewEntry {
        incident: &change.id,
        number: change.number,
        happening: change.happening.word(),
        by: change.by.as_ref(),
        level: change.level,
        done: &change.done,
        said: &change.said,
    };
    entry.write(connection, at, index).await
}

fn nanos(span: Duration) -> i64 {
    signed(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX))
}

fn listed(all: &impl serde::Serialize) -> Result<String, RecordError> {
    serde_json::to_string(all).map_err(|cause| RecordError::Encode(Arc::new(cause)))
}

/// A line of the timeline on its way into the tables.
struct NewEntry<'a> {
    incident: &'a Arc<str>,
    number: u32,
    happening: &'static str,
    by: Option<&'a Arc<str>>,
    level: u32,
    done: &'a [u32],
    said: &'a [Said],
}

impl NewEntry<'_> {
    async fn write(&self, connection: &mut Connection, at: Timestamp, index: u64) -> Result<(), RecordError> {
        let kind = Kind::of(connection);
        sqlx::query(
            "INSERT INTO incident_changes (leaf_index, incident, number, happening, at, by_whom, level, done) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(signed(index))
        .bind(self.incident.to_string())
        .bind(i64::from(self.number))
        .bind(self.happening)
        .bind(moment_text(at))
        .bind(self.by.map(|by| kind.kept(by)))
        .bind(i64::from(self.level))
        .bind(listed(&self.done)?)
        .execute(&mut *connection)
        .await?;
        for said in self.said {
            sqlx::query("INSERT INTO incident_texts (incident, number, what, text) VALUES ($1, $2, $3, $4)")
                .bind(self.incident.to_string())
                .bind(i64::from(self.number))
                .bind(said.what.word())
                .bind(kind.kept(&said.text))
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}
