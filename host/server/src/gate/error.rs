//! Why a submission was not decided, and the one place where that becomes a problem for the caller.

use crate::{
    api::problem::{PlacedError, Problem, ProblemKind},
    gate::{archives::Lies, layers::UnsoundLayers},
    identity::{principal::Principal, role::Role},
};
use std::sync::Arc;
use tidegate_bundle::choose::NoSet;
use tidegate_core::{
    digest::Digest,
    fault::Blame,
    name::{EnvironmentName, ServiceName},
    permit::NoPermit,
    plan::PlanError,
    time::Timestamp,
};
use tidegate_ledger::faster::Faster;

/// Why a submission was not decided. Nothing was recorded, and no state changed.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// The request is not what the API takes.
    #[error("malformed request")]
    Malformed(Vec<PlacedError>),
    /// A deployment that cannot be.
    #[error("invalid deployment")]
    Deployment(Vec<PlacedError>),
    /// Documents that cannot be read.
    #[error("unreadable evidence")]
    Unreadable(Vec<PlacedError>),
    /// Secrets where there may be none, or that cannot be masked. Names kinds and places, never a secret.
    #[error("secrets in the request")]
    Secrets(Vec<PlacedError>),
    /// A scope keeps as much as it may.
    #[error("{what} of this scope: {used} used, {allowed} allowed")]
    Quota {
        /// What there is too much of.
        what: &'static str,
        /// With what was handed in.
        used: u64,
        /// The limit.
        allowed: u64,
    },
    /// The same document twice under one name.
    #[error("duplicate evidence")]
    Duplicate(Vec<PlacedError>),
    /// Digests that the gate does not hold.
    #[error("unknown evidence")]
    UnknownEvidence(Vec<PlacedError>),
    /// Other bytes than named.
    #[error("the bytes are {found}, not {named}")]
    DigestMismatch {
        /// As the caller named it.
        named: Digest,
        /// Of the bytes.
        found: Digest,
    },
    /// Stages that cannot be skipped, or too much work.
    #[error("invalid skip")]
    Plan(Vec<PlanError>),
    /// No policy set fits.
    #[error("no policy set fits")]
    NoPolicySet(NoSet),
    /// Whoever asks may not ask for this.
    #[error("`{principal}` has no grant of the role `{role}` for {services} in `{environment}`")]
    Forbidden {
        /// What it lacks.
        role: &'static str,
        /// Who.
        principal: Arc<str>,
        /// Where.
        environment: EnvironmentName,
        /// For what, in words.
        services: String,
    },
    /// What a token vouches for is not what the request says.
    #[error("the identity token says otherwise")]
    ClaimMismatch(Vec<PlacedError>),
    /// Whoever asks may not say this.
    #[error("{0}")]
    Unentitled(String),
    /// Overrides that make no sound policy set together.
    #[error(transparent)]
    Layers(#[from] UnsoundLayers),
    /// Over a limit.
    #[error("{what}: {used} used, {allowed} allowed")]
    TooLarge {
        /// What there is too much of.
        what: String,
        /// How much was given.
        used: u64,
        /// How much is allowed.
        allowed: u64,
    },
    /// A forced deployment where nothing is recorded.
    #[error("a deployment is forced at a gate, which records who did it and why")]
    Emergency,
    /// A forced deployment that cannot be confirmed, or not by whoever asks.
    #[error("{0}")]
    Unconfirmed(String),
    /// A waiver that cannot be agreed to, or not by whoever asks.
    #[error("{0}")]
    NotAgreed(String),
    /// A deployment that cannot be watched, or a watch that does not end, or not by whoever asks.
    #[error("{0}")]
    Unwatched(String),
    /// An incident that cannot be opened, or about which this cannot be done.
    #[error("{0}")]
    Unattended(String),
    /// A maintenance that does not go on like this, and everything that is missing.
    #[error("maintenance refused")]
    Unmaintained(Vec<PlacedError>),
    /// A deployment that cannot be looked at after it went out.
    #[error("{0}")]
    Unverified(String),
    /// No permit, for these reasons.
    #[error("not permitted")]
    NotPermitted(Vec<NoPermit>),
    /// An obligation that this does not fulfil.
    #[error("{0}")]
    Unfulfilled(String),
    /// Something that no witness saw, or not of this record.
    #[error("{0}")]
    Uncosigned(String),
    /// Another request used this key.
    #[error("the idempotency key was used before, for another request")]
    IdempotencyConflict,
    /// The decision of this key was a permission whose time is over.
    #[error("the decision under this key was valid until {0}: ask again under another key")]
    SpentKey(Timestamp),
    /// Too many requests at once.
    #[error("too many requests: {used} in flight or waiting, {allowed} allowed")]
    Overloaded {
        /// Requests in flight or waiting.
        used: usize,
        /// Requests allowed.
        allowed: usize,
    },
    /// Something else was faster, and changed what this is about.
    #[error("{0}: ask again")]
    Faster(Faster),
    /// Too many requests of one caller.
    #[error("{what} of `{principal}`: {used} used, {allowed} allowed")]
    OverShare {
        /// What there is too much of.
        what: &'static str,
        /// Whose.
        principal: Arc<str>,
        /// With this one.
        used: usize,
        /// The caller's share.
        allowed: usize,
    },
    /// The record could not be written. The text is for the log.
    #[error("the record could not be written: {0}")]
    Record(String),
    /// A record exists, but a body that it names does not. The text is for the log.
    #[error("a body was deleted: {0}")]
    Gone(String),
    /// A decision lies in an archive.
    #[error("the decision was moved to an archive: {0}")]
    Archived(Lies),
    /// The gate's own fault. The text is for the log.
    #[error("internal error: {0}")]
    Internal(String),
}

impl GateError {
    /// What the caller reads. What only the operator should read goes to the log instead.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let kind = self.kind();
        match self {
            Self::Malformed(errors)
            | Self::Deployment(errors)
            | Self::Unreadable(errors)
            | Self::Secrets(errors)
            | Self::Duplicate(errors)
            | Self::ClaimMismatch(errors)
            | Self::Unmaintained(errors)
            | Self::UnknownEvidence(errors) => listed(kind, errors),
            Self::Plan(errors) => {
                let place =
                    |error: &PlanError| if matches!(error, PlanError::TooMuch { .. }) { "deployment" } else { "skip" };
                let errors: Vec<PlacedError> = errors.iter().map(|error| placed(place(error), error)).collect();
                listed(kind, &errors)
            }
            Self::NotPermitted(reasons) => {
                let errors: Vec<PlacedError> = reasons.iter().map(|reason| placed(reason.word(), reason)).collect();
                listed(kind, &errors)
            }
            Self::NoPolicySet(none) => {
                let errors = vec![placed("deployment", none.hint())];
                Problem::new(kind, format!("{none}; {}", none.hint())).with_errors(errors)
            }
            // By digests and numbers of leaves: they say nothing of what went.
            Self::Gone(what) => Problem::new(kind, format!("{} {what}.", kind.page().cause)),
            Self::Record(_) | Self::Internal(_) => Problem::new(kind, kind.page().cause),
            Self::DigestMismatch { .. }
            | Self::TooLarge { .. }
            | Self::Quota { .. }
            | Self::OverShare { .. }
            | Self::Emergency
            | Self::Unconfirmed(_)
            | Self::NotAgreed(_)
            | Self::Unwatched(_)
            | Self::Unattended(_)
            | Self::Unverified(_)
            | Self::Faster(_)
            | Self::Unfulfilled(_)
            | Self::Uncosigned(_)
            | Self::Layers(_)
            | Self::Forbidden { .. }
            | Self::Unentitled(_)
            | Self::IdempotencyConflict
            | Self::SpentKey(_)
            | Self::Archived(_)
            | Self::Overloaded { .. } => Problem::new(kind, self.to_string()),
        }
    }

    /// Whoever asks lacks a role for these services there.
    pub(crate) fn forbidden(
        role: Role,
        principal: &Principal,
        environment: &EnvironmentName,
        services: &[ServiceName],
    ) -> Self {
        let names: Vec<String> = services.iter().map(|name| format!("`{name}`")).collect();
        Self::Forbidden {
            role: role.word(),
            principal: principal.name.clone(),
            environment: environment.clone(),
            services: names.join(", "),
        }
    }

    /// Over a limit.
    pub(crate) fn too_large(what: &str, used: usize, allowed: usize) -> Self {
        Self::TooLarge { what: what.to_owned(), used: used as u64, allowed: allowed as u64 }
    }

    /// A low-cardinality name of what went wrong, and who has to act: for spans and metrics.
    #[must_use]
    pub fn labels(&self) -> (&'static str, Blame) {
        let page = self.kind().page();
        let others = [Blame::Host, Blame::Policy].into_iter().find(|blame| blame.word() == page.blame);
        (page.name, others.unwrap_or(Blame::Caller))
    }

    fn kind(&self) -> ProblemKind {
        match self {
            Self::Malformed(_) => ProblemKind::MalformedRequest,
            Self::Deployment(_) => ProblemKind::InvalidDeployment,
            Self::Unreadable(_) => ProblemKind::UnreadableEvidence,
            Self::Secrets(_) => ProblemKind::SecretsFound,
            Self::Quota { .. } => ProblemKind::QuotaUsedUp,
            Self::Duplicate(_) => ProblemKind::DuplicateEvidence,
            Self::UnknownEvidence(_) => ProblemKind::UnknownEvidence,
            Self::DigestMismatch { .. } => ProblemKind::DigestMismatch,
            Self::Plan(errors) if errors.iter().any(|error| matches!(error, PlanError::TooMuch { .. })) => {
                ProblemKind::TooLarge
            }
            Self::Plan(_) => ProblemKind::InvalidSkip,
            Self::NoPolicySet(_) => ProblemKind::NoPolicySet,
            Self::ClaimMismatch(_) => ProblemKind::ClaimMismatch,
            Self::Layers(_) => ProblemKind::UnusablePolicies,
            Self::Forbidden { .. } | Self::Unentitled(_) => ProblemKind::Forbidden,
            Self::TooLarge { .. } => ProblemKind::TooLarge,
            Self::Emergency => ProblemKind::EmergencyRefused,
            Self::Unconfirmed(_) => ProblemKind::ConfirmationRefused,
            Self::NotAgreed(_) => ProblemKind::AgreementRefused,
            Self::Unwatched(_) => ProblemKind::WatchRefused,
            Self::Unattended(_) => ProblemKind::IncidentRefused,
            Self::Unmaintained(_) => ProblemKind::MaintenanceRefused,
            Self::Unverified(_) => ProblemKind::VerificationRefused,
            Self::NotPermitted(_) => ProblemKind::NotPermitted,
            Self::Unfulfilled(_) => ProblemKind::FulfilmentRefused,
            Self::Uncosigned(_) => ProblemKind::CosignatureRefused,
            Self::IdempotencyConflict | Self::SpentKey(_) => ProblemKind::IdempotencyConflict,
            Self::OverShare { .. } => ProblemKind::ShareUsedUp,
            Self::Overloaded { .. } | Self::Faster(_) => ProblemKind::Overloaded,
            Self::Record(_) => ProblemKind::RecordUnavailable,
            Self::Gone(_) => ProblemKind::Gone,
            Self::Archived(_) => ProblemKind::Archived,
            Self::Internal(_) => ProblemKind::Internal,
        }
    }
}

/// One mistake and its place.
pub(crate) fn placed(place: impl Into<String>, message: impl ToString) -> PlacedError {
    PlacedError { place: place.into(), message: message.to_string() }
}

/// What a text says that may be left out; none where it does not, or is wrong.
pub(crate) fn parsed<T, E: ToString>(
    place: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> Result<T, E>,
    errors: &mut Vec<PlacedError>,
) -> Option<T> {
    parse(text?).map_err(|error| errors.push(placed(place, error))).ok()
}

/// The detail of a problem with several mistakes is their text, so that a reader of `detail` alone misses none.
pub(crate) fn listed(kind: ProblemKind, errors: &[PlacedError]) -> Problem {
    let lines: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.place, error.message)).collect();
    Problem::new(kind, lines.join("; ")).with_errors(errors.to_vec())
}
