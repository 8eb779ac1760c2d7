//! The law of layers: whatever an accepted override changes, it never turns a refusal into a permission.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use proptest::{
    collection::vec,
    option, prop_assert,
    sample::select,
    strategy::Strategy,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use std::{cell::Cell, collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};
use tidegate_bundle::{
    bundle::{Bundle, LoadedSet},
    layers::Schemas,
    sources::read_sets,
};
use tidegate_core::{
    break_glass::{EmergencyReason, OverrideRequest, OverrideRole},
    deployment::{Cause, Deployment, DeploymentRequest, Revision, Service},
    digest::Digest,
    evidence::{Baseline, Completeness, Document, Evidence},
    fault::{Blame, Fault, FaultKind, Refusal},
    judge::{Judge, Question, judge},
    name::RuleId,
    policy::{PolicySet, Stage},
    report::{GateOutcome, GateReport, GateRequest},
    stage_result::JudgedBy,
    time::Timestamp,
};

const COMMIT: &str = "4f2c7a9e1b3d5f60718293a4b5c6d7e8f9012345";

fn now() -> Timestamp {
    Timestamp::parse("2026-06-01T12:00:00Z").unwrap()
}

/// What a pipeline hands in, and how the plugin fares.
#[derive(Debug, Clone)]
struct Scenario {
    /// Age in hours, the commit that it speaks of, whether it holds something.
    documents: Vec<(u64, Option<&'static str>, bool)>,
    cases: u64,
    traps: bool,
    skips: bool,
    forces: bool,
}

/// The stage's values that a set or an override may say; each as YAML.
type Said = Vec<(&'static str, Option<&'static str>)>;

fn keys() -> impl Strategy<Value = Said> {
    let one =
        |key: &'static str, values: &'static [&'static str]| option::of(select(values)).prop_map(move |v| (key, v));
    (
        one("mode", &["block", "warn", "monitor", "'off'"]),
        one("effective_from", &["2026-01-01", "2027-01-01"]),
        one("optional", &["true", "false"]),
        one("on_error", &["block", "warn"]),
        one("empty_scan", &["incomplete", "clean"]),
        one(
            "evidence",
            &[
                "max_age: 1h",
                "max_age: 10h, bind: revision",
                "documents: { min: 2 }",
                "vouched: none",
                "vouched: uploader, bind: revision",
                "vouched: person",
                "documents: { max: 1 }",
                "documents: { min: 2, max: 3 }, max_age: 5h",
            ],
        ),
        one("settings", &["min_cases: 1", "min_cases: 4", "min_cases: 9"]),
        one("enforcement", &["enforce", "advisory"]),
        one(
            "break_glass",
            &[
                "minimum_evidence: [], second_human: false",
                "minimum_evidence: [a], second_human: false",
                "minimum_evidence: [], never: [a], second_human: false",
                "minimum_evidence: []",
            ],
        ),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| vec![a, b, c, d, e, f, g, h, i])
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let document = (0_u64..12, option::of(select(&[COMMIT, "other"][..])), proptest::bool::weighted(0.8));
    let likely = proptest::bool::weighted(0.2);
    (vec(document, 0..4), 0_u64..12, likely, likely, likely)
        .prop_map(|(documents, cases, traps, skips, forces)| Scenario { documents, cases, traps, skips, forces })
}

fn set(said: &Said) -> String {
    let mut text = "policy_set: s\nversion: '1'\nowner: O\nmatch: { environments: [production], services: ['*'] }\nplugins: { q: { path: q } }\n".to_owned();
    let mut stage = "stages:\n  - id: a\n    title: A\n    plugin: q\n".to_owned();
    let mut evidence = String::new();
    for (key, value) in said {
        match (*key, value) {
            ("evidence", Some(value)) => evidence = format!(", {value}"),
            (_, None) => {}
            ("settings", Some(value)) => stage.push_str(&format!("    settings: {{ {value} }}\n")),
            ("enforcement", Some(value)) => text.push_str(&format!("enforcement: {value}\n")),
            ("break_glass", Some(value)) => text.push_str(&format!("break_glass: {{ {value} }}\n")),
            (key, Some(value)) => stage.push_str(&format!("    {key}: {value}\n")),
        }
    }
    format!("{text}{stage}    evidence: [{{ name: e{evidence} }}]\n")
}

/// `None`: it says nothing.
fn layer(said: &Said) -> Option<String> {
    let (mut stage, mut rest) = (String::new(), String::new());
    for (key, value) in said.iter().filter_map(|(key, value)| Some((key, (*value)?))) {
        match *key {
            "evidence" => stage.push_str(&format!("    evidence: {{ e: {{ {value} }} }}\n")),
            "settings" => stage.push_str(&format!("    settings: {{ {value} }}\n")),
            "enforcement" => rest.push_str(&format!("enforcement: {value}\n")),
            "break_glass" => rest.push_str(&format!("break_glass: {{ {value} }}\n")),
            key => stage.push_str(&format!("    {key}: {value}\n")),
        }
    }
    let stages = if stage.is_empty() { String::new() } else { format!("stages:\n  a:\n{stage}") };
    (!stages.is_empty() || !rest.is_empty()).then(|| {
        format!("override: o\nof: s\nowner: O\nreason: R\nmatch: {{ environments: [production] }}\n{rest}{stages}")
    })
}

fn bundle(set: &str, layer: &str) -> Option<(Bundle, Schemas)> {
    let files = [(PathBuf::from("s"), set.to_owned()), (PathBuf::from("o"), layer.to_owned())];
    let sources = read_sets(&files).ok()?;
    let keys: Vec<_> = sources.plugins().map(|plugin| (plugin.set.clone(), plugin.name.clone())).collect();
    let digests: BTreeMap<_, _> = keys.iter().map(|key| (key.clone(), Digest::of(b"q"))).collect();
    let schema: Arc<Value> =
        Arc::new(json!({ "properties": { "min_cases": { "x-stricter": "higher", "default": 1 } } }));
    let schemas = Schemas(keys.into_iter().map(|key| (key, schema.clone())).collect());
    Some((sources.resolve_with(&digests, &schemas).ok()?, schemas))
}

struct Plugin<'a>(&'a Scenario);

impl Judge for Plugin<'_> {
    fn judged_by(&self, stage: &Stage) -> JudgedBy {
        JudgedBy { name: stage.plugin.clone(), version: Arc::from("1"), digest: Digest::of(b"q") }
    }

    fn rules(&self, _: &Stage) -> &[RuleId] {
        &[]
    }

    fn evaluate(&self, stage: &Stage, _: &GateRequest, _: &[Evidence], _: &Baseline) -> Result<GateReport, Refusal> {
        if self.0.traps {
            return Err(Refusal::Fault(Fault { blame: Blame::Plugin, kind: FaultKind::Trap, message: String::new() }));
        }
        let settings: Value = serde_json::from_str(&stage.settings).unwrap();
        let enough = self.0.cases >= settings["min_cases"].as_u64().unwrap_or(1);
        let outcome = if enough { GateOutcome::Pass } else { GateOutcome::Fail };
        let summary = String::new();
        Ok(GateReport { outcome, score: None, summary, findings: Vec::new(), omitted: 0, omitted_decisive: false })
    }
}

fn deployment() -> Deployment {
    let service =
        Service { name: "api".parse().unwrap(), version: "1".parse().unwrap(), previous_version: None, artifact: None };
    let revision = Revision { repository: "".into(), commit: COMMIT.parse().unwrap(), ref_name: "".into() };
    let request = DeploymentRequest {
        id: "d".into(),
        environment: "production".parse().unwrap(),
        services: vec![service],
        revision: Some(revision),
        cause: Cause::Push,
        actor: "ci".into(),
        person: None,
        requested_at: now(),
        labels: Vec::new(),
    };
    Deployment::new(request).unwrap()
}

fn document((index, (age, revision, holds)): (usize, &(u64, Option<&'static str>, bool))) -> Evidence {
    let midnight = Timestamp::parse("2026-06-01T00:00:00Z").unwrap();
    let made = midnight.plus(Duration::from_secs((12 - age) * 3600));
    let document = Document {
        format: "junit".into(),
        digest: Digest::of(&[u8::try_from(index).unwrap()]),
        tool: None,
        produced_at: None,
        author: None,
        subjects: Vec::new(),
        revision: revision.map(Arc::from),
        about: Default::default(),
        signer: None,
        completeness: if *holds { Completeness::Complete } else { Completeness::Empty("nothing".into()) },
        contents: Vec::new(),
        bytes: Arc::from([]),
    };
    Evidence {
        name: "e".parse().unwrap(),
        service: None,
        document: Arc::new(document),
        declared_at: Some(made),
        received_at: now(),
        stated_in: None,
    }
}

/// Whether the deployment may go on. A question that cannot be planned is no permission.
fn allowed(set: &PolicySet, scenario: &Scenario) -> bool {
    let wish = OverrideRequest {
        reason: EmergencyReason::ProductionDown,
        justification: "production is down since this morning".into(),
        actor: "ada".into(),
        role: OverrideRole::Held,
        expires: None,
        used: None,
    };
    let question = Question {
        set: Arc::new(set.clone()),
        deployment: Arc::new(deployment()),
        evidence: scenario.documents.iter().enumerate().map(document).collect(),
        skip: if scenario.skips { vec!["a".parse().unwrap()] } else { Vec::new() },
        waivers: Arc::from([]),
        emergency: scenario.forces.then_some(wish),
        overdue: Vec::new(),
        before: tidegate_core::baseline::Baselines::default(),
        now: now(),
    };
    judge(&question, &Plugin(scenario)).is_ok_and(|decision| decision.permission.allowed())
}

#[test]
fn an_accepted_override_never_turns_a_refusal_into_a_permission() {
    let (accepted, refused_only_by_the_layer) = (Cell::new(0), Cell::new(0));
    // The same cases each time, so that the counts below are no matter of luck.
    let config = Config { cases: 1_500, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let law = runner.run(&(keys(), keys(), vec(scenarios(), 8)), |(base, over, scenarios)| {
        let (set, Some(layer)) = (set(&base), layer(&over)) else { return Ok(()) };
        let Some((bundle, schemas)) = bundle(&set, &layer) else { return Ok(()) };
        let base: &LoadedSet = &bundle.sets()[0];
        let layered = base.with(bundle.overrides(), &schemas).unwrap();
        accepted.set(accepted.get() + 1);
        for scenario in &scenarios {
            let (before, after) = (allowed(&base.set, scenario), allowed(&layered.set, scenario));
            prop_assert!(before || !after, "{set}\n{layer}\n{scenario:?}");
            refused_only_by_the_layer.set(refused_only_by_the_layer.get() + usize::from(before && !after));
        }
        Ok(())
    });
    assert!(law.is_ok(), "{}", law.unwrap_err());
    let (accepted, refused) = (accepted.get(), refused_only_by_the_layer.get());
    assert!(
        accepted > 100 && refused > 50,
        "{accepted} overrides accepted, {refused} deployments refused only by them"
    );
}
