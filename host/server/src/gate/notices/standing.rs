//! How notices stand, for whoever looks after the gate.

use super::unrouted;
use crate::{
    api::notice::{NoticesBody, TroubledBody, UnroutedBody},
    gate::{Gate, plugins::Active},
};
use std::collections::BTreeSet;
use tidegate_bundle::bundle::{Bundle, LoadedSet};
use tidegate_ledger::notice::{Notice, NoticeCounts};

/// Notices that a status lists, at most; the newest.
const LISTED_MAX: u32 = 20;

impl Gate {
    /// How notices stand. What cannot be read counts as none: the status says elsewhere that the ledger cannot be.
    pub(crate) async fn notices(&self) -> NoticesBody {
        let counts = self.ledger().notice_counts().await.unwrap_or_default();
        let troubled = self.ledger().notices_troubled(LISTED_MAX).await.unwrap_or_default();
        let unrouted = unrouted(self.active().bundle(), &self.settings.routed);
        let unordered = unordered(self.active().bundle(), &self.settings.orders);
        let warnings = warnings(counts, &unrouted, unordered);
        let NoticeCounts { pending, delivered, failed, undeliverable } = counts;
        let contact = |(policy_set, contact)| UnroutedBody { policy_set, contact };
        NoticesBody {
            pending,
            delivered,
            failed,
            undeliverable,
            unrouted: unrouted.into_iter().map(contact).collect(),
            troubled: troubled.into_iter().map(troubled_body).collect(),
            warnings,
        }
    }

    /// Says in the log whom the policies notify and nobody can reach, and what they order and nobody is told how: now, and not in the first
    /// emergency.
    pub(crate) fn warn_of_unrouted(&self, active: &Active) {
        for (set, contact) in unrouted(active.bundle(), &self.settings.routed) {
            tracing::warn!(
                "policy set `{set}` notifies `{contact}`, and `notices.contacts` does not say where that is"
            );
        }
        for warning in unordered(active.bundle(), &self.settings.orders) {
            tracing::warn!("{warning}");
        }
    }
}

/// Orders that a set in force gives, and of which nobody said how they are given: a sentence for each.
fn unordered(bundle: &Bundle, known: &BTreeSet<String>) -> Vec<String> {
    let of_set = |set: &LoadedSet| {
        let id = set.set.id.clone();
        let undoing = set.rollbacks.as_ref().and_then(|rules| rules.order.clone());
        let undoing = undoing.map(|order| (order, "undoes deployments by".to_owned()));
        let on = set.on.iter().map(|(occasion, order)| (order.clone(), format!("orders on `{}`", occasion.word())));
        let unknown = undoing.into_iter().chain(on).filter(|(order, _)| !known.contains(order));
        let sentence = |(order, does): (String, String)| {
            format!("policy set `{id}` {does} `{order}`, and `orders` does not say how it is given")
        };
        unknown.map(sentence).collect::<Vec<_>>()
    };
    bundle.sets().iter().flat_map(of_set).collect()
}

fn warnings(counts: NoticeCounts, unrouted: &[(String, String)], unordered: Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    if counts.failed > 0 {
        all.push(format!("notices given up: {}; nobody took them", counts.failed));
    }
    if counts.undeliverable > 0 {
        let count = counts.undeliverable;
        all.push(format!("notices that cannot be sent: {count}; nobody said where their contacts are reached"));
    }
    let contact = |(set, contact): &(String, String)| {
        format!("policy set `{set}` notifies `{contact}`, and `notices.contacts` does not say where that is")
    };
    all.extend(unrouted.iter().map(contact));
    all.extend(unordered);
    all
}

fn troubled_body(notice: Notice) -> TroubledBody {
    TroubledBody {
        id: notice.id.to_string(),
        contact: notice.contact.to_string(),
        state: notice.state.word().to_owned(),
        attempts: notice.attempts,
        written_at: notice.written_at.to_string(),
        last_error: notice.last_error,
    }
}
