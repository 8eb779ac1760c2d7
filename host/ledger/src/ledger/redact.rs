//! Redactions: what is to go is looked for, held against legal holds, and taken away by leaves that say so.

mod person;

use super::Ledger;
use crate::{
    act::{Act, ActRecord},
    body::{Body, BodyKind},
    config::LedgerConfig,
    error::{ReadError, RecordError, StoreError},
    id::DecisionId,
    place::Place,
    private::Salted,
    removal::{List, PORTION, Redaction, Target, Weight},
    store::{
        dialect, head, holds,
        named::{self, Decided, Named, Part},
        open::Writing,
        present::{self, There},
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tidegate_core::{digest::Digest, name::Version, time::Timestamp};

/// Kinds of bodies that no redaction takes: what was in force, and what says what went.
const STAYS: [BodyKind; 6] = [
    BodyKind::PolicySet,
    BodyKind::Bundle,
    BodyKind::Sources,
    BodyKind::Plugin,
    BodyKind::Configuration,
    BodyKind::Removal,
];

pub(super) fn stays(there: &There) -> bool {
    STAYS.iter().any(|kind| kind.word() == there.kind)
}

/// Why nothing, or nothing more, was redacted.
#[derive(Debug, thiserror::Error)]
pub enum NotRedacted {
    /// There is none of it.
    #[error("the record has nothing of that")]
    Nothing,
    /// It lies in an archive, which is a file of its own.
    #[error(
        "decision `{decision}` lies in the archive with the manifest `{manifest}`: what is to go has to go from there"
    )]
    Archived {
        /// Which.
        decision: DecisionId,
        /// Of the archive.
        manifest: Digest,
    },
    /// A legal hold keeps it.
    #[error("decision `{decision}` is held, and names what is to go: a legal hold has to be lifted first")]
    Held {
        /// The first that was found.
        decision: DecisionId,
    },
    /// It was in force, or says what went.
    #[error("body `{digest}` is a {kind}: it stays")]
    Stays {
        /// Which.
        digest: Digest,
        /// What it is.
        kind: String,
    },
    /// A name that would be found everywhere.
    #[error("`{name}` is too short to be looked for: at least {least} characters")]
    Short {
        /// As it was asked for.
        name: Arc<str>,
        /// Characters.
        least: usize,
    },
    /// Whoever may still ask is not forgotten.
    #[error("token `{id}` is theirs and still good: revoke it first")]
    Token {
        /// Its id.
        id: Arc<str>,
    },
    /// One person is not two.
    #[error("both are `{who}`: somebody else has to agree to it too")]
    OnePerson {
        /// Who.
        who: Arc<str>,
    },
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// What a redaction would take away.
#[derive(Debug, Clone, Default)]
pub struct Redactable {
    bodies: BTreeMap<Digest, There>,
    texts: BTreeSet<Salted>,
    notices: BTreeSet<DecisionId>,
    seen: u64,
    /// Bodies of policies, plugins and configurations that have a person's name and stay.
    pub policies: u64,
}

/// Who wants it, and when.
#[derive(Debug, Clone)]
pub struct Redacting {
    /// Two persons; authenticated.
    pub by: [Arc<str>; 2],
    /// Why.
    pub reason: Arc<str>,
    /// Where it is written down, if anywhere.
    pub ticket: Option<Arc<str>>,
    /// The moment.
    pub at: Timestamp,
    /// Of the build.
    pub host_version: Version,
}

/// What was redacted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Redacted {
    /// The leaves that say so.
    pub leaves: Vec<u64>,
    /// How much went.
    pub weight: Weight,
}

impl Redactable {
    /// How much would go.
    #[must_use]
    pub fn weight(&self) -> Weight {
        let bytes = self.bodies.values().map(|there| there.size).sum();
        Weight { bodies: self.bodies.len() as u64, bytes, texts: self.texts.len() as u64 }
    }

    /// Notices of these decisions would lose their words.
    #[must_use]
    pub fn notices(&self) -> usize {
        self.notices.len()
    }

    fn portions(&self) -> Vec<(List, Weight)> {
        let bodies: Vec<_> = self.bodies.iter().collect();
        let of_bodies = bodies.chunks(PORTION).map(|some| {
            let bytes = some.iter().map(|(_, there)| there.size).sum();
            let weight = Weight { bodies: some.len() as u64, bytes, texts: 0 };
            (List { bodies: some.iter().map(|(digest, _)| **digest).collect(), texts: Vec::new() }, weight)
        });
        let texts: Vec<Salted> = self.texts.iter().copied().collect();
        let of_texts = texts.chunks(PORTION).map(|some| {
            let weight = Weight { texts: some.len() as u64, ..Weight::default() };
            (List { bodies: Vec::new(), texts: some.to_vec() }, weight)
        });
        of_bodies.chain(of_texts).collect()
    }
}

impl Ledger {
    /// What a redaction would take away at that moment. Reads every leaf.
    pub async fn redactable(&self, target: &Target, now: Timestamp) -> Result<Redactable, NotRedacted> {
        let mut connection = self.0.reads.acquire().await.map_err(ReadError::from)?;
        let held = holds::now(&mut connection).await?;
        let seen = head::tree(&mut connection).await?.size;
        drop(connection);
        let mut found = match target {
            Target::Person(name) => self.of_person(name, now).await?,
            Target::Body(digest) => self.of_bodies(&BTreeSet::from([*digest])).await?,
            Target::Evidence { decision, label } => {
                if let Some(elsewhere) = self.elsewhere(decision).await? {
                    let manifest = elsewhere.archived.archive.manifest;
                    return Err(NotRedacted::Archived { decision: decision.clone(), manifest });
                }
                let documents = self.documents(decision, label).await?;
                self.of_bodies(&documents).await?
            }
        };
        found.seen = seen;
        if found.bodies.is_empty() && found.texts.is_empty() && found.notices.is_empty() {
            return Err(NotRedacted::Nothing);
        }
        if !held.is_empty() {
            let (bodies, texts) = (found.bodies.keys().copied().collect(), found.texts.clone());
            let mut kept = None;
            self.each_named(|named| {
                if let Some(decided) = named.decided.as_ref().filter(|decided| holds::hold(&held, decided))
                    && kept.is_none()
                    && named.any(&bodies, &texts)
                {
                    kept = Some(decided.id.clone());
                }
            })
            .await?;
            if let Some(decision) = kept {
                return Err(NotRedacted::Held { decision });
            }
        }
        Ok(found)
    }

    /// Takes away what is asked for, in portions: each leaf and what it takes away are durable together. What was begun and not ended is
    /// ended by asking again.
    pub async fn redact(&self, target: Target, redacting: Redacting) -> Result<Redacted, NotRedacted> {
        let Redacting { by, reason, ticket, at, host_version } = redacting;
        let [one, other] = &by;
        if one.trim().eq_ignore_ascii_case(other.trim()) {
            return Err(NotRedacted::OnePerson { who: one.clone() });
        }
        let found = self.redactable(&target, at).await?;
        let mut portions = found.portions();
        if portions.is_empty() {
            portions.push((List::default(), Weight::default()));
        }
        let mut notices: Vec<DecisionId> = found.notices.iter().cloned().collect();
        let mut redacted = Redacted { leaves: Vec::new(), weight: found.weight() };
        for (list, weight) in portions {
            let body = body_of(&list)?;
            let act = Act::Redacted(Redaction {
                target: target.clone(),
                by: by.clone(),
                reason: reason.clone(),
                ticket: ticket.clone(),
                weight,
                list: Digest::of(&body.bytes),
                seen: found.seen,
                notices: std::mem::take(&mut notices),
            });
            let record =
                ActRecord { act, at, host_version: host_version.clone(), bodies: vec![body], notices: Vec::new() };
            redacted.leaves.push(self.act(record).await?.leaf_index);
        }
        Ok(redacted)
    }

    /// Calls with what each leaf names, in their order.
    pub(super) async fn each_named(&self, mut each: impl FnMut(&Named)) -> Result<u64, ReadError> {
        let size = head::tree(&mut *self.0.reads.acquire().await?).await?.size;
        let mut next = 0;
        while next < size {
            let mut connection = self.0.reads.acquire().await?;
            let page = named::page(&mut connection, next..size, self.0.config.body_bytes_max).await?;
            next += page.len() as u64;
            page.iter().for_each(&mut each);
        }
        Ok(size)
    }

    /// The documents that a decision was given under a name.
    async fn documents(&self, decision: &DecisionId, label: &str) -> Result<BTreeSet<Digest>, NotRedacted> {
        let mut documents = BTreeSet::new();
        self.each_named(|named| {
            let Some(Decided { id, evidence, .. }) = &named.decided else { return };
            if id == decision {
                documents.extend(evidence.iter().filter(|one| one.label == label).map(|one| one.digest));
            }
        })
        .await?;
        if documents.is_empty() { Err(NotRedacted::Nothing) } else { Ok(documents) }
    }

    /// These bodies, and of every decision that had one of them what stages and candidates said, its span tree and its notices: any of
    /// them may quote it.
    async fn of_bodies(&self, wanted: &BTreeSet<Digest>) -> Result<Redactable, NotRedacted> {
        let (mut all, mut notices) = (wanted.clone(), BTreeSet::new());
        self.each_named(|named| {
            let Some(decided) = &named.decided else { return };
            if !named.bodies.iter().any(|(digest, part)| *part != Part::Spans && wanted.contains(digest)) {
                return;
            }
            let said = named.bodies.iter().filter(|(_, part)| matches!(part, Part::Stage | Part::Shadow | Part::Spans));
            all.extend(said.map(|(digest, _)| *digest));
            notices.insert(decided.id.clone());
        })
        .await?;
        let mut connection = self.0.reads.acquire().await.map_err(ReadError::from)?;
        let bodies = present::bodies(&mut connection, all).await.map_err(ReadError::from)?;
        for (digest, there) in &bodies {
            if stays(there) {
                return Err(NotRedacted::Stays { digest: *digest, kind: there.kind.clone() });
            }
        }
        let notices = if bodies.is_empty() { BTreeSet::new() } else { notices };
        Ok(Redactable { bodies, notices, ..Redactable::default() })
    }
}

pub(super) fn body_of(list: &List) -> Result<Body, RecordError> {
    let bytes = list.bytes().map_err(|cause| RecordError::Encode(Arc::new(cause)))?;
    Ok(Body { kind: BodyKind::Removal, bytes: bytes.into() })
}

/// Writes the database anew without what was deleted from it: of a file nothing of it is left, in the write-ahead log neither. On PostgreSQL
/// the space is given free; what its own log and its copies have is its administrator's. Nobody may have the file open.
pub async fn erase(place: impl Into<Place>, config: &LedgerConfig) -> Result<(), StoreError> {
    let place = place.into();
    let mut connection = Writing::new(&place, config).session().await?;
    dialect::erase(&mut connection).await?;
    sqlx::Connection::close(connection).await?;
    Ok(())
}
