//! Broken policy sets and exactly what is said about them. Each case changes one sound file.

use std::path::PathBuf;
use tidegate_bundle::sources::read_sets;

const SOUND: &str = "\
policy_set: shop
version: 1.0.0
owner: Shop Team
reviewers: [Security Team]
next_review: 2027-03-31
match: { environments: [production], services: [shop-*] }
plugins:
  quality: { path: ../plugins/quality.wasm }
stages:
  - id: unit_tests
    title: Unit Tests
    plugin: quality
    budget: 20m
    evidence:
      - { name: unit_tests, documents: { min: 2 }, max_age: 24h }
    settings: { tests: { min_pass_rate: 100 } }
  - id: lint
    title: Lint
    plugin: quality
    evidence: []
break_glass:
  minimum_evidence: [unit_tests]
";

/// What is replaced, by what, and every mistake that follows.
type Case = (&'static str, &'static str, &'static [&'static str]);

const CASES: &[Case] = &[
    (
        "owner: Shop Team",
        "ownr: Shop Team",
        &[
            "p.yaml:1:1: `owner` is missing\nhint: owner: Who is answerable for this set",
            "p.yaml:3:1: unknown key `ownr`\nhint: did you mean `owner`?",
        ],
    ),
    (
        "policy_set: shop\n",
        "policy_set: shop\npolicy_set: shop2\n",
        &["p.yaml:2:1: key `policy_set` is given twice: first at 1:1"],
    ),
    (
        "policy_set: shop\n",
        "policy_set: Shop\n",
        &["p.yaml:1:13: `Shop` is not a name: lower-case letters, digits, `_` and `-`, beginning with a letter"],
    ),
    (
        "version: 1.0.0",
        "version: 1.0",
        &["p.yaml:2:10: expected a text, found the number `1.0`\nhint: put it in quotes"],
    ),
    (
        "version: 1.0.0",
        "version: '1.0 beta'",
        &["p.yaml:2:10: `1.0 beta` is not a version: visible ASCII characters only, e.g. `1.0.0`"],
    ),
    ("2027-03-31", "2027-02-30", &["p.yaml:5:14: `2027-02-30` is not a day of the calendar"]),
    ("2027-03-31", "next spring", &["p.yaml:5:14: `next spring` is not a date: expected e.g. `2027-03-31`"]),
    ("[Security Team]", "[Security Team, Security Team]", &["p.yaml:4:28: `Security Team` is listed twice"]),
    (
        "reviewers: [Security Team]",
        "reviewers: Security Team",
        &["p.yaml:4:12: expected a list, found the text `Security Team`"],
    ),
    (
        "owner: Shop Team",
        "owner: \"Shop\\e[31mTeam\"",
        &["p.yaml:3:8: `Shop\\u{1b}[31mTeam` holds a control character"],
    ),
    (
        "environments: [production]",
        "environments: [prod*uction, 'a b']",
        &[
            "p.yaml:6:25: `prod*uction` is neither a name nor the beginning of one with a `*` after it",
            "p.yaml:6:38: `a b` is neither a name nor the beginning of one with a `*` after it",
        ],
    ),
    (
        ", services: [shop-*]",
        "",
        &[
            "p.yaml:6:8: `services` is missing\nhint: services: Names of services, or beginnings of names with a trailing `*`",
        ],
    ),
    ("services: [shop-*]", "services: []", &["p.yaml:6:48: too few entries: 0 given, 1 needed"]),
    (
        "{ path: ../plugins/quality.wasm }",
        "{ oci: registry.example/quality }",
        &[
            "p.yaml:8:19: `registry.example/quality` has no digest; a tag may be another artifact tomorrow\nhint: `tidegate \
             plugin push` prints the reference with its digest, `tidegate plugin pull` says what a tag names",
        ],
    ),
    (
        "{ path: ../plugins/quality.wasm }",
        "{ oci: 'registry.example/quality@sha256:abc' }",
        &["p.yaml:8:19: `sha256:abc` is not a digest: expected `sha256:` and 64 hexadecimal digits"],
    ),
    (
        "{ path: ../plugins/quality.wasm }",
        "{ path: 'oci://registry.example/quality' }",
        &[
            "p.yaml:8:20: a component in a registry is no file\nhint: say `oci: registry.example/quality` instead of `path`",
        ],
    ),
    (
        "{ path: ../plugins/quality.wasm }",
        "{ path: q.wasm, oci: x }",
        &["p.yaml:8:33: `path` and `oci` both say where the component lies\nhint: leave one of them out"],
    ),
    (
        "{ path: ../plugins/quality.wasm }",
        "{ path: q.wasm, verify: { all_of: [a] } }",
        &[
            "p.yaml:8:36: signatures lie beside a component in a registry, and none beside a file\nhint: say `oci: …` instead \
             of `path`, or leave `verify` out",
        ],
    ),
    (
        "{ path: ../plugins/quality.wasm }",
        "{ sha256: abc }",
        &[
            "p.yaml:8:12: `path` is missing\nhint: path: The component's file, relative to this file",
            "p.yaml:8:22: `abc` is not a digest: expected 64 hexadecimal digits",
        ],
    ),
    (
        "  quality: {",
        "  Quality: {",
        &[
            "p.yaml:8:3: `Quality` is not a name: lower-case letters, digits, `_` and `-`, beginning with a letter",
            "p.yaml:12:13: there is no plugin `quality` under `plugins`\nhint: did you mean `Quality`?",
            "p.yaml:19:13: there is no plugin `quality` under `plugins`\nhint: did you mean `Quality`?",
        ],
    ),
    (
        "id: unit_tests",
        "id: lint",
        &[
            "p.yaml:17:9: stage `lint` is defined twice: first in line 10",
            "p.yaml:22:22: there is no stage `unit_tests`",
        ],
    ),
    (
        "    title: Lint\n",
        "    titel: Lint\n",
        &[
            "p.yaml:17:5: `title` is missing\nhint: title: The stage's name for people",
            "p.yaml:18:5: unknown key `titel`\nhint: did you mean `title`?",
        ],
    ),
    (
        "    title: Lint\n    plugin: quality\n",
        "    title: Lint\n    plugin: qualty\n",
        &["p.yaml:19:13: there is no plugin `qualty` under `plugins`\nhint: did you mean `quality`?"],
    ),
    (
        "    evidence: []\n",
        "",
        &[
            "p.yaml:17:5: `evidence` is missing\nhint: evidence: What the stage needs to see, all of it; `[]` when it needs nothing but the deployment itself",
        ],
    ),
    ("    evidence: []\n", "    evidence:\n", &["p.yaml:20:13: expected a list, found nothing"]),
    (
        "    evidence: []\n",
        "    evidence: []\n    mode: blok\n",
        &["p.yaml:21:11: `blok` is not one of `block`, `warn`, `monitor`, `off`\nhint: did you mean `block`?"],
    ),
    (
        "    evidence: []\n",
        "    evidence: []\n    mode: no\n",
        &["p.yaml:21:11: `no` is not one of `block`, `warn`, `monitor`, `off`"],
    ),
    (
        "    evidence: []\n",
        "    evidence: []\n    weight: 1000001\n",
        &["p.yaml:21:13: `1000001` is too large: at most 1000000 allowed"],
    ),
    (
        "    evidence: []\n",
        "    evidence: []\n    weight: -1\n",
        &["p.yaml:21:13: `-1` is too small: at least 0 needed"],
    ),
    (
        "    evidence: []\n",
        "    evidence: []\n    weight: 1.5\n",
        &["p.yaml:21:13: expected a whole number, found the number `1.5`"],
    ),
    (
        "    evidence: []\n",
        "    evidence: []\n    weight: \"1\"\n",
        &["p.yaml:21:13: expected a whole number, found the text `1`"],
    ),
    (
        "    evidence: []\n",
        "    evidence: []\n    baseline: true\n",
        &["p.yaml:21:15: a baseline is of the stage's evidence, and it binds none: name it, or leave `baseline` out"],
    ),
    (
        "    evidence: []\n",
        "    evidence: []\n    per: services\n",
        &["p.yaml:21:10: `services` is not one of `service`, `deployment`\nhint: did you mean `service`?"],
    ),
    (
        "    evidence: []\n",
        "    evidence: []\n    effective_from: soon\n",
        &[
            "p.yaml:21:21: `soon` is neither a date nor a time with its offset\nhint: e.g. `2027-03-31` or `2027-03-31T14:30:00Z`",
        ],
    ),
    (
        "    evidence: []\n",
        "    evidence: []\n    settings: [1]\n",
        &["p.yaml:21:15: expected a mapping, found a list"],
    ),
    (
        "budget: 20m",
        "budget: 20 minutes",
        &["p.yaml:13:13: `20 minutes` is not a span of time: expected e.g. `45s`, `20m`, `1h30m` or `14d`"],
    ),
    ("budget: 20m", "budget: 0m", &["p.yaml:13:13: `0m` is no time at all"]),
    (
        "budget: 20m",
        "budget: 20",
        &["p.yaml:13:13: `20` is not a span of time: expected e.g. `45s`, `20m`, `1h30m` or `14d`"],
    ),
    (
        "max_age: 24h",
        "max_age: 100000d",
        &["p.yaml:15:61: `100000d` is too long: 8640000000 seconds used, 316224000 allowed"],
    ),
    (
        "max_age: 24h",
        "max_age: 24h, bind: commit, vouched: me",
        &[
            "p.yaml:15:72: `commit` is not one of `artifact`, `revision`, `none`",
            "p.yaml:15:89: `me` is not one of `person`, `signature`, `uploader`, `none`",
        ],
    ),
    (
        "{ min: 2 }",
        "{ min: 0 }, trust: { authors: [me] }",
        &[
            "p.yaml:15:47: documents that may be absent (`min: 0`) have to be signed\nhint: add `vouched: signature`",
            "p.yaml:15:70: an author's name counts only in documents that have to be there, and `min` is 0\nhint: name `signers` instead",
        ],
    ),
    ("{ min: 2 }", "{ min: 2, max: 1 }", &["p.yaml:15:55: at most 1 documents are allowed, but at least 2 are needed"]),
    ("{ min: 2 }", "2", &["p.yaml:15:40: expected a mapping, found the number `2`"]),
    (
        "    settings: {",
        "      - { name: unit_tests }\n    settings: {",
        &["p.yaml:16:17: evidence `unit_tests` is asked for twice"],
    ),
    (
        "minimum_evidence: [unit_tests]",
        "minimum_evidence: [unit_test, lint]",
        &["p.yaml:22:22: there is no stage `unit_test`\nhint: did you mean `unit_tests`?"],
    ),
    (
        "minimum_evidence: [unit_tests]",
        "never: [lint, lint]",
        &[
            "p.yaml:22:3: `minimum_evidence` is missing\nhint: minimum_evidence: Stages that have to be judged even then, though they may fail; `[]` for none",
            "p.yaml:22:17: `lint` is listed twice",
        ],
    ),
    (
        "minimum_evidence: [unit_tests]",
        "minimum_evidence: [unit_tests]\n  notify: [Securty Team]\ncontacts: { Security Team: s@example.org }",
        &["p.yaml:23:12: there is no `Securty Team` under `contacts`\nhint: did you mean `Security Team`?"],
    ),
    (
        "minimum_evidence: [unit_tests]",
        "minimum_evidence: [unit_tests]\n  notify: [security, security]",
        &["p.yaml:23:12: there is no `security` under `contacts`", "p.yaml:23:22: `security` is listed twice"],
    ),
    (
        "minimum_evidence: [unit_tests]",
        "minimum_evidence: [unit_tests]\n  second_human: yes",
        &["p.yaml:23:17: expected `true` or `false`, found the text `yes`"],
    ),
    (
        "break_glass:\n  minimum_evidence: [unit_tests]\n",
        "waivers: {}\nrollback: { canary: {} }\n",
        &[
            "p.yaml:21:10: `max_lifetime` is missing\nhint: max_lifetime: How long one may last, at most: `30d`",
            "p.yaml:22:21: `metrics` is missing\nhint: metrics: What is compared; `canary` and `baseline` of each are signals",
        ],
    ),
    (
        "break_glass:\n  minimum_evidence: [unit_tests]\n",
        "break_glass: &rules\n  minimum_evidence: []\n",
        &["p.yaml:21:14: anchors are not supported\nhint: write the value out"],
    ),
    (
        "owner: Shop Team\n",
        "owner: Shop Team\n  bad: indent\n",
        &["p.yaml:4:6: not readable as YAML: mapping values are not allowed in this context"],
    ),
    (
        "owner: Shop Team\nreviewers: [Security Team]",
        "ownr: Shop Team\nreviewers: [1]\nenforcement: of\nvalid_for: 4 hours",
        &[
            "p.yaml:1:1: `owner` is missing\nhint: owner: Who is answerable for this set",
            "p.yaml:3:1: unknown key `ownr`\nhint: did you mean `owner`?",
            "p.yaml:4:13: expected a text, found the number `1`\nhint: put it in quotes",
            "p.yaml:5:14: `of` is not one of `enforce`, `advisory`",
            "p.yaml:6:12: `4 hours` is not a span of time: expected e.g. `45s`, `20m`, `1h30m` or `14d`",
        ],
    ),
    (
        "id: unit_tests\n    title: Unit Tests",
        "id: lint\n    titel: Unit Tests\n    colour: red\n    title: x",
        &[
            "p.yaml:11:5: unknown key `titel`\nhint: did you mean `title`?",
            "p.yaml:12:5: unknown key `colour`\nhint: known keys here: `baseline`, `budget`, `effective_from`, `empty_scan`, `evidence`, `id`, `mode`, `on_error`, `optional`, `per`, `plugin`, `settings`, `title`, `weight`",
            "p.yaml:19:9: stage `lint` is defined twice: first in line 10",
            "p.yaml:24:22: there is no stage `unit_tests`",
        ],
    ),
];

fn mistakes_of(text: &str) -> Vec<String> {
    match read_sets(&[(PathBuf::from("p.yaml"), text.to_owned())]) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_sound_file_has_no_mistake() {
    assert_eq!(mistakes_of(SOUND), Vec::<String>::new());
}

#[test]
fn each_broken_file_gets_exactly_the_expected_mistakes() {
    assert!(CASES.len() >= 40, "{} cases", CASES.len());
    for (sound, broken, expected) in CASES {
        assert_eq!(SOUND.matches(sound).count(), 1, "`{sound}` has to stand in the sound file once");
        let found = mistakes_of(&SOUND.replace(sound, broken));
        assert_eq!(found, *expected, "for `{broken}` instead of `{sound}`");
    }
}

#[test]
fn all_mistakes_of_all_files_are_told_at_once() {
    let file = |name: &str, text: String| (PathBuf::from(name), text);
    let files = [
        file("a.yaml", SOUND.replace("owner", "ownr")),
        file("b.yaml", "stages: [".to_owned()),
        file("c.yaml", SOUND.to_owned()),
        file("d.yaml", SOUND.to_owned()),
    ];
    let found: Vec<String> =
        read_sets(&files).unwrap_err().iter().map(|m| format!("{}:{}", m.file, m.message)).collect();
    assert_eq!(found.len(), 4, "{found:#?}");
    assert_eq!(found[0], "a.yaml:`owner` is missing");
    assert_eq!(found[1], "a.yaml:unknown key `ownr`");
    assert!(found[2].starts_with("b.yaml:not readable as YAML: "), "{}", found[2]);
    assert_eq!(found[3], "d.yaml:policy set `shop` is defined twice: first in c.yaml");
}

#[test]
fn limits_say_both_numbers() {
    let stage = |index: usize| format!("  - {{ id: s{index}, title: S, plugin: quality, evidence: [] }}\n");
    let stages = |count: usize| (0..count).map(stage).collect::<String>();
    let with = |stages: &str| {
        let (head, _) = SOUND.split_once("stages:\n").unwrap();
        format!("{head}stages:\n{stages}")
    };
    assert_eq!(mistakes_of(&with(&stages(64))), Vec::<String>::new());
    assert_eq!(mistakes_of(&with(&stages(65))), ["p.yaml:10:3: too many entries: 65 used, 64 allowed"]);
    let long = SOUND.replace("owner: Shop Team", &format!("owner: {}", "x".repeat(201)));
    assert_eq!(mistakes_of(&long), ["p.yaml:3:8: too long: 201 characters used, 200 allowed"]);
    let set =
        |i: usize| SOUND.replace("policy_set: shop", &format!("policy_set: s{i}")).replace("shop-*", &format!("s{i}"));
    let files: Vec<_> = (0..257).map(|i| (PathBuf::from(format!("{i}.yaml")), set(i))).collect();
    assert_eq!(read_sets(&files[..256]).map_err(|m| m.len()).err(), None);
    let found: Vec<String> = read_sets(&files).unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(found, ["256.yaml:1:13: too many policy sets: 257 used, 256 allowed"]);
}

#[test]
fn a_file_of_nothing_but_mistakes_lists_so_many_as_a_person_reads() {
    let keys: String = (0..500).map(|i| format!("key{i}: 1\n")).collect();
    let found = mistakes_of(&format!("{SOUND}{keys}"));
    assert_eq!(found.len(), 101);
    assert!(found[100].ends_with("400 more mistakes: 100 listed, 100 allowed"), "{}", found[100]);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "[-a-c:{}\\[\\],&*!|>'\"#?%@ \n\t0-9.~é]{0,80}") {
        let _ = read_sets(&[(PathBuf::from("p.yaml"), text.clone())]);
        let _ = read_sets(&[(PathBuf::from("p.yaml"), format!("{SOUND}{text}"))]);
    }
}
