//! What a list says of a decision.

use super::{Connection, Kind, signed};
use crate::{
    leaf::decision::{DecisionLeaf, DecisionPart, ForcedPart, ForcedState},
    shape::words::enforcement_word,
};

pub(super) async fn put(connection: &mut Connection, index: u64, leaf: &DecisionLeaf) -> Result<(), sqlx::Error> {
    let (deployment, decision) = (&leaf.judgement.deployment, &leaf.judgement.decision);
    let DecisionPart { blocking, decided_by, forced, score, .. } = decision;
    let revision = deployment.revision.as_ref();
    let wish = forced.as_ref().map(|forced| &forced.request);
    sqlx::query(
        "INSERT INTO decision_facts (leaf_index, decision, actor, person, repository, revision, share, blocking, \
         enforcement, forced_state, forced_reason, forced_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(signed(index))
    .bind(leaf.circumstances.decision.as_str().to_owned())
    .bind(deployment.actor.shown().to_string())
    .bind(deployment.person.as_ref().map(|person| person.shown().to_string()))
    .bind(revision.map(|revision| Kind::of(connection).kept(&revision.repository)))
    .bind(revision.map(|revision| revision.commit.to_string()))
    .bind(score.share.clone())
    .bind(i64::from(*blocking))
    .bind(enforcement_word(decided_by.enforcement))
    .bind(forced.as_ref().map(state))
    .bind(wish.map(|wish| wish.reason.word()))
    .bind(wish.map(|wish| wish.actor.shown().to_string()))
    .execute(connection)
    .await
    .map(drop)
}

/// What became of a wish to deploy all the same.
pub(super) fn state(forced: &ForcedPart) -> &'static str {
    match forced.state {
        ForcedState::Granted(_) => "granted",
        ForcedState::AwaitingConfirmation(_) => "awaiting_confirmation",
        ForcedState::Refused => "refused",
    }
}
