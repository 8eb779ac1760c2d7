//! From sources to a bundle: plugins, digests, and where each value comes from.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{collections::BTreeMap, path::PathBuf};
use tidegate_bundle::{
    bundle::Bundle,
    effective::Source,
    lint::lint,
    sources::{Sources, read_sets},
};
use tidegate_core::{
    digest::Digest,
    name::{PolicySetId, StageId},
    time::Timestamp,
};

const TEXT: &str = "\
policy_set: shop
version: 1.0.0
owner: Shop Team
match: { environments: [production], services: [\"*\"] }
plugins: { quality: { path: q.wasm } }
stages:
  - id: unit_tests
    title: Unit Tests
    plugin: quality
    evidence: [{ name: unit_tests, max_age: 90m }]
    settings: { tests: { min_pass_rate: 100, min_cases: 1 } }
";

/// The same, written by somebody else, elsewhere.
const SAME: &str = "\
# A comment.
\"version\": '1.0.0'
owner: \"Shop Team\"
policy_set: shop
enforcement: enforce
valid_for: 240m
reviewers: []
plugins:
  quality:
    path: /opt/plugins/quality.wasm
match:
  services: ['*']
  environments:
    - production
stages:
- evidence:
  - max_age: 1h30m
    documents: { min: 1 }
    vouched: uploader
    bind: none
    name: unit_tests
  settings:
    tests:
      min_cases: 1
      min_pass_rate: 100
  plugin: quality
  weight: 1
  mode: block
  per: deployment
  on_error: block
  optional: false
  title: Unit Tests
  id: unit_tests
";

fn sources(file: &str, text: &str) -> Sources {
    read_sets(&[(PathBuf::from(file), text.to_owned())]).unwrap()
}

fn resolved(sources: &Sources, component: &str) -> Result<Bundle, Vec<String>> {
    let digest = Digest::of(component.as_bytes());
    let digests = sources.plugins().map(|p| ((p.set.clone(), p.name.clone()), digest)).collect();
    sources.resolve(&digests).map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
}

fn digests(file: &str, text: &str, component: &str) -> (Digest, Digest) {
    let bundle = resolved(&sources(file, text), component).unwrap();
    (bundle.sets()[0].set.digest, bundle.digest())
}

#[test]
fn a_digest_is_of_what_is_said_and_not_of_how() {
    assert_eq!(digests("a.yaml", TEXT, "v1"), digests("/etc/other.yaml", SAME, "v1"));
    let bundle = resolved(&sources("a.yaml", TEXT), "v1").unwrap();
    assert_eq!(Digest::of(bundle.sets()[0].canonical().as_bytes()), bundle.sets()[0].set.digest);
    assert_eq!(Digest::of(bundle.canonical().as_bytes()), bundle.digest());
}

#[test]
fn every_difference_in_meaning_is_a_difference_in_digest() {
    let sound = digests("a.yaml", TEXT, "v1");
    assert_ne!(digests("a.yaml", TEXT, "v2"), sound);
    for (from, to) in [
        ("1.0.0", "1.0.1"),
        ("owner: Shop Team", "owner: Shop Team\nenforcement: advisory"),
        ("owner: Shop Team", "owner: Shop Team\nvalid_for: 5h"),
        ("owner: Shop Team", "owner: Shop Team\nnext_review: 2027-03-31"),
        ("owner: Shop Team", "owner: Shop Team\ncontacts: { a: b }"),
        ("[production]", "[production, staging]"),
        ("title: Unit", "title: unit"),
        ("max_age: 90m", "max_age: 91m"),
        ("max_age: 90m", "max_age: 90m, bind: artifact"),
        ("max_age: 90m", "max_age: 90m, vouched: none"),
        ("max_age: 90m", "max_age: 90m, documents: { max: 3 }"),
        ("min_cases: 1", "min_cases: 2"),
        ("    plugin: quality", "    plugin: quality\n    mode: warn"),
        ("    plugin: quality", "    plugin: quality\n    per: service"),
        ("    plugin: quality", "    plugin: quality\n    weight: 0"),
        ("    plugin: quality", "    plugin: quality\n    optional: true"),
        ("    plugin: quality", "    plugin: quality\n    on_error: warn"),
        ("    plugin: quality", "    plugin: quality\n    budget: 1h"),
        ("    plugin: quality", "    plugin: quality\n    effective_from: 2027-01-01"),
        ("stages:", "break_glass: { minimum_evidence: [] }\nstages:"),
        ("stages:", "contacts: { a: b }\nbreak_glass: { minimum_evidence: [], notify: [a] }\nstages:"),
    ] {
        assert_eq!(TEXT.matches(from).count(), 1, "{from}");
        let other = digests("a.yaml", &TEXT.replace(from, to), "v1");
        assert!(other.0 != sound.0 && other.1 != sound.1, "{to}");
    }
}

#[test]
fn the_order_of_files_changes_nothing() {
    let other = TEXT.replace("policy_set: shop", "policy_set: bank").replace("production", "staging");
    let files = [(PathBuf::from("a"), TEXT.to_owned()), (PathBuf::from("b"), other)];
    let turned = [files[1].clone(), files[0].clone()];
    let digest = |files: &[(PathBuf, String)]| resolved(&read_sets(files).unwrap(), "v1").unwrap().digest();
    assert_eq!(digest(&files), digest(&turned));
}

#[test]
fn a_plugin_lies_beside_its_policy_file() {
    for (file, written, path) in [
        ("policies/a.yaml", "../plugins/q.wasm", "policies/../plugins/q.wasm"),
        ("a.yaml", "q.wasm", "q.wasm"),
        ("policies/a.yaml", "/opt/q.wasm", "/opt/q.wasm"),
    ] {
        let sources = sources(file, &TEXT.replace("q.wasm", written));
        let paths: Vec<_> = sources.plugins().map(|plugin| plugin.path.to_owned()).collect();
        assert_eq!(paths, [PathBuf::from(path)]);
    }
}

#[test]
fn a_missing_or_other_component_is_a_mistake_where_it_is_named() {
    let pinned = Digest::of(b"v1");
    let text = TEXT.replace("q.wasm", &format!("q.wasm, sha256: {}", pinned.hex()));
    assert!(resolved(&sources("p.yaml", &text), "v1").is_ok());
    let prefixed = TEXT.replace("q.wasm", &format!("q.wasm, sha256: '{pinned}'"));
    assert!(resolved(&sources("p.yaml", &prefixed), "v1").is_ok());
    let found = Digest::of(b"v2");
    let expected = format!(
        "p.yaml:5:29: plugin `quality` is another component: {found}, pinned is {pinned}\nhint: look at what changed before you change `sha256`"
    );
    assert_eq!(resolved(&sources("p.yaml", &text), "v2").unwrap_err(), [expected]);
    let missing = sources("p.yaml", TEXT).resolve(&BTreeMap::new()).unwrap_err();
    assert_eq!(missing[0].to_string(), "p.yaml:5:29: plugin `quality` was not loaded");
}

#[test]
fn a_mistake_in_settings_is_placed_in_the_file() {
    let sources = sources("p.yaml", TEXT);
    let (set, stage) = (PolicySetId::parse("shop").unwrap(), StageId::parse("unit_tests").unwrap());
    for (pointer, place) in [
        ("/tests/min_cases", "p.yaml:11:57"),
        ("/tests", "p.yaml:11:24"),
        ("", "p.yaml:11:15"),
        ("/tests/nothing/there", "p.yaml:11:24"),
    ] {
        let mistake = sources.mistake_in_settings(&set, &stage, pointer, "too many").unwrap();
        assert_eq!(mistake.to_string(), format!("{place}: settings of `unit_tests`: too many"));
    }
    assert!(sources.mistake_in_settings(&set, &StageId::parse("other").unwrap(), "", "").is_none());
}

#[test]
fn effective_names_the_source_of_every_value() {
    let bundle = resolved(&sources("policies/shop.yaml", TEXT), "v1").unwrap();
    let values = bundle.sets()[0].effective();
    let shown = |pointer: &str| {
        let value = values.iter().find(|value| value.pointer == pointer).unwrap();
        format!("{} {}", value.value, value.source)
    };
    for (pointer, expected) in [
        ("/policy_set", "\"shop\" policies/shop.yaml:1:13"),
        ("/enforcement", "\"enforce\" default"),
        ("/valid_for", "\"4h\" default"),
        ("/next_review", "null default"),
        ("/reviewers", "[] default"),
        ("/break_glass", "null default"),
        ("/match/services/0", "\"*\" policies/shop.yaml:4:49"),
        ("/plugins/quality/path", "\"q.wasm\" policies/shop.yaml:5:29"),
        ("/stages/0/id", "\"unit_tests\" policies/shop.yaml:7:9"),
        ("/stages/0/weight", "1 default"),
        ("/stages/0/evidence/0/max_age", "\"1h30m\" policies/shop.yaml:10:45"),
        ("/stages/0/evidence/0/documents/min", "1 default"),
        ("/signers", "{} default"),
        ("/stages/0/empty_scan", "\"incomplete\" default"),
        ("/stages/0/evidence/0/trust/signers", "[] default"),
        ("/stages/0/settings/tests/min_pass_rate", "100 policies/shop.yaml:11:41"),
    ] {
        assert_eq!(shown(pointer), expected, "{pointer}");
    }
    let digest = format!("\"{}\" policies/shop.yaml:5:21", Digest::of(b"v1"));
    assert_eq!(shown("/plugins/quality/digest"), digest);
    let written = values.iter().filter(|value| value.source != Source::Default).count();
    assert_eq!((written, values.len()), (14, 42));
}

#[test]
fn lint_names_what_is_probably_not_meant() {
    let text = TEXT
        .replace("owner: Shop Team", "owner: Shop Team\nnext_review: 2026-01-31")
        .replace("plugins: {", "plugins: { unused: { path: u.wasm },")
        .replace("    plugin: quality", "    plugin: quality\n    mode: 'off'");
    let now = Timestamp::parse("2026-02-01T00:00:00Z").unwrap();
    let said = |text: &str| -> Vec<String> {
        let text = text.replace("max_age: 90m", "max_age: 90m, bind: revision");
        let text = format!("{text}contacts: {{ Shop Team: shop@example.org }}\n");
        lint(&sources("p.yaml", &text), now).iter().map(|w| w.to_string().lines().next().unwrap().to_owned()).collect()
    };
    assert_eq!(
        said(&text),
        [
            "p.yaml:4:14: warning: the review is overdue since 2026-01-31",
            "p.yaml:6:20: warning: plugin `unused` is used by no stage",
            "p.yaml:8:3: warning: no stage has the mode `block`: the set refuses nothing",
            "p.yaml:11:11: warning: stage `unit_tests` is off: it is not judged at all",
            "p.yaml:12:16: warning: evidence `unit_tests` says neither how many documents nor which suites it expects: a missing one would not be noticed",
        ]
    );
    for said_so in [("max_age: 90m", "max_age: 90m, documents: { min: 1 }"), ("min_cases: 1", "expected_suites: [a]")] {
        assert_eq!(said(&TEXT.replace(said_so.0, said_so.1)), Vec::<String>::new(), "{}", said_so.1);
    }
    let warns =
        TEXT.replace("    plugin: quality", "    plugin: quality\n    mode: warn\n    effective_from: 2027-01-01");
    let warns = said(&warns);
    let expected = "stage `unit_tests` has an `effective_from` that changes nothing: its mode is not `block`";
    assert!(warns.iter().any(|warning| warning.ends_with(expected)), "{warns:?}");
}

#[test]
fn lint_names_what_lets_through_more_than_it_seems() {
    let now = Timestamp::parse("2026-02-01T00:00:00Z").unwrap();
    let sound = TEXT
        .replace("max_age: 90m", "max_age: 90m, bind: revision, documents: { min: 1 }")
        .replace("owner: Shop Team", "owner: Shop Team\ncontacts: { Shop Team: shop@example.org }");
    let said = |files: &[(&str, &str)]| -> Vec<String> {
        let files: Vec<_> = files.iter().map(|(name, text)| (PathBuf::from(name), (*text).to_owned())).collect();
        let warnings = lint(&read_sets(&files).unwrap(), now);
        warnings.iter().map(|w| w.to_string().lines().next().unwrap().to_owned()).collect()
    };
    for (from, to, expected) in [
        ("shop@example.org", "shop@example.org", None),
        (
            "stages:",
            "break_glass: { minimum_evidence: [] }\nstages:",
            Some(
                "p.yaml:7:14: warning: `break_glass` notifies nobody: a deployment can be forced, and nobody hears of it",
            ),
        ),
        ("stages:", "break_glass: { minimum_evidence: [], notify: [Shop Team] }\nstages:", None),
        (
            "{ Shop Team:",
            "{ Others:",
            Some(
                "p.yaml:3:8: warning: the owner `Shop Team` is not among the `contacts`: whoever is refused cannot tell whom to ask",
            ),
        ),
        (
            "    plugin: quality",
            "    plugin: quality\n    optional: true",
            Some(
                "p.yaml:8:3: warning: every stage with the mode `block` is optional: a caller may skip all that could refuse",
            ),
        ),
        (
            "    plugin: quality",
            "    plugin: quality\n    on_error: warn",
            Some("p.yaml:11:15: warning: stage `unit_tests` lets a deployment through that it could not judge"),
        ),
        (
            "    plugin: quality",
            "    plugin: quality\n    effective_from: 2026-02-01",
            Some(
                "p.yaml:11:21: warning: stage `unit_tests` has an `effective_from` in the past: it changes nothing any more",
            ),
        ),
        ("    plugin: quality", "    plugin: quality\n    effective_from: 2026-02-02", None),
        (
            "max_age: 90m, ",
            "",
            Some("p.yaml:11:16: warning: evidence `unit_tests` has no `max_age`: a report of any age counts"),
        ),
        (
            "bind: revision, ",
            "",
            Some(
                "p.yaml:11:16: warning: evidence `unit_tests` is bound to nothing: a report of another commit counts too",
            ),
        ),
        ("bind: revision, ", "vouched: signature, ", None),
    ] {
        assert!(sound.contains(from), "{from}");
        assert_eq!(said(&[("p.yaml", &sound.replace(from, to))]), expected.into_iter().collect::<Vec<_>>(), "{to}");
    }
    let layer = "override: o\nof: shop\nowner: O\nreason: R\nmatch: { environments: [production] }\nvalid_for: 240m\n";
    assert_eq!(
        said(&[("p.yaml", &sound), ("o.yaml", layer)]),
        ["o.yaml:1:11: warning: override `o` changes nothing: policy set `shop` says the same"]
    );
    let elsewhere = layer.replace("production", "staging").replace("240m", "1h");
    assert_eq!(
        said(&[("p.yaml", &sound), ("o.yaml", &elsewhere)]),
        ["o.yaml:5:8: warning: override `o` never applies: policy set `shop` is for other deployments"]
    );
}
