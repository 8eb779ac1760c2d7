//! A record of which older decisions were moved to an archive, through its commands and over HTTP.

use crate::{
    authority::{gate_over_made_up_records, holder},
    wire::{Response, send},
};
use serde_json::json;
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tidegate::{
    cli::{exit::Exit, run_with},
    config::Config,
    identity::secret::Secret,
};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    config::LedgerConfig,
    generate::{self, Plan},
};

fn plan() -> Plan {
    let first = Timestamp::parse("2024-01-01T00:00:00Z").unwrap();
    Plan { decisions: 300, seed: 7, first, every: Duration::from_secs(60) }
}

fn made(number: u64) -> String {
    plan().record(number).circumstances.decision.to_string()
}

fn in_folder(data: &Path) -> impl FnOnce(&mut Config) + use<> {
    let data = data.to_owned();
    move |config: &mut Config| config.data_dir = data
}

fn command(words: &[&str]) -> Exit {
    run_with(["tidegate", "ledger"].into_iter().chain(words.iter().copied()).map(Into::into))
}

/// An admin's token, and those of two who read: everything, and one environment in which nothing was ever decided.
async fn tokens(data: &Path, folder: &Path) {
    let folder = folder.to_owned();
    gate_over_made_up_records(in_folder(data), move |_, token| {
        let mut dora = holder("dora", &["admin"], &["*"], &["*"]);
        dora["person"] = json!("dora@shop.example");
        for (name, holder) in [
            ("dora", dora),
            ("auditor", holder("auditor", &["audit"], &["*"], &["*"])),
            ("narrow", holder("narrow", &["audit"], &["nowhere"], &["*"])),
        ] {
            fs::write(folder.join(name), token(holder).reveal()).unwrap();
        }
    })
    .await;
}

/// Moves what is old, and gives the archive's folder.
fn moved(data: &Path, folder: &Path) -> PathBuf {
    let (at, archives, dora) = (data.to_str().unwrap(), folder.join("archives"), folder.join("dora"));
    let archive = |until: &str, further: &[&str]| {
        let words = ["archive", "--data-dir", at, "--until", until, "--to", archives.to_str().unwrap()];
        command(&[&words[..], further].concat())
    };
    let (admin, auditor) = (["--admin", dora.to_str().unwrap()], folder.join("auditor"));
    assert_eq!(archive("2024-02-01", &["--dry-run"]), Exit::Allowed);
    assert!(!archives.exists(), "nothing was moved");
    assert_eq!(archive("2024-02-01", &[]), Exit::Usage, "nobody said who does it");
    assert_eq!(archive("2024-02-01", &["--admin", auditor.to_str().unwrap()]), Exit::Refused, "who may not");
    assert_eq!(archive("2999-01-01", &admin), Exit::Usage, "what is young is not closed");
    assert_eq!(archive("2024-02-01", &admin), Exit::Allowed);
    assert_eq!(archive("2024-02-01", &admin), Exit::Usage, "there is nothing left to be moved");
    assert_eq!(command(&["archives", "--data-dir", at]), Exit::Allowed);
    archives.join("000000000000-000000000256")
}

/// Each is found by the record, and stands alone.
fn verified(data: &Path, archive: &Path) {
    let (at, archives) = (data.to_str().unwrap(), archive.parent().unwrap().to_str().unwrap());
    let beside = ["verify", "--data-dir", at, "--archives", archives];
    assert_eq!(command(&["verify", "--data-dir", at]), Exit::Allowed);
    assert_eq!(command(&beside), Exit::Allowed);
    let alone = ["verify", "--data-dir", archive.to_str().unwrap()];
    assert_eq!(command(&alone), Exit::Allowed);
    let count =
        ["tidegate", "audit", "sql", "--data-dir", archive.to_str().unwrap(), "SELECT COUNT(*) FROM audit_decisions"];
    assert_eq!(run_with(count.map(Into::into)), Exit::Allowed);
    read_alone(archive);
    let note = archive.join("ledger.checkpoint");
    let whole = fs::read(&note).unwrap();
    fs::set_permissions(&note, Permissions::from_mode(0o600)).unwrap();
    fs::write(&note, [&whole[..], b"\n"].concat()).unwrap();
    assert_eq!((command(&beside), command(&alone)), (Exit::Refused, Exit::Refused));
    fs::write(&note, whole).unwrap();
    assert_eq!(command(&beside), Exit::Allowed);
}

/// No gate serves an archive: what is asked of a gate is asked of it itself, in the same words.
fn read_alone(archive: &Path) {
    let ask = |words: &[&str]| {
        let mut tidegate = Command::new(env!("CARGO_BIN_EXE_tidegate"));
        let asked =
            tidegate.args(["audit", words[0], "--data-dir", archive.to_str().unwrap()]).args(&words[1..]).output();
        let asked = asked.unwrap();
        (asked.status.code(), String::from_utf8(asked.stdout).unwrap(), String::from_utf8(asked.stderr).unwrap())
    };
    let listed = |words: &[&str]| -> Vec<String> {
        let (code, text, said) = ask(words);
        assert_eq!(code, Some(0), "{words:?}: {said}");
        let page: serde_json::Value = serde_json::from_str(&text).unwrap();
        page["decisions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let newest: Vec<String> = (0..256).rev().map(made).collect();
    assert_eq!(listed(&["list", "--limit", "500", "--json"]), newest, "those that were moved, and no others");
    let holds = listed(&["list", "--outcome", "HOLD", "--limit", "500", "--json"]);
    assert!(!holds.is_empty() && holds.len() < newest.len() && holds.iter().all(|id| newest.contains(id)));
    let forced = listed(&["forced", "--limit", "500", "--json"]);
    assert!(forced.len() < newest.len() && forced.iter().all(|id| newest.contains(id)));
    let (_, exported, _) = ask(&["export"]);
    assert_eq!(exported.lines().count(), newest.len());
    let (code, shown, said) = ask(&["show", &made(3), "--output", "json"]);
    assert_eq!(code, Some(0), "{said}");
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&shown["id"], &shown["receipt"]["leaf_index"]), (&json!(made(3)), &json!(3)));
    for (words, expected) in [
        (&["list", "--outcome", "deploy"][..], 64),
        (&["show", "a b"], 64),
        (&["show", "0192f6a0-7c1e-7b3a-9d55-0123456789ab"], 2),
        (&["list", "--server", "http://127.0.0.1:1"], 64),
    ] {
        assert_eq!(ask(words).0, Some(expected), "{words:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_moved_is_told_to_whoever_might_read_it_and_its_receipt_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let (data, at) = (folder.path().join("data"), folder.path().to_owned());
    fs::create_dir(&data).unwrap();
    generate::fill(&data.join("ledger.sqlite"), &LedgerConfig::default(), &plan()).await.unwrap();
    tokens(&data, &at).await;
    let archive = tokio::task::spawn_blocking({
        let (data, at) = (data.clone(), at.clone());
        move || {
            let archive = moved(&data, &at);
            verified(&data, &archive);
            archive
        }
    })
    .await
    .unwrap();
    let manifest = tidegate_core::digest::Digest::of(&fs::read(archive.join("manifest.json")).unwrap()).to_string();
    gate_over_made_up_records(in_folder(&data), move |gate, _| {
        let get = |name: &str, path: &str| -> Response {
            let token = Secret::parse(&fs::read_to_string(at.join(name)).unwrap()).unwrap();
            send(gate.address, "GET", path, &[("authorization", &format!("Bearer {}", token.reveal()))], b"")
        };
        let old = format!("/v1/decisions/{}", made(3));
        let told = get("auditor", &old);
        let (status, problem) = (told.status, told.json());
        assert_eq!(
            (status, problem["type"].as_str().unwrap().rsplit('/').next()),
            (410, Some("archived")),
            "{problem}"
        );
        assert!(problem["detail"].as_str().unwrap().contains(&manifest), "{problem}");
        assert_eq!(get("auditor", &format!("{old}/trace")).status, 410);
        let receipt = get("auditor", &format!("{old}/receipt"));
        assert!(receipt.status == 200 && receipt.text().contains("\nindex 3\n"), "{}", receipt.text());
        for path in [old.clone(), format!("{old}/trace"), format!("{old}/receipt")] {
            assert_eq!(get("narrow", &path).status, 404, "{path}: beyond a grant it does not exist");
        }
        assert_eq!(get("auditor", &format!("/v1/decisions/{}", made(299))).status, 200);
        assert_eq!(get("auditor", "/v1/decisions/0192f6a0-7c1e-7b3a-9d55-0123456789ab").status, 404);
        assert_eq!(get("auditor", "/log/tile/entries/000").status, 200, "leaves stay");
        let changes = get("auditor", "/v1/changes?kind=ledger_archived").json();
        assert_eq!(changes["changes"][0]["what"], manifest);
    })
    .await;
}
