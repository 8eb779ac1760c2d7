//! Which policy set judges a deployment.

use crate::{
    bundle::{Bundle, LoadedSet},
    glob::Glob,
};
use std::fmt;
use tidegate_core::{
    deployment::Deployment,
    name::{EnvironmentName, PolicySetId, ServiceName},
};

/// Entries of one enumeration in a message, at most; the others are counted.
const LISTED_MAX: usize = 12;

/// No policy set fits a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSet {
    /// Where it was to go.
    pub environment: EnvironmentName,
    /// Why each set does not fit, in order of their names.
    pub sets: Vec<(PolicySetId, Mismatch)>,
    /// When every service has a set here, but not the same one: the deployments to make instead. Otherwise empty.
    pub parts: Vec<(PolicySetId, Vec<ServiceName>)>,
}

/// Why a set does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mismatch {
    /// It is for other environments.
    Environment {
        /// Those it is for.
        environments: Vec<Glob>,
    },
    /// It is not for these services.
    Services {
        /// Those of the deployment that it is not for.
        others: Vec<ServiceName>,
    },
}

impl Bundle {
    /// The set that fits the environment and every service. There is never a second one: a bundle with two such sets is not made.
    pub fn choose(&self, deployment: &Deployment) -> Result<&LoadedSet, NoSet> {
        let mut sets = Vec::new();
        for loaded in self.sets() {
            match mismatch(loaded, deployment) {
                None => return Ok(loaded),
                Some(mismatch) => sets.push((loaded.set.id.clone(), mismatch)),
            }
        }
        Err(NoSet { environment: deployment.environment().clone(), sets, parts: self.parts(deployment) })
    }

    fn parts(&self, deployment: &Deployment) -> Vec<(PolicySetId, Vec<ServiceName>)> {
        let mut parts: Vec<(PolicySetId, Vec<ServiceName>)> = Vec::new();
        let here = |set: &&LoadedSet| set.matching.fits_environment(deployment.environment());
        for service in deployment.services() {
            let Some(set) = self.sets().iter().filter(here).find(|set| set.matching.fits_service(&service.name)) else {
                return Vec::new();
            };
            match parts.iter_mut().find(|(id, _)| *id == set.set.id) {
                Some((_, services)) => services.push(service.name.clone()),
                None => parts.push((set.set.id.clone(), vec![service.name.clone()])),
            }
        }
        parts
    }
}

impl LoadedSet {
    /// Whether it is for this environment and every service.
    #[must_use]
    pub fn fits(&self, deployment: &Deployment) -> bool {
        mismatch(self, deployment).is_none()
    }
}

fn mismatch(loaded: &LoadedSet, deployment: &Deployment) -> Option<Mismatch> {
    if !loaded.matching.fits_environment(deployment.environment()) {
        return Some(Mismatch::Environment { environments: loaded.matching.environments.clone() });
    }
    let names = deployment.services().iter().map(|service| &service.name);
    let others: Vec<ServiceName> = names.filter(|name| !loaded.matching.fits_service(name)).cloned().collect();
    (!others.is_empty()).then_some(Mismatch::Services { others })
}

impl NoSet {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> String {
        if self.parts.is_empty() {
            return "add a policy set whose `match` fits, or correct the environment or the services".to_owned();
        }
        let part = |(id, services): &(PolicySetId, Vec<ServiceName>)| format!("{} for `{id}`", listed(services));
        let parts: Vec<String> = self.parts.iter().take(LISTED_MAX).map(part).collect();
        format!("split the deployment: {}", parts.join("; "))
    }
}

impl fmt::Display for NoSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no policy set fits this deployment to `{}`: ", self.environment)?;
        if self.sets.is_empty() {
            return f.write_str("none is loaded");
        }
        for (index, (id, mismatch)) in self.sets.iter().take(LISTED_MAX).enumerate() {
            f.write_str(if index == 0 { "" } else { "; " })?;
            match mismatch {
                Mismatch::Environment { environments } => write!(f, "`{id}` is for {}", listed(environments))?,
                Mismatch::Services { others } => write!(f, "`{id}` is not for {}", listed(others))?,
            }
        }
        match self.sets.len().saturating_sub(LISTED_MAX) {
            0 => Ok(()),
            more => write!(f, "; and {more} more sets"),
        }
    }
}

impl std::error::Error for NoSet {}

fn listed<T: fmt::Display>(items: &[T]) -> String {
    let mut text = items.iter().take(LISTED_MAX).map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ");
    if items.len() > LISTED_MAX {
        text.push_str(&format!(" and {} more", items.len() - LISTED_MAX));
    }
    text
}
