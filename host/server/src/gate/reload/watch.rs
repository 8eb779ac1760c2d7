//! Looks at the files every so often: by content, which also notices what a mounted folder or a network file system does not
//! announce.

use super::Trigger;
use crate::gate::Gate;
use std::{sync::Arc, time::Duration};
use tidegate_core::digest::Digest;
use tokio::time::MissedTickBehavior;

/// Reloads whenever the files have changed and two looks in a row agree: half-written files are left alone.
pub(crate) async fn watch(gate: Arc<Gate>, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut looks = Looks::default();
    loop {
        ticks.tick().await;
        if let Some(seen) = gate.look().await
            && looks.settled(seen, gate.reloads.seen())
        {
            // What came of it was noted where everybody can see it.
            let _noted = gate.reload(Trigger::Watch).await;
        }
    }
}

/// The look before this one.
#[derive(Debug, Default)]
struct Looks(Option<Digest>);

impl Looks {
    /// Whether the files are as they were at the last look, and not as they were when they were last `loaded`.
    fn settled(&mut self, seen: Digest, loaded: Option<Digest>) -> bool {
        let again = self.0.replace(seen) == Some(seen);
        again && loaded != Some(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::Looks;
    use tidegate_core::digest::Digest;

    #[test]
    fn a_change_is_taken_at_the_second_look_that_sees_it() {
        let looks = [
            ("a", Some("a"), false),
            ("a", Some("a"), false),
            // Half written, then whole.
            ("half", Some("a"), false),
            ("b", Some("a"), false),
            ("b", Some("a"), true),
            ("b", Some("b"), false),
            // Back and forth.
            ("a", Some("b"), false),
            ("b", Some("b"), false),
            // What could not be recorded is tried again.
            ("c", Some("b"), false),
            ("c", Some("b"), true),
            ("c", None, true),
        ];
        let mut before = Looks::default();
        for (index, (seen, loaded, settled)) in looks.into_iter().enumerate() {
            let digest = |text: &str| Digest::of(text.as_bytes());
            assert_eq!(before.settled(digest(seen), loaded.map(digest)), settled, "look {index}");
        }
    }
}
