//! What a decision can be found by.

use super::{Connection, Findable, facts, insert, signed};
use crate::{cited::Cited, leaf::decision::DecisionLeaf, search::Term};
use std::collections::BTreeSet;

/// The value of [`Term::Forced`] for every wish to deploy all the same, whatever became of it.
pub(crate) const ANY_WISH: &str = "any";

pub(super) async fn put(connection: &mut Connection, all: &[Findable]) -> Result<(), sqlx::Error> {
    let terms =
        |one: &Findable| of(&one.leaf, &one.cited).into_iter().map(|term| (term, one.index)).collect::<Vec<_>>();
    let mut rows: Vec<_> = all.iter().flat_map(terms).collect();
    // In the order of the table, so that neighbours are written together.
    rows.sort_unstable();
    let columns = ("decision_terms", &["term", "value", "leaf_index"][..]);
    insert(connection, columns, &rows, "", |mut row, ((term, value), index)| {
        row.push_bind(term.word()).push_bind(value.clone()).push_bind(signed(*index));
    })
    .await
}

fn of(leaf: &DecisionLeaf, cited: &[Cited]) -> BTreeSet<(Term, String)> {
    let deployment = &leaf.judgement.deployment;
    let mut terms = BTreeSet::from([(Term::Actor, deployment.actor.shown().to_string())]);
    terms.extend(deployment.person.iter().map(|person| (Term::Actor, person.shown().to_string())));
    for service in &deployment.services {
        terms.insert((Term::Service, service.name.to_string()));
        terms.extend(service.artifact.iter().map(|artifact| (Term::Artifact, artifact.digest.to_string())));
    }
    terms.extend(deployment.revision.iter().map(|revision| (Term::Commit, revision.commit.to_string())));
    for label in &deployment.labels {
        let labelled = [Term::Ticket, Term::PipelineRun].into_iter().find(|term| *term.word() == *label.name);
        terms.extend(labelled.map(|term| (term, label.value.shown().to_string())));
    }
    if let Some(forced) = &leaf.judgement.decision.forced {
        terms.insert((Term::Forced, ANY_WISH.to_owned()));
        terms.insert((Term::Forced, facts::state(forced).to_owned()));
    }
    for Cited { stage, rule, waiver, .. } in cited {
        terms.insert((Term::Rule, rule.clone()));
        terms.insert((Term::Rule, format!("{stage}/{rule}")));
        if !waiver.is_empty() {
            terms.insert((Term::Waiver, waiver.clone()));
        }
    }
    terms
}
