//! Broken overrides and exactly what is said about them. Each case changes one sound override of one policy set.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

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

/// What is replaced, by what, and every mistake that follows.
type Case = (&'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    ("owner: Payments Team\n", "", &["o.yaml:1:1: `owner` is missing\nhint: owner: Who is answerable for it"]),
    ("reason: money is at stake\n", "", &["o.yaml:1:1: `reason` is missing\nhint: reason: Why it is there"]),
    ("reason: money", "reason: '\t' # money", &["o.yaml:4:9: `\\u{9}` holds a control character"]),
    (
        "override: payments",
        "override: Payments",
        &["o.yaml:1:11: `Payments` is not a name: lower-case letters, digits, `_` and `-`, beginning with a letter"],
    ),
    ("of: shop", "of: shpo", &["o.yaml:2:5: there is no policy set `shpo`\nhint: did you mean `shop`?"]),
    (
        "environments: [production], ",
        "",
        &[
            "o.yaml:5:8: `environments` is missing\nhint: environments: Names of environments, or beginnings of names with a trailing `*`",
        ],
    ),
    (
        "[payments-*]",
        "[pay*ments]",
        &["o.yaml:5:49: `pay*ments` is neither a name nor the beginning of one with a `*` after it"],
    ),
    ("    mode: block", "    moed: block", &["o.yaml:9:5: unknown key `moed`\nhint: did you mean `mode`?"]),
    (
        "    mode: block",
        "    mode: blok",
        &["o.yaml:9:11: `blok` is not one of `block`, `warn`, `monitor`, `off`\nhint: did you mean `block`?"],
    ),
    (
        "    mode: block",
        "    title: Mine",
        &[
            "o.yaml:9:5: unknown key `title`\nhint: known keys here: `budget`, `effective_from`, `empty_scan`, `evidence`, `mode`, `on_error`, `optional`, `settings`, `weight`",
        ],
    ),
    (
        "  unit_tests:\n    mode",
        "  unit_test:\n    mode",
        &["o.yaml:8:3: policy set `shop` has no stage `unit_test`\nhint: did you mean `unit_tests`?"],
    ),
    (
        "{ unit_tests: {",
        "{ unit_test: {",
        &[
            "o.yaml:11:17: policy set `shop` has no evidence of stage `unit_tests` `unit_test`\nhint: did you mean `unit_tests`?",
        ],
    ),
    (
        "valid_for: 2h",
        "valid_for: 2 hours",
        &["o.yaml:6:12: `2 hours` is not a span of time: expected e.g. `45s`, `20m`, `1h30m` or `14d`"],
    ),
    (
        "valid_for: 2h",
        "valid_for: 5h",
        &[
            "o.yaml:6:12: `valid_for` may only be tightened: `4h` in p.yaml:6:12, `5h` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: valid_for, max: 5h }]`",
        ],
    ),
    (
        "valid_for: 2h",
        "enforcement: advisory",
        &[
            "o.yaml:6:14: `enforcement` may only be tightened: `enforce` by default, `advisory` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: enforcement, one_of: [advisory] }]`",
        ],
    ),
    (
        "    mode: block",
        "    mode: monitor",
        &[
            "o.yaml:9:11: `stages.unit_tests.mode` may only be tightened: `warn` in p.yaml:11:11, `monitor` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.mode, one_of: [monitor] }]`",
        ],
    ),
    (
        "    mode: block",
        "    weight: 2",
        &[
            "o.yaml:9:13: `stages.unit_tests.weight` may only be tightened: `1` by default, `2` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.weight, max: 2 }]`",
        ],
    ),
    (
        "    mode: block",
        "    optional: true",
        &[
            "o.yaml:9:15: `stages.unit_tests.optional` may only be tightened: `false` by default, `true` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.optional, one_of: [true] }]`",
        ],
    ),
    (
        "    mode: block",
        "    on_error: warn",
        &[
            "o.yaml:9:15: `stages.unit_tests.on_error` may only be tightened: `block` by default, `warn` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.on_error, one_of: [warn] }]`",
        ],
    ),
    (
        "    mode: block",
        "    empty_scan: clean",
        &[
            "o.yaml:9:17: `stages.unit_tests.empty_scan` may only be tightened: `incomplete` by default, `clean` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.empty_scan, one_of: [clean] }]`",
        ],
    ),
    (
        "budget: 15m",
        "budget: 25m",
        &[
            "o.yaml:10:13: `stages.unit_tests.budget` may only be tightened: `20m` in p.yaml:12:13, `25m` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.budget, max: 25m }]`",
        ],
    ),
    (
        "max_age: 12h",
        "max_age: 49h",
        &[
            "o.yaml:11:40: `stages.unit_tests.evidence.unit_tests.max_age` may only be tightened: `24h` in p.yaml:14:69, `49h` here\nhint: policy set `shop` lets it be at most `48h`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "documents: { min: 1 }",
        &[
            "o.yaml:11:63: `stages.unit_tests.evidence.unit_tests.documents.min` may only be tightened: `2` in p.yaml:14:47, `1` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.documents.min, min: 1 }]`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "documents: { max: 5 }",
        &[
            "o.yaml:11:63: `stages.unit_tests.evidence.unit_tests.documents.max` may only be tightened: `4` in p.yaml:14:55, `5` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.documents.max, max: 5 }]`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "documents: { min: 5 }",
        &["o.yaml:11:56: at most 4 documents are allowed, but at least 5 are needed"],
    ),
    (
        "documents: { min: 4 }",
        "bind: none",
        &[
            "o.yaml:11:51: `stages.unit_tests.evidence.unit_tests.bind` may only be tightened: `revision` in p.yaml:14:80, `none` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.bind, one_of: [none] }]`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "vouched: none",
        &[
            "o.yaml:11:54: `stages.unit_tests.evidence.unit_tests.vouched` may only be tightened: `uploader` by default, `none` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.vouched, one_of: [none] }]`",
        ],
    ),
    (
        "documents: { min: 4 }",
        "trust: { authors: [a, c] }",
        &[
            "o.yaml:11:63: `stages.unit_tests.evidence.unit_tests.trust.authors` may only be tightened: `[\"a\",\"b\"]` in p.yaml:14:108, `[\"a\",\"c\"]` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.evidence.unit_tests.trust.authors, one_of: [a, c] }]`",
        ],
    ),
    (
        "min_cases: 100",
        "min_cases: 9",
        &[
            "o.yaml:12:37: `stages.unit_tests.settings.tests.min_cases` may only be tightened: `10` in p.yaml:15:56, `9` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.settings.tests.min_cases, min: 9 }]`",
        ],
    ),
    (
        "min_cases: 100",
        "min_pass_rate: 89.5",
        &[
            "o.yaml:12:41: `stages.unit_tests.settings.tests.min_pass_rate` may only be tightened: `95` in p.yaml:15:41, `89.5` here\nhint: policy set `shop` lets it be at least `90`",
        ],
    ),
    (
        "min_cases: 100",
        "except: [x, y]",
        &[
            "o.yaml:12:34: `stages.unit_tests.settings.tests.except` may only be tightened: `[\"x\"]` in p.yaml:15:68, `[\"x\",\"y\"]` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.settings.tests.except, one_of: [x, y] }]`",
        ],
    ),
    // The schema does not say which number of retries is stricter, and knows nothing of colours.
    (
        "min_cases: 100",
        "retries: 2",
        &[
            "o.yaml:12:35: `stages.unit_tests.settings.tests.retries` may only be tightened: `3` in p.yaml:15:82, `2` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.settings.tests.retries, min: 2 }]`",
        ],
    ),
    (
        "min_cases: 100",
        "colour: red",
        &[
            "o.yaml:12:34: `stages.unit_tests.settings.tests.colour` may only be tightened: nothing by default, `red` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.unit_tests.settings.tests.colour, one_of: [red] }]`",
        ],
    ),
    (
        "second_human: true",
        "minimum_evidence: []",
        &[
            "o.yaml:13:34: `break_glass.minimum_evidence` may only be tightened: `[\"unit_tests\"]` in p.yaml:17:34, `[]` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: break_glass.minimum_evidence, one_of: [unit_tests] }]`",
        ],
    ),
    ("second_human: true", "never: [lnt]", &["o.yaml:13:24: there is no stage `lnt`\nhint: did you mean `lint`?"]),
    (
        "second_human: true",
        "valid_for: 5h",
        &[
            "o.yaml:13:27: `break_glass.valid_for` may only be tightened: `4h` by default, `5h` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: break_glass.valid_for, max: 5h }]`",
        ],
    ),
    (
        "  unit_tests:\n    mode: block\n    budget: 15m\n    evidence: { unit_tests: { max_age: 12h, documents: { min: 4 } } }\n    settings: { tests: { min_cases: 100 } }\n",
        "  lint: { mode: monitor }\n",
        &[
            "o.yaml:8:17: `stages.lint.mode` may only be tightened: `block` by default, `monitor` here\nhint: policy set `shop` lets it be one of `block`, `warn`",
        ],
    ),
    (
        "  unit_tests:\n    mode: block\n    budget: 15m\n    evidence: { unit_tests: { max_age: 12h, documents: { min: 4 } } }\n    settings: { tests: { min_cases: 100 } }\n",
        "  lint: { effective_from: 2030-01-01 }\n",
        &[
            "o.yaml:8:27: `stages.lint.effective_from` may only be tightened: nothing by default, `2030-01-01T00:00:00Z` here\nhint: to allow it, policy set `shop` has to say `team_may_set: [{ key: stages.lint.effective_from, one_of: [2030-01-01T00:00:00Z] }]`",
        ],
    ),
    (
        "valid_for: 2h\nstages:\n  unit_tests:\n    mode: block\n    budget: 15m\n    evidence: { unit_tests: { max_age: 12h, documents: { min: 4 } } }\n    settings: { tests: { min_cases: 100 } }\nbreak_glass: { second_human: true }\n",
        "",
        &["o.yaml:1:1: the override changes nothing: add `stages`, `break_glass`, `valid_for` or `enforcement`"],
    ),
];

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
