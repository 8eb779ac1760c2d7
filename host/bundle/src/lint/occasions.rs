//! Orders that are never given.

use crate::{document::Mistake, occasions::Occasion, sources::SetSource};
use tidegate_core::policy::Enforcement;

pub(super) fn lint(set: &SetSource, warnings: &mut Vec<Mistake>) {
    if !set.on.is_empty() && set.enforcement == Enforcement::Advisory {
        let message = "`on` orders nothing while the set is `advisory`: it refuses nothing".to_owned();
        warnings.push(set.mistake("/on", message, None));
    }
    if set.on.contains_key(&Occasion::Forced) && set.break_glass.is_none() {
        let message = "nothing can be forced, so `on.forced` is never ordered".to_owned();
        warnings.push(set.mistake(
            "/on/forced",
            message,
            Some("say under `break_glass` what forcing needs".to_owned()),
        ));
    }
}
