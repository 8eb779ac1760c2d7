//! A record that is backed up, lost, restored, and goes on once two admins accept what is lost.

use crate::{
    authority::{gate_configured, holder},
    witness::{decide, watched},
};
use serde_json::json;
use std::{fs, path::Path};
use tidegate::{
    cli::{exit::Exit, run_with},
    config::Config,
};
use tidegate_ledger::{config::LedgerConfig, ledger::Ledger, signing_key};

fn ledger(command: &[&str]) -> Exit {
    run_with(["tidegate", "ledger"].into_iter().chain(command.iter().copied()).map(Into::into))
}

/// What a gate with this folder says when it opens its record.
async fn opened(data: &Path) -> Result<(), String> {
    let config = Config { data_dir: data.to_owned(), ..Config::default() };
    let record = LedgerConfig { checkpoints: Some(config.checkpoint_config()), ..config.ledger_config() };
    match Ledger::open(&data.join("ledger.sqlite"), record).await {
        Ok(ledger) => {
            ledger.close().await;
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Makes a token of everybody who is asked to accept, and a backup while the gate serves.
async fn backed_up(data: &Path, folder: &Path) {
    let config = {
        let data = data.to_owned();
        move |config: &mut Config| config.data_dir = data
    };
    let (data, folder) = (data.to_owned(), folder.to_owned());
    gate_configured("", config, move |gate, token| {
        let people = [("dora", "admin", Some("dora@shop.example")), ("eve", "admin", Some("eve@shop.example"))];
        let others = [("dora-again", "admin", Some("Dora@shop.example")), ("robot", "admin", None)];
        for (name, role, person) in people.into_iter().chain(others).chain([("ann", "audit", Some("ann@shop.example"))])
        {
            let mut holder = holder(name, &[role], &["*"], &["*"]);
            if let Some(person) = person {
                holder["person"] = json!(person);
            }
            fs::write(folder.join(name), token(holder).reveal()).unwrap();
        }
        decide(gate, &token(holder("ci", &["decide"], &["production"], &["api"])));
        let (backup, data) = (folder.join("backup"), data.to_str().unwrap().to_owned());
        assert_eq!(ledger(&["backup", "--data-dir", &data, backup.to_str().unwrap()]), Exit::Allowed);
        assert_eq!(ledger(&["backup", "--data-dir", &data, backup.to_str().unwrap()]), Exit::Undecided, "it is there");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_goes_on_once_two_admins_accept_it_and_a_witness_follows_it() {
    let (_folder, watched) = watched();
    let (folder, data) = (watched.folder.clone(), watched.folder.join("data"));
    backed_up(&data, &folder).await;
    watched
        .gate(|watched, gate, [ci, auditor]| {
            decide(gate, &ci);
            assert_eq!(watched.look(gate, &auditor), Exit::Allowed);
        })
        .await;
    let lost = folder.join("lost.checkpoint");
    fs::copy(data.join("ledger.checkpoint"), &lost).unwrap();

    // The disk of the database is gone, that of its last checkpoint is not.
    let at = data.to_str().unwrap().to_owned();
    let backup = folder.join("backup").to_str().unwrap().to_owned();
    let restore = ["restore", &backup, "--data-dir", &at];
    let (restored, again) = tokio::task::spawn_blocking({
        let (ledger_file, restore) = (watched.ledger(), restore.map(str::to_owned));
        move || {
            fs::remove_file(ledger_file).unwrap();
            let restore: Vec<&str> = restore.iter().map(String::as_str).collect();
            (ledger(&restore), ledger(&restore))
        }
    })
    .await
    .unwrap();
    assert_eq!((restored, again), (Exit::Allowed, Exit::Undecided), "a record that is there is not overwritten");
    let refused = opened(&data).await.unwrap_err();
    assert!(
        refused.contains("an older ledger was put in its place") && refused.contains("accept-restore"),
        "{refused}"
    );

    let leaf = tokio::task::spawn_blocking({
        let (folder, at, lost) = (folder.clone(), at.clone(), lost.clone());
        move || accepted_by_two(&folder, &at, &lost)
    })
    .await
    .unwrap();
    opened(&data).await.unwrap();
    let kept = fs::read(watched.state()).unwrap();
    watched
        .gate(move |watched, gate, [ci, auditor]| {
            decide(gate, &ci);
            let look = |leaf: u64| {
                let leaf = leaf.to_string();
                watched.look_with(gate, &auditor, &watched.key(), &["--accept-restore", &leaf])
            };
            assert_eq!(watched.look(gate, &auditor), Exit::Refused, "nobody told the witness");
            assert_eq!(look(leaf - 1), Exit::Undecided, "that leaf is no restore");
            assert_eq!(look(leaf), Exit::Allowed);
            assert_eq!(fs::read(watched.folder.join("seen.lost-1")).unwrap(), kept, "what was lost can be shown");
            assert_eq!(watched.look(gate, &auditor), Exit::Allowed, "from there it goes on");
        })
        .await;
}

/// Everybody who may not, and then two who may; gives the number of the leaf.
fn accepted_by_two(folder: &Path, data: &str, lost: &Path) -> u64 {
    let accept = |admins: &[&str]| {
        let files: Vec<String> = admins.iter().map(|name| folder.join(name).to_str().unwrap().to_owned()).collect();
        let admins = files.iter().flat_map(|file| ["--admin", file]);
        let command: Vec<&str> = ["accept-restore", "--data-dir", data].into_iter().chain(admins).collect();
        ledger(&command)
    };
    for (admins, expected) in [
        (&["dora"][..], Exit::Usage),
        (&["dora", "dora"], Exit::Refused),
        (&["dora", "dora-again"], Exit::Refused),
        (&["dora", "robot"], Exit::Refused),
        (&["dora", "ann"], Exit::Refused),
        (&["dora", "nobody"], Exit::Undecided),
    ] {
        assert_eq!(accept(admins), expected, "{admins:?}");
    }
    let verify = |further: &[&str]| {
        let command: Vec<&str> = ["verify", "--data-dir", data].into_iter().chain(further.iter().copied()).collect();
        ledger(&command)
    };
    assert_eq!(
        verify(&["--against", lost.to_str().unwrap()]),
        Exit::Refused,
        "leaves are lost, and nobody says so yet"
    );
    assert_eq!(accept(&["eve", "dora"]), Exit::Allowed);
    assert_eq!(verify(&["--against", lost.to_str().unwrap()]), Exit::Allowed);
    assert_eq!(accept(&["eve", "dora"]), Exit::Refused, "nothing is lost any more");
    let record = Path::new(data).join("ledger.sqlite");
    let key = signing_key::public(&signing_key::beside(&record)).unwrap();
    let note = fs::read_to_string(Path::new(data).join("ledger.checkpoint")).unwrap();
    let size: u64 = key.text(&note).unwrap().lines().nth(1).unwrap().parse().unwrap();
    size - 1
}
