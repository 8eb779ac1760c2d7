//! What the watches that this gate runs saw last, for whoever looks on. Nothing is decided by it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};
use tidegate_core::observation::Observation;
use tokio::sync::Notify;

use super::verdict::Judged;

/// One look, and what it came to.
#[derive(Debug)]
pub(super) struct LastLook {
    pub(super) observation: Arc<Observation>,
    pub(super) judged: Judged,
}

#[derive(Debug, Default)]
struct Place {
    last: Mutex<Option<Arc<LastLook>>>,
    /// Told when there is something to be looked at before the next step.
    woken: Notify,
}

/// By the watch's name.
type Places = Mutex<BTreeMap<Arc<str>, Arc<Place>>>;

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Seen(Arc<Places>);

/// Where a watch that runs puts what it saw, and hears that it is to look. What it saw goes with it.
#[derive(Debug)]
pub(super) struct Shows {
    id: Arc<str>,
    place: Arc<Place>,
    all: Arc<Places>,
}

impl Seen {
    /// A watch runs here from now on.
    pub(super) fn shows(&self, id: Arc<str>) -> Shows {
        let place = Arc::<Place>::default();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), place.clone());
        Shows { id, place, all: self.0.clone() }
    }

    /// Its last look; none: it does not run here, or has not looked yet.
    pub(super) fn last(&self, id: &str) -> Option<Arc<LastLook>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.get(id)?.clone();
        drop(all);
        place.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Has a watch look at once, where it runs here.
    pub(super) fn wake(&self, id: &str) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = all.get(id) {
            place.woken.notify_one();
        }
    }
}

impl Shows {
    pub(super) fn saw(&self, observation: Arc<Observation>, judged: Judged) {
        let look = Some(Arc::new(LastLook { observation, judged }));
        *self.place.last.lock().unwrap_or_else(PoisonError::into_inner) = look;
    }

    /// Comes back when it is to look before its next step.
    pub(super) async fn woken(&self) {
        self.place.woken.notified().await;
    }
}

impl Drop for Shows {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        // It may have been taken up anew before this one was gone.
        if all.get(&self.id).is_some_and(|place| Arc::ptr_eq(place, &self.place)) {
            all.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn what_a_watch_saw_goes_with_it_and_not_what_its_successor_saw() {
        let seen = Seen::default();
        let first = seen.shows("w".into());
        let second = seen.shows("w".into());
        drop(first);
        assert_eq!(seen.0.lock().unwrap().len(), 1, "the second one's place stays");
        drop(second);
        assert!(seen.0.lock().unwrap().is_empty());
    }
}
