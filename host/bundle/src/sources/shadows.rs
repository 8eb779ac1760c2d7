//! What is wrong with candidates beside other sets.

use super::SetSource;
use crate::document::{Mistake, nearest};
use std::sync::Arc;
use tidegate_core::shadow::SHADOWS_MAX;

/// A candidate beside nothing, beside another candidate, or one too many.
pub(super) fn mistakes(sets: &[Arc<SetSource>]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (index, set) in sets.iter().enumerate() {
        let Some(of) = &set.shadow_of else { continue };
        let before = sets.iter().take(index).filter(|earlier| earlier.shadow_of.as_ref() == Some(of)).count();
        match sets.iter().find(|known| known.id == *of) {
            None => {
                let active = sets.iter().filter(|known| known.shadow_of.is_none()).map(|known| known.id.as_str());
                let hint = nearest(of.as_str(), active).map(|near| format!("did you mean `{near}`?"));
                mistakes.push(set.mistake("/shadow_of", format!("there is no policy set `{of}`"), hint));
            }
            Some(other) if other.shadow_of.is_some() => {
                let message = format!(
                    "policy set `{of}` is a candidate itself: it decides nothing that this one could stand beside"
                );
                mistakes.push(set.mistake("/shadow_of", message, None));
            }
            Some(_) if before == SHADOWS_MAX => {
                let message = format!("too many candidates beside `{of}`: {} used, {SHADOWS_MAX} allowed", before + 1);
                mistakes.push(set.mistake("/shadow_of", message, None));
            }
            Some(_) => {}
        }
    }
    mistakes
}
