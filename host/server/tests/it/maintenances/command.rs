//! `tidegate maintenance`.

use super::{People, gate, hours, verified};
use crate::world::Gate;
use std::{fs, path::Path, process::Command};
use tidegate::{gate::clock, identity::secret::Secret};

fn run(gate: &Gate, folder: &Path, token: &Secret, arguments: &[&str]) -> (Option<i32>, String) {
    let file = folder.join("token");
    fs::write(&file, token.reveal()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.arg("maintenance").args(arguments).args(["--server", &gate.url, "--token-file"]).arg(&file);
    let output = command.env_remove("TIDEGATE_SERVER").env_remove("TIDEGATE_TOKEN").output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_runbooks_maintenance_is_a_command_for_each_step() {
    gate(|gate, people: &People| {
        let folder = tempfile::tempdir().unwrap();
        let run = |token: &Secret, arguments: &[&str]| run(gate, folder.path(), token, arguments);
        let (from, until) = (clock::now().to_string(), clock::now().plus(hours(4)).to_string());
        let window = ["--from", &from, "--until", &until, "--reason", "new machines for all of them"];
        let (code, text) =
            run(&people.ada, &[&["plan", "production", "--service", "api", "--service", "web"], &window[..]].concat());
        assert_eq!(code, Some(0), "{text}");
        let id = text.split_whitespace().nth(1).unwrap().to_owned();
        assert!(text.contains("pre: 2 to do"), "{text}");
        let (code, text) = run(&people.olga, &["open", &id]);
        assert!(code == Some(2) && text.contains("nobody approved it yet"), "{code:?} {text}");
        let verification = || verified(gate, &people.ci, "production-verification", &["api", "web"], true);
        for (token, arguments, wanted) in [
            (&people.bob, vec!["approve", &id], "approved"),
            (&people.olga, vec!["state", &id, "backups_made"], "pre: 0 to do"),
            (&people.olga, vec!["open", &id], "open "),
            (&people.olga, vec!["state", &id, "banner_shown"], "during: 0 to do"),
            (&people.olga, vec!["state", &id, "banner_removed", "--unmet"], "post: 1 to do"),
            (&people.olga, vec!["state", &id, "banner_removed"], "post: 0 to do"),
            (&people.auditor, vec!["list", "--state", "open"], &id),
            (&people.auditor, vec!["show", &id], "opened by olga@shop.example"),
        ] {
            let (code, text) = run(token, &arguments);
            assert!(code == Some(0) && text.contains(wanted), "{arguments:?}: {text}");
        }
        let (code, text) = run(&people.ada, &["close", &id, "--verification", &verification()]);
        assert!(code == Some(0) && text.starts_with("closed "), "{text}");
        let (code, text) = run(&people.ada, &["cancel", &id, "--reason", "it was all for nothing"]);
        assert!(code == Some(2) && text.contains("it is over: closed"), "{code:?} {text}");
    })
    .await;
}
