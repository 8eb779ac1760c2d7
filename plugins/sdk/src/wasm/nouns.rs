//! Deployments, severities, locations, ratios: between the bindings and the author's types.

use super::bindings::tidegate::policy::types as wit;
use crate::{
    deployment::{Artifact, Cause, Deployment, Label, Revision, Service},
    finding::{Location, Severity},
    report::Ratio,
};

pub(super) fn deployment(given: wit::Deployment) -> Deployment {
    let wit::Deployment { id, environment, services, revision, cause, actor, requested_at, labels } = given;
    Deployment {
        id,
        environment,
        services: services.into_iter().map(service).collect(),
        revision: revision.map(|wit::Revision { repository, commit, ref_name }| Revision {
            repository,
            commit,
            ref_name,
        }),
        cause: match cause {
            wit::Cause::Push => Cause::Push,
            wit::Cause::Manual => Cause::Manual,
            wit::Cause::Schedule => Cause::Schedule,
            wit::Cause::Promotion => Cause::Promotion,
            wit::Cause::Rollback => Cause::Rollback,
        },
        actor,
        requested_at,
        labels: labels.into_iter().map(label).collect(),
    }
}

pub(super) fn label(given: wit::Label) -> Label {
    let wit::Label { name, value } = given;
    Label { name, value }
}

fn service(given: wit::Service) -> Service {
    let wit::Service { name, version, previous_version, artifact } = given;
    let artifact = artifact.map(|wit::Artifact { uri, digest }| Artifact { uri, digest });
    Service { name, version, previous_version, artifact }
}

pub(super) fn severity(given: wit::Severity) -> Severity {
    match given {
        wit::Severity::Info => Severity::Info,
        wit::Severity::Low => Severity::Low,
        wit::Severity::Medium => Severity::Medium,
        wit::Severity::High => Severity::High,
        wit::Severity::Critical => Severity::Critical,
    }
}

pub(super) fn severity_back(severity: Severity) -> wit::Severity {
    match severity {
        Severity::Info => wit::Severity::Info,
        Severity::Low => wit::Severity::Low,
        Severity::Medium => wit::Severity::Medium,
        Severity::High => wit::Severity::High,
        Severity::Critical => wit::Severity::Critical,
    }
}

pub(super) fn location(given: wit::Location) -> Location {
    Location { uri: given.uri, line: given.line }
}

pub(super) fn ratio(given: wit::Ratio) -> Ratio {
    Ratio { numerator: given.numerator, denominator: given.denominator }
}
