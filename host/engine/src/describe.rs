//! What a plugin says of itself, and whether it can be believed.

use crate::{
    bindings::describing::exports::tidegate::policy::plugin::Description as WitDescription,
    config::Limits,
    convert,
    plugin::Description,
    settings::{Schema, SchemaError},
};
use std::collections::HashSet;
use tidegate_core::name::{NameError, PluginName, RuleId, Version};

/// Rules of one plugin, at most.
const RULES_MAX: usize = 1024;

/// What is wrong with a plugin's description.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DescriptionError {
    /// The name, the version or a rule's id.
    #[error(transparent)]
    Name(#[from] NameError),
    /// Two rules with one id.
    #[error("rule `{0}` is declared twice")]
    RuleTwice(RuleId),
    /// Over a limit.
    #[error("{what}: {used} used, {allowed} allowed")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much was given.
        used: usize,
        /// How much is allowed.
        allowed: usize,
    },
    /// The schema of its settings.
    #[error("settings schema: {0}")]
    Schema(#[from] SchemaError),
}

/// The description in core's words, with its schema ready for use.
pub(crate) fn checked(given: WitDescription, limits: &Limits) -> Result<(Description, Schema), DescriptionError> {
    let WitDescription { name, version, summary, rules, settings_schema } = given;
    at_most("rules", rules.len(), RULES_MAX)?;
    let string_max = limits.string_bytes_max as usize;
    let rule_texts = rules.iter().flat_map(|rule| [&rule.title, &rule.help].into_iter().chain(&rule.doc));
    for text in rule_texts.chain([&summary]) {
        at_most("bytes of a text", text.len(), string_max)?;
    }
    let rules = rules.into_iter().map(convert::rule).collect::<Result<Vec<_>, NameError>>()?;
    let mut seen = HashSet::new();
    if let Some(twice) = rules.iter().find(|rule| !seen.insert(&rule.id)) {
        return Err(DescriptionError::RuleTwice(twice.id.clone()));
    }
    at_most("bytes of the settings schema", settings_schema.len(), limits.settings_bytes_max as usize)?;
    let (settings_schema, schema) = Schema::parse(&settings_schema)?;
    let (name, version) = (PluginName::parse(&name)?, Version::parse(&version)?);
    Ok((Description { name, version, summary, rules, settings_schema }, schema))
}

fn at_most(what: &'static str, used: usize, allowed: usize) -> Result<(), DescriptionError> {
    if used > allowed { Err(DescriptionError::TooMuch { what, used, allowed }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{DescriptionError, WitDescription, checked};
    use crate::{
        bindings::describing::{exports::tidegate::policy::plugin::Rule, tidegate::policy::types::Severity},
        config::Limits,
    };

    fn rule(id: &str) -> Rule {
        Rule { id: id.to_owned(), title: String::new(), severity: Severity::Low, help: String::new(), doc: None }
    }

    fn described() -> WitDescription {
        WitDescription {
            name: "quality".to_owned(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            rules: vec![rule("tests.pass-rate"), rule("tests.skipped")],
            settings_schema: r#"{"type": "object"}"#.to_owned(),
        }
    }

    fn refused(given: WitDescription) -> DescriptionError {
        checked(given, &Limits { string_bytes_max: 10, ..Limits::default() }).unwrap_err()
    }

    #[test]
    fn a_good_description_is_kept_whole() {
        let (description, _) = checked(described(), &Limits::default()).unwrap();
        assert_eq!(description.name.as_str(), "quality");
        assert_eq!(description.rules.len(), 2);
    }

    #[test]
    fn names_are_read_strictly() {
        let name = WitDescription { name: "Quality!".to_owned(), ..described() };
        let version = WitDescription { version: String::new(), ..described() };
        let id = WitDescription { rules: vec![rule("a rule")], ..described() };
        for given in [name, version, id] {
            assert!(matches!(refused(given), DescriptionError::Name(_)));
        }
    }

    #[test]
    fn rules_are_unique_and_bounded() {
        let twice = WitDescription { rules: vec![rule("a"), rule("a")], ..described() };
        assert_eq!(refused(twice).to_string(), "rule `a` is declared twice");
        let many = WitDescription { rules: (0..2000).map(|n| rule(&format!("r{n}"))).collect(), ..described() };
        assert_eq!(refused(many).to_string(), "rules: 2000 used, 1024 allowed");
    }

    #[test]
    fn texts_are_bounded() {
        let summary = WitDescription { summary: "x".repeat(11), ..described() };
        assert_eq!(refused(summary).to_string(), "bytes of a text: 11 used, 10 allowed");
    }
}
