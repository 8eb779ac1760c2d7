//! Commands on a record that is a database: as on a file, but gates may run.

use super::{Shared, cluster::Cluster};
use crate::world::root;
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    process::{Command, Output},
};

fn tidegate(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tidegate")).args(args).current_dir(root()).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_record_that_is_a_database_is_verified_weighed_and_made_anew_and_has_its_first_token() {
    let Some(cluster) = Cluster::shared() else { return };
    let shared = Shared::new(cluster);
    let url_file = shared.url_file();
    let url_file = url_file.to_str().unwrap();
    let on_record = |args: &[&str]| tidegate(&[args, &["--ledger-url-file", url_file]].concat());
    // Nothing is made by looking.
    for args in [&["ledger", "verify"][..], &["ledger", "cost"], &["ledger", "rebuild"], &["token", "list"]] {
        let output = on_record(args);
        assert!(!output.status.success() && said(&output).contains("holds no ledger"), "{args:?}: {}", said(&output));
    }
    let create = ["token", "create", "--name", "root", "--role", "admin", "--expires-in", "1h"];
    let created = on_record(&create);
    assert!(created.status.success(), "{}", said(&created));
    let listed = said(&on_record(&["token", "list"]));
    assert!(listed.contains("active    root  admin"), "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    let revoked = on_record(&["token", "revoke", id]);
    assert!(revoked.status.success(), "{}", said(&revoked));
    assert!(said(&on_record(&["token", "list"])).contains("revoked   root"));
    let verified = on_record(&["ledger", "verify"]);
    assert!(verified.status.success(), "{}", said(&verified));
    let report = said(&verified);
    assert!(report.starts_with("leaves: 2\n") && report.contains("rows: as the leaves say\n"), "{report}");
    assert!(report.ends_with("0 deleted as leaves say\n"), "{report}");
    let weighed = on_record(&["ledger", "cost", "--json"]);
    assert!(said(&weighed).contains("\"database_bytes\""), "{}", said(&weighed));

    shared.run("UPDATE tokens SET revoked_at = NULL");
    let verified = on_record(&["ledger", "verify"]);
    assert_eq!(verified.status.code(), Some(1), "{}", said(&verified));
    let rebuilt = on_record(&["ledger", "rebuild"]);
    assert!(said(&rebuilt).contains("tokens: 1 removed, 1 written\n"), "{}", said(&rebuilt));
    assert!(on_record(&["ledger", "verify"]).status.success());
}

#[test]
fn a_url_that_others_may_read_is_refused_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    fs::write(&file, "postgres://gate:hunter2@127.0.0.1:1/ledger\n").unwrap();
    for (mode, expected) in [(0o644, "has the permissions 644"), (0o600, "ledger `postgres://gate@127.0.0.1:1/ledger`")]
    {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let output = tidegate(&["ledger", "verify", "--ledger-url-file", file.to_str().unwrap()]);
        assert!(said(&output).contains(expected) && !said(&output).contains("hunter2"), "{}", said(&output));
    }
}

#[test]
fn a_key_is_made_once_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.key");
    let make = ["ledger", "key", "--make", file.to_str().unwrap(), "--origin", "gate.example/log"];
    let made = tidegate(&make);
    assert!(made.status.success() && said(&made).starts_with("gate.example/log+"), "{}", said(&made));
    let key = fs::read(&file).unwrap();
    let again = tidegate(&make);
    assert!(!again.status.success() && said(&again).contains("is there already"), "{}", said(&again));
    assert_eq!(fs::read(&file).unwrap(), key);
    assert_eq!(said(&tidegate(&["ledger", "key", "--file", file.to_str().unwrap()])), said(&made));
}

#[test]
fn a_command_is_about_a_gate_a_folder_or_a_database() {
    for args in [
        &["ledger", "verify"][..],
        &["ledger", "verify", "--data-dir", "a", "--ledger-url-file", "b"],
        &["token", "list", "--server", "http://127.0.0.1:1", "--ledger-url-file", "b"],
        &["token", "list", "--data-dir", "a", "--ledger-url-file", "b"],
    ] {
        assert_eq!(tidegate(args).status.code(), Some(64), "{args:?}");
    }
}
