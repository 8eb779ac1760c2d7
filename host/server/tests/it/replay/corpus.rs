//! Records of former builds, which every build replays.
//!
//! Each file of `tests/corpus` is the ledger of a gate as it was on the day when it was made, compressed. None is ever changed or made
//! again: `CORPUS=<name> cargo test --workspace --test it corpus` adds one beside them. It is time for one when the semantics version was
//! raised, or when there is something new that decisions are made from.

use super::{Answer, decisions, ledger, places, replays};
use crate::{
    authority::holder,
    baselines::{report, tell},
    signed::{SCAN, security_team},
    wire::{Form, send},
    world::{Gate, gate, plugins, root},
};
use serde_json::json;
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;
use tidegate::{
    config::Config,
    replay::{
        impact::{
            compared::Change,
            run::{Trial, run},
        },
        past::Bundled,
    },
};
use tidegate_core::{judgement::SEMANTICS_VERSION, time::Timestamp};
use tidegate_ledger::{ledger::Ledger, snapshot::Reader};

/// Bytes of an unpacked record, at most.
const UNPACKED_MAX: usize = 16 << 20;
/// Packed as far as it goes: it is packed once.
const LEVEL: i32 = 19;

fn folder() -> PathBuf {
    root().join("host/server/tests/corpus")
}

/// A record, unpacked and brought to the tables of this build, as by a gate that starts over it.
async fn unpacked(file: &Path) -> TempDir {
    let data = tempfile::tempdir().unwrap();
    fs::create_dir(data.path().join("data")).unwrap();
    let path = ledger(data.path());
    fs::write(&path, zstd::bulk::decompress(&fs::read(file).unwrap(), UNPACKED_MAX).unwrap()).unwrap();
    Ledger::open(&path, Config::default().ledger_config()).await.unwrap().close().await;
    data
}

/// The semantics by which the decisions of a record were made.
async fn semantics(data: &Path) -> BTreeSet<u32> {
    let reader = Reader::open(ledger(data), &Config::default().ledger_config()).unwrap();
    let mut found = BTreeSet::new();
    for id in decisions(&reader).await {
        let mut snapshot = reader.snapshot().await.unwrap();
        found.insert(snapshot.replayable(&id).await.unwrap().unwrap().inputs.semantics);
    }
    reader.close().await;
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_record_of_a_former_build_replays_equal() {
    if let Ok(name) = std::env::var("CORPUS") {
        make(&folder().join(format!("{name}.sqlite.zst"))).await;
    }
    let mut of_this_semantics = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap().path();
        let data = unpacked(&file).await;
        let semantics = semantics(data.path()).await;
        for one in replays(data.path(), 2).await {
            match (&one.answer, semantics == BTreeSet::from([SEMANTICS_VERSION])) {
                (Answer::Equal, true) => of_this_semantics += 1,
                (Answer::NotReplayable(reason), false) if reason.word() == "other_semantics" => {}
                _ => panic!("{}: {one:#?}", file.display()),
            }
        }
    }
    assert!(of_this_semantics >= 30, "{of_this_semantics} decisions of these semantics: add a record of them");
}

/// The policies of a record, as their files were, with the plugin as it was.
async fn policies_of(data: &Path) -> TempDir {
    let reader = Reader::open(ledger(data), &Config::default().ledger_config()).unwrap();
    let id = decisions(&reader).await.remove(0);
    let mut snapshot = reader.snapshot().await.unwrap();
    let recorded = snapshot.replayable(&id).await.unwrap().unwrap();
    let bundled = Bundled::read(&mut snapshot, &recorded).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in &bundled.kept.texts {
        let text = text.replace("../../../../../plugins/quality.wasm", "quality.wasm");
        fs::write(folder.path().join(path.file_name().unwrap()), text).unwrap();
    }
    assert_eq!(bundled.components.len(), 1);
    bundled.components.values().for_each(|bytes| fs::write(folder.path().join("quality.wasm"), bytes).unwrap());
    drop(snapshot);
    reader.close().await;
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn the_policies_of_a_record_as_its_candidate_would_have_changed_nothing() {
    for entry in fs::read_dir(folder()).unwrap() {
        let data = unpacked(&entry.unwrap().path()).await;
        if semantics(data.path()).await != BTreeSet::from([SEMANTICS_VERSION]) {
            continue;
        }
        let policies = policies_of(data.path()).await;
        let reader = Reader::open(ledger(data.path()), &Config::default().ledger_config()).unwrap();
        let runtime = tokio::runtime::Handle::current();
        let tried = tokio::task::spawn_blocking(move || {
            let always = (Timestamp::from_nanos(0), Timestamp::from_nanos(u64::MAX));
            let candidate = policies.path().to_owned();
            let trial = Trial { since: always.0, until: always.1, candidate, places: places(3) };
            run(&reader, &trial, &runtime, &|_, _| ()).unwrap()
        });
        let impact = tried.await.unwrap();
        // Quotas, agreements, overrides, masked documents and skipped stages among them.
        assert_eq!(impact.counts(), BTreeMap::from([(Change::Same, impact.decisions.len())]), "{impact:#?}");
        assert!(impact.decisions.len() >= 30);
    }
}

/// Makes a record that holds something of everything that decisions are made from.
async fn make(file: &Path) {
    assert!(!file.exists(), "{} is there: what was made once stays as it is", file.display());
    tokio::task::spawn_blocking(plugins).await.unwrap();
    // Named from here, so that the record says nothing of the machine that made it.
    let gate = gate().policies(PathBuf::from("tests/fixtures/corpus")).run().await;
    let mut tokens = Vec::new();
    for (name, role) in [("alice", "override"), ("bob", "waive")] {
        let mut holder = holder(name, &[role], &["*"], &["*"]);
        holder["person"] = json!(name);
        let holder = serde_json::from_value(holder).unwrap();
        let (token, _) = gate.inside().tokens().create(&holder, Duration::from_secs(3600), "corpus").await.unwrap();
        tokens.push(format!("Bearer {}", token.reveal()));
    }
    let asked = tokio::task::spawn_blocking(move || {
        ask_everything(&gate, &tokens[0], &tokens[1]);
        gate
    });
    let data = asked.await.unwrap().stop().await;
    let path = ledger(data.path());
    let options = SqliteConnectOptions::new().filename(&path);
    let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
    pack_bodies(&mut raw).await;
    for sql in ["PRAGMA journal_mode = DELETE", "VACUUM"] {
        sqlx::query(sql).execute(&mut raw).await.unwrap();
    }
    raw.close().await.unwrap();
    fs::write(file, zstd::bulk::compress(&fs::read(path).unwrap(), LEVEL).unwrap()).unwrap();
}

/// No judgement is made from span trees, and what is kept for good is worth packing well.
async fn pack_bodies(raw: &mut SqliteConnection) {
    for sql in ["DELETE FROM span_trees", "DELETE FROM blobs WHERE kind = 'spans'"] {
        sqlx::query(sql).execute(&mut *raw).await.unwrap();
    }
    let rows: Vec<(String, i64, Vec<u8>)> =
        sqlx::query_as("SELECT digest, size, body FROM blobs").fetch_all(&mut *raw).await.unwrap();
    for (digest, size, body) in rows {
        let plain = zstd::bulk::decompress(&body, usize::try_from(size).unwrap()).unwrap();
        let packed = zstd::bulk::compress(&plain, LEVEL).unwrap();
        let update = sqlx::query("UPDATE blobs SET body = $1 WHERE digest = $2").bind(packed).bind(digest);
        update.execute(&mut *raw).await.unwrap();
    }
}

fn form(environment: &str) -> Form {
    Form::default()
        .field("environment", environment)
        .field("service", "api")
        .field("version", "1.4.2")
        .field("commit", "4f2c7a9e1b3d5f60718293a4b5c6d7e8f9012345")
        .field("label.author", "carol@shop.example")
}

fn decided(gate: &Gate, form: &Form, headers: &[(&str, &str)]) -> String {
    let answer = form.post(gate.address, "/v1/decisions", headers);
    assert!(matches!(answer.status, 200 | 409) && answer.json().get("id").is_some(), "{}", answer.text());
    answer.json()["outcome"].as_str().unwrap().to_owned()
}

const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";

fn ask_everything(gate: &Gate, alice: &str, bob: &str) {
    let mut outcomes = BTreeSet::new();
    // One document of each format, looked at by everything that the plugin asks.
    let corpora = root().join("host/evidence/fuzz/corpus");
    let mut formats = 0;
    for format in fs::read_dir(corpora).unwrap() {
        let format = format.unwrap();
        let mut documents: Vec<PathBuf> =
            fs::read_dir(format.path()).unwrap().map(|file| file.unwrap().path()).collect();
        documents.sort();
        let readable = documents.iter().find(|document| {
            let name = document.file_name().unwrap().to_str().unwrap();
            let form = form("reports").file("report", name, fs::read(document).unwrap());
            let answer = form.post(gate.address, "/v1/decisions", &[]);
            answer.status == 200 || answer.status == 409
        });
        formats += usize::from(readable.is_some());
    }
    assert!(formats >= 25, "{formats} formats");
    let ours = || form("production").file("unit_tests@api", "unit.xml", FAILS);
    outcomes.insert(decided(gate, &ours(), &[]));
    outcomes.insert(decided(gate, &ours().field("skip", "performance"), &[]));
    outcomes.insert(decided(gate, &form("production"), &[]));
    let wish = ours().field("emergency", "production_down").field("justification", "checkout is down for everybody");
    for _ in 0..3 {
        // The third time is over the quota.
        outcomes.insert(decided(gate, &wish, &[("authorization", alice)]));
    }
    let secret = FAILS.replace("no", &format!("token ghp_{}", "aB3x".repeat(9)));
    outcomes.insert(decided(gate, &form("production").file("unit_tests@api", "unit.xml", secret), &[]));
    outcomes.insert(decided(gate, &form("staging").file("unit_tests@api", "unit.xml", FAILS), &[]));
    let agreed = send(gate.address, "POST", "/v1/waivers/W-1/agree", &[("authorization", bob)], b"");
    assert_eq!(agreed.status, 204, "{}", agreed.text());
    outcomes.insert(decided(gate, &form("staging").file("unit_tests@api", "unit.xml", FAILS), &[]));
    let passes = FAILS.replace("<failure message=\"no\"/>", "");
    outcomes.insert(decided(gate, &form("staging").file("unit_tests@api", "unit.xml", passes), &[]));
    assert_eq!(outcomes, BTreeSet::from(["DEPLOY", "HOLD", "REMEDIATE"].map(str::to_owned)));
    ask_what_is_compared(gate);
}

/// Deployments one after the other, each compared with the last that succeeded, with scans that are signed and one that is not.
fn ask_what_is_compared(gate: &Gate) {
    let signed = security_team().seal("tidegate:evidence/sarif", SCAN.as_bytes());
    let mut outcomes = Vec::new();
    for (name, lines, scan) in
        [("first", 6, &signed[..]), ("better", 9, &signed), ("worse", 7, &signed), ("unsigned", 9, SCAN)]
    {
        let form = form("compared").field("id", name).file("coverage", "lcov.info", report(lines));
        let outcome = decided(gate, &form.file("scan", "scan.json", scan), &[]);
        if outcome == "DEPLOY" {
            ["started", "succeeded"].iter().for_each(|event| tell(gate, name, event));
        }
        outcomes.push(outcome);
    }
    assert_eq!(outcomes, ["DEPLOY", "DEPLOY", "REMEDIATE", "REMEDIATE"]);
}
