//! Leaves of acts read back, as far as rows follow from them.

use super::{
    ActLeaf,
    parts::{
        AgreementPart, ConfirmationPart, EventPart, FulfilmentPart, PermitPart, RevocationPart, StatementPart,
        TokenCreation, TokenRevocation,
    },
};
use crate::{
    act::Act,
    agreement::Agreement,
    confirmation::Confirmation,
    error::ReadError,
    event::{DeploymentEvent, NewEvent},
    evidence::Sender,
    id::DecisionId,
    leaf::{self, Kind},
    obligation::Fulfilment,
    permit::{NewPermit, Revocation},
    statement::NewStatement,
    stored::Leaf,
    token::NewToken,
};
use std::sync::Arc;
use tidegate_core::{digest::Digest, name::WaiverId, time::Timestamp};

impl ActLeaf {
    /// None where no row follows from leaves of this kind.
    pub(crate) fn read(kind: Kind, leaf: &Leaf) -> Result<Option<Self>, ReadError> {
        let Leaf { index, text, .. } = leaf;
        Ok(Some(match kind {
            Kind::Decision
            | Kind::Start
            | Kind::Stop
            | Kind::BundleActivated
            | Kind::Restored
            | Kind::ClockJumped
            | Kind::KeyAdded
            | Kind::KeyRetired
            | Kind::LedgerRead => return Ok(None),
            Kind::LedgerArchived => Self::Archive(leaf::read(*index, text)?),
            Kind::Confirmed => Self::Confirmation(leaf::read(*index, text)?),
            Kind::WaiverAgreed => Self::Agreement(leaf::read(*index, text)?),
            Kind::Stated => Self::Statement(leaf::read(*index, text)?),
            Kind::Permitted => Self::Permit(leaf::read(*index, text)?),
            Kind::Revoked => Self::Revocation(leaf::read(*index, text)?),
            Kind::DeploymentEvent => Self::Event(leaf::read(*index, text)?),
            Kind::ObligationFulfilled => Self::Fulfilment(leaf::read(*index, text)?),
            Kind::TokenCreated => Self::TokenCreation(leaf::read(*index, text)?),
            Kind::TokenRevoked => Self::TokenRevocation(leaf::read(*index, text)?),
            Kind::Redacted => Self::Redaction(leaf::read(*index, text)?),
            Kind::Retained => Self::Retention(leaf::read(*index, text)?),
            Kind::HoldPlaced => Self::Hold(leaf::read(*index, text)?),
            Kind::HoldLifted => Self::Lift(leaf::read(*index, text)?),
            Kind::WatchStarted => Self::Watch(leaf::read(*index, text)?),
            Kind::WatchChanged => Self::WatchChange(leaf::read(*index, text)?),
            Kind::WatchAlerted => Self::WatchAlert(leaf::read(*index, text)?),
            Kind::IncidentOpened => Self::Incident(leaf::read(*index, text)?),
            Kind::IncidentChanged => Self::IncidentChange(leaf::read(*index, text)?),
            Kind::RollbackOrdered | Kind::RollbackWithheld => Self::Rollback(leaf::read(*index, text)?),
            Kind::MaintenancePlanned => Self::Maintenance(leaf::read(*index, text)?),
            Kind::MaintenanceChanged => Self::MaintenanceStep(leaf::read(*index, text)?),
        }))
    }

    /// Of the body that lists what was taken away.
    pub(crate) fn list(&self) -> Option<Digest> {
        match self {
            Self::Redaction(leaf) => Some(leaf.judgement.list),
            Self::Retention(leaf) => Some(leaf.judgement.list),
            _ => None,
        }
    }

    /// Of the document that a statement became.
    pub(crate) fn document(&self) -> Option<Digest> {
        match self {
            Self::Statement(leaf) => Some(leaf.judgement.document),
            _ => None,
        }
    }

    /// The act as far as its leaf has it: an idempotency key, a document's size and a statement's scope are in no leaf. None where it cannot
    /// be what a leaf says, or where no row follows from it.
    pub(crate) fn said(&self, scope: Option<&str>) -> Option<(Act, Timestamp)> {
        match self {
            Self::Run(_)
            | Self::Activation(_)
            | Self::Restoration(_)
            | Self::ClockJump(_)
            | Self::Key(_)
            | Self::Reading(_)
            // What follows from these is in the body that they list it in.
            | Self::Redaction(_)
            | Self::Retention(_)
            // What it moved is said by its manifest.
            | Self::Archive(_) => None,
            Self::Hold(leaf) => Some((Act::HoldPlaced(leaf.judgement.placed()?), leaf.judgement.at)),
            Self::Rollback(leaf) => Some((Act::RolledBack(leaf.judgement.said()?), leaf.judgement.at)),
            Self::Maintenance(leaf) => Some((Act::MaintenancePlanned(leaf.judgement.planned()?), leaf.judgement.at)),
            Self::MaintenanceStep(leaf) => Some((Act::MaintenanceChanged(leaf.judgement.taken()?), leaf.judgement.at)),
            Self::Lift(leaf) => Some((Act::HoldLifted(leaf.judgement.lifted()), leaf.judgement.at)),
            Self::Watch(leaf) => Some((Act::WatchStarted(leaf.judgement.begun()?), leaf.judgement.at)),
            Self::WatchChange(leaf) => Some((Act::WatchChanged(leaf.judgement.changed()?), leaf.judgement.at)),
            Self::WatchAlert(leaf) => Some((Act::WatchAlerted(leaf.judgement.said()?), leaf.judgement.at)),
            Self::Incident(leaf) => Some((Act::IncidentOpened(leaf.judgement.opened()?), leaf.judgement.at)),
            Self::IncidentChange(leaf) => Some((Act::IncidentChanged(leaf.judgement.changed()?), leaf.judgement.at)),
            Self::Confirmation(leaf) => Some((confirmed(&leaf.judgement)?, leaf.judgement.at)),
            Self::Agreement(leaf) => Some((agreed(&leaf.judgement)?, leaf.judgement.at)),
            Self::Statement(leaf) => Some((stated(&leaf.judgement, scope?), leaf.judgement.at)),
            Self::Permit(leaf) => Some((permitted(&leaf.judgement)?, leaf.judgement.at)),
            Self::Revocation(leaf) => Some((revoked(&leaf.judgement)?, leaf.judgement.at)),
            Self::Event(leaf) => Some((happened(&leaf.judgement)?, leaf.judgement.at)),
            Self::Fulfilment(leaf) => Some((fulfilled(&leaf.judgement), leaf.judgement.at)),
            Self::TokenCreation(leaf) => Some((created(&leaf.judgement), leaf.judgement.at)),
            Self::TokenRevocation(leaf) => Some((ended(&leaf.judgement), leaf.judgement.at)),
        }
    }
}

fn confirmed(part: &ConfirmationPart) -> Option<Act> {
    let decision = DecisionId::parse(&part.decision).ok()?;
    Some(Act::Confirmed(Confirmation { decision, person: part.person.shown(), expires: part.expires }))
}

fn agreed(part: &AgreementPart) -> Option<Act> {
    let id = WaiverId::parse(&part.id).ok()?;
    Some(Act::WaiverAgreed(Agreement { waiver: part.waiver, id, person: part.person.shown() }))
}

fn stated(part: &StatementPart, scope: &str) -> Act {
    let person = part.person.shown();
    Act::Stated(NewStatement {
        document: part.document,
        bytes: 0,
        sender: Sender { scope: scope.into(), name: person.clone() },
        item: part.item.clone(),
        person,
    })
}

fn permitted(part: &PermitPart) -> Option<Act> {
    Some(Act::Permitted(NewPermit {
        id: part.id.clone(),
        decision: DecisionId::parse(&part.decision).ok()?,
        to: part.to.shown(),
        valid_until: part.valid_until,
        single_use: part.single_use,
        forced: false,
        key: None,
    }))
}

fn revoked(part: &RevocationPart) -> Option<Act> {
    let decision = DecisionId::parse(&part.decision).ok()?;
    Some(Act::Revoked(Revocation { decision, by: part.by.shown(), reason: part.reason.shown() }))
}

fn happened(part: &EventPart) -> Option<Act> {
    Some(Act::Deployment(NewEvent {
        decision: DecisionId::parse(&part.decision).ok()?,
        deployment: part.deployment.clone(),
        event: DeploymentEvent::parse(&part.event)?,
        said_at: part.said_at,
        by: part.by.shown(),
        permitted: part.permitted,
    }))
}

fn fulfilled(part: &FulfilmentPart) -> Act {
    let (person, with) = (part.person.shown(), part.with.shown());
    Act::Fulfilled(Fulfilment { obligation: part.obligation.clone(), person, with })
}

fn created(part: &TokenCreation) -> Act {
    let TokenCreation { id, secret, expires, holder, actor, .. } = part;
    let token = NewToken { id: id.clone(), secret: *secret, holder: holder.shown(), expires: *expires };
    Act::TokenCreated { token, actor: actor.shown() }
}

fn ended(part: &TokenRevocation) -> Act {
    let id: Arc<str> = part.id.clone();
    Act::TokenRevoked { id, actor: part.actor.shown() }
}
