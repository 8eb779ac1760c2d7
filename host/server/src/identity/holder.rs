//! Whose a token is and what it is good for, as it is asked for, kept and shown: JSON, believed or refused with every mistake.

use super::{
    principal::{DEFAULT_SCOPE, Grant, Principal},
    role::{CONFLICTS, Role},
};
use crate::{api::problem::PlacedError, gate::error::placed};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};
use tidegate_bundle::glob::Glob;

/// Bytes of a name, at most.
const NAME_BYTES_MAX: usize = 128;
/// Grants of one holder, and patterns of one grant, at most.
const ENTRIES_MAX: usize = 32;

/// Whose a token is and what it is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holder {
    /// What the record calls them.
    pub name: String,
    /// The person; left out for a program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Whose evidence they hand in and read; left out: `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What they may do.
    pub grants: Vec<HolderGrant>,
}

/// Roles for some environments and some services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolderGrant {
    /// What may be done.
    pub roles: BTreeSet<Role>,
    /// Names, or beginnings of names with a trailing `*`.
    pub environments: Vec<String>,
    /// Names, or beginnings of names with a trailing `*`.
    pub services: Vec<String>,
}

impl Holder {
    /// The principal, or every mistake with its place.
    pub fn principal(&self) -> Result<Principal, Vec<PlacedError>> {
        let mut mistakes = Vec::new();
        named("name", &self.name, &mut mistakes);
        self.person.iter().for_each(|person| named("person", person, &mut mistakes));
        self.scope.iter().for_each(|scope| named("scope", scope, &mut mistakes));
        entries("grants", self.grants.len(), &mut mistakes);
        let grants = self.grants.iter().enumerate().map(|(index, grant)| grant.read(index, &mut mistakes)).collect();
        self.roles(&mut mistakes);
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Principal {
            name: Arc::from(self.name.as_str()),
            person: self.person.as_deref().map(Arc::from),
            scope: Arc::from(self.scope.as_deref().unwrap_or(DEFAULT_SCOPE)),
            grants,
            vouched: None,
        })
    }

    fn roles(&self, mistakes: &mut Vec<PlacedError>) {
        let roles: BTreeSet<Role> = self.grants.iter().flat_map(|grant| &grant.roles).copied().collect();
        for (one, other) in CONFLICTS {
            if roles.contains(&one) && roles.contains(&other) {
                let message = format!("nobody may hold both `{}` and `{}`", one.word(), other.word());
                mistakes.push(placed("grants", message));
            }
        }
        for role in roles.iter().filter(|role| role.is_personal() && self.person.is_none()) {
            let message = format!("`{}` is a person's to hold: say whose by `person`", role.word());
            mistakes.push(placed("person", message));
        }
    }
}

impl HolderGrant {
    fn read(&self, index: usize, mistakes: &mut Vec<PlacedError>) -> Grant {
        let mut globs = |key: &str, texts: &[String]| -> Vec<Glob> {
            entries(&format!("grants[{index}].{key}"), texts.len(), mistakes);
            let mut read = Vec::with_capacity(texts.len().min(ENTRIES_MAX));
            for text in texts.iter().take(ENTRIES_MAX) {
                match Glob::parse(text) {
                    Ok(glob) => read.push(glob),
                    Err(error) => mistakes.push(placed(format!("grants[{index}].{key}"), error)),
                }
            }
            read
        };
        let (environments, services) = (globs("environments", &self.environments), globs("services", &self.services));
        if self.roles.is_empty() {
            mistakes.push(placed(format!("grants[{index}].roles"), "names no role: the grant allows nothing"));
        }
        Grant { roles: self.roles.clone(), environments, services }
    }
}

fn entries(place: &str, used: usize, mistakes: &mut Vec<PlacedError>) {
    if used == 0 || used > ENTRIES_MAX {
        mistakes.push(placed(place, format!("{used} entries used, 1 to {ENTRIES_MAX} allowed")));
    }
}

/// Names go into the record and onto terminals.
fn named(place: &str, name: &str, mistakes: &mut Vec<PlacedError>) {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | ':' | '/');
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !name.chars().all(is_allowed) {
        let message = format!(
            "is no name: 1 to {NAME_BYTES_MAX} letters, digits, `_`, `-`, `.`, `@`, `:` and `/` are, {} bytes used",
            name.len()
        );
        mistakes.push(placed(place, message));
    }
}

#[cfg(test)]
mod tests {
    use super::Holder;
    use crate::identity::{principal::DEFAULT_SCOPE, role::Role};
    use serde_json::{Value, json};

    fn sound() -> Value {
        json!({"name": "ci-shop", "grants": [{"roles": ["decide"], "environments": ["production"], "services": ["shop-*"]}]})
    }

    fn with(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut holder = sound();
        change(&mut holder);
        let holder: Holder = serde_json::from_value(holder).unwrap();
        let mistakes = holder.principal().err().unwrap_or_default();
        mistakes.into_iter().map(|mistake| format!("{}: {}", mistake.place, mistake.message)).collect()
    }

    #[test]
    fn a_program_and_a_person_are_read() {
        let holder: Holder = serde_json::from_value(sound()).unwrap();
        let principal = holder.principal().unwrap();
        assert_eq!((&*principal.name, &*principal.scope, principal.person), ("ci-shop", DEFAULT_SCOPE, None));
        let both = with(|holder| {
            holder["person"] = json!("alice@shop.example");
            holder["grants"][0]["roles"] = json!(["override", "decide"]);
        });
        assert_eq!(both, [""; 0]);
        assert_eq!(serde_json::to_value(&holder).unwrap(), sound(), "it is kept as it was given");
        assert!(principal.grants[0].roles.contains(&Role::Decide));
    }

    #[test]
    fn every_mistake_is_named_with_its_place() {
        for (change, wanted) in [
            ((|holder| holder["name"] = json!("")) as fn(&mut Value), "name: is no name"),
            (|holder| holder["name"] = json!("a b"), "name: is no name"),
            (|holder| holder["scope"] = json!("x\u{1b}[31m"), "scope: is no name"),
            (|holder| holder["grants"] = json!([]), "grants: 0 entries used"),
            (|holder| holder["grants"][0]["roles"] = json!([]), "grants[0].roles: names no role"),
            (|holder| holder["grants"][0]["services"] = json!([]), "grants[0].services: 0 entries used"),
            (|holder| holder["grants"][0]["environments"] = json!(["*a"]), "grants[0].environments: has a `*`"),
            (|holder| holder["grants"][0]["roles"] = json!(["override"]), "person: `override` is a person's"),
            (
                |holder| {
                    holder["person"] = json!("bob");
                    holder["grants"][0]["roles"] = json!(["decide", "confirm"]);
                },
                "grants: nobody may hold both `decide` and `confirm`",
            ),
            (
                |holder| holder["grants"][0]["roles"] = json!(["policy", "audit"]),
                "grants: nobody may hold both `policy` and `audit`",
            ),
        ] {
            let mistakes = with(change);
            assert!(mistakes.iter().any(|mistake| mistake.starts_with(wanted)), "{wanted}: {mistakes:?}");
        }
        let two = with(|holder| {
            holder["name"] = json!("");
            holder["grants"][0]["roles"] = json!([]);
        });
        assert_eq!(two.len(), 2, "all at once: {two:?}");
    }

    #[test]
    fn roles_in_different_grants_conflict_all_the_same() {
        let mistakes = with(|holder| {
            let grant = json!({"roles": ["confirm"], "environments": ["staging"], "services": ["*"]});
            holder["grants"].as_array_mut().unwrap().push(grant);
            holder["person"] = json!("bob");
        });
        assert_eq!(mistakes, ["grants: nobody may hold both `decide` and `confirm`"]);
    }
}
