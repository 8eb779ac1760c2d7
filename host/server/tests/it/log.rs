//! The record as a transparency log, over HTTP and with the gate gone.

use crate::{
    authority::{decide_with, gate_configured, holder},
    wire::{Response, send},
};
use serde_json::Value;
use std::{fs, path::Path};
use tidegate::{
    cli::{exit::Exit, run_with},
    identity::secret::Secret,
};
use tidegate_ledger::{note::Verifier, signing_key};

const JUNIT: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";

#[tokio::test(flavor = "multi_thread")]
async fn checkpoint_tiles_and_receipts_are_for_whoever_may_read_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let change = move |config: &mut tidegate::config::Config| config.data_dir = data.join("data");
    let ledger = folder.path().join("data/ledger.sqlite");
    gate_configured("", change, move |gate, token| {
        let ci = token(holder("ci", &["decide"], &["production"], &["api"]));
        let auditor = token(holder("auditor", &["audit"], &["*"], &["*"]));
        let partial = token(holder("partial", &["audit"], &["staging"], &["*"]));
        let get = |token: &Secret, path: &str| {
            let bearer = format!("Bearer {}", token.reveal());
            send(gate.address, "GET", path, &[("authorization", &bearer)], b"")
        };
        let decided = decide_with(gate, &ci, "production", &["api"], Some(JUNIT), &[]);
        let id = decided.json()["id"].as_str().unwrap().to_owned();
        let receipt_of = format!("/v1/decisions/{id}/receipt");
        fs::write(ledger.with_file_name("decision.id"), id).unwrap();

        let verifier: Verifier = signing_key::public(&signing_key::beside(&ledger)).unwrap();
        let checkpoint = get(&ci, "/log/checkpoint");
        assert_eq!(checkpoint.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(checkpoint.header("cache-control"), Some("no-cache"));
        let text = verifier.text(&checkpoint.text()).unwrap().to_owned();
        let size: u64 = text.lines().nth(1).unwrap().parse().unwrap();
        assert_eq!(fs::read_to_string(ledger.with_file_name("ledger.checkpoint")).unwrap(), checkpoint.text());

        let receipt = get(&ci, &receipt_of);
        assert_eq!(receipt.status, 200, "{}", receipt.text());
        let (proof, note) = receipt.text().split_once("\n\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert_eq!(verifier.text(&note).unwrap(), text);
        let index = decided.json()["receipt"]["leaf_index"].clone();
        assert!(proof.contains(&format!("\nindex {index}\n")), "{proof}");
        // The auditor's reading is a leaf, which is signed with the others.
        let seen = get(&auditor, &receipt_of).text();
        assert_eq!(seen.lines().take(3).collect::<Vec<_>>(), proof.lines().take(3).collect::<Vec<_>>());
        fs::write(ledger.with_file_name("decision.tlog-proof"), receipt.text()).unwrap();
        // What lies beyond a grant does not exist.
        let beyond = get(&partial, &receipt_of);
        assert_eq!((beyond.status, beyond.json()["detail"].clone()), (404, Value::from("there is no such decision")));

        tiles(&get, [&ci, &auditor, &partial], size);
    })
    .await;
    let data = folder.path().join("data");
    tokio::task::spawn_blocking(move || what_a_gate_left(&data)).await.unwrap();
}

fn tiles(get: &dyn Fn(&Secret, &str) -> Response, [ci, auditor, partial]: [&Secret; 3], size: u64) {
    let part = |of: &str| format!("/log/tile/{of}/000.p/{size}");
    let hashes = get(partial, &part("0"));
    assert_eq!((hashes.status, hashes.body.len() as u64), (200, size * 32));
    assert_eq!(hashes.header("cache-control"), Some("private, max-age=31536000, immutable"));
    assert_eq!(get(partial, &part("entries")).status, 403);
    let entries = get(auditor, &part("entries"));
    assert_eq!(entries.status, 200);
    assert!(String::from_utf8_lossy(&entries.body).contains("\"kind\":\"decision\""));
    let readings = get(auditor, "/v1/changes?kind=ledger_read").json();
    assert_eq!(readings["changes"][0]["what"], "/log/tile/entries", "who took leaves away stands in the record");
    for absent in ["/log/tile/0/000", "/log/tile/0/001.p/1", "/log/tile/0/0", "/log/tile/9/000", "/log/tile/entries"] {
        assert_eq!(get(auditor, absent).status, 404, "{absent}");
    }
    assert_eq!(get(ci, "/log/tile/0/000").status, 403);
}

/// The gate is gone, and somebody verifies.
fn what_a_gate_left(data: &Path) {
    let key = signing_key::public(&signing_key::beside(&data.join("ledger.sqlite"))).unwrap().to_string();
    let mine = data.join("ledger.checkpoint");
    let receipt = data.join("decision.tlog-proof");
    let command = |further: &[&str]| {
        let command = ["tidegate", "ledger", "verify", "--data-dir", data.to_str().unwrap()];
        run_with(command.into_iter().chain(further.iter().copied()).map(Into::into))
    };
    assert_eq!(command(&[]), Exit::Allowed);
    assert_eq!(command(&["--key", &key, "--checkpoint", mine.to_str().unwrap()]), Exit::Allowed);
    kept_elsewhere(data, &command, &key);
    let note = fs::read_to_string(&mine).unwrap();
    let size = note.lines().nth(1).unwrap();
    fs::write(&mine, note.replace(&format!("\n{size}\n"), "\n9999\n")).unwrap();
    assert_eq!(command(&[]), Exit::Refused, "an older record beside a newer checkpoint");
    fs::write(&mine, note).unwrap();
    rows_are_mended(data);
    let proven = ["tidegate", "ledger", "receipt", receipt.to_str().unwrap(), "--key", &key];
    assert_eq!(run_with(proven.map(Into::into)), Exit::Allowed);
    let forged = fs::read_to_string(&receipt).unwrap().replace("\nindex ", "\nindex 1");
    fs::write(&receipt, forged).unwrap();
    assert_eq!(run_with(proven.map(Into::into)), Exit::Refused);
    let key = ["tidegate", "ledger", "key", "--data-dir", data.to_str().unwrap()];
    assert_eq!(run_with(key.map(Into::into)), Exit::Allowed);
    key_is_changed(data, &|| command(&[]));
}

/// Another key signs, and the record goes on.
fn key_is_changed(data: &Path, verify: &dyn Fn() -> Exit) {
    let file = signing_key::beside(&data.join("ledger.sqlite"));
    let rotate = |further: &[&str]| {
        let command = ["tidegate", "ledger", "rotate-key", "--data-dir", data.to_str().unwrap()];
        run_with(command.into_iter().chain(further.iter().copied()).map(Into::into))
    };
    let old = signing_key::public(&file).unwrap();
    assert_eq!(rotate(&["--retire"]), Exit::Undecided, "there is no other key yet");
    assert_eq!(rotate(&[]), Exit::Allowed);
    assert_eq!(rotate(&[]), Exit::Undecided, "two sign already");
    assert_eq!((verify(), signing_key::public(&file).unwrap()), (Exit::Allowed, old.clone()));
    assert_eq!(rotate(&["--retire"]), Exit::Allowed);
    assert_eq!(verify(), Exit::Allowed);
    assert_ne!(signing_key::public(&file).unwrap(), old);
}

/// Checkpoints and receipts that somebody took away are held against the record.
fn kept_elsewhere(data: &Path, command: &dyn Fn(&[&str]) -> Exit, key: &str) {
    let kept = data.join("kept");
    fs::create_dir(&kept).unwrap();
    let (folder, old) = (kept.to_str().unwrap(), kept.join("old"));
    let against = ["--against", old.to_str().unwrap()];
    assert_eq!(command(&["--receipts", folder]), Exit::Undecided, "nothing would be verified");
    let receipt = fs::read_to_string(data.join("decision.tlog-proof")).unwrap();
    fs::write(kept.join("a.tlog-proof"), &receipt).unwrap();
    fs::write(kept.join("b.receipt"), &receipt).unwrap();
    let (_, note) = receipt.split_once("\n\n").unwrap();
    fs::write(&old, note).unwrap();
    // By the key in the folder, and by one that is named.
    assert_eq!(command(&["--receipts", folder, against[0], against[1]]), Exit::Allowed);
    assert_eq!(command(&["--receipts", folder, against[0], against[1], "--key", key]), Exit::Allowed);
    let index = receipt.split_once("\nindex ").unwrap().1.split_once('\n').unwrap().0;
    fs::write(kept.join("b.receipt"), receipt.replace(&format!("\nindex {index}\n"), "\nindex 0\n")).unwrap();
    assert_eq!(command(&["--receipts", folder]), Exit::Refused, "one of them is not in the record");
    let size = note.lines().nth(1).unwrap();
    fs::write(&old, note.replace(&format!("\n{size}\n"), "\n1\n")).unwrap();
    assert_eq!(command(&against), Exit::Refused, "nobody signed that");
    fs::remove_dir_all(&kept).unwrap();
}

/// A row that was altered is found, and made anew.
fn rows_are_mended(data: &Path) {
    let command =
        |name: &str| run_with(["tidegate", "ledger", name, "--data-dir", data.to_str().unwrap()].map(Into::into));
    assert_eq!(command("verify"), Exit::Allowed);
    // In a row the version comes right after decision and service; no leaf has it so.
    let row = format!("{}api", fs::read_to_string(data.join("decision.id")).unwrap());
    let mut bytes = fs::read(data.join("ledger.sqlite")).unwrap();
    let found = bytes.windows(row.len()).position(|window| window == row.as_bytes()).unwrap();
    bytes[found + row.len()] = b'7';
    fs::write(data.join("ledger.sqlite"), bytes).unwrap();
    assert_eq!(command("verify"), Exit::Refused);
    assert_eq!(command("cost"), Exit::Allowed);
    assert_eq!(command("rebuild"), Exit::Allowed);
    assert_eq!(command("verify"), Exit::Allowed);
}

#[test]
fn a_record_that_is_not_there_is_not_made_to_be_verified() {
    let folder = tempfile::tempdir().unwrap();
    let command = ["tidegate", "ledger", "verify", "--data-dir", folder.path().to_str().unwrap()];
    assert_eq!(run_with(command.map(Into::into)), Exit::Undecided);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
