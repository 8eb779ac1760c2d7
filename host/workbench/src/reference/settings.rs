//! A schema of settings as tables: one for the whole, and one for each group in it.

use super::escape::{self, code};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// How deep groups lie in each other, at most; what is deeper is named by its type alone.
const DEPTH_MAX: usize = 6;
/// Bytes of all tables, at most: a schema that refers to itself is a page without end.
const BYTES_MAX: usize = 1 << 20;
/// References that are followed one after the other, at most.
const REFERENCES_MAX: usize = 16;

/// The tables of the whole schema.
pub(super) fn tables(schema: &Value) -> String {
    let mut out = String::new();
    let root = Node { root: schema, own: schema };
    let properties = root.properties();
    if properties.is_empty() {
        out.push_str("This plugin has no settings.\n");
        return out;
    }
    if let Some(description) = root.text("description") {
        let _ = writeln!(out, "{}\n", escape::text(description));
    }
    group(&mut out, &root, "", 0);
    // One line ends the page.
    out.truncate(out.trim_end().len());
    if out.len() > BYTES_MAX {
        let _ = write!(out, "\n\nThe rest is left out: {} bytes used, {BYTES_MAX} allowed.", out.len());
    }
    out.push('\n');
    out
}

/// One place of the schema, with what it refers to.
#[derive(Clone, Copy)]
struct Node<'a> {
    root: &'a Value,
    own: &'a Value,
}

impl<'a> Node<'a> {
    /// A keyword's value: where it is written beside a reference, that one counts.
    fn get(&self, keyword: &str) -> Option<&'a Value> {
        let mut node = self.own;
        for _ in 0..REFERENCES_MAX {
            if let Some(value) = node.get(keyword) {
                return Some(value);
            }
            let pointer = node.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'))?;
            node = self.root.pointer(pointer)?;
        }
        None
    }

    fn under(&self, own: &'a Value) -> Self {
        Self { root: self.root, own }
    }

    fn text(&self, keyword: &str) -> Option<&'a str> {
        self.get(keyword)?.as_str()
    }

    fn number(&self, keyword: &str) -> Option<&'a Value> {
        self.get(keyword).filter(|value| value.is_number())
    }

    fn properties(&self) -> Vec<(&'a str, Self)> {
        let properties = self.get("properties").and_then(Value::as_object);
        let mut all: Vec<(&str, Self)> =
            properties.into_iter().flatten().map(|(name, own)| (name.as_str(), self.under(own))).collect();
        all.sort_by_key(|(name, _)| *name);
        all
    }

    fn requires(&self, name: &str) -> bool {
        let required = self.get("required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|one| one.as_str() == Some(name)))
    }

    /// Members that say nothing but their names, such as limits per severity: a row says it better than a table.
    fn alike(&self) -> Option<(Vec<&'a str>, Self)> {
        let properties = self.properties();
        let (_, first) = *properties.first()?;
        let is_alike = |one: &Self| one.own == first.own && one.text("description").is_none();
        let all = properties.len() > 1 && properties.iter().all(|(_, one)| is_alike(one));
        all.then(|| (properties.iter().map(|(name, _)| *name).collect(), first))
    }

    /// What settings of this kind have inside, when they are objects or lists of objects.
    fn inside(&self) -> Option<(Self, &'static str)> {
        if !self.properties().is_empty() && self.alike().is_none() {
            return Some((*self, ""));
        }
        let items = self.under(self.get("items")?);
        (!items.properties().is_empty()).then_some((items, "[]"))
    }
}

fn group(out: &mut String, node: &Node<'_>, path: &str, depth: usize) {
    let properties = node.properties();
    let (groups, plain): (Vec<_>, Vec<_>) =
        properties.into_iter().partition(|(_, node)| node.inside().is_some() && depth < DEPTH_MAX);
    if !plain.is_empty() {
        out.push_str("| setting | type | default | meaning |\n|---|---|---|---|\n");
        for (name, one) in &plain {
            out.push_str(&row(name, one, node.requires(name)));
        }
        out.push('\n');
    }
    for (name, one) in &groups {
        if out.len() > BYTES_MAX {
            return;
        }
        let Some((inside, mark)) = one.inside() else { continue };
        let path = if path.is_empty() { format!("{name}{mark}") } else { format!("{path}.{name}{mark}") };
        let _ = writeln!(out, "### {}\n", code(&path));
        let meaning = meaning(one, node.requires(name));
        let default = one.get("default").filter(|default| default.as_array().is_none_or(|list| !list.is_empty()));
        let default = default.map(|default| format!(" Default: {}.", code(&default.to_string()))).unwrap_or_default();
        let _ = writeln!(out, "{}{default}\n", meaning.trim());
        group(out, &inside, &path, depth + 1);
    }
}

fn row(name: &str, node: &Node<'_>, required: bool) -> String {
    let member = node.alike().and_then(|(_, member)| member.get("default"));
    let default = node.get("default").or(member).map(|default| code(&default.to_string())).unwrap_or_default();
    format!("| {} | {} | {default} | {} |\n", code(name), kind(node, 0), meaning(node, required))
}

fn meaning(node: &Node<'_>, required: bool) -> String {
    let description = node.text("description").map(escape::text).unwrap_or_default();
    let required = if required { " Required." } else { "" };
    let member = node.alike().and_then(|(_, member)| member.get("x-stricter"));
    let stricter = node.get("x-stricter").or(member).and_then(stricter).unwrap_or_default();
    format!("{description}{required}{stricter}").trim_start().to_owned()
}

fn stricter(word: &Value) -> Option<String> {
    if let Some(values) = word.as_array() {
        let values: Vec<String> = values.iter().map(|value| code(&value.to_string())).collect();
        return Some(format!(" From loose to strict: {}.", values.join(", ")));
    }
    let said = match word.as_str()? {
        "lower" => " Lower is stricter.",
        "higher" => " Higher is stricter.",
        "true" => " `true` is stricter.",
        "false" => " `false` is stricter.",
        "more" => " More entries are stricter.",
        "fewer" => " Fewer entries are stricter.",
        _ => return None,
    };
    Some(said.to_owned())
}

/// In words. Alternatives and types of a plugin's own making are named as they are written.
fn kind(node: &Node<'_>, depth: usize) -> String {
    if let Some(values) = node.get("enum").and_then(Value::as_array) {
        let values: Vec<String> = values.iter().map(|value| code(&value.to_string())).collect();
        return values.join(" or ");
    }
    if let Some((names, member)) = node.alike().filter(|_| depth < DEPTH_MAX) {
        let names: Vec<String> = names.into_iter().map(code).collect();
        return format!("{} for each of {}", kind(&member, depth + 1), names.join(", "));
    }
    match node.text("type") {
        Some("integer") => format!("whole number{}", range(node)),
        Some("number") => format!("number{}", range(node)),
        Some("string") => "text".to_owned(),
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("array") => match node.get("items").filter(|_| depth < DEPTH_MAX) {
            Some(items) => format!("list of {}", kind(&node.under(items), depth + 1)),
            None => "list".to_owned(),
        },
        Some("object") => {
            match node.get("additionalProperties").filter(|inside| is_schema(inside) && depth < DEPTH_MAX) {
                Some(inside) => format!("mapping to {}", kind(&node.under(inside), depth + 1)),
                None => "mapping".to_owned(),
            }
        }
        Some(other) => escape::text(other),
        None => "any".to_owned(),
    }
}

fn is_schema(value: &Value) -> bool {
    value.as_object().is_some_and(|members: &Map<String, Value>| !members.is_empty())
}

fn range(node: &Node<'_>) -> String {
    let (least, most) = (node.number("minimum"), node.number("maximum"));
    let above = node.number("exclusiveMinimum");
    match (least, above, most) {
        (Some(least), _, Some(most)) => format!(", {least} to {most}"),
        (Some(least), _, None) => format!(", at least {least}"),
        (None, Some(above), Some(most)) => format!(", above {above}, up to {most}"),
        (None, Some(above), None) => format!(", above {above}"),
        (None, None, Some(most)) => format!(", up to {most}"),
        (None, None, None) => String::new(),
    }
}
