//! Decisions that look at a deployment after it went out.

use super::{
    Connection, ROWS_MAX,
    events::{self, EventRow},
    kind::Kind,
    signed, unsigned,
};
use crate::{
    error::{ReadError, RecordError},
    event::{DeploymentEvent, RecordedEvent},
    faster::Faster,
    id::DecisionId,
    leaf::decision::{DecisionLeaf, VerifiesPart},
    shape::{numbers::moment_text, words::permission_word},
    verification::{Verification, Verifies},
};
use sqlx::FromRow;
use tidegate_core::{
    decision::{Outcome, Permission},
    time::Timestamp,
};

/// The rows of decisions' leaves that look at something.
pub(crate) async fn put(connection: &mut Connection, all: &[(u64, &DecisionLeaf)]) -> Result<(), RecordError> {
    for (index, leaf) in all {
        let circumstances = &leaf.circumstances;
        let Some(VerifiesPart { decision, event }) = &circumstances.verifies else { continue };
        let put = sqlx::query(
            "INSERT INTO verifications (decision, leaf_index, verifies, event) VALUES ($1, $2, $3, $4) \
             ON CONFLICT DO NOTHING",
        )
        .bind(circumstances.decision.as_str().to_owned())
        .bind(signed(*index))
        .bind(decision.as_str().to_owned())
        .bind(event.map(signed))
        .execute(&mut *connection)
        .await?;
        // Another gate looked after the same event.
        if put.rows_affected() == 0 {
            return Err(RecordError::Faster(Faster::Verified));
        }
    }
    Ok(())
}

#[derive(FromRow)]
struct VerificationRow {
    decision: String,
    verifies: String,
    event: Option<i64>,
    allowed: i64,
    recorded_at: String,
}

/// Looks at the deployment of one decision, the newest first.
pub(crate) async fn of(connection: &mut Connection, verified: &DecisionId) -> Result<Vec<Verification>, ReadError> {
    let rows: Vec<VerificationRow> = sqlx::query_as(
        "SELECT v.decision, v.verifies, v.event, d.allowed, d.recorded_at FROM verifications AS v \
         JOIN decisions AS d ON d.id = v.decision WHERE v.verifies = $1 ORDER BY v.leaf_index DESC LIMIT $2",
    )
    .bind(verified.as_str().to_owned())
    .bind(ROWS_MAX as i64)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| row.verification().ok_or_else(altered)).collect()
}

/// The newest look at the deployment of one decision at which everything passed by the rules.
pub(crate) async fn passed(
    connection: &mut Connection,
    verified: &DecisionId,
) -> Result<Option<DecisionId>, ReadError> {
    let id: Option<String> = sqlx::query_scalar(
        "SELECT v.decision FROM verifications AS v JOIN decisions AS d ON d.id = v.decision \
         WHERE v.verifies = $1 AND d.outcome = $2 AND d.permission = $3 ORDER BY v.leaf_index DESC LIMIT 1",
    )
    .bind(verified.as_str().to_owned())
    .bind(Outcome::Deploy.word())
    .bind(permission_word(Permission::ByTheRules))
    .fetch_optional(connection)
    .await?;
    id.map(|id| DecisionId::parse(&id).map_err(|_| altered())).transpose()
}

/// What happened since a moment and was not looked at by the gate itself: deployments that succeeded or were rolled back, the oldest first.
pub(crate) async fn unlooked(connection: &mut Connection, since: Timestamp) -> Result<Vec<RecordedEvent>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT e.leaf_index, e.decision, e.deployment, e.event, e.permitted, e.at, e.said_at, e.said_by \
         FROM deployment_events AS e WHERE e.at > $1 AND e.event IN ($2, $3) \
         AND NOT EXISTS (SELECT 1 FROM verifications AS v WHERE v.event = e.leaf_index) ORDER BY e.leaf_index LIMIT $4",
    )
    .bind(moment_text(since))
    .bind(DeploymentEvent::Succeeded.word())
    .bind(DeploymentEvent::RolledBack.word())
    .bind(ROWS_MAX as i64)
    .fetch_all(connection)
    .await?;
    events::read(kind, rows)
}

impl VerificationRow {
    fn verification(self) -> Option<Verification> {
        let verifies = Verifies { decision: DecisionId::parse(&self.verifies).ok()?, event: self.event.map(unsigned) };
        Some(Verification {
            decision: DecisionId::parse(&self.decision).ok()?,
            verifies,
            passed: self.allowed != 0,
            at: Timestamp::parse(&self.recorded_at).ok()?,
        })
    }
}

fn altered() -> ReadError {
    ReadError::Altered { what: "a verification's row".to_owned() }
}
