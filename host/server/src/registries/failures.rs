//! Registries that did not answer, so that they are not asked again with every look at the policies.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long a registry that did not answer is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(10);

/// What passed by itself before, and may do so again.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<BTreeMap<String, (Instant, String)>>);

impl Failures {
    /// Why that artifact could not be fetched a moment ago.
    pub(super) fn recent(&self, reference: &str) -> Option<String> {
        let inner = self.inner();
        let (at, why) = inner.get(reference)?;
        (at.elapsed() < LEFT_ALONE).then(|| why.clone())
    }

    pub(super) fn note(&self, reference: &str, why: &str) {
        self.inner().insert(reference.to_owned(), (Instant::now(), why.to_owned()));
    }

    pub(super) fn forget(&self, reference: &str) {
        self.inner().remove(reference);
    }

    fn inner(&self) -> MutexGuard<'_, BTreeMap<String, (Instant, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Failures, LEFT_ALONE};
    use std::time::Instant;

    #[test]
    fn a_failure_is_known_for_a_while_and_until_it_is_over() {
        let failures = Failures::default();
        assert_eq!(failures.recent("a"), None);
        failures.note("a", "nobody answers");
        assert_eq!((failures.recent("a").as_deref(), failures.recent("b")), (Some("nobody answers"), None));
        failures.forget("a");
        assert_eq!(failures.recent("a"), None);
        let Some(long_ago) = Instant::now().checked_sub(LEFT_ALONE) else { return };
        failures.inner().insert("a".to_owned(), (long_ago, String::new()));
        assert_eq!(failures.recent("a"), None);
    }
}
