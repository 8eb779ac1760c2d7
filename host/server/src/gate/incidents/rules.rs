//! What a policy set says of incidents, read.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};
use tidegate_bundle::{bundle::LoadedSet, duration, template::Template};
use tidegate_core::{incident::Priority, name::PluginName};

/// Everything that a set says of incidents.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The plugin that says how urgent one is, as the set names it.
    pub plugin: PluginName,
    /// JSON for the plugin: `severity`.
    pub settings: Value,
    /// Who answers, by priority.
    pub matrix: BTreeMap<Priority, Level>,
    /// What is written.
    pub texts: Texts,
    /// What is to be done.
    pub tasks: Vec<Task>,
}

/// Who answers for incidents of one priority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The priority's name for people.
    pub title: String,
    /// Who is told, one after the other.
    pub contacts: Vec<Contact>,
    /// Within which time somebody has to acknowledge it.
    pub respond_within: Duration,
    /// How often the next word is due.
    pub updates_every: Duration,
}

/// Somebody who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// As the set names them.
    pub name: String,
    /// What the set says of them.
    pub address: String,
}

/// What is written: templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// While it lasts.
    pub incident: Text,
    /// Once it is over.
    pub resolved: Text,
}

/// What is written at one occasion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// One line.
    pub subject: String,
    /// Any number of lines.
    pub body: String,
}

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What.
    pub title: String,
    /// Until when, from the opening on, in nanoseconds.
    pub within_ns: u64,
}

#[derive(Deserialize)]
struct Section {
    plugin: String,
    procedure: Option<String>,
}

#[derive(Deserialize)]
struct LevelSection {
    respond_within: String,
    contact: String,
    #[serde(default)]
    then: Vec<String>,
    updates_every: Option<String>,
}

impl Rules {
    /// None: the set says nothing of it. An error is none of the set's schema: it names what cannot be read.
    pub fn of(set: &LoadedSet) -> Result<Option<Self>, String> {
        let Some(section) = set.operation("incidents") else { return Ok(None) };
        let section: Section = read("incidents", section)?;
        let there = |key: &str| set.operation(key).ok_or_else(|| format!("`incidents` needs `{key}`"));
        let levels: BTreeMap<String, LevelSection> = read("escalation", there("escalation")?)?;
        let matrix = Priority::ALL.into_iter().map(|priority| {
            let level = levels.get(priority.word());
            let level = level.ok_or_else(|| format!("`escalation` says nothing of {}", priority.word()))?;
            Ok((priority, level.read(set, priority)?))
        });
        let texts: Texts = read("notices", there("notices")?)?;
        texts.templates()?;
        Ok(Some(Self {
            plugin: PluginName::parse(&section.plugin).map_err(|error| error.to_string())?,
            settings: settings(set),
            matrix: matrix.collect::<Result<_, String>>()?,
            texts,
            tasks: section.procedure.map_or(Ok(Vec::new()), |name| tasks(set, &name))?,
        }))
    }
}

/// What the plugin is asked with: without `severity` it says itself what is how urgent.
fn settings(set: &LoadedSet) -> Value {
    set.operation("severity").cloned().unwrap_or_else(|| Value::Object(serde_json::Map::new()))
}

fn read<T: serde::de::DeserializeOwned>(key: &str, value: &Value) -> Result<T, String> {
    serde_json::from_value(value.clone()).map_err(|error| format!("`{key}`: {error}"))
}

impl LevelSection {
    fn read(&self, set: &LoadedSet, priority: Priority) -> Result<Level, String> {
        let contact = |name: &String| Contact {
            name: name.clone(),
            address: set.contacts.get(name).cloned().unwrap_or_default(),
        };
        let title = set.operation("severity").and_then(|all| all.get(priority.word())?.get("title")?.as_str());
        let respond_within = duration::named(&self.respond_within)?;
        let updates_every = self.updates_every.as_deref().map_or(Ok(respond_within), duration::named)?;
        Ok(Level {
            title: title.unwrap_or_else(|| priority.word()).to_owned(),
            contacts: std::iter::once(&self.contact).chain(&self.then).map(contact).collect(),
            respond_within,
            updates_every,
        })
    }
}

fn tasks(set: &LoadedSet, procedure: &str) -> Result<Vec<Task>, String> {
    let steps = set.operation("procedures").and_then(|all| all.get(procedure)?.get("steps")?.as_array());
    let steps = steps.ok_or_else(|| format!("there is no `{procedure}` under `procedures`"))?;
    let timed = steps.iter().filter_map(|step| Some((step.get("title")?.as_str()?, step.get("within")?.as_str()?)));
    timed
        .map(|(title, within)| {
            let within_ns = u64::try_from(duration::named(within)?.as_nanos()).unwrap_or(u64::MAX);
            Ok(Task { title: title.to_owned(), within_ns })
        })
        .collect()
}

impl Texts {
    /// Each as a template, in the order of the occasions: subject and body.
    fn templates(&self) -> Result<[(Template, Template); 2], String> {
        Ok([self.incident.templates()?, self.resolved.templates()?])
    }
}

impl Text {
    /// Subject and body.
    pub(super) fn templates(&self) -> Result<(Template, Template), String> {
        let parse = |text: &str| Template::parse(text).map_err(|error| format!("`notices`: {error}"));
        Ok((parse(&self.subject)?, parse(&self.body)?))
    }
}
