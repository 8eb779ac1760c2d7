//! Problems: requests that were not decided, as RFC 9457 problem+json. Every type has a page with cause and fix.

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
    /// A deployment that may not begin now.
    NotPermitted,
    /// An obligation that cannot be fulfilled so, or not by whoever says it is.
    FulfilmentRefused,
    /// Nobody knows who asks.
    Unauthenticated,
    /// Somebody asks who may not.
    Forbidden,
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

/// What there is to say about a kind: its name, HTTP status, title, who has to act, cause and fix.
#[derive(Debug, Clone, Copy)]
pub struct KindPage {
    /// The kind.
    pub kind: ProblemKind,
    /// The last part of its URI.
    pub name: &'static str,
    /// HTTP status.
    pub status: u16,
    /// In words.
    pub title: &'static str,
    /// Who has to act.
    pub blame: &'static str,
    /// Why it happens.
    pub cause: &'static str,
    /// What to do.
    pub fix: &'static str,
}

const fn page(
    kind: ProblemKind,
    name: &'static str,
    status: u16,
    title: &'static str,
    blame: &'static str,
    cause: &'static str,
    fix: &'static str,
) -> KindPage {
    KindPage { kind, name, status, title, blame, cause, fix }
}

/// One row for each kind.
pub const PAGES: [KindPage; 32] = [
    page(
        ProblemKind::MalformedRequest,
        "malformed-request",
        400,
        "malformed request",
        "caller",
        "The body is not the JSON or the form that the API takes, or names a field that does not exist.",
        "Read `errors`: each names the place. `/openapi.json` describes the request; the README shows curl recipes.",
    ),
    page(
        ProblemKind::InvalidDeployment,
        "invalid-deployment",
        422,
        "invalid deployment",
        "caller",
        "The deployment misses something, names something twice, or holds a name or digest that cannot be.",
        "Mend every place listed in `errors` and send the request again.",
    ),
    page(
        ProblemKind::UnreadableEvidence,
        "unreadable-evidence",
        422,
        "unreadable evidence",
        "caller",
        "A document is not what its format asks for: truncated, of another encoding, hostile, or of a format that is not known.",
        "Look at the place named in `errors`. Name the format (`-F unit_tests.format=junit`) when it is not recognised.",
    ),
    page(
        ProblemKind::SecretsFound,
        "secrets-found",
        422,
        "secrets found",
        "caller",
        "A document holds secrets that cannot be masked, because they are signed or in an archive that is uploaded apart; or the policy set refuses documents with secrets; or a secret stands in the deployment itself.",
        "`errors` says where and of which kind. Take the secret out at its source, and have it replaced: it was sent.",
    ),
    page(
        ProblemKind::DuplicateEvidence,
        "duplicate-evidence",
        422,
        "duplicate evidence",
        "caller",
        "The same document was handed in twice under one name, so that it would seem to count twice.",
        "Send every document once. A report that is the same for two services is sent as `name@service` for each.",
    ),
    page(
        ProblemKind::UnknownEvidence,
        "unknown-evidence",
        422,
        "unknown evidence",
        "caller",
        "The request cites a document by a digest that the gate does not hold.",
        "Upload it first (`PUT /v1/evidence/{digest}`), or send it by value.",
    ),
    page(
        ProblemKind::DigestMismatch,
        "digest-mismatch",
        422,
        "digest mismatch",
        "caller",
        "The bytes that arrived are not those whose digest was named.",
        "Compute the SHA-256 of exactly the bytes that are sent, and send them unchanged.",
    ),
    page(
        ProblemKind::InvalidSkip,
        "invalid-skip",
        422,
        "stage cannot be skipped",
        "caller",
        "Only stages that the policy set marks optional can be skipped, and only by their own name.",
        "Take the stage out of `skip` and send its evidence.",
    ),
    page(
        ProblemKind::NoPolicySet,
        "no-policy-set",
        422,
        "no policy set fits",
        "caller",
        "No policy set, or not one and the same for all services, matches this environment and these services.",
        "`errors` says of each set why it does not match. Split the deployment where its services fall into different sets.",
    ),
    page(
        ProblemKind::TooLarge,
        "too-large",
        413,
        "too large",
        "caller",
        "The request, a document or a count is over a limit. The detail says both numbers.",
        "Send less, upload documents apart (`PUT /v1/evidence/{digest}`), or ask the operator to raise the limit.",
    ),
    page(
        ProblemKind::UnsupportedMediaType,
        "unsupported-media-type",
        415,
        "unsupported media type",
        "caller",
        "Decisions are asked for with a form (`multipart/form-data`) or with JSON (`application/json`).",
        "Use `curl -F …`, or send `Content-Type: application/json`.",
    ),
    page(
        ProblemKind::EmergencyRefused,
        "emergency-refused",
        403,
        "emergency refused",
        "caller",
        "A deployment is forced at a gate, which records who did it and why; here nothing is recorded.",
        "Ask a gate, with a token whose holder is a person with the role `override`.",
    ),
    page(
        ProblemKind::ConfirmationRefused,
        "confirmation-refused",
        409,
        "confirmation refused",
        "caller",
        "Nobody forced this deployment, or it cannot be forced, or it was confirmed or expired before, or whoever asks forced it, wrote it, or agreed to a waiver in it.",
        "Have another person with the role `confirm` do it in time, or force the deployment again.",
    ),
    page(
        ProblemKind::AgreementRefused,
        "agreement-refused",
        409,
        "agreement refused",
        "caller",
        "Whoever asks owns the waiver, is a program, or is not the person whom the waiver names to agree to it (`approved_by`).",
        "Have the person whom the waiver names do it, with the role `waive`, or have the file name somebody else.",
    ),
    page(
        ProblemKind::NotPermitted,
        "not-permitted",
        409,
        "not permitted",
        "caller",
        "The decision does not let this deployment begin now: it is a refusal, or about other bytes or another environment, or over, revoked, used, or a later one took its place. `errors` names every reason.",
        "Deploy exactly what was decided on, or ask for a decision about what is to be deployed.",
    ),
    page(
        ProblemKind::FulfilmentRefused,
        "fulfilment-refused",
        409,
        "fulfilment refused",
        "caller",
        "The obligation was fulfilled before, or what is given does not fulfil it, or whoever asks is a program or had a part in what is to be reviewed.",
        "Give a ticket's or a post-mortem's address, the id of a later decision in which the stages passed, or have somebody without a part in it review it.",
    ),
    page(
        ProblemKind::Unauthenticated,
        "unauthenticated",
        401,
        "unauthenticated",
        "caller",
        "The request carries no token, or one that this gate does not believe: unknown, expired or revoked.",
        "Send `Authorization: Bearer` with a token that `tidegate token create` made, or have an administrator make a new one.",
    ),
    page(
        ProblemKind::Forbidden,
        "forbidden",
        403,
        "forbidden",
        "caller",
        "Whoever holds the token may not do this, or not in this environment, or not for all of these services.",
        "Ask with another token, or have an administrator make one whose grant names the role, the environment and the services.",
    ),
    page(
        ProblemKind::InvalidToken,
        "invalid-token",
        422,
        "invalid token",
        "caller",
        "The token that was asked for has no name, allows nothing, never expires, or joins roles that nobody may hold together.",
        "Mend every place listed in `errors` and send the request again.",
    ),
    page(
        ProblemKind::ForeignOrigin,
        "foreign-origin",
        403,
        "foreign origin",
        "caller",
        "The request's `Host` or `Origin` is neither this machine nor the gate's `public_url`: it seems to come from a page in a browser.",
        "Use the gate's own address (`127.0.0.1`, `localhost`), or set `public_url` to the name under which it is reached.",
    ),
    page(
        ProblemKind::IdempotencyConflict,
        "idempotency-conflict",
        409,
        "idempotency key used before",
        "caller",
        "The `Idempotency-Key` was used before, for a request that asked for something else, or for a permission whose time is over.",
        "Use a new key for a new request; a retry sends the very same request under its old key.",
    ),
    page(
        ProblemKind::NotFound,
        "not-found",
        404,
        "not found",
        "caller",
        "There is nothing under this address.",
        "Check the address; `/openapi.json` lists what there is.",
    ),
    page(
        ProblemKind::Gone,
        "gone",
        410,
        "body deleted",
        "host",
        "The record stands, but a body that it names was deleted from the gate's store.",
        "Ask the gate's operators which redaction removed it.",
    ),
    page(
        ProblemKind::MethodNotAllowed,
        "method-not-allowed",
        405,
        "method not allowed",
        "caller",
        "This address exists, but not for this method.",
        "`/openapi.json` lists the methods of every address.",
    ),
    page(
        ProblemKind::RequestTimeout,
        "request-timeout",
        408,
        "request took too long to arrive",
        "caller",
        "The request's body did not arrive within the time allowed.",
        "Send it again; upload large documents apart (`PUT /v1/evidence/{digest}`).",
    ),
    page(
        ProblemKind::QuotaUsedUp,
        "quota-used-up",
        429,
        "quota used up",
        "caller",
        "The scope keeps as many documents as it may, or as many bytes. The detail says both numbers. Uploads that no decision names expire.",
        "Wait for the seconds in `Retry-After`, upload only what a decision will name, or ask the operator to raise the limit.",
    ),
    page(
        ProblemKind::ShareUsedUp,
        "share-used-up",
        429,
        "share used up",
        "caller",
        "One caller has as many requests in flight, waiting, or in one second as are theirs. The detail says both numbers. Others are served.",
        "Ask again after the seconds in `Retry-After`, and ask for less at the same time.",
    ),
    page(
        ProblemKind::Overloaded,
        "overloaded",
        503,
        "overloaded",
        "host",
        "More requests are in flight or waiting than the gate admits.",
        "Send the request again after the seconds in `Retry-After`.",
    ),
    page(
        ProblemKind::RecordUnavailable,
        "record-unavailable",
        503,
        "the decision could not be recorded",
        "host",
        "No answer leaves before its record is durable, and the record could not be written.",
        "Send the request again after the seconds in `Retry-After`; the operator finds the reason in the log.",
    ),
    page(
        ProblemKind::UnusablePolicies,
        "unusable-policies",
        500,
        "the policies cannot be used",
        "policy",
        "A policy file, or a plugin that it names, is missing or has mistakes; a gate that serves never starts with such policies. Or overrides that are sound alone make no sound policy set together for this deployment.",
        "The detail lists every mistake with its file, line and column: mend them all.",
    ),
    page(
        ProblemKind::PoliciesRefused,
        "policies-refused",
        422,
        "the policies were refused",
        "policy",
        "The policy files as they are now, or a plugin that they name, have mistakes. The policies from before stay in force, whole.",
        "`errors` lists every mistake with its file, line and column: mend them all, and reload again.",
    ),
    page(
        ProblemKind::Internal,
        "internal",
        500,
        "internal error",
        "host",
        "The gate failed; the log says why.",
        "Tell the gate's operators the time of the request.",
    ),
];

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
