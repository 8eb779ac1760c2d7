//! Plugins in TypeScript and Python: the examples say in every language the same of the same cases, and every template builds and says of
//! its cases what they expect.
//!
//! Needs npm's packages (`PLUGIN_NODE_MODULES`: the `node_modules` of an installed template) and componentize-py (`COMPONENTIZE_PY`: the
//! program); where they are not, a test says so and is left out, and fails with `LANGUAGES_REQUIRED=1`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop and say why")]

mod after;
mod case;
mod projects;

use crate::{
    case::Case,
    projects::{Project, Workshop},
};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_engine::{
    config::{EngineConfig, Limits},
    engine::Engine,
    plugin::Plugin,
};
use tidegate_workbench::{
    build::{BuildOptions, build},
    languages::Language,
    testing::root,
};

const KINDS: [&str; 3] = ["gate", "rollback", "severity"];

/// Whoever has little time for a call on a busy machine is not asked here how fast they are.
fn engine() -> Engine {
    let limits = Limits { plugin_deadline: Duration::from_secs(60), ..Limits::default() };
    Engine::new(&EngineConfig { slots: 1, limits, ..EngineConfig::default() }).unwrap()
}

fn loaded(engine: &Engine, project: &Project) -> Arc<Plugin> {
    let built = build(&project.folder, &BuildOptions::default());
    let built = built.unwrap_or_else(|error| panic!("{project:?}: {error}"));
    assert!(built.core_module_bytes > 0 && built.core_module_bytes <= built.component.len(), "{project:?}");
    let began = Instant::now();
    let plugin = engine.load(&built.component).unwrap_or_else(|error| panic!("{project:?}: {error}"));
    eprintln!("{}: {} bytes, loaded in {:?}", project.folder.display(), built.component.len(), began.elapsed());
    let own = |import: &String| import.starts_with("tidegate:policy/");
    assert!(plugin.imports.iter().all(own), "{project:?} imports {:?}", plugin.imports);
    assert_eq!((plugin.description.name.as_str(), built.name.as_str()), (project.name.as_str(), project.name.as_str()));
    plugin
}

/// What each case came to, twice: in two instances, which know nothing of each other.
fn judged(engine: &Engine, plugin: &Plugin, cases: &[Case]) -> BTreeMap<String, String> {
    let once = |case: &Case| {
        let verdict = case.judge(engine, plugin);
        assert_eq!(verdict, case.judge(engine, plugin), "{}: the second instance says something else", case.name);
        assert!(verdict.differences.is_empty(), "{}: {:#?}", case.name, verdict);
        (case.name.clone(), verdict.reports)
    };
    cases.iter().map(once).collect()
}

fn an_example_says_the_same(rule: &str) {
    let folder = root().join("examples/plugins").join(rule);
    let cases = case::of_gates(&folder.join("cases"), &folder.join("policies/policy.yaml"));
    let workshop = Workshop::new();
    let mut first: Option<(Language, BTreeMap<String, String>, String)> = None;
    for language in workshop.languages() {
        let engine = engine();
        let plugin = loaded(&engine, &workshop.example(rule, language));
        for case in &cases {
            assert_eq!(case.problems(&engine, &plugin), Vec::<String>::new(), "{language:?}");
        }
        let (reports, said) = (judged(&engine, &plugin, &cases), format!("{:#?}", plugin.description));
        match &first {
            None => first = Some((language, reports, said)),
            Some((earlier, expected, description)) => {
                assert_eq!(&reports, expected, "{language:?} and {earlier:?}");
                assert_eq!(&said, description, "{language:?} and {earlier:?}");
            }
        }
    }
}

#[test]
fn no_friday_afternoon_says_the_same_in_every_language() {
    an_example_says_the_same("no-friday-afternoon");
}

#[test]
fn coverage_may_not_fall_says_the_same_in_every_language() {
    an_example_says_the_same("coverage-may-not-fall");
}

fn every_template_does_what_its_cases_say(language: Language) {
    let workshop = Workshop::new();
    if !workshop.languages().contains(&language) {
        return;
    }
    for kind in KINDS {
        let project = workshop.template(language, kind);
        if kind == "gate" {
            workshop.add_tests_of_helpers(&project);
        }
        workshop.test_natively(&project);
        let engine = engine();
        let plugin = loaded(&engine, &project);
        let cases = project.folder.join("cases");
        match kind {
            "gate" => {
                drop(judged(&engine, &plugin, &case::of_gates(&cases, &project.folder.join("policies/policy.yaml"))))
            }
            "rollback" => after::watch(&engine, &plugin, &cases),
            _ => after::classify(&engine, &plugin, &cases),
        }
    }
}

#[test]
fn every_template_in_typescript_does_what_its_cases_say() {
    every_template_does_what_its_cases_say(Language::TypeScript);
}

#[test]
fn every_template_in_python_does_what_its_cases_say() {
    every_template_does_what_its_cases_say(Language::Python);
}

#[test]
fn native_tests_of_the_examples_pass() {
    let workshop = Workshop::new();
    for language in workshop.languages().into_iter().filter(|language| *language != Language::Rust) {
        for rule in ["no-friday-afternoon", "coverage-may-not-fall"] {
            workshop.test_natively(&workshop.example(rule, language));
        }
    }
}

fn folders(path: &Path) -> Vec<std::path::PathBuf> {
    let mut folders: Vec<_> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("case.yaml").is_file());
    folders.sort();
    assert!(!folders.is_empty(), "{} holds no case", path.display());
    folders
}
