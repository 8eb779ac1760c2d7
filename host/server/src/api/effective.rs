//! A policy set as it applies to some deployment, value by value, as JSON. Readers must accept fields that are not listed here.

use serde::Serialize;
use serde_json::Value;
use tidegate_bundle::bundle::LoadedSet;

/// A policy set with the source of every value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EffectiveBody {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Of the set with these overrides over it: what a decision cites.
    pub digest: String,
    /// In the order in which they apply.
    pub overrides: Vec<OverrideBody>,
    /// Every value.
    pub values: Vec<ValueBody>,
}

/// An override that applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverrideBody {
    /// Its name.
    pub id: String,
    /// `environment` or `service`.
    pub layer: String,
    /// Who is answerable for it.
    pub owner: String,
    /// Why it is there.
    pub reason: String,
    /// The file it was read from.
    pub file: String,
    /// `sha256:…`.
    pub digest: String,
}

/// One value and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValueBody {
    /// A JSON pointer into the set.
    pub pointer: String,
    /// A text, a number, `true`, `false`, or an empty list or mapping; `null`: not set.
    pub value: Value,
    /// `file:line:column`, or `default`.
    pub source: String,
    /// `base`, `environment` or `service`.
    pub layer: String,
}

impl EffectiveBody {
    /// Of a set with whatever layers are over it.
    #[must_use]
    pub fn of(set: &LoadedSet) -> Self {
        let overrides = set.layers().iter().map(|layer| OverrideBody {
            id: layer.id.clone(),
            layer: layer.layer.word().to_owned(),
            owner: layer.owner.clone(),
            reason: layer.reason.clone(),
            file: layer.file().to_owned(),
            digest: layer.digest().to_string(),
        });
        let values = set.effective().into_iter().map(|value| ValueBody {
            source: value.source.to_string(),
            layer: value.layer.word().to_owned(),
            pointer: value.pointer,
            value: value.value,
        });
        Self {
            id: set.set.id.to_string(),
            version: set.set.version.to_string(),
            digest: set.set.digest.to_string(),
            overrides: overrides.collect(),
            values: values.collect(),
        }
    }
}
