//! What programs are told of decisions: the orders that a set gives under `on`, composed where the decision is recorded.
//!
//! **Invariant:** an order is written with the leaf from which it follows, in one transaction; so whoever asks again under the same key, and
//! a replay, order nothing. What is advisory, and what a candidate thinks, orders nothing either.

use super::{Told, in_order};
use crate::api::order::{
    OrderBody,
    decided::{DecidedSent, Headed, OrderedBlocker, OrderedFinding, OrderedForced, sent_text},
};
use std::{collections::BTreeSet, sync::Arc};
use tidegate_bundle::{bundle::LoadedSet, occasions::Occasion};
use tidegate_core::{
    decision::{Decision, Outcome, Permission},
    finding::Finding,
    policy::Enforcement,
    stage_result::{Blocker, Evaluation, Why},
    time::Timestamp,
};
use tidegate_ledger::{
    confirmation::Confirmation,
    id::DecisionId,
    notice::{NewNotice, Notice, NoticeKind, NoticeState},
};

/// Findings of one reason that an order lists, at most.
const FINDINGS_MAX: usize = 5;
/// Bytes of all reasons, at most: what is omitted is counted, and stands in the decision.
const BLOCKING_BYTES_MAX: usize = 64 << 10;

/// What the set orders about a decision that was just made. `earlier`: it was held before under the same key, and was judged anew.
#[must_use]
pub fn on_decision(told: Told<'_>, set: &LoadedSet, earlier: Option<&DecisionId>) -> Option<NewNotice> {
    let occasion = occasion(&told.judgement.decision)?;
    // Whoever polls a hold would order the same thing every few seconds.
    if occasion == Occasion::Hold && earlier.is_some() {
        return None;
    }
    told.order(set, occasion, None, told.judgement.evaluated_at)
}

/// What the set orders once a second person said that a forced deployment may go on.
#[must_use]
pub fn on_confirmation(
    told: Told<'_>,
    set: &LoadedSet,
    confirmation: &Confirmation,
    at: Timestamp,
) -> Option<NewNotice> {
    if told.judgement.decision.decided_by.enforcement == Enforcement::Advisory {
        return None;
    }
    told.order(set, Occasion::Forced, Some(confirmation), at)
}

fn occasion(decision: &Decision) -> Option<Occasion> {
    if decision.decided_by.enforcement == Enforcement::Advisory {
        return None;
    }
    match (decision.permission, decision.outcome) {
        (Permission::Forced, _) => Some(Occasion::Forced),
        (Permission::Refused, Outcome::Remediate) => Some(Occasion::Remediate),
        (Permission::Refused, Outcome::Hold) => Some(Occasion::Hold),
        (Permission::Refused, Outcome::Deploy) | (Permission::ByTheRules | Permission::Advisory, _) => None,
    }
}

fn kind(occasion: Occasion) -> NoticeKind {
    match occasion {
        Occasion::Remediate => NoticeKind::Remediate,
        Occasion::Hold => NoticeKind::Hold,
        Occasion::Forced => NoticeKind::Forced,
    }
}

impl Told<'_> {
    fn order(
        &self,
        set: &LoadedSet,
        occasion: Occasion,
        confirmation: Option<&Confirmation>,
        at: Timestamp,
    ) -> Option<NewNotice> {
        let order = set.on.get(&occasion)?;
        let (id, kind) = (uuid::Uuid::now_v7().to_string(), kind(occasion));
        let headed = Headed { id: id.clone(), kind: kind.word(), order: order.clone(), at: at.to_string() };
        let sent = self.ordered(headed, occasion, confirmation);
        // Texts and numbers alone: this cannot fail.
        let body = serde_json::to_string(&sent).ok()?;
        Some(NewNotice {
            id: id.into(),
            kind,
            decision: self.id.clone(),
            contact: order.as_str().into(),
            address: Arc::from(""),
            body: body.into(),
            at,
        })
    }

    fn ordered(&self, headed: Headed, occasion: Occasion, confirmation: Option<&Confirmation>) -> DecidedSent {
        let decision = &self.judgement.decision;
        let is_forced = occasion == Occasion::Forced;
        let (blocking, omitted) = blocking(decision);
        let forced = in_order(decision).filter(|_| is_forced).map(|(forced, expires)| OrderedForced {
            reason: forced.request.reason.word(),
            actor: forced.request.actor.to_string(),
            confirmed_by: confirmation.map(|said| said.person.to_string()),
            expires: expires.to_string(),
        });
        let sent = DecidedSent::of(headed, self.sent_decision(is_forced), (self.sent_set(), self.sent_deployment()));
        DecidedSent {
            blocking,
            blocking_omitted: (omitted > 0).then_some(omitted),
            retry_at: decision.retry_at.map(|at| at.to_string()),
            forced,
            ..sent
        }
    }
}

/// The reasons against a deployment, as many as fit, and how many more there are.
fn blocking(decision: &Decision) -> (Vec<OrderedBlocker>, usize) {
    let mut listed = Vec::new();
    let mut bytes = 0;
    for blocker in &decision.blocking {
        let ordered = ordered(decision, blocker);
        bytes += serde_json::to_string(&ordered).map_or(BLOCKING_BYTES_MAX, |text| text.len());
        if bytes > BLOCKING_BYTES_MAX {
            break;
        }
        listed.push(ordered);
    }
    let omitted = decision.blocking.len().saturating_sub(listed.len());
    (listed, omitted)
}

fn ordered(decision: &Decision, blocker: &Blocker) -> OrderedBlocker {
    let result = decision.stages.iter().find(|result| result.stage == blocker.stage);
    let concerns = |evaluation: &&Evaluation| blocker.service.is_none() || evaluation.service == blocker.service;
    let evaluations: Vec<&Evaluation> =
        result.into_iter().flat_map(|result| &result.evaluations).filter(concerns).collect();
    let found = evaluations.iter().flat_map(|evaluation| &evaluation.findings);
    // What a waiver tolerates is not to be mended now.
    let mut found: Vec<&Finding> =
        found.filter(|marked| marked.waived_by.is_none()).map(|marked| &marked.finding).collect();
    found.sort_by_key(|finding| !finding.decisive);
    let unlisted: u64 = evaluations.iter().map(|evaluation| u64::from(evaluation.omitted)).sum();
    let omitted = found.len().saturating_sub(FINDINGS_MAX) as u64 + unlisted;
    OrderedBlocker {
        stage: blocker.stage.to_string(),
        title: result.map(|result| sent_text(&result.title)).unwrap_or_default(),
        service: blocker.service.as_ref().map(ToString::to_string),
        why: blocker.why.word(),
        blame: match blocker.why {
            Why::Undecided(blame) => Some(blame.word()),
            Why::Failed | Why::Held(_) => None,
        },
        summary: evaluations.first().map(|evaluation| sent_text(&evaluation.summary)),
        findings: found.into_iter().take(FINDINGS_MAX).map(OrderedFinding::from).collect(),
        findings_omitted: (omitted > 0).then_some(omitted),
    }
}

/// As the answer of a decision that was just recorded names it.
#[must_use]
pub fn fresh(notices: &[NewNotice], known: &BTreeSet<String>) -> Vec<OrderBody> {
    let one = |notice: &NewNotice| {
        // Nobody said how it is given: it is given up as soon as it is looked at.
        let state = if known.contains(&*notice.contact) { NoticeState::Pending } else { NoticeState::Failed };
        OrderBody::of(&notice.id, notice.kind, (&notice.contact, state), None)
    };
    notices.iter().filter(|notice| notice.kind.is_order()).map(one).collect()
}

/// As they stand; rollbacks are read by themselves.
pub(super) fn bodies(notices: &[Notice]) -> Vec<OrderBody> {
    let is_about_it = |notice: &&Notice| notice.kind.is_order() && notice.kind != NoticeKind::RollbackOrdered;
    let one =
        |notice: &Notice| OrderBody::of(&notice.id, notice.kind, (&notice.contact, notice.state), notice.delivered_at);
    notices.iter().filter(is_about_it).map(one).collect()
}
