//! What is taken out of a record and what is held, by the people who may, and what a replay, an auditor and `verify` say of it afterwards.

use crate::{
    authority::{gate_configured, holder},
    wire::send,
    witness::decide,
};
use serde_json::{Value, json};
use std::{fs, path::Path};
use tidegate::{
    cli::{exit::Exit, run_with},
    config::Config,
};

fn tidegate(command: &[&str]) -> Exit {
    run_with(["tidegate"].into_iter().chain(command.iter().copied()).map(Into::into))
}

/// Makes a decision, and tokens of whoever is to ask; gives the decision's id and a document's digest.
async fn decided(data: &Path, folder: &Path) -> [String; 2] {
    let (into, found) = std::sync::mpsc::channel();
    let config = {
        let data = data.to_owned();
        move |config: &mut Config| config.data_dir = data
    };
    let folder = folder.to_owned();
    gate_configured("", config, move |gate, token| {
        for (name, role, person) in [
            ("dora", "admin", Some("dora@shop.example")),
            ("eve", "admin", Some("eve@shop.example")),
            ("robot", "admin", None),
            ("ann", "audit", Some("ann@shop.example")),
        ] {
            let mut holder = holder(name, &[role], &["*"], &["*"]);
            if let Some(person) = person {
                holder["person"] = json!(person);
            }
            fs::write(folder.join(name), token(holder).reveal()).unwrap();
        }
        let ci = token(holder("ci", &["decide", "audit"], &["production"], &["api"]));
        decide(gate, &ci);
        let bearer = format!("Bearer {}", ci.reveal());
        let get = |path: &str| send(gate.address, "GET", path, &[("authorization", &bearer)], b"").json();
        let list: Value = get("/v1/decisions");
        let id = list["decisions"][0]["id"].as_str().unwrap().to_owned();
        let whole = get(&format!("/v1/decisions/{id}")).to_string();
        into.send((id, whole)).unwrap();
    })
    .await;
    let (id, whole) = found.recv().unwrap();
    assert!(whole.contains("unit_tests"), "{whole}");
    [id, "unit_tests".to_owned()]
}

#[tokio::test(flavor = "multi_thread")]
async fn two_admins_redact_what_no_hold_keeps_and_a_replay_says_which_leaf_did_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let [id, label] = decided(&data, folder.path()).await;
    let (folder, at) = (folder.path().to_owned(), data.to_str().unwrap().to_owned());
    tokio::task::spawn_blocking(move || {
        let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let [dora, eve, robot, ann] = ["dora", "eve", "robot", "ann"].map(file);
        let ledger = |command: &[&str]| tidegate(&[&["ledger"], command, &["--data-dir", &at]].concat());
        let redact = |admins: &[&str]| {
            let what = ["redact", "--decision", &id, "--evidence", &label, "--reason", "a secret"];
            let admins: Vec<&str> = admins.iter().flat_map(|file| ["--admin", *file]).collect();
            ledger(&[&what[..], &admins[..]].concat())
        };
        let place = |admin: &str| {
            ledger(&["hold", "place", "case-7", "--service", "api", "--reason", "a lawsuit", "--admin", admin])
        };
        let lift = |admin: &str| ledger(&["hold", "lift", "case-7", "--reason", "settled", "--admin", admin]);
        assert_eq!(tidegate(&["replay", &id, "--data-dir", &at]), Exit::Allowed);
        assert_eq!(ledger(&["verify"]), Exit::Allowed);
        assert_eq!([place(&ann), place(&robot), place(&dora), place(&eve)], {
            [Exit::Refused, Exit::Refused, Exit::Allowed, Exit::Refused]
        });
        assert_eq!(redact(&[&dora, &eve]), Exit::Refused, "it is held");
        assert_eq!([lift(&dora), lift(&eve), lift(&eve)], [Exit::Refused, Exit::Allowed, Exit::Refused]);
        assert_eq!(ledger(&["hold", "list"]), Exit::Allowed);
        assert_eq!(redact(&[&dora]), Exit::Usage);
        assert_eq!(redact(&[&dora, &dora]), Exit::Refused);
        assert_eq!(redact(&[&dora, &robot]), Exit::Refused);
        assert_eq!(ledger(&["redact", "--decision", &id, "--evidence", &label, "--dry-run"]), Exit::Allowed);
        assert_eq!(tidegate(&["replay", &id, "--data-dir", &at]), Exit::Allowed, "nothing went yet");
        assert_eq!(redact(&[&dora, &eve]), Exit::Allowed);
        assert_eq!(redact(&[&dora, &eve]), Exit::Refused, "there is nothing left");
        assert_eq!(tidegate(&["replay", &id, "--data-dir", &at]), Exit::NotReplayable);
        assert_eq!(ledger(&["verify"]), Exit::Allowed);
        assert_eq!(ledger(&["rebuild"]), Exit::Allowed);
        assert_eq!(ledger(&["verify"]), Exit::Allowed);
        assert_eq!(ledger(&["retain", "--dry-run"]), Exit::Allowed);
    })
    .await
    .unwrap();
}
