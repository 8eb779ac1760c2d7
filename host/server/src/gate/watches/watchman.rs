//! Runs the watches that are this gate's: one task for each, until it ends or another gate has it.

use super::running::{Running, Stuck};
use crate::gate::{Gate, error::GateError};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tidegate_ledger::faster::Faster;
use tokio::{
    sync::{Semaphore, oneshot},
    task::{AbortHandle, JoinSet},
};

/// How often it looks which watches are its own where nobody tells it.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// The same where other gates may take or leave some: a quarter of the shortest step.
const LOOK_AFTER_AMONG_OTHERS: Duration = Duration::from_millis(250);

/// How long it gathers what begins and ends, so that it does not list all watches for each of many.
const GATHERS: Duration = Duration::from_millis(100);
/// Watches that are taken up at the same time: each reads the record, and asks the sources of its signals for what was.
const TAKEN_UP_AT_ONCE: usize = 32;

/// Runs watches.
#[derive(Debug)]
pub struct Watchman {
    /// Whose watches.
    pub gate: Arc<Gate>,
}

impl Watchman {
    /// Runs them until `stop` resolves or is dropped. What runs then goes on after the next start, or at another gate at once.
    pub async fn run(self, mut stop: oneshot::Receiver<()>) {
        let runner = uuid::Uuid::now_v7().to_string();
        let mut under_way = UnderWay::default();
        let mut is_failing = false;
        loop {
            let mut is_more = false;
            match self.gate.ledger().take_watches(&runner).await {
                Ok(mine) => {
                    (is_failing, is_more) = (false, mine.is_more);
                    under_way.keep(&mine.ids);
                    mine.ids.into_iter().for_each(|id| under_way.begin(&self, id));
                    self.gate.metrics().watches_run(under_way.running.len());
                }
                // Leases run out by themselves, and what is recorded twice is recorded once.
                Err(error) if !is_failing => {
                    is_failing = true;
                    tracing::warn!("which watches are to be run is not known: {error}");
                }
                Err(_) => {}
            }
            let others = self.gate.ledger().looked_after_every();
            let wait = others.map_or(LOOK_AFTER, |_| LOOK_AFTER_AMONG_OTHERS);
            tokio::select! {
                _ = &mut stop => break,
                () = under_way.something_to_do(&self.gate, if is_more { GATHERS } else { wait }) => {}
            }
        }
        drop(under_way);
        self.gate.ledger().leave_watches(&runner).await;
    }
}

/// Watches that are run, by name. Dropped with all of their tasks.
struct UnderWay {
    tasks: JoinSet<Arc<str>>,
    running: BTreeMap<Arc<str>, AbortHandle>,
    taking_up: Arc<Semaphore>,
}

impl Default for UnderWay {
    fn default() -> Self {
        let taking_up = Arc::new(Semaphore::new(TAKEN_UP_AT_ONCE));
        Self { tasks: JoinSet::new(), running: BTreeMap::new(), taking_up }
    }
}

impl UnderWay {
    fn begin(&mut self, watchman: &Watchman, id: Arc<str>) {
        if self.running.contains_key(&id) {
            return;
        }
        let (gate, name) = (watchman.gate.clone(), id.clone());
        let taking_up = self.taking_up.clone();
        let handle = self.tasks.spawn(async move {
            if let Err(error) = run(gate, &name, &taking_up).await {
                tracing::warn!("watch `{name}` is taken up again: {error}");
                // Not at once: what was away may be away still.
                tokio::time::sleep(LOOK_AFTER).await;
            }
            name
        });
        self.running.insert(id, handle);
    }

    /// Ends what is not its own any more.
    fn keep(&mut self, mine: &[Arc<str>]) {
        let mine: BTreeSet<&Arc<str>> = mine.iter().collect();
        self.running.retain(|id, handle| {
            let stays = mine.contains(id);
            if !stays {
                handle.abort();
            }
            stays
        });
    }

    /// Comes back when watches began or ended, or after this time. What happens shortly after each other is one occasion.
    async fn something_to_do(&mut self, gate: &Gate, wait: Duration) {
        tokio::select! {
            () = gate.watch_changed() => {}
            () = self.one_done() => {}
            () = tokio::time::sleep(wait) => return,
        }
        let gathered = tokio::time::sleep(GATHERS.min(wait));
        tokio::pin!(gathered);
        loop {
            tokio::select! {
                () = &mut gathered => return,
                () = self.one_done() => {}
            }
        }
    }

    /// Comes back when one ended by itself; never when there is none.
    async fn one_done(&mut self) {
        loop {
            match self.tasks.join_next().await {
                Some(Ok(id)) => {
                    self.running.remove(&id);
                    return;
                }
                // It was ended from here, and is not listed any more; or it died, and is taken up again.
                Some(Err(_)) => self.running.retain(|_, handle| !handle.is_finished()),
                None => std::future::pending().await,
            }
        }
    }
}

async fn run(gate: Arc<Gate>, id: &str, taking_up: &Semaphore) -> Result<(), Stuck> {
    let turn = taking_up.acquire().await;
    let taken = Running::take_up(gate, id).await;
    drop(turn);
    let Some(running) = taken? else { return Ok(()) };
    match running.run().await {
        // Somebody ended it, or another gate has it: it is read anew where it still runs.
        Err(Stuck::Gate(GateError::Faster(Faster::WatchChanged))) => Ok(()),
        done => done,
    }
}
