//! What is to be deployed, where, and why.

/// Nanoseconds since the Unix epoch, UTC. A plugin has no clock: every moment is handed in.
pub type Timestamp = u64;

/// Why this deployment was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Bytes to deploy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Where they lie; may be empty.
    pub uri: String,
    /// What they are: `sha256:…`.
    pub digest: String,
}

/// One service of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The version to deploy.
    pub version: String,
    /// The version that runs now, when known.
    pub previous_version: Option<String>,
    /// The bytes to deploy.
    pub artifact: Option<Artifact>,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its repository; may be empty.
    pub repository: String,
    /// The commit itself.
    pub commit: String,
    /// The branch or tag; may be empty.
    pub ref_name: String,
}

/// A name and a value that the caller attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Unique in a deployment.
    pub name: String,
    /// Free text.
    pub value: String,
}

/// One attempt to put given services into one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// Stable name of this attempt.
    pub id: String,
    /// Where.
    pub environment: String,
    /// What, sorted by name.
    pub services: Vec<Service>,
    /// Which commit.
    pub revision: Option<Revision>,
    /// Why.
    pub cause: Cause,
    /// The authenticated identity.
    pub actor: String,
    /// When the gate was asked.
    pub requested_at: Timestamp,
    /// Anything else, sorted by name.
    pub labels: Vec<Label>,
}
