//! Law 8: scores are exact, and explain without deciding.

use crate::support::{
    answers::{fail, pass},
    arbitrary::plans,
    stage::stage,
    world::api,
};
use proptest::{
    collection::vec,
    prelude::{ProptestConfig, Strategy, any, prop_assert_eq},
    proptest,
};
use tidegate_core::decision::Decision;

/// Weight, numerator and denominator of each stage: Σ w·n·(D/d) over Σ w · D, where D is the product of all d.
fn by_common_denominator(stages: &[(u32, u32, u32)]) -> Option<(i128, i128)> {
    let common: i128 = stages.iter().map(|(_, _, d)| i128::from(*d)).product();
    let sum: i128 = stages.iter().map(|(w, n, d)| i128::from(*w) * i128::from(*n) * (common / i128::from(*d))).sum();
    let weights: i128 = stages.iter().map(|(w, ..)| i128::from(*w)).sum();
    (weights > 0).then_some((sum, weights * common))
}

fn reduced((numerator, denominator): (i128, i128)) -> (i128, i128) {
    let (mut a, mut b) = (numerator, denominator);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (numerator / a, denominator / a)
}

/// Half up to one decimal, and below one never 100.
fn printed((numerator, denominator): (i128, i128)) -> String {
    let tenths = (2000 * numerator + denominator) / (2 * denominator);
    let tenths = if numerator < denominator { tenths.min(999) } else { tenths };
    let text = format!("{}.{}", tenths / 10, tenths % 10);
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

fn shares() -> impl Strategy<Value = (u32, u32, u32)> {
    (0..1_000_000_u32, 1..=1000_u32, any::<bool>()).prop_flat_map(|(weight, denominator, whole)| {
        let least = if whole { denominator - 1 } else { 0 };
        (least..=denominator).prop_map(move |numerator| (weight, numerator, denominator))
    })
}

fn decided(stages: &[(u32, u32, u32)]) -> Decision {
    let world = stages.iter().enumerate().fold(api(), |world, (number, (weight, numerator, denominator))| {
        let id = format!("stage-{number}");
        let answer = if numerator == denominator { pass() } else { fail() };
        let answer = answer.ratio(u64::from(*numerator), u64::from(*denominator));
        world.stage(stage(&id).weight(*weight)).says(&id, answer)
    });
    world.decide()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn the_score_of_any_weighting_is_exact(stages in vec(shares(), 0..6)) {
        let score = decided(&stages).score;
        let expected = by_common_denominator(&stages).map(reduced);
        let exact = score.share.as_ref().map(|share| {
            (i128::try_from(share.numer().clone()).unwrap(), i128::try_from(share.denom().clone()).unwrap())
        });
        prop_assert_eq!(exact, expected);
        prop_assert_eq!(score.to_string(), expected.map_or_else(|| "n/a".to_owned(), printed));
        let weighted = stages.iter().filter(|(weight, ..)| *weight > 0).count();
        prop_assert_eq!((score.counted, score.of), (weighted, weighted));
    }
}

proptest! {
    #[test]
    fn no_weighting_changes_what_is_decided(plan in plans(), weights in vec(0..9_u32, 5)) {
        let world = plan.world();
        let mut other = world.clone();
        for (stage, weight) in other.set.stages.iter_mut().zip(weights) {
            stage.weight = weight;
        }
        let (world, other) = (world.decide(), other.decide());
        prop_assert_eq!((world.outcome, world.permission), (other.outcome, other.permission));
        prop_assert_eq!(world.blocking, other.blocking);
    }
}
