//! Waivers that somebody should act on.

use crate::{document::Mistake, sources::Sources};
use tidegate_core::{time::Timestamp, waiver::WaiverState};

pub(super) fn lint(sources: &Sources, now: Timestamp) -> Vec<Mistake> {
    let warning = |state: WaiverState, id: &str, owner: &str| match state {
        WaiverState::Expired => {
            Some((format!("waiver `{id}` has expired: it tolerates nothing any more"), "take it out".to_owned()))
        }
        WaiverState::Expiring => Some((format!("waiver `{id}` expires soon"), format!("its owner is {owner}"))),
        // Whether somebody agreed is known to the gate, and to no file.
        WaiverState::Pending | WaiverState::Active => None,
    };
    let of = |one: &std::sync::Arc<crate::waivers::WaiverOf>| {
        let (message, hint) = warning(one.waiver.state(now), one.waiver.id.as_str(), &one.waiver.owner)?;
        Some(one.mistake("expires", message, Some(&hint)))
    };
    sources.waivers().iter().filter_map(of).collect()
}
