//! The order in which things arrive changes nothing.

use crate::support::{
    answers::Answer,
    arbitrary::{plans, shuffle},
    native::{Asked, Native, honest},
    world::World,
};
use proptest::{
    prelude::{any, prop_assert_eq},
    proptest,
};
use tidegate_core::{decision::Decision, judge::judge, stage_result::StageResult};

/// Plugins that find the same in another order.
fn decided_with_findings_shuffled(world: &World, seed: u64) -> Decision {
    let plain = world.judge();
    let native = Native::new(move |asked: &Asked<'_>| {
        Answer(plain.answer(asked).0.map(|mut report| {
            shuffle(&mut report.findings, seed);
            report
        }))
    });
    judge(&world.question(), &native).unwrap()
}

fn by_id(mut stages: Vec<StageResult>) -> Vec<StageResult> {
    stages.sort_by(|a, b| a.stage.cmp(&b.stage));
    stages
}

proptest! {
    #[test]
    fn evidence_waivers_services_and_skips_may_come_in_any_order(plan in plans(), seed in any::<u64>()) {
        let world = plan.world();
        let mut shuffled = world.clone();
        shuffle(&mut shuffled.evidence, seed);
        shuffle(&mut shuffled.waivers, seed);
        shuffle(&mut shuffled.deployment.services, seed);
        shuffle(&mut shuffled.skip, seed);
        let (world, shuffled) = (world.decide(), shuffled.decide());
        prop_assert_eq!(format!("{world:?}"), format!("{shuffled:?}"));
        prop_assert_eq!(world, shuffled);
    }

    #[test]
    fn documents_reach_a_plugin_in_one_order(plan in plans(), seed in any::<u64>()) {
        let seen = |world: &World| {
            let native = Native::new(|asked: &Asked<'_>| {
                let digests: Vec<String> = asked.documents.iter().map(|item| item.document.digest.to_string()).collect();
                let answer = honest(asked.documents);
                Answer(answer.0.map(|mut report| {
                    report.summary = digests.join(" ");
                    report
                }))
            });
            judge(&world.question(), &native).unwrap()
        };
        let world = plan.world();
        let mut shuffled = world.clone();
        shuffle(&mut shuffled.evidence, seed);
        prop_assert_eq!(seen(&world), seen(&shuffled));
    }

    #[test]
    fn findings_may_come_in_any_order(plan in plans(), seed in any::<u64>()) {
        let world = plan.world();
        prop_assert_eq!(world.decide(), decided_with_findings_shuffled(&world, seed));
    }

    #[test]
    fn the_order_of_a_sets_stages_is_only_the_order_of_the_answer(plan in plans(), seed in any::<u64>()) {
        let world = plan.world();
        let mut shuffled = world.clone();
        shuffle(&mut shuffled.set.stages, seed);
        let (world, shuffled) = (world.decide(), shuffled.decide());
        prop_assert_eq!(world.outcome, shuffled.outcome);
        prop_assert_eq!(world.permission, shuffled.permission);
        prop_assert_eq!(world.score, shuffled.score);
        prop_assert_eq!(world.waivers, shuffled.waivers);
        prop_assert_eq!(world.warnings, shuffled.warnings);
        prop_assert_eq!((world.valid_until, world.retry_at), (shuffled.valid_until, shuffled.retry_at));
        prop_assert_eq!(by_id(world.stages), by_id(shuffled.stages));
    }
}
