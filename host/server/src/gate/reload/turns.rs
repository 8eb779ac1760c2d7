//! One at a time, and those who ask meanwhile share the next one.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
};
use tokio::sync::Mutex;

/// Turns at something that is done whole, by one at a time.
#[derive(Debug)]
pub(super) struct Turns<T> {
    asked: AtomicU64,
    done: Mutex<Done<T>>,
}

#[derive(Debug)]
struct Done<T> {
    /// The last one, and how many had asked when it began: it is an answer to all of them.
    last: Option<(u64, T)>,
    closed: bool,
}

impl<T> Default for Turns<T> {
    fn default() -> Self {
        Self { asked: AtomicU64::new(0), done: Mutex::new(Done { last: None, closed: false }) }
    }
}

impl<T: Clone> Turns<T> {
    /// What comes of `work`, or of another one's that began after this one asked; `None` after the end.
    pub(super) async fn take<F: Future<Output = T>>(&self, work: impl FnOnce() -> F) -> Option<T> {
        let mine = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut done = self.done.lock().await;
        if let Some((until, result)) = &done.last
            && *until >= mine
        {
            return Some(result.clone());
        }
        if done.closed {
            return None;
        }
        let until = self.asked.load(Ordering::SeqCst);
        let result = work().await;
        done.last = Some((until, result.clone()));
        Some(result)
    }

    /// What comes of `work`, which is nobody else's; `None` after the end.
    pub(super) async fn alone<U, F: Future<Output = U>>(&self, work: impl FnOnce() -> F) -> Option<U> {
        let done = self.done.lock().await;
        if done.closed { None } else { Some(work().await) }
    }

    /// Waits for the one that was begun; no other begins after it.
    pub(super) async fn close(&self) {
        self.done.lock().await.closed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::Turns;
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    };
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn those_who_ask_meanwhile_share_one_turn_that_begins_after_they_asked() {
        let (turns, begun) = (Arc::new(Turns::default()), Arc::new(AtomicU64::new(0)));
        let (release, released) = oneshot::channel::<()>();
        let first = tokio::spawn({
            let (turns, begun) = (turns.clone(), begun.clone());
            async move {
                let work = || async {
                    released.await.unwrap();
                    begun.fetch_add(1, Ordering::SeqCst)
                };
                turns.take(work).await
            }
        });
        while turns.done.try_lock().is_ok() {
            tokio::task::yield_now().await;
        }
        let others: Vec<_> = (0..10)
            .map(|_| {
                let (turns, begun) = (turns.clone(), begun.clone());
                tokio::spawn(async move { turns.take(|| async { begun.fetch_add(1, Ordering::SeqCst) }).await })
            })
            .collect();
        while turns.asked.load(Ordering::SeqCst) < 11 {
            tokio::task::yield_now().await;
        }
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Some(0));
        for other in others {
            assert_eq!(other.await.unwrap(), Some(1), "the second turn answers all of them");
        }
        turns.close().await;
        assert_eq!(turns.take(|| async { begun.fetch_add(1, Ordering::SeqCst) }).await, None);
    }
}
