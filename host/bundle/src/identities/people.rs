//! Who is the same person, whatever they are called where.

use super::{Issuer, Reader};
use crate::document::quoted;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// One human and their names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What the record calls them.
    pub person: String,
    /// Other names and addresses that tokens, waivers and statements know them by.
    #[serde(default)]
    pub also: Vec<String>,
    /// Their subjects at issuers.
    #[serde(default)]
    pub subjects: Vec<SubjectOf>,
    /// Their logins, by the name of the forge: `github`, `gitlab`.
    #[serde(default)]
    pub logins: BTreeMap<String, String>,
}

/// A subject at an issuer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectOf {
    /// The issuer's `id`.
    pub issuer: String,
    /// Its `sub`.
    pub subject: String,
}

/// Who is the same person. Whoever is not listed is known by their name alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    all: Vec<Person>,
    by_name: BTreeMap<String, Arc<str>>,
    by_subject: BTreeMap<(String, String), Arc<str>>,
    by_login: BTreeMap<(String, String), Arc<str>>,
}

/// However they write their name.
fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

impl People {
    /// Whether two names are one person's.
    #[must_use]
    pub fn same(&self, one: &str, other: &str) -> bool {
        folded(&self.canonical(one)) == folded(&self.canonical(other))
    }

    /// The one name of whoever has this name; the name itself, where nobody is listed under it.
    #[must_use]
    pub fn canonical(&self, name: &str) -> Arc<str> {
        let listed = self.by_name.get(&folded(name)).map(Arc::clone).or_else(|| self.of_principal(name));
        listed.unwrap_or_else(|| Arc::from(name.trim()))
    }

    /// The person of a principal that an issuer vouched for: the record calls it `issuer#subject`.
    fn of_principal(&self, name: &str) -> Option<Arc<str>> {
        let (issuer, subject) = name.split_once('#')?;
        self.of_subject(issuer, subject)
    }

    /// Whether somebody has this name.
    #[must_use]
    pub fn is_listed(&self, name: &str) -> bool {
        self.by_name.contains_key(&folded(name))
    }

    /// Everybody whom somebody may mean by this name or login: more than one where two forges have the same login for two people.
    #[must_use]
    pub fn all_called(&self, name: &str) -> BTreeSet<String> {
        let (name, login) = (name.trim(), folded(name));
        let by_login = self.by_login.iter().filter(|((_, known), _)| *known == login);
        let mut all: BTreeSet<String> = by_login.map(|(_, person)| person.to_string()).collect();
        let by_name = self.canonical(name).to_string();
        // Who has this as a name, or else whoever it is: a login is looked at first, since a name that nobody lists says no more.
        if all.is_empty() || self.is_listed(name) {
            all.insert(by_name);
        }
        all
    }

    /// What a decision depends on: who is the same person.
    pub(crate) fn canonical_form(&self) -> Value {
        let person = |one: &Person| {
            let subject = |of: &SubjectOf| json!({ "issuer": of.issuer, "subject": of.subject });
            let subjects: Vec<Value> = one.subjects.iter().map(subject).collect();
            json!({ "person": one.person, "also": one.also, "subjects": subjects, "logins": one.logins })
        };
        self.all.iter().map(person).collect()
    }

    /// The person of a subject at an issuer, by the issuer's `id`.
    #[must_use]
    pub fn of_subject(&self, issuer: &str, subject: &str) -> Option<Arc<str>> {
        self.by_subject.get(&(issuer.to_owned(), subject.to_owned())).map(Arc::clone)
    }

    /// The person of a login at a forge. Logins can be renamed: they say who somebody is in that forge's reports, and give no grant.
    #[must_use]
    pub fn of_login(&self, forge: &str, login: &str) -> Option<Arc<str>> {
        self.by_login.get(&(forge.to_owned(), folded(login))).map(Arc::clone)
    }

    /// Everybody, in the order of the file.
    #[must_use]
    pub fn all(&self) -> &[Person] {
        &self.all
    }
}

pub(super) fn read(reader: &mut Reader<'_>, all: Vec<Person>, issuers: &[Issuer]) -> People {
    let mut people = People::default();
    for (index, person) in all.iter().enumerate() {
        let at = format!("/people/{index}");
        let name: Arc<str> = Arc::from(person.person.trim());
        let names = [(format!("{at}/person"), &person.person)];
        let also = person.also.iter().enumerate().map(|(index, name)| (format!("{at}/also/{index}"), name));
        for (at, text) in names.into_iter().chain(also) {
            reader.line(&at, text);
            taken(reader, &at, text, people.by_name.insert(folded(text), name.clone()));
        }
        for (index, SubjectOf { issuer, subject }) in person.subjects.iter().enumerate() {
            let at = format!("{at}/subjects/{index}");
            if !issuers.iter().any(|known| *known.id == **issuer) {
                let message = format!("there is no issuer {}", quoted(issuer));
                reader.mistake(&format!("{at}/issuer"), message, None);
            }
            let key = (issuer.clone(), subject.clone());
            taken(reader, &format!("{at}/subject"), subject, people.by_subject.insert(key, name.clone()));
        }
        for (forge, login) in &person.logins {
            let key = (forge.clone(), folded(login));
            taken(reader, &format!("{at}/logins/{forge}"), login, people.by_login.insert(key, name.clone()));
        }
    }
    people.all = all;
    people
}

fn taken(reader: &mut Reader<'_>, at: &str, text: &str, before: Option<Arc<str>>) {
    if let Some(before) = before {
        let message = format!("{} is {}'s already", quoted(text), quoted(&before));
        reader.mistake(at, message, Some("one name is one person's: the gate could not tell them apart"));
    }
}
