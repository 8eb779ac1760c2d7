//! The leaf: `{circumstances, judgement, kind, v}` in canonical JSON.
//!
//! Canonical: keys sorted by their UTF-8 bytes, no spaces, the shortest escapes, nothing but integers below 2^32 as numbers;
//! larger integers, moments (RFC 3339 UTC, nine digits of nanoseconds), spans (nanoseconds), shares and exact numbers
//! (`n/d`) are strings. What could grow without bound (findings, documents, blockers, warnings) is in bodies; the leaf has
//! their digests.

pub(crate) mod act;
pub(crate) mod decision;
pub(crate) mod decode;
pub(crate) mod encode;

use crate::{
    bounded::{self, BoundedError},
    error::{ReadError, RecordError},
    leaf_size::{LEAF_BYTES_MAX, LeafTooLarge},
    private::Private,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::Arc;
use tidegate_core::{digest::Digest, time::Timestamp};

/// The version of the envelope.
pub(crate) const VERSION: u32 = 1;

/// What a leaf speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Decision,
    Start,
    Stop,
    BundleActivated,
    Confirmed,
    WaiverAgreed,
    Stated,
    Permitted,
    Revoked,
    DeploymentEvent,
    ObligationFulfilled,
    TokenCreated,
    TokenRevoked,
    Restored,
    ClockJumped,
    KeyAdded,
    KeyRetired,
    LedgerRead,
    Redacted,
    Retained,
    HoldPlaced,
    HoldLifted,
    LedgerArchived,
    WatchStarted,
    WatchChanged,
    WatchAlerted,
    RollbackOrdered,
    RollbackWithheld,
    IncidentOpened,
    IncidentChanged,
    MaintenancePlanned,
    MaintenanceChanged,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::BundleActivated => "bundle_activated",
            Self::Confirmed => "confirmed",
            Self::WaiverAgreed => "waiver_agreed",
            Self::Stated => "stated",
            Self::Permitted => "permitted",
            Self::Revoked => "revoked",
            Self::DeploymentEvent => "deployment_event",
            Self::ObligationFulfilled => "obligation_fulfilled",
            Self::TokenCreated => "token_created",
            Self::TokenRevoked => "token_revoked",
            Self::Restored => "restored",
            Self::ClockJumped => "clock_jumped",
            Self::KeyAdded => "key_added",
            Self::KeyRetired => "key_retired",
            Self::LedgerRead => "ledger_read",
            Self::Redacted => "redacted",
            Self::Retained => "retained",
            Self::HoldPlaced => "hold_placed",
            Self::HoldLifted => "hold_lifted",
            Self::LedgerArchived => "ledger_archived",
            Self::WatchStarted => "watch_started",
            Self::WatchChanged => "watch_changed",
            Self::WatchAlerted => "watch_alerted",
            Self::RollbackOrdered => "rollback_ordered",
            Self::RollbackWithheld => "rollback_withheld",
            Self::IncidentOpened => "incident_opened",
            Self::IncidentChanged => "incident_changed",
            Self::MaintenancePlanned => "maintenance_planned",
            Self::MaintenanceChanged => "maintenance_changed",
        }
    }
}

/// The same for every kind, from the first leaf ever recorded.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Envelope<J, C> {
    pub(crate) circumstances: C,
    pub(crate) judgement: J,
    pub(crate) kind: Kind,
    pub(crate) v: u32,
}

/// What can become a leaf once its private texts are salted.
pub(crate) trait Leaf: Serialize {
    fn kind(&self) -> Kind;
    fn privates(&mut self) -> Vec<&mut Private>;
}

/// Canonical bytes, within the limit of a leaf.
pub(crate) fn bytes(leaf: &impl Serialize) -> Result<Vec<u8>, RecordError> {
    bounded::to_json(leaf, LEAF_BYTES_MAX).map_err(|error| match error {
        BoundedError::TooLarge { used } => {
            LeafTooLarge { what: "bytes of the ledger leaf", used, allowed: LEAF_BYTES_MAX }.into()
        }
        BoundedError::Json(cause) => RecordError::Encode(Arc::new(cause)),
    })
}

/// The same as a value.
pub(crate) fn value(leaf: &impl Serialize) -> Result<Value, RecordError> {
    serde_json::to_value(leaf).map_err(|cause| RecordError::Encode(Arc::new(cause)))
}

/// The RFC 6962 leaf hash: SHA-256 of a zero byte and the leaf.
pub(crate) fn hash(leaf: &[u8]) -> Digest {
    Digest::of(&[&[0], leaf].concat())
}

/// What a leaf says that it is, when it says so.
pub(crate) fn kind_word(leaf: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Kinded {
        kind: String,
    }
    serde_json::from_slice::<Kinded>(leaf).ok().map(|kinded| kinded.kind)
}

/// When a leaf was recorded, as it says.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let said = |pointer| value.pointer(pointer).and_then(serde_json::Value::as_str);
    Timestamp::parse(said("/circumstances/recorded_at").or_else(|| said("/judgement/at"))?).ok()
}

/// What a leaf speaks of, when this build knows it.
pub(crate) fn kind_of(index: u64, text: &str) -> Result<Kind, ReadError> {
    #[derive(Deserialize)]
    struct Kinded {
        kind: Kind,
    }
    let unreadable =
        |cause: serde_json::Error| ReadError::Unreadable { what: format!("leaf {index}"), cause: cause.into() };
    serde_json::from_str::<Kinded>(text).map(|kinded| kinded.kind).map_err(unreadable)
}

/// Reads a leaf of the expected shape; the envelope's version is compared first.
pub(crate) fn read<T: DeserializeOwned>(index: u64, text: &str) -> Result<T, ReadError> {
    #[derive(Deserialize)]
    struct Versioned {
        v: u32,
    }
    let unreadable = |cause| ReadError::Unreadable { what: format!("leaf {index}"), cause };
    let versioned: Versioned = serde_json::from_str(text).map_err(|error| unreadable(error.into()))?;
    if versioned.v != VERSION {
        return Err(unreadable(format!("it has version {}, this build knows {VERSION}", versioned.v).into()));
    }
    serde_json::from_str(text).map_err(|error| unreadable(error.into()))
}

#[cfg(test)]
mod tests {
    use super::{Value, hash, read};

    #[test]
    fn the_hash_of_an_empty_leaf_is_the_published_one() {
        let published = "sha256:6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        assert_eq!(hash(b"").to_string(), published);
    }

    #[test]
    fn a_leaf_of_another_version_is_not_guessed_at() {
        let error = read::<Value>(7, r#"{"kind":"decision","v":2}"#).unwrap_err();
        assert_eq!(error.to_string(), "leaf 7 cannot be read by this build: it has version 2, this build knows 1");
    }
}
