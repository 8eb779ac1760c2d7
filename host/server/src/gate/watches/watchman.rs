//! Runs the watches that are this gate's: one task for each, until it ends or another gate has it.

use super::running::{Running, Stuck};
use crate::{
    egress::Egress,
    gate::{Gate, error::GateError},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tidegate_ledger::faster::Faster;
use tokio::{
    sync::oneshot,
    task::{AbortHandle, JoinSet},
};

/// How often it looks which watches are its own where nobody tells it.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// The same where other gates may take or leave some: a quarter of the shortest step.
const LOOK_AFTER_AMONG_OTHERS: Duration = Duration::from_millis(250);

/// Runs watches.
#[derive(Debug)]
pub struct Watchman {
    /// Whose watches.
    pub gate: Arc<Gate>,
    /// How signals are reached.
    pub egress: Egress,
}

impl Watchman {
    /// Runs them until `stop` resolves or is dropped. What runs then goes on after the next start, or at another gate at once.
    pub async fn run(self, mut stop: oneshot::Receiver<()>) {
        let runner = uuid::Uuid::now_v7().to_string();
        let mut under_way = UnderWay::default();
        let mut is_failing = false;
        loop {
            match self.gate.ledger().take_watches(&runner).await {
                Ok(mine) => {
                    is_failing = false;
                    under_way.keep(&mine);
                    mine.into_iter().for_each(|id| under_way.begin(&self, id));
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
                () = self.gate.watch_changed() => {}
                () = under_way.one_done() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        drop(under_way);
        self.gate.ledger().leave_watches(&runner).await;
    }
}

/// Watches that are run, by name. Dropped with all of their tasks.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<Arc<str>>,
    running: BTreeMap<Arc<str>, AbortHandle>,
}

impl UnderWay {
    fn begin(&mut self, watchman: &Watchman, id: Arc<str>) {
        if self.running.contains_key(&id) {
            return;
        }
        let (gate, egress, name) = (watchman.gate.clone(), watchman.egress.clone(), id.clone());
        let handle = self.tasks.spawn(async move {
            if let Err(error) = run(gate, egress, &name).await {
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

async fn run(gate: Arc<Gate>, egress: Egress, id: &str) -> Result<(), Stuck> {
    let Some(running) = Running::take_up(gate, egress, id).await? else { return Ok(()) };
    match running.run().await {
        // Somebody ended it, or another gate has it: it is read anew where it still runs.
        Err(Stuck::Gate(GateError::Faster(Faster::WatchChanged))) => Ok(()),
        done => done,
    }
}
