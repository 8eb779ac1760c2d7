//! What a policy set may ask of this plugin, as it is written.

use serde::Deserialize;

/// The settings' JSON Schema.
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// What makes an incident how urgent. Without any of it, what the runbook says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Critical.
    #[serde(rename = "P0")]
    pub p0: Option<PrioritySettings>,
    /// High.
    #[serde(rename = "P1")]
    pub p1: Option<PrioritySettings>,
    /// Medium.
    #[serde(rename = "P2")]
    pub p2: Option<PrioritySettings>,
    /// What is known to be nothing of the others.
    #[serde(rename = "P3")]
    pub p3: Option<LeastSettings>,
}

/// One priority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrioritySettings {
    /// Its name for people.
    pub title: Option<String>,
    /// What it is like, for people.
    pub examples: Option<Vec<String>>,
    /// Any of these makes an incident this urgent.
    pub any_of: AnyOf,
}

/// The priority of what is nothing of the others.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeastSettings {
    /// Its name for people.
    pub title: Option<String>,
    /// What it is like, for people.
    pub examples: Option<Vec<String>>,
}

/// What is known of an incident, in the contract's words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnyOf {
    /// How the service does.
    #[serde(default)]
    pub service: Vec<String>,
    /// How its data do.
    #[serde(default)]
    pub data: Vec<String>,
    /// Whether somebody got in.
    #[serde(default)]
    pub security: Vec<String>,
    /// How much of what users can do is broken.
    #[serde(default)]
    pub features: Vec<String>,
    /// How much slower it is.
    #[serde(default)]
    pub performance: Vec<String>,
    /// How many users are affected.
    pub users_affected_percent: Option<UsersSettings>,
    /// Whether the deployment has to be undone; only `true`.
    pub rollback_required: Option<bool>,
}

/// Either of both.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsersSettings {
    /// More than so many of a hundred.
    pub gt: Option<f64>,
    /// So many of a hundred, or more.
    pub min: Option<f64>,
}
