//! Killed again and again at any moment, under load: whatever was answered is in the record, and is answered again in the same words.
//!
//! `KILLS` says how often; moments are drawn from `KILLS_SEED`, so that a run can be repeated.

use crate::{
    postgres::{Shared, cluster::Cluster},
    wire::{Form, raw_while_it_lives, request},
    world::{listens, root},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};
use tempfile::TempDir;
use tidegate_core::digest::Digest;
use tidegate_ledger::{config::LedgerConfig, ledger::Ledger, place::Place};

const CLIENTS: usize = 8;

/// Before somebody looks again.
pub(crate) const PAUSE: Duration = Duration::from_millis(5);

/// A gate of a folder, killed when it is dropped.
pub(crate) struct Victim(Child);

impl Victim {
    /// Started, whether or not it listens already; with `tidegate.yaml` of its folder, where there is one. Each line of its log goes to `heard`, until it is dead.
    pub(crate) fn start(folder: &Path, shared: Option<&Shared>, heard: impl Fn(&str) + Send + 'static) -> Self {
        Self::told(folder, shared, &[], heard)
    }

    /// The same, with further variables.
    pub(crate) fn told(
        folder: &Path,
        shared: Option<&Shared>,
        variables: &[(&str, &str)],
        heard: impl Fn(&str) + Send + 'static,
    ) -> Self {
        let file = Some(folder.join("tidegate.yaml")).filter(|file| file.is_file());
        let mut child = Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .envs(file.map(|file| ("TIDEGATE_CONFIG", file)))
            .envs(shared.map(Shared::variables).unwrap_or_default())
            .envs(variables.iter().copied())
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.join("data"))
            .arg("--policies")
            .arg(folder.join("policies"))
            .env("TIDEGATE_RELOAD_WATCH", "0s")
            .current_dir(root())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || log.lines().map_while(Result::ok).for_each(|line| heard(&line)));
        Self(child)
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // SIGKILL: nothing is told and nothing is flushed.
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Where the gate listens at this moment, if it does, and how much it has answered.
#[derive(Default)]
struct Standing {
    address: Mutex<Option<SocketAddr>>,
    changed: Condvar,
    answered: AtomicU64,
    over: AtomicBool,
    /// The log of the last gate.
    heard: Mutex<Vec<String>>,
}

impl Standing {
    fn listens(&self, address: Option<SocketAddr>) {
        *self.address.lock().unwrap() = address;
        self.changed.notify_all();
    }

    /// Waits for a gate; none once it is over.
    fn address(&self) -> Option<SocketAddr> {
        let mut address = self.address.lock().unwrap();
        while !self.over.load(Ordering::SeqCst) {
            if address.is_some() {
                return *address;
            }
            address = self.changed.wait(address).unwrap();
        }
        None
    }

    /// Lets everybody go who waits.
    fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
        self.changed.notify_all();
    }

    fn answer(&self) {
        self.answered.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_all();
    }

    /// Waits until so many more were answered.
    fn answers(&self, more: u64, victim: &mut Victim) {
        let until = self.answered.load(Ordering::SeqCst) + more;
        let mut address = self.address.lock().unwrap();
        while self.answered.load(Ordering::SeqCst) < until {
            if let Some(status) = victim.0.try_wait().unwrap() {
                self.end();
                panic!("the gate ended by itself, {status}: {:#?}", self.heard.lock().unwrap());
            }
            // The counter has no lock of its own: a missed waking is looked at again.
            address = self.changed.wait_timeout(address, PAUSE).unwrap().0;
        }
    }
}

/// splitmix64: moments that can be drawn again.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

pub(crate) fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}

/// Asks under this key until somebody answers: the decision's id and what it says. Nothing once it is over.
fn decided(standing: &Standing, token: &str, key: &str) -> Option<(String, String)> {
    loop {
        match asked_once(standing.address()?, token, key) {
            None => thread::sleep(PAUSE),
            answer => return answer,
        }
    }
}

/// Asks under this key: the decision's id and what it says. Nothing where nobody answers, or cannot record.
pub(crate) fn asked_once(address: SocketAddr, token: &str, key: &str) -> Option<(String, String)> {
    let form = Form::default().field("environment", "staging").field("service", "api").field("version", "1.0.0").file(
        "unit_tests",
        "unit.xml",
        format!("<testsuite name=\"s\"><testcase name=\"{key}\"/></testsuite>"),
    );
    let (bearer, kind) = (format!("Bearer {token}"), Form::content_type());
    let headers = [("authorization", bearer.as_str()), ("content-type", kind.as_str()), ("idempotency-key", key)];
    let sent = request(address, "POST", "/v1/decisions", &headers, &form.body());
    let answer = raw_while_it_lives(address, &sent)?;
    match answer.status {
        200 => {
            let said = answer.json();
            Some((said["id"].as_str().unwrap().to_owned(), said["outcome"].as_str().unwrap().to_owned()))
        }
        503 => None,
        status => panic!("{status}: {}", answer.text()),
    }
}

/// One client: a new key, and now and then an old one, which has to get its old answer.
fn client(standing: &Standing, token: &str, number: usize) -> BTreeMap<String, (String, String)> {
    let (mut answers, mut drawn) = (BTreeMap::new(), Drawn(number as u64));
    for n in 0.. {
        let key = format!("client-{number}-{n}");
        let Some(answer) = decided(standing, token, &key) else { break };
        answers.insert(key, answer);
        standing.answer();
        let old = format!("client-{number}-{}", drawn.below(n + 1));
        if let Some(again) = decided(standing, token, &old) {
            assert_eq!(Some(&again), answers.get(&old), "{old} was answered twice differently");
        }
    }
    answers
}

/// The folder of a gate, and a token for it.
pub(crate) fn folder(shared: Option<&Shared>) -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    let plugin = root().join("plugins/quality.wasm");
    let pin = Digest::of(&fs::read(&plugin).unwrap()).hex();
    let set = format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\nplugins:\n  \
         quality: {{ path: {}, sha256: {pin} }}\nstages:\n  - id: unit_tests\n    title: Unit tests\n    plugin: quality\n    \
         evidence: [{{ name: unit_tests, documents: {{ min: 1 }} }}]\n    settings: {{ tests: {{ min_pass_rate: 100 }} }}\n",
        plugin.display()
    );
    fs::create_dir(folder.path().join("policies")).unwrap();
    fs::write(folder.path().join("policies/all.yaml"), set).unwrap();
    let mut create = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    create.args(["token", "create", "--name", "ci", "--role", "decide", "--expires-in", "1h"]);
    let output = match shared {
        None => create.arg("--data-dir").arg(folder.path().join("data")),
        Some(shared) => create.arg("--ledger-url-file").arg(shared.url_file()),
    };
    let output = output.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    (folder, token)
}

/// Starts and kills: mostly after some answers, sometimes while it starts.
fn torment(folder: &Path, shared: Option<&Shared>, standing: &'static Standing, kills: u64, drawn: &mut Drawn) {
    for _ in 0..kills {
        let early = drawn.below(8) == 0;
        let heard = move |line: &str| {
            if let Some(address) = listens(line) {
                standing.listens(Some(address));
            }
            standing.heard.lock().unwrap().push(line.to_owned());
        };
        standing.heard.lock().unwrap().clear();
        let mut victim = Victim::start(folder, shared, heard);
        if early {
            // Somewhere between its first instruction and its first answer.
            (0..drawn.below(3_000_000)).for_each(|_| std::hint::spin_loop());
        } else {
            standing.answers(1 + drawn.below(40), &mut victim);
        }
        drop(victim);
        standing.listens(None);
    }
}

#[test]
fn what_was_answered_before_a_kill_is_recorded_once_and_answered_alike() {
    killed_again_and_again(None);
}

#[test]
fn what_was_answered_before_a_kill_is_recorded_once_on_postgresql_too() {
    let Some(cluster) = Cluster::shared() else { return };
    killed_again_and_again(Some(&Shared::new(cluster)));
}

fn killed_again_and_again(shared: Option<&Shared>) {
    crate::world::plugins();
    let (kills, seed) = (number("KILLS", 6), number("KILLS_SEED", 7));
    let (folder, token) = folder(shared);
    let standing: &'static Standing = Box::leak(Box::default());
    let mut drawn = Drawn(seed);
    let answers: BTreeMap<_, _> = thread::scope(|scope| {
        let token = token.as_str();
        let clients: Vec<_> = (0..CLIENTS).map(|n| scope.spawn(move || client(standing, token, n))).collect();
        torment(folder.path(), shared, standing, kills, &mut drawn);
        standing.end();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    println!("seed {seed}: {kills} kills, {} keys answered", answers.len());
    assert!(answers.len() as u64 >= kills / 2, "{} answers", answers.len());
    let ids: BTreeSet<&str> = answers.values().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids.len(), answers.len(), "two keys led to one decision");
    let place = shared.map_or_else(|| Place::from(folder.path().join("data/ledger.sqlite")), Shared::place);
    let recorded = recorded(place, &ids);
    // Somebody may have been killed between the record and the answer: one for each client at most, each time.
    let unanswered = recorded - ids.len() as u64;
    assert!(unanswered <= CLIENTS as u64, "{unanswered} decisions that nobody was told of, at the end");
}

/// Verifies the whole, finds each of these, and counts all decisions.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn recorded(place: Place, answered: &BTreeSet<&str>) -> u64 {
    let ledger = Ledger::open(place, LedgerConfig::default()).await.unwrap();
    let verified = ledger.verify().await.unwrap();
    assert_eq!(verified.findings, []);
    for id in answered {
        assert!(ledger.decision(&id.parse().unwrap()).await.unwrap().is_some(), "{id} was answered and is lost");
    }
    let (mut index, mut decisions) = (0, 0);
    while let Some(leaf) = ledger.leaf(index).await.unwrap() {
        let leaf: serde_json::Value = serde_json::from_str(&leaf.text).unwrap();
        decisions += u64::from(leaf["kind"] == "decision");
        index += 1;
    }
    ledger.close().await;
    decisions
}
