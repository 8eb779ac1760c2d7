//! The shipped plugins as WebAssembly on an engine, and as plain Rust over fixtures: the same question over the same rows gives the
//! same report, to the last word.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod cases;
mod cel_cases;
mod document;
mod report;
mod rows;

use crate::document::{Given, native_request, request};
use cel::Cel;
use quality::Quality;
use security::Security;
use std::time::{Duration, Instant};
use tidegate_core::{evidence::Baseline, interpret};
use tidegate_engine::{config::EngineConfig, engine::Engine};
use tidegate_sdk::{
    fixture::{BaselineFixture, evidence_with_baseline},
    gate::Gate,
    settings::read,
};
use tidegate_workbench::testing::shipped_plugin;

/// Settings, documents, and those of the last deployment where the stage asks for them.
type Case = (&'static str, Vec<Given>, Option<Vec<Given>>);

fn agree<P: Gate>(name: &str, cases: Vec<Case>) {
    let engine = Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() }).unwrap();
    let plugin = engine.load(&shipped_plugin(name)).unwrap();
    assert!(plugin.warnings.is_empty(), "{:?}", plugin.warnings);
    let rules: Vec<_> = plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
    let later = Instant::now() + Duration::from_secs(3600);
    for (settings, mut documents, mut before) in cases {
        assert_eq!(plugin.settings_problems(&engine, settings).unwrap(), [], "{settings}");
        // As the host orders them.
        documents.sort_by_key(Given::identity);
        before.iter_mut().for_each(|before| before.sort_by_key(Given::identity));
        let fixtures = |given: &[Given]| given.iter().map(Given::fixture).collect::<Vec<_>>();
        let baseline =
            before.as_deref().map_or(BaselineFixture::NotAsked, |given| BaselineFixture::Documents(fixtures(given)));
        let question = native_request(read::<P>(settings).map_err(|problems| format!("{problems:?}")).unwrap());
        let expected = P::evaluate(&question, &evidence_with_baseline(fixtures(&documents), baseline));
        let expected = report::of(expected.unwrap());

        let rows = |given: &[Given]| given.iter().map(Given::evidence).collect::<Vec<_>>();
        let baseline = before.as_deref().map_or(Baseline::NotAsked, |given| Baseline::Documents(rows(given)));
        let evaluated = engine.evaluate(&plugin, &request(settings), &rows(&documents), &baseline, later);
        assert_eq!(evaluated.result.unwrap(), expected, "{name}: {settings}");
        assert!(!evaluated.cost.grew_memory, "{name}: {settings}: {:?}", evaluated.cost);
        interpret::report(expected, &rules).unwrap();
    }
}

#[test]
fn security_gives_the_same_report_natively_and_as_webassembly() {
    agree::<Security>("security", cases::of_security());
}

#[test]
fn quality_gives_the_same_report_natively_and_as_webassembly() {
    agree::<Quality>("quality", cases::of_quality());
}

#[test]
fn cel_gives_the_same_report_natively_and_as_webassembly() {
    agree::<Cel>("cel", cel_cases::all());
}

#[test]
fn a_baseline_that_the_stage_does_not_ask_for_is_the_policys_mistake() {
    let engine = Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() }).unwrap();
    let later = Instant::now() + Duration::from_secs(3600);
    for (name, settings) in [
        ("security", r#"{"baseline": {"new_issues": {"max": {"high": 0}}}}"#),
        ("quality", r#"{"tests": {"vanished_max_percent": 0}}"#),
        ("cel", r#"{"rules": [{"id": "r", "expression": "baseline.first"}]}"#),
    ] {
        let plugin = engine.load(&shipped_plugin(name)).unwrap();
        let refusal = engine.evaluate(&plugin, &request(settings), &[], &Baseline::NotAsked, later).result.unwrap_err();
        let said = format!("{refusal:?}");
        assert!(said.contains("Policy") && said.contains("`baseline: true`"), "{said}");
    }
}
