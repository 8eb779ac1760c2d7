//! Who is told of a forced deployment, and what: composed where it is recorded, sent by the [`courier`].
//!
//! **Invariant:** nothing here keeps an emergency from going on. A contact whom nobody can reach is said, and never dropped.
//!
//! An attempt that is refused is in the record and told nobody: it lets nothing through, and whoever may ask at all could send so many
//! that nobody would read them.

pub mod courier;
pub mod decided;
mod forms;
mod orders;
mod standing;

use crate::{
    api::notice::{
        NoticeBody, Sent, SentBlocker, SentConfirmation, SentContact, SentDecision, SentDeployment, SentEmergency,
        SentObligation, SentRevision, SentService, SentSet,
    },
    api::order::OrderBody,
    gate::{Gate, error::GateError, incidents::rules::Rules, plugins::Active, ruling::Ruled},
};
use std::{collections::BTreeSet, sync::Arc};
use tidegate_bundle::bundle::{Bundle, LoadedSet};
use tidegate_core::{
    break_glass::{Override, OverrideState},
    decision::{Decision, Outcome, Permission},
    deployment::Deployment,
    judgement::Judgement,
    obligation::ObligationRule,
    time::{Timestamp, in_words},
};
use tidegate_ledger::{
    confirmation::Confirmation,
    id::DecisionId,
    notice::{Addressee, NewNotice, Notice, NoticeKind, NoticeState},
    obligation,
};

/// The form of what is sent.
const FORM_VERSION: u32 = 1;
/// Reasons against a deployment that a notice lists, at most; the others are counted.
const BLOCKERS_MAX: usize = 100;

/// A decision that somebody is to be told of.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Its id.
    pub id: &'a DecisionId,
    /// What was decided, from what.
    pub judgement: &'a Judgement,
    /// How people reach the gate.
    pub public_url: Option<&'a str>,
}

impl Gate {
    /// Whom the set that decided tells of a ruling, and what it orders. `earlier`: it was held before under the same key, and is judged anew.
    pub(super) fn told_of(
        &self,
        id: &str,
        ruled: &Ruled,
        (deciding, earlier): (&Active, Option<&DecisionId>),
    ) -> Result<Vec<NewNotice>, GateError> {
        let id = DecisionId::parse(id).map_err(|error| GateError::Internal(error.to_string()))?;
        let told = Told { id: &id, judgement: &ruled.judgement, public_url: self.public_url() };
        let Some(set) = deciding.bundle().set(&ruled.judgement.decision.decided_by.id) else { return Ok(Vec::new()) };
        Ok(of_decision(told, set).into_iter().chain(decided::on_decision(told, set, earlier)).collect())
    }

    /// Those about a recorded decision, and the orders that followed from it, as they stand.
    pub(super) async fn notices_about(
        &self,
        id: &DecisionId,
        decision: &Decision,
    ) -> Result<(Vec<NoticeBody>, Vec<OrderBody>), GateError> {
        // Most decisions were never forced or refused: nothing is looked up for them.
        if decision.forced.is_none() && decision.permission != Permission::Refused {
            return Ok(Default::default());
        }
        let about = self.ledger().notices_of(id).await?;
        Ok((bodies(&about), decided::bodies(&about)))
    }
}

/// Those of a decision that was just made: none, unless a deployment was forced that the rules refuse.
#[must_use]
pub fn of_decision(told: Told<'_>, set: &LoadedSet) -> Vec<NewNotice> {
    let Some((forced, _)) = in_order(&told.judgement.decision) else { return Vec::new() };
    let opened = matches!(forced.state, OverrideState::Granted { .. }).then_some(told.judgement.evaluated_at);
    let address = |name: &str| set.contacts.get(name).cloned().unwrap_or_default();
    let one = |name: &String| {
        let happened = Happened {
            kind: NoticeKind::BreakGlassForced,
            at: told.judgement.evaluated_at,
            opened,
            confirmation: None,
            allowed: told.judgement.decision.permission.allowed(),
        };
        told.notice(&happened, name, &address(name))
    };
    set.notify.iter().filter_map(one).collect()
}

/// Those of a confirmation: whoever was told that it was forced is told that it goes on.
#[must_use]
pub fn of_confirmation(
    told: Told<'_>,
    confirmation: &Confirmation,
    at: Timestamp,
    before: &[Notice],
) -> Vec<NewNotice> {
    let forced = before.iter().filter(|notice| notice.kind == NoticeKind::BreakGlassForced);
    let one = |notice: &Notice| {
        let happened = Happened {
            kind: NoticeKind::BreakGlassConfirmed,
            at,
            opened: Some(at),
            confirmation: Some(confirmation),
            allowed: true,
        };
        told.notice(&happened, &notice.contact, &notice.address)
    };
    forced.filter_map(one).collect()
}

/// The wish of a decision that needed one, when it was in order, and until when it holds or can be confirmed.
fn in_order(decision: &Decision) -> Option<(&Override, Timestamp)> {
    let forced = decision.forced.as_ref().filter(|_| decision.outcome != Outcome::Deploy)?;
    match forced.state {
        OverrideState::Granted { expires } | OverrideState::AwaitingConfirmation { expires } => Some((forced, expires)),
        OverrideState::Refused(_) => None,
    }
}

/// What a notice is about.
struct Happened<'a> {
    kind: NoticeKind,
    at: Timestamp,
    /// When the deployment was allowed.
    opened: Option<Timestamp>,
    confirmation: Option<&'a Confirmation>,
    allowed: bool,
}

impl Told<'_> {
    fn notice(&self, happened: &Happened<'_>, contact: &str, address: &str) -> Option<NewNotice> {
        let id = uuid::Uuid::now_v7().to_string();
        let sent = self.sent(&id, happened, contact, address)?;
        // Texts and numbers alone: this cannot fail.
        let body = serde_json::to_string(&sent).ok()?;
        Some(NewNotice {
            id: Arc::from(id),
            kind: happened.kind,
            decision: self.id.clone(),
            contact: Arc::from(contact),
            address: Arc::from(address),
            body: Arc::from(body),
            at: happened.at,
        })
    }

    fn sent(&self, id: &str, happened: &Happened<'_>, contact: &str, address: &str) -> Option<Sent> {
        let decision = &self.judgement.decision;
        let (forced, expires) = in_order(decision)?;
        let blockers = decision.blocking.iter().take(BLOCKERS_MAX).map(|blocker| SentBlocker {
            stage: blocker.stage.to_string(),
            service: blocker.service.as_ref().map(ToString::to_string),
            why: blocker.why.word(),
        });
        let omitted = decision.blocking.len().saturating_sub(BLOCKERS_MAX);
        Some(Sent {
            v: FORM_VERSION,
            id: id.to_owned(),
            kind: happened.kind.word(),
            at: happened.at.to_string(),
            contact: SentContact { name: contact.to_owned(), address: address.to_owned() },
            decision: self.sent_decision(happened.allowed),
            policy_set: self.sent_set(),
            deployment: self.sent_deployment(),
            emergency: SentEmergency {
                reason: forced.request.reason.word(),
                justification: forced.request.justification.to_string(),
                actor: forced.request.actor.to_string(),
                expires: expires.to_string(),
            },
            confirmation: happened
                .confirmation
                .map(|said| SentConfirmation { person: said.person.to_string(), at: happened.at.to_string() }),
            blocking: blockers.collect(),
            blocking_omitted: (omitted > 0).then_some(omitted),
            obligations: forced.obligations.iter().map(|rule| self.owed(rule, happened.opened)).collect(),
        })
    }

    fn sent_decision(&self, allowed: bool) -> SentDecision {
        let decision = &self.judgement.decision;
        SentDecision {
            id: self.id.to_string(),
            link: self.public_url.map(|url| format!("{url}/v1/decisions/{}", self.id)),
            outcome: decision.outcome.word(),
            allowed,
            evaluated_at: decision.evaluated_at.to_string(),
        }
    }

    fn sent_set(&self) -> SentSet {
        let by = &self.judgement.decision.decided_by;
        SentSet { id: by.id.to_string(), version: by.version.to_string(), digest: by.digest.to_string() }
    }

    fn sent_deployment(&self) -> SentDeployment {
        deployment(&self.judgement.deployment)
    }

    fn owed(&self, rule: &ObligationRule, opened: Option<Timestamp>) -> SentObligation {
        SentObligation {
            id: obligation::id_of(self.id.as_str(), rule.kind),
            kind: rule.kind.word(),
            owner: rule.owner.to_string(),
            within: in_words(rule.within),
            due_at: opened.map(|at| at.plus(rule.within).to_string()),
        }
    }
}

fn deployment(deployment: &Deployment) -> SentDeployment {
    let services = deployment.services().iter().map(|service| SentService {
        name: service.name.to_string(),
        version: service.version.to_string(),
        artifact: service.artifact.as_ref().map(|artifact| artifact.digest.to_string()),
    });
    SentDeployment {
        id: deployment.id().to_owned(),
        environment: deployment.environment().to_string(),
        actor: deployment.actor().to_owned(),
        services: services.collect(),
        revision: deployment.revision().map(|revision| SentRevision {
            repository: revision.repository.to_string(),
            commit: revision.commit.to_string(),
            ref_name: revision.ref_name.to_string(),
        }),
    }
}

/// As the answer of a decision that was just recorded names them.
#[must_use]
pub fn fresh(notices: &[NewNotice], routed: &BTreeSet<String>) -> Vec<NoticeBody> {
    let one = |notice: &NewNotice| {
        let state = if routed.contains(&*notice.contact) { NoticeState::Pending } else { NoticeState::Undeliverable };
        body(&notice.id, notice.kind, &notice.contact, state, None)
    };
    notices.iter().filter(|notice| !notice.kind.is_order()).map(one).collect()
}

/// Those of a forced deployment, as they stand: rollbacks and incidents are read by themselves.
fn bodies(notices: &[Notice]) -> Vec<NoticeBody> {
    bodies_of(notices.iter().filter(|notice| notice.kind.addressee() == Addressee::OfTheForced))
}

/// As they stand.
pub(super) fn bodies_of<'a>(notices: impl IntoIterator<Item = &'a Notice>) -> Vec<NoticeBody> {
    let one = |notice: &Notice| body(&notice.id, notice.kind, &notice.contact, notice.state, notice.delivered_at);
    notices.into_iter().map(one).collect()
}

fn body(id: &str, kind: NoticeKind, contact: &str, state: NoticeState, at: Option<Timestamp>) -> NoticeBody {
    NoticeBody {
        id: id.to_owned(),
        kind: kind.word().to_owned(),
        contact: contact.to_owned(),
        state: state.word().to_owned(),
        delivered_at: at.map(|at| at.to_string()),
    }
}

/// Contacts that a set in force notifies of forced deployments or incidents, and of whom nobody said where they are reached: by set and name.
#[must_use]
pub fn unrouted(bundle: &Bundle, routed: &BTreeSet<String>) -> Vec<(String, String)> {
    let of_set = |set: &LoadedSet| {
        let named: BTreeSet<String> = set.notify.iter().cloned().chain(answering(set)).collect();
        let missing = named.into_iter().filter(|name| !routed.contains(name));
        missing.map(|name| (set.set.id.to_string(), name)).collect::<Vec<_>>()
    };
    bundle.sets().iter().flat_map(of_set).collect()
}

/// Who answers for incidents where a set opens any.
fn answering(set: &LoadedSet) -> Vec<String> {
    let rules = Rules::of(set).ok().flatten();
    let contacts = rules.into_iter().flat_map(|rules| rules.matrix.into_values()).flat_map(|level| level.contacts);
    contacts.map(|contact| contact.name).collect()
}
