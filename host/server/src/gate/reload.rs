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
        ACTOR, Gate, activation, blocking, clock,
        error::listed,
        in_force::{InForce, Origin},
        material::Material,
        plugins::{Active, Pinning, PolicyError},
    },
    telemetry::names,
};
use notes::Notes;
use std::{collections::BTreeSet, path::PathBuf, sync::Arc};
use tidegate_core::{digest::Digest, time::Timestamp};
use tidegate_engine::engine::Engine;
use tidegate_ledger::error::RecordError;
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
        }
    }

    /// Who is said to have done it, in the record.
    #[must_use]
    pub fn actor(&self) -> &str {
        match self {
            Self::Start => ACTOR,
            Self::Request(by) => by,
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
    /// The activation could not be recorded.
    #[error("the activation could not be recorded: {0}")]
    Record(#[from] RecordError),
    /// The gate stops.
    #[error("the gate is stopping")]
    Stopping,
    /// A thread died.
    #[error("the gate's own fault: {0}")]
    Internal(String),
}

impl ReloadError {
    /// What the caller reads.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Policies(error) => listed(ProblemKind::PoliciesRefused, &error.placed()),
            Self::Record(_) | Self::Stopping => {
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
}

/// Files as they were seen, and what became of them.
#[derive(Debug)]
pub struct Loading {
    /// Equal for equal files.
    pub seen: Digest,
    /// A bundle with its plugins, or everything that is wrong.
    pub made: Result<Active, PolicyError>,
}

impl PolicyFiles {
    /// Reads the files and loads the plugins that they name; those that are loaded already `before` are not loaded again. Takes
    /// as long as compiling takes.
    #[must_use]
    pub fn load(&self, engine: &Engine, before: Option<&Active>) -> Loading {
        let read = self.read(engine);
        let seen = seen(&read);
        let assemble = |material: Material| Active::assemble(engine, &material, self.pinning, before);
        let made = read.map_err(PolicyError::from).and_then(assemble).and_then(|active| self.reachable(active));
        Loading { seen, made }
    }

    /// The policies, if every issuer's keys lie where this gate may ask.
    fn reachable(&self, active: Active) -> Result<Active, PolicyError> {
        let mistakes = active.bundle().identities().unknown_destinations(&self.destinations);
        if mistakes.is_empty() { Ok(active) } else { Err(PolicyError::Mistakes(mistakes)) }
    }

    fn read(&self, engine: &Engine) -> Result<Material, PoliciesError> {
        Material::read(&self.paths, engine.limits().component_bytes_max)
    }
}

fn seen(read: &Result<Material, PoliciesError>) -> Digest {
    match read {
        Ok(material) => material.digest(),
        Err(error) => Digest::of(error.to_string().as_bytes()),
    }
}

/// Everything that has to do with reloads.
#[derive(Debug)]
pub struct Reloads {
    files: PolicyFiles,
    turns: Turns<Result<Reloaded, ReloadError>>,
    notes: Notes,
}

impl Reloads {
    /// Of these files, which were `seen` when the gate started; `refused` when they could not be used.
    #[must_use]
    pub fn new(files: PolicyFiles, seen: Digest, refused: Option<&PolicyError>) -> Self {
        let notes = Notes::default();
        notes.start(seen, refused);
        Self { files, turns: Turns::default(), notes }
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
        let span = info_span!("tidegate.load", { names::ERROR_TYPE } = Empty);
        let before = self.in_force.get();
        let (files, known, inside) = (self.reloads.files.clone(), before.clone(), span.clone());
        let loading = move || inside.in_scope(|| files.load(&known.bench.engine, Some(&known.bench.active)));
        let (seen, result) = match blocking(loading).await {
            Err(error) => (None, Err(ReloadError::Internal(error.to_string()))),
            Ok(Loading { seen, made: Err(error) }) => (Some(seen), Err(ReloadError::Policies(Arc::new(error)))),
            Ok(Loading { seen, made: Ok(active) }) => {
                (Some(seen), self.swap(active, &before, &trigger).instrument(span.clone()).await)
            }
        };
        if result.is_err() {
            span.record(names::ERROR_TYPE, notes::word(&result));
        }
        self.metrics.reloaded(notes::word(&result));
        self.reloads.notes.note(trigger, seen, &result);
        result
    }

    /// Records the activation, and only then swaps.
    async fn swap(&self, active: Active, before: &InForce, trigger: &Trigger) -> Result<Reloaded, ReloadError> {
        let (old, new) = (before.bench.active.bundle().digest(), active.bundle().digest());
        // Also other files that make the same bundle are recorded: the last good ones are those of the record.
        let since = if old == new && before.bench.active.sources() == active.sources() {
            before.since
        } else {
            let at = clock::now();
            activation::record(&self.ledger, &active, Some(old), trigger.actor(), at).await?;
            at
        };
        // Also when nothing changed: the files may have been mended.
        self.in_force.set(InForce { bench: before.bench.with(active), since, origin: Origin::Files });
        self.metrics.in_force(&new.to_string(), Origin::Files.word(), since);
        self.warn_of_unrouted(&self.active());
        Ok(Reloaded { old, new, since })
    }

    /// The files as they are now, as one digest.
    fn look(&self) -> Digest {
        seen(&self.reloads.files.read(&self.in_force.get().bench.engine))
    }
}
