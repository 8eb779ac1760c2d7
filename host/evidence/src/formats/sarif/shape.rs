//! The parts of SARIF that are read. Unknown keys are passed over: the format has hundreds.

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use std::fmt;

#[derive(Debug, Deserialize)]
pub(super) struct Log {
    pub(super) runs: Vec<Run>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run {
    pub(super) tool: Tool,
    /// Absent or null when the tool did not look.
    pub(super) results: Option<Vec<Finding>>,
    pub(super) invocations: Option<Vec<Invocation>>,
    pub(super) artifacts: Option<Vec<Artifact>>,
    pub(super) version_control_provenance: Option<Vec<Origin>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Tool {
    pub(super) driver: Component,
    pub(super) extensions: Option<Vec<Component>>,
}

/// The tool itself or an extension of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) semantic_version: Option<String>,
    rules: Option<Vec<Rule>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) default_configuration: Option<Configuration>,
    pub(super) short_description: Option<Message>,
    pub(super) properties: Option<Properties>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Configuration {
    pub(super) level: Option<Level>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) text: Option<String>,
    pub(super) markdown: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Properties {
    #[serde(rename = "security-severity", default, deserialize_with = "score")]
    pub(super) security_severity: Option<f64>,
    pub(super) tags: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Level {
    None,
    Note,
    Warning,
    Error,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    NotApplicable,
    Pass,
    Fail,
    Review,
    Open,
    Informational,
}

/// SARIF's `result`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding {
    pub(super) rule_id: Option<String>,
    pub(super) rule_index: Option<i64>,
    pub(super) rule: Option<Box<RuleReference>>,
    pub(super) level: Option<Level>,
    pub(super) kind: Option<Kind>,
    pub(super) message: Option<Message>,
    pub(super) locations: Option<Vec<Location>>,
    pub(super) fingerprints: Option<Pairs>,
    pub(super) partial_fingerprints: Option<Pairs>,
    pub(super) baseline_state: Option<String>,
    pub(super) suppressions: Option<Vec<Suppression>>,
    pub(super) properties: Option<Box<Properties>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleReference {
    pub(super) id: Option<String>,
    pub(super) index: Option<i64>,
    pub(super) tool_component: Option<ComponentReference>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ComponentReference {
    pub(super) index: Option<i64>,
    pub(super) name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) physical_location: Option<PhysicalLocation>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: Option<ArtifactLocation>,
    pub(super) region: Option<Region>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ArtifactLocation {
    pub(super) uri: Option<String>,
    pub(super) index: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Artifact {
    pub(super) location: Option<ArtifactLocation>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Suppression {
    pub(super) status: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: Option<bool>,
    pub(super) end_time_utc: Option<String>,
    pub(super) tool_execution_notifications: Option<Vec<Notification>>,
}

/// An entry of `toolExecutionNotifications`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Notification {
    pub(super) level: Option<Level>,
}

/// An entry of `versionControlProvenance`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Origin {
    pub(super) revision_id: Option<String>,
}

impl Run {
    /// The driver, then the extensions.
    pub(super) fn components(&self) -> impl Iterator<Item = &Component> {
        std::iter::once(&self.tool.driver).chain(self.tool.extensions.iter().flatten())
    }
}

impl Component {
    pub(super) fn rules(&self) -> &[Rule] {
        self.rules.as_deref().unwrap_or_default()
    }
}

/// Names and values of an object, sorted, as one text: all that a fingerprint needs. Kept small, since there may be a million.
#[derive(Debug)]
pub(super) struct Pairs(pub(super) Box<str>);

/// Tools write one or two.
const PAIRS_MAX: usize = 64;

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        while let Some(pair) = map.next_entry()? {
            if pairs.len() == PAIRS_MAX {
                let used = pairs.len() + 1;
                return Err(A::Error::custom(format!("too many fingerprints: {used} used, {PAIRS_MAX} allowed")));
            }
            pairs.push(pair);
        }
        pairs.sort();
        Ok(Pairs(pairs.iter().map(|(key, value)| format!("{key}={value}\n")).collect()))
    }
}

/// `"7.5"` as CodeQL writes it, or `7.5`; a text that is no number says nothing.
fn score<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    deserializer.deserialize_any(ScoreVisitor)
}

struct ScoreVisitor;

impl<'de> Visitor<'de> for ScoreVisitor {
    type Value = Option<f64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a score from 0 to 10, as text or number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<f64>, E> {
        Ok(text.trim().parse().ok().filter(|score: &f64| score.is_finite()))
    }

    fn visit_f64<E: Error>(self, score: f64) -> Result<Option<f64>, E> {
        Ok(Some(score))
    }

    #[expect(clippy::cast_precision_loss, reason = "a score has one digit before the point")]
    fn visit_u64<E: Error>(self, score: u64) -> Result<Option<f64>, E> {
        Ok(Some(score as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "a score has one digit before the point")]
    fn visit_i64<E: Error>(self, score: i64) -> Result<Option<f64>, E> {
        Ok(Some(score as f64))
    }

    fn visit_unit<E: Error>(self) -> Result<Option<f64>, E> {
        Ok(None)
    }
}
