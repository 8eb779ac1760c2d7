//! What a waiver lets through is to be mended before it expires: in each service, by name, and never as a reason of a decision.

use crate::support::{
    answers::{Answer, RULES, decisive, fail, finding, inconclusive, pass},
    emergency::{break_glass, wish},
    names::{ahead, hours, service, waiver_id},
    stage::stage,
    waiver::{WaiverBuilder, waiver},
    world::{World, api, world},
};
use rstest::rstest;
use tidegate_core::{
    decision::Decision,
    deployment::Deployment,
    mend::{Mend, is_mended, mends},
    policy::Mode,
    time::Timestamp,
};

fn violates() -> Answer {
    fail().finds(decisive(RULES[0], "a"))
}

fn tolerates(id: &str, expires: Timestamp) -> WaiverBuilder {
    waiver(id).tolerates("tests", RULES[0]).expires(expires)
}

fn tests(answer: Answer) -> World {
    api().stage(stage("tests")).says("tests", answer)
}

fn left(world: &World) -> Vec<Mend> {
    mends(&world.decide(), &Deployment::new(world.deployment.clone()).unwrap())
}

fn mend(waiver: &str, of: &str, due: Timestamp) -> Mend {
    Mend { waiver: waiver_id(waiver), service: service(of), due }
}

#[test]
fn what_a_waiver_let_through_is_left_to_each_service_until_it_expires() {
    let (soon, later) = (ahead(hours(2)), ahead(hours(9)));
    let one = tests(violates()).waive(tolerates("W-1", soon));
    assert_eq!(left(&one), [mend("W-1", "api", soon)]);
    // Of several waivers for one finding the first lifts it; one of another finding lifts that.
    let two = tests(violates().finds(decisive(RULES[1], "b"))).waive(tolerates("W-1", soon));
    let two = two.waive(waiver("W-2").tolerates("tests", RULES[1]).expires(later)).waive(tolerates("W-3", later));
    assert_eq!(left(&two), [mend("W-1", "api", soon), mend("W-2", "api", later)]);
    // A stage that is judged once speaks of every service.
    let both = world().service("api").service("web").stage(stage("tests")).says("tests", violates());
    let both = both.waive(tolerates("W-1", soon));
    assert_eq!(left(&both), [mend("W-1", "api", soon), mend("W-1", "web", soon)]);
    // One that is judged for each speaks of the one in which it failed.
    let each = world().service("api").service("web").stage(stage("tests").per_service());
    let each = each.says("tests@api", pass()).says("tests@web", violates()).waive(tolerates("W-1", soon));
    assert_eq!(left(&each), [mend("W-1", "web", soon)]);
}

#[test]
fn what_nobody_needed_or_what_does_not_go_on_leaves_nothing() {
    let soon = ahead(hours(2));
    let waived = |answer: Answer| tests(answer).waive(tolerates("W-1", soon));
    let warns = api().stage(stage("tests").mode(Mode::Warn)).says("tests", violates()).waive(tolerates("W-1", soon));
    let refused = waived(violates()).stage(stage("other")).says("other", fail());
    for world in [
        waived(pass()),
        waived(pass().finds(finding(RULES[0], "a"))),
        waived(violates().finds(decisive(RULES[1], "b"))),
        waived(inconclusive()),
        warns,
        refused.clone(),
        refused.clone().break_glass(break_glass()).force(wish().without_role()),
    ] {
        assert_eq!(left(&world), [], "{:?}", world.decide());
    }
    // Somebody forces the rest: what was waived in it goes on, too, at once or by a confirmation.
    for rules in [break_glass(), break_glass().second_human()] {
        assert_eq!(left(&refused.clone().break_glass(rules).force(wish())), [mend("W-1", "api", soon)]);
    }
    assert_eq!(left(&refused.advisory()), [mend("W-1", "api", soon)]);
}

#[rstest]
#[case(tests(pass()), true)]
#[case(tests(pass()).waive(tolerates("W-1", ahead(hours(2)))), true)]
#[case(tests(pass().finds(finding(RULES[0], "a"))).waive(tolerates("W-1", ahead(hours(2)))), false)]
#[case(tests(violates()).waive(tolerates("W-1", ahead(hours(2)))), false)]
#[case(tests(violates()).waive(tolerates("W-2", ahead(hours(2)))), false)]
#[case(tests(fail()), false)]
#[case(tests(inconclusive()), false)]
#[case(api().stage(stage("other")).says("other", pass()), false)]
fn it_is_mended_once_what_was_lifted_passes_and_the_waiver_covers_nothing(#[case] later: World, #[case] wanted: bool) {
    let then: Decision = tests(violates()).waive(tolerates("W-1", ahead(hours(2)))).decide();
    assert_eq!(is_mended(&waiver_id("W-1"), &service("api"), &then, &later.decide()), wanted);
}
