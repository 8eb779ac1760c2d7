//! Maintenances, as their leaves say.

mod row;

use self::row::{MaintenanceRow, StepRow, services_of};
use super::{Connection, builder::QueryBuilder, kind::Kind, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    faster::Faster,
    leaf::act::maintenance::Told,
    maintenance::{
        MAINTENANCES_MAX, Maintenance, MaintenanceState, MaintenanceStep, MaintenancesAsked, NewMaintenance, Taken,
    },
    shape::numbers::moment_text,
};
use serde::Serialize;
use std::sync::Arc;
use tidegate_core::{
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

const COLUMNS: &str = "SELECT id, leaf_index, at, planned_by, reason, environment, policy_set, asked_in, verified_in, \
    scope, services, begins_at, ends_at, items, anew, emergency, decision, due_at, state, steps, opened_in FROM maintenances";
/// Of one environment, that are open at one moment, at most.
const OPEN_MAX: i64 = 1_000;

pub(crate) async fn plan(
    connection: &mut Connection,
    new: &NewMaintenance,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let (kind, emergency) = (Kind::of(connection), new.emergency.as_ref());
    let services: Vec<&str> = new.services.iter().map(ServiceName::as_str).collect();
    let items: Vec<[&str; 3]> = new.items.iter().map(|item| [item.phase.word(), &item.id, &item.title]).collect();
    sqlx::query(
        "INSERT INTO maintenances (id, leaf_index, at, planned_by, reason, environment, policy_set, asked_in, verified_in, \
         scope, services, begins_at, ends_at, items, anew, emergency, decision, due_at, state, steps, opened_in) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 0, $20)",
    )
    .bind(new.id.to_string())
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(kind.kept(&new.by))
    .bind(kind.kept(&new.reason))
    .bind(new.environment.to_string())
    .bind(new.policy_set.to_string())
    .bind(new.asked_in.to_string())
    .bind(new.verified_in.to_string())
    .bind(kind.kept(&new.scope))
    .bind(json(&services)?)
    .bind(moment_text(new.from))
    .bind(moment_text(new.until))
    .bind(kind.kept(&json(&items)?))
    .bind(i64::from(new.anew))
    .bind(emergency.map(|emergency| kind.kept(&emergency.because)))
    .bind(emergency.map(|emergency| emergency.decision.as_str().to_owned()))
    .bind(emergency.map(|emergency| moment_text(emergency.due)))
    .bind(new.state().word())
    .bind(emergency.map(|_| signed(index)))
    .execute(connection)
    .await?;
    Ok(())
}

/// Whoever says the same step second, or one that does not follow from how it stands, is too late.
pub(crate) async fn step(
    connection: &mut Connection,
    said: &MaintenanceStep,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let kind = Kind::of(connection);
    let state = said.step.state();
    let mut update = QueryBuilder::new("UPDATE maintenances SET state = ");
    update.push_bind(state.word()).push(", steps = ").push_bind(i64::from(said.number));
    match state {
        MaintenanceState::Open => {
            update.push(", opened_in = ").push_bind(signed(index));
        }
        MaintenanceState::Closed | MaintenanceState::Cancelled => {
            update.push(", ended_in = ").push_bind(signed(index));
        }
        MaintenanceState::Planned | MaintenanceState::Approved | MaintenanceState::Expired => {}
    }
    update.push(" WHERE id = ").push_bind(said.id.to_string());
    update.push(" AND steps = ").push_bind(i64::from(said.number) - 1).push(" AND state IN (");
    let mut before = update.separated(", ");
    for state in MaintenanceState::ALL.into_iter().filter(|state| said.step.follows(*state)) {
        before.push_bind(state.word());
    }
    update.push(")");
    if update.build().execute(&mut *connection).await?.rows_affected() == 0 {
        return Err(RecordError::Faster(Faster::MaintenanceChanged));
    }
    let Told { decision, reason, stated } = Told::of(&said.step);
    sqlx::query(
        "INSERT INTO maintenance_steps (maintenance, number, leaf_index, at, step, said_by, reason, decision, stated) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(said.id.to_string())
    .bind(i64::from(said.number))
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(state.word())
    .bind(kind.kept(&said.by))
    .bind(reason.map(|reason| kind.kept(reason)))
    .bind(decision.map(|decision| decision.as_str().to_owned()))
    .bind(json(&stated)?)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn one(connection: &mut Connection, id: &str) -> Result<Option<Maintenance>, ReadError> {
    let kind = Kind::of(connection);
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" WHERE id = ").push_bind(kind.kept(id));
    Ok(read(connection, query).await?.pop())
}

/// Those that are asked for, the newest first.
pub(crate) async fn page(
    connection: &mut Connection,
    asked: &MaintenancesAsked,
) -> Result<Vec<Maintenance>, ReadError> {
    let MaintenancesAsked { environment, state, before, limit } = asked;
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" WHERE leaf_index < ").push_bind(before.map_or(i64::MAX, signed));
    if let Some(environment) = environment {
        query.push(" AND environment = ").push_bind(environment.to_string());
    }
    if let Some((state, now)) = state {
        stand(&mut query, *state, *now);
    }
    query.push(" ORDER BY leaf_index DESC LIMIT ").push_bind(i64::from((*limit).clamp(1, MAINTENANCES_MAX)));
    read(connection, query).await
}

/// The row stands so at a moment.
fn stand(query: &mut QueryBuilder, state: MaintenanceState, now: Timestamp) {
    let now = moment_text(now);
    match state {
        MaintenanceState::Expired => {
            query.push(" AND state IN ('planned', 'approved', 'open') AND ends_at <= ").push_bind(now)
        }
        over if over.is_over() => query.push(" AND state = ").push_bind(over.word()),
        not_over => query.push(" AND state = ").push_bind(not_over.word()).push(" AND ends_at > ").push_bind(now),
    };
}

/// Those of an environment that were open when this leaf was written, in the order in which they opened.
pub(crate) async fn open_at(
    connection: &mut Connection,
    environment: &EnvironmentName,
    leaf: u64,
) -> Result<Vec<Maintenance>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" WHERE environment = ").push_bind(environment.to_string());
    query.push(" AND opened_in < ").push_bind(signed(leaf));
    query.push(" AND (ended_in IS NULL OR ended_in > ").push_bind(signed(leaf));
    query.push(") ORDER BY opened_in LIMIT ").push_bind(OPEN_MAX);
    read(connection, query).await
}

/// How many are open, and of these how many that had to be closed by now.
pub(crate) async fn open_now(connection: &mut Connection, now: Timestamp) -> Result<(u64, u64), ReadError> {
    let (open, overdue): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), COUNT(CASE WHEN ends_at <= $1 THEN 1 END) FROM maintenances WHERE state = 'open'",
    )
    .bind(moment_text(now))
    .fetch_one(connection)
    .await?;
    Ok((unsigned(open), unsigned(overdue)))
}

/// The leaf before which nothing of a service there is compared with, as the record was before another one: of the last maintenance of it
/// that was closed and says so.
pub(crate) async fn anew_since(
    connection: &mut Connection,
    environment: &EnvironmentName,
    service: &ServiceName,
    before: u64,
) -> Result<Option<u64>, ReadError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT ended_in, services FROM maintenances WHERE environment = $1 AND state = 'closed' AND anew = 1 \
         AND ended_in < $2 ORDER BY ended_in DESC",
    )
    .bind(environment.to_string())
    .bind(signed(before))
    .fetch_all(connection)
    .await?;
    for (ended_in, services) in rows {
        if services_of(&services).ok_or_else(altered)?.contains(service) {
            return Ok(Some(unsigned(ended_in)));
        }
    }
    Ok(None)
}

/// What became of one, in its order.
pub(crate) async fn steps(connection: &mut Connection, id: &str) -> Result<Vec<Taken>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<StepRow> = sqlx::query_as(
        "SELECT maintenance, number, leaf_index, at, step, said_by, reason, decision, stated FROM maintenance_steps \
         WHERE maintenance = $1 ORDER BY number",
    )
    .bind(kind.kept(id))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| row.taken(kind).ok_or_else(altered)).collect()
}

fn altered() -> ReadError {
    ReadError::Altered { what: "a maintenance's row".to_owned() }
}

fn json(value: &impl Serialize) -> Result<String, RecordError> {
    serde_json::to_string(value).map_err(|cause| RecordError::Encode(Arc::new(cause)))
}

async fn read(connection: &mut Connection, mut query: QueryBuilder) -> Result<Vec<Maintenance>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<MaintenanceRow> = query.build_query_as().fetch_all(connection).await?;
    rows.into_iter().map(|row| row.maintenance(kind).ok_or_else(altered)).collect()
}
