//! What a set says of incidents: who classifies them, whom they are handed on to, what people do, and what is written to them.

use super::{operations::among, reader::Reader};
use crate::{
    document::{escaped, nearest, quoted},
    raw,
    template::Template,
};
use serde_json::Value;

/// What may stand in what is written when an incident is opened, handed on, or stands otherwise.
pub const OF_INCIDENTS: [&str; 11] = [
    "priority",
    "priority_title",
    "environment",
    "title",
    "detected_at",
    "services",
    "impact",
    "status",
    "resolution_expected",
    "actions",
    "next_update",
];
/// What may stand in what is written when it is over.
pub const OF_RESOLVED: [&str; 14] = [
    "priority",
    "priority_title",
    "environment",
    "title",
    "detected_at",
    "services",
    "impact",
    "status",
    "actions",
    "resolved_at",
    "downtime",
    "root_cause",
    "prevention",
    "post_mortem_at",
];

/// Says what a schema cannot.
pub(super) fn incidents(reader: &mut Reader<'_>, set: &raw::Set) {
    for (occasion, known) in [("incident", &OF_INCIDENTS[..]), ("resolved", &OF_RESOLVED[..])] {
        for part in ["subject", "body"] {
            let pointer = format!("/notices/{occasion}/{part}");
            if let Some(text) = set.notices.get(occasion).and_then(|notice| notice.get(part)).and_then(Value::as_str) {
                template(reader, &pointer, text, known);
            }
        }
    }
    for priority in set.escalation.as_object().into_iter().flat_map(|levels| levels.keys()) {
        let next = set.escalation.get(priority).and_then(|level| level.get("then")).and_then(Value::as_array);
        for (index, contact) in next.into_iter().flatten().enumerate() {
            let pointer = format!("/escalation/{}/then/{index}", escaped(priority));
            if let Some(name) = contact.as_str() {
                among(reader, &pointer, name, "contacts", &set.contacts);
            }
        }
    }
    if !set.incidents.is_null() {
        opened(reader, set);
    }
}

/// What has to stand elsewhere in a set that opens incidents.
fn opened(reader: &mut Reader<'_>, set: &raw::Set) {
    let text = |key: &str| set.incidents.get(key).and_then(Value::as_str);
    if let Some(name) = text("plugin").filter(|name| !set.plugins.contains_key(*name)) {
        let hint = nearest(name, set.plugins.keys().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
        reader.mistake("/incidents/plugin", format!("there is no {} under `plugins`", quoted(name)), hint);
    }
    if let Some(name) = text("procedure").filter(|name| set.procedures.get(*name).is_none()) {
        let known = set.procedures.as_object().into_iter().flat_map(|all| all.keys()).map(String::as_str);
        let hint = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        reader.mistake("/incidents/procedure", format!("there is no {} under `procedures`", quoted(name)), hint);
    }
    let needed = [("escalation", &set.escalation), ("notices", &set.notices)];
    let missing = needed.into_iter().filter(|(_, section)| section.is_null()).map(|(key, _)| format!("`{key}`"));
    let missing: Vec<String> = missing.collect();
    if !missing.is_empty() {
        let hint = "say whom each priority is told, and what is written".to_owned();
        reader.mistake("/incidents", format!("incidents need {}", missing.join(" and ")), Some(hint));
    }
    for occasion in ["incident", "resolved"] {
        if !set.notices.is_null() && set.notices.get(occasion).is_none() {
            reader.mistake("/notices", format!("incidents need `{occasion}`: what is written then"), None);
        }
    }
}

fn template(reader: &mut Reader<'_>, pointer: &str, text: &str, known: &[&str]) {
    match Template::parse(text) {
        Err(error) => reader.mistake(pointer, error.to_string(), None),
        Ok(template) => {
            for blank in template.blanks().into_iter().filter(|blank| !known.contains(blank)) {
                let hint = nearest(blank, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
                reader.mistake(pointer, format!("nothing is known as `{{{{ {blank} }}}}` here"), hint);
            }
        }
    }
}
