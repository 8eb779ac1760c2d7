//! What can be looked up: made from the leaf and the bodies that it names, so that it can be made again.
//!
//! **Invariant:** private texts stand in these rows salted, as in the leaf.

mod facts;
pub(crate) mod hours;
pub(crate) mod rules;
mod stages;
mod terms;

use super::{Connection, builder::insert, kind::Kind, signed};
use crate::{
    leaf::decision::DecisionLeaf,
    projections::{Findable, Rows},
    shape::{numbers::moment_text, words::permission_word},
};

/// A set has each stage once. Should a record ever say otherwise, the first row stands: no record fails on what follows from it.
const ONCE: &str = " ON CONFLICT DO NOTHING";

/// What decisions are found by and what is counted over them, in the order of their leaves.
pub(crate) async fn findable(connection: &mut Connection, all: &[Findable], rows: Rows<'_>) -> Result<(), sqlx::Error> {
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

const DECISIONS: &[&str] = &[
    "id",
    "leaf_index",
    "evaluated_at",
    "recorded_at",
    "environment",
    "cause",
    "outcome",
    "permission",
    "allowed",
    "policy_set",
    "policy_version",
    "policy_digest",
    "deployment",
];
const SERVICES: &[&str] = &["decision", "service", "version", "artifact"];

/// The rows of decisions' leaves, whose texts are salted, that other records refer to.
pub(crate) async fn put<'l>(connection: &mut Connection, all: &[(u64, &'l DecisionLeaf)]) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    insert(
        connection,
        ("decisions", DECISIONS),
        all,
        "",
        |mut row, (index, DecisionLeaf { judgement, circumstances, .. })| {
            let (decision, deployment) = (&judgement.decision, &judgement.deployment);
            row.push_bind(circumstances.decision.as_str().to_owned()).push_bind(signed(*index));
            row.push_bind(moment_text(judgement.evaluated_at)).push_bind(moment_text(circumstances.recorded_at));
            row.push_bind(deployment.environment.to_string()).push_bind(deployment.cause.word());
            row.push_bind(decision.outcome.word()).push_bind(permission_word(decision.permission));
            row.push_bind(i64::from(decision.allowed)).push_bind(decision.decided_by.id.to_string());
            row.push_bind(decision.decided_by.version.to_string()).push_bind(decision.decided_by.digest.to_string());
            row.push_bind(kind.kept(&deployment.id));
        },
    )
    .await?;
    let of_one = |(_, leaf): &(u64, &'l DecisionLeaf)| {
        let leaf = *leaf;
        leaf.judgement.deployment.services.iter().map(move |service| (leaf, service))
    };
    let rows: Vec<_> = all.iter().flat_map(of_one).collect();
    insert(connection, ("decision_services", SERVICES), &rows, "", |mut row, (leaf, service)| {
        row.push_bind(leaf.circumstances.decision.as_str().to_owned()).push_bind(service.name.to_string());
        row.push_bind(kind.kept(&service.version.to_string()));
        row.push_bind(service.artifact.as_ref().map(|artifact| artifact.digest.to_string()));
    })
    .await
}
