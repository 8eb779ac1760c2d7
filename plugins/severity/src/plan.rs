//! Settings as a table: what each known value comes to.

mod read;

use crate::settings::Settings;
use tidegate_sdk::{
    describe::Problem,
    severity::{DataState, FeatureImpact, PerformanceImpact, Priority, SecurityState, ServiceState},
};

/// What each known value comes to; those that are well are in no list.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) service: Vec<(ServiceState, Priority)>,
    pub(crate) data: Vec<(DataState, Priority)>,
    pub(crate) security: Vec<(SecurityState, Priority)>,
    pub(crate) features: Vec<(FeatureImpact, Priority)>,
    pub(crate) performance: Vec<(PerformanceImpact, Priority)>,
    /// The most urgent first.
    pub(crate) users: Vec<(Users, Priority)>,
    pub(crate) rollback: Priority,
}

/// A share of users that comes to something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Users {
    /// More than so many of a hundred.
    MoreThan(f64),
    /// So many of a hundred, or more.
    AtLeast(f64),
}

impl Users {
    pub(crate) fn hold(self, percent: f64) -> bool {
        match self {
            Self::MoreThan(bound) => percent > bound,
            Self::AtLeast(bound) => percent >= bound,
        }
    }

    pub(crate) fn bound(self) -> f64 {
        match self {
            Self::MoreThan(bound) | Self::AtLeast(bound) => bound,
        }
    }
}

impl Plan {
    /// Every problem at once.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Vec<Problem>> {
        match settings {
            Settings { p0: None, p1: None, p2: None, p3: None } => Ok(Self::runbook()),
            settings => read::plan(settings),
        }
    }

    /// What the runbook says.
    fn runbook() -> Self {
        use Priority::{P0, P1, P2};
        Self {
            service: vec![(ServiceState::Outage, P0), (ServiceState::PartialOutage, P1), (ServiceState::Degraded, P2)],
            data: vec![(DataState::Lost, P0), (DataState::Corrupted, P0), (DataState::AtRisk, P1)],
            security: vec![(SecurityState::Breach, P0), (SecurityState::Suspected, P1)],
            features: vec![(FeatureImpact::Major, P1), (FeatureImpact::Minor, P2)],
            performance: vec![(PerformanceImpact::Significant, P1), (PerformanceImpact::Moderate, P2)],
            users: vec![(Users::MoreThan(50.0), P0), (Users::AtLeast(10.0), P1), (Users::MoreThan(0.0), P2)],
            rollback: P1,
        }
    }
}
