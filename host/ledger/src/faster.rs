//! Acts that came too late: what they are about was done, or undone, by somebody who was faster.

/// Why an act that was in order when it was asked for was not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Faster {
    /// Somebody took the decision back.
    #[error("the decision was revoked")]
    Revoked,
    /// A later decision took its place.
    #[error("a later decision took its place")]
    Superseded,
    /// Another permit was given, and only one may be.
    #[error("another permit was given")]
    Used,
    /// Somebody confirmed it.
    #[error("it was confirmed")]
    Confirmed,
    /// Other deployments were forced, and how often counts.
    #[error("other deployments were forced at the same moment")]
    Forced,
    /// Something was recorded about decisions that were to be moved to an archive.
    #[error("something was recorded about decisions that were to be moved: plan it again")]
    Recorded,
    /// Somebody agreed to it.
    #[error("it was agreed to")]
    Agreed,
    /// A legal hold keeps what was to go.
    #[error("a legal hold was placed, or holds what was to go")]
    Held,
    /// Something that was to go is named anew.
    #[error("a new record names what was to go")]
    Named,
    /// There is a hold of that name, or was.
    #[error("another hold has that name")]
    HoldNamed,
    /// Another rollback was ordered there, or the same one was.
    #[error("another rollback was ordered")]
    RolledBack,
    /// An incident of the same cause was opened.
    #[error("an incident of the same cause was opened")]
    IncidentOpened,
    /// Somebody else changed the incident.
    #[error("somebody else changed the incident")]
    IncidentChanged,
    /// There is no hold of that name any more, or never was.
    #[error("no hold of that name holds")]
    Lifted,
    /// A watch of the decision runs.
    #[error("a watch of the decision runs")]
    Watched,
    /// The alert is known.
    #[error("the alert is known")]
    Alerted,
    /// As many alerts of the watch are kept as may be.
    #[error("no further alert of the watch is kept")]
    AlertsFull,
    /// Somebody else changed the watch, or it ended.
    #[error("the watch changed, or ended")]
    WatchChanged,
    /// Somebody else took a step of the maintenance, or it ended.
    #[error("the maintenance changed, or ended")]
    MaintenanceChanged,
    /// It was looked at after this event.
    #[error("it was verified after this event")]
    Verified,
}
