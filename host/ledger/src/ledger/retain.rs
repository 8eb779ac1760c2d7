//! Retention runs: bodies that no decision needs any more, found in two readings of all leaves and taken away in portions.
//!
//! The first reading goes by age, from the oldest leaf on, until it has found so many; the second takes away what any leaf still needs.
//! So memory is bounded, and nothing is written while it reads.

use super::{
    Ledger,
    redact::{body_of, stays},
};
use crate::{
    act::{Act, ActRecord},
    compared_with,
    error::{ReadError, RecordError},
    faster::Faster,
    hold::Held,
    private::Salted,
    removal::{List, PORTION},
    retention::{Class, KEPT_MIN, Retention, RetentionRun, Went},
    shape::numbers::moment_text,
    snapshot::Snapshot,
    store::{
        dialect, head, holds,
        named::{self, Named, Part},
        present,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
    time::Duration,
};
use tidegate_core::{digest::Digest, name::Version, time::Timestamp};

/// What one reading finds before the other begins, at most, but for the last page.
const FOUND_MAX: usize = 50_000;
/// How often a reading is begun anew because of what was recorded meanwhile.
const TRIES_MAX: u32 = 3;

/// Who runs it, when, and how.
#[derive(Debug, Clone)]
pub struct Retaining {
    /// A person, or the gate.
    pub by: Arc<str>,
    /// The moment.
    pub at: Timestamp,
    /// Of the build.
    pub host_version: Version,
    /// Between two pages of leaves, and between two leaves that take something away: so slow that decisions do not feel it.
    pub pause: Duration,
}

/// What a run took away, or would.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Retained {
    /// The leaves that say so.
    pub leaves: Vec<u64>,
    /// What went, by its sort.
    pub went: Vec<Went>,
    /// Whether it ended early, because too much was recorded meanwhile: the next run goes on.
    pub is_cut_short: bool,
}

/// Something that goes.
#[derive(Debug, Clone, Copy)]
struct Due {
    class: Class,
    bytes: u64,
    /// When the youngest that named it was recorded.
    until: Timestamp,
}

/// What may go.
#[derive(Debug, Default)]
struct Found {
    bodies: BTreeMap<Digest, Due>,
    texts: BTreeMap<Salted, Due>,
    /// The leaf after the last that was looked at for what may go.
    next: u64,
    /// How many leaves were looked at for what must stay.
    seen: u64,
}

/// By what it is decided.
struct Rules<'a> {
    retention: &'a Retention,
    now: Timestamp,
    held: Vec<Held>,
    /// Decisions of which something is still to be done, or that services are compared with.
    open: BTreeSet<String>,
}

impl Rules<'_> {
    /// Whether all that it names stays, however old it is.
    fn all_stays(&self, named: &Named) -> bool {
        named.decided.as_ref().is_some_and(|decided| {
            self.now.since(named.at) < KEPT_MIN
                || decided.valid_until.is_some_and(|until| until > self.now)
                || self.open.contains(decided.id.as_str())
                || holds::hold(&self.held, decided)
        })
    }

    fn is_due(&self, named: &Named, class: Class) -> bool {
        let set = named.decided.as_ref().map_or("", |decided| decided.set.as_str());
        let kept = self.retention.of(set).of(class);
        kept.is_some_and(|kept| self.now.since(named.at) >= kept.max(KEPT_MIN))
    }

    /// Of what sort a body is to the leaf that names it.
    fn class(named: &Named, part: Part) -> Class {
        match part {
            Part::Document if named.decided.as_ref().is_some_and(|decided| decided.passes) => Class::PassingEvidence,
            // Of acts documents are named by statements alone; lists and sources stay by their kind. What a watch saw is evidence, too.
            Part::Document | Part::Watch | Part::Incident | Part::Act => Class::Evidence,
            Part::Stage | Part::Judgement | Part::Shadow => Class::Bodies,
            Part::Spans => Class::Traces,
        }
    }

    /// What a leaf names and does not need, and what it does need.
    fn sorted(&self, named: &Named) -> (Vec<(Digest, Class)>, Vec<Digest>, bool) {
        let stays = self.all_stays(named);
        let (mut due, mut needed) = (Vec::new(), Vec::new());
        for (digest, part) in &named.bodies {
            let class = Self::class(named, *part);
            if !stays && self.is_due(named, class) { due.push((*digest, class)) } else { needed.push(*digest) }
        }
        // What people are called who did something else than ask for decisions stays.
        let texts_go = named.decided.is_some() && !stays && self.is_due(named, Class::Texts);
        (due, needed, texts_go)
    }
}

impl Ledger {
    /// What a run at that moment would take away.
    pub async fn retainable(&self, retention: &Retention, now: Timestamp) -> Result<Retained, ReadError> {
        let (mut retained, mut from) = (Retained::default(), 0);
        while !retention.keeps_all() {
            let found = self.due(retention, now, from, Duration::ZERO).await?;
            found.bodies.values().chain(found.texts.values()).for_each(|due| add(&mut retained.went, due));
            if found.next >= found.seen {
                break;
            }
            from = found.next;
        }
        Ok(retained)
    }

    /// Takes away what nothing needs any more, a portion at a time: each leaf and what it takes away are durable together.
    pub async fn retain(&self, retention: &Retention, retaining: &Retaining) -> Result<Retained, RecordError> {
        let (mut retained, mut from, mut tries) = (Retained::default(), 0, 0);
        while !retention.keeps_all() {
            let found = self.due(retention, retaining.at, from, retaining.pause).await?;
            match self.take(&found, retaining, &mut retained).await {
                Ok(()) if found.next >= found.seen => break,
                Ok(()) => from = found.next,
                // Something is named anew, or held: what may go is looked for again.
                Err(RecordError::Faster(Faster::Named | Faster::Held)) => {
                    tries += 1;
                    if tries == TRIES_MAX {
                        retained.is_cut_short = true;
                        break;
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(retained)
    }

    async fn take(&self, found: &Found, retaining: &Retaining, retained: &mut Retained) -> Result<(), RecordError> {
        let bodies: Vec<_> = found.bodies.iter().collect();
        let texts: Vec<_> = found.texts.iter().collect();
        let of_bodies = bodies.chunks(PORTION).map(|some| {
            let list = List { bodies: some.iter().map(|(digest, _)| **digest).collect(), texts: Vec::new() };
            (list, some.iter().map(|(_, due)| **due).collect::<Vec<Due>>())
        });
        let of_texts = texts.chunks(PORTION).map(|some| {
            let list = List { bodies: Vec::new(), texts: some.iter().map(|(salted, _)| **salted).collect() };
            (list, some.iter().map(|(_, due)| **due).collect::<Vec<Due>>())
        });
        for (list, dues) in of_bodies.chain(of_texts).collect::<Vec<_>>() {
            let (body, mut went) = (body_of(&list)?, Vec::new());
            dues.iter().for_each(|due| add(&mut went, due));
            let run = RetentionRun { by: retaining.by.clone(), went, list: Digest::of(&body.bytes), seen: found.seen };
            let record = ActRecord {
                act: Act::Retained(run),
                at: retaining.at,
                host_version: retaining.host_version.clone(),
                bodies: vec![body],
                notices: Vec::new(),
            };
            retained.leaves.push(self.act(record).await?.leaf_index);
            dues.iter().for_each(|due| add(&mut retained.went, due));
            wait(retaining.pause).await;
        }
        Ok(())
    }

    /// The next that may go, from a leaf on.
    async fn due(&self, retention: &Retention, now: Timestamp, from: u64, pause: Duration) -> Result<Found, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        let size = head::tree(&mut connection).await?.size;
        let held = holds::now(&mut connection).await?;
        let mut open = present::open(&mut connection, &moment_text(now)).await?;
        drop(connection);
        let snapshot = dialect::snapshot_of(&self.0.reads).await?;
        let mut view = Snapshot::of(snapshot, self.0.config.body_bytes_max);
        open.extend(compared_with::now(&mut view, size, u64::MAX).await?);
        drop(view);
        let rules = Rules { retention, now, held, open };
        let mut found = Found { next: from, seen: size, ..Found::default() };
        while found.next < size && found.bodies.len() + found.texts.len() < FOUND_MAX {
            let page = self.names(found.next..size, pause).await?;
            found.next += page.len() as u64;
            self.add_due(&rules, &page, &mut found).await?;
        }
        let mut next = 0;
        while next < size && !(found.bodies.is_empty() && found.texts.is_empty()) {
            let page = self.names(next..size, pause).await?;
            next += page.len() as u64;
            for named in &page {
                let (due, needed, texts_go) = rules.sorted(named);
                for digest in needed {
                    found.bodies.remove(&digest);
                }
                // Who needed it last says how long it was kept, and as what.
                for (digest, class) in due {
                    if let Some(known) = found.bodies.get_mut(&digest).filter(|known| known.until <= named.at) {
                        (known.until, known.class) = (named.at, class);
                    }
                }
                for salted in &named.texts {
                    if !texts_go {
                        found.texts.remove(salted);
                    } else if let Some(known) = found.texts.get_mut(salted) {
                        known.until = known.until.max(named.at);
                    }
                }
            }
        }
        Ok(found)
    }

    async fn names(&self, range: Range<u64>, pause: Duration) -> Result<Vec<Named>, ReadError> {
        wait(pause).await;
        named::page(&mut *self.0.reads.acquire().await?, range, self.0.config.body_bytes_max).await
    }

    async fn add_due(&self, rules: &Rules<'_>, page: &[Named], found: &mut Found) -> Result<(), ReadError> {
        let (mut bodies, mut texts) = (BTreeMap::new(), BTreeMap::new());
        for named in page {
            let (due, _, texts_go) = rules.sorted(named);
            bodies.extend(due.into_iter().map(|(digest, class)| (digest, (class, named.at))));
            if texts_go {
                texts.extend(named.texts.iter().map(|salted| (*salted, named.at)));
            }
        }
        let mut connection = self.0.reads.acquire().await?;
        let there = present::bodies(&mut connection, bodies.keys().copied()).await?;
        let waiting = present::waiting(&mut connection, there.keys().copied()).await?;
        for (digest, body) in there.into_iter().filter(|(digest, body)| !stays(body) && !waiting.contains(digest)) {
            if let Some((class, until)) = bodies.get(&digest) {
                found.bodies.insert(digest, Due { class: *class, bytes: body.size, until: *until });
            }
        }
        let known = present::texts(&mut connection, texts.keys().copied()).await?;
        for salted in known {
            if let Some(until) = texts.get(&salted) {
                found.texts.insert(salted, Due { class: Class::Texts, bytes: 0, until: *until });
            }
        }
        Ok(())
    }
}

fn add(went: &mut Vec<Went>, due: &Due) {
    let Due { class, bytes, until } = *due;
    match went.iter_mut().find(|went| went.class == class) {
        Some(went) => {
            went.count += 1;
            went.bytes += bytes;
            went.until = went.until.max(until);
        }
        None => {
            went.push(Went { class, count: 1, bytes, until });
            went.sort_by_key(|went| went.class);
        }
    }
}

async fn wait(pause: Duration) {
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
}
