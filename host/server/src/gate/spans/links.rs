//! Which decisions a decision takes the place of.

use super::identity::Linked;
use crate::gate::Gate;
use tidegate_core::{decision::Permission, judgement::Judgement};
use tidegate_ledger::id::DecisionId;

impl Gate {
    /// The decision that was asked for before under the same key, and, where a deployment is forced, the refusal of the same deployment that
    /// came last: as far as they can be read. One that cannot is no reason not to decide.
    pub(in crate::gate) async fn linked(&self, retried: Option<&DecisionId>, judgement: &Judgement) -> Vec<Linked> {
        let mut linked = Vec::new();
        if let Some(id) = retried {
            linked.extend(self.link("retried", id, |_| true).await);
        }
        if judgement.decision.forced.is_some() {
            let (deployment, environment) = (judgement.deployment.id(), judgement.deployment.environment());
            let about = self.ledger().decisions_about(deployment).await.unwrap_or_default();
            if let Some(id) = about.into_iter().next().filter(|id| Some(id) != retried) {
                // Whoever names a deployment may name somebody else's: only one of the same actor and place is meant.
                let meant = |earlier: &Judgement| {
                    earlier.decision.permission == Permission::Refused
                        && earlier.deployment.environment() == environment
                        && earlier.deployment.actor() == judgement.deployment.actor()
                };
                linked.extend(self.link("overridden", &id, meant).await);
            }
        }
        linked
    }

    async fn link(&self, kind: &'static str, id: &DecisionId, meant: impl Fn(&Judgement) -> bool) -> Option<Linked> {
        let stored = self.ledger().decision(id).await.ok().flatten()?;
        let trace = stored.circumstances.trace.filter(|_| meant(&stored.judgement));
        trace.map(|trace| Linked { kind, decision: id.to_string(), trace: trace.bytes() })
    }
}
