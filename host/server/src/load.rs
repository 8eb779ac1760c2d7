//! A bounded load on a gate that runs: how many decisions a second it takes, and how long each.
//!
//! First as fast as it answers, by so many clients at once; then at a pace. At a pace each question is due at a moment that was set
//! beforehand, and its time counts from there: whoever waits behind a slow answer is not left out ("coordinated omission").
//!
//! **Invariant:** never more questions at once than there are clients, and none after the time is over.

mod measured;

pub use measured::{Latencies, Measured};

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Clients at once, at most.
pub const CLIENTS_MAX: usize = 256;

/// Somebody who asks the same question whenever they are told to.
pub trait Ask: Send {
    /// The status of the answer, or why there is none.
    fn ask(&mut self) -> Result<u16, String>;
}

/// Asks as fast as answers come, by every one of these at once.
pub fn as_fast_as_it_goes<A: Ask>(clients: &mut [A], time: Duration) -> Measured {
    let begun = Instant::now();
    let end = begun + time;
    let one = |client: &mut A| {
        let mut measured = Measured::default();
        while Instant::now() < end {
            let asked = Instant::now();
            let answer = client.ask();
            measured.take(answer, asked.elapsed());
        }
        measured
    };
    together(clients, one, begun)
}

/// Asks so often a second, by whoever of these is free.
pub fn at_a_pace<A: Ask>(clients: &mut [A], a_second: f64, time: Duration) -> Measured {
    let (begun, next) = (Instant::now(), AtomicU64::new(0));
    let one = |client: &mut A| {
        let mut measured = Measured::default();
        while let Some(due) = due(next.fetch_add(1, Ordering::Relaxed), a_second, time) {
            let due = begun + due;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let answer = client.ask();
            measured.take(answer, due.elapsed());
        }
        measured
    };
    together(clients, one, begun)
}

/// When a question is due, counted from the beginning; none once the time is over.
fn due(index: u64, a_second: f64, time: Duration) -> Option<Duration> {
    let due = Duration::try_from_secs_f64(index as f64 / a_second).ok()?;
    (due < time).then_some(due)
}

fn together<A: Ask>(clients: &mut [A], one: impl Fn(&mut A) -> Measured + Sync, begun: Instant) -> Measured {
    let mut all = Measured::default();
    thread::scope(|scope| {
        let running: Vec<_> = clients.iter_mut().map(|client| scope.spawn(|| one(client))).collect();
        for client in running {
            match client.join() {
                Ok(measured) => all.add(measured),
                Err(_) => all.take(Err("a client's thread died".to_owned()), Duration::ZERO),
            }
        }
    });
    all.took = begun.elapsed();
    all
}

#[cfg(test)]
mod tests {
    use super::{Ask, as_fast_as_it_goes, at_a_pace, due};
    use std::{thread, time::Duration};

    struct Slow(Duration, u32);

    impl Ask for Slow {
        fn ask(&mut self) -> Result<u16, String> {
            self.1 += 1;
            thread::sleep(self.0);
            if self.1.is_multiple_of(2) { Ok(409) } else { Err("nobody answers".to_owned()) }
        }
    }

    #[test]
    fn questions_are_due_evenly_and_none_after_the_end() {
        let second = Duration::from_secs(1);
        let all: Vec<_> = (0..5).map(|index| due(index, 4.0, second)).collect();
        let millis = |millis| Some(Duration::from_millis(millis));
        assert_eq!(all, [millis(0), millis(250), millis(500), millis(750), None]);
        assert_eq!(due(u64::MAX, f64::MIN_POSITIVE, second), None);
    }

    #[test]
    fn what_waits_behind_a_slow_answer_is_counted_from_when_it_was_due() {
        // Ten questions are due within a tenth of a second, and each takes a twentieth: the last one waits for nine others.
        let measured = at_a_pace(&mut [Slow(Duration::from_millis(50), 0)], 100.0, Duration::from_millis(100));
        assert_eq!(measured.asked(), 10);
        assert!(measured.latencies.percentile(100.0).unwrap() >= Duration::from_millis(400), "{measured:?}");
    }

    #[test]
    fn every_answer_and_every_failure_is_counted() {
        let mut clients = [Slow(Duration::from_millis(1), 0), Slow(Duration::from_millis(1), 0)];
        let measured = as_fast_as_it_goes(&mut clients, Duration::from_millis(50));
        let asked = u64::from(clients.iter().map(|client| client.1).sum::<u32>());
        assert_eq!(measured.asked(), asked);
        let (failed, answered) = (measured.failures["nobody answers"], measured.statuses[&409]);
        assert!(failed + answered == asked && failed >= answered, "{measured:?}");
    }
}
