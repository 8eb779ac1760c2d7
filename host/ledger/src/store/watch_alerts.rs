//! Alerts that were handed in, as their leaves say.

use super::{Connection, kind::Kind, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    faster::Faster,
    shape::numbers::moment_text,
    watch_alert::{ALERTS_OF_WATCH_MAX, AlertState, WatchAlert},
};
use sqlx::FromRow;
use std::sync::Arc;
use tidegate_core::{digest::Digest, time::Timestamp};

#[derive(FromRow)]
struct AlertRow {
    alert: String,
    state: String,
    since: String,
    fingerprint: String,
    labels: String,
    left_out: i64,
    said_by: String,
}

/// What is known already, or is about a watch that ended, comes too late.
pub(crate) async fn put(
    connection: &mut Connection,
    new: &WatchAlert,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    let runs: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM watches WHERE id = $1 AND state = 'running'")
        .bind(new.watch.to_string())
        .fetch_one(&mut *connection)
        .await?;
    if runs == 0 {
        return Err(RecordError::Faster(Faster::WatchChanged));
    }
    let before: Option<String> = sqlx::query_scalar("SELECT state FROM watch_alerts WHERE watch = $1 AND alert = $2")
        .bind(new.watch.to_string())
        .bind(new.key.to_string())
        .fetch_optional(&mut *connection)
        .await?;
    let before = before.map(|word| AlertState::parse(&word).ok_or_else(altered)).transpose()?;
    if !new.state.follows(before) {
        return Err(RecordError::Faster(Faster::Alerted));
    }
    let (kind, moment) = (Kind::of(connection), moment_text(at));
    if before.is_some() {
        sqlx::query(
            "UPDATE watch_alerts SET state = $3, since = $4, left_out = $5, said_by = $6, leaf_index = $7, at = $8 \
             WHERE watch = $1 AND alert = $2",
        )
        .bind(new.watch.to_string())
        .bind(new.key.to_string())
        .bind(new.state.word())
        .bind(moment_text(new.since))
        .bind(signed(new.left_out))
        .bind(kind.kept(&new.by))
        .bind(signed(index))
        .bind(moment)
        .execute(connection)
        .await?;
        return Ok(());
    }
    let known: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM watch_alerts WHERE watch = $1")
        .bind(new.watch.to_string())
        .fetch_one(&mut *connection)
        .await?;
    if unsigned(known) >= ALERTS_OF_WATCH_MAX as u64 && new.key != WatchAlert::more() {
        return Err(RecordError::Faster(Faster::AlertsFull));
    }
    sqlx::query(
        "INSERT INTO watch_alerts (watch, alert, state, since, fingerprint, labels, left_out, said_by, leaf_index, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new.watch.to_string())
    .bind(new.key.to_string())
    .bind(new.state.word())
    .bind(moment_text(new.since))
    .bind(kind.kept(&new.fingerprint))
    .bind(kind.kept(&new.labels))
    .bind(signed(new.left_out))
    .bind(kind.kept(&new.by))
    .bind(signed(index))
    .bind(moment)
    .execute(connection)
    .await?;
    Ok(())
}

/// All that is known of a watch's, in the order of their keys.
pub(crate) async fn of(connection: &mut Connection, watch: &str) -> Result<Vec<WatchAlert>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<AlertRow> = sqlx::query_as(
        "SELECT alert, state, since, fingerprint, labels, left_out, said_by FROM watch_alerts WHERE watch = $1 ORDER BY alert",
    )
    .bind(watch.to_owned())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| row.alert(watch, kind).ok_or_else(altered)).collect()
}

/// Those that run and of which something is known so.
pub(crate) async fn watches(
    connection: &mut Connection,
    key: Digest,
    state: AlertState,
) -> Result<Vec<Arc<str>>, ReadError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT a.watch FROM watch_alerts a JOIN watches w ON w.id = a.watch WHERE a.alert = $1 AND a.state = $2 \
         AND w.state = 'running' ORDER BY a.watch",
    )
    .bind(key.to_string())
    .bind(state.word())
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(Arc::from).collect())
}

fn altered() -> ReadError {
    ReadError::Altered { what: "an alert's row".to_owned() }
}

impl AlertRow {
    fn alert(self, watch: &str, kind: Kind) -> Option<WatchAlert> {
        Some(WatchAlert {
            watch: watch.into(),
            key: Digest::parse(&self.alert).ok()?,
            state: AlertState::parse(&self.state)?,
            since: Timestamp::parse(&self.since).ok()?,
            fingerprint: kind.given(self.fingerprint).into(),
            labels: kind.given(self.labels).into(),
            left_out: unsigned(self.left_out),
            by: kind.given(self.said_by).into(),
        })
    }
}
