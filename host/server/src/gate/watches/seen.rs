//! What the watches that this gate runs saw last, for whoever looks on. Nothing is decided by it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use tidegate_core::observation::Observation;

use super::verdict::Judged;

/// One look, and what it came to.
#[derive(Debug)]
pub(super) struct LastLook {
    pub(super) observation: Arc<Observation>,
    pub(super) judged: Judged,
}

type Place = Mutex<Option<Arc<LastLook>>>;

/// By the watch's name.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<BTreeMap<Arc<str>, Weak<Place>>>);

/// Where a watch that runs puts what it saw. What it saw goes with it.
#[derive(Debug)]
pub(super) struct Shows(Arc<Place>);

impl Seen {
    /// A watch runs here from now on.
    pub(super) fn shows(&self, id: Arc<str>) -> Shows {
        let place = Arc::new(Mutex::new(None));
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, place| place.strong_count() > 0);
        all.insert(id, Arc::downgrade(&place));
        Shows(place)
    }

    /// Its last look; none: it does not run here, or has not looked yet.
    pub(super) fn last(&self, id: &str) -> Option<Arc<LastLook>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.get(id)?.upgrade()?;
        place.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Shows {
    pub(super) fn saw(&self, observation: Arc<Observation>, judged: Judged) {
        let look = Some(Arc::new(LastLook { observation, judged }));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = look;
    }
}
