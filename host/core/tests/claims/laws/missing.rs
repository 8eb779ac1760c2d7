//! Law 1: missing is not pass.

use crate::support::{
    arbitrary::{NAMES, SERVICES, fates, plans},
    names::{ago, hours, service},
    world::World,
};
use proptest::{
    collection::vec,
    option,
    prelude::{any, prop_assert, prop_assert_eq},
    prop_assume, proptest,
    sample::Index,
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{TestCaseError, TestRunner},
};
use std::collections::BTreeMap;
use tidegate_core::{
    decision::Decision,
    evidence::Evidence,
    stage_result::{Conclusion, StageResult},
};

fn allowed(world: &World) -> bool {
    world.decide().permission.allowed()
}

/// Every evaluation that needed this document, were it there, allows no conclusion now.
fn is_missed(after: &Decision, world: &World, taken: &Evidence) -> Result<(), TestCaseError> {
    for result in after.stages.iter().filter(|result| result.conclusion != Conclusion::Skipped) {
        let stage = world.set.stages.iter().find(|stage| stage.id == result.stage).unwrap();
        if stage.evidence.iter().any(|requirement| requirement.name == taken.name) {
            prop_assert!(all_inconclusive(result, taken), "{result:?}");
        }
    }
    Ok(())
}

fn all_inconclusive(result: &StageResult, taken: &Evidence) -> bool {
    let about = result.evaluations.iter().filter(|e| e.service.is_none() || e.service == taken.service);
    about.clone().count() > 0 && about.clone().all(|e| matches!(e.conclusion, Conclusion::Inconclusive(_)))
}

proptest! {
    #[test]
    fn taking_away_expected_documents_never_allows(plan in plans(), kept in vec(any::<bool>(), 18)) {
        let before = plan.world();
        let mut after = before.clone();
        let mut kept = kept.into_iter();
        after.evidence.retain(|_| kept.next().unwrap());
        prop_assert!(!allowed(&after) || allowed(&before));
    }

    #[test]
    fn every_stage_misses_an_expected_document(plan in plans(), which in any::<Index>()) {
        let mut world = plan.world();
        prop_assume!(!world.evidence.is_empty());
        let taken = world.evidence.remove(which.index(world.evidence.len()));
        is_missed(&world.decide(), &world, &taken)?;
    }

    #[test]
    fn a_document_that_nothing_binds_changes_nothing_but_warnings(plan in plans(), fate in fates(), foreign in any::<bool>()) {
        let extra = if foreign { fate.document("alpha").of_service("elsewhere") } else { fate.document("delta") };
        let (before, after) = (plan.world().decide(), plan.world().hand_in(extra.bytes("extra").unsigned()).decide());
        prop_assert_eq!(after.warnings.len(), before.warnings.len() + 1);
        prop_assert_eq!(Decision { warnings: Vec::new(), ..after }, Decision { warnings: Vec::new(), ..before });
    }

    #[test]
    fn an_unsigned_document_that_nothing_requires_never_allows(
        plan in plans(),
        fate in fates(),
        name in 0..NAMES.len(),
        about in option::of(0..SERVICES.len()),
    ) {
        prop_assume!(plan.is_whole(name));
        let extra = fate.document(NAMES[name]).bytes("extra").unsigned();
        let extra = about.map_or(extra.clone(), |number| extra.of_service(SERVICES[number]));
        prop_assert!(!allowed(&plan.world().hand_in(extra)) || allowed(&plan.world()));
    }

    #[test]
    fn handing_a_document_in_again_under_any_claim_never_allows(
        plan in plans(),
        which in any::<Index>(),
        claim in 0..CLAIMS.len(),
        claimed in option::of(0..SERVICES.len()),
    ) {
        let before = plan.world();
        prop_assume!(!before.evidence.is_empty());
        let mut again = before.evidence[which.index(before.evidence.len())].clone();
        CLAIMS[claim](&mut again);
        // Where something is missing, the same bytes could be just that; elsewhere they may be claimed for anybody.
        if name_of(&again).is_some_and(|name| plan.is_whole(name)) {
            again.service = claimed.map(|number| service(SERVICES[number]));
        }
        let mut after = before.clone();
        after.evidence.push(again);
        prop_assert!(!allowed(&after) || allowed(&before));
    }
}

/// What an uploader may claim of bytes that are there already.
const CLAIMS: [fn(&mut Evidence); 4] = [
    |_| {},
    |again| again.declared_at = Some(ago(hours(1))),
    |again| again.declared_at = Some(ago(hours(99))),
    |again| again.received_at = ago(hours(99)),
];

fn name_of(item: &Evidence) -> Option<usize> {
    NAMES.iter().position(|name| *name == item.name.as_str())
}

/// A law that is never put to the test holds by itself.
#[test]
fn the_worlds_of_these_laws_come_to_every_outcome() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeMap::<String, usize>::new();
    for _ in 0..1000 {
        let decision = plans().new_tree(&mut runner).unwrap().current().world().decide();
        *seen.entry(format!("{:?} {:?}", decision.outcome, decision.permission)).or_default() += 1;
    }
    assert_eq!(seen.len(), 7, "{seen:?}");
    assert!(seen.values().all(|count| *count >= 10), "{seen:?}");
}
