//! What a stage compares with.

use crate::support::{
    document::{DocumentBuilder, document},
    names::service,
    stage::{StageBuilder, needs, stage},
    world::{World, api, world},
};
use rstest::rstest;
use std::{cell::RefCell, sync::Arc};
use tidegate_core::{
    baseline::{Before, Compared, Earlier},
    deployment::Deployment,
    digest::Digest,
    evidence::{Baseline, Evidence},
    fault::Refusal,
    judge::{Judge, judge},
    name::RuleId,
    policy::Stage,
    report::{GateReport, GateRequest},
    stage_result::JudgedBy,
};

/// Remembers what it is given to compare with; its answer is of no matter.
struct Onlooker<'a> {
    world: &'a World,
    seen: RefCell<Vec<String>>,
}

impl Judge for Onlooker<'_> {
    fn judged_by(&self, stage: &Stage) -> JudgedBy {
        self.world.judge().judged_by(stage)
    }

    fn rules(&self, _: &Stage) -> &[RuleId] {
        &[]
    }

    fn evaluate(
        &self,
        stage: &Stage,
        request: &GateRequest,
        documents: &[Evidence],
        baseline: &Baseline,
    ) -> Result<GateReport, Refusal> {
        self.seen.borrow_mut().push(match baseline {
            Baseline::NotAsked => "not asked".to_owned(),
            Baseline::First => "first".to_owned(),
            Baseline::Documents(documents) => {
                let texts = documents.iter().map(|item| String::from_utf8_lossy(&item.document.bytes).into_owned());
                texts.collect::<Vec<_>>().join(" ")
            }
            Baseline::Unavailable(why) => why.to_string(),
        });
        self.world.judge().evaluate(stage, request, documents, baseline)
    }
}

fn seen(world: &World) -> Vec<String> {
    let onlooker = Onlooker { world, seen: RefCell::default() };
    judge(&world.question(), &onlooker).unwrap();
    onlooker.seen.into_inner()
}

/// A deployment of these services that went by decision `name`, with these documents.
fn earlier(name: &str, services: &[&str], documents: Vec<DocumentBuilder>) -> Before {
    let deployed = services.iter().fold(world(), |world, name| world.service(name)).deployment;
    Before::Decided(Arc::new(Earlier {
        decision: Arc::from(name),
        deployment: Arc::new(Deployment::new(deployed).unwrap()),
        evidence: documents.into_iter().map(DocumentBuilder::build).collect(),
    }))
}

fn gone() -> Before {
    Before::Unavailable { decision: Arc::from("d0"), why: Arc::from("it was redacted") }
}

fn report(bytes: &str) -> DocumentBuilder {
    document("tests").bytes(bytes)
}

fn comparing() -> StageBuilder {
    stage("tests").needs(needs("tests")).compares()
}

fn api_with(stage: StageBuilder, before: Option<Before>) -> World {
    let world = api().stage(stage).hand_in(report("now").passed(1));
    before.into_iter().fold(world, |world, before| world.before("api", before))
}

#[rstest]
#[case::it_does_not_ask(stage("tests").needs(needs("tests")), Some(earlier("d1", &["api"], vec![report("then")])), "not asked")]
#[case::there_was_none(comparing(), None, "first")]
#[case::there_was_one(comparing(), Some(earlier("d1", &["api"], vec![report("then")])), "then")]
#[case::it_handed_in_nothing_of_the_kind(comparing(), Some(earlier("d1", &["api"], vec![document("scan").bytes("scan")])), "")]
#[case::it_cannot_be_had(comparing(), Some(gone()), "of decision d0: it was redacted")]
#[case::unfinished_ones_are_shown(comparing(), Some(earlier("d1", &["api"], vec![report("then").unfinished("cut off")])), "then")]
#[case::others_services_are_left_out(
    comparing(),
    Some(earlier("d1", &["api", "web"], vec![report("mine").of_service("api"), report("theirs").of_service("web")])),
    "mine"
)]
#[case::what_names_no_service_speaks_of_all(
    comparing(), Some(earlier("d1", &["api", "web"], vec![report("both")])), "both"
)]
fn a_stage_compares_with_the_same_documents_of_the_deployment_before(
    #[case] stage: StageBuilder,
    #[case] before: Option<Before>,
    #[case] expected: &str,
) {
    assert_eq!(seen(&api_with(stage, before)), [expected]);
}

#[test]
fn each_service_compares_with_its_own_last_deployment() {
    let apart = |stage: StageBuilder| {
        let now = |name: &str| report(&format!("{name} now")).of_service(name).passed(1);
        let world = world().service("api").service("web").stage(stage).hand_in(now("api")).hand_in(now("web"));
        world
            .before("api", earlier("d1", &["api"], vec![report("api then")]))
            .before("web", earlier("d2", &["web"], vec![report("web then")]))
    };
    assert_eq!(seen(&apart(comparing().per_service())), ["api then", "web then"]);
    let together = seen(&apart(comparing()));
    assert_eq!(together.len(), 1);
    assert!(together[0].contains("api then") && together[0].contains("web then"), "{together:?}");
    assert_eq!(seen(&apart(comparing()).before("web", gone())), ["of decision d0: it was redacted"]);
}

#[test]
fn what_services_share_is_compared_once() {
    let both = earlier("d1", &["api", "web"], vec![report("both")]);
    let world = world().service("api").service("web").stage(comparing()).hand_in(report("now").passed(1));
    assert_eq!(seen(&world.before("api", both.clone()).before("web", both)), ["both"]);
}

#[test]
fn the_record_says_with_what_was_compared_and_nothing_where_nothing_was() {
    let before = earlier("d1", &["api"], vec![report("b"), report("a"), document("scan").bytes("scan")]);
    let recorded = |stage: StageBuilder, before: &Before| {
        let question = api_with(stage, Some(before.clone())).question();
        question.before.recorded(&question.set)
    };
    let compared = |decision: &str, why: Option<&str>| {
        vec![Compared { service: service("api"), decision: decision.into(), unavailable: why.map(Arc::from) }]
    };
    let mut digests = vec![Digest::of(b"a"), Digest::of(b"b")];
    digests.sort();
    assert_eq!(recorded(comparing(), &before), (compared("d1", None), digests));
    assert_eq!(recorded(comparing(), &gone()), (compared("d0", Some("it was redacted")), vec![]));
    assert_eq!(recorded(stage("tests").needs(needs("tests")), &before), (vec![], vec![]));
}
