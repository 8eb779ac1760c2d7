//! How many documents a name holds.

use super::check;
use crate::support::{
    answers::{bad_evidence, fail, pass},
    document::{DocumentBuilder, document},
    names::{ago, artifact_of, hours},
    native::{Asked, Native},
    stage::{Needs, needs, stage},
    world::{World, api, result, rules_found},
};
use rstest::rstest;
use tidegate_core::{
    decision::Outcome,
    fault::Blame,
    judge::judge,
    policy::{Bind, Vouched},
    stage_result::Conclusion,
};

const MISSING: &[&str] = &["evidence.missing"];
const TOO_MANY: &[&str] = &["evidence.too-many"];

fn tests(needs: Needs) -> World {
    api().stage(stage("tests").needs(needs))
}

fn shards(world: World, count: usize) -> World {
    let shard = |number: usize| document("unit_tests").bytes(&format!("shard {number}")).passed(1);
    (0..count).fold(world, |world, number| world.hand_in(shard(number)))
}

#[rstest]
#[case::none(1, None, 0, MISSING)]
#[case::one(1, None, 1, &[])]
#[case::a_shard_short(3, None, 2, MISSING)]
#[case::every_shard(3, None, 3, &[])]
#[case::more_than_needed(3, None, 4, &[])]
#[case::at_the_most(1, Some(2), 2, &[])]
#[case::one_too_many(1, Some(2), 3, TOO_MANY)]
#[case::zero_may_be_absent(0, None, 0, &[])]
#[case::zero_has_to_be_signed_when_present(0, None, 1, &["evidence.unvouched"])]
#[case::contradictory_bounds_never_pass(2, Some(1), 1, MISSING)]
fn documents_are_counted(
    #[case] least: u32,
    #[case] most: Option<u32>,
    #[case] given: usize,
    #[case] rules: &'static [&'static str],
) {
    let needs = needs("unit_tests").at_least(least);
    let needs = most.map_or(needs.clone(), |most| needs.at_most(most));
    check(&shards(tests(needs), given), rules);
}

#[test]
fn what_is_missing_is_said_with_both_numbers() {
    let message = |world: &World| {
        let decision = world.decide();
        result(&decision, "tests").evaluations[0].findings[0].finding.message.clone()
    };
    let nothing = tests(needs("unit_tests"));
    assert_eq!(message(&nothing), "no document was handed in as `unit_tests`, 1 needed");
    let some = shards(tests(needs("unit_tests").at_least(3)), 2);
    assert_eq!(message(&some), "`unit_tests`: 2 documents handed in, 3 needed");
    let many = shards(tests(needs("unit_tests").at_most(1)), 2);
    assert_eq!(message(&many), "`unit_tests`: 2 documents handed in, 1 expected");
}

#[test]
fn the_same_document_twice_counts_once() {
    let again = || document("unit_tests").passed(1);
    check(&tests(needs("unit_tests").at_least(2)).hand_in(again()).hand_in(again()), MISSING);
    check(&tests(needs("unit_tests").at_most(1)).hand_in(again()).hand_in(again()), &[]);
}

/// Else one shard in three envelopes would stand for two that were left out.
#[test]
fn what_was_signed_counts_once_however_many_envelopes_it_comes_in() {
    let sealed = |envelope: &str, payload: &str| {
        document("unit_tests").passed(1).bytes(envelope).signed_by("ci").sealing(payload)
    };
    let two = |other: &str| {
        tests(needs("unit_tests").at_least(2)).hand_in(sealed("a", "shard 1")).hand_in(sealed("b", other))
    };
    check(&two("shard 1"), MISSING);
    check(&two("shard 2"), &[]);
    // Nor does a plugin see it more than once: a report that passed cannot be counted again and again.
    for (other, seen) in [("shard 1", 1), ("shard 2", 2)] {
        let world = tests(needs("unit_tests")).hand_in(sealed("a", "shard 1")).hand_in(sealed("b", other));
        let native = Native::new(move |asked: &Asked<'_>| {
            assert_eq!(asked.documents.len(), seen, "{other}");
            pass()
        });
        assert_eq!(judge(&world.question(), &native).unwrap().outcome, Outcome::Deploy);
    }
}

#[test]
fn the_same_bytes_for_two_services_count_once_for_the_deployment() {
    let of = |name: &str| document("unit_tests").of_service(name).passed(1);
    let world = tests(needs("unit_tests").at_least(2)).service("web").hand_in(of("api")).hand_in(of("web"));
    check(&world, MISSING);
}

#[test]
fn a_document_under_another_name_counts_for_nothing() {
    check(&tests(needs("unit_tests")).hand_in(document("unit_test").passed(1)), MISSING);
}

#[test]
fn every_name_is_needed() {
    let world = tests(needs("unit_tests")).hand_in(document("unit_tests").passed(1));
    let mut both = world.clone();
    both.set.stages = vec![stage("tests").needs(needs("unit_tests")).needs(needs("coverage")).build()];
    check(&both, MISSING);
    check(&both.hand_in(document("coverage").passed(1)), &[]);
}

#[test]
fn an_unfinished_document_spoils_a_finished_one() {
    let world = tests(needs("unit_tests")).hand_in(document("unit_tests").passed(1));
    check(&world.hand_in(document("unit_tests").bytes("2").unfinished("it was cut off")), &["evidence.incomplete"]);
}

#[test]
fn everything_wrong_with_a_document_is_said_at_once() {
    let needs = needs("unit_tests").max_age(hours(1)).bound_to(Bind::Revision).vouched(Vouched::Signature);
    let spoiled = document("unit_tests").unfinished("it was cut off").made_at(ago(hours(2)));
    let rules = ["evidence.incomplete", "evidence.stale", "evidence.unbound", "evidence.unvouched"];
    check(&tests(needs).hand_in(spoiled), &rules);
}

#[test]
fn the_same_bytes_read_as_two_formats_hide_neither_reading() {
    let failing = || document("unit_tests").failed(1);
    let other = || document("unit_tests").read_as("opaque").passed(1);
    let once = |first: DocumentBuilder, then: DocumentBuilder| {
        tests(needs("unit_tests")).hand_in(first).hand_in(then).decide()
    };
    assert_eq!(once(failing(), other()).outcome, Outcome::Remediate);
    assert_eq!(once(failing(), other()), once(other(), failing()));
}

#[test]
fn of_the_same_bytes_signed_and_unsigned_a_plugin_sees_the_unsigned() {
    let signed = || document("unit_tests").passed(1).signed_by("builder").declared_at(ago(hours(9)));
    let unsigned = || document("unit_tests").passed(1);
    for (first, then) in [(signed(), unsigned()), (unsigned(), signed())] {
        let world = tests(needs("unit_tests")).hand_in(first).hand_in(then);
        let native = Native::new(|asked: &Asked<'_>| {
            if asked.documents.iter().all(|item| item.document.signer.is_some()) { pass() } else { fail() }
        });
        assert_eq!(judge(&world.question(), &native).unwrap().outcome, Outcome::Remediate);
        check(&world, &[]);
    }
}

#[test]
fn handing_a_document_in_again_does_not_mend_it() {
    let fresh = || document("unit_tests").passed(1);
    let tests = || tests(needs("unit_tests").max_age(hours(24)).bound_to(Bind::Artifact));
    check(&tests().hand_in(fresh()), &[]);
    check(&tests().hand_in(fresh()).hand_in(fresh().declared_at(ago(hours(25)))), &["evidence.stale"]);
    let foreign = fresh().speaks_of_artifact(artifact_of("another"));
    check(&tests().hand_in(fresh()).hand_in(foreign), &["evidence.unbound"]);
}

#[test]
fn one_name_needed_twice_shows_its_documents_once() {
    let world = api().stage(stage("tests").needs(needs("unit_tests")).needs(needs("unit_tests").at_most(3)));
    let decision = world.hand_in(document("unit_tests").passed(1).failed(1)).decide();
    assert_eq!(result(&decision, "tests").evaluations.len(), 1);
    assert_eq!(result(&decision, "tests").evaluations[0].findings.len(), 1);
}

#[test]
fn a_plugin_that_cannot_use_the_evidence_leaves_it_inconclusive() {
    let decision = tests(needs("unit_tests")).hand_in(document("unit_tests")).says("tests", bad_evidence()).decide();
    assert_eq!(result(&decision, "tests").conclusion, Conclusion::Inconclusive(Blame::Caller));
    assert_eq!(decision.outcome, Outcome::Hold);
}

#[test]
fn a_stage_that_needs_nothing_is_asked_without_documents() {
    let decision = api().stage(stage("freeze")).says("freeze", fail()).decide();
    assert_eq!(decision.outcome, Outcome::Remediate);
    assert_eq!(rules_found(&decision, "freeze"), [""; 0]);
}
