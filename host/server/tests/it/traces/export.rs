//! Span trees on their way to collectors that hang, reset, refuse and come back: nothing is lost, and no decision waits.

use super::{
    FAILS,
    collector::{Answer, Collector, ENDLESS, ids},
};
use crate::{
    wire::{Form, send},
    world::{self, Gate, World, loopback, set_with},
};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tidegate::config::{Config, notices::Route};
use tidegate_ledger::spans::SpanCounts;
use tokio::runtime::Handle;

pub(super) fn policies() -> TempDir {
    world::plugins();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.yaml"), set_with("")).unwrap();
    folder
}

pub(super) fn gate(policies: &TempDir, collector: SocketAddr, time: Duration) -> World {
    world::gate().policies(policies.path().to_owned()).configured(|config| reach(config, collector, time))
}

fn reach(config: &mut Config, collector: SocketAddr, time: Duration) {
    config.egress.insert("collector".to_owned(), loopback(&format!("http://{collector}"), time));
    let path = vec!["v1".to_owned(), "traces".to_owned()];
    config.traces.export = Some(Route { destination: "collector".to_owned(), path });
    config.traces.retry_first = Duration::from_millis(10);
    config.traces.retry_max = Duration::from_millis(50);
}

pub(super) fn decide(gate: &Gate, count: usize) -> Vec<String> {
    let one = |_| {
        let form = Form::default().field("environment", "production").field("service", "api").field("version", "1");
        let answer = form.file("unit_tests", "unit.xml", FAILS).post(gate.address, "/v1/decisions", &[]);
        answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
    };
    (0..count).map(one).collect()
}

/// Waits until the export stands so.
pub(super) fn stands(gate: &Gate, wanted: impl Fn(&SpanCounts) -> bool) -> SpanCounts {
    let (ledger, until) = (gate.inside().ledger().clone(), Instant::now() + ENDLESS);
    loop {
        let counts = Handle::current().block_on(ledger.span_counts()).unwrap();
        if wanted(&counts) {
            return counts;
        }
        assert!(Instant::now() < until, "{counts:?}");
        std::thread::yield_now();
    }
}

/// A gate whose collector answers so, and one thread that asks it.
async fn exporting(answers: &'static [Answer], time: Duration, test: impl FnOnce(&Gate, &Collector) + Send + 'static) {
    let folder = tokio::task::spawn_blocking(policies).await.unwrap();
    let collector = Collector::new(answers);
    let gate = gate(&folder, collector.address, time).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        test(&gate, &collector);
        gate
    });
    gate.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tree_is_taken_once_by_a_collector_that_works() {
    exporting(&[Answer::Taken], ENDLESS, |gate, collector| {
        let decided = decide(gate, 5);
        assert_eq!(collector.taken(5), decided);
        let counts = stands(gate, |counts| counts.pending == 0);
        assert_eq!((counts.exported, counts.rejected, counts.refused), (5, 0, 0));
        let page = send(gate.address, "GET", "/metrics", &[], b"").text();
        assert!(page.contains("tidegate_span_trees_exported_total 5\n"), "{page}");
        assert!(page.contains("tidegate_span_trees_pending 0\n"), "{page}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_resets_or_is_unavailable_gets_them_again() {
    let answers = &[
        Answer::Reset,
        Answer::Status(503, ""),
        Answer::Status(429, "retry-after: 0\r\n"),
        Answer::Status(502, ""),
        Answer::Status(401, ""),
        Answer::Taken,
    ];
    exporting(answers, ENDLESS, |gate, collector| {
        let decided = decide(gate, 3);
        assert_eq!(collector.taken(3), decided);
        assert_eq!(stands(gate, |counts| counts.pending == 0).exported, 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_hangs_holds_no_decision_up() {
    // Decisions are answered while the collector has a request that it never answers: were one of them to wait, this would not end.
    exporting(&[Answer::Silence], ENDLESS, |gate, collector| {
        let first = decide(gate, 1);
        assert_eq!(ids(&collector.next().spans), first);
        assert_eq!(decide(gate, 5).len(), 5);
        assert_eq!(stands(gate, |counts| counts.pending == 6).exported, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_takes_too_long_is_made_again() {
    exporting(&[Answer::Silence, Answer::Taken], Duration::from_millis(200), |gate, collector| {
        let decided = decide(gate, 1);
        assert_eq!(collector.taken(1), decided);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spans_that_a_collector_rejects_are_counted_and_not_sent_again() {
    exporting(&[Answer::Rejects(2), Answer::Taken], ENDLESS, |gate, collector| {
        let first = decide(gate, 1);
        assert_eq!(collector.taken(1), first);
        stands(gate, |counts| counts.exported == 1 && counts.rejected == 2);
        let second = decide(gate, 1);
        assert_eq!(collector.taken(1), second, "the first one does not come again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_is_passed_over_with_a_record_of_it() {
    exporting(&[Answer::Status(400, ""), Answer::Taken], ENDLESS, |gate, collector| {
        let first = decide(gate, 1);
        assert_eq!(ids(&collector.next().spans), first);
        stands(gate, |counts| counts.refused == 1 && counts.pending == 0);
        let ledger = gate.inside().ledger().clone();
        let refused = Handle::current().block_on(ledger.spans_refused(10)).unwrap();
        assert_eq!(refused.iter().map(|(_, why)| why.as_str()).collect::<Vec<_>>(), ["status 400"]);
        let second = decide(gate, 1);
        assert_eq!(collector.taken(1), second);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_is_refused_is_sent_in_parts_and_nothing_of_it_is_lost() {
    let folder = tokio::task::spawn_blocking(policies).await.unwrap();
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let first = gate(&folder, dead, ENDLESS).run().await;
    let (first, decided) = tokio::task::spawn_blocking(move || {
        let decided = decide(&first, 7);
        (first, decided)
    })
    .await
    .unwrap();
    let data = first.stop().await;
    let collector = Collector::new(&[Answer::TooMany(2)]);
    let second = gate(&folder, collector.address, ENDLESS).over(data).run().await;
    let second = tokio::task::spawn_blocking(move || {
        assert_eq!(collector.taken(7), decided);
        let counts = stands(&second, |counts| counts.pending == 0);
        assert_eq!((counts.exported, counts.refused), (7, 0));
        second
    });
    second.await.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_collector_and_a_restart_lose_nothing() {
    let folder = tokio::task::spawn_blocking(policies).await.unwrap();
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let first = gate(&folder, dead, ENDLESS).run().await;
    let (first, mut decided) = tokio::task::spawn_blocking(move || {
        let decided = decide(&first, 4);
        assert_eq!(stands(&first, |counts| counts.pending == 4).exported, 0);
        (first, decided)
    })
    .await
    .unwrap();
    let data = first.stop().await;
    let collector = Collector::new(&[Answer::Taken]);
    let second = gate(&folder, collector.address, ENDLESS).over(data).run().await;
    let second = tokio::task::spawn_blocking(move || {
        decided.extend(decide(&second, 2));
        assert_eq!(collector.taken(6), decided);
        stands(&second, |counts| counts.pending == 0 && counts.exported == 6);
        second
    });
    second.await.unwrap().stop().await;
}
