//! Problems: requests that were not decided, as RFC 9457 problem+json. Every type has a page with cause and fix.

mod pages;

pub use pages::{KindPage, PAGES};

use serde::{Deserialize, Serialize};
use tidegate_evidence::secrets::masked_text;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// A request that was not decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `/problems/<kind>`: a page with cause and fix.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong with this request.
    pub detail: String,
    /// Who has to act: `caller`, `host`, `policy` or `plugin`.
    pub blame: String,
    /// Every mistake, where there are several, each with its place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<PlacedError>,
}

/// One mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedError {
    /// A form field, a JSON pointer, or a document and the place in it.
    pub place: String,
    /// What is wrong there.
    pub message: String,
}

/// The kinds of problems. Few, stable, and each with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The request is not what the API takes.
    MalformedRequest,
    /// A deployment that cannot be.
    InvalidDeployment,
    /// A document that cannot be read.
    UnreadableEvidence,
    /// Secrets where there may be none, or that cannot be masked.
    SecretsFound,
    /// The same document twice under one name.
    DuplicateEvidence,
    /// A digest that the gate does not hold.
    UnknownEvidence,
    /// The bytes are not those of the digest.
    DigestMismatch,
    /// A stage that cannot be skipped.
    InvalidSkip,
    /// No policy set, or no single one, fits.
    NoPolicySet,
    /// Over a limit.
    TooLarge,
    /// A media type that the API does not take.
    UnsupportedMediaType,
    /// A forced deployment where nothing is recorded.
    EmergencyRefused,
    /// A forced deployment that cannot be confirmed, or not by whoever asks.
    ConfirmationRefused,
    /// A waiver that nobody agrees to this way.
    AgreementRefused,
    /// A deployment that cannot be watched, or a watch that whoever asks does not end.
    WatchRefused,
    /// An incident that cannot be opened, or about which this cannot be done.
    IncidentRefused,
    /// A maintenance that does not open, close or go on like this.
    MaintenanceRefused,
    /// A deployment of which no set says how it is looked at.
    VerificationRefused,
    /// A deployment that may not begin now.
    NotPermitted,
    /// An obligation that cannot be fulfilled so, or not by whoever says it is.
    FulfilmentRefused,
    /// A checkpoint that no witness saw, or that is not of this record.
    CosignatureRefused,
    /// Nobody knows who asks.
    Unauthenticated,
    /// Somebody asks who may not.
    Forbidden,
    /// What a token vouches for is not what the request says.
    ClaimMismatch,
    /// The keys to look at an identity token with are not at hand.
    KeysUnavailable,
    /// A token that cannot be.
    InvalidToken,
    /// A page in a browser, or a name that is not the gate's.
    ForeignOrigin,
    /// Another request used this idempotency key.
    IdempotencyConflict,
    /// No such thing.
    NotFound,
    /// The body of a record was deleted.
    Gone,
    /// What a leaf names was moved to an archive.
    Archived,
    /// Not that way.
    MethodNotAllowed,
    /// The request took too long to arrive.
    RequestTimeout,
    /// One scope keeps as much as it may.
    QuotaUsedUp,
    /// One caller asks for more than their share.
    ShareUsedUp,
    /// Too many requests at once.
    Overloaded,
    /// The decision could not be recorded.
    RecordUnavailable,
    /// The policies cannot be used.
    UnusablePolicies,
    /// A reload of the policies was refused.
    PoliciesRefused,
    /// The gate's own fault.
    Internal,
}

impl ProblemKind {
    /// What there is to say about this kind.
    #[must_use]
    pub fn page(self) -> &'static KindPage {
        PAGES.iter().find(|page| page.kind == self).unwrap_or(&INTERNAL)
    }
}

/// The page of [`ProblemKind::Internal`]; also stands in for a kind without one, which a test excludes.
const INTERNAL: KindPage = PAGES[PAGES.len() - 1];

impl Problem {
    /// A problem of that kind.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        let page = kind.page();
        Self {
            type_uri: format!("/problems/{}", page.name),
            title: page.title.to_owned(),
            status: page.status,
            // Whatever a message repeats of what a caller sent, it repeats no secret.
            detail: masked_text(&detail.into()).into_owned(),
            blame: page.blame.to_owned(),
            errors: Vec::new(),
        }
    }

    /// Whether it is of that kind.
    #[must_use]
    pub fn is(&self, kind: ProblemKind) -> bool {
        self.type_uri.strip_prefix("/problems/") == Some(kind.page().name)
    }

    /// With every mistake and its place.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<PlacedError>) -> Self {
        let masked = |text: &str| masked_text(text).into_owned();
        self.errors = errors
            .iter()
            .map(|error| PlacedError { place: masked(&error.place), message: masked(&error.message) })
            .collect();
        self
    }
}
