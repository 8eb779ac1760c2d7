//! The three answers of a replay.

use super::{
    again::{self, Places},
    past::{Bundled, Decided},
    reason::{Reason, Stopped},
};
use std::sync::Arc;
use tidegate_core::{digest::Digest, judgement::SEMANTICS_VERSION};
use tidegate_ledger::{
    error::RecordError,
    id::DecisionId,
    replay::{
        Came,
        differences::{Difference, Differences},
    },
    snapshot::{Reader, Snapshot},
};

/// What came of judging a decision again.
#[derive(Debug)]
pub struct Replay {
    /// Which.
    pub decision: DecisionId,
    /// Index and hash of its leaf, when that could be read.
    pub leaf: Option<(u64, Digest)>,
    /// What is to be said of it.
    pub answer: Answer,
}

/// Whether the same inputs come to the same judgement.
#[derive(Debug)]
pub enum Answer {
    /// To the same bytes.
    Equal,
    /// To another one.
    Differs(Differences),
    /// Nobody can tell.
    NotReplayable(Reason),
}

impl Answer {
    /// The word for people and programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Differs(_) => "differs",
            Self::NotReplayable(_) => "not replayable",
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// There is nothing to judge again.
    #[error("there is no decision `{0}` in the ledger")]
    NoDecision(DecisionId),
    /// The record could not be read.
    #[error("{0}")]
    Unread(#[from] tidegate_ledger::error::ReadError),
    /// The judgement could not be compared.
    #[error("the judgement cannot be compared with the record: {0}")]
    Incomparable(#[from] RecordError),
    /// A thread died.
    #[error("a thread died: {0}")]
    Thread(String),
}

/// Judges a decision again.
pub async fn replay(reader: &Reader, id: &DecisionId, places: &Places) -> Result<Replay, ReplayError> {
    let mut leaf = None;
    let mut snapshot = reader.snapshot().await?;
    let read = read(&mut snapshot, id, &mut leaf).await;
    drop(snapshot);
    let answer = match read {
        Ok(Some((decided, bundled))) => {
            let places = places.clone();
            let judging = tokio::task::spawn_blocking(move || answer(&decided, bundled, &places));
            judging.await.map_err(|error| ReplayError::Thread(error.to_string()))??
        }
        Ok(None) => return Err(ReplayError::NoDecision(id.clone())),
        Err(Stopped::NotReplayable(reason)) => Answer::NotReplayable(reason),
        Err(Stopped::Unread(cause)) => return Err(tidegate_ledger::error::ReadError::Store(cause).into()),
    };
    Ok(Replay { decision: id.clone(), leaf, answer })
}

async fn read(
    snapshot: &mut Snapshot,
    id: &DecisionId,
    leaf: &mut Option<(u64, Digest)>,
) -> Result<Option<(Decided, Bundled)>, Stopped> {
    let Some(decided) = Decided::read(snapshot, id).await? else { return Ok(None) };
    let recorded = &decided.recorded;
    *leaf = Some((recorded.leaf.index, recorded.leaf.hash));
    if recorded.inputs.semantics != SEMANTICS_VERSION {
        return Err(Reason::Semantics { recorded: recorded.inputs.semantics }.into());
    }
    let ended = recorded.came.ended_by_the_clock();
    if !ended.is_empty() {
        return Err(Reason::EndedByTheClock(ended).into());
    }
    let bundled = Bundled::read(snapshot, recorded).await?;
    Ok(Some((decided, bundled)))
}

/// Blocks the thread while plugins run.
fn answer(decided: &Decided, bundled: Bundled, places: &Places) -> Result<Answer, RecordError> {
    let limits = decided.recorded.inputs.limits;
    let made = again::engine(&limits, places).and_then(|engine| Ok((again::active(&engine, bundled)?, engine)));
    let (active, engine) = match made {
        Ok(made) => made,
        Err(reason) => return Ok(Answer::NotReplayable(reason)),
    };
    let bench = again::bench(engine, Arc::new(active), limits);
    let judgement = match again::judged(&bench, decided) {
        Ok(judgement) => judgement,
        Err(error) => {
            // There was a decision then; now the same case is not even judged.
            let problem = error.problem();
            let now = serde_json::json!({ "problem": problem.title, "detail": problem.detail }).to_string();
            let listed = vec![Difference { path: "decision".to_owned(), then: None, now: Some(now) }];
            return Ok(Answer::Differs(Differences { listed, omitted: 0 }));
        }
    };
    let ended = Came::of(&judgement.decision).ended_by_the_clock();
    if !ended.is_empty() {
        return Ok(Answer::NotReplayable(Reason::EndedHere(ended)));
    }
    let differences = decided.recorded.compare(&judgement)?;
    Ok(if differences.is_empty() { Answer::Equal } else { Answer::Differs(differences) })
}
