//! Law 5: a waiver lifts a failure whose every decisive finding it tolerates, and nothing else.

use crate::support::{
    answers::{Answer, RULES, decisive, fail, fault, finding, hold, inconclusive, pass},
    arbitrary::plans,
    names::{NANOSECOND, ago, ahead, hours, now},
    stage::stage,
    waiver::waiver,
    world::{World, api, result},
};
use proptest::{
    bool::weighted,
    collection::vec,
    prelude::{Just, Strategy, any, prop_assert, prop_assert_eq},
    prop_oneof, proptest,
};
use tidegate_core::{
    decision::Outcome,
    fault::{Blame, FaultKind},
    obligation::{ObligationKind, Overdue},
    time::Timestamp,
    waiver::WaiverScope,
};

/// Rule, subject, and whether it decides.
type Found = (usize, usize, bool);
/// Rule, subject if it names one, and when it is in force.
type Tolerated = (usize, Option<usize>, Window);

const SUBJECTS: [&str; 3] = ["a", "b", "c"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Window {
    Open,
    ToTheNanosecond,
    NotYet,
    JustOver,
}

impl Window {
    fn bounds(self) -> (Timestamp, Timestamp) {
        match self {
            Self::Open => (ago(hours(1)), ahead(hours(1))),
            Self::ToTheNanosecond => (now(), ahead(NANOSECOND)),
            Self::NotYet => (ahead(NANOSECOND), ahead(hours(1))),
            Self::JustOver => (ago(hours(1)), now()),
        }
    }
}

fn found() -> impl Strategy<Value = Vec<Found>> {
    vec((0..RULES.len(), 0..SUBJECTS.len(), weighted(0.7)), 0..4)
}

fn tolerated() -> impl Strategy<Value = Vec<Tolerated>> {
    let window = prop_oneof![
        3 => Just(Window::Open), 2 => Just(Window::ToTheNanosecond), 1 => Just(Window::NotYet), 1 => Just(Window::JustOver)
    ];
    vec((0..RULES.len(), proptest::option::weighted(0.4, 0..SUBJECTS.len()), window), 0..6)
}

fn finds(answer: Answer, found: &[Found]) -> Answer {
    found.iter().fold(answer, |answer, (rule, subject, decides)| {
        let make = if *decides { decisive } else { finding };
        answer.finds(make(RULES[*rule], SUBJECTS[*subject]))
    })
}

fn world(answer: Answer, tolerated: &[Tolerated]) -> World {
    let world = api().stage(stage("tests")).says("tests", answer);
    tolerated.iter().enumerate().fold(world, |world, (number, (rule, subject, window))| {
        let (from, expires) = window.bounds();
        let waiver = waiver(&format!("W-{number}")).tolerates("tests", RULES[*rule]).from(from).expires(expires);
        world.waive(match subject {
            None => waiver,
            Some(subject) => waiver.only_subject(SUBJECTS[*subject]),
        })
    })
}

/// Whether some waiver in force tolerates it: computed here from the plain values.
fn covered((rule, subject, _): &Found, tolerated: &[Tolerated]) -> bool {
    tolerated.iter().any(|(of, only, window)| {
        of == rule
            && only.is_none_or(|only| only == *subject)
            && matches!(window, Window::Open | Window::ToTheNanosecond)
    })
}

proptest! {
    #[test]
    fn a_failure_is_lifted_exactly_when_all_that_decides_is_waived(
        found in found(),
        tolerated in tolerated(),
        omitted in weighted(0.2),
    ) {
        let answer = finds(fail(), &found);
        let answer = if omitted { answer.omits(1).omits_decisive() } else { answer };
        let decision = world(answer, &tolerated).decide();
        let decisive: Vec<&Found> = found.iter().filter(|(.., decides)| *decides).collect();
        let lifts = !omitted && !decisive.is_empty() && decisive.iter().all(|found| covered(found, &tolerated));
        prop_assert_eq!(decision.outcome, if lifts { Outcome::Deploy } else { Outcome::Remediate });
        prop_assert_eq!(!result(&decision, "tests").lifted_by.is_empty(), lifts);
        for marked in &result(&decision, "tests").evaluations[0].findings {
            let rule = RULES.iter().position(|rule| *rule == marked.finding.rule.as_str()).unwrap();
            let subject = SUBJECTS.iter().position(|s| Some(*s) == marked.finding.subject.as_deref()).unwrap();
            prop_assert_eq!(marked.waived_by.is_some(), covered(&(rule, subject, true), &tolerated));
        }
    }

    #[test]
    fn what_is_not_a_failure_is_never_lifted(found in found(), tolerated in tolerated(), which in 0..3_usize) {
        let answer = [hold(), inconclusive(), fault(Blame::Plugin, FaultKind::Trap)][which].clone();
        let decision = world(finds(answer, &found), &tolerated).decide();
        prop_assert_eq!(decision.outcome, Outcome::Hold);
        prop_assert!(result(&decision, "tests").lifted_by.is_empty());
    }

    #[test]
    fn a_failure_without_decisive_findings_is_never_lifted(found in found(), tolerated in tolerated()) {
        let found: Vec<Found> = found.into_iter().map(|(rule, subject, _)| (rule, subject, false)).collect();
        prop_assert_eq!(world(finds(fail(), &found), &tolerated).decide().outcome, Outcome::Remediate);
    }

    #[test]
    fn one_unwaived_decisive_finding_keeps_a_failure(found in found(), tolerated in tolerated(), at in any::<bool>()) {
        let tolerated: Vec<Tolerated> = tolerated.into_iter().filter(|(rule, ..)| *rule != 0).collect();
        let mut found = found;
        found.insert(if at { 0 } else { found.len() }, (0, 0, true));
        prop_assert_eq!(world(finds(fail(), &found), &tolerated).decide().outcome, Outcome::Remediate);
    }

    #[test]
    fn adding_a_waiver_never_takes_a_permission_away(found in found(), tolerated in tolerated(), which in 0..3_usize) {
        let answer = [pass(), fail(), hold()][which].clone();
        let answer = if which == 0 { answer } else { finds(answer, &found) };
        for number in 0..tolerated.len() {
            let (fewer, more) = (world(answer.clone(), &tolerated[..number]).decide(), world(answer.clone(), &tolerated[..=number]).decide());
            prop_assert!(more.permission.allowed() || !fewer.permission.allowed());
            prop_assert_eq!(&more.score, &fewer.score, "a waiver scores nothing");
        }
    }

    #[test]
    fn an_expired_or_foreign_waiver_is_as_none(found in found(), tolerated in tolerated()) {
        let plain = world(finds(fail(), &found), &[]).decide();
        let lapsed: Vec<Tolerated> = tolerated
            .iter()
            .map(|(rule, subject, window)| (*rule, *subject, if *window == Window::Open { Window::NotYet } else { Window::JustOver }))
            .collect();
        let foreign = tolerated.iter().enumerate().fold(world(finds(fail(), &found), &[]), |world, (number, (rule, ..))| {
            let scope = WaiverScope { service: Some("somebody-elses".parse().unwrap()), ..WaiverScope::default() };
            world.waive(waiver(&format!("W-{number}")).tolerates("tests", RULES[*rule]).scope(scope))
        });
        for other in [world(finds(fail(), &found), &lapsed).decide(), foreign.decide()] {
            prop_assert_eq!((other.outcome, other.permission, &other.score), (plain.outcome, plain.permission, &plain.score));
            prop_assert_eq!(&other.stages, &plain.stages);
            prop_assert_eq!(&other.blocking, &plain.blocking);
        }
    }

    #[test]
    fn what_waivers_left_to_be_done_warns_and_changes_no_outcome(plan in plans(), late in vec(any::<bool>(), 0..4)) {
        let plain = plan.world().decide();
        let overdue = late.iter().enumerate().map(|(number, late)| Overdue {
            holds_from: None,
            due: if *late { ago(hours(9_000)) } else { ahead(hours(1)) },
            id: format!("m-{number}").into(),
            kind: ObligationKind::Mend,
        });
        let owing = overdue.fold(plan.world(), World::overdue).decide();
        prop_assert_eq!((owing.outcome, owing.permission, &owing.score), (plain.outcome, plain.permission, &plain.score));
        prop_assert_eq!((&owing.blocking, &owing.stages), (&plain.blocking, &plain.stages));
        let warnings = owing.warnings.len() - plain.warnings.len();
        prop_assert_eq!(warnings, late.iter().filter(|late| **late).count());
    }
}
