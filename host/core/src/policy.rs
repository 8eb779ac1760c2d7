//! A policy set as decisions need it: stages bound to plugins and evidence, and the rules around them.

use crate::{
    break_glass::BreakGlassRules,
    digest::Digest,
    name::{EvidenceName, PluginName, PolicySetId, StageId, Version},
    time::Timestamp,
};
use std::{sync::Arc, time::Duration};

/// Stages of one policy set, at most.
pub const STAGES_MAX: usize = 64;

/// A policy set: which stages a deployment has to go through, and what their results do.
#[derive(Debug, Clone)]
pub struct PolicySet {
    /// Its name.
    pub id: PolicySetId,
    /// Its version.
    pub version: Version,
    /// Of its canonical form with everything resolved: what a record cites.
    pub digest: Digest,
    /// Whether refusals are enforced.
    pub enforcement: Enforcement,
    /// When it has to be looked at again; overdue is a warning in every decision.
    pub next_review: Option<Timestamp>,
    /// How long an allowing decision holds.
    pub valid_for: Duration,
    /// In the order in which they are shown; ids are unique.
    pub stages: Vec<Stage>,
    /// What a forced deployment needs; `None`: nothing can be forced.
    pub break_glass: Option<BreakGlassRules>,
    /// What becomes of documents that hold secrets.
    pub secrets: Secrets,
}

/// What becomes of documents that hold secrets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Secrets {
    /// Their secrets are masked before anything is judged or stored.
    #[default]
    Mask,
    /// That, and nothing is decided from them.
    Refuse,
}

/// Whether a set's refusals are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enforcement {
    /// A refusal refuses.
    Enforce,
    /// Everything is judged and recorded, nothing refused.
    Advisory,
}

/// A plugin bound to evidence, with settings, weight and mode.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Unique in the set.
    pub id: StageId,
    /// For people.
    pub title: Arc<str>,
    /// The plugin that judges it.
    pub plugin: PluginName,
    /// Once, or once for each service.
    pub per: Per,
    /// Its part of the score; 0 decides but is not scored.
    pub weight: u32,
    /// What its failure does.
    pub mode: Mode,
    /// Until then a failure of a blocking stage only warns.
    pub effective_from: Option<Timestamp>,
    /// Whether a caller may skip it by saying so.
    pub optional: bool,
    /// What an error does.
    pub on_error: OnError,
    /// How long it should take; longer is a warning.
    pub budget: Option<Duration>,
    /// What it needs to see.
    pub evidence: Vec<Requirement>,
    /// What a document is worth that holds nothing and does not say that the tool looked at something.
    pub empty_scan: EmptyScan,
    /// Whether it also sees the baseline.
    pub baseline: bool,
    /// JSON, valid under the plugin's own schema.
    pub settings: Arc<str>,
}

impl Stage {
    /// What a failure does at that moment.
    #[must_use]
    pub fn mode_at(&self, now: Timestamp) -> Mode {
        match (self.mode, self.effective_from) {
            (Mode::Block, Some(from)) if now < from => Mode::Warn,
            (mode, _) => mode,
        }
    }
}

/// How often a stage is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// Once.
    Deployment,
    /// Once for each service.
    Service,
}

/// What a failed stage does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Refuses the deployment.
    Block,
    /// Is shown, and scored.
    Warn,
    /// Is recorded as "would have blocked".
    Monitor,
    /// Is not judged.
    Off,
}

/// What an error of a stage does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    /// Holds the deployment.
    Block,
    /// Is shown.
    Warn,
}

/// What a document is worth that holds nothing and does not say that the tool looked at something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EmptyScan {
    /// Nothing: it allows no conclusion.
    #[default]
    Incomplete,
    /// As much as a clean one.
    Clean,
}

/// Evidence that a stage needs, or may be given.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The name it is handed in under.
    pub name: EvidenceName,
    /// At least so many documents. 0: they may be absent, and then each has to be signed ([`Vouched::Signature`]), so that
    /// nothing that anybody may add makes a stage pass.
    pub documents_min: u32,
    /// At most so many.
    pub documents_max: Option<u32>,
    /// Not older than this at the moment of evaluation.
    pub max_age: Option<Duration>,
    /// What must tie each document to this deployment.
    pub bind: Bind,
    /// Who must vouch for each document.
    pub vouched: Vouched,
    /// Whose word counts for what a document declares harmless.
    pub trust: Trust,
}

/// Whose VEX statements and suppressions count. Everybody else's are shown and change nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Verified signers of the document.
    pub signers: Vec<Arc<str>>,
    /// Authors as the document names them: of a VEX document its author, of a scan its tool. An unsigned document's author is
    /// a claim, so this counts only in documents that the stage cannot do without ([`Requirement::documents_min`]).
    pub authors: Vec<Arc<str>>,
}

/// What ties a document to a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bind {
    /// The artifact that is deployed.
    Artifact,
    /// The revision that is deployed.
    Revision,
    /// Nothing.
    None,
}

/// Who vouches for a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vouched {
    /// A person, to the gate itself: the record says that they made this statement ([`Evidence::stated_in`]).
    ///
    /// [`Evidence::stated_in`]: crate::evidence::Evidence::stated_in
    Person,
    /// A trusted signature over it.
    Signature,
    /// Whoever handed it in for this deployment.
    Uploader,
    /// Nobody: it speaks for itself, and only what it says itself ties it to the deployment.
    None,
}
