//! Which policy set judges a deployment, and what is said when none does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use proptest::{prop_assert, prop_assert_eq, proptest};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use tidegate_bundle::{bundle::Bundle, document::Mistake, sources::read_sets};
use tidegate_core::{
    deployment::{Cause, Deployment, DeploymentRequest, Service},
    name::{EnvironmentName, ServiceName, Version},
    time::Timestamp,
};

/// Sets by name, environments and services.
fn bundle(sets: &[(&str, &str, &str)]) -> Result<Bundle, Vec<Mistake>> {
    let text = |(name, environments, services): &(&str, &str, &str)| {
        let text = format!(
            "policy_set: {name}\nversion: '1'\nowner: x\nmatch: {{ environments: [{environments}], services: [{services}] }}\n\
             plugins: {{}}\nstages: [{{ id: a, title: A, plugin: p, evidence: [] }}]\n"
        );
        (PathBuf::from(format!("{name}.yaml")), text.replace("plugins: {}", "plugins: { p: { path: p.wasm } }"))
    };
    let sources = read_sets(&sets.iter().map(text).collect::<Vec<_>>())?;
    let digest = tidegate_core::digest::Digest::of(b"p");
    sources.resolve(&sources.plugins().map(|p| ((p.set.clone(), p.name.clone()), digest)).collect::<BTreeMap<_, _>>())
}

fn deployment(environment: &str, services: &[&str]) -> Deployment {
    let service = |name: &&str| Service {
        name: ServiceName::parse(name).unwrap(),
        version: Version::parse("1").unwrap(),
        previous_version: None,
        artifact: None,
    };
    Deployment::new(DeploymentRequest {
        id: Arc::from("d1"),
        environment: EnvironmentName::parse(environment).unwrap(),
        services: services.iter().map(service).collect(),
        revision: None,
        cause: Cause::Push,
        actor: Arc::from("ci"),
        person: None,
        requested_at: Timestamp::from_nanos(1),
        labels: Vec::new(),
    })
    .unwrap()
}

#[test]
fn the_set_that_fits_environment_and_all_services_is_chosen() {
    let sets =
        [("pay", "production", "'pay-*'"), ("web", "production", "web, shop"), ("test", "'test-*', staging", "'*'")];
    let bundle = bundle(&sets).unwrap();
    for (environment, services, expected) in [
        ("production", &["pay-api"][..], "pay"),
        ("production", &["shop", "web"], "web"),
        ("staging", &["web", "pay-api"], "test"),
        ("test-7", &["anything"], "test"),
    ] {
        let chosen = bundle.choose(&deployment(environment, services)).unwrap();
        assert_eq!(chosen.set.id.as_str(), expected, "{environment} {services:?}");
    }
}

#[test]
fn without_a_set_every_set_says_why() {
    let sets = [("pay", "production", "'pay-*'"), ("web", "production", "web"), ("test", "staging", "'*'")];
    let bundle = bundle(&sets).unwrap();
    for (environment, services, message, hint) in [
        (
            "production",
            &["pay-api", "web"][..],
            "no policy set fits this deployment to `production`: `pay` is not for `web`; `test` is for `staging`; `web` is not for `pay-api`",
            "split the deployment: `pay-api` for `pay`; `web` for `web`",
        ),
        (
            "production",
            &["pay-api", "other"],
            "no policy set fits this deployment to `production`: `pay` is not for `other`; `test` is for `staging`; `web` is not for `other`, `pay-api`",
            "add a policy set whose `match` fits, or correct the environment or the services",
        ),
        (
            "prod",
            &["web"],
            "no policy set fits this deployment to `prod`: `pay` is for `production`; `test` is for `staging`; `web` is for `production`",
            "add a policy set whose `match` fits, or correct the environment or the services",
        ),
    ] {
        let none = bundle.choose(&deployment(environment, services)).unwrap_err();
        assert_eq!((none.to_string().as_str(), none.hint().as_str()), (message, hint));
    }
    let empty = self::bundle(&[]).unwrap();
    let none = empty.choose(&deployment("production", &["web"])).unwrap_err();
    assert_eq!(none.to_string(), "no policy set fits this deployment to `production`: none is loaded");
}

#[test]
fn overlapping_or_equally_named_sets_are_refused() {
    let said = |sets: &[(&str, &str, &str)]| -> Vec<String> {
        bundle(sets).unwrap_err().iter().map(|m| m.to_string().lines().next().unwrap().to_owned()).collect()
    };
    assert_eq!(
        said(&[("one", "production", "'pay-*'"), ("two", "staging, 'prod*'", "web, 'pay-api*'")]),
        [
            "two.yaml:4:8: policy set `two` overlaps with `one` in one.yaml: both could fit environment `production`, service `pay-api*`"
        ]
    );
    assert_eq!(
        said(&[("one", "production", "a"), ("one", "staging", "a")]),
        ["one.yaml:1:13: policy set `one` is defined twice: first in one.yaml"]
    );
    assert!(bundle(&[("one", "production", "a"), ("two", "production", "b"), ("three", "staging", "a")]).is_ok());
}

const PATTERNS: [&str; 7] = ["'*'", "a", "b", "ab", "'a*'", "'b*'", "'ab*'"];
const NAMES: [&str; 6] = ["a", "b", "ab", "ba", "aba", "bb"];

proptest! {
    #[test]
    fn a_bundle_is_refused_exactly_when_two_sets_could_fit_one_deployment(
        picks in proptest::collection::vec((0..7_usize, 0..7_usize), 2..4),
    ) {
        let names = ["one", "two", "three", "four"];
        let sets: Vec<_> = picks.iter().zip(names).map(|((e, s), name)| (name, PATTERNS[*e], PATTERNS[*s])).collect();
        let alone: Vec<Bundle> = sets.iter().map(|set| bundle(&[*set]).unwrap()).collect();
        let fitting = |environment: &str, service: &str| {
            alone.iter().filter(|one| one.choose(&deployment(environment, &[service])).is_ok()).count()
        };
        let ambiguous = NAMES.iter().any(|e| NAMES.iter().any(|s| fitting(e, s) > 1));
        match bundle(&sets) {
            Err(_) => prop_assert!(ambiguous, "{:?}", sets),
            Ok(bundle) => {
                prop_assert!(!ambiguous, "{:?}", sets);
                for (e, s) in NAMES.iter().flat_map(|e| NAMES.iter().map(move |s| (e, s))) {
                    prop_assert_eq!(bundle.choose(&deployment(e, &[s])).is_ok(), fitting(e, s) == 1);
                }
            }
        }
    }
}
