//! How many requests are worked on, and how many wait: beyond that a request is refused at once, with 503.

use crate::gate::error::GateError;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Admits requests.
#[derive(Debug, Clone)]
pub struct Admission {
    in_flight: Arc<Semaphore>,
    present: Arc<AtomicUsize>,
    allowed: usize,
    places: usize,
}

/// An admitted request; admits the next one when dropped.
#[derive(Debug)]
pub struct Admitted {
    _permit: OwnedSemaphorePermit,
    _present: Present,
}

#[derive(Debug)]
struct Present(Arc<AtomicUsize>);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Admission {
    /// At most `in_flight` requests worked on, and `queue` more waiting.
    #[must_use]
    pub fn new(in_flight: usize, queue: usize) -> Self {
        let allowed = in_flight.saturating_add(queue);
        Self { in_flight: Arc::new(Semaphore::new(in_flight)), present: Arc::default(), allowed, places: in_flight }
    }

    /// How many requests are worked on, and how many wait, at this moment.
    #[must_use]
    pub fn standing(&self) -> (usize, usize) {
        let present = self.present.load(Ordering::Relaxed);
        let in_flight = self.places.saturating_sub(self.in_flight.available_permits());
        (in_flight, present.saturating_sub(in_flight))
    }

    /// Takes note of a request; refuses at once when too many are here already.
    pub fn enter(&self) -> Result<Waiting, GateError> {
        let used = self.present.fetch_add(1, Ordering::Relaxed) + 1;
        let present = Present(self.present.clone());
        if used > self.allowed {
            return Err(GateError::Overloaded { used, allowed: self.allowed });
        }
        Ok(Waiting { present, in_flight: self.in_flight.clone() })
    }
}

/// A request that is here, but not yet worked on: its body may still arrive.
#[derive(Debug)]
pub struct Waiting {
    present: Present,
    in_flight: Arc<Semaphore>,
}

impl Waiting {
    /// Waits for its turn.
    pub async fn admit(self) -> Result<Admitted, GateError> {
        let permit = self.in_flight.acquire_owned().await;
        let permit = permit.map_err(|_| GateError::Internal("admission was closed".to_owned()))?;
        Ok(Admitted { _permit: permit, _present: self.present })
    }
}

#[cfg(test)]
mod tests {
    use super::Admission;
    use crate::gate::error::GateError;

    #[tokio::test]
    async fn one_too_many_is_refused_with_both_numbers() {
        let admission = Admission::new(1, 1);
        let first = admission.enter().unwrap().admit().await.unwrap();
        let waiting = tokio::spawn({
            let admission = admission.clone();
            async move { admission.enter().unwrap().admit().await.map(drop) }
        });
        while admission.present.load(std::sync::atomic::Ordering::Relaxed) < 2 {
            tokio::task::yield_now().await;
        }
        let refused = admission.enter();
        assert!(matches!(refused, Err(GateError::Overloaded { used: 3, allowed: 2 })), "{refused:?}");
        drop(first);
        assert!(waiting.await.unwrap().is_ok());
        assert!(admission.enter().unwrap().admit().await.is_ok());
    }
}
