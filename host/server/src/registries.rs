//! Plugins in registries, as policy sets name them: pulled when policies are loaded, kept by their digests, and given to nobody unless
//! they are signed as the set asks for.
//!
//! **Invariant:** a gate asks a registry only where a destination of its `egress` has that host, and goes only where that one may lead.
//! **Invariant:** what was kept is held against its digest and its signatures each time, as if it came from a stranger.

mod failures;
mod kept;
pub mod offered;
mod places;
mod pulling;

pub use pulling::Pulling;

use crate::{config::Config, gate::offline};
use failures::Failures;
use kept::Kept;
use places::Places;

/// Where artifacts lie in the data folder.
const FOLDER: &str = "artifacts";

/// Registries that may be asked, and what was pulled from them.
#[derive(Debug)]
pub struct Registries {
    places: Places,
    kept: Kept,
    failures: Failures,
}

impl Registries {
    /// Those among these destinations. What is pulled lies in the data folder.
    #[must_use]
    pub fn of_gate(config: &Config) -> Self {
        let (places, kept) = (Places::Listed(config.egress.clone()), Kept::new(Some(config.data_dir.join(FOLDER))));
        Self { places, kept, failures: Failures::default() }
    }

    /// Whichever a policy set names, as `tidegate plugin pull` asks them. What is pulled lies in the user's cache folder, where there is
    /// one.
    #[must_use]
    pub fn of_this_user() -> Self {
        let folder = offline::cache_dir().and_then(|plugins| Some(plugins.parent()?.join(FOLDER)));
        Self { places: Places::Any, kept: Kept::new(folder), failures: Failures::default() }
    }

    /// For one loading of policies.
    #[must_use]
    pub fn pulling(&self) -> Pulling<'_> {
        Pulling::new(self)
    }
}
