//! What a gate starts on when its files are bad, and when it does not start at all.

use crate::{
    reload::bundles::{Folder, Version, ask, gate, ready, reload, shown, status, with},
    wire::{raw, send},
};
use std::{fs, path::Path};
use tidegate::config::Config;
use tidegate_ledger::ledger::Ledger;

/// What can be wrong with the files, and something that is then said.
const BROKEN: [(&str, &str, &str); 3] = [
    ("production.yaml", "policy_set: production\nversion: '2'\n", "production.yaml:1:1: `match` is missing"),
    ("first.wasm", "not a component", "production.yaml:6:18: "),
    ("staging.yaml", "", "staging.yaml:1:1: the file is empty"),
];

async fn stopped_with(folder: &Folder, version: Version) -> tempfile::TempDir {
    ready().await;
    folder.put(version);
    gate(folder).run_with_token().await.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_starts_on_its_last_good_bundle_and_says_so_everywhere() {
    let folder = Folder::new();
    let mut data = stopped_with(&folder, Version::Lenient).await;
    for (file, text, said) in BROKEN {
        folder.put(Version::Strict);
        folder.write(file, text);
        let gate = gate(&folder).over(data).run_with_token().await;
        let (gate, ()) = with(gate, move |gate| decides_by_the_last_good(gate.address, said)).await;
        data = gate.stop().await;
    }
    fs::remove_dir_all(folder.path()).unwrap();
    let gate = gate(&folder).over(data).run_with_token().await;
    let (gate, ()) = with(gate, |gate| decides_by_the_last_good(gate.address, "policies: cannot read policies")).await;
    gate.stop().await;
}

fn decides_by_the_last_good(address: std::net::SocketAddr, said: &str) {
    assert_eq!(shown(&ask(address, "staging")), Version::Lenient.shown("staging"));
    let status = status(address);
    assert_eq!((&status["bundle"]["source"], &status["ready"]), (&"last-good".into(), &true.into()));
    let last = &status["last_reload"];
    assert_eq!((&last["trigger"], &last["result"]), (&"start".into(), &"refused".into()));
    let mistakes = last["mistakes"].as_array().unwrap().iter();
    let mistakes: Vec<String> = mistakes
        .map(|mistake| format!("{}: {}", mistake["place"].as_str().unwrap(), mistake["message"].as_str().unwrap()))
        .collect();
    assert!(mistakes.iter().any(|mistake| mistake.contains(said)), "{said} is not in {mistakes:?}");
    says_that_and_not_why(address);
    let metrics = send(address, "GET", "/metrics", &[], b"").text();
    let digest = status["bundle"]["digest"].as_str().unwrap();
    for line in [
        format!("tidegate_bundle_info{{digest=\"{digest}\",source=\"last-good\"}} 1"),
        "tidegate_last_reload_successful 0".to_owned(),
    ] {
        assert!(metrics.lines().any(|found| found == line), "`{line}` is not in:\n{metrics}");
    }
}

/// Whoever reaches the gate may ask whether it is ready, and learns nothing of its files by that.
fn says_that_and_not_why(address: std::net::SocketAddr) {
    let ask = |path: &str| {
        raw(address, format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n").as_bytes())
    };
    for (path, status) in [("/readyz", 200), ("/readyz?strict=true", 503)] {
        let ready = ask(path);
        assert_eq!(ready.status, status);
        assert_eq!(ready.text(), "ready\npolicies: the files could not be used, an earlier bundle decides\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mended_files_take_over_from_the_last_good_bundle() {
    let folder = Folder::new();
    let mut data = stopped_with(&folder, Version::Lenient).await;
    for (version, changed) in [(Version::Lenient, false), (Version::Strict, true)] {
        folder.write("staging.yaml", "");
        let gate = gate(&folder).over(data).run_with_token().await;
        folder.put(version);
        let (gate, ()) = with(gate, move |gate| {
            let response = reload(gate.address);
            assert_eq!((response.status, &response.json()["changed"]), (200, &changed.into()), "{}", response.text());
            assert_eq!(status(gate.address)["bundle"]["source"], "files");
            assert_eq!(send(gate.address, "GET", "/readyz?strict=true", &[], b"").text(), "ready\n");
            assert_eq!(shown(&ask(gate.address, "staging")), version.shown("staging"));
        })
        .await;
        data = gate.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bundle_of_a_reload_is_the_last_good_one_of_the_next_start() {
    let folder = Folder::new();
    let data = stopped_with(&folder, Version::Strict).await;
    let gate_over = gate(&folder).over(data).run_with_token().await;
    folder.put(Version::Lenient);
    let (running, since) = with(gate_over, |gate| {
        assert_eq!(reload(gate.address).json()["changed"], true);
        status(gate.address)["bundle"]["activated_at"].clone()
    })
    .await;
    let data = running.stop().await;
    folder.write("staging.yaml", "");
    let again = gate(&folder).over(data).run_with_token().await;
    let (again, ()) = with(again, move |gate| {
        assert_eq!(shown(&ask(gate.address, "production")), Version::Lenient.shown("production"));
        assert_eq!(status(gate.address)["bundle"]["activated_at"], since, "in force since the reload");
    })
    .await;
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_last_good_bundle_a_gate_does_not_start_and_names_every_mistake() {
    ready().await;
    let folder = Folder::new();
    folder.put(Version::Strict);
    folder.write("staging.yaml", "");
    folder.write("second.wasm", "not a component");
    let (error, _) = gate(&folder).refused().await;
    let text = error.to_string();
    for said in ["staging.yaml:1:1: the file is empty", "production.yaml:7:19: "] {
        assert!(text.contains(said), "{said} is not in:\n{text}");
    }
    assert_eq!(text.lines().filter(|line| !line.starts_with("hint: ")).count(), 2, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_good_bundle_that_was_damaged_is_refused() {
    let folder = Folder::new();
    let data = stopped_with(&folder, Version::Strict).await;
    let path = data.path().join("data/ledger.sqlite");
    // Opened and closed without reading, it lies in one file.
    Ledger::open(&path, Config::default().ledger_config()).await.unwrap().close().await;
    damage(&path);
    folder.write("staging.yaml", "");
    let (error, _) = gate(&folder).over(data).refused().await;
    let text = error.to_string();
    assert!(text.contains("staging.yaml:1:1: the file is empty"), "{text}");
    let said = "the last good bundle cannot stand in for them: body `sha256:";
    assert!(text.contains(said) && text.ends_with("is not what was recorded"), "{text}");
}

/// Changes a byte in the middle of the head of every compressed body.
fn damage(ledger: &Path) {
    const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    let mut bytes = fs::read(ledger).unwrap();
    let bodies: Vec<usize> = (0..bytes.len() - 64).filter(|at| bytes[*at..].starts_with(&ZSTD)).collect();
    // Bundle, policy sets, list of files, plugins.
    assert!(bodies.len() >= 6, "only {} bodies", bodies.len());
    bodies.iter().for_each(|at| bytes[at + 24] ^= 0xff);
    fs::write(ledger, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_last_good_bundle_has_to_hold_up_to_what_is_asked_of_files_today() {
    ready().await;
    let folder = Folder::new();
    folder.put(Version::Strict);
    unpin(&folder);
    let data = gate(&folder).configured(|config| config.dev = true).run_with_token().await.stop().await;
    let (error, data) = gate(&folder).over(data).refused().await;
    let text = error.to_string();
    let (files, last_good) = text.split_once("the last good bundle cannot stand in for them: ").unwrap();
    for text in [files, last_good] {
        assert_eq!(text.matches("has no `sha256`: whoever can write its file could change the policy").count(), 4);
        assert_eq!(text.matches("(`tidegate policy pin` does), or serve with `--dev`").count(), 4);
    }
    // The same bundle, once its plugins are pinned: from now on the files that pin them are the last good ones.
    folder.put(Version::Strict);
    let data = gate(&folder).over(data).run_with_token().await.stop().await;
    folder.write("staging.yaml", "");
    let gate = gate(&folder).over(data).run_with_token().await;
    let (gate, ()) = with(gate, |gate| assert_eq!(status(gate.address)["bundle"]["source"], "last-good")).await;
    gate.stop().await;
}

fn unpin(folder: &Folder) {
    for file in ["production.yaml", "staging.yaml"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        let lines = text.lines().map(|line| match line.split_once(", sha256:") {
            Some((before, _)) => format!("{before} }}\n"),
            None => format!("{line}\n"),
        });
        folder.write(file, lines.collect::<String>());
    }
}
