//! Components in this process.

use super::page;
use crate::evidence::components::Component;
use std::{iter::Peekable, rc::Rc, slice::Iter};

#[derive(Debug)]
pub(crate) struct Components(pub(crate) Rc<[Component]>);

impl Components {
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn components(&self, offset: u32, limit: u32) -> Vec<Component> {
        page(self.0.iter().cloned(), offset, limit)
    }

    pub(crate) fn inside_licenses(&self, denied: &[String], offset: u32, limit: u32) -> Vec<Component> {
        let is_free = |name: &str| !denied.iter().any(|entry| entry == name);
        let needs = |license: &String| denied.contains(license) || evaluate(license, &is_free) == Some(false);
        page(self.0.iter().filter(|component| component.licenses.iter().any(needs)).cloned(), offset, limit)
    }

    pub(crate) fn outside_licenses(&self, allowed: &[String], offset: u32, limit: u32) -> Vec<Component> {
        let is_allowed = |name: &str| allowed.iter().any(|entry| entry == name);
        let satisfied = |expression: &String| evaluate(expression, &is_allowed) == Some(true);
        let outside =
            |component: &&Component| component.licenses.is_empty() || !component.licenses.iter().all(satisfied);
        page(self.0.iter().filter(outside).cloned(), offset, limit)
    }
}

/// An SPDX expression of names, `AND`, `OR`, `WITH` and parentheses; `None` for one that cannot be read.
fn evaluate(expression: &str, accepts: Accepts<'_>) -> Option<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut words = words.iter().peekable();
    let satisfied = any_of(&mut words, accepts)?;
    words.next().is_none().then_some(satisfied)
}

type Accepts<'a> = &'a dyn Fn(&str) -> bool;

type Words<'a> = Peekable<Iter<'a, &'a str>>;

fn any_of(words: &mut Words<'_>, accepts: Accepts<'_>) -> Option<bool> {
    let mut satisfied = all_of(words, accepts)?;
    while words.next_if(|word| **word == "OR").is_some() {
        satisfied |= all_of(words, accepts)?;
    }
    Some(satisfied)
}

fn all_of(words: &mut Words<'_>, accepts: Accepts<'_>) -> Option<bool> {
    let mut satisfied = one(words, accepts)?;
    while words.next_if(|word| **word == "AND").is_some() {
        satisfied &= one(words, accepts)?;
    }
    Some(satisfied)
}

fn one(words: &mut Words<'_>, accepts: Accepts<'_>) -> Option<bool> {
    match *words.next()? {
        "(" => {
            let satisfied = any_of(words, accepts)?;
            words.next_if(|word| **word == ")").map(|_| satisfied)
        }
        ")" | "AND" | "OR" | "WITH" => None,
        name => {
            let with = words.next_if(|word| **word == "WITH").map(|_| words.next());
            let name = match with {
                Some(exception) => format!("{name} WITH {}", exception?),
                None => name.to_owned(),
            };
            Some(accepts(&name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::evaluate;

    #[test]
    fn an_expression_is_satisfied_by_allowed_licences_alone() {
        let allowed =
            ["MIT".to_owned(), "Apache-2.0".to_owned(), "GPL-2.0-only WITH Classpath-exception-2.0".to_owned()];
        for (expression, satisfied) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only", true),
            ("MIT AND GPL-3.0-only", false),
            ("(MIT OR GPL-3.0-only) AND Apache-2.0", true),
            ("MIT OR GPL-3.0-only AND BSD-3-Clause", true),
            ("(MIT OR GPL-3.0-only) AND BSD-3-Clause", false),
            ("GPL-2.0-only WITH Classpath-exception-2.0", true),
            ("GPL-2.0-only", false),
            ("MIT OR", false),
            ("(MIT", false),
            ("", false),
        ] {
            let is_allowed = |name: &str| allowed.iter().any(|entry| entry == name);
            assert_eq!(evaluate(expression, &is_allowed) == Some(true), satisfied, "{expression}");
        }
    }
}
