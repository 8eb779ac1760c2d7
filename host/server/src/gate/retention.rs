//! Retention runs: once a day what no decision needs any more is deleted, so slowly that decisions do not feel it.

use super::{Gate, clock, record};
use std::{sync::Arc, time::Duration};
use tidegate_ledger::ledger::retain::Retaining;

/// After the start, and between the end of one run and the beginning of the next.
const FIRST_AFTER: Duration = Duration::from_secs(10 * 60);
const AGAIN_AFTER: Duration = Duration::from_secs(24 * 3600);
/// Between two pages of leaves, and between two portions that go.
const PAUSE: Duration = Duration::from_millis(250);
/// As leaves name it.
const BY: &str = "gate";

/// Runs again and again, where the configuration says how long bodies are kept. Of several gates on one record one does.
pub async fn watch(gate: Arc<Gate>) {
    if gate.settings.retention.keeps_all() {
        return;
    }
    tokio::time::sleep(FIRST_AFTER).await;
    loop {
        if gate.ledger().may_send().await {
            gate.retain(PAUSE).await;
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

impl Gate {
    /// One run. What it could not do, the next one does.
    pub async fn retain(&self, pause: Duration) {
        let (at, host_version) = (clock::now(), record::host_version());
        let retaining = Retaining { by: BY.into(), at, host_version, pause };
        match self.ledger().retain(&self.settings.retention, &retaining).await {
            Ok(done) => {
                let bodies: u64 = done.went.iter().map(|went| went.count).sum();
                if bodies > 0 {
                    tracing::info!(
                        bodies,
                        leaves = done.leaves.len(),
                        "bodies that nothing needs any more were deleted"
                    );
                }
                self.metrics().retained(bodies, done.is_cut_short);
            }
            Err(error) => {
                tracing::warn!("bodies that nothing needs any more are kept longer: {error}");
                self.metrics().retained(0, true);
            }
        }
    }
}
