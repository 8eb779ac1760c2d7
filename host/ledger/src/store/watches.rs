//! Watches, as their leaves say.

use super::{Connection, builder::QueryBuilder, kind::Kind, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    faster::Faster,
    id::DecisionId,
    shape::numbers::moment_text,
    watch::{LastChange, NewWatch, WATCHES_MAX, Watch, WatchCancel, WatchCause, WatchChange, WatchState, WatchesAsked},
};
use sqlx::FromRow;
use std::time::Duration;
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, ServiceName},
    observation::Advice,
    time::Timestamp,
};

const COLUMNS: &str = "SELECT id, leaf_index, decision, environment, cause, plan, started_at, started_by, deployed_at, \
    ends_at, step_ns, state, looks, changes, changed_in, changed_at, changed_looks, advice, window_body, answer, why, \
    cancelled_by, cancel_reason FROM watches";

#[derive(FromRow)]
struct WatchRow {
    id: String,
    leaf_index: i64,
    decision: String,
    environment: String,
    cause: String,
    plan: String,
    started_at: String,
    started_by: String,
    deployed_at: String,
    ends_at: String,
    step_ns: i64,
    state: String,
    looks: i64,
    changes: i64,
    changed_in: Option<i64>,
    changed_at: Option<String>,
    changed_looks: Option<i64>,
    advice: Option<String>,
    window_body: Option<String>,
    answer: Option<String>,
    why: Option<String>,
    cancelled_by: Option<String>,
    cancel_reason: Option<String>,
}

pub(crate) async fn begin(
    connection: &mut Connection,
    watch: &NewWatch,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let running: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM watches WHERE decision = $1 AND state = 'running'")
        .bind(watch.decision.as_str().to_owned())
        .fetch_one(&mut *connection)
        .await?;
    if running > 0 {
        return Err(RecordError::Faster(Faster::Watched));
    }
    let kind = Kind::of(connection);
    sqlx::query(
        "INSERT INTO watches (id, leaf_index, decision, environment, cause, plan, started_at, started_by, deployed_at, \
         ends_at, step_ns, state, looks, changes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'running', 0, 0)",
    )
    .bind(watch.id.to_string())
    .bind(signed(index))
    .bind(watch.decision.as_str().to_owned())
    .bind(watch.environment.to_string())
    .bind(watch.cause.word())
    .bind(watch.plan.to_string())
    .bind(moment_text(at))
    .bind(kind.kept(&watch.by))
    .bind(moment_text(watch.deployed_at))
    .bind(moment_text(watch.ends_at))
    .bind(signed(u64::try_from(watch.step.as_nanos()).unwrap_or(u64::MAX)))
    .execute(connection)
    .await?;
    Ok(())
}

/// Whoever says the same change second, or a change after the end, is too late.
pub(crate) async fn change(
    connection: &mut Connection,
    change: &WatchChange,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let (kind, cancelled) = (Kind::of(connection), change.cancelled.as_ref());
    let changed = sqlx::query(
        "UPDATE watches SET state = $3, looks = looks + $4, changes = $5, changed_in = $6, changed_at = $7, \
         changed_looks = $4, advice = $8, window_body = $9, answer = $10, why = $11, cancelled_by = $12, \
         cancel_reason = $13 WHERE id = $1 AND changes = $2 AND state = 'running'",
    )
    .bind(change.id.to_string())
    .bind(i64::from(change.number) - 1)
    .bind(change.state.word())
    .bind(signed(change.looks))
    .bind(i64::from(change.number))
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(change.advice.map(Advice::word))
    .bind(change.window.map(|digest| digest.to_string()))
    .bind(change.answer.map(|digest| digest.to_string()))
    .bind(change.why.as_ref().map(|why| kind.kept(why)))
    .bind(cancelled.map(|cancel| kind.kept(&cancel.by)))
    .bind(cancelled.map(|cancel| kind.kept(&cancel.reason)))
    .execute(connection)
    .await?;
    if changed.rows_affected() == 0 { Err(RecordError::Faster(Faster::WatchChanged)) } else { Ok(()) }
}

pub(crate) async fn one(connection: &mut Connection, id: &str) -> Result<Option<Watch>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" WHERE id = ").push_bind(id.to_owned());
    Ok(read(connection, query).await?.pop())
}

/// Those that are asked for, the newest first.
pub(crate) async fn page(connection: &mut Connection, asked: &WatchesAsked) -> Result<Vec<Watch>, ReadError> {
    let WatchesAsked { decision, state, before, limit } = asked;
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" WHERE leaf_index < ").push_bind(before.map_or(i64::MAX, signed));
    if let Some(decision) = decision {
        query.push(" AND decision = ").push_bind(decision.as_str().to_owned());
    }
    if let Some(state) = state {
        query.push(" AND state = ").push_bind(state.word());
    }
    query.push(" ORDER BY leaf_index DESC LIMIT ").push_bind(i64::from((*limit).clamp(1, WATCHES_MAX)));
    read(connection, query).await
}

/// Those that run in an environment over any of these services, but for those of this decision.
pub(crate) async fn beside(
    connection: &mut Connection,
    decision: &DecisionId,
    environment: &EnvironmentName,
    services: Vec<ServiceName>,
) -> Result<Vec<Watch>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" WHERE state = 'running' AND environment = ").push_bind(environment.to_string());
    query.push(" AND decision <> ").push_bind(decision.as_str().to_owned());
    query.push(
        " AND EXISTS (SELECT 1 FROM decision_services AS s WHERE s.decision = watches.decision AND s.service IN (",
    );
    let mut names = query.separated(", ");
    for service in services {
        names.push_bind(service.to_string());
    }
    query.push(")) ORDER BY leaf_index DESC");
    read(connection, query).await
}

/// Those that run and are about an environment and a service; `None`: about any.
pub(crate) async fn about(
    connection: &mut Connection,
    environment: Option<&EnvironmentName>,
    service: Option<&ServiceName>,
) -> Result<Vec<Watch>, ReadError> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push(" WHERE state = 'running'");
    if let Some(environment) = environment {
        query.push(" AND environment = ").push_bind(environment.to_string());
    }
    if let Some(service) = service {
        query.push(
            " AND EXISTS (SELECT 1 FROM decision_services AS s WHERE s.decision = watches.decision AND s.service = ",
        );
        query.push_bind(service.to_string()).push(")");
    }
    query.push(" ORDER BY leaf_index DESC");
    read(connection, query).await
}

/// The names of all that run, in the order in which they began.
pub(crate) async fn running(connection: &mut Connection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM watches WHERE state = 'running' ORDER BY leaf_index").fetch_all(connection).await
}

async fn read(connection: &mut Connection, mut query: QueryBuilder) -> Result<Vec<Watch>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<WatchRow> = query.build_query_as().fetch_all(connection).await?;
    let altered = || ReadError::Altered { what: "a watch's row".to_owned() };
    rows.into_iter().map(|row| row.watch(kind).ok_or_else(altered)).collect()
}

impl WatchRow {
    fn watch(mut self, kind: Kind) -> Option<Watch> {
        let moment = |text: &str| Timestamp::parse(text).ok();
        let state = WatchState::parse(&self.state)?;
        let last = match (self.changed_in, self.changed_at.take()) {
            (Some(leaf_index), Some(at)) => {
                let change = self.change(kind, state)?;
                Some(LastChange { change, at: moment(&at)?, leaf_index: unsigned(leaf_index) })
            }
            _ => None,
        };
        let begun = NewWatch {
            id: self.id.into(),
            decision: DecisionId::parse(&self.decision).ok()?,
            environment: EnvironmentName::parse(&self.environment).ok()?,
            cause: WatchCause::parse(&self.cause)?,
            by: kind.given(self.started_by).into(),
            plan: Digest::parse(&self.plan).ok()?,
            deployed_at: moment(&self.deployed_at)?,
            ends_at: moment(&self.ends_at)?,
            step: Duration::from_nanos(unsigned(self.step_ns)),
        };
        let (leaf_index, started_at) = (unsigned(self.leaf_index), moment(&self.started_at)?);
        Some(Watch { begun, leaf_index, started_at, state, last, looks: unsigned(self.looks) })
    }

    fn change(&mut self, kind: Kind, state: WatchState) -> Option<WatchChange> {
        fn each<T>(text: Option<&String>, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
            text.map_or(Some(None), |text| read(text).map(Some))
        }
        let digest = |text: &str| Digest::parse(text).ok();
        let advice = |word: &str| Advice::ALL.into_iter().find(|advice| advice.word() == word);
        let cancelled = match (self.cancelled_by.take(), self.cancel_reason.take()) {
            (Some(by), Some(reason)) => {
                Some(WatchCancel { by: kind.given(by).into(), reason: kind.given(reason).into() })
            }
            _ => None,
        };
        Some(WatchChange {
            id: self.id.as_str().into(),
            number: u32::try_from(self.changes).ok()?,
            state,
            advice: each(self.advice.as_ref(), advice)?,
            window: each(self.window_body.as_ref(), digest)?,
            answer: each(self.answer.as_ref(), digest)?,
            looks: unsigned(self.changed_looks?),
            why: self.why.take().map(|why| kind.given(why).into()),
            cancelled,
        })
    }
}
