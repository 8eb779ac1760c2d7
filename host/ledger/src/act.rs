//! Acts of power other than decisions: each is a leaf too.

use crate::{
    agreement::Agreement,
    archive::Archival,
    body::Body,
    confirmation::Confirmation,
    event::NewEvent,
    hold::{HoldLift, NewHold},
    incident::{IncidentChange, NewIncident},
    leaf_size::LeafTooLarge,
    maintenance::{MaintenanceStep, NewMaintenance},
    notice::NewNotice,
    obligation::Fulfilment,
    permit::{NewPermit, REASON_BYTES_MAX, Revocation},
    reading::NewReading,
    removal::Redaction,
    restoration::Restoration,
    retention::RetentionRun,
    rollback::NewRollback,
    statement::NewStatement,
    token::NewToken,
    watch::{NewWatch, WatchChange},
    watch_alert::WatchAlert,
};
use std::sync::Arc;
use tidegate_core::{digest::Digest, name::Version, time::Timestamp};

/// Reviewers of one act, at most.
pub const REVIEWERS_MAX: usize = 64;

/// One act to be recorded.
#[derive(Debug, Clone)]
pub struct ActRecord {
    /// What was done.
    pub act: Act,
    /// When.
    pub at: Timestamp,
    /// Of the build that did it.
    pub host_version: Version,
    /// Bodies that the act names by digest.
    pub bodies: Vec<Body>,
    /// Who is to be told of it.
    pub notices: Vec<NewNotice>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// The gate started.
    Start {
        /// Of its effective configuration.
        configuration: Digest,
    },
    /// The gate stopped in good order.
    Stop {
        /// Of its effective configuration.
        configuration: Digest,
    },
    /// Other policies are in force.
    BundleActivated {
        /// The bundle before; none at the first start.
        old: Option<Digest>,
        /// The bundle from now on.
        new: Digest,
        /// Who did it; authenticated.
        actor: Arc<str>,
        /// Who looked at it before, at most [`REVIEWERS_MAX`].
        reviewed_by: Vec<Arc<str>>,
        /// Of the body that holds the files it was made from, from which it can be made again.
        sources: Digest,
    },
    /// A second person confirmed a forced deployment.
    Confirmed(Confirmation),
    /// Somebody agreed to a waiver.
    WaiverAgreed(Agreement),
    /// A person stated something.
    Stated(NewStatement),
    /// A deployment may begin.
    Permitted(NewPermit),
    /// A decision was taken back.
    Revoked(Revocation),
    /// Something became of a deployment.
    Deployment(NewEvent),
    /// What a forced deployment left to be done is done.
    Fulfilled(Fulfilment),
    /// Somebody may ask from now on.
    TokenCreated {
        /// What was created.
        token: NewToken,
        /// Who did it; authenticated.
        actor: Arc<str>,
    },
    /// Somebody may no longer ask.
    TokenRevoked {
        /// Which token.
        id: Arc<str>,
        /// Who did it; authenticated.
        actor: Arc<str>,
    },
    /// Two admins accepted that leaves are lost.
    Restored(Restoration),
    /// The machine's clock jumped while the gate ran, or went back while it did not.
    ClockJumped {
        /// What it should have said.
        expected: Timestamp,
        /// What it said.
        found: Timestamp,
    },
    /// Another key signs checkpoints, too.
    KeyAdded {
        /// Its public half.
        key: Arc<str>,
        /// The one that signed alone until then.
        beside: Arc<str>,
    },
    /// A key signs no more.
    KeyRetired {
        /// Its public half.
        key: Arc<str>,
        /// The one that signs alone from then on.
        instead: Arc<str>,
    },
    /// Somebody read what was decided.
    Read(NewReading),
    /// Bodies and texts were taken away on purpose.
    Redacted(Redaction),
    /// Nothing needed bodies any more.
    Retained(RetentionRun),
    /// Nothing of some decisions goes from now on.
    HoldPlaced(NewHold),
    /// A hold ended.
    HoldLifted(HoldLift),
    /// What older decisions left was moved to an archive.
    Archived(Archival),
    /// A deployment that runs is watched from now on.
    WatchStarted(NewWatch),
    /// A watch stands otherwise than before.
    WatchChanged(WatchChange),
    /// Somebody handed in an alert about a deployment that is watched.
    WatchAlerted(WatchAlert),
    /// A rollback was ordered, or withheld.
    RolledBack(NewRollback),
    /// An incident was opened.
    IncidentOpened(NewIncident),
    /// An incident stands otherwise than before.
    IncidentChanged(IncidentChange),
    /// A maintenance was planned, or opened at once.
    MaintenancePlanned(NewMaintenance),
    /// A maintenance stands otherwise than before.
    MaintenanceChanged(MaintenanceStep),
}

/// The bundle that was activated last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activated {
    /// The bundle.
    pub bundle: Digest,
    /// Of the body that holds the files it was made from; none in the leaves of builds that did not keep them.
    pub sources: Option<Digest>,
    /// Since when.
    pub at: Timestamp,
}

impl Act {
    /// Whether it takes rows away that follow from leaves before it, or counts them anew: then they have to be there.
    pub(crate) fn takes_away(&self) -> bool {
        matches!(self, Self::Redacted(_) | Self::Retained(_) | Self::Archived(_))
    }

    pub(crate) fn fits(&self) -> Result<(), LeafTooLarge> {
        match self {
            Self::BundleActivated { reviewed_by, .. } if reviewed_by.len() > REVIEWERS_MAX => {
                Err(LeafTooLarge { what: "reviewers", used: reviewed_by.len(), allowed: REVIEWERS_MAX })
            }
            Self::TokenCreated { token, .. } => token.fits(),
            Self::Stated(statement) => statement.fits(),
            Self::Read(reading) => reading.fits(),
            Self::Redacted(redaction) => redaction.fits(),
            Self::Retained(run) => run.fits(),
            Self::HoldPlaced(hold) => hold.fits(),
            Self::HoldLifted(lift) => lift.fits(),
            Self::WatchChanged(change) => change.fits(),
            Self::WatchAlerted(alert) => alert.fits(),
            Self::RolledBack(rollback) => rollback.fits(),
            Self::IncidentOpened(incident) => incident.fits(),
            Self::IncidentChanged(change) => change.fits(),
            Self::MaintenancePlanned(maintenance) => maintenance.fits(),
            Self::MaintenanceChanged(step) => step.fits(),
            Self::Revoked(Revocation { reason, .. }) if reason.len() > REASON_BYTES_MAX => {
                Err(LeafTooLarge { what: "bytes of a reason", used: reason.len(), allowed: REASON_BYTES_MAX })
            }
            Self::BundleActivated { .. }
            | Self::WaiverAgreed(_)
            | Self::Permitted(_)
            | Self::Revoked(_)
            | Self::Deployment(_)
            | Self::Start { .. }
            | Self::Stop { .. }
            | Self::TokenRevoked { .. }
            | Self::Confirmed(_)
            | Self::Restored(_)
            | Self::ClockJumped { .. }
            | Self::KeyAdded { .. }
            | Self::KeyRetired { .. }
            | Self::Archived(_)
            | Self::WatchStarted(_)
            | Self::Fulfilled(_) => Ok(()),
        }
    }
}
