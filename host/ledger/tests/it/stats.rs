//! Decisions counted, and acts of power looked up.

use crate::{
    sample,
    world::{World, record},
};
use tidegate_core::{digest::Digest, policy::Mode};
use tidegate_ledger::{
    act::{Act, ActRecord},
    change::{Change, ChangesAsked},
    ledger::Ledger,
    reading::{NewReading, QUESTION_BYTES_MAX},
    search::{Names, Reach, Window},
    stats::{Counted, Stat},
    token::NewToken,
};

fn reach(service: &str) -> Vec<Reach> {
    vec![Reach { environments: vec![Names::Beginning("".into())], services: vec![Names::Beginning(service.into())] }]
}

fn around() -> Window {
    let (from, to) = ("2026-03-31T14:00:00Z", "2026-03-31T15:00:00Z");
    Window { from: Some(sample::at(from)), to: Some(sample::at(to)) }
}

/// Two decisions; in the second a stage was only looked at.
async fn decided(ledger: &Ledger) {
    ledger.record(record("a", sample::judgement())).await.unwrap();
    let mut second = sample::judgement();
    let stage = &mut second.decision.stages[1];
    (stage.mode, stage.would_block) = (Mode::Monitor, true);
    stage.blocking.clear();
    ledger.record(record("b", second)).await.unwrap();
}

/// A row as its names and the counts that were asked for.
async fn rows(ledger: &Ledger, stat: Stat, wanted: &[&str]) -> Vec<String> {
    let counts = ledger.count(stat, around(), &reach("")).await.unwrap();
    assert_eq!((counts.decisions, counts.more), (2, false), "{stat:?}");
    let at: Vec<usize> = wanted.iter().map(|name| counts.counts.iter().position(|one| one == name).unwrap()).collect();
    let line = |Counted { names, counts }: &Counted| {
        let names = names.iter().map(|name| name.clone().unwrap_or_default());
        let counts = at.iter().map(|at| counts[*at].map_or("-".to_owned(), |count| count.to_string()));
        names.chain(counts).collect::<Vec<_>>().join(" ")
    };
    counts.rows.iter().map(line).collect()
}

#[tokio::test]
async fn each_question_counts_what_it_says() {
    let world = World::new();
    let ledger = world.open().await;
    decided(&ledger).await;
    for (stat, wanted, expected) in [
        (
            Stat::Stages,
            &["blocking", "decisions", "fail", "hold", "error", "waived"][..],
            &["security 2 2 0 0 2 0", "unit_tests 2 2 2 0 0 2", "freeze 1 2 0 2 0 0"][..],
        ),
        (Stat::Rules, &["decisions", "findings", "decisive", "waived"], &["unit_tests tests.pass-rate 2 2 2 2"]),
        (Stat::Overrides, &["wishes", "granted", "refused"], &["ada@example.org production production_down 2 2 0"]),
        (Stat::WouldBlock, &["would_block", "of_these_allowed", "decisions"], &["runbook freeze 1 1 1"]),
        (Stat::Waivers, &["decisions", "findings"], &["W-7 unit_tests tests.pass-rate 2 2"]),
    ] {
        assert_eq!(rows(&ledger, stat, wanted).await, expected, "{stat:?}");
    }
    let digest = Digest::of(b"quality.wasm");
    let plugins =
        rows(&ledger, Stat::Plugins, &["evaluations", "stages", "error", "took_ns_mean", "took_ns_max"]).await;
    assert_eq!(plugins, [format!("quality {digest} 6 6 2 84000 84000")]);
    ledger.close().await;
}

#[tokio::test]
async fn what_is_beyond_reach_or_beyond_the_window_is_not_counted() {
    let world = World::new();
    let ledger = world.open().await;
    decided(&ledger).await;
    let later = Window { from: around().to, to: None };
    let before = Window { from: None, to: Some(sample::at("2026-03-31T14:30:00.25Z")) };
    for (window, reach) in [(around(), reach("web")), (around(), Vec::new()), (later, reach("")), (before, reach(""))] {
        for stat in Stat::ALL {
            let counts = ledger.count(stat, window, &reach).await.unwrap();
            assert_eq!((counts.decisions, counts.rows.as_slice()), (0, &[][..]), "{stat:?} {window:?}");
        }
    }
    ledger.close().await;
}

fn act(act: Act) -> ActRecord {
    ActRecord { act, at: sample::now(), host_version: "0.1.0".parse().unwrap(), bodies: vec![], notices: vec![] }
}

fn reading(question: &str) -> NewReading {
    NewReading { by: "auditor".into(), route: "/v1/decisions".into(), question: question.into(), rows: 7, more: true }
}

async fn changes(ledger: &Ledger, asked: ChangesAsked) -> Vec<String> {
    let page = ledger.changes(&ChangesAsked { limit: 10, ..asked }).await.unwrap();
    let line = |Change { kind, by, what, .. }: Change| {
        format!("{kind} {} {}", by.unwrap_or_default(), what.unwrap_or_default())
    };
    page.changes.into_iter().map(line).collect()
}

#[tokio::test]
async fn acts_of_power_are_found_by_kind_by_person_and_by_time() {
    let world = World::new();
    let ledger = world.open().await;
    let token = NewToken { id: "t1".into(), secret: Digest::of(b"s"), holder: "{}".into(), expires: sample::now() };
    let acts = [
        Act::TokenCreated { token, actor: "root".into() },
        Act::TokenRevoked { id: "t1".into(), actor: "ada".into() },
        Act::Read(reading("actor=grace")),
    ];
    for one in acts {
        ledger.act(act(one)).await.unwrap();
    }
    let asked = ChangesAsked::default;
    let (created, revoked) = ("token_created root t1", "token_revoked ada t1");
    assert_eq!(changes(&ledger, asked()).await, [revoked, created], "whoever only reads changes nothing");
    let kind = |kind: &str| ChangesAsked { kind: Some(kind.into()), ..asked() };
    assert_eq!(changes(&ledger, kind("token_created")).await, [created]);
    assert_eq!(changes(&ledger, kind("ledger_read")).await, ["ledger_read auditor /v1/decisions"]);
    let by = |by: &str| ChangesAsked { by: Some(by.into()), ..asked() };
    assert_eq!(changes(&ledger, by("ada")).await, [revoked]);
    assert_eq!(changes(&ledger, by("nobody")).await, [""; 0]);
    assert_eq!(changes(&ledger, ChangesAsked { window: around(), ..asked() }).await.len(), 2);
    let later = Window { from: around().to, to: None };
    assert_eq!(changes(&ledger, ChangesAsked { window: later, ..asked() }).await.len(), 0);
    assert_eq!(changes(&ledger, ChangesAsked { before: Some(1), ..asked() }).await, [created]);
    ledger.close().await;
}

#[tokio::test]
async fn a_question_stands_in_its_leaf_salted_and_is_of_bounded_length() {
    let world = World::new();
    let ledger = world.open().await;
    let recorded = ledger.act(act(Act::Read(reading("actor=grace")))).await.unwrap();
    let leaf = ledger.leaf(recorded.leaf_index).await.unwrap().unwrap().text;
    assert!(leaf.contains("\"rows\":\"7\"") && leaf.contains("\"more\":true"), "{leaf}");
    assert!(!leaf.contains("grace") && !leaf.contains("auditor"), "{leaf}");
    let long = "x".repeat(QUESTION_BYTES_MAX + 1);
    let error = ledger.act(act(Act::Read(reading(&long)))).await.unwrap_err();
    assert!(error.to_string().contains("32769 used, 32768 allowed"), "{error}");
    ledger.close().await;
}
