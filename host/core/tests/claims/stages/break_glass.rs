//! Forced deployments: every reason against one, and what nothing overrides.

use crate::support::{
    answers::{Answer, fail, fault, hold, inconclusive, not_applicable, pass},
    emergency::{RulesBuilder, WishBuilder, break_glass, wish},
    names::{NANOSECOND, ahead, hours, now, stage_id},
    stage::stage,
    world::{World, api},
};
use rstest::rstest;
use std::time::Duration;
use tidegate_core::{
    break_glass::{
        self as rules, JUSTIFICATION_BYTES_MAX, JUSTIFICATION_CHARS_MIN,
        OverrideProblem::{
            self, Expired, JustificationLong, JustificationShort, MinimumEvidence, Never, NotOffered, Quota, Role,
            Uncounted,
        },
        OverrideState, QuotaOf,
    },
    decision::{Decision, Outcome, Permission},
    fault::{Blame, FaultKind},
    policy::{Mode, OnError},
};

/// Unit tests that say this, and lint that fails.
fn failing(answer: Answer) -> World {
    api().stage(stage("tests")).says("tests", answer).stage(stage("lint")).says("lint", fail())
}

fn state(decision: &Decision) -> &OverrideState {
    &decision.forced.as_ref().unwrap().state
}

#[track_caller]
fn refused(world: &World, problems: &[OverrideProblem]) {
    let decision = world.decide();
    assert_eq!(state(&decision), &OverrideState::Refused(problems.to_vec()));
    assert_eq!((decision.permission, decision.valid_until), (Permission::Refused, None));
}

#[track_caller]
fn granted(world: &World) {
    let decision = world.decide();
    assert_eq!(state(&decision), &OverrideState::Granted { expires: ahead(hours(1)) });
    assert_eq!((decision.permission, decision.valid_until), (Permission::Forced, Some(ahead(hours(1)))));
    assert_ne!(decision.outcome, Outcome::Deploy);
}

fn short(used: usize) -> OverrideProblem {
    JustificationShort { used, least: JUSTIFICATION_CHARS_MIN }
}

fn long(used: usize) -> OverrideProblem {
    JustificationLong { used, allowed: JUSTIFICATION_BYTES_MAX }
}

#[rstest]
#[case(wish(), &[])]
#[case(wish().without_role(), &[Role])]
#[case(wish().justified(""), &[short(0)])]
#[case(wish().justified("nineteen characters"), &[short(19)])]
#[case(wish().justified("                        now!   "), &[short(4)])]
#[case(wish().justified("twenty characters it"), &[])]
#[case(wish().justified("zwanzig Zeichen: äöü"), &[])]
#[case(wish().justified(&"x".repeat(2048)), &[])]
#[case(wish().justified(&"x".repeat(2049)), &[long(2049)])]
#[case(wish().expires(now()), &[Expired(now())])]
#[case(wish().without_role().justified("no").expires(now()), &[Role, short(2), Expired(now())])]
fn a_wish_has_to_be_in_order(#[case] wish: WishBuilder, #[case] problems: &[OverrideProblem]) {
    let world = failing(pass()).break_glass(break_glass()).force(wish);
    if problems.is_empty() { granted(&world) } else { refused(&world, problems) }
}

#[test]
fn a_set_without_rules_offers_no_force() {
    refused(&failing(pass()).force(wish()), &[NotOffered]);
}

#[rstest]
#[case::passed(pass(), None)]
#[case::failed(fail(), None)]
#[case::held(hold(), Some("hold"))]
#[case::inconclusive(inconclusive(), Some("inconclusive"))]
#[case::in_error(fault(Blame::Host, FaultKind::Host), Some("error"))]
#[case::not_applicable(not_applicable(), Some("not_applicable"))]
fn minimum_evidence_is_present_and_conclusive_and_may_fail(#[case] answer: Answer, #[case] was: Option<&'static str>) {
    let world = failing(answer).break_glass(break_glass().minimum("tests")).force(wish());
    match was {
        None => granted(&world),
        Some(was) => refused(&world, &[MinimumEvidence(stage_id("tests"), was)]),
    }
}

#[test]
fn minimum_evidence_is_conclusive_for_every_service() {
    let rules = break_glass().minimum("tests");
    let world = api().service("web").stage(stage("tests").per_service()).break_glass(rules).force(wish());
    granted(&world.clone().says("tests", fail()));
    let half = world.says("tests@api", fail()).says("tests@web", inconclusive());
    refused(&half, &[MinimumEvidence(stage_id("tests"), "inconclusive")]);
}

#[test]
fn minimum_evidence_is_neither_skipped_nor_off_nor_unknown() {
    let rules = || break_glass().minimum("performance");
    let skipped = failing(pass()).stage(stage("performance").optional()).skip("performance");
    refused(&skipped.break_glass(rules()).force(wish()), &[MinimumEvidence(stage_id("performance"), "skipped")]);
    let off = failing(pass()).stage(stage("performance").mode(Mode::Off));
    for world in [off, failing(pass())] {
        let world = world.break_glass(rules()).force(wish());
        refused(&world, &[MinimumEvidence(stage_id("performance"), "not judged")]);
    }
}

#[test]
fn an_error_that_only_warns_is_no_minimum_evidence_either() {
    let tests = stage("tests").on_error(OnError::Warn);
    let world = api().stage(tests).says("tests", fault(Blame::Host, FaultKind::Host));
    let world = world.stage(stage("lint")).says("lint", fail()).break_glass(break_glass().minimum("tests"));
    refused(&world.force(wish()), &[MinimumEvidence(stage_id("tests"), "error")]);
}

#[rstest]
#[case::passed(pass(), false)]
#[case::not_applicable(not_applicable(), false)]
#[case::failed(fail(), true)]
#[case::held(hold(), true)]
#[case::inconclusive(inconclusive(), true)]
#[case::in_error(fault(Blame::Host, FaultKind::Host), true)]
fn nothing_overrides_what_the_set_excludes(#[case] answer: Answer, #[case] blocks: bool) {
    let world = failing(answer).break_glass(break_glass().never("tests")).force(wish());
    if blocks { refused(&world, &[Never(stage_id("tests"))]) } else { granted(&world) }
}

#[rstest]
#[case::sooner(break_glass(), wish().expires(ahead(hours(1) - NANOSECOND)), hours(1) - NANOSECOND)]
#[case::later(break_glass(), wish().expires(ahead(hours(9))), hours(1))]
#[case::not_said(break_glass().valid_for(hours(2)), wish(), hours(2))]
fn the_sooner_expiry_counts(#[case] rules: RulesBuilder, #[case] wish: WishBuilder, #[case] after: Duration) {
    let decision = failing(pass()).break_glass(rules).force(wish).decide();
    assert_eq!(state(&decision), &OverrideState::Granted { expires: ahead(after) });
    assert_eq!(decision.valid_until, Some(ahead(after)));
}

#[test]
fn a_force_that_awaits_confirmation_allows_nothing() {
    let world = failing(pass()).break_glass(break_glass().second_human()).force(wish());
    let decision = world.decide();
    assert_eq!(state(&decision), &OverrideState::AwaitingConfirmation { expires: ahead(hours(1)) });
    assert_eq!((decision.permission, decision.valid_until), (Permission::Refused, None));
}

#[test]
fn a_force_that_is_not_needed_changes_nothing() {
    let world = api().stage(stage("tests")).says("tests", pass()).break_glass(break_glass()).force(wish());
    let decision = world.decide();
    assert_eq!((decision.outcome, decision.permission), (Outcome::Deploy, Permission::ByTheRules));
    assert_eq!(decision.valid_until, Some(ahead(hours(4))));
}

#[test]
fn a_forced_deployment_is_evaluated_in_full() {
    let plain = failing(fail()).break_glass(break_glass());
    let forced = plain.clone().force(wish());
    assert_eq!(forced.asked(), plain.asked());
    let (plain, forced) = (plain.decide(), forced.decide());
    assert_eq!(
        (plain.stages, plain.blocking, plain.score, plain.outcome),
        (forced.stages, forced.blocking, forced.score, forced.outcome)
    );
}

#[rstest]
#[case(wish().after(2, 4), &[])]
#[case(wish().after(3, 0), &[Quota { of: QuotaOf::Person, used: 4, allowed: 3 }])]
#[case(wish().after(0, 5), &[Quota { of: QuotaOf::Service, used: 6, allowed: 5 }])]
#[case(wish().after(9, 9), &[Quota { of: QuotaOf::Person, used: 10, allowed: 3 }, Quota { of: QuotaOf::Service, used: 10, allowed: 5 }])]
#[case(wish(), &[Uncounted])]
fn a_quota_allows_so_many_and_what_nobody_counted_is_none(
    #[case] wish: WishBuilder,
    #[case] problems: &[OverrideProblem],
) {
    let quota = rules::Quota { per_person: Some(3), per_service: Some(5), within: hours(24) };
    let world = failing(fail()).break_glass(break_glass().quota(quota)).force(wish);
    if problems.is_empty() { granted(&world) } else { refused(&world, problems) }
}
