//! Several gates on one record: one tree, one answer for each key, whoever is killed; and each knows what the others recorded.

use crate::{
    authority::{decide_with, holder},
    crash::{PAUSE, Victim, asked_once, folder, recorded},
    notices::{
        ALONE, FAILS, gate as noticing, policies,
        receiver::{Receiver, TAKEN},
    },
    postgres::{Shared, cluster::Cluster},
    reload::bundles::with,
    wire::{deployment, send},
    world::{self, Gate, listens},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::Path,
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::channel,
    },
    thread,
    time::Duration,
};
use tidegate::identity::{holder::Holder, secret::Secret};
use tokio::runtime::Handle;

const CLIENTS: usize = 8;
const KEYS_EACH: u64 = 30;

/// A gate of its own folder and process.
pub(crate) fn start(folder: &Path, shared: &Shared) -> (Victim, SocketAddr) {
    let (sender, heard) = channel();
    let victim = Victim::start(folder, Some(shared), move |line| {
        let _over = sender.send(line.to_owned());
    });
    let mut lines = Vec::new();
    loop {
        let line = heard.recv().unwrap_or_else(|_| panic!("the gate ended by itself: {lines:#?}"));
        if let Some(address) = listens(&line) {
            return (victim, address);
        }
        lines.push(line);
    }
}

/// Keys of one client, each asked of one gate after the other until somebody answers.
fn client(number: usize, gates: &[SocketAddr], token: &str, answered: &AtomicU64) -> BTreeMap<String, String> {
    let mut answers = BTreeMap::new();
    for n in 0..KEYS_EACH {
        let key = format!("client-{number}-{n}");
        let (id, _) = gates
            .iter()
            .cycle()
            .skip(number)
            .find_map(|address| {
                let answer = asked_once(*address, token, &key);
                if answer.is_none() {
                    thread::sleep(PAUSE);
                }
                answer
            })
            .unwrap();
        answers.insert(key, id);
        answered.fetch_add(1, Ordering::SeqCst);
    }
    answers
}

fn killed_among(gates: usize) {
    let Some(cluster) = Cluster::shared() else { return };
    world::plugins();
    let shared = Shared::new(cluster);
    let (first, token) = folder(Some(&shared));
    let folders: Vec<_> = (1..gates).map(|_| folder(Some(&shared)).0).chain([first]).collect();
    let mut running: Vec<_> = folders.iter().map(|folder| start(folder.path(), &shared)).collect();
    let addresses: Vec<SocketAddr> = running.iter().map(|(_, address)| *address).collect();
    let answered = AtomicU64::new(0);
    let answers: BTreeMap<String, String> = thread::scope(|scope| {
        let (answered, addresses, token) = (&answered, &addresses, token.as_str());
        let clients: Vec<_> =
            (0..CLIENTS).map(|n| scope.spawn(move || client(n, addresses, token, answered))).collect();
        while answered.load(Ordering::SeqCst) < CLIENTS as u64 * KEYS_EACH / 3 {
            thread::sleep(PAUSE);
        }
        // SIGKILL, with whatever it has under way.
        drop(running.remove(0));
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    let ids: BTreeSet<&str> = answers.values().map(String::as_str).collect();
    assert_eq!(ids.len(), CLIENTS * KEYS_EACH as usize, "a key for each decision, a decision for each key");
    for (_, address) in &running {
        for (key, id) in answers.iter().step_by(7) {
            assert_eq!(asked_once(*address, &token, key).as_ref().map(|(id, _)| id), Some(id), "{key}");
        }
    }
    let unanswered = recorded(shared.place(), &ids) - ids.len() as u64;
    // Whoever lost the answer of the one that was killed asked another one under the same key.
    assert_eq!(unanswered, 0, "decisions that nobody was told of");
}

#[test]
fn two_gates_make_one_tree_when_one_is_killed() {
    killed_among(2);
}

#[test]
fn three_gates_make_one_tree_when_one_is_killed() {
    killed_among(3);
}

fn token(gate: &Gate, name: &str, roles: &[&str]) -> Secret {
    let holder: Holder = serde_json::from_value(holder(name, roles, &["*"], &["*"])).unwrap();
    Handle::current().block_on(gate.inside().tokens().create(&holder, Duration::from_secs(3600), "test")).unwrap().0
}

/// How a gate answers to this token.
fn status(gate: &Gate, token: &Secret) -> u16 {
    let bearer = format!("Bearer {}", token.reveal());
    send(gate.address, "GET", "/v1/status", &[("authorization", &bearer)], b"").status
}

fn until(gate: &Gate, token: &Secret, expected: u16) {
    while status(gate, token) != expected {
        thread::sleep(PAUSE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_made_or_revoked_at_one_gate_is_good_or_refused_at_the_other() {
    let Some(cluster) = tokio::task::spawn_blocking(Cluster::shared).await.unwrap() else { return };
    let shared = Shared::new(cluster);
    let folder = tokio::task::spawn_blocking(|| policies(ALONE)).await.unwrap();
    let gate = || {
        let gate = world::gate().policies(folder.path().to_owned());
        gate.configured(|config| config.dev = false).configured(|config| shared.configure(config))
    };
    let (one, other) = (gate().run().await, gate().run().await);
    let work = move |one: &Gate| {
        let olga = token(one, "olga", &["operate"]);
        assert_eq!(status(one, &olga), 200);
        until(&other, &olga, 200);
        Handle::current().block_on(one.inside().tokens().revoke(olga.id(), "test")).unwrap();
        assert_eq!(status(one, &olga), 401);
        until(&other, &olga, 401);
        // What another gate made can be revoked at once, though nobody looked yet.
        let late = token(&other, "late", &["operate"]);
        Handle::current().block_on(one.inside().tokens().revoke(late.id(), "test")).unwrap();
        until(&other, &late, 401);
        other
    };
    let (one, other) = with(one, work).await;
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_whose_database_is_away_says_so_and_goes_on_when_it_is_back() {
    let Some(cluster) = tokio::task::spawn_blocking(Cluster::start).await.unwrap() else { return };
    let shared = Shared::new(&cluster);
    let gate = world::gate().configured(|config| shared.configure(config)).run().await;
    let work = move |gate: &Gate| {
        let decide = || deployment().post(gate.address, "/v1/decisions", &[]).status;
        let ready = || send(gate.address, "GET", "/readyz", &[], b"").status;
        assert_eq!((decide(), ready()), (409, 200));
        cluster.away();
        assert_eq!(decide(), 503);
        assert_eq!(ready(), 503);
        cluster.back();
        while ready() != 200 {
            thread::sleep(PAUSE);
        }
        assert_eq!(decide(), 409);
        (cluster, shared)
    };
    let (gate, _kept) = with(gate, work).await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_gates_one_tells_whoever_is_to_be_told_and_another_one_after_it() {
    let Some(cluster) = tokio::task::spawn_blocking(Cluster::shared).await.unwrap() else { return };
    let shared = Shared::new(cluster);
    let folder = tokio::task::spawn_blocking(|| policies(ALONE)).await.unwrap();
    let receiver = Receiver::new(&[TAKEN]);
    let gate = || noticing(&folder, receiver.address).configured(|config| shared.configure(config));
    let (one, other) = (gate().run().await, gate().run().await);
    let work = move |one: &Gate| {
        let alice = token(one, "alice", &["override"]);
        let fields = [("emergency", "production_down"), ("justification", "checkout is down for everybody")];
        until(&other, &token(one, "olga", &["operate"]), 200);
        let force = |gate: &Gate| {
            let forced = decide_with(gate, &alice, "production", &["api"], Some(FAILS), &fields);
            forced.json()["id"].as_str().unwrap_or_else(|| panic!("{}", forced.text())).to_owned()
        };
        // Written by both: sent by one, whoever it is.
        let written: BTreeSet<String> = (0..6).map(|n| force(if n % 2 == 0 { one } else { &other })).collect();
        let told: Vec<String> =
            written.iter().map(|_| receiver.asked().body["decision"]["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(told.iter().cloned().collect::<BTreeSet<_>>(), written, "{told:?}");
        (other, receiver, alice)
    };
    let (one, (other, receiver, alice)) = with(one, work).await;
    one.stop().await;
    let work = move |other: &Gate| {
        let fields = [("emergency", "production_down"), ("justification", "checkout is down for everybody")];
        let forced = decide_with(other, &alice, "production", &["api"], Some(FAILS), &fields);
        assert_eq!(receiver.asked().body["decision"]["id"], forced.json()["id"]);
        assert_eq!(receiver.others(), 0, "each was sent once");
    };
    with(other, work).await.0.stop().await;
}
