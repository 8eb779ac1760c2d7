//! What ties a document to the deployment, and who vouches for it.

use super::check;
use crate::support::{
    document::{DocumentBuilder, document},
    names::{COMMIT, artifact_of},
    stage::{needs, stage},
    world::{World, api, result, world},
};
use rstest::rstest;
use tidegate_core::policy::{
    Bind::{self, Artifact, Revision},
    Vouched::{self, Signature, Uploader},
};

const UNBOUND: &[&str] = &["evidence.unbound"];
const UNVOUCHED: &[&str] = &["evidence.unvouched"];
const BOTH: &[&str] = &["evidence.unbound", "evidence.unvouched"];

fn tests(bind: Bind, vouched: Vouched) -> World {
    api().stage(stage("tests").needs(needs("unit_tests").bound_to(bind).vouched(vouched)))
}

#[derive(Debug, Clone, Copy)]
enum Says {
    Right,
    Wrong,
    Nothing,
}

use Says::{Nothing, Right, Wrong};

#[derive(Debug, Clone, Copy)]
enum Signed {
    Yes,
    No,
}

fn handed_in(bind: Bind, says: Says, signed: Signed) -> DocumentBuilder {
    let report = document("unit_tests").passed(1);
    let report = match signed {
        Signed::Yes => report.signed_by("builder"),
        Signed::No => report,
    };
    match (bind, says) {
        (_, Nothing) => report,
        (Artifact, Right) => report.speaks_of_artifact(artifact_of("api")),
        (Artifact, Wrong) => report.speaks_of_artifact(artifact_of("another")),
        (_, Right) => report.speaks_of_commit(COMMIT),
        (_, Wrong) => report.speaks_of_commit("0ddba11"),
    }
}

/// Whoever hands a document in can say what it speaks of only where the set lets the uploader vouch, and only if the document
/// does not say otherwise.
#[rstest]
#[case(Bind::None, Vouched::None, Nothing, Signed::No, &[])]
#[case(Bind::None, Vouched::None, Wrong, Signed::No, &[])]
#[case(Bind::None, Uploader, Nothing, Signed::No, &[])]
#[case(Bind::None, Signature, Nothing, Signed::No, UNVOUCHED)]
#[case(Bind::None, Signature, Wrong, Signed::Yes, &[])]
#[case(Revision, Vouched::None, Right, Signed::No, &[])]
#[case(Revision, Vouched::None, Wrong, Signed::No, UNBOUND)]
#[case(Revision, Vouched::None, Nothing, Signed::No, UNBOUND)]
#[case(Revision, Vouched::None, Nothing, Signed::Yes, UNBOUND)]
#[case(Revision, Uploader, Right, Signed::No, &[])]
#[case(Revision, Uploader, Wrong, Signed::No, UNBOUND)]
#[case(Revision, Uploader, Nothing, Signed::No, &[])]
#[case(Revision, Signature, Right, Signed::Yes, &[])]
#[case(Revision, Signature, Right, Signed::No, UNVOUCHED)]
#[case(Revision, Signature, Wrong, Signed::Yes, UNBOUND)]
#[case(Revision, Signature, Nothing, Signed::Yes, UNBOUND)]
#[case(Revision, Signature, Nothing, Signed::No, BOTH)]
#[case(Artifact, Vouched::None, Right, Signed::No, &[])]
#[case(Artifact, Vouched::None, Wrong, Signed::No, UNBOUND)]
#[case(Artifact, Vouched::None, Nothing, Signed::No, UNBOUND)]
#[case(Artifact, Uploader, Right, Signed::No, &[])]
#[case(Artifact, Uploader, Wrong, Signed::No, UNBOUND)]
#[case(Artifact, Uploader, Nothing, Signed::No, &[])]
#[case(Artifact, Signature, Right, Signed::Yes, &[])]
#[case(Artifact, Signature, Right, Signed::No, UNVOUCHED)]
#[case(Artifact, Signature, Wrong, Signed::Yes, UNBOUND)]
#[case(Artifact, Signature, Nothing, Signed::Yes, UNBOUND)]
#[case(Artifact, Signature, Nothing, Signed::No, BOTH)]
fn a_document_counts_only_as_bound_and_vouched(
    #[case] bind: Bind,
    #[case] vouched: Vouched,
    #[case] says: Says,
    #[case] signed: Signed,
    #[case] rules: &'static [&'static str],
) {
    check(&tests(bind, vouched).hand_in(handed_in(bind, says, signed)), rules);
}

/// Neither a signature nor whoever hands it in is the person, and what a person states names what it is about itself.
#[test]
fn where_a_person_has_to_vouch_only_what_the_record_says_they_stated_counts() {
    for (bind, report, rules) in [
        (Bind::None, document("unit_tests").passed(1), UNVOUCHED),
        (Bind::None, document("unit_tests").passed(1).signed_by("builder"), UNVOUCHED),
        (Bind::None, document("unit_tests").passed(1).stated(), &[]),
        (Revision, document("unit_tests").passed(1).stated(), UNBOUND),
        (Revision, document("unit_tests").passed(1).stated().speaks_of_commit("0ddba11"), UNBOUND),
        (Revision, document("unit_tests").passed(1).stated().speaks_of_commit(COMMIT), &[]),
        (Revision, document("unit_tests").passed(1).speaks_of_commit(COMMIT), UNVOUCHED),
    ] {
        check(&tests(bind, Vouched::Person).hand_in(report), rules);
    }
}

/// Also where the set binds nothing.
#[test]
fn what_says_where_and_for_what_it_holds_is_used_for_nothing_else() {
    let report = || document("unit_tests").passed(1);
    for (report, rules) in [
        (report().holds_in("production"), &[][..]),
        (report().holds_in("staging"), UNBOUND),
        (report().holds_for(&["api"]), &[]),
        (report().holds_for(&["web", "api"]), &[]),
        (report().holds_for(&["web"]), UNBOUND),
        (report().holds_in("staging").signed_by("builder"), UNBOUND),
    ] {
        check(&tests(Bind::None, Uploader).hand_in(report), rules);
    }
    for (services, rules) in [(&["api", "web"][..], &[][..]), (&["api"], UNBOUND)] {
        check(&together(Vouched::None, vec![of(&["api", "web"]).holds_for(services)]), rules);
    }
}

#[test]
fn a_deployment_that_names_no_revision_or_artifact_binds_nothing() {
    let right = handed_in(Revision, Right, Signed::Yes);
    check(&tests(Revision, Uploader).without_revision().hand_in(right), UNBOUND);
    let right = handed_in(Artifact, Right, Signed::Yes);
    check(&tests(Artifact, Uploader).without_artifacts().hand_in(right), UNBOUND);
}

#[test]
fn a_commit_is_the_whole_commit() {
    for almost in ["5ca1ab1", "5CA1AB1E", "5ca1ab1e ", ""] {
        let almost = document("unit_tests").passed(1).speaks_of_commit(almost);
        check(&tests(Revision, Uploader).hand_in(almost), UNBOUND);
    }
}

#[test]
fn a_document_of_one_service_speaks_of_its_artifact_and_of_no_others() {
    let of_web = |artifact: &str| {
        let scanned = numbered("of web").of_service("web").speaks_of_artifact(artifact_of(artifact));
        together(Vouched::None, vec![of(&["api"]), scanned])
    };
    check(&of_web("web"), &[]);
    check(&of_web("api"), UNBOUND);
}

/// One stage judged once for `api` and `web`, with these documents.
fn together(vouched: Vouched, documents: Vec<DocumentBuilder>) -> World {
    let needs = needs("unit_tests").bound_to(Artifact).vouched(vouched);
    let world = world().service("api").service("web").stage(stage("tests").needs(needs));
    documents.into_iter().fold(world, World::hand_in)
}

fn numbered(bytes: &str) -> DocumentBuilder {
    document("unit_tests").bytes(bytes).passed(1)
}

fn of(artifacts: &[&str]) -> DocumentBuilder {
    artifacts.iter().fold(numbered(&artifacts.concat()), |report, name| report.speaks_of_artifact(artifact_of(name)))
}

/// What the host says of the stage, in its own words.
fn said(world: &World) -> Vec<String> {
    let decision = world.decide();
    let findings = result(&decision, "tests").evaluations.iter().flat_map(|evaluation| &evaluation.findings);
    findings.map(|marked| marked.finding.message.clone()).collect()
}

#[test]
fn each_artifact_of_a_deployment_is_spoken_of_also_where_it_is_judged_once() {
    for (vouched, documents, rules) in [
        (Vouched::None, vec![of(&["api"])], UNBOUND),
        (Vouched::None, vec![of(&["web"])], UNBOUND),
        (Vouched::None, vec![of(&["api"]), of(&["api", "another"])], UNBOUND),
        (Vouched::None, vec![of(&["api"]), of(&["web"])], &[]),
        (Vouched::None, vec![of(&["api", "web"])], &[]),
        (Vouched::None, vec![of(&["api", "web"]).of_service("api")], UNBOUND),
        (Vouched::None, vec![of(&["api"]).of_service("api"), of(&["web"]).of_service("web")], &[]),
        (Signature, vec![of(&["api"]).signed_by("builder")], UNBOUND),
        (Signature, vec![of(&["api", "web"]).signed_by("builder")], &[]),
        (Uploader, vec![numbered("1")], UNBOUND),
        (Uploader, vec![numbered("1"), numbered("2")], UNBOUND),
        (Uploader, vec![numbered("1").of_service("api")], UNBOUND),
        (Uploader, vec![of(&["api"]), numbered("1")], UNBOUND),
        (Uploader, vec![of(&["api"]), numbered("1").of_service("web")], &[]),
        (Uploader, vec![numbered("1").of_service("api"), numbered("1").of_service("web")], &[]),
    ] {
        check(&together(vouched, documents), rules);
    }
}

#[test]
fn a_service_of_whose_artifact_nobody_speaks_is_named() {
    let found = said(&together(Vouched::None, vec![of(&["api"])]));
    let hint = "what does not name it itself is handed in for its service, e.g. as `unit_tests@web`";
    let expected = format!("`unit_tests`: nothing that was handed in speaks of the artifact of `web`; {hint}");
    assert_eq!(found, [expected]);
}

/// Leaving an artifact out of the request would be the shortest way around it.
#[test]
fn a_service_without_an_artifact_is_not_covered_by_that_of_another() {
    let mut world = together(Vouched::None, vec![of(&["api", "web"])]);
    check(&world, &[]);
    let web = world.deployment.services.iter_mut().find(|service| service.name.as_str() == "web").unwrap();
    web.artifact = None;
    check(&world, UNBOUND);
    let expected = "`unit_tests` has to be bound to the artifact of each service, and the deployment names none of `web` (`artifact`)";
    assert_eq!(said(&world), [expected]);
}

#[test]
fn what_may_be_absent_may_be_absent_for_one_service() {
    let stage = stage("tests").needs(needs("vex").optional().bound_to(Artifact).vouched(Signature));
    let world = world().service("api").service("web").stage(stage);
    check(&world, &[]);
    let one = document("vex").passed(1).signed_by("builder").speaks_of_artifact(artifact_of("api"));
    check(&world.hand_in(one), &[]);
}
