//! The section `notices`, as far as it is no table of values: where each contact is reached.

use super::{
    mistake::{Mistake, Refused},
    origin::Origin,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use tidegate_bundle::document::{Positions, nearest, quoted};

/// Where a contact is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// A destination under `egress`.
    pub destination: String,
    /// Path segments after its address.
    pub path: Vec<String>,
}

/// In which form a contact is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// As JSON of the gate's own.
    #[default]
    Webhook,
    /// As an alert, by the API of an Alertmanager, which then groups, silences and routes it.
    Alertmanager,
    /// As a CDEvent, in the binary mode of CloudEvents.
    CloudEvents,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Webhook, Self::Alertmanager, Self::CloudEvents];

    /// The word used in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Alertmanager => "alertmanager",
            Self::CloudEvents => "cloudevents",
        }
    }
}

/// How a contact is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// Where.
    pub route: Route,
    /// In which form.
    pub form: Form,
}

impl From<Route> for Reached {
    fn from(route: Route) -> Self {
        Self { route, form: Form::default() }
    }
}

/// The routes of a file. A destination that the file does not name is a mistake: it would be noticed in an emergency.
pub(super) fn read(file: &Value, positions: &Positions, mistakes: &mut Vec<Mistake>) -> BTreeMap<String, Reached> {
    let Some(contacts) = file.pointer("/notices/contacts").and_then(Value::as_object) else { return BTreeMap::new() };
    let mut routes = BTreeMap::new();
    for contact in contacts.keys() {
        let pointer = format!("/notices/contacts/{}", contact.replace('~', "~0").replace('/', "~1"));
        if let Some(route) = route(file, &pointer, positions, mistakes) {
            let word = file.pointer(&format!("{pointer}/form")).and_then(Value::as_str);
            let form = word.and_then(|word| Form::ALL.into_iter().find(|form| form.word() == word)).unwrap_or_default();
            routes.insert(contact.clone(), Reached { route, form });
        }
    }
    routes
}

/// The route at that place of a file, if one is there.
pub(super) fn route(file: &Value, pointer: &str, positions: &Positions, mistakes: &mut Vec<Mistake>) -> Option<Route> {
    let value = file.pointer(pointer)?;
    let nowhere = Map::new();
    let destinations = file.get("egress").and_then(Value::as_object).unwrap_or(&nowhere);
    let mut refuse = |key: &str, refused: Refused| {
        let at = positions.at(&format!("{pointer}{key}"));
        let origin = Origin::File { file: positions.file().to_owned(), line: at.line, column: at.column };
        // What the schema found wrong with a value is not said again in other words.
        if !mistakes.iter().any(|mistake| mistake.origin == origin) {
            mistakes.push(refused.at(origin));
        }
    };
    let destination = value.get("destination").and_then(Value::as_str)?;
    if !destinations.contains_key(destination) {
        let near = nearest(destination, destinations.keys().map(String::as_str));
        let refused = Refused::because(format!("there is no destination {} under `egress`", quoted(destination)));
        refuse(
            "/destination",
            match near {
                Some(near) => refused.hint(format!("did you mean `{near}`?")),
                None => refused,
            },
        );
    }
    let segments = value.get("path").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let path: Vec<String> = segments.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect();
    for (index, _) in path.iter().enumerate().filter(|(_, segment)| leads_away(segment)) {
        let refused = Refused::because("`.`, `..` and control characters lead elsewhere");
        refuse(&format!("/path/{index}"), refused);
    }
    Some(Route { destination: destination.to_owned(), path })
}

fn leads_away(segment: &str) -> bool {
    matches!(segment, "." | "..") || segment.chars().any(char::is_control)
}

/// One line for each contact.
pub(super) fn show(routes: &BTreeMap<String, Reached>) -> Vec<String> {
    let line = |(contact, Reached { route, form }): (&String, &Reached)| {
        let form = if *form == Form::Webhook { String::new() } else { format!(" as {}", form.word()) };
        format!("{contact}: {} /{}{form}", route.destination, route.path.join("/"))
    };
    routes.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{Form, Reached, Route, show};
    use crate::config::{Config, flags::Flags, tests};

    const EGRESS: &str = "egress: { hooks: { url: 'https://hooks.example/in' } }\n";

    fn load(contacts: &str) -> Result<Config, Vec<String>> {
        let yaml = format!("{EGRESS}notices:\n  contacts: {contacts}\n");
        let loaded = tests::load(&yaml, &[], &Flags::default());
        loaded.map(|loaded| loaded.config).map_err(|all| all.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_contact_has_a_destination_and_a_path() {
        let config = load("{ Security Team: { destination: hooks, path: [gate, a/b] }, ops: { destination: hooks } }");
        let config = config.unwrap();
        let route = Route { destination: "hooks".to_owned(), path: vec!["gate".to_owned(), "a/b".to_owned()] };
        assert_eq!(config.notices.contacts["Security Team"], route.into());
        assert_eq!(show(&config.notices.contacts), ["Security Team: hooks /gate/a/b", "ops: hooks /"]);
        let other = load("{ ops: { destination: hooks } }").unwrap();
        assert_ne!(config.digest(), other.digest(), "it is a part of what the gate is told");
        let alerts = load("{ ops: { destination: hooks, form: alertmanager } }").unwrap();
        assert_ne!(alerts.digest(), other.digest(), "so is the form");
        let route = Route { destination: "hooks".to_owned(), path: Vec::new() };
        assert_eq!(alerts.notices.contacts["ops"], Reached { route, form: Form::Alertmanager });
        assert_eq!(show(&alerts.notices.contacts), ["ops: hooks / as alertmanager"]);
    }

    #[test]
    fn a_route_that_leads_nowhere_is_a_mistake_before_the_first_emergency() {
        for (route, wanted) in [
            (
                "{ destination: hoks }",
                "tidegate.yaml:3:35: there is no destination `hoks` under `egress`\nhint: did you mean `hooks`?",
            ),
            (
                "{ destination: hooks, path: [..] }",
                "tidegate.yaml:3:49: `.`, `..` and control characters lead elsewhere",
            ),
            ("{ path: [a] }", "`destination` is missing"),
            ("{ destination: hooks, pth: [a] }", "unknown key `pth`\nhint: did you mean `path`?"),
        ] {
            let mistakes = load(&format!("{{ ops: {route} }}")).unwrap_err();
            assert!(mistakes.iter().any(|mistake| mistake.contains(wanted)), "{wanted}: {mistakes:?}");
        }
    }
}
