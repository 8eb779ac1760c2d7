//! What a decision can be found by.

use super::{Connection, QueryBuilder, ROWS_MAX, facts, signed};
use crate::{cited::Cited, leaf::decision::DecisionLeaf, search::Term};
use std::collections::BTreeSet;

/// The value of [`Term::Forced`] for every wish to deploy all the same, whatever became of it.
pub(crate) const ANY_WISH: &str = "any";

pub(super) async fn put(
    connection: &mut Connection,
    index: u64,
    leaf: &DecisionLeaf,
    cited: &[Cited],
) -> Result<(), sqlx::Error> {
    let terms: Vec<_> = of(leaf, cited).into_iter().collect();
    for some in terms.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO decision_terms (term, value, leaf_index) ");
        insert.push_values(some, |mut row, (term, value)| {
            row.push_bind(term.word()).push_bind(value.clone()).push_bind(signed(index));
        });
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
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
