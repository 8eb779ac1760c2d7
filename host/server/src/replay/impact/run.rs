//! All decisions of a time judged by a candidate, as many at once as there are processors.

use super::{
    compared::{Compared, Now, Side},
    history::{History, read},
    summary::Impact,
};
use crate::{
    gate::{
        case::Case,
        error::GateError,
        plugins::{Active, PolicyError},
        quota::ForcedBefore,
        ruling::Bench,
    },
    replay::{
        again::{self, Places},
        past::Decided,
        reason::{Reason, Stopped},
    },
};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};
use tidegate_core::{
    break_glass::OverrideRequest,
    judgement::{JudgementLimits, SEMANTICS_VERSION},
    name::PolicySetId,
    time::Timestamp,
};
use tidegate_engine::config::Limits;
use tidegate_ledger::{
    error::ReadError,
    id::DecisionId,
    replay::{Came, Replayable},
    snapshot::Reader,
};
use tokio::runtime::Handle;

/// What is judged by what.
#[derive(Debug, Clone)]
pub struct Trial {
    /// Decisions since then,
    pub since: Timestamp,
    /// and before this.
    pub until: Timestamp,
    /// Files of the candidate's policies, or their folder.
    pub candidate: PathBuf,
    /// How plugins are run.
    pub places: Places,
}

/// Why a candidate could not be tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// It is no bundle: every mistake, each with its place.
    #[error("the candidate cannot be loaded:\n{0}")]
    Candidate(PolicyError),
    /// Plugins cannot be run.
    #[error(transparent)]
    Engine(Reason),
    /// The record could not be read.
    #[error(transparent)]
    Record(#[from] ReadError),
}

/// What is said while it goes on: so many of so many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Judges history by a candidate. To be called where a thread may block.
pub fn run(reader: &Reader, trial: &Trial, runtime: &Handle, progress: Progress<'_>) -> Result<Impact, TrialError> {
    // Loaded before the record is read: its mistakes are told at once.
    let candidate = Candidate::load(trial)?;
    let history = runtime.block_on(History::read(reader, trial.since..trial.until))?;
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let total = history.decisions.len();
    progress(0, total);
    let work = || {
        let mut found = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(id) = history.decisions.get(index) else { return Ok(found) };
            if let Some(compared) = candidate.compared(reader, runtime, &history, id)? {
                found.push((index, compared));
            }
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        }
    };
    let workers = usize::try_from(trial.places.slots).unwrap_or(1).clamp(1, total.max(1));
    let found: Result<Vec<_>, TrialError> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut found: Vec<(usize, Compared)> = found?.into_iter().flatten().collect();
    found.sort_by_key(|(index, _)| *index);
    let decisions = found.into_iter().map(|(_, compared)| compared).collect();
    Ok(Impact { since: trial.since, candidate: candidate.active.bundle().digest(), decisions })
}

/// What decisions are judged by: a bench for each limits that they were made under, which are seldom more than one.
struct Candidate<'a> {
    trial: &'a Trial,
    active: Arc<Active>,
    benches: Mutex<BTreeMap<Under, Result<Arc<Bench>, String>>>,
}

/// Limits that change what plugins say.
type Under = (u64, u32, u32, Option<u32>, Option<u32>);

fn under(limits: &JudgementLimits) -> Under {
    let JudgementLimits {
        plugin_memory_bytes, findings_max, string_bytes_max, answer_bytes_max, page_rows_max, ..
    } = *limits;
    (plugin_memory_bytes, findings_max, string_bytes_max, answer_bytes_max, page_rows_max)
}

impl<'a> Candidate<'a> {
    fn load(trial: &'a Trial) -> Result<Self, TrialError> {
        let usual = Limits::default();
        let limits = JudgementLimits {
            plugin_deadline: usual.plugin_deadline,
            decision_deadline: again::DECISION_PATIENCE,
            plugin_memory_bytes: usual.plugin_memory_bytes,
            findings_max: usual.findings_max,
            string_bytes_max: usual.string_bytes_max,
            answer_bytes_max: Some(usual.answer_bytes_max),
            page_rows_max: Some(usual.page_rows_max),
        };
        let bench = bench(trial, &limits)?;
        let active = bench.active.clone();
        Ok(Self { trial, active, benches: Mutex::new(BTreeMap::from([(under(&limits), Ok(Arc::new(bench)))])) })
    }

    /// Or why plugins cannot be run under these limits here.
    fn bench(&self, limits: &JudgementLimits) -> Result<Arc<Bench>, String> {
        let mut benches = self.benches.lock().unwrap_or_else(PoisonError::into_inner);
        benches
            .entry(under(limits))
            .or_insert_with(|| bench(self.trial, limits).map(Arc::new).map_err(|error| error.to_string()))
            .clone()
    }

    fn compared(
        &self,
        reader: &Reader,
        runtime: &Handle,
        history: &History,
        id: &DecisionId,
    ) -> Result<Option<Compared>, TrialError> {
        let read = runtime.block_on(read(reader, id));
        let (past, read) = match read {
            Ok(Some(read)) => read,
            Ok(None) => return Ok(None),
            Err(Stopped::Unread(cause)) => return Err(ReadError::Store(cause).into()),
            Err(Stopped::NotReplayable(reason)) => (None, Err(reason)),
        };
        let (now, owner) = match read {
            Ok(decided) => self.judged(history, &decided),
            Err(reason) => (Now::NotReplayable(reason), None),
        };
        let owner = owner.or_else(|| self.owner_of(&past.as_ref()?.then.set));
        Ok(Some(Compared { decision: id.clone(), past, owner, now }))
    }

    fn judged(&self, history: &History, decided: &Decided) -> (Now, Option<Arc<str>>) {
        let inputs = &decided.recorded.inputs;
        if let Some(reason) = not_comparable(&decided.recorded) {
            return (Now::NotReplayable(reason), None);
        }
        let bench = match self.bench(&inputs.limits) {
            Ok(bench) => bench,
            Err(why) => return (Now::NotReplayable(Reason::Engine(why)), None),
        };
        // Of interest only to whoever wishes to force something.
        let forced = inputs.emergency.as_ref().map(|_| history.forced_before(inputs.evaluated_at));
        let case = Case {
            emergency: inputs.emergency.clone().map(|wish| OverrideRequest { used: None, ..wish }),
            forced_before: ForcedBefore::Listed(forced.unwrap_or_default()),
            agreed: Arc::new(history.agreed_before(decided.recorded.leaf.index)),
            ..again::case(decided)
        };
        match bench.judge(case, Instant::now()) {
            Ok(judged) => {
                let came = Came::of(&judged.judgement.decision);
                let owner = Some(Arc::from(judged.loaded.owner.as_str()));
                let ended = came.ended_by_the_clock();
                if ended.is_empty() {
                    (Now::Judged(Side::of(&came)), owner)
                } else {
                    (Now::NotReplayable(Reason::EndedHere(ended)), owner)
                }
            }
            Err(error) => (Now::NotTaken(not_taken(&error)), None),
        }
    }

    fn owner_of(&self, set: &PolicySetId) -> Option<Arc<str>> {
        Some(Arc::from(self.active.bundle().set(set)?.owner.as_str()))
    }
}

/// Everything that the candidate has nothing to do with.
fn not_comparable(recorded: &Replayable) -> Option<Reason> {
    if recorded.inputs.semantics != SEMANTICS_VERSION {
        return Some(Reason::Semantics { recorded: recorded.inputs.semantics });
    }
    let ended = recorded.came.ended_by_the_clock();
    if ended.is_empty() { None } else { Some(Reason::EndedByTheClock(ended)) }
}

fn not_taken(error: &GateError) -> String {
    let problem = error.problem();
    let listed = problem.errors.iter().map(|error| format!("{}: {}", error.place, error.message));
    std::iter::once(format!("{}: {}", problem.title, problem.detail)).chain(listed).collect::<Vec<_>>().join("; ")
}

fn bench(trial: &Trial, limits: &JudgementLimits) -> Result<Bench, TrialError> {
    let engine = again::engine(limits, &trial.places).map_err(TrialError::Engine)?;
    let active = Active::load(&engine, std::slice::from_ref(&trial.candidate)).map_err(TrialError::Candidate)?;
    Ok(again::bench(engine, Arc::new(active), *limits))
}
