//! What services are compared with: from the record to what core asks for.

use crate::{
    api::request::DeploymentRequestBody,
    gate::{
        Gate,
        error::GateError,
        intake::{Body, Budget, Fetched, Reading, intake},
        named_once,
        plugins::Active,
        submission::{Source, Upload},
        verifications::LookedAt,
    },
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tidegate_bundle::identities::people::People;
use tidegate_core::{
    baseline::{self, Baselines, Before, Earlier},
    deployment::{Deployment, SERVICES_MAX},
    judgement::Submitted,
    name::{EnvironmentName, EvidenceName, ServiceName},
    time::Timestamp,
};
use tidegate_ledger::{evidence::Masking, id::DecisionId, ledger::baselines::LastGood, stored::StoredDecision};

/// With which decision each service is compared, and what was handed in for these decisions.
#[derive(Debug, Default)]
pub struct Compared {
    /// By service; one that is not here was never deployed there by the rules.
    pub services: BTreeMap<ServiceName, Arc<str>>,
    /// By decision; or why it cannot be had.
    pub decisions: BTreeMap<Arc<str>, Result<Had, Arc<str>>>,
}

/// What an earlier deployment was, and what was handed in for it.
#[derive(Debug)]
pub struct Had {
    /// What was deployed.
    pub deployment: Arc<Deployment>,
    /// The documents, as they were taken.
    pub fetched: Vec<Fetched>,
}

impl Compared {
    /// Reads the documents, each decision's once. What cannot be read any more cannot be had.
    pub(super) fn read(self, reading: &Reading<'_>, people: &People, now: Timestamp) -> Baselines {
        let read = |(decision, had): (Arc<str>, Result<Had, Arc<str>>)| {
            let evidence = had.and_then(|had| match intake(had.fetched, reading, now) {
                Ok(taken) => Ok((had.deployment, named_once::statements(taken.evidence, people))),
                Err(error) => Err(Arc::from(format!("its documents cannot be read any more: {error}"))),
            });
            let before = match evidence {
                Ok((deployment, evidence)) => {
                    Before::Decided(Arc::new(Earlier { decision: decision.clone(), deployment, evidence }))
                }
                Err(why) => Before::Unavailable { decision: decision.clone(), why },
            };
            (decision, before)
        };
        let decisions: BTreeMap<Arc<str>, Before> = self.decisions.into_iter().map(read).collect();
        let of = |(service, decision): (ServiceName, Arc<str>)| Some((service, decisions.get(&decision)?.clone()));
        self.services.into_iter().filter_map(of).collect()
    }
}

impl Gate {
    /// What the services that a request names are compared with, if any policy set compares anything. Names that cannot be are
    /// refused later, with every other mistake.
    ///
    /// What is looked at after it went out is compared with the look at the deployment before it.
    pub(super) async fn compared(
        &self,
        asked: &DeploymentRequestBody,
        active: &Active,
        looked_at: Option<&LookedAt>,
    ) -> Result<Compared, GateError> {
        let mut compared = Compared::default();
        let names = baseline::names(active.bundle().all_sets().flat_map(|loaded| &loaded.set.stages));
        let Ok(environment) = EnvironmentName::parse(&asked.environment) else { return Ok(compared) };
        if names.is_empty() || asked.services.len() > SERVICES_MAX {
            return Ok(compared);
        }
        let mut budget = Budget::new(self.settings.evidence_bytes);
        let mut good: BTreeSet<DecisionId> = BTreeSet::new();
        for service in asked.services.iter().filter_map(|service| ServiceName::parse(&service.name).ok()) {
            let (decision, had): (Arc<str>, _) =
                match self.last_good((&environment, looked_at), &service, &good).await? {
                    LastGood::None => continue,
                    LastGood::AllWaived { last, looked_at } => {
                        let why = format!("waivers tolerated something in each of the last {looked_at} that succeeded");
                        (Arc::from(last.as_str()), Err(Arc::from(why)))
                    }
                    LastGood::Known(decision) => {
                        compared.services.insert(service, Arc::from(decision.as_str()));
                        continue;
                    }
                    LastGood::Decided(stored) => {
                        let decision = &stored.circumstances.decision;
                        good.insert(decision.clone());
                        (Arc::from(decision.as_str()), self.had(&stored, &names, &mut budget).await?)
                    }
                };
            compared.decisions.insert(decision.clone(), had);
            compared.services.insert(service, decision);
        }
        Ok(compared)
    }

    async fn last_good(
        &self,
        (environment, looked_at): (&EnvironmentName, Option<&LookedAt>),
        service: &ServiceName,
        good: &BTreeSet<DecisionId>,
    ) -> Result<LastGood, GateError> {
        let is_known = |id: &DecisionId| good.contains(id);
        Ok(match looked_at {
            None => self.ledger().last_good(environment, service, is_known).await?,
            Some(LookedAt { verifies, environment }) => {
                self.ledger().last_verified(environment, service, &verifies.decision, is_known).await?
            }
        })
    }

    /// What was handed in under these names, or why it cannot be had.
    async fn had(
        &self,
        stored: &StoredDecision,
        names: &BTreeSet<EvidenceName>,
        budget: &mut Budget,
    ) -> Result<Result<Had, Arc<str>>, GateError> {
        let mut fetched = Vec::new();
        for document in bound(&stored.judgement.evidence, names) {
            let Some(bytes) = self.ledger().body(&document.digest).await? else {
                let why = format!("the record does not hold `{}` ({}) any more", document.label, document.digest);
                return Ok(Err(Arc::from(why)));
            };
            if let Err(error) = budget.take(bytes.len() as u64) {
                return Ok(Err(Arc::from(error.to_string())));
            }
            fetched.push(as_taken(document, bytes));
        }
        Ok(Ok(Had { deployment: stored.judgement.deployment.clone(), fetched }))
    }
}

/// Those of these documents that were handed in under these names.
pub(crate) fn bound<'a>(
    evidence: &'a [Submitted],
    names: &BTreeSet<EvidenceName>,
) -> impl Iterator<Item = &'a Submitted> {
    evidence.iter().filter(|document| is_bound(&document.label, names))
}

/// Whether a document with this label was handed in under one of these names, for whichever service.
pub(crate) fn is_bound(label: &str, names: &BTreeSet<EvidenceName>) -> bool {
    let name = label.split_once('@').map_or(label, |(name, _)| name);
    EvidenceName::parse(name).is_ok_and(|name| names.contains(&name))
}

/// A recorded document as it was taken: read as what it was read as, without a look for archives and secrets, which it went through
/// then.
pub(crate) fn as_taken(document: &Submitted, bytes: Arc<[u8]>) -> Fetched {
    let Submitted { label, format, digest, submitted, masked, declared_at, received_at, stated_in } = document;
    let upload = Upload {
        name: label.clone(),
        place: format!("{label} {digest}"),
        format: Some(format.to_string()),
        produced_at: declared_at.map(|at| at.to_string()),
        source: Source::Digest(digest.to_string()),
    };
    let masking = submitted.map(|submitted| Masking { submitted, found: masked.clone() });
    Fetched { upload, body: Body::Kept(bytes, *received_at), masking, stated_in: *stated_in }
}
