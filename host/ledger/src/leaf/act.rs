//! Leaves of acts.

use super::{Envelope, Kind, Leaf, VERSION};
use crate::{
    act::{Act, ActRecord},
    error::ReadError,
    private::Private,
    shape::{maybe, one},
};
use serde::{Serialize, Serializer};
use tidegate_core::{digest::Digest, name::Version, time::Timestamp};

#[derive(Debug, Serialize)]
pub(crate) struct Host {
    #[serde(with = "one")]
    host_version: Version,
}

/// The gate started or stopped.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    #[serde(with = "one")]
    at: Timestamp,
    #[serde(with = "one")]
    configuration: Digest,
}

/// Other policies are in force.
#[derive(Debug, Serialize)]
pub(crate) struct Activation {
    actor: Private,
    #[serde(with = "one")]
    at: Timestamp,
    #[serde(with = "one")]
    new: Digest,
    #[serde(with = "maybe")]
    old: Option<Digest>,
    reviewed_by: Vec<Private>,
}

/// What a leaf of [`Kind::BundleActivated`] says is in force from then on.
pub(crate) fn activated(leaf: &crate::stored::Leaf) -> Result<Digest, ReadError> {
    let unreadable = |cause| ReadError::Unreadable { what: format!("leaf {}", leaf.index), cause };
    let value: serde_json::Value = serde_json::from_str(&leaf.text).map_err(|cause| unreadable(Box::new(cause)))?;
    let new = value.pointer("/judgement/new").and_then(serde_json::Value::as_str).unwrap_or_default();
    Digest::parse(new).map_err(|cause| unreadable(Box::new(cause)))
}

/// The leaf of one act.
#[derive(Debug)]
pub(crate) enum ActLeaf {
    Run(Envelope<Run, Host>),
    Activation(Envelope<Activation, Host>),
}

impl ActLeaf {
    pub(crate) fn of(record: &ActRecord) -> Self {
        let ActRecord { act, at, host_version, bodies: _ } = record;
        let (at, circumstances) = (*at, Host { host_version: host_version.clone() });
        let run = |kind, configuration: &Digest, circumstances| {
            let judgement = Run { at, configuration: *configuration };
            Self::Run(Envelope { circumstances, judgement, kind, v: VERSION })
        };
        match act {
            Act::Start { configuration } => run(Kind::Start, configuration, circumstances),
            Act::Stop { configuration } => run(Kind::Stop, configuration, circumstances),
            Act::BundleActivated { old, new, actor, reviewed_by } => {
                let judgement = Activation {
                    actor: Private::Text(actor.clone()),
                    at,
                    new: *new,
                    old: *old,
                    reviewed_by: reviewed_by.iter().cloned().map(Private::Text).collect(),
                };
                Self::Activation(Envelope { circumstances, judgement, kind: Kind::BundleActivated, v: VERSION })
            }
        }
    }
}

impl Serialize for ActLeaf {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Run(envelope) => envelope.serialize(serializer),
            Self::Activation(envelope) => envelope.serialize(serializer),
        }
    }
}

impl Leaf for ActLeaf {
    fn kind(&self) -> Kind {
        match self {
            Self::Run(envelope) => envelope.kind,
            Self::Activation(envelope) => envelope.kind,
        }
    }

    fn privates(&mut self) -> Vec<&mut Private> {
        match self {
            Self::Run(_) => Vec::new(),
            Self::Activation(Envelope { judgement, .. }) => {
                std::iter::once(&mut judgement.actor).chain(&mut judgement.reviewed_by).collect()
            }
        }
    }
}
