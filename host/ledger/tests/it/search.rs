//! Decisions looked up: every filter, pages, windows, and what a grant reaches.

use crate::{
    sample,
    world::{World, record},
};
use std::sync::Arc;
use tidegate_core::{
    break_glass::OverrideState,
    decision::{Outcome, Permission},
    deployment::{Cause, Deployment, DeploymentRequest, Label, Revision, Service},
    judgement::Judgement,
    time::Timestamp,
};
use tidegate_ledger::{
    config::LedgerConfig,
    ledger::Ledger,
    search::{Column, Names, Page, Reach, Search, StageIs, Term, Window},
};

fn everywhere() -> Vec<Reach> {
    let all = || vec![Names::Beginning("".into())];
    vec![Reach { environments: all(), services: all() }]
}

pub(crate) fn search() -> Search {
    Search { reach: everywhere(), limit: 20, ..Search::default() }
}

struct Made {
    id: &'static str,
    environment: &'static str,
    services: &'static [&'static str],
    actor: &'static str,
    ticket: &'static str,
    minute: u64,
    outcome: Outcome,
    forced: bool,
}

const fn made(id: &'static str, services: &'static [&'static str], minute: u64) -> Made {
    let (environment, actor, ticket, outcome) = ("production", "ada", "SHOP-1", Outcome::Deploy);
    Made { id, environment, services, actor, ticket, minute, outcome, forced: false }
}

const MADE: &[Made] = &[
    made("d0", &["api"], 0),
    Made { actor: "grace", outcome: Outcome::Remediate, forced: true, ..made("d1", &["api", "web"], 30) },
    Made { environment: "staging", ticket: "SHOP-2", ..made("d2", &["api"], 61) },
    Made { outcome: Outcome::Hold, ..made("d3", &["billing"], 59) },
    made("d4", &["api_internal"], 200),
];

fn start() -> Timestamp {
    sample::at("2026-03-31T14:00:00Z")
}

fn minute(minute: u64) -> Timestamp {
    Timestamp::from_nanos(start().nanos() + minute * 60_000_000_000)
}

fn judgement(made: &Made) -> Judgement {
    let mut judgement = sample::judgement();
    let service = |name: &&str| Service {
        name: name.parse().unwrap(),
        version: "1.4.2".parse().unwrap(),
        previous_version: None,
        artifact: None,
    };
    let request = DeploymentRequest {
        id: "release".into(),
        environment: made.environment.parse().unwrap(),
        services: made.services.iter().map(service).collect(),
        revision: Some(Revision {
            repository: "https://example.org/api.git".into(),
            commit: "4f2a9c1e".parse().unwrap(),
            ref_name: "refs/heads/main".into(),
        }),
        cause: Cause::Manual,
        actor: made.actor.into(),
        person: None,
        requested_at: minute(made.minute),
        labels: vec![
            Label { name: "ticket".into(), value: made.ticket.into() },
            Label { name: "pipeline_run".into(), value: made.id.into() },
        ],
    };
    judgement.deployment = Arc::new(Deployment::new(request).unwrap());
    judgement.evaluated_at = minute(made.minute);
    judgement.decision.evaluated_at = judgement.evaluated_at;
    judgement.decision.outcome = made.outcome;
    if made.forced {
        judgement.decision.forced.as_mut().unwrap().state = OverrideState::AwaitingConfirmation { expires: minute(90) };
    } else {
        judgement.decision.forced = None;
        judgement.decision.permission = Permission::ByTheRules;
        judgement.decision.stages.truncate(1);
        judgement.decision.stages[0].evaluations[0].findings.clear();
    }
    judgement
}

async fn world() -> (World, Ledger) {
    let world = World::new();
    let ledger = world.open().await;
    for made in MADE {
        ledger.record(record(made.id, judgement(made))).await.unwrap();
    }
    (world, ledger)
}

async fn ids(ledger: &Ledger, search: &Search) -> Vec<String> {
    let Page { decisions, next } = ledger.search(search).await.unwrap();
    assert_eq!(next, None);
    decisions.into_iter().map(|decision| decision.id).collect()
}

fn term(term: Term, value: &str) -> Search {
    Search { terms: vec![(term, value.into())], ..search() }
}

fn column(column: Column, value: &str) -> Search {
    Search { columns: vec![(column, value.into())], ..search() }
}

fn stage(name: &str, is: StageIs) -> Search {
    Search { stage: Some((name.into(), is)), ..search() }
}

fn window(from: Option<u64>, to: Option<u64>) -> Search {
    Search { window: Window { from: from.map(minute), to: to.map(minute) }, ..search() }
}

/// Each filter, and what it finds.
fn questions() -> Vec<(Search, &'static [&'static str])> {
    let failed = || StageIs::Concluded("fail".into());
    vec![
        (search(), &["d4", "d3", "d2", "d1", "d0"]),
        (term(Term::Service, "api"), &["d2", "d1", "d0"]),
        (term(Term::Service, "ap"), &[]),
        (term(Term::Actor, "grace"), &["d1"]),
        (term(Term::Actor, "nobody"), &[]),
        (term(Term::Ticket, "SHOP-2"), &["d2"]),
        (term(Term::PipelineRun, "d3"), &["d3"]),
        (term(Term::Commit, "4f2a9c1e"), &["d4", "d3", "d2", "d1", "d0"]),
        (term(Term::Artifact, "sha256:00"), &[]),
        (term(Term::Rule, "tests.pass-rate"), &["d1"]),
        (term(Term::Rule, "unit_tests/tests.pass-rate"), &["d1"]),
        (term(Term::Waiver, "W-7"), &["d1"]),
        (term(Term::Forced, "any"), &["d1"]),
        (term(Term::Forced, "awaiting_confirmation"), &["d1"]),
        (term(Term::Forced, "granted"), &[]),
        (Search { unforced: true, ..search() }, &["d4", "d3", "d2", "d0"]),
        (column(Column::Environment, "staging"), &["d2"]),
        (column(Column::Outcome, "HOLD"), &["d3"]),
        (column(Column::PolicySet, "runbook"), &["d4", "d3", "d2", "d1", "d0"]),
        (stage("security", StageIs::There), &["d1"]),
        (stage("unit_tests", failed()), &["d4", "d3", "d2", "d1", "d0"]),
        (stage("unit_tests", StageIs::Blocking), &["d4", "d3", "d2", "d1", "d0"]),
        (stage("freeze", StageIs::Blocking), &["d1"]),
        (window(Some(30), Some(61)), &["d3", "d1"]),
        (window(Some(61), None), &["d4", "d2"]),
        (window(None, Some(1)), &["d0"]),
        (window(Some(10_000), None), &[]),
        (
            Search {
                terms: vec![(Term::Service, "api".into()), (Term::Actor, "ada".into())],
                columns: vec![(Column::Environment, "production".into())],
                stage: Some(("unit_tests".into(), failed())),
                window: Window { from: Some(minute(0)), to: Some(minute(300)) },
                ..search()
            },
            &["d0"],
        ),
    ]
}

#[tokio::test]
async fn every_filter_finds_what_it_names() {
    let (_world, ledger) = world().await;
    for (question, found) in questions() {
        assert_eq!(ids(&ledger, &question).await, found, "{question:?}");
    }
    let one = ledger.search(&term(Term::Actor, "grace")).await.unwrap().decisions.remove(0);
    assert_eq!((one.actor.as_deref(), one.forced.as_deref()), (Some("grace"), Some("awaiting_confirmation")));
    assert_eq!((one.blocking, one.revision.as_deref()), (3, Some("4f2a9c1e")));
    assert_eq!(one.services, [("api".to_owned(), "1.4.2".to_owned()), ("web".to_owned(), "1.4.2".to_owned())]);
    ledger.close().await;
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let (_world, ledger) = world().await;
    for question in [search(), term(Term::Commit, "4f2a9c1e"), stage("unit_tests", StageIs::Blocking)] {
        let (mut before, mut seen) = (None, Vec::new());
        loop {
            let page = ledger.search(&Search { before, limit: 2, ..question.clone() }).await.unwrap();
            seen.extend(page.decisions.into_iter().map(|decision| decision.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["d4", "d3", "d2", "d1", "d0"], "{question:?}");
    }
    ledger.close().await;
}

#[tokio::test]
async fn what_no_grant_reaches_alone_is_not_there() {
    let (_world, ledger) = world().await;
    let one = |name: &str| Names::One(name.into());
    let begins = |name: &str| Names::Beginning(name.into());
    let reach = |environments: &[Names], services: &[Names]| Reach {
        environments: environments.to_vec(),
        services: services.to_vec(),
    };
    let production = || one("production");
    for (reach, found) in [
        (vec![], &[][..]),
        (vec![reach(&[production()], &[begins("")])], &["d4", "d3", "d1", "d0"]),
        (vec![reach(&[begins("stag")], &[one("api")])], &["d2"]),
        // `web` lies beyond it, and so does the deployment of both.
        (vec![reach(&[begins("")], &[one("api")])], &["d2", "d0"]),
        // Two grants do not add up to one that reaches both.
        (vec![reach(&[production()], &[one("api")]), reach(&[production()], &[one("web")])], &["d0"]),
        (vec![reach(&[production()], &[one("api"), one("web")])], &["d1", "d0"]),
        // Neither is `_` any character, nor is `API` what `api` is.
        (vec![reach(&[begins("")], &[begins("api_")])], &["d4"]),
        (vec![reach(&[begins("")], &[begins("API")])], &[]),
        (vec![reach(&[], &[begins("")])], &[]),
    ] {
        assert_eq!(ids(&ledger, &Search { reach: reach.clone(), ..search() }).await, found, "{reach:?}");
    }
    ledger.close().await;
}

#[tokio::test]
async fn a_forgotten_name_is_not_found_any_more() {
    let (world, ledger) = world().await;
    world.tamper("DELETE FROM private_texts WHERE text = 'grace'").await;
    assert_eq!(ids(&ledger, &term(Term::Actor, "grace")).await, [""; 0]);
    let forced = ledger.search(&term(Term::Forced, "any")).await.unwrap().decisions.remove(0);
    assert!(forced.actor.unwrap().starts_with("salted:sha256:"));
    ledger.close().await;
    let mut raw = world.raw().await;
    let rows = sqlx::query("SELECT value FROM decision_terms WHERE value IN ('grace', 'SHOP-1', 'ada')");
    assert!(rows.fetch_all(&mut raw).await.unwrap().is_empty(), "people and what callers typed stand there salted");
}

/// Empties what came with the first generation of these tables, as if the ledger were older than they are.
const OLDER: &str = "DELETE FROM decision_facts; DELETE FROM decision_hours; DELETE FROM decision_terms; \
    DELETE FROM stage_results; DELETE FROM rule_findings; DELETE FROM acts; \
    UPDATE derived_reached SET next_leaf = 0";

#[tokio::test]
async fn a_ledger_of_before_is_filled_when_it_is_opened() {
    let (world, ledger) = world().await;
    ledger.close().await;
    world.tamper(OLDER).await;
    // Of tables that were there before, nothing is put right in silence.
    world.tamper("UPDATE decision_services SET version = '9.9.9' WHERE decision = 'd0'").await;
    let ledger = world.open().await;
    for (question, found) in questions() {
        assert_eq!(ids(&ledger, &question).await, found, "{question:?}");
    }
    let differences = ledger.projections().await.unwrap().differences;
    assert_eq!(differences.iter().map(|one| one.table).collect::<Vec<_>>(), ["decision_services"]);
    ledger.close().await;
}

#[tokio::test]
async fn rows_of_a_body_that_was_deleted_stay() {
    let (world, ledger) = world().await;
    ledger.close().await;
    world.tamper("DELETE FROM blobs WHERE kind = 'stage'").await;
    tidegate_ledger::rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap();
    let ledger = world.open().await;
    assert_eq!(ledger.projections().await.unwrap().differences, []);
    assert_eq!(ids(&ledger, &term(Term::Waiver, "W-7")).await, ["d1"]);
    ledger.close().await;
}
