//! What became of deployments.

use super::{Connection, kind::Kind, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    event::{DeploymentEvent, EVENTS_MAX, NewEvent, RecordedEvent},
    id::DecisionId,
    leaf_size::LeafTooLarge,
    shape::numbers::moment_text,
};
use sqlx::FromRow;
use tidegate_core::time::Timestamp;

/// Decisions of one deployment that are read back, at most; the newest ones.
const DECISIONS_MAX: i64 = 100;

#[derive(FromRow)]
pub(super) struct EventRow {
    leaf_index: i64,
    decision: String,
    deployment: String,
    event: String,
    permitted: i64,
    at: String,
    said_at: Option<String>,
    said_by: String,
}

pub(crate) async fn put(
    connection: &mut Connection,
    event: &NewEvent,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let before: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM deployment_events WHERE decision = $1")
        .bind(event.decision.as_str().to_owned())
        .fetch_one(&mut *connection)
        .await?;
    if unsigned(before) >= EVENTS_MAX {
        let (used, allowed) = (usize::try_from(before + 1).unwrap_or(usize::MAX), EVENTS_MAX as usize);
        return Err(LeafTooLarge { what: "events of one decision", used, allowed }.into());
    }
    let kind = Kind::of(connection);
    sqlx::query(
        "INSERT INTO deployment_events (leaf_index, decision, deployment, event, permitted, at, said_at, said_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(signed(index))
    .bind(event.decision.as_str().to_owned())
    .bind(kind.kept(&event.deployment))
    .bind(event.event.word())
    .bind(i64::from(event.permitted))
    .bind(moment_text(at))
    .bind(event.said_at.map(moment_text))
    .bind(kind.kept(&event.by))
    .execute(connection)
    .await?;
    Ok(())
}

/// Of one decision, in the order in which the gate was told.
pub(crate) async fn of(connection: &mut Connection, decision: &DecisionId) -> Result<Vec<RecordedEvent>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT leaf_index, decision, deployment, event, permitted, at, said_at, said_by FROM deployment_events \
         WHERE decision = $1 ORDER BY leaf_index",
    )
    .bind(decision.as_str().to_owned())
    .fetch_all(connection)
    .await?;
    read(kind, rows)
}

pub(super) fn read(kind: Kind, rows: Vec<EventRow>) -> Result<Vec<RecordedEvent>, ReadError> {
    let altered = || ReadError::Altered { what: "a deployment event's row".to_owned() };
    rows.into_iter().map(|row| row.read(kind).ok_or_else(altered)).collect()
}

/// Decisions about a deployment, as its callers named it, newest first.
pub(crate) async fn decisions(connection: &mut Connection, deployment: &str) -> Result<Vec<DecisionId>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT id FROM decisions WHERE deployment = $1 ORDER BY leaf_index DESC LIMIT $2")
            .bind(kind.kept(deployment))
            .bind(DECISIONS_MAX)
            .fetch_all(connection)
            .await?;
    let altered = |_| ReadError::Altered { what: "a decision's row".to_owned() };
    rows.iter().map(|id| DecisionId::parse(id).map_err(altered)).collect()
}

impl EventRow {
    fn read(self, kind: Kind) -> Option<RecordedEvent> {
        let said_at = self.said_at.as_deref().map(Timestamp::parse).transpose().ok()?;
        let event = NewEvent {
            decision: DecisionId::parse(&self.decision).ok()?,
            deployment: kind.given(self.deployment).into(),
            event: DeploymentEvent::parse(&self.event)?,
            said_at,
            by: kind.given(self.said_by).into(),
            permitted: self.permitted != 0,
        };
        Some(RecordedEvent { event, at: Timestamp::parse(&self.at).ok()?, leaf_index: unsigned(self.leaf_index) })
    }
}
