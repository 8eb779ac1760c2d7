//! What can be looked up: made from the leaf and the bodies that it names, so that it can be made again.
//!
//! **Invariant:** private texts stand in these rows salted, as in the leaf.

mod facts;
pub(crate) mod hours;
pub(crate) mod rules;
mod stages;
mod terms;

use super::{
    Connection, ROWS_MAX,
    builder::{QueryBuilder, insert},
    kind::Kind,
    signed,
};
use crate::{
    leaf::decision::DecisionLeaf,
    projections::{Findable, Rows},
    shape::{numbers::moment_text, words::permission_word},
};

/// A set has each stage once. Should a record ever say otherwise, the first row stands: no record fails on what follows from it.
const ONCE: &str = " ON CONFLICT DO NOTHING";

/// What decisions are found by and what is counted over them, in the order of their leaves.
pub(crate) async fn findable(connection: &mut Connection, all: &[Findable], rows: Rows) -> Result<(), sqlx::Error> {
    if rows.are_of("decision_facts") {
        facts::put(connection, all).await?;
    }
    if rows.are_of("decision_hours") {
        hours::count(connection, all).await?;
    }
    if rows.are_of("stage_results") {
        stages::put(connection, all).await?;
    }
    if rows.are_of("rule_findings") {
        rules::put(connection, all).await?;
    }
    if rows.are_of("decision_terms") {
        terms::put(connection, all).await?;
    }
    Ok(())
}

/// The rows of a decision's leaf, whose texts are salted, that other records refer to.
pub(crate) async fn put(connection: &mut Connection, index: u64, leaf: &DecisionLeaf) -> Result<(), sqlx::Error> {
    let (judgement, circumstances) = (&leaf.judgement, &leaf.circumstances);
    let (decision, deployment) = (&judgement.decision, &judgement.deployment);
    let (id, kind) = (circumstances.decision.as_str(), Kind::of(connection));
    sqlx::query(
        "INSERT INTO decisions (id, leaf_index, evaluated_at, recorded_at, environment, cause, outcome, permission, \
         allowed, policy_set, policy_version, policy_digest, deployment) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(id.to_owned())
    .bind(signed(index))
    .bind(moment_text(judgement.evaluated_at))
    .bind(moment_text(circumstances.recorded_at))
    .bind(deployment.environment.to_string())
    .bind(deployment.cause.word())
    .bind(decision.outcome.word())
    .bind(permission_word(decision.permission))
    .bind(i64::from(decision.allowed))
    .bind(decision.decided_by.id.to_string())
    .bind(decision.decided_by.version.to_string())
    .bind(decision.decided_by.digest.to_string())
    .bind(kind.kept(&deployment.id))
    .execute(&mut *connection)
    .await?;
    for services in deployment.services.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO decision_services (decision, service, version, artifact) ");
        insert.push_values(services, |mut row, service| {
            row.push_bind(id.to_owned()).push_bind(service.name.to_string());
            row.push_bind(kind.kept(&service.version.to_string()));
            row.push_bind(service.artifact.as_ref().map(|artifact| artifact.digest.to_string()));
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}
