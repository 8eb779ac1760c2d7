//! `tidegate replay`, as it is called.

use super::{PASSES, ask, decisions, ledger};
use crate::world::{gate, plugins, set_with};
use serde_json::Value;
use std::{fs, path::Path, process::Command};
use tidegate::config::Config;
use tidegate_ledger::snapshot::Reader;

/// Exit code, stdout and stderr.
fn replay(data: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.arg("replay").args(arguments).arg("--data-dir").arg(data);
    let output = command.env("XDG_CACHE_HOME", data.join("cache")).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_says_what_came_of_it_by_its_exit_code() {
    tokio::task::spawn_blocking(plugins).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.yaml"), set_with("")).unwrap();
    let gate = gate().policies(folder.path().to_owned()).run().await;
    let data = gate.data.path().join("data");
    let reader = Reader::open(&ledger(gate.data.path()), &Config::default().ledger_config()).unwrap();
    let gate = tokio::task::spawn_blocking(move || {
        assert_eq!(ask(&gate, PASSES), 200);
        gate
    });
    let gate = gate.await.unwrap();
    let id = decisions(&reader).await.remove(0).to_string();
    reader.close().await;
    let called = tokio::task::spawn_blocking(move || {
        let (exit, out, _) = replay(&data, &[&id]);
        assert_eq!(exit, 0, "{out}");
        assert!(out.starts_with(&format!("decision: {id}\nleaf: ")) && out.ends_with("\nanswer: equal\n"), "{out}");
        let (exit, out, _) = replay(&data, &[&id, "--json"]);
        let json: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((exit, &json["answer"], &json["decision"]), (0, &"equal".into(), &id.into()), "{out}");
        let (exit, _, error) = replay(&data, &["0192f6a0-7c1e-7b3a-9d55-0123456789ab"]);
        assert_eq!(exit, 2);
        assert!(error.contains("there is no decision `0192f6a0-7c1e-7b3a-9d55-0123456789ab`"), "{error}");
        let (exit, _, error) = replay(&data.join("nowhere"), &["0192f6a0-7c1e-7b3a-9d55-0123456789ab"]);
        assert_eq!(exit, 2);
        assert!(error.contains("nowhere/ledger.sqlite` cannot be read"), "{error}");
        assert_eq!(replay(&data, &[]).0, 64);
    });
    called.await.unwrap();
    gate.stop().await;
}
