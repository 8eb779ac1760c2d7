//! Which deployments a policy set is for.

use crate::glob::Glob;
use tidegate_core::name::{EnvironmentName, ServiceName};

/// The deployments that a policy set is for: of these services into these environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Sorted, each once, at least one.
    pub environments: Vec<Glob>,
    /// Sorted, each once, at least one.
    pub services: Vec<Glob>,
}

impl Match {
    /// Whether it is for this environment.
    #[must_use]
    pub fn fits_environment(&self, environment: &EnvironmentName) -> bool {
        self.environments.iter().any(|glob| glob.fits(environment.as_str()))
    }

    /// Whether it is for this service.
    #[must_use]
    pub fn fits_service(&self, service: &ServiceName) -> bool {
        self.services.iter().any(|glob| glob.fits(service.as_str()))
    }

    /// An environment and a service that fit both, if there can be any.
    #[must_use]
    pub fn common(&self, other: &Self) -> Option<(Glob, Glob)> {
        Some((first_common(&self.environments, &other.environments)?, first_common(&self.services, &other.services)?))
    }
}

fn first_common(one: &[Glob], other: &[Glob]) -> Option<Glob> {
    one.iter().find_map(|a| other.iter().find_map(|b| a.common(b)))
}
