//! What a list says of a decision.

use super::{Connection, Findable, Kind, insert, signed};
use crate::{
    leaf::decision::{DecisionPart, ForcedPart, ForcedState},
    shape::words::enforcement_word,
};

const COLUMNS: &[&str] = &[
    "leaf_index",
    "decision",
    "actor",
    "person",
    "repository",
    "revision",
    "share",
    "blocking",
    "enforcement",
    "forced_state",
    "forced_reason",
    "forced_by",
];

pub(super) async fn put(connection: &mut Connection, all: &[Findable]) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    insert(connection, ("decision_facts", COLUMNS), all, "", |mut row, Findable { index, leaf, .. }| {
        let (deployment, decision) = (&leaf.judgement.deployment, &leaf.judgement.decision);
        let DecisionPart { blocking, decided_by, forced, score, .. } = decision;
        let revision = deployment.revision.as_ref();
        let wish = forced.as_ref().map(|forced| &forced.request);
        row.push_bind(signed(*index)).push_bind(leaf.circumstances.decision.as_str().to_owned());
        row.push_bind(deployment.actor.shown().to_string());
        row.push_bind(deployment.person.as_ref().map(|person| person.shown().to_string()));
        row.push_bind(revision.map(|revision| kind.kept(&revision.repository)));
        row.push_bind(revision.map(|revision| revision.commit.to_string()));
        row.push_bind(score.share.clone()).push_bind(i64::from(*blocking));
        row.push_bind(enforcement_word(decided_by.enforcement)).push_bind(forced.as_ref().map(state));
        row.push_bind(wish.map(|wish| wish.reason.word()));
        row.push_bind(wish.map(|wish| wish.actor.shown().to_string()));
    })
    .await
}

/// What became of a wish to deploy all the same.
pub(super) fn state(forced: &ForcedPart) -> &'static str {
    match forced.state {
        ForcedState::Granted(_) => "granted",
        ForcedState::AwaitingConfirmation(_) => "awaiting_confirmation",
        ForcedState::Refused => "refused",
    }
}
