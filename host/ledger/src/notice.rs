//! Who is to be told of what was recorded, and whether they were.

use crate::id::DecisionId;
use std::sync::Arc;
use tidegate_core::time::Timestamp;

/// Notices of one record, at most.
pub const NOTICES_MAX: usize = 16;
/// Bytes of one notice's body, at most. A deployment fits into a leaf (64 KiB), and whoever composes a notice bounds the rest: none is refused
/// for this, and no emergency with it.
pub const NOTICE_BYTES_MAX: usize = 128 << 10;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// A deployment was forced: it is allowed, or awaits its confirmation.
    BreakGlassForced,
    /// A forced deployment was confirmed.
    BreakGlassConfirmed,
    /// A rollback is to be done.
    RollbackOrdered,
    /// A deployment was refused until something is mended.
    Remediate,
    /// A deployment was held.
    Hold,
    /// A deployment was forced.
    Forced,
    /// An incident was opened.
    IncidentOpened,
    /// Nobody acknowledged an incident in time.
    IncidentEscalated,
    /// An incident stands otherwise.
    IncidentUpdated,
    /// An incident is over.
    IncidentResolved,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::BreakGlassForced,
        Self::BreakGlassConfirmed,
        Self::RollbackOrdered,
        Self::Remediate,
        Self::Hold,
        Self::Forced,
        Self::IncidentOpened,
        Self::IncidentEscalated,
        Self::IncidentUpdated,
        Self::IncidentResolved,
    ];

    /// The word used in JSON and SQL.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BreakGlassForced => "break_glass_forced",
            Self::BreakGlassConfirmed => "break_glass_confirmed",
            Self::RollbackOrdered => "rollback_ordered",
            Self::Remediate => "remediate",
            Self::Hold => "hold",
            Self::Forced => "forced",
            Self::IncidentOpened => "incident_opened",
            Self::IncidentEscalated => "incident_escalated",
            Self::IncidentUpdated => "incident_updated",
            Self::IncidentResolved => "incident_resolved",
        }
    }

    /// Whether it is an order to a program: its contact is then an order's name.
    #[must_use]
    pub fn is_order(self) -> bool {
        self.addressee() == Addressee::Program
    }

    /// Who is told.
    #[must_use]
    pub fn addressee(self) -> Addressee {
        match self {
            Self::BreakGlassForced | Self::BreakGlassConfirmed => Addressee::OfTheForced,
            Self::RollbackOrdered | Self::Remediate | Self::Hold | Self::Forced => Addressee::Program,
            Self::IncidentOpened | Self::IncidentEscalated | Self::IncidentUpdated | Self::IncidentResolved => {
                Addressee::OfIncidents
            }
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Who is told. What came with a later build is kept apart for each, because an older build cannot read a kind that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressee {
    /// Whoever is told of forced deployments.
    OfTheForced,
    /// A program, which is to do something.
    Program,
    /// Whoever answers for incidents.
    OfIncidents,
}

/// How a notice stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeState {
    /// It is to be sent.
    Pending,
    /// It was taken.
    Delivered,
    /// It was tried often and long enough.
    Failed,
    /// Nobody said where its contact is reached.
    Undeliverable,
}

impl NoticeState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Delivered, Self::Failed, Self::Undeliverable];

    /// The word used in JSON and SQL.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Undeliverable => "undeliverable",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A notice on its way into the table, beside the leaf that causes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Unique; whoever receives it twice knows it by this.
    pub id: Arc<str>,
    /// What it is about.
    pub kind: NoticeKind,
    /// The decision that it speaks of.
    pub decision: DecisionId,
    /// Who, as the policy set names them; of an order, which one.
    pub contact: Arc<str>,
    /// What the set says of that contact.
    pub address: Arc<str>,
    /// What is sent, at most [`NOTICE_BYTES_MAX`].
    pub body: Arc<str>,
    /// When it is written, and may be sent.
    pub at: Timestamp,
}

/// A notice as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: Arc<str>,
    /// What it is about.
    pub kind: NoticeKind,
    /// The decision that it speaks of.
    pub decision: DecisionId,
    /// Who, as the policy set names them; of an order, which one.
    pub contact: Arc<str>,
    /// What the set says of that contact.
    pub address: Arc<str>,
    /// How it stands.
    pub state: NoticeState,
    /// When it was written.
    pub written_at: Timestamp,
    /// How often it was sent.
    pub attempts: u32,
    /// When it was taken.
    pub delivered_at: Option<Timestamp>,
    /// What the last attempt came to that failed.
    pub last_error: Option<String>,
}

/// A notice that is to be sent now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueNotice {
    /// Its id.
    pub id: Arc<str>,
    /// What it is about.
    pub kind: NoticeKind,
    /// Who, as the policy set names them; of an order, which one.
    pub contact: Arc<str>,
    /// What is sent.
    pub body: Arc<str>,
    /// When it was written.
    pub written_at: Timestamp,
    /// How often it was sent before.
    pub attempts: u32,
}

/// What became of sending a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It was taken.
    Delivered(Timestamp),
    /// It was not, and is sent again then.
    Again {
        /// When.
        next: Timestamp,
        /// Why it was not taken.
        error: String,
    },
    /// It was not, and that was the last time.
    GaveUp {
        /// Why it was not taken.
        error: String,
    },
    /// It was not sent: nobody said where its contact is reached.
    NoRoute,
}

/// How many notices stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoticeCounts {
    /// To be sent.
    pub pending: u64,
    /// Taken.
    pub delivered: u64,
    /// Given up.
    pub failed: u64,
    /// Without a way to their contact.
    pub undeliverable: u64,
}
