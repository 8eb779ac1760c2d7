//! Evidence that is bound to artifacts, in a stage judged once for a deployment of several services: somebody has to have looked at
//! each artifact, not at one of them.

use super::finding;
use crate::{
    deployment::{Deployment, Service},
    evidence::Evidence,
    finding::Finding,
    name::ServiceName,
    policy::{Bind, Requirement, Vouched},
};

/// What is wrong with services of whose artifact none of the documents in `found` speaks.
///
/// Where evidence may be absent, it may be absent for one service, too; where there is none at all, that is said elsewhere; and of one
/// service each document has to speak by itself.
pub(super) fn uncovered(
    requirement: &Requirement,
    service: Option<&ServiceName>,
    deployment: &Deployment,
    found: &[&Evidence],
) -> Vec<Finding> {
    let asked = requirement.bind == Bind::Artifact && requirement.documents_min > 0;
    let together = service.is_none() && deployment.only_service().is_none();
    if !asked || !together || found.is_empty() {
        return Vec::new();
    }
    let name = requirement.name.as_str();
    let (named, nameless): (Vec<&Service>, Vec<&Service>) =
        deployment.services().iter().partition(|service| service.artifact.is_some());
    let open: Vec<&Service> =
        named.into_iter().filter(|service| !found.iter().any(|item| speaks_of(item, service, requirement))).collect();
    let mut findings = Vec::new();
    if let [first, ..] = open.as_slice() {
        let message = format!(
            "`{name}`: nothing that was handed in speaks of the artifact of {}; what does not name it itself is handed in for its \
             service, e.g. as `{name}@{}`",
            listed(&open),
            first.name
        );
        findings.push(finding("evidence.unbound", name, None, message));
    }
    if !nameless.is_empty() {
        let message = format!(
            "`{name}` has to be bound to the artifact of each service, and the deployment names none of {} (`artifact`)",
            listed(&nameless)
        );
        findings.push(finding("evidence.unbound", name, None, message));
    }
    findings
}

/// By its own words; where it has none and its uploader may say it instead, by the service that it was handed in for. One that was
/// handed in for all services at once could be of any of them.
fn speaks_of(item: &Evidence, service: &Service, requirement: &Requirement) -> bool {
    let handed_in_for = item.service.as_ref();
    if handed_in_for.is_some_and(|name| *name != service.name) {
        return false;
    }
    match item.document.subjects.as_slice() {
        [] => requirement.vouched == Vouched::Uploader && handed_in_for.is_some(),
        stated => service.artifact.as_ref().is_some_and(|artifact| stated.contains(&artifact.digest)),
    }
}

fn listed(services: &[&Service]) -> String {
    services.iter().map(|service| format!("`{}`", service.name)).collect::<Vec<_>>().join(", ")
}
