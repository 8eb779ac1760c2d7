//! What was found in a plugin's file, for people and for programs. Everything in it is the plugin's word.

use crate::render::escape::{self, terminal};
use serde_json::{Value, json};
use tidegate_engine::plugin::Plugin;
use tidegate_workbench::inspect::Inspection;

/// Characters of one text that are shown, at most.
const TEXT_CHARS_MAX: usize = 1_000;

/// For people.
pub(super) fn text(inspection: &Inspection) -> String {
    let mut lines = vec![match &inspection.plugin {
        Ok(plugin) => {
            format!("{} {} ({})", plugin.description.name, plugin.description.version, kinds(plugin).join(", "))
        }
        Err(error) => format!("not a plugin that a gate would load: {error}"),
    }];
    if let Ok(plugin) = &inspection.plugin {
        lines.push(format!("  {}", plugin.description.summary));
    }
    lines.push(format!("digest: {}", inspection.digest));
    lines.push(format!("size: {} bytes", inspection.size_bytes));
    lines.extend(listed("imports", &inspection.imports));
    if let Ok(plugin) = &inspection.plugin
        && !plugin.wasi.is_empty()
    {
        lines.push(
            "wasi: it imports WASI, so a policy set that uses it has to say `wasi: inert` in its entry".to_owned(),
        );
    }
    lines.extend(listed("exports", &inspection.exports));
    lines.extend(listed("made with", &producers(inspection)));
    if let Ok(plugin) = &inspection.plugin {
        lines.extend(rules(plugin));
        lines.extend(listed("warnings", &warnings(plugin)));
        lines.push("settings, as JSON Schema:".to_owned());
    }
    let mut text: String = lines.iter().map(|line| terminal(line, TEXT_CHARS_MAX) + "\n").collect();
    if let Ok(plugin) = &inspection.plugin {
        text.push_str(&pretty(&plugin.description.settings_schema));
    }
    text
}

fn listed(heading: &str, items: &[String]) -> Vec<String> {
    if items.is_empty() {
        return vec![format!("{heading}: nothing")];
    }
    let items = items.iter().map(|item| format!("  {item}"));
    std::iter::once(format!("{heading}:")).chain(items).collect()
}

fn kinds(plugin: &Plugin) -> Vec<&'static str> {
    plugin.kinds.iter().map(|kind| kind.word()).collect()
}

fn producers(inspection: &Inspection) -> Vec<String> {
    let producers = inspection.producers.iter();
    producers
        .map(|producer| format!("{}: {} {}", producer.role, producer.name, producer.version).trim_end().to_owned())
        .collect()
}

fn rules(plugin: &Plugin) -> Vec<String> {
    let mut lines = vec!["rules:".to_owned()];
    for rule in &plugin.description.rules {
        lines.push(format!("  {} ({}): {}", rule.id, rule.severity.word(), rule.title));
        lines.push(format!("    {}", rule.help));
        lines.extend(rule.doc.as_ref().map(|doc| format!("    more: {doc}")));
    }
    lines
}

fn warnings(plugin: &Plugin) -> Vec<String> {
    plugin.warnings.iter().map(ToString::to_string).collect()
}

/// For programs.
pub(super) fn json(inspection: &Inspection) -> String {
    let producers = inspection.producers.iter();
    let producers: Vec<Value> = producers
        .map(|producer| json!({ "role": producer.role, "name": producer.name, "version": producer.version }))
        .collect();
    let (plugin, refused) = match &inspection.plugin {
        Ok(plugin) => (description(plugin), Value::Null),
        Err(error) => (Value::Null, json!({ "message": error.to_string(), "blame": error.blame().word() })),
    };
    pretty(&json!({
        "digest": inspection.digest.to_string(),
        "size_bytes": inspection.size_bytes,
        "imports": inspection.imports,
        "exports": inspection.exports,
        "producers": producers,
        "plugin": plugin,
        "refused": refused,
    }))
}

fn description(plugin: &Plugin) -> Value {
    let rules: Vec<Value> = plugin
        .description
        .rules
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id.as_str(), "title": rule.title, "severity": rule.severity.word(), "help": rule.help, "doc": rule.doc,
            })
        })
        .collect();
    json!({
        "name": plugin.description.name.as_str(),
        "version": plugin.description.version.as_str(),
        "summary": plugin.description.summary,
        "kinds": kinds(plugin),
        "wasi": plugin.wasi,
        "rules": rules,
        "settings_schema": plugin.description.settings_schema,
        "warnings": warnings(plugin),
    })
}

fn pretty(value: &Value) -> String {
    // Strings, numbers and lists: there is nothing in it that JSON cannot hold.
    escape::json(&serde_json::to_string_pretty(value).unwrap_or_default()) + "\n"
}
