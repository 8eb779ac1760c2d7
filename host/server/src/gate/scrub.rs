//! The record is read again, leaf by leaf, while the gate serves: what somebody altered in the file is found without being asked for.

use crate::{
    api::status::ScrubBody,
    gate::{Gate, clock},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    error::ReadError,
    verify::{Verification, Verifying},
};

/// Between two pages of leaves: so slow that decisions do not feel it.
const PAGE_EVERY: Duration = Duration::from_millis(250);
/// Between the end of one reading and the beginning of the next.
const AGAIN_AFTER: Duration = Duration::from_secs(3600);

/// The last whole reading.
#[derive(Debug, Default)]
pub struct Scrubbed(Mutex<Option<(Timestamp, Verification)>>);

impl Scrubbed {
    fn note(&self, at: Timestamp, found: Verification) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, found));
    }

    fn last(&self) -> Option<(Timestamp, Verification)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Gate {
    /// Takes down what a whole reading of the record found.
    pub fn scrubbed(&self, at: Timestamp, found: Verification) {
        for finding in &found.findings {
            tracing::error!(error.r#type = "altered", "the record is not what was recorded: {finding}");
        }
        self.metrics().scrubbed(at, found.findings.len());
        self.scrubbed.note(at, found);
    }

    /// What the last whole reading found; none before the first.
    #[must_use]
    pub fn last_scrub(&self) -> Option<ScrubBody> {
        let (at, found) = self.scrubbed.last()?;
        Some(ScrubBody {
            at: at.to_string(),
            leaves: found.head.size,
            findings: found.findings.iter().map(ToString::to_string).collect(),
        })
    }
}

/// Reads the record again and again.
pub async fn watch(gate: Arc<Gate>) {
    loop {
        match whole(&gate).await {
            Ok(found) => gate.scrubbed(clock::now(), found),
            // The store is away: what is wrong with it is told elsewhere, and the next reading begins anew.
            Err(error) => tracing::warn!("the record could not be read again: {error}"),
        }
        tokio::time::sleep(AGAIN_AFTER).await;
    }
}

async fn whole(gate: &Gate) -> Result<Verification, ReadError> {
    let mut verifying: Verifying = gate.ledger().verifying().await?;
    let mut ticks = tokio::time::interval(PAGE_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Some(found) = verifying.page().await? {
            return Ok(found);
        }
    }
}
