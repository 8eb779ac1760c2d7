//! Broken overrides and exactly what is said about them. Each case changes one sound override of one policy set.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod cases;

use cases::CASES;
use serde_json::json;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use tidegate_bundle::{
    layers::Schemas,
    sources::{OVERRIDE_SCHEMA, POLICY_SET_SCHEMA, read_sets},
};
use tidegate_core::{
    digest::Digest,
    name::{PluginName, PolicySetId},
};

const SET: &str = "\
policy_set: shop
version: 1.0.0
owner: Shop Team
match: { environments: [production, staging], services: [\"*\"] }
plugins: { quality: { path: q.wasm } }
valid_for: 4h
stages:
  - id: unit_tests
    title: Unit Tests
    plugin: quality
    mode: warn
    budget: 20m
    evidence:
      - { name: unit_tests, documents: { min: 2, max: 4 }, max_age: 24h, bind: revision, trust: { authors: [a, b] } }
    settings: { tests: { min_pass_rate: 95, min_cases: 10, except: [x], retries: 3 } }
  - { id: lint, title: Lint, plugin: quality, evidence: [], on_error: warn, optional: true }
break_glass: { minimum_evidence: [unit_tests], second_human: false }
team_may_set:
  - { key: stages.lint.mode, one_of: [block, warn] }
  - { key: /stages/unit_tests/settings/tests/min_pass_rate, min: 90 }
  - { key: stages.unit_tests.evidence.unit_tests.max_age, max: 48h }
";

const SOUND: &str = "\
override: payments
of: shop
owner: Payments Team
reason: money is at stake
match: { environments: [production], services: [payments-*] }
valid_for: 2h
stages:
  unit_tests:
    mode: block
    budget: 15m
    evidence: { unit_tests: { max_age: 12h, documents: { min: 4 } } }
    settings: { tests: { min_cases: 100 } }
break_glass: { second_human: true }
";

fn schemas() -> Schemas {
    let schema = json!({ "properties": { "tests": { "properties": {
        "min_pass_rate": { "x-stricter": "higher", "default": 100 },
        "min_cases": { "x-stricter": "higher" },
        "except": { "x-stricter": "fewer" },
        "retries": { "type": "integer" }
    } } } });
    let key = (PolicySetId::parse("shop").unwrap(), PluginName::parse("quality").unwrap());
    Schemas([(key, Arc::new(schema))].into())
}

fn mistakes_of(set: &str, overrides: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(PathBuf, String)> = [("p.yaml", set)]
        .iter()
        .chain(overrides)
        .map(|(name, text)| (PathBuf::from(name), (*text).to_owned()))
        .collect();
    let mistakes = match read_sets(&files) {
        Ok(sources) => {
            let digests: BTreeMap<_, _> =
                sources.plugins().map(|plugin| ((plugin.set.clone(), plugin.name.clone()), Digest::of(b"q"))).collect();
            sources.resolve_with(&digests, &schemas()).err().unwrap_or_default()
        }
        Err(mistakes) => mistakes,
    };
    mistakes.iter().map(ToString::to_string).collect()
}

#[test]
fn the_sound_override_has_no_mistake() {
    assert_eq!(mistakes_of(SET, &[("o.yaml", SOUND)]), Vec::<String>::new());
}

#[test]
fn each_broken_override_gets_exactly_the_expected_mistakes() {
    assert!(CASES.len() >= 35, "{} cases", CASES.len());
    let mut wrong = Vec::new();
    for (sound, broken, expected) in CASES {
        assert_eq!(SOUND.matches(sound).count(), 1, "`{sound}` has to stand in the sound override once");
        let found = mistakes_of(SET, &[("o.yaml", &SOUND.replace(sound, broken))]);
        if found != *expected {
            wrong.push(format!("`{broken}` instead of `{sound}`: {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_base_lets_a_team_set_is_no_loosening() {
    for (sound, set_so) in [
        ("max_age: 12h", "max_age: 48h"),
        ("max_age: 12h", "max_age: 2d"),
        ("min_cases: 100", "min_pass_rate: 90"),
        ("valid_for: 2h\nstages:\n", "stages:\n  lint: { mode: warn }\n"),
    ] {
        let found = mistakes_of(SET, &[("o.yaml", &SOUND.replace(sound, set_so))]);
        assert_eq!(found, Vec::<String>::new(), "{set_so}");
    }
}

#[test]
fn bounds_that_name_nothing_or_bound_nothing_are_mistakes_of_the_set() {
    for (sound, broken, expected) in [
        ("one_of: [block, warn]", "one_of: []", "p.yaml:19:38: too few entries: 0 given, 1 needed"),
        (
            ", one_of: [block, warn]",
            "",
            "p.yaml:19:5: a key without bounds could be set to anything: add `min`, `max` or `one_of`",
        ),
        ("stages.lint.mode", "stages.lnt.mode", "p.yaml:19:12: there is no stage `lnt`\nhint: did you mean `lint`?"),
        (
            "stages.lint.mode",
            "stages.lint",
            "p.yaml:19:12: `stages.lint` names no value of a stage\nhint: e.g. `stages.unit_tests.mode`",
        ),
        ("stages.lint.mode", "owner", "p.yaml:19:12: there is no key that an override may hold `owner`"),
        (
            "evidence.unit_tests.max_age",
            "evidence.unit_test.max_age",
            "p.yaml:21:12: there is no evidence of this stage `unit_test`\nhint: did you mean `unit_tests`?",
        ),
        (
            "/stages/unit_tests/settings/tests/min_pass_rate",
            "stages.lint.mode",
            "p.yaml:20:12: `stages.lint.mode` is listed twice",
        ),
    ] {
        assert_eq!(SET.matches(sound).count(), 1, "{sound}");
        let found = mistakes_of(&SET.replace(sound, broken), &[]);
        assert_eq!(found, [expected], "{broken}");
    }
}

#[test]
fn two_of_one_layer_may_not_contradict_each_other() {
    let other = SOUND.replace("override: payments", "override: refunds").replace("[payments-*]", "[payments-api]");
    let budget = other.replace("budget: 15m", "budget: 10m").replace("max_age: 12h", "max_age: 720m");
    let expected = "r.yaml:10:13: `stages.unit_tests.budget` is set by override `payments` too, and not to the same: o.yaml:10:13; both are of layer `service`, and can apply to the same deployment\nhint: let their `match` name services or environments that differ, or say the same";
    assert_eq!(mistakes_of(SET, &[("o.yaml", SOUND), ("r.yaml", &other)]), Vec::<String>::new(), "the same twice");
    assert_eq!(mistakes_of(SET, &[("o.yaml", SOUND), ("r.yaml", &budget)]), [expected]);
    for apart in [("[payments-api]", "[refunds]"), ("[production]", "[staging]")] {
        let found = mistakes_of(SET, &[("o.yaml", SOUND), ("r.yaml", &budget.replace(apart.0, apart.1))]);
        assert_eq!(found, Vec::<String>::new(), "{}", apart.1);
    }
    let whole = other.replace("tests: { min_cases: 100 }", "tests: 1");
    let found = mistakes_of(SET, &[("o.yaml", SOUND), ("r.yaml", &whole)]);
    assert!(
        found
            .iter()
            .any(|mistake| mistake.contains("`stages.unit_tests.settings.tests` is set by override `payments` too")),
        "{found:?}"
    );
}

#[test]
fn a_service_may_not_loosen_what_its_environment_tightened() {
    let environment = SOUND
        .replace("override: payments", "override: production")
        .replace(", services: [payments-*]", "")
        .replace("min_cases: 100", "min_cases: 200");
    let expected = "o.yaml:12:37: `stages.unit_tests.settings.tests.min_cases` may only be tightened: `200` in e.yaml:12:37, `100` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.settings.tests.min_cases, min: 100 }]`";
    assert_eq!(mistakes_of(SET, &[("o.yaml", SOUND), ("e.yaml", &environment)]), [expected]);
    let elsewhere = environment.replace("[production]", "[staging]");
    assert_eq!(mistakes_of(SET, &[("o.yaml", SOUND), ("e.yaml", &elsewhere)]), Vec::<String>::new());
}

#[test]
fn an_override_is_told_apart_by_its_key_and_defined_once() {
    let twice = mistakes_of(SET, &[("o.yaml", SOUND), ("r.yaml", SOUND)]);
    assert_eq!(twice, ["r.yaml:1:11: override `payments` is defined twice: first in o.yaml"]);
    let turned = SOUND.replace("override: payments\nof: shop\n", "of: shop\noverride: payments\n");
    assert_eq!(mistakes_of(SET, &[("o.yaml", &turned)]), Vec::<String>::new());
    let both = format!("{SET}override: payments\n");
    let found = mistakes_of(&both, &[]);
    assert!(found.len() == 1 && found[0].contains("unknown key `override`"), "{found:?}");
}

#[test]
fn limits_say_both_numbers() {
    let texts: Vec<(String, String)> = (0..257)
        .map(|i| (format!("{i}.yaml"), SOUND.replace("override: payments", &format!("override: o{i}"))))
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(mistakes_of(SET, &files), ["256.yaml:1:11: too many overrides: 257 used, 256 allowed"]);
}

#[test]
fn an_override_holds_no_key_that_a_set_does_not_know() {
    let keys = |schema: &str, pointer: &str| -> Vec<String> {
        let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
        schema.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect()
    };
    for pointer in ["/$defs/stage/properties", "/$defs/requirement/properties", "/$defs/breakGlass/properties"] {
        let known = keys(POLICY_SET_SCHEMA, pointer);
        for key in keys(OVERRIDE_SCHEMA, pointer) {
            assert!(known.contains(&key), "{pointer}: {key}");
        }
    }
    let schema: serde_json::Value = serde_json::from_str(OVERRIDE_SCHEMA).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "[-a-c:{}\\[\\],&*!|>'\"#?%@ \n\t0-9.~é]{0,80}") {
        let _ = mistakes_of(SET, &[("o.yaml", &format!("override: a\n{text}"))]);
        let _ = mistakes_of(SET, &[("o.yaml", &format!("{SOUND}{text}"))]);
    }
}
