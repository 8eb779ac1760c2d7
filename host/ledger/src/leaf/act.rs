//! Leaves of acts.

mod incident;
mod keeping;
pub(crate) mod maintenance;
mod parts;
mod read;
mod rollback;
mod watching;

use self::incident::{IncidentChangePart, IncidentPart};
use self::keeping::{HoldPart, LiftPart, RedactionPart, RetentionPart};
use self::parts::{
    Activation, AgreementPart, ArchivePart, ClockJump, ConfirmationPart, EventPart, FulfilmentPart, Host, KeyPart,
    PermitPart, ReadingPart, RestorationPart, RevocationPart, Run, StatementPart, TokenCreation, TokenRevocation,
};
use self::{
    maintenance::{MaintenancePart, MaintenanceStepPart},
    rollback::RollbackPart,
    watching::{WatchAlertPart, WatchChangePart, WatchPart},
};
use super::{Envelope, Kind, Leaf, VERSION};
use crate::{
    act::{Act, ActRecord, Activated},
    error::ReadError,
    private::Private,
};
use serde::{Serialize, Serializer};
use tidegate_core::{digest::Digest, time::Timestamp};

/// What a leaf of [`Kind::BundleActivated`] says is in force from then on.
pub(crate) fn activated(leaf: &crate::stored::Leaf) -> Result<Activated, ReadError> {
    let unreadable = |cause| ReadError::Unreadable { what: format!("leaf {}", leaf.index), cause };
    let value: serde_json::Value = serde_json::from_str(&leaf.text).map_err(|cause| unreadable(Box::new(cause)))?;
    let text = |key: &str| value.pointer(&format!("/judgement/{key}")).and_then(serde_json::Value::as_str);
    let digest = |text: &str| Digest::parse(text).map_err(|cause| unreadable(Box::new(cause)));
    Ok(Activated {
        bundle: digest(text("new").unwrap_or_default())?,
        sources: text("sources").map(digest).transpose()?,
        at: Timestamp::parse(text("at").unwrap_or_default()).map_err(|cause| unreadable(Box::new(cause)))?,
    })
}

/// The leaf of a restore.
pub(crate) type RestorationLeaf = Envelope<RestorationPart, Host>;

/// The leaf of an archive.
pub(crate) type ArchiveLeaf = Envelope<ArchivePart, Host>;

/// The leaf of one act.
#[derive(Debug)]
pub(crate) enum ActLeaf {
    Run(Envelope<Run, Host>),
    Activation(Envelope<Activation, Host>),
    Confirmation(Envelope<ConfirmationPart, Host>),
    Agreement(Envelope<AgreementPart, Host>),
    Statement(Envelope<StatementPart, Host>),
    Permit(Envelope<PermitPart, Host>),
    Revocation(Envelope<RevocationPart, Host>),
    Event(Envelope<EventPart, Host>),
    Fulfilment(Envelope<FulfilmentPart, Host>),
    TokenCreation(Envelope<TokenCreation, Host>),
    TokenRevocation(Envelope<TokenRevocation, Host>),
    Restoration(RestorationLeaf),
    ClockJump(Envelope<ClockJump, Host>),
    Key(Envelope<KeyPart, Host>),
    Reading(Envelope<ReadingPart, Host>),
    Redaction(Envelope<RedactionPart, Host>),
    Retention(Envelope<RetentionPart, Host>),
    Hold(Envelope<HoldPart, Host>),
    Lift(Envelope<LiftPart, Host>),
    Archive(ArchiveLeaf),
    Watch(Envelope<WatchPart, Host>),
    WatchChange(Envelope<WatchChangePart, Host>),
    WatchAlert(Envelope<WatchAlertPart, Host>),
    Rollback(Envelope<RollbackPart, Host>),
    Incident(Envelope<IncidentPart, Host>),
    IncidentChange(Envelope<IncidentChangePart, Host>),
    Maintenance(Envelope<MaintenancePart, Host>),
    MaintenanceStep(Envelope<MaintenanceStepPart, Host>),
}

impl ActLeaf {
    pub(crate) fn of(record: &ActRecord) -> Self {
        let ActRecord { act, at, host_version, bodies: _, notices: _ } = record;
        let (at, circumstances) = (*at, Host { host_version: host_version.clone() });
        let run = |kind, configuration: &Digest, circumstances| {
            let judgement = Run { at, configuration: *configuration };
            Self::Run(Envelope { circumstances, judgement, kind, v: VERSION })
        };
        match act {
            Act::Start { configuration } => run(Kind::Start, configuration, circumstances),
            Act::Stop { configuration } => run(Kind::Stop, configuration, circumstances),
            Act::BundleActivated { old, new, actor, reviewed_by, sources } => {
                let judgement = Activation {
                    actor: Private::Text(actor.clone()),
                    at,
                    new: *new,
                    old: *old,
                    reviewed_by: reviewed_by.iter().cloned().map(Private::Text).collect(),
                    sources: *sources,
                };
                Self::Activation(Envelope { circumstances, judgement, kind: Kind::BundleActivated, v: VERSION })
            }
            Act::Confirmed(confirmation) => {
                let judgement = ConfirmationPart {
                    at,
                    decision: confirmation.decision.as_str().to_owned(),
                    expires: confirmation.expires,
                    person: Private::Text(confirmation.person.clone()),
                };
                Self::Confirmation(Envelope { circumstances, judgement, kind: Kind::Confirmed, v: VERSION })
            }
            Act::WaiverAgreed(agreement) => {
                let judgement = AgreementPart {
                    at,
                    id: agreement.id.to_string(),
                    person: Private::Text(agreement.person.clone()),
                    waiver: agreement.waiver,
                };
                Self::Agreement(Envelope { circumstances, judgement, kind: Kind::WaiverAgreed, v: VERSION })
            }
            Act::Stated(statement) => {
                let judgement = StatementPart {
                    at,
                    document: statement.document,
                    item: statement.item.clone(),
                    person: Private::Text(statement.person.clone()),
                };
                Self::Statement(Envelope { circumstances, judgement, kind: Kind::Stated, v: VERSION })
            }
            Act::Permitted(permit) => {
                let judgement = PermitPart {
                    at,
                    decision: permit.decision.as_str().to_owned(),
                    id: permit.id.clone(),
                    single_use: permit.single_use,
                    to: Private::Text(permit.to.clone()),
                    valid_until: permit.valid_until,
                };
                Self::Permit(Envelope { circumstances, judgement, kind: Kind::Permitted, v: VERSION })
            }
            Act::Revoked(revocation) => {
                let judgement = RevocationPart {
                    at,
                    by: Private::Text(revocation.by.clone()),
                    decision: revocation.decision.as_str().to_owned(),
                    reason: Private::Text(revocation.reason.clone()),
                };
                Self::Revocation(Envelope { circumstances, judgement, kind: Kind::Revoked, v: VERSION })
            }
            Act::Deployment(event) => {
                let judgement = EventPart {
                    at,
                    by: Private::Text(event.by.clone()),
                    decision: event.decision.as_str().to_owned(),
                    deployment: event.deployment.clone(),
                    event: event.event.word().into(),
                    permitted: event.permitted,
                    said_at: event.said_at,
                };
                Self::Event(Envelope { circumstances, judgement, kind: Kind::DeploymentEvent, v: VERSION })
            }
            Act::Fulfilled(fulfilment) => {
                let judgement = FulfilmentPart {
                    at,
                    obligation: fulfilment.obligation.clone(),
                    person: Private::Text(fulfilment.person.clone()),
                    with: Private::Text(fulfilment.with.clone()),
                };
                Self::Fulfilment(Envelope { circumstances, judgement, kind: Kind::ObligationFulfilled, v: VERSION })
            }
            Act::TokenCreated { token, actor } => {
                let judgement = TokenCreation {
                    actor: Private::Text(actor.clone()),
                    at,
                    expires: token.expires,
                    holder: Private::Text(token.holder.clone()),
                    id: token.id.clone(),
                    secret: token.secret,
                };
                Self::TokenCreation(Envelope { circumstances, judgement, kind: Kind::TokenCreated, v: VERSION })
            }
            Act::TokenRevoked { id, actor } => {
                let judgement = TokenRevocation { actor: Private::Text(actor.clone()), at, id: id.clone() };
                Self::TokenRevocation(Envelope { circumstances, judgement, kind: Kind::TokenRevoked, v: VERSION })
            }
            Act::Restored(restoration) => {
                let judgement = RestorationPart::of(restoration, at);
                Self::Restoration(Envelope { circumstances, judgement, kind: Kind::Restored, v: VERSION })
            }
            Act::ClockJumped { expected, found } => {
                let judgement = ClockJump { at, expected: *expected, found: *found };
                Self::ClockJump(Envelope { circumstances, judgement, kind: Kind::ClockJumped, v: VERSION })
            }
            Act::KeyAdded { key, beside } => {
                let judgement = KeyPart { at, key: key.clone(), other: beside.clone() };
                Self::Key(Envelope { circumstances, judgement, kind: Kind::KeyAdded, v: VERSION })
            }
            Act::KeyRetired { key, instead } => {
                let judgement = KeyPart { at, key: key.clone(), other: instead.clone() };
                Self::Key(Envelope { circumstances, judgement, kind: Kind::KeyRetired, v: VERSION })
            }
            Act::Read(reading) => {
                let judgement = ReadingPart {
                    at,
                    by: Private::Text(reading.by.clone()),
                    more: reading.more,
                    question: Private::Text(reading.question.clone()),
                    route: reading.route.clone(),
                    rows: reading.rows,
                };
                Self::Reading(Envelope { circumstances, judgement, kind: Kind::LedgerRead, v: VERSION })
            }
            Act::Redacted(redaction) => {
                let judgement = RedactionPart::of(redaction, at);
                Self::Redaction(Envelope { circumstances, judgement, kind: Kind::Redacted, v: VERSION })
            }
            Act::Retained(run) => {
                let judgement = RetentionPart::of(run, at);
                Self::Retention(Envelope { circumstances, judgement, kind: Kind::Retained, v: VERSION })
            }
            Act::HoldPlaced(hold) => {
                let judgement = HoldPart::of(hold, at);
                Self::Hold(Envelope { circumstances, judgement, kind: Kind::HoldPlaced, v: VERSION })
            }
            Act::HoldLifted(lift) => {
                let judgement = LiftPart::of(lift, at);
                Self::Lift(Envelope { circumstances, judgement, kind: Kind::HoldLifted, v: VERSION })
            }
            Act::Archived(archival) => {
                let judgement = ArchivePart::of(archival, at);
                Self::Archive(Envelope { circumstances, judgement, kind: Kind::LedgerArchived, v: VERSION })
            }
            Act::WatchStarted(watch) => {
                let judgement = WatchPart::of(watch, at);
                Self::Watch(Envelope { circumstances, judgement, kind: Kind::WatchStarted, v: VERSION })
            }
            Act::WatchChanged(change) => {
                let judgement = WatchChangePart::of(change, at);
                Self::WatchChange(Envelope { circumstances, judgement, kind: Kind::WatchChanged, v: VERSION })
            }
            Act::WatchAlerted(alert) => {
                let judgement = WatchAlertPart::of(alert, at);
                Self::WatchAlert(Envelope { circumstances, judgement, kind: Kind::WatchAlerted, v: VERSION })
            }
            Act::RolledBack(rollback) => {
                let is_ordered = rollback.ordered().is_some();
                let kind = if is_ordered { Kind::RollbackOrdered } else { Kind::RollbackWithheld };
                let judgement = RollbackPart::of(rollback, at);
                Self::Rollback(Envelope { circumstances, judgement, kind, v: VERSION })
            }
            Act::IncidentOpened(incident) => {
                let judgement = IncidentPart::of(incident, at);
                Self::Incident(Envelope { circumstances, judgement, kind: Kind::IncidentOpened, v: VERSION })
            }
            Act::IncidentChanged(change) => {
                let judgement = IncidentChangePart::of(change, at);
                Self::IncidentChange(Envelope { circumstances, judgement, kind: Kind::IncidentChanged, v: VERSION })
            }
            Act::MaintenancePlanned(maintenance) => {
                let judgement = MaintenancePart::of(maintenance, at);
                Self::Maintenance(Envelope { circumstances, judgement, kind: Kind::MaintenancePlanned, v: VERSION })
            }
            Act::MaintenanceChanged(step) => {
                let judgement = MaintenanceStepPart::of(step, at);
                Self::MaintenanceStep(Envelope { circumstances, judgement, kind: Kind::MaintenanceChanged, v: VERSION })
            }
        }
    }

    /// When it was recorded.
    pub(crate) fn at_mut(&mut self) -> &mut Timestamp {
        match self {
            Self::Run(envelope) => &mut envelope.judgement.at,
            Self::Activation(envelope) => &mut envelope.judgement.at,
            Self::Confirmation(envelope) => &mut envelope.judgement.at,
            Self::Agreement(envelope) => &mut envelope.judgement.at,
            Self::Statement(envelope) => &mut envelope.judgement.at,
            Self::Permit(envelope) => &mut envelope.judgement.at,
            Self::Revocation(envelope) => &mut envelope.judgement.at,
            Self::Event(envelope) => &mut envelope.judgement.at,
            Self::Fulfilment(envelope) => &mut envelope.judgement.at,
            Self::TokenCreation(envelope) => &mut envelope.judgement.at,
            Self::TokenRevocation(envelope) => &mut envelope.judgement.at,
            Self::Restoration(envelope) => &mut envelope.judgement.at,
            Self::ClockJump(envelope) => &mut envelope.judgement.at,
            Self::Key(envelope) => &mut envelope.judgement.at,
            Self::Reading(envelope) => &mut envelope.judgement.at,
            Self::Redaction(envelope) => &mut envelope.judgement.at,
            Self::Retention(envelope) => &mut envelope.judgement.at,
            Self::Hold(envelope) => &mut envelope.judgement.at,
            Self::Lift(envelope) => &mut envelope.judgement.at,
            Self::Archive(envelope) => &mut envelope.judgement.at,
            Self::Watch(envelope) => &mut envelope.judgement.at,
            Self::WatchChange(envelope) => &mut envelope.judgement.at,
            Self::WatchAlert(envelope) => &mut envelope.judgement.at,
            Self::Rollback(envelope) => &mut envelope.judgement.at,
            Self::Incident(envelope) => &mut envelope.judgement.at,
            Self::IncidentChange(envelope) => &mut envelope.judgement.at,
            Self::Maintenance(envelope) => &mut envelope.judgement.at,
            Self::MaintenanceStep(envelope) => &mut envelope.judgement.at,
        }
    }
}

impl Serialize for ActLeaf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Run(envelope) => envelope.serialize(serializer),
            Self::Activation(envelope) => envelope.serialize(serializer),
            Self::Confirmation(envelope) => envelope.serialize(serializer),
            Self::Agreement(envelope) => envelope.serialize(serializer),
            Self::Statement(envelope) => envelope.serialize(serializer),
            Self::Permit(envelope) => envelope.serialize(serializer),
            Self::Revocation(envelope) => envelope.serialize(serializer),
            Self::Event(envelope) => envelope.serialize(serializer),
            Self::Fulfilment(envelope) => envelope.serialize(serializer),
            Self::TokenCreation(envelope) => envelope.serialize(serializer),
            Self::TokenRevocation(envelope) => envelope.serialize(serializer),
            Self::Restoration(envelope) => envelope.serialize(serializer),
            Self::ClockJump(envelope) => envelope.serialize(serializer),
            Self::Key(envelope) => envelope.serialize(serializer),
            Self::Reading(envelope) => envelope.serialize(serializer),
            Self::Redaction(envelope) => envelope.serialize(serializer),
            Self::Retention(envelope) => envelope.serialize(serializer),
            Self::Hold(envelope) => envelope.serialize(serializer),
            Self::Lift(envelope) => envelope.serialize(serializer),
            Self::Archive(envelope) => envelope.serialize(serializer),
            Self::Watch(envelope) => envelope.serialize(serializer),
            Self::WatchChange(envelope) => envelope.serialize(serializer),
            Self::WatchAlert(envelope) => envelope.serialize(serializer),
            Self::Rollback(envelope) => envelope.serialize(serializer),
            Self::Incident(envelope) => envelope.serialize(serializer),
            Self::IncidentChange(envelope) => envelope.serialize(serializer),
            Self::Maintenance(envelope) => envelope.serialize(serializer),
            Self::MaintenanceStep(envelope) => envelope.serialize(serializer),
        }
    }
}

impl Leaf for ActLeaf {
    fn kind(&self) -> Kind {
        match self {
            Self::Run(envelope) => envelope.kind,
            Self::Activation(envelope) => envelope.kind,
            Self::Confirmation(envelope) => envelope.kind,
            Self::Agreement(envelope) => envelope.kind,
            Self::Statement(envelope) => envelope.kind,
            Self::Permit(envelope) => envelope.kind,
            Self::Revocation(envelope) => envelope.kind,
            Self::Event(envelope) => envelope.kind,
            Self::Fulfilment(envelope) => envelope.kind,
            Self::TokenCreation(envelope) => envelope.kind,
            Self::TokenRevocation(envelope) => envelope.kind,
            Self::Restoration(envelope) => envelope.kind,
            Self::ClockJump(envelope) => envelope.kind,
            Self::Key(envelope) => envelope.kind,
            Self::Reading(envelope) => envelope.kind,
            Self::Redaction(envelope) => envelope.kind,
            Self::Retention(envelope) => envelope.kind,
            Self::Hold(envelope) => envelope.kind,
            Self::Lift(envelope) => envelope.kind,
            Self::Archive(envelope) => envelope.kind,
            Self::Watch(envelope) => envelope.kind,
            Self::WatchChange(envelope) => envelope.kind,
            Self::WatchAlert(envelope) => envelope.kind,
            Self::Rollback(envelope) => envelope.kind,
            Self::Incident(envelope) => envelope.kind,
            Self::IncidentChange(envelope) => envelope.kind,
            Self::Maintenance(envelope) => envelope.kind,
            Self::MaintenanceStep(envelope) => envelope.kind,
        }
    }

    fn privates(&mut self) -> Vec<&mut Private> {
        match self {
            Self::Run(_) | Self::ClockJump(_) | Self::Key(_) => Vec::new(),
            Self::Activation(Envelope { judgement, .. }) => {
                std::iter::once(&mut judgement.actor).chain(&mut judgement.reviewed_by).collect()
            }
            Self::Confirmation(Envelope { judgement, .. }) => vec![&mut judgement.person],
            Self::Agreement(Envelope { judgement, .. }) => vec![&mut judgement.person],
            Self::Statement(Envelope { judgement, .. }) => vec![&mut judgement.person],
            Self::Permit(Envelope { judgement, .. }) => vec![&mut judgement.to],
            Self::Revocation(Envelope { judgement, .. }) => vec![&mut judgement.by, &mut judgement.reason],
            Self::Event(Envelope { judgement, .. }) => vec![&mut judgement.by],
            Self::Fulfilment(Envelope { judgement, .. }) => vec![&mut judgement.person, &mut judgement.with],
            Self::TokenCreation(Envelope { judgement, .. }) => vec![&mut judgement.actor, &mut judgement.holder],
            Self::TokenRevocation(Envelope { judgement, .. }) => vec![&mut judgement.actor],
            Self::Restoration(Envelope { judgement, .. }) => judgement.by.iter_mut().collect(),
            Self::Reading(Envelope { judgement, .. }) => vec![&mut judgement.by, &mut judgement.question],
            Self::Redaction(Envelope { judgement, .. }) => {
                judgement.by.iter_mut().chain([&mut judgement.reason]).collect()
            }
            Self::Retention(Envelope { judgement, .. }) => vec![&mut judgement.by],
            Self::Hold(Envelope { judgement, .. }) => vec![&mut judgement.by, &mut judgement.reason],
            Self::Lift(Envelope { judgement, .. }) => vec![&mut judgement.by, &mut judgement.reason],
            Self::Archive(Envelope { judgement, .. }) => vec![&mut judgement.by],
            Self::Watch(Envelope { judgement, .. }) => vec![&mut judgement.by],
            Self::WatchChange(Envelope { judgement, .. }) => {
                judgement.by.iter_mut().chain(&mut judgement.reason).collect()
            }
            Self::Rollback(Envelope { judgement, .. }) => judgement.privates(),
            Self::WatchAlert(Envelope { judgement, .. }) => vec![&mut judgement.by, &mut judgement.labels],
            Self::Incident(Envelope { judgement, .. }) => judgement.privates(),
            Self::IncidentChange(Envelope { judgement, .. }) => judgement.privates(),
            Self::Maintenance(Envelope { judgement, .. }) => vec![&mut judgement.by, &mut judgement.reason],
            Self::MaintenanceStep(Envelope { judgement, .. }) => {
                std::iter::once(&mut judgement.by).chain(&mut judgement.reason).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::activated;
    use crate::{leaf, stored::Leaf};
    use tidegate_core::digest::Digest;

    #[test]
    fn a_leaf_of_a_build_that_kept_no_files_is_still_read() {
        let new = Digest::of(b"bundle");
        let text =
            format!("{{\"judgement\":{{\"at\":\"2026-03-31T14:30:00.250000000Z\",\"new\":\"{new}\",\"old\":null}}}}");
        let read =
            activated(&Leaf { index: 0, hash: leaf::hash(text.as_bytes()), text: text.as_str().into() }).unwrap();
        assert_eq!((read.bundle, read.sources), (new, None));
    }
}
