//! What a stage compares with: the same documents of the last deployment of a service here that succeeded by the rules.

use crate::{
    deployment::Deployment,
    evidence::{Baseline, Evidence},
    name::{EvidenceName, ServiceName},
    policy::{PolicySet, Stage},
    sufficiency::{self, distinct_documents},
    time::Timestamp,
    trust,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The decision that an earlier deployment went by, and what was handed in for it.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// Its id.
    pub decision: Arc<str>,
    /// What was deployed.
    pub deployment: Arc<Deployment>,
    /// What was handed in, in any order; what no baseline asks for may be left out.
    pub evidence: Vec<Evidence>,
}

/// What is known of the last deployment of one service that succeeded by the rules.
#[derive(Debug, Clone)]
pub enum Before {
    /// It went by this decision.
    Decided(Arc<Earlier>),
    /// There was one, and what was handed in for it cannot be had.
    Unavailable {
        /// The decision that it went by.
        decision: Arc<str>,
        /// Why not.
        why: Arc<str>,
    },
}

impl Before {
    /// The decision that it went by.
    #[must_use]
    pub fn decision(&self) -> &Arc<str> {
        match self {
            Self::Decided(earlier) => &earlier.decision,
            Self::Unavailable { decision, .. } => decision,
        }
    }
}

/// The same for every service of a deployment; one that is not in here was never deployed there by the rules.
#[derive(Debug, Clone, Default)]
pub struct Baselines(BTreeMap<ServiceName, Before>);

/// With which decision a service was compared: what a record keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Compared {
    /// The service.
    pub service: ServiceName,
    /// The decision that its last deployment went by.
    pub decision: Arc<str>,
    /// Why its documents could not be had, if they could not.
    pub unavailable: Option<Arc<str>>,
}

impl FromIterator<(ServiceName, Before)> for Baselines {
    fn from_iter<I: IntoIterator<Item = (ServiceName, Before)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

impl Baselines {
    /// What `stage` compares with when it judges `service`, or all services of the deployment together.
    ///
    /// The documents of all its services count, and one that cannot be had is no grounds for a pass: it makes all of them
    /// unavailable. How old they are, and what they are bound to, was asked when they were judged.
    #[must_use]
    pub fn of(
        &self,
        stage: &Stage,
        service: Option<&ServiceName>,
        deployment: &Deployment,
        now: Timestamp,
    ) -> Baseline {
        if !stage.baseline {
            return Baseline::NotAsked;
        }
        let judged = deployment.services().iter().map(|one| &one.name);
        let judged: BTreeSet<&ServiceName> = judged.filter(|name| service.is_none_or(|one| one == *name)).collect();
        let (mut documents, mut seen) = (Vec::new(), BTreeSet::new());
        for before in judged.iter().filter_map(|name| self.0.get(*name)) {
            match before {
                Before::Unavailable { decision, why } => {
                    return Baseline::Unavailable(format!("of decision {decision}: {why}").into());
                }
                Before::Decided(earlier) if seen.insert(&earlier.decision) => {
                    documents.extend(earlier.documents(stage, service, &judged, now));
                }
                Before::Decided(_) => {}
            }
        }
        if seen.is_empty() { Baseline::First } else { Baseline::Documents(distinct_documents(documents)) }
    }

    /// What a record keeps where `set` compares anything: by service, and the digests of all documents that were at hand, sorted.
    #[must_use]
    pub fn recorded(&self, set: &PolicySet) -> (Vec<Compared>, Vec<crate::digest::Digest>) {
        let names = names(&set.stages);
        if names.is_empty() {
            return (Vec::new(), Vec::new());
        }
        let mut digests = BTreeSet::new();
        let compared = self.0.iter().map(|(service, before)| {
            let unavailable = match before {
                Before::Decided(earlier) => {
                    let bound = earlier.evidence.iter().filter(|item| names.contains(&item.name));
                    digests.extend(bound.map(|item| item.document.digest));
                    None
                }
                Before::Unavailable { why, .. } => Some(why.clone()),
            };
            Compared { service: service.clone(), decision: before.decision().clone(), unavailable }
        });
        (compared.collect(), digests.into_iter().collect())
    }
}

impl Earlier {
    /// Its documents under the stage's names, as the stage believes them. A document of another service's is none; one that names
    /// no service speaks of all that were deployed with it.
    fn documents(
        &self,
        stage: &Stage,
        service: Option<&ServiceName>,
        judged: &BTreeSet<&ServiceName>,
        now: Timestamp,
    ) -> Vec<Evidence> {
        let mine = |item: &&Evidence| item.service.as_ref().is_none_or(|name| judged.contains(name));
        let bound = stage.evidence.iter().flat_map(|requirement| {
            sufficiency::belonging(requirement, service, &self.deployment, &self.evidence).into_iter().filter(mine)
        });
        trust::applied(stage, &self.deployment, service, bound.cloned().collect(), now)
    }
}

/// The names of the evidence that is compared with a baseline by any of these stages.
#[must_use]
pub fn names<'a>(stages: impl IntoIterator<Item = &'a Stage>) -> BTreeSet<EvidenceName> {
    let asking = stages.into_iter().filter(|stage| stage.baseline);
    asking.flat_map(|stage| &stage.evidence).map(|requirement| requirement.name.clone()).collect()
}
