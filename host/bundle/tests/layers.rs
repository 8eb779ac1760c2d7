//! Policy sets with overrides over them: which apply, what comes of it, and where each value stands.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{collections::BTreeMap, path::PathBuf};
use tidegate_bundle::{
    bundle::{Bundle, LoadedSet},
    effective::Source,
    layers::{Layer, NoSchemas},
    sources::read_sets,
};
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, PolicySetId, ServiceName, StageId},
    policy::{Bind, Mode},
};

const SET: &str = "\
policy_set: shop
version: 1.0.0
owner: Shop Team
match: { environments: [production, staging], services: [\"*\"] }
plugins: { quality: { path: q.wasm } }
stages:
  - id: unit_tests
    title: Unit Tests
    plugin: quality
    mode: warn
    evidence: [{ name: unit_tests, documents: { min: 1, max: 4 }, max_age: 24h }]
    settings: { tests: { min_cases: 1 } }
team_may_set: [{ key: stages.unit_tests.settings.tests.min_cases, min: 1 }]
";

const PRODUCTION: &str = "\
override: production
of: shop
owner: DevOps Team
reason: customers are there
match: { environments: [production] }
stages: { unit_tests: { mode: block, evidence: { unit_tests: { max_age: 12h, bind: revision } } } }
";

const PAYMENTS: &str = "\
override: payments
of: shop
owner: Payments Team
reason: money is at stake
match: { environments: ['*'], services: [payments-*] }
valid_for: 1h
stages: { unit_tests: { evidence: { unit_tests: { max_age: 6h } }, settings: { tests: { min_cases: 100 } } } }
";

fn bundle(files: &[(&str, &str)]) -> Bundle {
    let files: Vec<_> = files.iter().map(|(name, text)| (PathBuf::from(name), (*text).to_owned())).collect();
    let sources = read_sets(&files).unwrap();
    let digests: BTreeMap<_, _> =
        sources.plugins().map(|plugin| ((plugin.set.clone(), plugin.name.clone()), Digest::of(b"q"))).collect();
    sources.resolve(&digests).unwrap()
}

fn shop() -> Bundle {
    bundle(&[("shop.yaml", SET), ("payments.yaml", PAYMENTS), ("production.yaml", PRODUCTION)])
}

fn effective(bundle: &Bundle, environment: &str, services: &[&str]) -> LoadedSet {
    let set = bundle.set(&PolicySetId::parse("shop").unwrap()).unwrap();
    let services: Vec<ServiceName> = services.iter().map(|name| ServiceName::parse(name).unwrap()).collect();
    let layers = bundle.layers_of(set, &EnvironmentName::parse(environment).unwrap(), &services);
    set.with(&layers, &NoSchemas).unwrap()
}

#[test]
fn an_override_applies_only_if_it_matches_the_environment_and_every_service() {
    let bundle = shop();
    for (environment, services, expected) in [
        ("staging", &["api"][..], &[][..]),
        ("production", &["api"], &["production"]),
        ("production", &["payments-api"], &["production", "payments"]),
        ("production", &["payments-api", "payments-db"], &["production", "payments"]),
        ("production", &["payments-api", "api"], &["production"]),
        ("staging", &["payments-api"], &["payments"]),
        ("production", &[], &["production"]),
        ("test", &["api"], &[]),
    ] {
        let set = effective(&bundle, environment, services);
        let applied: Vec<&str> = set.layers().iter().map(|layer| layer.id.as_str()).collect();
        assert_eq!(applied, expected, "{environment} {services:?}");
    }
}

#[test]
fn later_layers_come_over_earlier_ones() {
    let set = effective(&shop(), "production", &["payments-api"]).set;
    let stage = &set.stages[0];
    assert_eq!(stage.mode, Mode::Block);
    assert_eq!(stage.evidence[0].max_age.unwrap().as_secs(), 6 * 3600);
    assert_eq!(stage.evidence[0].bind, Bind::Revision);
    assert_eq!(stage.evidence[0].documents_max, Some(4));
    assert_eq!(&*stage.settings, r#"{"tests":{"min_cases":100}}"#);
    assert_eq!(set.valid_for.as_secs(), 3600);
}

#[test]
fn an_effective_set_has_a_digest_of_its_own() {
    let bundle = shop();
    let of = |environment: &str, services: &[&str]| effective(&bundle, environment, services).set.digest;
    let base = bundle.sets()[0].set.digest;
    assert_eq!(of("staging", &["api"]), base);
    let layered = [of("production", &["api"]), of("production", &["payments-api"]), of("staging", &["payments-api"])];
    for (index, digest) in layered.iter().enumerate() {
        assert!(*digest != base && !layered[..index].contains(digest), "{index}");
    }
    let set = effective(&bundle, "production", &["payments-api"]);
    assert_eq!(Digest::of(set.canonical().as_bytes()), set.set.digest);
    assert!(set.canonical().contains(r#""reason":"money is at stake""#), "{}", set.canonical());
    // The same set without overrides has the digest that it had before there were any.
    assert_eq!(first_digest(&[("shop.yaml", SET)]), base);
    assert_ne!(bundle.digest(), self::bundle(&[("shop.yaml", SET)]).digest());
}

fn first_digest(files: &[(&str, &str)]) -> Digest {
    bundle(files).sets()[0].set.digest
}

#[test]
fn the_text_of_every_digest_in_the_bundle_is_at_hand() {
    let bundle = shop();
    let texts: Vec<String> = bundle.texts().map(|text| Digest::of(text.as_bytes()).to_string()).collect();
    assert_eq!(texts.len(), 3);
    assert!(texts.iter().all(|digest| bundle.canonical().contains(digest.as_str())), "{}", bundle.canonical());
}

#[test]
fn every_value_names_the_file_and_the_layer_it_comes_from() {
    let set = effective(&shop(), "production", &["payments-api"]);
    let values = set.effective();
    for (pointer, expected) in [
        ("/owner", "\"Shop Team\" shop.yaml:3:8 base"),
        ("/valid_for", "\"1h\" payments.yaml:6:12 service"),
        ("/enforcement", "\"enforce\" default base"),
        ("/match/environments/0", "\"production\" shop.yaml:4:25 base"),
        ("/stages/0/mode", "\"block\" production.yaml:6:31 environment"),
        ("/stages/0/evidence/0/max_age", "\"6h\" payments.yaml:7:60 service"),
        ("/stages/0/evidence/0/bind", "\"revision\" production.yaml:6:84 environment"),
        ("/stages/0/evidence/0/documents/max", "4 shop.yaml:11:62 base"),
        ("/stages/0/settings/tests/min_cases", "100 payments.yaml:7:100 service"),
        ("/stages/0/title", "\"Unit Tests\" shop.yaml:8:12 base"),
    ] {
        let value = values.iter().find(|value| value.pointer == pointer).unwrap();
        assert_eq!(format!("{} {} {}", value.value, value.source, value.layer), expected, "{pointer}");
    }
    assert!(values.iter().filter(|value| value.source == Source::Default).all(|value| value.layer == Layer::Base));
}

#[test]
fn a_mistake_in_settings_stands_where_the_layer_brought_it() {
    let bundle = shop();
    let stage = StageId::parse("unit_tests").unwrap();
    let place = |set: &LoadedSet, pointer: &str| {
        let mistake = set.mistake_in_settings(&stage, pointer, "too many").unwrap();
        format!("{}:{}:{}", mistake.file, mistake.line, mistake.column)
    };
    let payments = effective(&bundle, "production", &["payments-api"]);
    assert_eq!(place(&payments, "/tests/min_cases"), "payments.yaml:7:100");
    assert_eq!(place(&payments, "/tests/nobody/wrote"), "payments.yaml:7:87");
    assert_eq!(place(&effective(&bundle, "production", &["api"]), "/tests/min_cases"), "shop.yaml:12:37");
}

#[test]
fn layers_that_make_no_sound_set_together_are_a_mistake_and_not_a_set() {
    let few = PRODUCTION.replace("mode: block, ", "").replace("bind: revision", "documents: { max: 1 }");
    let many = PAYMENTS.replace("max_age: 6h", "documents: { min: 3 }");
    let bundle = bundle(&[("shop.yaml", SET), ("production.yaml", &few), ("payments.yaml", &many)]);
    let set = &bundle.sets()[0];
    let (environment, service) =
        (EnvironmentName::parse("production").unwrap(), ServiceName::parse("payments-api").unwrap());
    let mistakes = set.with(&bundle.layers_of(set, &environment, &[service]), &NoSchemas).unwrap_err();
    let said: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["payments.yaml:7:62: at most 1 documents are allowed, but at least 3 are needed"]);
}
