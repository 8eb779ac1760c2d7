//! Which deployments of a service succeeded by the rules.

use super::{Connection, maintenances, signed};
use crate::{error::ReadError, event::DeploymentEvent, id::DecisionId, shape::words::permission_word};
use tidegate_core::{
    decision::{Outcome, Permission},
    deployment::Cause,
    name::{EnvironmentName, ServiceName},
};

/// Those of [`succeeded`] that a later deployment is compared with: none that succeeded before a maintenance was closed after which the
/// service is compared with nothing of before.
pub(crate) async fn comparable(
    connection: &mut Connection,
    environment: &EnvironmentName,
    service: &ServiceName,
    before: u64,
    (skip, most): (u32, u32),
) -> Result<Vec<DecisionId>, ReadError> {
    let after = maintenances::anew_since(connection, environment, service, before).await?;
    succeeded(connection, environment, service, (after.unwrap_or_default(), before), (skip, most)).await
}

/// Decisions that deployments of this service there went by, the one that succeeded last first: allowed by the rules, for a
/// deployment that was permitted, said to have succeeded, and neither failed nor was rolled back or revoked since.
/// A rollback is none: what it brings back was deployed before. What waivers tolerated stands in the decisions. As the record was before that
/// leaf, and of successes after another one. The first leaf of all is none of a success.
pub(crate) async fn succeeded(
    connection: &mut Connection,
    environment: &EnvironmentName,
    service: &ServiceName,
    (after, before): (u64, u64),
    (skip, most): (u32, u32),
) -> Result<Vec<DecisionId>, ReadError> {
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT d.id FROM decision_services AS s JOIN decisions AS d ON d.id = s.decision \
         JOIN deployment_events AS e ON e.decision = d.id \
         WHERE s.service = $1 AND d.environment = $2 AND d.outcome = $3 AND d.permission = $4 AND d.cause <> $5 \
         AND e.event = $6 AND e.permitted = 1 AND e.leaf_index < $11 AND e.leaf_index > $12 \
         AND NOT EXISTS (SELECT 1 FROM deployment_events AS later WHERE later.decision = d.id \
         AND later.leaf_index > e.leaf_index AND later.leaf_index < $11 AND later.event IN ($6, $7, $8)) \
         AND NOT EXISTS (SELECT 1 FROM revocations AS r WHERE r.decision = d.id AND r.leaf_index < $11) \
         ORDER BY e.leaf_index DESC LIMIT $9 OFFSET $10",
    )
    .bind(service.to_string())
    .bind(environment.to_string())
    .bind(Outcome::Deploy.word())
    .bind(permission_word(Permission::ByTheRules))
    .bind(Cause::Rollback.word())
    .bind(DeploymentEvent::Succeeded.word())
    .bind(DeploymentEvent::Failed.word())
    .bind(DeploymentEvent::RolledBack.word())
    .bind(signed(most.into()))
    .bind(signed(skip.into()))
    .bind(signed(before))
    .bind(signed(after))
    .fetch_all(connection)
    .await?;
    let altered = |_| ReadError::Altered { what: "a decision's row".to_owned() };
    rows.iter().map(|id| DecisionId::parse(id).map_err(altered)).collect()
}
