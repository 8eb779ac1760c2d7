//! What is to be deployed, where, and why.

use crate::{
    digest::Digest,
    name::{Commit, EnvironmentName, ServiceName, Version},
    time::Timestamp,
};
use std::sync::Arc;

/// Services in one deployment, at most.
pub const SERVICES_MAX: usize = 64;
/// Labels of one deployment, at most.
pub const LABELS_MAX: usize = 32;
/// Bytes of a free text of a deployment (a URI, a reference, a label's value), at most.
pub const TEXT_BYTES_MAX: usize = 512;
/// Bytes of all names and texts of a deployment together, at most: its part of a ledger leaf.
pub const DEPLOYMENT_BYTES_MAX: usize = 24 * 1024;

/// Why this deployment was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A push to a branch.
    Push,
    /// A person asked.
    Manual,
    /// A timetable asked.
    Schedule,
    /// From an earlier environment.
    Promotion,
    /// Back to an earlier version.
    Rollback,
}

impl Cause {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Push, Self::Manual, Self::Schedule, Self::Promotion, Self::Rollback];

    /// The word used in JSON, SQL and text.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Manual => "manual",
            Self::Schedule => "schedule",
            Self::Promotion => "promotion",
            Self::Rollback => "rollback",
        }
    }
}

/// Bytes to deploy, by digest: a decision holds for these bytes only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Artifact {
    /// Where they lie; may be empty.
    pub uri: Arc<str>,
    /// What they are.
    pub digest: Digest,
}

/// One service of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Service {
    /// Its name.
    pub name: ServiceName,
    /// The version to deploy.
    pub version: Version,
    /// The version that runs now, when the caller says so.
    pub previous_version: Option<Version>,
    /// The bytes to deploy.
    pub artifact: Option<Artifact>,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Revision {
    /// Its repository; may be empty.
    pub repository: Arc<str>,
    /// The commit itself.
    pub commit: Commit,
    /// The branch or tag; may be empty.
    pub ref_name: Arc<str>,
}

/// A name and a value that the caller attached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Unique in a deployment.
    pub name: Arc<str>,
    /// Free text.
    pub value: Arc<str>,
}

/// What a caller asks for. [`Deployment::new`] turns it into a deployment or says everything that is wrong.
#[derive(Debug, Clone)]
pub struct DeploymentRequest {
    /// Stable name of this attempt.
    pub id: Arc<str>,
    /// Where.
    pub environment: EnvironmentName,
    /// What; at least one, each name once.
    pub services: Vec<Service>,
    /// Which commit.
    pub revision: Option<Revision>,
    /// Why.
    pub cause: Cause,
    /// The authenticated identity, never what the caller typed.
    pub actor: Arc<str>,
    /// The person behind it; none: a program, or nobody knows.
    pub person: Option<Arc<str>>,
    /// When the gate was asked.
    pub requested_at: Timestamp,
    /// Anything else; each name once.
    pub labels: Vec<Label>,
}

/// One attempt to put given services into one environment: the object of every decision.
/// Services and labels are sorted by name, so that equal deployments are equal bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment(Parts);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    id: Arc<str>,
    environment: EnvironmentName,
    services: Vec<Service>,
    revision: Option<Revision>,
    cause: Cause,
    actor: Arc<str>,
    person: Option<Arc<str>>,
    requested_at: Timestamp,
    labels: Vec<Label>,
}

/// What is wrong with a requested deployment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeploymentError {
    /// At least one service is needed.
    #[error("a deployment names at least one service")]
    NoServices,
    /// The same service twice.
    #[error("service `{0}` is named twice")]
    ServiceTwice(ServiceName),
    /// The same label twice.
    #[error("label `{}` is given twice", .0.escape_debug())]
    LabelTwice(Arc<str>),
    /// Over a limit.
    #[error("{what}: {used} used, {allowed} allowed")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much was given.
        used: usize,
        /// How much is allowed.
        allowed: usize,
    },
    /// A text that holds a control character.
    #[error("{what} holds a control character")]
    Control {
        /// Which text.
        what: &'static str,
    },
    /// A text that must not be empty.
    #[error("{what} is empty")]
    Empty {
        /// Which text.
        what: &'static str,
    },
}

impl Deployment {
    /// Every mistake at once, or a deployment.
    pub fn new(request: DeploymentRequest) -> Result<Self, Vec<DeploymentError>> {
        let mut errors = Vec::new();
        let DeploymentRequest {
            id,
            environment,
            mut services,
            revision,
            cause,
            actor,
            person,
            requested_at,
            mut labels,
        } = request;
        services.sort_by(|a, b| a.name.cmp(&b.name));
        labels.sort();
        if services.is_empty() {
            errors.push(DeploymentError::NoServices);
        }
        at_most("services", services.len(), SERVICES_MAX, &mut errors);
        at_most("labels", labels.len(), LABELS_MAX, &mut errors);
        for pair in services.windows(2) {
            if let [a, b] = pair
                && a.name == b.name
            {
                errors.push(DeploymentError::ServiceTwice(a.name.clone()));
            }
        }
        for pair in labels.windows(2) {
            if let [a, b] = pair
                && a.name == b.name
            {
                errors.push(DeploymentError::LabelTwice(a.name.clone()));
            }
        }
        if id.is_empty() {
            errors.push(DeploymentError::Empty { what: "deployment id" });
        }
        let parts = Parts { id, environment, services, revision, cause, actor, person, requested_at, labels };
        for (what, text) in parts.texts() {
            at_most(what, text.len(), TEXT_BYTES_MAX, &mut errors);
            if text.chars().any(char::is_control) {
                errors.push(DeploymentError::Control { what });
            }
        }
        at_most("bytes of the deployment", parts.bytes(), DEPLOYMENT_BYTES_MAX, &mut errors);
        if errors.is_empty() { Ok(Self(parts)) } else { Err(errors) }
    }

    /// Stable name of this attempt.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }
    /// Where.
    #[must_use]
    pub fn environment(&self) -> &EnvironmentName {
        &self.0.environment
    }
    /// What, sorted by name, at least one.
    #[must_use]
    pub fn services(&self) -> &[Service] {
        &self.0.services
    }
    /// The service of that name.
    #[must_use]
    pub fn service(&self, name: &ServiceName) -> Option<&Service> {
        self.0.services.iter().find(|service| service.name == *name)
    }
    /// Its name, when there is just one service.
    #[must_use]
    pub fn only_service(&self) -> Option<&ServiceName> {
        match self.0.services.as_slice() {
            [only] => Some(&only.name),
            _ => None,
        }
    }
    /// Which commit.
    #[must_use]
    pub fn revision(&self) -> Option<&Revision> {
        self.0.revision.as_ref()
    }
    /// The names of its services, in their order.
    #[must_use]
    pub fn service_names(&self) -> Vec<ServiceName> {
        self.services().iter().map(|service| service.name.clone()).collect()
    }

    /// Why.
    #[must_use]
    pub fn cause(&self) -> Cause {
        self.0.cause
    }
    /// The authenticated identity.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.0.actor
    }
    /// The person behind it; none: a program, or nobody knows.
    #[must_use]
    pub fn person(&self) -> Option<&str> {
        self.0.person.as_deref()
    }
    /// When the gate was asked.
    #[must_use]
    pub fn requested_at(&self) -> Timestamp {
        self.0.requested_at
    }
    /// Sorted by name.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.0.labels
    }
}

impl Parts {
    fn texts(&self) -> Vec<(&'static str, &str)> {
        let mut texts: Vec<(&'static str, &str)> = vec![("deployment id", &self.id), ("actor", &self.actor)];
        texts.extend(self.person.as_deref().map(|person| ("person", person)));
        if let Some(revision) = &self.revision {
            texts.extend([("repository", &*revision.repository), ("ref", &*revision.ref_name)]);
        }
        texts.extend(self.services.iter().filter_map(|s| s.artifact.as_ref()).map(|a| ("artifact uri", &*a.uri)));
        texts.extend(self.labels.iter().flat_map(|l| [("label name", &*l.name), ("label value", &*l.value)]));
        texts
    }

    fn bytes(&self) -> usize {
        let services = self.services.iter().map(|s| {
            s.name.as_str().len()
                + s.version.as_str().len()
                + s.previous_version.as_ref().map_or(0, |v| v.as_str().len())
                + 160
        });
        self.texts().iter().map(|(_, text)| text.len() + 16).sum::<usize>() + services.sum::<usize>()
    }
}

fn at_most(what: &'static str, used: usize, allowed: usize, errors: &mut Vec<DeploymentError>) {
    if used > allowed {
        errors.push(DeploymentError::TooMuch { what, used, allowed });
    }
}
