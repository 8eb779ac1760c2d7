//! Which licences a component may be used under, when only these are allowed, or these are denied.

use spdx::{Expression, LicenseReq, Licensee, ParseMode};
use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    sync::Arc,
};
use tidegate_core::evidence::Component;

/// Bytes of one expression; longer ones are not read, and so not satisfied.
const EXPRESSION_BYTES_MAX: usize = 4096;
/// Old spellings such as `GPL-2.0` still occur in bills of materials, and are allowed where they are listed as such; everything
/// else is by the book.
const MODE: ParseMode = ParseMode { allow_deprecated: true, ..ParseMode::STRICT };

/// The licences that are allowed.
pub(super) struct Allowed(Listed);

impl Allowed {
    /// SPDX ids, with an exception where there is one (`Apache-2.0 WITH LLVM-exception`), or names taken literally.
    pub(super) fn new(entries: Vec<String>) -> Self {
        Self(Listed::new(entries))
    }

    /// Whether every licence that the component states can be satisfied. One that states none cannot.
    pub(super) fn covers(&self, component: &Component) -> bool {
        let allows =
            |license| self.0.judged(license, |text| evaluated(text, |one| self.0.satisfies(one)) == Some(true));
        !component.licenses.is_empty() && component.licenses.iter().all(allows)
    }
}

/// The licences that are denied.
pub(super) struct Denied(Listed);

impl Denied {
    /// SPDX ids, with an exception where there is one, or names taken literally.
    pub(super) fn new(entries: Vec<String>) -> Self {
        Self(Listed::new(entries))
    }

    /// Whether one of the component's licences is denied, or cannot be satisfied without a denied one.
    pub(super) fn names(&self, component: &Component) -> bool {
        let denies = |license| {
            self.0.judged(license, |text| match evaluated(text, |one| !self.0.satisfies(one)) {
                Some(satisfiable) => !satisfiable,
                // What is no expression says no less than the names in it.
                None => self.0.is_named_in(text),
            })
        };
        component.licenses.iter().any(denies)
    }
}

/// Licences that settings list, and what came of the texts that were looked at.
struct Listed {
    licensees: Vec<Licensee>,
    literal: HashSet<String>,
    /// Bills of materials repeat few expressions many times.
    known: RefCell<HashMap<Arc<str>, bool>>,
}

impl Listed {
    fn new(entries: Vec<String>) -> Self {
        let licensees = entries.iter().filter_map(|entry| Licensee::parse_mode(entry, MODE).ok()).collect();
        Self { licensees, literal: entries.into_iter().collect(), known: RefCell::default() }
    }

    fn satisfies(&self, required: &LicenseReq) -> bool {
        self.licensees.iter().any(|licensee| licensee.satisfies(required))
    }

    /// Whether some word of a text is a listed name, however it is written.
    fn is_named_in(&self, text: &str) -> bool {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_')));
        words.into_iter().any(|word| self.literal.iter().any(|listed| listed.eq_ignore_ascii_case(word)))
    }

    /// Whether a licence is listed literally, or else what `judge` says of its text.
    fn judged(&self, license: &Arc<str>, judge: impl FnOnce(&str) -> bool) -> bool {
        if let Some(known) = self.known.borrow().get(license) {
            return *known;
        }
        let judged = self.literal.contains(&**license) || judge(license);
        self.known.borrow_mut().insert(Arc::clone(license), judged);
        judged
    }
}

/// Whether an expression can be satisfied by the licences that may be used; `None`: it is none, or too long to be read.
fn evaluated(expression: &str, usable: impl Fn(&LicenseReq) -> bool) -> Option<bool> {
    if expression.len() > EXPRESSION_BYTES_MAX {
        return None;
    }
    Expression::parse_mode(expression, MODE).ok().map(|expression| expression.evaluate(usable))
}

#[cfg(test)]
mod tests {
    use super::{Allowed, Denied, EXPRESSION_BYTES_MAX};
    use tidegate_core::evidence::Component;

    #[test]
    fn a_licence_is_denied_when_nothing_else_satisfies_the_expression() {
        let denied = Denied::new(vec!["GPL-3.0-only".to_owned(), "The Fancy License".to_owned()]);
        for (licenses, named) in [
            (&["GPL-3.0-only"][..], true),
            (&["MIT OR GPL-3.0-only"], false),
            (&["MIT AND GPL-3.0-only"], true),
            (&["MIT", "GPL-3.0-only"], true),
            (&["The Fancy License"], true),
            (&["MIT"], false),
            (&[], false),
            // No expressions, and no less for it.
            (&["GPL-3.0-only AND Custom-Foo"], true),
            (&["gpl-3.0-only"], true),
            (&["GPL-3.0-only AND (MIT"], true),
            (&["MIT AND Custom-Foo"], false),
        ] {
            let component = Component {
                name: "c".into(),
                version: "1".into(),
                purl: None,
                licenses: licenses.iter().map(|&license| license.into()).collect(),
            };
            assert_eq!(denied.names(&component), named, "{licenses:?}");
        }
    }

    fn covered(allowed: &[&str], licenses: &[&str]) -> bool {
        let component = Component {
            name: "c".into(),
            version: "1".into(),
            purl: None,
            licenses: licenses.iter().map(|&license| license.into()).collect(),
        };
        Allowed::new(allowed.iter().map(|&entry| entry.to_owned()).collect()).covers(&component)
    }

    #[test]
    fn an_expression_must_be_satisfied_by_the_allowed_licences_alone() {
        for (allowed, license, expected) in [
            (&["MIT"][..], "MIT", true),
            (&["MIT"], "Apache-2.0", false),
            (&["MIT"], "MIT OR GPL-3.0-only", true),
            (&["MIT"], "MIT AND GPL-3.0-only", false),
            (&["MIT", "GPL-3.0-only"], "MIT AND GPL-3.0-only", true),
            (&["Apache-2.0"], "Apache-2.0 WITH LLVM-exception", false),
            (&["Apache-2.0 WITH LLVM-exception"], "Apache-2.0 WITH LLVM-exception", true),
            (&["MIT", "GPL-2.0"], "MIT AND GPL-2.0", true),
            (&["GPL-2.0-only"], "GPL-2.0", false),
            (&["MIT"], "(MIT OR Apache-2.0) AND (BSD-3-Clause OR MIT)", true),
            (&[], "MIT", false),
        ] {
            assert_eq!(covered(allowed, &[license]), expected, "{allowed:?} {license}");
        }
    }

    #[test]
    fn every_licence_a_component_states_counts() {
        assert!(covered(&["MIT", "Apache-2.0"], &["MIT", "Apache-2.0"]));
        assert!(!covered(&["MIT"], &["MIT", "Apache-2.0"]));
    }

    #[test]
    fn stating_no_licence_is_not_being_free() {
        assert!(!covered(&["MIT"], &[]));
        assert!(!covered(&["MIT"], &[""]));
        assert!(!covered(&["MIT"], &["NOASSERTION"]));
    }

    #[test]
    fn names_that_are_no_expression_are_taken_literally() {
        assert!(covered(&["The Fancy License"], &["The Fancy License"]));
        assert!(!covered(&["The Fancy License"], &["the fancy license"]));
        assert!(!covered(&["MIT"], &["MIT License"]));
    }

    #[test]
    fn an_endless_expression_is_not_read() {
        let long = format!("MIT{}", " OR MIT".repeat(EXPRESSION_BYTES_MAX));
        assert!(!covered(&["MIT"], &[&long]));
    }
}
