//! What a policy set may ask of this plugin, as it is written.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The settings' JSON Schema.
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// Which items have to be fulfilled.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Items by id: those of the catalogue, and any further ones.
    pub items: BTreeMap<String, ItemSettings>,
}

/// What is asked of one item.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemSettings {
    /// `required` (so it is without), `if_applicable`, or `if_<flag>`.
    pub need: Option<String>,
    /// How long ago it may have been stated, e.g. `24h`.
    pub max_age: Option<String>,
    /// Whether somebody else than the deployment's actor has to state it.
    #[serde(default)]
    pub four_eyes: bool,
    /// Whether somebody else than the deployment's actor and the author of the change has to state it.
    #[serde(default)]
    pub independent: bool,
    /// For people; an item of the catalogue has one.
    pub title: Option<String>,
    /// What to do when it is not fulfilled; an item of the catalogue has one.
    pub remediation: Option<RemediationSettings>,
}

/// What a person can do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemediationSettings {
    /// In one sentence.
    pub title: String,
    /// A command.
    pub command: Option<String>,
    /// Where to read more.
    pub doc: Option<String>,
}
