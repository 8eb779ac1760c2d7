//! A witness watches the record from elsewhere: it follows what goes on, and refuses what went back or shows another history.

use crate::{
    authority::{decide_with, gate_configured, holder},
    wire::send,
    world::Gate,
};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tidegate::{
    cli::{exit::Exit, run_with},
    identity::secret::Secret,
};
use tidegate_ledger::{cosignature::Cosigner, signing_key};

const JUNIT: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";

/// A gate's folder, and beside it what the witness keeps.
#[derive(Clone)]
pub(crate) struct Watched {
    pub(crate) folder: PathBuf,
}

impl Watched {
    pub(crate) fn ledger(&self) -> PathBuf {
        self.folder.join("data/ledger.sqlite")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder.join("seen")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.folder.join("witness.key")
    }

    /// One look of the witness with this key, as whoever holds that token.
    pub(crate) fn look_with(&self, gate: &Gate, token: &Secret, key: &Path, further: &[&str]) -> Exit {
        let file = self.folder.join("token");
        fs::write(&file, token.reveal()).unwrap();
        let server = format!("http://{}", gate.address);
        let log = signing_key::public(&signing_key::beside(&self.ledger())).unwrap().to_string();
        let (state, file) = (self.state(), file.to_str().unwrap().to_owned());
        let command = ["tidegate", "ledger", "witness", "--once", "--server", &server, "--token-file", &file];
        let kept = ["--log", &log, "--key", key.to_str().unwrap(), "--state", state.to_str().unwrap()];
        run_with(command.into_iter().chain(kept).chain(further.iter().copied()).map(Into::into))
    }

    pub(crate) fn look(&self, gate: &Gate, token: &Secret) -> Exit {
        self.look_with(gate, token, &self.key(), &[])
    }

    pub(crate) fn seen(&self) -> u64 {
        fs::read_to_string(self.state()).unwrap().lines().nth(1).unwrap().parse().unwrap()
    }

    pub(crate) async fn gate(&self, test: impl FnOnce(&Self, &Gate, [Secret; 2]) + Send + 'static) {
        let (data, witness) = (self.folder.join("data"), Cosigner::read(&self.key()).unwrap().witness().clone());
        let change = move |config: &mut tidegate::config::Config| {
            config.data_dir = data;
            config.checkpoints.witnesses = vec![witness];
        };
        let watched = self.clone();
        gate_configured("", change, move |gate, token| {
            let ci = token(holder("ci", &["decide"], &["production"], &["api"]));
            let auditor = token(holder("auditor", &["audit"], &["*"], &["*"]));
            test(&watched, gate, [ci, auditor]);
        })
        .await;
    }
}

pub(crate) fn watched() -> (tempfile::TempDir, Watched) {
    let folder = tempfile::tempdir().unwrap();
    let watched = Watched { folder: folder.path().to_owned() };
    Cosigner::make(&watched.key(), "witness.example").unwrap();
    (folder, watched)
}

pub(crate) fn decide(gate: &Gate, ci: &Secret) {
    assert_eq!(decide_with(gate, ci, "production", &["api"], Some(JUNIT), &[]).status, 200);
}

fn witnesses(gate: &Gate, auditor: &Secret) -> Value {
    let bearer = format!("Bearer {}", auditor.reveal());
    send(gate.address, "GET", "/v1/status", &[("authorization", &bearer)], b"").json()["ledger"]["witnesses"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_follows_a_record_that_goes_on_and_the_gate_knows_who_saw_it() {
    let (_folder, watched) = watched();
    watched
        .gate(|watched, gate, [ci, auditor]| {
            let unseen = witnesses(gate, &auditor);
            assert_eq!(unseen["witnesses"][0], serde_json::json!({"name": "witness.example"}));
            assert_eq!(watched.look(gate, &auditor), Exit::Allowed);
            let first = watched.seen();
            let seen = witnesses(gate, &auditor);
            assert_eq!((&seen["late"], &seen["witnesses"][0]["leaves"]), (&false.into(), &first.into()));
            assert!(seen["witnesses"][0]["seen"].is_string(), "{seen}");
            for _ in 0..3 {
                decide(gate, &ci);
            }
            assert_eq!(watched.look(gate, &auditor), Exit::Allowed);
            assert_eq!(watched.seen(), first + 3);
            assert_eq!(watched.look(gate, &auditor), Exit::Allowed, "nothing new");

            // Whoever may not read tiles cannot follow, and what was seen stays.
            decide(gate, &ci);
            assert_eq!(watched.look(gate, &ci), Exit::Undecided);
            assert_eq!(watched.seen(), first + 3);
            // A witness whom the gate does not know is told so; what it saw itself, it keeps.
            let other = watched.folder.join("other.key");
            fs::remove_file(watched.state()).unwrap();
            assert_eq!(watched.look_with(gate, &auditor, &other, &["--name", "other.example"]), Exit::Undecided);
            assert_eq!(watched.seen(), first + 4);
            // It is not what this witness saw.
            assert_eq!(watched.look(gate, &auditor), Exit::Undecided);
            let bearer = format!("Bearer {}", auditor.reveal());
            let post =
                |note: &[u8]| send(gate.address, "POST", "/log/cosignatures", &[("authorization", &bearer)], note);
            let unknown = post(&fs::read(watched.state()).unwrap());
            assert_eq!((unknown.status, unknown.json()["type"].clone()), (422, "/problems/cosignature-refused".into()));
            assert_eq!(post(b"\xff").status, 400);
            assert_eq!(post(b"no note").status, 422);
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_refuses_a_record_that_was_put_back_and_one_that_shows_another_history() {
    let (_folder, watched) = watched();
    watched
        .gate(|watched, gate, [ci, auditor]| {
            decide(gate, &ci);
            assert_eq!(watched.look(gate, &auditor), Exit::Allowed);
        })
        .await;
    let copy = watched.folder.join("copy");
    fs::copy(watched.ledger(), &copy).unwrap();
    watched
        .gate(|watched, gate, [ci, auditor]| {
            for _ in 0..10 {
                decide(gate, &ci);
            }
            assert_eq!(watched.look(gate, &auditor), Exit::Allowed);
        })
        .await;
    let kept = fs::read(watched.state()).unwrap();
    // Whoever exchanges the record also gets at the checkpoint beside it, but not at what the witness has.
    fs::copy(&copy, watched.ledger()).unwrap();
    fs::remove_file(watched.folder.join("data/ledger.checkpoint")).unwrap();
    watched
        .gate(|watched, gate, [ci, auditor]| {
            assert_eq!(watched.look(gate, &auditor), Exit::Refused, "the record went back");
            for _ in 0..20 {
                decide(gate, &ci);
            }
            assert_eq!(watched.look(gate, &auditor), Exit::Refused, "it shows another history");
        })
        .await;
    assert_eq!(fs::read(watched.state()).unwrap(), kept, "the proof is kept");
}
