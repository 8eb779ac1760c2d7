//! What a policy set may ask of this plugin, as it is written.

use serde::Deserialize;

/// The settings' JSON Schema.
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// When changes are allowed, and when not. [`crate::plan::Plan`] is made of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// An IANA name, e.g. `Europe/Berlin`: every other time here is local to it.
    pub time_zone: String,
    /// When changes are allowed; none means always.
    #[serde(default)]
    pub windows: Vec<WindowSettings>,
    /// When they are not.
    #[serde(default)]
    pub freezes: Vec<FreezeSettings>,
}

/// When changes are allowed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowSettings {
    /// For people.
    pub name: String,
    /// Once: from this local time, e.g. `2026-12-18T00:00`.
    pub from: Option<String>,
    /// Once: to this local time, which is not part of it.
    pub to: Option<String>,
    /// Every week.
    pub weekly: Option<WeeklySettings>,
    /// By a recurrence rule of RFC 5545.
    pub rrule: Option<String>,
    /// Of the rule: its first day, and the time at which each occurrence begins.
    pub start: Option<String>,
    /// Of the rule: how long an occurrence lasts, e.g. `4h`.
    pub duration: Option<String>,
}

/// When changes are frozen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreezeSettings {
    /// For people.
    pub name: String,
    /// `hard` (so it is without) holds deployments, `soft` warns.
    pub kind: Option<String>,
    /// The services it concerns, a trailing `*` matches a prefix; without it all.
    pub services: Option<Vec<String>>,
    /// Once: from this local time.
    pub from: Option<String>,
    /// Once: to this local time, which is not part of it.
    pub to: Option<String>,
    /// Every week.
    pub weekly: Option<WeeklySettings>,
    /// By a recurrence rule of RFC 5545.
    pub rrule: Option<String>,
    /// Of the rule: its first day, and the time at which each occurrence begins.
    pub start: Option<String>,
    /// Of the rule: how long an occurrence lasts.
    pub duration: Option<String>,
}

/// Some days of every week.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeeklySettings {
    /// `mon` to `sun`.
    pub days: Vec<String>,
    /// Local time, e.g. `09:00`.
    pub from: String,
    /// Local time, up to `24:00`; not part of it. Before `from` it is on the next day.
    pub to: String,
}
