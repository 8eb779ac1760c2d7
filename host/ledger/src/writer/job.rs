//! What the writer is asked to do, and what it answers.

use crate::{
    act::Act,
    body::Packed,
    error::RecordError,
    evidence::{Expired, Quota, Sender},
    idempotency::Idempotency,
    leaf::{Leaf as _, act::ActLeaf, decision::DecisionLeaf},
    ledger::witnesses::Cosigned,
    notice::{NewNotice, Tried},
    obligation::Mends,
    private::Private,
    projections::Left,
    record::Recorded,
    spans::SpansSent,
    store::documents::Noted,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{digest::Digest, time::Timestamp};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// One thing to do, who waits for it, and its share of the queue's bytes.
pub(crate) struct Job {
    pub(crate) work: Work,
    pub(crate) waiter: oneshot::Sender<Result<Done, RecordError>>,
    pub(crate) bytes: OwnedSemaphorePermit,
}

/// One thing to do. Everything that takes time and needs no database is done.
pub(crate) enum Work {
    Decision(Box<DecisionWork>),
    Act(Box<ActWork>),
    Documents(Documents),
    /// Deletes some uploads of before that moment that no decision names.
    Expire {
        before: Timestamp,
        max: u32,
    },
    /// When tokens were last used, by their ids.
    TokensUsed(BTreeMap<Arc<str>, Timestamp>),
    /// What became of sending a notice.
    NoticeTried {
        id: Arc<str>,
        tried: Tried,
    },
    /// There is a way to these contacts from then on.
    NoticesRouted {
        contacts: Vec<Arc<str>>,
        now: Timestamp,
    },
    /// What became of sending span trees.
    SpansSent(SpansSent),
    /// What a witness saw.
    Cosigned(Box<Cosigned>),
    /// About what a decision takes, durably: shows whether the store works.
    Probe,
    /// Nothing: it waits until the leaves before this one are found.
    KeepUp {
        until: u64,
    },
}

impl Work {
    /// Whether somebody is to be told of it.
    pub(crate) fn notices(&self) -> bool {
        match self {
            Self::Decision(work) => !work.notices.is_empty(),
            Self::Act(work) => !work.notices.is_empty(),
            Self::NoticesRouted { .. } => true,
            _ => false,
        }
    }

    /// Texts of people that its leaf has.
    pub(crate) fn privates(&mut self) -> Vec<&mut Private> {
        match self {
            Self::Decision(work) => work.leaf.privates(),
            Self::Act(work) => work.leaf.privates(),
            _ => Vec::new(),
        }
    }

    /// Whether there is a span tree to be sent with it.
    pub(crate) fn spans(&self) -> bool {
        matches!(self, Self::Decision(work) if work.leaf.circumstances.spans.is_some())
    }
}

pub(crate) struct DecisionWork {
    pub(crate) leaf: DecisionLeaf,
    pub(crate) bodies: Vec<Packed>,
    pub(crate) received: Vec<Noted>,
    /// Every document that it was made from, by what is kept of it.
    pub(crate) documents: Vec<Digest>,
    /// Those of them that have to be there already.
    pub(crate) held: Vec<Digest>,
    pub(crate) sender: Sender,
    pub(crate) quota: Quota,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) left: Left,
    pub(crate) mends: Mends,
    pub(crate) notices: Vec<NewNotice>,
}

pub(crate) struct ActWork {
    pub(crate) leaf: ActLeaf,
    pub(crate) act: Act,
    pub(crate) at: Timestamp,
    pub(crate) bodies: Vec<Packed>,
    pub(crate) notices: Vec<NewNotice>,
    /// Of the scope whose document the act makes, where it makes one.
    pub(crate) quota: Quota,
    /// Of bodies that are read back.
    pub(crate) body_bytes_max: usize,
}

pub(crate) struct Documents {
    pub(crate) bodies: Vec<Packed>,
    pub(crate) received: Vec<Noted>,
    pub(crate) sender: Sender,
    pub(crate) quota: Quota,
}

/// What was done.
#[derive(Debug)]
pub(crate) enum Done {
    Recorded(Recorded),
    Received(BTreeMap<Digest, Timestamp>),
    Expired(Expired),
    Noted,
    Probed,
}

impl Done {
    /// The hash of the leaf that was appended, if one was.
    pub(crate) fn appended(&self) -> Option<Digest> {
        match self {
            Self::Recorded(Recorded { leaf_hash, replayed: None, .. }) => Some(*leaf_hash),
            Self::Recorded(_) | Self::Received(_) | Self::Expired(_) | Self::Noted | Self::Probed => None,
        }
    }
}
