//! What a waiver lifts, and what it does not.

use crate::support::{
    answers::{Answer, decisive, fail, fault, finding, hold, inconclusive, pass},
    names::{NANOSECOND, ago, ahead, artifact_of, before, environment, hours, now, service, waiver_id},
    stage::{needs, stage},
    waiver::{WaiverBuilder, waiver},
    world::{World, api, result, world},
};
use rstest::rstest;
use std::{sync::Arc, time::Duration};
use tidegate_core::{
    decision::{Outcome, Permission},
    digest::Digest,
    fault::{Blame, FaultKind},
    finding::Finding,
    policy::Mode,
    time::Timestamp,
    waiver::{EXPIRING_WITHIN, WaiverScope, WaiverState},
};

const FAILED: &str = "tests.failed";

fn tests(answer: Answer) -> World {
    api().stage(stage("tests")).says("tests", answer)
}

fn w1() -> WaiverBuilder {
    waiver("W-1").tolerates("tests", FAILED)
}

#[track_caller]
fn lifted(world: &World) {
    let decision = world.decide();
    assert_eq!((decision.outcome, decision.permission), (Outcome::Deploy, Permission::ByTheRules));
    assert_eq!(result(&decision, "tests").conclusion.word(), "fail");
    assert!(!result(&decision, "tests").lifted_by.is_empty());
}

#[track_caller]
fn not_lifted(world: &World) {
    let decision = world.decide();
    assert!(!decision.permission.allowed());
    assert_eq!(result(&decision, "tests").lifted_by, []);
}

#[test]
fn a_waiver_of_every_decisive_finding_lifts_and_leaves_the_score() {
    let failure = fail().ratio(7, 10).finds(decisive(FAILED, "a")).finds(finding("tests.slow", "b"));
    let world = tests(failure).waive(w1());
    lifted(&world);
    let decision = world.decide();
    assert_eq!(result(&decision, "tests").lifted_by, [waiver_id("W-1")]);
    assert_eq!(decision.score.to_string(), "70%");
    let marks: Vec<_> =
        result(&decision, "tests").evaluations[0].findings.iter().map(|m| m.waived_by.clone()).collect();
    assert_eq!(marks, [Some(waiver_id("W-1")), None]);
    assert_eq!((decision.waivers[0].state, decision.waivers[0].findings), (WaiverState::Expiring, 1));
}

#[rstest]
#[case::without_findings(fail())]
#[case::without_decisive_ones(fail().finds(finding(FAILED, "a")))]
#[case::with_an_unwaived_one(fail().finds(decisive(FAILED, "a")).finds(decisive("tests.slow", "b")))]
#[case::with_an_omitted_one(fail().finds(decisive(FAILED, "a")).omits(1).omits_decisive())]
#[case::with_only_omitted_ones(fail().omits(9).omits_decisive())]
#[case::held(hold().finds(decisive(FAILED, "a")))]
#[case::inconclusive(inconclusive().finds(decisive(FAILED, "a")))]
#[case::in_error(fault(Blame::Plugin, FaultKind::Trap))]
fn some_answers_are_never_lifted(#[case] answer: Answer) {
    not_lifted(&tests(answer).waive(w1()));
}

#[test]
fn omitted_findings_that_are_not_decisive_do_not_matter() {
    lifted(&tests(fail().finds(decisive(FAILED, "a")).omits(500)).waive(w1()));
}

#[test]
fn two_waivers_may_share_the_work_and_both_are_named() {
    let world = tests(fail().finds(decisive(FAILED, "a")).finds(decisive("tests.slow", "b")));
    let world = world.waive(waiver("W-2").tolerates("tests", "tests.slow")).waive(w1());
    lifted(&world);
    assert_eq!(result(&world.decide(), "tests").lifted_by, [waiver_id("W-1"), waiver_id("W-2")]);
}

#[rstest]
#[case::from_this_moment(now(), ahead(hours(1)), true)]
#[case::a_nanosecond_too_early(ahead(NANOSECOND), ahead(hours(1)), false)]
#[case::until_just_before_its_end(ago(hours(1)), ahead(NANOSECOND), true)]
#[case::not_at_its_end(ago(hours(1)), now(), false)]
#[case::not_after_its_end(ago(hours(2)), ago(NANOSECOND), false)]
#[case::never_the_wrong_way_round(ahead(hours(1)), ago(hours(1)), false)]
fn a_waiver_is_in_force_from_its_beginning_and_before_its_end(
    #[case] from: Timestamp,
    #[case] expires: Timestamp,
    #[case] lifts: bool,
) {
    let world = tests(fail().finds(decisive(FAILED, "a"))).waive(w1().from(from).expires(expires));
    if lifts { lifted(&world) } else { not_lifted(&world) }
}

#[test]
fn a_waiver_says_when_it_is_about_to_expire() {
    let state = |expires| w1().expires(expires).build().state(now());
    assert_eq!(state(ahead(EXPIRING_WITHIN)), WaiverState::Expiring);
    assert_eq!(state(ahead(EXPIRING_WITHIN + NANOSECOND)), WaiverState::Active);
    assert_eq!(w1().build().state(before(ago(hours(24)), NANOSECOND)), WaiverState::Pending);
}

#[rstest]
#[case::everything(WaiverScope::default(), true)]
#[case::this_environment(WaiverScope { environment: Some(environment("production")), ..WaiverScope::default() }, true)]
#[case::another_environment(WaiverScope { environment: Some(environment("staging")), ..WaiverScope::default() }, false)]
#[case::this_service(WaiverScope { service: Some(service("api")), ..WaiverScope::default() }, true)]
#[case::another_service(WaiverScope { service: Some(service("web")), ..WaiverScope::default() }, false)]
#[case::these_bytes(WaiverScope { artifact: Some(artifact_of("api")), ..WaiverScope::default() }, true)]
#[case::other_bytes(WaiverScope { artifact: Some(Digest::of(b"")), ..WaiverScope::default() }, false)]
#[case::this_subject(WaiverScope { subject: Some(Arc::from("a")), ..WaiverScope::default() }, true)]
#[case::another_subject(WaiverScope { subject: Some(Arc::from("A")), ..WaiverScope::default() }, false)]
#[case::this_print(WaiverScope { fingerprint: Some(Arc::from("print of a")), ..WaiverScope::default() }, true)]
#[case::another_print(WaiverScope { fingerprint: Some(Arc::from("")), ..WaiverScope::default() }, false)]
fn a_waiver_covers_its_scope_alone(#[case] scope: WaiverScope, #[case] lifts: bool) {
    let world = tests(fail().finds(decisive(FAILED, "a"))).waive(w1().scope(scope));
    if lifts { lifted(&world) } else { not_lifted(&world) }
}

#[test]
fn a_finding_that_names_nothing_is_outside_of_every_narrow_scope() {
    let nameless = Finding { subject: None, fingerprint: None, ..decisive(FAILED, "a") };
    not_lifted(&tests(fail().finds(nameless.clone())).waive(w1().only_subject("a")));
    lifted(&tests(fail().finds(nameless)).waive(w1()));
}

#[test]
fn a_waiver_of_another_stages_rule_lifts_nothing() {
    not_lifted(&tests(fail().finds(decisive(FAILED, "a"))).waive(waiver("W-1").tolerates("lint", FAILED)));
}

#[test]
fn a_waiver_of_one_service_leaves_the_others_blocking() {
    let failing = || fail().finds(decisive(FAILED, "a"));
    let world = world()
        .service("api")
        .service("web")
        .stage(stage("tests").per_service())
        .says("tests", failing())
        .waive(w1().only_service("web"));
    not_lifted(&world);
    let blocking = world.decide().blocking;
    assert_eq!(blocking.iter().map(|b| b.service.clone()).collect::<Vec<_>>(), [Some(service("api"))]);
    lifted(&world.says("tests@api", pass()));
}

#[test]
fn a_waiver_of_one_service_does_not_cover_findings_about_a_whole_deployment() {
    let whole = world().service("api").service("web").stage(stage("tests"));
    let failing = whole.says("tests", fail().finds(decisive(FAILED, "a")));
    not_lifted(&failing.clone().waive(w1().only_service("web")));
    let bytes = WaiverScope { artifact: Some(artifact_of("web")), ..WaiverScope::default() };
    not_lifted(&failing.clone().waive(w1().scope(bytes)));
    lifted(&failing.waive(w1()));
}

#[test]
fn missing_evidence_cannot_be_waived() {
    let needy = stage("tests").needs(needs("unit_tests"));
    not_lifted(&api().stage(needy).waive(waiver("W-1").tolerates("tests", "evidence.missing")));
}

#[rstest]
#[case::a_waiver_that_ends_sooner(hours(1), hours(1))]
#[case::a_waiver_that_ends_later(hours(9), hours(4))]
fn a_decision_does_not_outlive_the_waiver_it_rests_on(#[case] waived: Duration, #[case] valid: Duration) {
    let failing = tests(fail().finds(decisive(FAILED, "a"))).waive(w1().expires(ahead(waived)));
    assert_eq!(failing.decide().valid_until, Some(ahead(valid)));
}

#[test]
fn a_waiver_that_lifts_nothing_shortens_nothing() {
    let passing = tests(pass().finds(finding(FAILED, "a"))).waive(w1().expires(ahead(hours(1))));
    assert_eq!(passing.decide().valid_until, Some(ahead(hours(4))));
    let mut warning = tests(fail().finds(decisive(FAILED, "a"))).waive(w1().expires(ahead(hours(1))));
    warning.set.stages[0].mode = Mode::Warn;
    assert_eq!(warning.decide().valid_until, Some(ahead(hours(4))));
}
