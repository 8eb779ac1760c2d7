//! Decisions looked up, as far as whoever asks may read them.

use crate::{
    gate::{Gate, error::GateError},
    identity::{
        principal::{Grant, Principal},
        role::READERS,
    },
};
use std::sync::Arc;
use tidegate_bundle::glob::Glob;
use tidegate_ledger::search::{Names, Page, Reach, Search};

impl Gate {
    /// A page of what is looked for: what lies beyond the principal's grants is not there.
    pub async fn search(&self, principal: &Principal, asked: Search) -> Result<Page, GateError> {
        Ok(self.ledger().search(&Search { reach: reach_of(principal), ..asked }).await?)
    }
}

/// What a principal may read, grant by grant.
#[must_use]
pub fn reach_of(principal: &Principal) -> Vec<Reach> {
    let reads = |grant: &&Grant| READERS.iter().any(|role| grant.roles.contains(role));
    let names = |globs: &[Glob]| globs.iter().map(names_of).collect();
    let reach = |grant: &Grant| Reach { environments: names(&grant.environments), services: names(&grant.services) };
    principal.grants.iter().filter(reads).map(reach).collect()
}

fn names_of(glob: &Glob) -> Names {
    match glob {
        Glob::Name(name) => Names::One(Arc::clone(name)),
        Glob::Beginning(beginning) => Names::Beginning(Arc::clone(beginning)),
    }
}
