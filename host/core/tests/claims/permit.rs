//! Permits: only for what was decided on, only while it holds.

use crate::support::{
    answers::fail,
    arbitrary::plans,
    emergency::{break_glass, wish},
    names::{NANOSECOND, ahead, artifact_of, environment, hours, now, service},
    stage::stage,
    world::{World, api, world},
};
use proptest::{bool::ANY, prelude::prop_assert, proptest};
use rstest::rstest;
use std::collections::BTreeMap;
use tidegate_core::{
    deployment::Deployment,
    digest::Digest,
    permit::{ArtifactRule, NoPermit, Permit, PermitRequest, PermitRules, Since, permit},
    time::Timestamp,
};

const RULES: PermitRules = PermitRules { artifacts: ArtifactRule::Required, single_use: false };

/// Exactly what the world deploys.
fn exactly(world: &World) -> PermitRequest {
    let artifacts = world.deployment.services.iter();
    let artifacts = artifacts.filter_map(|one| Some((one.name.clone(), one.artifact.as_ref()?.digest))).collect();
    PermitRequest { environment: world.deployment.environment.clone(), artifacts }
}

fn ask(
    world: &World,
    asked: &PermitRequest,
    since: Since,
    rules: PermitRules,
    at: Timestamp,
) -> Result<Permit, Vec<NoPermit>> {
    let deployment = Deployment::new(world.deployment.clone()).unwrap();
    permit(asked, &world.decide(), &deployment, &since, Some(rules), at)
}

fn words(refused: Result<Permit, Vec<NoPermit>>) -> Vec<&'static str> {
    refused.err().unwrap_or_default().iter().map(NoPermit::word).collect()
}

fn two() -> World {
    world().service("api").service("web").stage(stage("tests"))
}

#[test]
fn what_was_decided_on_is_permitted_until_the_decision_ends() {
    let world = two();
    let (asked, since) = (exactly(&world), Since::default());
    let permitted = ask(&world, &asked, since, RULES, now()).unwrap();
    assert_eq!(permitted, Permit { valid_until: ahead(hours(4)), single_use: false });
    let last = ahead(hours(4) - NANOSECOND);
    assert!(ask(&world, &asked, Since { permits: 7, ..since }, RULES, last).is_ok());
    assert_eq!(words(ask(&world, &asked, since, RULES, ahead(hours(4)))), ["expired"]);
}

#[rstest]
#[case::elsewhere(|asked: &mut PermitRequest| asked.environment = environment("staging"), &["environment"])]
#[case::other_bytes(|asked: &mut PermitRequest| { asked.artifacts.insert(service("api"), Digest::of(b"other")); }, &["artifact"])]
#[case::bytes_of_another(|asked: &mut PermitRequest| { asked.artifacts.insert(service("api"), artifact_of("web")); }, &["artifact"])]
#[case::a_part(|asked: &mut PermitRequest| { asked.artifacts.remove(&service("web")); }, &["left_out"])]
#[case::nothing(|asked: &mut PermitRequest| asked.artifacts.clear(), &["left_out", "left_out"])]
#[case::more(|asked: &mut PermitRequest| { asked.artifacts.insert(service("db"), artifact_of("db")); }, &["artifact_unnamed"])]
fn anything_else_is_not(#[case] change: fn(&mut PermitRequest), #[case] expected: &[&str]) {
    let world = two();
    let mut asked = exactly(&world);
    change(&mut asked);
    for artifacts in [ArtifactRule::Required, ArtifactRule::Optional] {
        let rules = PermitRules { artifacts, ..RULES };
        assert_eq!(words(ask(&world, &asked, Since::default(), rules, now())), expected);
    }
}

#[test]
fn bytes_that_nobody_named_are_permitted_only_where_the_set_says_so() {
    let world = two().without_artifacts();
    let none = PermitRequest { environment: environment("production"), artifacts: BTreeMap::new() };
    assert_eq!(words(ask(&world, &none, Since::default(), RULES, now())), ["artifact_unnamed", "artifact_unnamed"]);
    let optional = PermitRules { artifacts: ArtifactRule::Optional, ..RULES };
    assert!(ask(&world, &none, Since::default(), optional, now()).is_ok());
    let some = exactly(&two());
    let refused = words(ask(&world, &some, Since::default(), optional, now()));
    assert_eq!(refused, ["artifact_unnamed", "artifact_unnamed"], "what was not decided on cannot be permitted");
}

#[test]
fn what_happened_since_counts_and_every_reason_is_named() {
    let world = two();
    let asked = exactly(&world);
    let once = PermitRules { single_use: true, ..RULES };
    let since = Since { permits: 1, revoked: true, superseded: true, ..Since::default() };
    assert_eq!(words(ask(&world, &asked, since, once, now())), ["revoked", "superseded", "used"]);
    let deployment = Deployment::new(world.deployment.clone()).unwrap();
    let gone = permit(&asked, &world.decide(), &deployment, &Since::default(), None, now());
    assert_eq!(words(gone), ["policy_set"]);
}

#[test]
fn a_forced_deployment_is_permitted_once_and_not_before_it_is_confirmed() {
    let failing = || api().stage(stage("tests")).says("tests", fail());
    let (forced, awaiting) = (
        failing().break_glass(break_glass()).force(wish()),
        failing().break_glass(break_glass().second_human()).force(wish()),
    );
    let asked = exactly(&forced);
    let permitted = ask(&forced, &asked, Since::default(), RULES, now()).unwrap();
    assert_eq!(permitted, Permit { valid_until: ahead(hours(1)), single_use: true });
    assert_eq!(words(ask(&forced, &asked, Since { permits: 1, ..Since::default() }, RULES, now())), ["used"]);

    assert_eq!(words(ask(&awaiting, &asked, Since::default(), RULES, now())), ["unconfirmed"]);
    let confirmed = Since { confirmed_until: Some(ahead(hours(1))), ..Since::default() };
    assert!(ask(&awaiting, &asked, confirmed, RULES, now()).unwrap().single_use);
    assert_eq!(words(ask(&awaiting, &asked, confirmed, RULES, ahead(hours(1)))), ["expired"]);
    // A confirmation of what cannot be forced, or was not, changes nothing.
    for refused in [failing(), failing().break_glass(break_glass()).force(wish().without_role())] {
        assert_eq!(words(ask(&refused, &asked, confirmed, RULES, now())), ["refused"]);
    }
}

proptest! {
    #[test]
    fn without_an_allowing_decision_there_is_no_permit(plan in plans(), permits in 0_u64..2, optional in ANY, single_use in ANY) {
        let world = plan.world();
        let decision = world.decide();
        let artifacts = if optional { ArtifactRule::Optional } else { ArtifactRule::Required };
        let since = Since { permits, ..Since::default() };
        let permitted = ask(&world, &exactly(&world), since, PermitRules { artifacts, single_use }, now());
        prop_assert!(permitted.is_err() || decision.permission.allowed(), "{decision:?}");
    }

    #[test]
    fn what_happens_since_never_turns_no_into_yes(plan in plans(), permits in 0_u64..2, revoked in ANY, superseded in ANY) {
        let world = plan.world();
        let asked = exactly(&world);
        let before = ask(&world, &asked, Since::default(), RULES, now());
        let after = ask(&world, &asked, Since { permits, revoked, superseded, confirmed_until: None }, RULES, now());
        prop_assert!(after.is_err() || before.is_ok());
        prop_assert!(after.is_err() || !(revoked || superseded));
    }
}
