//! Texts that settings take from files beside the policies.

use std::{collections::BTreeMap, path::PathBuf};
use tidegate_bundle::{
    document::{FILE_BYTES_MAX, INCLUDED_MAX},
    sources::{included, read_sets},
};
use tidegate_core::{
    digest::Digest,
    name::{PluginName, PolicySetId},
};

const SET: &str = "policy_set: a\nversion: '1'\nowner: A\nmatch: { environments: [x], services: [y] }\n\
                   plugins: { p: { path: p.wasm } }\nstages:\n  - id: s\n    title: S\n    plugin: p\n    evidence: []\n    settings:\n";

fn files(settings: &str, others: &[(&str, &str)]) -> Vec<(PathBuf, String)> {
    let owned = |(path, text): &(&str, &str)| (PathBuf::from(path), (*text).to_owned());
    let set = (PathBuf::from("policies/a.yaml"), format!("{SET}{settings}"));
    [set].into_iter().chain(others.iter().map(owned)).collect()
}

fn mistakes(settings: &str, others: &[(&str, &str)]) -> Vec<String> {
    let found = read_sets(&files(settings, others)).err().unwrap_or_default();
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn a_text_takes_the_place_of_the_mapping_that_names_its_file() {
    let settings = "      modules: [{ file: a, source: { file: ./rules/a.rego } }]\n      plain: { file: b.txt }\n      file: kept\n";
    let others = [("policies/rules/a.rego", "package a\n"), ("policies/b.txt", "B")];
    let sources = read_sets(&files(settings, &others)).unwrap();
    let (_, stage) = sources.stages().next().unwrap();
    let expected = r#"{"file":"kept","modules":[{"file":"a","source":"package a\n"}],"plain":"B"}"#;
    assert_eq!(&*stage.settings, expected);
    let named: Vec<PathBuf> = included(&files(settings, &[])).into_iter().map(|one| one.path).collect();
    assert_eq!(named, [PathBuf::from("policies/b.txt"), PathBuf::from("policies/rules/a.rego")]);
}

#[test]
fn the_text_is_a_part_of_the_sets_digest() {
    let digest = |text: &str| {
        let sources = read_sets(&files("      rule: { file: a.rego }\n", &[("policies/a.rego", text)])).unwrap();
        let plugin = (PolicySetId::parse("a").unwrap(), PluginName::parse("p").unwrap());
        sources.resolve(&BTreeMap::from([(plugin, Digest::of(b"p"))])).unwrap().digest()
    };
    assert_eq!(digest("one"), digest("one"));
    assert_ne!(digest("one"), digest("two"));
}

#[test]
fn a_file_outside_of_the_folder_is_refused_where_it_is_named() {
    for outside in ["../a.rego", "/etc/passwd", "rules/../../a.rego", "''", ".", "'..\\a.rego'"] {
        let found = mistakes(&format!("      rule:\n        {{ file: {outside} }}\n"), &[]);
        assert_eq!(found.len(), 1, "{outside}: {found:?}");
        assert!(found[0].starts_with("policies/a.yaml:13:9: file `"), "{found:?}");
        assert!(found[0].contains("lies outside of the policy file's folder\nhint: "), "{found:?}");
    }
}

#[test]
fn a_file_that_is_not_there_and_one_that_is_too_large_are_mistakes() {
    let found = mistakes("      rule: { file: a.rego }\n", &[]);
    assert!(found[0].contains("file `a.rego` is not there, or cannot be read\nhint: "), "{found:?}");
    let large = "x".repeat(FILE_BYTES_MAX + 1);
    let found = mistakes("      rule: { file: a.rego }\n", &[("policies/a.rego", &large)]);
    assert!(found[0].contains("is too large: 1048577 bytes used, 1048576 allowed"), "{found:?}");
    let many: String = (0..=INCLUDED_MAX).map(|n| format!("      r{n}: {{ file: a.rego }}\n")).collect();
    let found = mistakes(&many, &[("policies/a.rego", "x")]);
    assert!(found[0].contains("too many files: 257 used, 256 allowed"), "{found:?}");
}

#[test]
fn a_policy_file_is_not_taken_for_a_text() {
    let found = mistakes("      rule: { file: b.yaml }\n", &[("policies/b.yaml", "policy_set: b\n")]);
    assert!(
        found[0].starts_with("policies/b.yaml:1:1: a policy file, and another one takes it for a text"),
        "{found:?}"
    );
}

#[test]
fn outside_of_settings_the_word_means_nothing() {
    let set = SET.replace("owner: A", "owner: { file: a.rego }");
    let found = read_sets(&[(PathBuf::from("policies/a.yaml"), format!("{set}      a: 1\n"))]).unwrap_err();
    assert!(!found[0].to_string().contains("file"), "{found:?}");
}
