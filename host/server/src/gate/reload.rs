//! Other policies while the gate serves: loaded beside those in force, recorded, and then swapped whole.
//!
//! **Invariant:** files with a mistake change nothing. **Invariant:** nothing is decided by a bundle before the leaf of its
//! activation is durable. **Invariant:** a request is decided by the bundle that was in force when it began to be decided.

mod notes;
mod turns;
pub(crate) mod watch;

pub use notes::LastReload;

use crate::{
    api::problem::{Problem, ProblemKind},
    config::policies::PoliciesError,
    gate::{
        ACTOR, Gate,
        activation::{self, LastGoodError},
        blocking,
        bundles::{self, Source},
        clock,
        error::{listed, placed},
        in_force::{InForce, Origin},
        material::{
            Material,
            components::{FromRegistries, NotAsked},
        },
        plugins::{Active, Pinning, PolicyError},
    },
    registries::Registries,
    telemetry::names,
};
use notes::Notes;
use std::{collections::BTreeSet, future::Future, path::PathBuf, sync::Arc};
use tidegate_bundle::trust::Trust;
use tidegate_core::{digest::Digest, time::Timestamp};
use tidegate_engine::engine::Engine;
use tidegate_ledger::error::{ReadError, RecordError};
use tracing::{Instrument as _, field::Empty, info_span};
use turns::Turns;

/// What asked for the policies to be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// The gate's start.
    Start,
    /// SIGHUP.
    Signal,
    /// `POST /v1/reload`, by that principal.
    Request(Arc<str>),
    /// The files changed.
    Watch,
    /// A bundle that was handed in, by that principal.
    Bundle(Arc<str>),
    /// An earlier bundle that was asked for, by that principal.
    Revert(Arc<str>),
}

impl Trigger {
    /// In the status and in the log.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Signal => "signal",
            Self::Request(_) => "request",
            Self::Watch => "watch",
            Self::Bundle(_) => "bundle",
            Self::Revert(_) => "revert",
        }
    }

    /// Who is said to have done it, in the record.
    #[must_use]
    pub fn actor(&self) -> &str {
        match self {
            Self::Start => ACTOR,
            Self::Request(by) | Self::Bundle(by) | Self::Revert(by) => by,
            Self::Signal => "signal@host",
            Self::Watch => "files@host",
        }
    }
}

/// A reload that came to an end: these policies are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reloaded {
    /// The bundle before.
    pub old: Digest,
    /// The bundle now.
    pub new: Digest,
    /// When it was activated.
    pub since: Timestamp,
}

impl Reloaded {
    /// Whether other policies are in force now.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.old != self.new
    }
}

/// Why the policies in force are still those from before.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReloadError {
    /// The files.
    #[error("{0}")]
    Policies(Arc<PolicyError>),
    /// Nobody says whose signatures count.
    #[error(
        "this gate takes its policies from files; `bundle` in its configuration says whose signed bundles it takes instead"
    )]
    NoTrust,
    /// No such bundle was in force.
    #[error("{}", no_earlier(.0.as_ref()))]
    NoEarlier(Option<Digest>),
    /// What was in force before cannot be made again.
    #[error("{0}")]
    Earlier(Arc<LastGoodError>),
    /// The activation could not be recorded.
    #[error("the activation could not be recorded: {0}")]
    Record(#[from] RecordError),
    /// The record could not be read.
    #[error("the record could not be read: {0}")]
    Read(Arc<ReadError>),
    /// The gate stops.
    #[error("the gate is stopping")]
    Stopping,
    /// A thread died.
    #[error("the gate's own fault: {0}")]
    Internal(String),
}

fn no_earlier(wanted: Option<&Digest>) -> String {
    match wanted {
        Some(digest) => format!("no signed bundle {digest} was in force here"),
        None => "no other signed bundle was in force here before".to_owned(),
    }
}

impl From<ReadError> for ReloadError {
    fn from(error: ReadError) -> Self {
        Self::Read(Arc::new(error))
    }
}

impl From<LastGoodError> for ReloadError {
    fn from(error: LastGoodError) -> Self {
        match error {
            LastGoodError::Read(error) => error.into(),
            other => Self::Earlier(Arc::new(other)),
        }
    }
}

impl ReloadError {
    /// What the caller reads.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Policies(error) => listed(ProblemKind::PoliciesRefused, &error.placed()),
            Self::NoTrust => listed(ProblemKind::PoliciesRefused, &[placed("bundle", self)]),
            Self::Earlier(error) => listed(ProblemKind::PoliciesRefused, &[placed("bundle", error)]),
            Self::NoEarlier(_) => Problem::new(ProblemKind::NotFound, self.to_string()),
            Self::Record(_) | Self::Read(_) | Self::Stopping => {
                Problem::new(ProblemKind::RecordUnavailable, format!("{self}; the policies from before stay in force"))
            }
            Self::Internal(_) => Problem::new(ProblemKind::Internal, ProblemKind::Internal.page().cause),
        }
    }
}

/// Where the policies lie, and what is asked of them.
#[derive(Debug, Clone)]
pub struct PolicyFiles {
    /// Files, or folders of them.
    pub paths: Vec<PathBuf>,
    /// Whether plugins have to be pinned.
    pub pinning: Pinning,
    /// The destinations that policies may name.
    pub destinations: BTreeSet<String>,
    /// Where plugins may be pulled from.
    pub registries: Arc<Registries>,
}

/// Files as they were seen, and what became of them.
#[derive(Debug)]
pub struct Loading {
    /// Equal for equal files; none when the same ones are worth another try.
    pub seen: Option<Digest>,
    /// A bundle with its plugins, or everything that is wrong.
    pub made: Result<Active, PolicyError>,
}

impl PolicyFiles {
    /// Reads the files and loads the plugins that they name; those that are loaded already `before` are not loaded again. Takes
    /// as long as compiling takes.
    #[must_use]
    pub fn load(&self, engine: &Engine, before: Option<&Active>) -> Loading {
        let mut pulling = self.registries.pulling();
        let read = self.read(engine, &mut pulling);
        let seen = Some(seen(&read)).filter(|_| !pulling.is_unanswered());
        let made = read.map_err(PolicyError::from).and_then(|material| self.assembled(engine, &material, before));
        Loading { seen, made }
    }

    /// What comes of files that were read, wherever they were.
    pub(crate) fn assembled(
        &self,
        engine: &Engine,
        material: &Material,
        before: Option<&Active>,
    ) -> Result<Active, PolicyError> {
        // What people signed names each component by its digest.
        let pinning = if material.signed.is_some() { Pinning::Optional } else { self.pinning };
        self.reachable(Active::assemble(engine, material, pinning, before)?)
    }

    /// The policies, if every issuer's keys lie where this gate may ask.
    fn reachable(&self, active: Active) -> Result<Active, PolicyError> {
        let mistakes = active.bundle().identities().unknown_destinations(&self.destinations);
        if mistakes.is_empty() { Ok(active) } else { Err(PolicyError::Mistakes(mistakes)) }
    }

    fn read(&self, engine: &Engine, registries: &mut dyn FromRegistries) -> Result<Material, PoliciesError> {
        Material::read(&self.paths, engine.limits().component_bytes_max, registries)
    }
}

fn seen(read: &Result<Material, PoliciesError>) -> Digest {
    match read {
        Ok(material) => material.digest(),
        Err(error) => Digest::of(error.to_string().as_bytes()),
    }
}

/// How other policies take the place of those in force.
#[derive(Debug, Clone, Copy)]
pub(super) struct Swapping {
    /// Where they were read from.
    pub(super) origin: Origin,
    /// When they were activated, where the record has that already.
    pub(super) recorded: Option<Timestamp>,
}

/// Everything that has to do with reloads.
#[derive(Debug)]
pub struct Reloads {
    files: PolicyFiles,
    trust: Option<Arc<Trust>>,
    turns: Turns<Result<Reloaded, ReloadError>>,
    notes: Notes,
}

impl Reloads {
    /// Of these files, which were `seen` when the gate started; `refused` when they could not be used.
    #[must_use]
    pub fn new(files: PolicyFiles, seen: Option<Digest>, refused: Option<&PolicyError>) -> Self {
        let notes = Notes::default();
        notes.start(seen, refused);
        Self { files, trust: None, turns: Turns::default(), notes }
    }

    /// Of bundles that these signed, and of nothing else; the record was `seen` so when the gate started.
    #[must_use]
    pub fn of_bundles(files: PolicyFiles, trust: Arc<Trust>, seen: Option<Digest>) -> Self {
        Self { trust: Some(trust), ..Self::new(files, seen, None) }
    }

    /// Whose signed bundles are taken; none: policies are files.
    pub(super) fn trust(&self) -> Option<Arc<Trust>> {
        self.trust.clone()
    }

    pub(super) fn files(&self) -> &PolicyFiles {
        &self.files
    }

    /// One at a time, whatever others are waiting for.
    pub(super) async fn alone<T, F: Future<Output = T>>(&self, work: impl FnOnce() -> F) -> Option<T> {
        self.turns.alone(work).await
    }

    /// Whether plugins have to be pinned.
    #[must_use]
    pub fn pinning(&self) -> Pinning {
        self.files.pinning
    }

    /// What came of the last one; none before the first, unless the gate started on its last good bundle.
    #[must_use]
    pub fn last(&self) -> Option<LastReload> {
        self.notes.last()
    }

    fn seen(&self) -> Option<Digest> {
        self.notes.seen()
    }
}

impl Gate {
    /// What is known of reloads.
    #[must_use]
    pub fn reloads(&self) -> &Reloads {
        &self.reloads
    }

    /// Loads the policies anew. One at a time; whoever asks meanwhile shares the next one. Goes on to its end even when nobody
    /// waits for it any more.
    pub async fn reload(self: &Arc<Self>, trigger: Trigger) -> Result<Reloaded, ReloadError> {
        let gate = self.clone();
        let task = tokio::spawn(async move {
            let taken = gate.reloads.turns.take(|| gate.load_and_swap(trigger)).await;
            taken.unwrap_or(Err(ReloadError::Stopping))
        });
        task.await.unwrap_or_else(|error| Err(ReloadError::Internal(error.to_string())))
    }

    /// Waits for a reload that was begun; no other begins after it.
    pub async fn close_reloads(&self) {
        self.reloads.turns.close().await;
    }

    async fn load_and_swap(&self, trigger: Trigger) -> Result<Reloaded, ReloadError> {
        if self.reloads.trust.is_some() {
            return self.take_bundle(Source::Last, trigger).await;
        }
        let span = info_span!("tidegate.load", { names::ERROR_TYPE } = Empty);
        let before = self.in_force.get();
        let (files, known, inside) = (self.reloads.files.clone(), before.clone(), span.clone());
        let loading = move || inside.in_scope(|| files.load(&known.bench.engine, Some(&known.bench.active)));
        let (seen, result) = match blocking(loading).await {
            Err(error) => (None, Err(ReloadError::Internal(error.to_string()))),
            Ok(Loading { seen, made: Err(error) }) => (seen, Err(ReloadError::Policies(Arc::new(error)))),
            Ok(Loading { seen, made: Ok(active) }) => {
                let swapping = Swapping { origin: Origin::Files, recorded: None };
                (seen, self.swap(active, &before, &trigger, swapping).instrument(span.clone()).await)
            }
        };
        if result.is_err() {
            span.record(names::ERROR_TYPE, notes::word(&result));
        }
        self.note_reload(trigger, seen, &result);
        result
    }

    /// Where everybody can see it.
    pub(super) fn note_reload(&self, trigger: Trigger, seen: Option<Digest>, result: &Result<Reloaded, ReloadError>) {
        self.metrics.reloaded(notes::word(result));
        self.reloads.notes.note(trigger, seen, result);
    }

    /// Records the activation, and only then swaps.
    pub(super) async fn swap(
        &self,
        active: Active,
        before: &InForce,
        trigger: &Trigger,
        Swapping { origin, recorded }: Swapping,
    ) -> Result<Reloaded, ReloadError> {
        let (old, new) = (before.bench.active.bundle().digest(), active.bundle().digest());
        // Also other files that make the same bundle are recorded: the last good ones are those of the record.
        let since = match recorded {
            Some(at) => at,
            None if old == new && before.bench.active.sources() == active.sources() => before.since,
            None => {
                let at = clock::now();
                activation::record(&self.ledger, &active, Some(old), trigger.actor(), at).await?;
                at
            }
        };
        // Also when nothing changed: the files may have been mended.
        self.in_force.set(InForce { bench: before.bench.with(active), since, origin });
        self.metrics.in_force(&new.to_string(), origin.word(), since);
        self.warn_of_unrouted(&self.active());
        Ok(Reloaded { old, new, since })
    }

    /// The files as they are now, or what the record has as the bundle in force, as one digest; none: that cannot be said.
    async fn look(self: &Arc<Self>) -> Option<Digest> {
        if self.reloads.trust.is_some() {
            return bundles::look(&self.ledger).await.ok().flatten();
        }
        let gate = self.clone();
        let look = move || seen(&gate.reloads.files.read(&gate.in_force.get().bench.engine, &mut NotAsked));
        blocking(look).await.ok()
    }
}
