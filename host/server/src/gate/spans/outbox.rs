//! Sends span trees to a collector, in the order of the record: at least once, by whatever process has the ledger.
//!
//! One task. It wakes when a tree is durable, sends a bounded batch by OTLP over HTTP, and moves the cursor on once the collector has
//! answered for it. No decision waits for it: what it has not sent lies in the ledger.
//!
//! **Invariant:** the cursor passes a tree only if it was taken, was refused for good (then there is a row that says why), or was deleted.

mod answer;
mod batch;
#[cfg(test)]
mod tests;

use self::{
    answer::{Verdict, verdict},
    batch::Sizes,
};
use crate::{
    config::{TracesConfig, notices::Route},
    egress::{Egress, Response, error::EgressError, patience::pause, target::Target},
    gate::{clock, others::sooner},
};
use bytes::Bytes;
use std::{future::Future, sync::Arc, time::Duration};
use tidegate_core::one_line::one_line;
use tidegate_ledger::{
    ledger::Ledger,
    spans::{SpanBatch, SpanTree, SpansSent},
};
use tokio::sync::oneshot;

/// How long it waits at most before it looks again by itself.
const LOOK_AFTER: Duration = Duration::from_secs(60);
/// How long what is under way may take once the gate stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// Sends span trees.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// Where they lie.
    pub ledger: Ledger,
    /// How others are reached.
    pub egress: Egress,
    /// Where, and how often.
    pub config: Arc<TracesConfig>,
}

/// How the last attempt went.
#[derive(Debug, Default)]
struct Course {
    /// Attempts in a row that failed.
    failed: u32,
    /// How much is sent at once.
    sizes: Sizes,
}

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    /// There may be more.
    AtOnce,
    /// Nothing is left.
    WhenWritten,
    /// After that long, whatever is written until then.
    After(Duration),
}

impl Outbox {
    /// Sends until `stop` resolves or is dropped. Without a collector it ends at once: everything stays where it is.
    pub async fn run(self, mut stop: oneshot::Receiver<()>) {
        let Some(route) = self.config.export.clone() else { return };
        let mut course = Course::default();
        loop {
            let next = tokio::select! {
                _ = &mut stop => break,
                next = self.step(&route, &mut course) => next,
            };
            let wait = async {
                match next {
                    Next::AtOnce => {}
                    Next::After(wait) => tokio::time::sleep(wait).await,
                    Next::WhenWritten => {
                        tokio::select! {
                            () = self.ledger.spans_written() => {}
                            () = sooner(LOOK_AFTER, self.ledger.looked_after_every()) => {}
                        }
                    }
                }
            };
            tokio::select! {
                _ = &mut stop => break,
                () = wait => {}
            }
        }
        self.farewell(&route, course).await;
    }

    /// Also what was written in the last moment, unless nobody takes it anyway.
    async fn farewell(&self, route: &Route, mut course: Course) {
        let all = async { while self.step(route, &mut course).await == Next::AtOnce {} };
        if tokio::time::timeout(FAREWELL, all).await.is_err() {
            tracing::warn!("span trees under way are sent again after the next start");
        }
    }

    /// Sends one batch and notes what became of it.
    async fn step(&self, route: &Route, course: &mut Course) -> Next {
        // Of several gates on one record one sends.
        if !self.ledger.may_send().await {
            return Next::WhenWritten;
        }
        let due = self.ledger.spans_due(course.sizes.trees, batch::BYTES_MAX).await;
        let batch = match due {
            Ok(batch) if batch.trees.is_empty() => return Next::WhenWritten,
            Ok(batch) => batch,
            Err(error) => return self.failed(course, &format!("they cannot be read: {error}"), None),
        };
        let asked = self.post(route, &batch).await;
        let kept = batch.trees.iter().filter(|tree| tree.bytes.is_some()).count();
        match verdict(asked.as_ref()) {
            Verdict::Again { why, after } => self.failed(course, &why, after),
            Verdict::Refused { why } if kept > 1 => {
                // One of them may be what is refused: it is looked for, so that the others are not lost with it.
                tracing::debug!("a batch of {kept} span trees is refused, and sent in parts: {why}");
                course.sizes.halve(batch.trees.len());
                Next::AtOnce
            }
            Verdict::Refused { why } => self.note(course, refused(&batch, &why)).await,
            Verdict::Taken { rejected, message } => {
                if rejected > 0 {
                    tracing::warn!(
                        error.r#type = "spans_rejected",
                        "the collector took span trees, but for {rejected} spans: {message}"
                    );
                } else if !message.is_empty() {
                    tracing::info!("the collector took span trees, and says: {message}");
                }
                self.note(course, taken(&batch, rejected)).await
            }
        }
    }

    fn post(
        &self,
        route: &Route,
        batch: &SpanBatch,
    ) -> impl Future<Output = Option<Result<Response, EgressError>>> + Send {
        let body = batch::body(&batch.trees);
        let target = route.path.iter().fold(Target::base(), Target::segment);
        let client = self.egress.to(&route.destination).cloned();
        async move {
            // Nothing is left of any of them.
            if body.is_empty() {
                return None;
            }
            Some(match client {
                Ok(client) => client.post_protobuf(&target, Bytes::from(body)).await,
                Err(error) => Err(error),
            })
        }
    }

    /// Moves the cursor on.
    async fn note(&self, course: &mut Course, sent: SpansSent) -> Next {
        for (leaf, why) in &sent.refused {
            tracing::error!(
                error.r#type = "spans_refused",
                "the span tree of leaf {leaf} is refused, and is not sent again: {why}"
            );
        }
        if course.failed > 0 {
            tracing::info!("span trees are exported again");
        }
        if let Err(error) = self.ledger.spans_sent(sent).await {
            return self.failed(
                course,
                &format!("what became of them is not kept, so they are sent again: {error}"),
                None,
            );
        }
        course.failed = 0;
        course.sizes.grow();
        Next::AtOnce
    }

    /// Said when it begins; what follows is counted.
    fn failed(&self, course: &mut Course, why: &str, asked: Option<Duration>) -> Next {
        let wait = pause(self.config.retry_first, self.config.retry_max, course.failed, asked);
        if course.failed == 0 {
            tracing::warn!("span trees are not exported, and wait in the ledger: {why}");
        } else {
            tracing::debug!("span trees are not exported yet: {why}");
        }
        course.failed = course.failed.saturating_add(1);
        Next::After(wait)
    }
}

fn taken(batch: &SpanBatch, rejected: u64) -> SpansSent {
    let gone = batch.trees.iter().filter(|tree| tree.bytes.is_none()).count() as u64;
    let exported = batch.trees.len() as u64 - gone;
    SpansSent { exported, rejected, gone, ..nothing(batch) }
}

/// Of a batch in which one tree is left.
fn refused(batch: &SpanBatch, why: &str) -> SpansSent {
    let of = |kept: bool| batch.trees.iter().filter(move |tree| tree.bytes.is_some() == kept);
    let row = |tree: &SpanTree| (tree.leaf_index, one_line(why, answer::MESSAGE_CHARS_MAX));
    SpansSent { refused: of(true).map(row).collect(), gone: of(false).count() as u64, ..nothing(batch) }
}

fn nothing(batch: &SpanBatch) -> SpansSent {
    SpansSent {
        from: batch.from,
        next: batch.trees.last().map_or(batch.from, |tree| tree.leaf_index + 1),
        at: clock::now(),
        exported: 0,
        rejected: 0,
        refused: Vec::new(),
        gone: 0,
    }
}
