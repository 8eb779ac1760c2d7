//! When to ask again, and for how long.
//!
//! A failure that may pass is asked about again under the same idempotency key, so that the gate decides once; a hold is a new question
//! each time, under a new key.

use super::{Failure, Reply, pace::Pace};
use crate::{api::answer::Answer, render::escape::terminal};
use std::{fmt, time::Duration};
use tidegate_core::time::{Timestamp, in_words};

/// The first pause before asking again is at most this long; each further one at most twice the one before.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
/// No pause of our own is longer.
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// How long to wait while the gate holds and does not say until when.
const HOLD_PAUSE: Duration = Duration::from_secs(30);
/// The shortest wait while the gate holds.
const HOLD_PAUSE_MIN: Duration = Duration::from_secs(1);

/// Something that can be asked.
pub(super) trait Transport {
    /// Asks once.
    fn ask(&mut self, idempotency_key: &str) -> Result<Reply, Failure>;
}

/// For how long to ask again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// After a failure that may pass, for each question.
    pub(super) retry_for: Duration,
    /// While the gate only holds, altogether.
    pub(super) wait: Duration,
}

/// Why it takes longer.
#[derive(Debug)]
pub enum Notice<'a> {
    /// The gate could not be asked; it is asked again.
    Retrying {
        /// Why.
        failure: &'a Failure,
        /// Attempts so far.
        attempts: u32,
        /// After that long.
        pause: Duration,
        /// For that long at most.
        left: Duration,
    },
    /// The gate holds; it is asked again.
    Waiting {
        /// What it says.
        answer: &'a Answer,
        /// After that long.
        pause: Duration,
        /// For that long at most.
        left: Duration,
    },
}

impl fmt::Display for Notice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (pause, left) = match self {
            Self::Retrying { failure, attempts, pause, left } => {
                write!(f, "attempt {attempts}: {}", terminal(&failure.to_string(), 500))?;
                (pause, left)
            }
            Self::Waiting { answer, pause, left } => {
                write!(f, "the gate holds: {}", terminal(&held_by(answer), 500))?;
                (pause, left)
            }
        };
        write!(f, "; asking again in {}, giving up in {}", precise(*pause), in_words(*left))
    }
}

fn precise(span: Duration) -> String {
    if span < Duration::from_secs(10) { format!("{:.1}s", span.as_secs_f64()) } else { in_words(span) }
}

fn held_by(answer: &Answer) -> String {
    let subjects = answer.blocking.iter().map(|blocker| {
        let service = blocker.service.as_ref().map(|service| format!("@{service}")).unwrap_or_default();
        let until = blocker.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
        format!("{}{service}{until}", blocker.stage)
    });
    subjects.collect::<Vec<String>>().join(", ")
}

/// Whether a refusal is nothing but a hold: the only one that passes by itself.
#[must_use]
pub fn only_held(answer: &Answer) -> bool {
    !answer.allowed
        && answer.outcome == "HOLD"
        && !answer.blocking.is_empty()
        && answer.blocking.iter().all(|blocker| blocker.why == "held")
}

/// Asks until there is a decision that stands, or patience ends.
pub(super) fn until_answered(
    transport: &mut dyn Transport,
    pace: &mut dyn Pace,
    patience: Patience,
    say: &mut dyn FnMut(&Notice<'_>),
) -> Result<Reply, Failure> {
    let started = pace.elapsed();
    loop {
        let reply = until_reached(transport, pace, patience.retry_for, say)?;
        let left = patience.wait.saturating_sub(pace.elapsed().saturating_sub(started));
        if left.is_zero() || !only_held(&reply.answer) {
            return Ok(reply);
        }
        let pause = worth_waiting(&reply).max(HOLD_PAUSE_MIN).min(left);
        say(&Notice::Waiting { answer: &reply.answer, pause, left });
        pace.sleep(pause);
    }
}

/// As the gate says; by its own clock, which alone it can be trusted to agree with.
fn worth_waiting(reply: &Reply) -> Duration {
    let answer = &reply.answer;
    let until = answer.retry_at.as_deref().and_then(|at| Timestamp::parse(at).ok());
    let said = || Some(until?.since(Timestamp::parse(&answer.evaluated_at).ok()?));
    reply.retry_after.or_else(said).unwrap_or(HOLD_PAUSE)
}

/// Asks one question until it is answered, or patience ends.
fn until_reached(
    transport: &mut dyn Transport,
    pace: &mut dyn Pace,
    retry_for: Duration,
    say: &mut dyn FnMut(&Notice<'_>),
) -> Result<Reply, Failure> {
    let key = uuid::Uuid::now_v7().to_string();
    let started = pace.elapsed();
    let mut attempts = 0_u32;
    loop {
        let failure = match transport.ask(&key) {
            Ok(reply) => return Ok(reply),
            Err(failure) => failure,
        };
        attempts = attempts.saturating_add(1);
        let left = retry_for.saturating_sub(pace.elapsed().saturating_sub(started));
        let asked = failure.retry_after().unwrap_or_default();
        // A gate that asks to be left alone for longer than there is time will not answer within it.
        if !failure.is_passing() || left.is_zero() || asked > left {
            return Err(failure);
        }
        let pause = back_off(attempts, pace.jitter()).max(asked).min(left);
        say(&Notice::Retrying { failure: &failure, attempts, pause, left });
        pace.sleep(pause);
    }
}

/// Doubles each time up to a limit; a random half of it is taken away, so that clients do not come back in step.
fn back_off(attempts: u32, jitter: u16) -> Duration {
    let doubled = PAUSE_FIRST.saturating_mul(1_u32.checked_shl(attempts.saturating_sub(1)).unwrap_or(u32::MAX));
    let half = doubled.min(PAUSE_MAX) / 2;
    half + half * u32::from(jitter) / 65_536
}

#[cfg(test)]
mod tests;
