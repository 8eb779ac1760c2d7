//! Bundles that people sign: built, signed, carried and brought into force by the commands, and refused when anything about them is not as
//! the gate's configuration asks for.

use crate::{
    plugin_registry::{registry::Registry, said},
    postgres::{Shared, cluster::Cluster},
    reload::bundles::{Folder, Version, ask, gate, ready, reload, shown, status, with},
    wire::send,
    world::{Gate, World},
};
use serde_json::{Value, json};
use std::{fs, net::SocketAddr, path::PathBuf, process::Command, sync::Arc, time::Duration};
use tempfile::TempDir;
use tidegate::config::{Config, ReloadConfig, bundle::BundleConfig};
use tidegate_bundle::{key, trust::Trust};
use tidegate_core::{
    digest::Digest,
    signer::{SignerKey, Who, Window},
};

const PEOPLE: [&str; 3] = ["ada", "bob", "eve"];

/// A folder with policies of both versions and everybody's keys.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in PEOPLE {
            let public = said(folder.path(), &["evidence", "key", name]);
            fs::write(folder.path().join(format!("{name}.pub")), public).unwrap();
        }
        for version in [Version::Strict, Version::Lenient] {
            let policies = folder.path().join(version.word());
            fs::create_dir(&policies).unwrap();
            version.write(&policies);
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Builds a bundle of that version in a file of that name, signed by these.
    fn bundle(&self, name: &str, version: Version, authors: &[&str], signers: &[&str]) -> PathBuf {
        let mut arguments = vec!["bundle", "build", version.word(), "-o", name];
        authors.iter().for_each(|author| arguments.extend(["--author", author]));
        let digest = said(self.0.path(), &arguments);
        for signer in signers {
            assert_eq!(said(self.0.path(), &["bundle", "sign", name, "--key", signer]), digest);
        }
        self.path(name)
    }

    /// Ada and Bob, both.
    fn trust(&self) -> Trust {
        let key = |name: &&str| {
            let (algorithm, spki) =
                key::parse(&fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap()).unwrap();
            SignerKey { signer: Arc::from(*name), algorithm, spki, window: Window::default() }
        };
        let names = ["ada", "bob"];
        Trust {
            who: Who::AllOf(names.iter().map(|name| Arc::from(*name)).collect()),
            keys: names.iter().map(key).collect(),
        }
    }

    /// A gate that takes what both signed.
    fn gate(&self, first: Option<PathBuf>) -> World {
        let bundle = BundleConfig { first, trust: self.trust() };
        gate(&Folder::new()).configured(|config| config.bundle = Some(bundle))
    }
}

const BOTH: [&str; 2] = ["ada", "bob"];

fn decided(address: SocketAddr) -> String {
    ask(address, "production").json()["policy_set"]["version"].as_str().unwrap().to_owned()
}

fn hand_in(address: SocketAddr, file: &[u8]) -> (u16, String) {
    let response = send(address, "POST", "/v1/bundles", &[("content-type", "application/octet-stream")], file);
    (response.status, response.text())
}

fn revert(address: SocketAddr, body: &Value) -> (u16, String) {
    let headers = [("content-type", "application/json")];
    let response = send(address, "POST", "/v1/bundles/revert", &headers, body.to_string().as_bytes());
    (response.status, response.text())
}

/// Nothing changes, and both the answer and the status say why.
fn refuses(address: SocketAddr, file: &[u8], words: &str) {
    let before = status(address)["bundle"].clone();
    let (code, text) = hand_in(address, file);
    assert_eq!(code, 422, "{text}");
    let status = status(address);
    let last = &status["last_reload"];
    assert_eq!((&last["trigger"], &last["result"]), (&json!("bundle"), &json!("refused")));
    let mistakes = last["mistakes"].to_string();
    assert!(mistakes.contains(words) && text.contains(words), "`{words}` is not in {mistakes}");
    assert_eq!(status["bundle"], before, "the last good one stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_takes_what_everybody_signed_and_nothing_else() {
    ready().await;
    let desk = tokio::task::spawn_blocking(Desk::new).await.unwrap();
    let first = desk.bundle("first.tar", Version::Strict, &["eve"], &BOTH);
    let gate = desk.gate(Some(first)).run_with_token().await;
    let (gate, desk) = with(gate, move |gate| {
        let address = gate.address;
        let bundle = status(address)["bundle"].clone();
        assert_eq!((&bundle["source"], &bundle["signed"]["signers"]), (&json!("bundle"), &json!(["ada", "bob"])));
        assert_eq!(bundle["signed"]["authors"], json!(["eve"]));
        assert_eq!(shown(&ask(address, "production")), Version::Strict.shown("production"));
        let file = |name: &str, authors: &[&str], signers: &[&str]| {
            fs::read(desk.bundle(name, Version::Lenient, authors, signers)).unwrap()
        };
        refuses(address, &file("unsigned.tar", &["eve"], &[]), "nobody signed it; missing: `ada`, `bob`");
        refuses(address, &file("one.tar", &["eve"], &["ada"]), "missing: `bob`");
        refuses(address, &file("stranger.tar", &["eve"], &["ada", "eve"]), "missing: `bob`");
        refuses(address, &file("alone.tar", &["ada"], &BOTH), "`ada` alone wrote it");
        let good = file("good.tar", &["eve", "ada"], &BOTH);
        refuses(address, &tampered(&good, b"version: lenient", b"version: careles"), "tampered with");
        refuses(address, &tampered(&good, b"first-lenient", b"first-careles"), "tampered with");
        refuses(address, &good[..good.len() / 2], "cannot be read");
        refuses(address, b"no bundle", "cannot be read");
        assert_eq!(decided(address), "strict");
        let (code, text) = hand_in(address, &good);
        assert_eq!(code, 200, "{text}");
        assert_eq!(shown(&ask(address, "production")), Version::Lenient.shown("production"));
        let bundle = status(address)["bundle"].clone();
        assert_eq!(bundle["signed"]["authors"], json!(["ada", "eve"]));
        assert_eq!(hand_in(address, &good).0, 200, "what is in force may come again");
        assert_eq!(status(address)["bundle"], bundle);
        let again = reload(address);
        assert_eq!((again.status, &again.json()["changed"]), (200, &json!(false)));
        desk
    })
    .await;
    // What was activated is in the record: no file is needed to go on.
    let data = gate.stop().await;
    let again = desk.gate(None).over(data).run_with_token().await;
    let (again, ()) = with(again, |gate| {
        assert_eq!(decided(gate.address), "lenient");
        assert_eq!(status(gate.address)["bundle"]["source"], "bundle");
    })
    .await;
    again.stop().await;
}

/// The same file with other bytes somewhere.
fn tampered(file: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = file.windows(from.len()).position(|window| window == from).expect("the text is in the file");
    let mut file = file.to_vec();
    file[at..at + to.len()].copy_from_slice(to);
    file
}

#[tokio::test(flavor = "multi_thread")]
async fn an_earlier_bundle_comes_into_force_again_from_the_record() {
    ready().await;
    let desk = tokio::task::spawn_blocking(Desk::new).await.unwrap();
    let gate = desk.gate(Some(desk.bundle("first.tar", Version::Strict, &["eve"], &BOTH))).run_with_token().await;
    let (gate, ()) = with(gate, move |gate| {
        let address = gate.address;
        let (code, text) = revert(address, &json!({}));
        assert_eq!((code, text.contains("no other signed bundle")), (404, true), "{text}");
        let digest = |address| status(address)["bundle"]["digest"].as_str().unwrap().to_owned();
        let strict = digest(address);
        let lenient = fs::read(desk.bundle("lenient.tar", Version::Lenient, &["eve"], &BOTH)).unwrap();
        assert_eq!(hand_in(address, &lenient).0, 200);
        for (body, expected) in [(json!({}), "strict"), (json!({}), "lenient"), (json!({ "to": strict }), "strict")] {
            let (code, text) = revert(address, &body);
            assert_eq!((code, decided(address).as_str()), (200, expected), "{text}");
        }
        let status = status(address);
        assert_eq!(status["last_reload"]["trigger"], "revert");
        assert_eq!(status["bundle"]["signed"]["signers"], json!(["ada", "bob"]));
        assert_eq!(revert(address, &json!({ "to": Digest::of(b"none").to_string() })).0, 404);
        assert_eq!(revert(address, &json!({ "to": "none" })).0, 400);
        assert_eq!(decided(address), "strict");
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_may_not_begin_with_its_bundle_does_not_begin() {
    ready().await;
    let desk = tokio::task::spawn_blocking(Desk::new).await.unwrap();
    let unsigned = desk.bundle("unsigned.tar", Version::Strict, &["eve"], &["ada"]);
    for (first, expected) in [
        (None, "no signed bundle was activated yet; hint: name the one to begin with under `bundle.first`"),
        (Some(unsigned), "missing: `bob`"),
        (Some(desk.path("none.tar")), "`bundle.first`: cannot read"),
        (Some(desk.path("ada.pub")), "cannot be read"),
    ] {
        let (error, _) = desk.gate(first).refused().await;
        assert!(error.to_string().contains(expected), "{error}");
    }
    // Whoever is not trusted any more has what they signed looked at again.
    let first = desk.bundle("first.tar", Version::Strict, &["eve"], &BOTH);
    let data = desk.gate(Some(first)).run().await.stop().await;
    let lapse = |config: &mut Config| {
        let bundle = config.bundle.as_mut().unwrap();
        bundle.trust.keys[0].window.not_after =
            Some(tidegate_core::time::Timestamp::parse("2020-01-01T00:00:00Z").unwrap());
    };
    let (error, data) = desk.gate(None).over(data).configured(lapse).refused().await;
    assert!(error.to_string().contains("missing: `ada`"), "{error}");
    desk.gate(None).over(data).run().await.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_of_files_takes_no_bundle() {
    ready().await;
    let (desk, folder) = (tokio::task::spawn_blocking(Desk::new).await.unwrap(), Folder::new());
    folder.put(Version::Strict);
    let gate = gate(&folder).run_with_token().await;
    let (gate, ()) = with(gate, move |gate| {
        let good = fs::read(desk.bundle("good.tar", Version::Lenient, &["eve"], &BOTH)).unwrap();
        refuses(gate.address, &good, "this gate takes its policies from files");
        assert_eq!(revert(gate.address, &json!({})).0, 422);
        assert_eq!(decided(gate.address), "strict");
        assert_eq!(
            send(gate.address, "GET", "/readyz?strict=true", &[], b"").status,
            200,
            "its files are as they were"
        );
    })
    .await;
    gate.stop().await;
}

/// The command at this gate, as whoever may.
fn at(gate: &Gate, desk: &Desk, arguments: &[&str]) -> (Option<i32>, String) {
    let token = tokio::runtime::Handle::current().block_on(async {
        let grant = json!({ "roles": ["policy"], "environments": ["*"], "services": ["*"] });
        let holder = serde_json::from_value(json!({ "name": "ada", "grants": [grant] })).unwrap();
        let made = gate.inside().tokens().create(&holder, Duration::from_secs(60), "tests").await.unwrap();
        made.0.reveal().to_owned()
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    command.args(arguments).args(["--server", &gate.url]).current_dir(desk.0.path());
    let output = command.env("TIDEGATE_TOKEN", token).env("DOCKER_CONFIG", desk.0.path()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_goes_through_a_registry_from_desk_to_desk_into_force() {
    ready().await;
    let Some(registry) = Registry::start() else { return };
    let desk = tokio::task::spawn_blocking(Desk::new).await.unwrap();
    let first = desk.bundle("first.tar", Version::Strict, &["eve"], &BOTH);
    let gate = desk.gate(Some(first)).run_with_token().await;
    let (gate, ()) = with(gate, move |gate| {
        let run = |arguments: &[&str]| said(desk.0.path(), arguments);
        desk.bundle("lenient.tar", Version::Lenient, &["eve"], &[]);
        let tag = format!("{}/policies/production:2", registry.address);
        let pinned = run(&["bundle", "push", "lenient.tar", &tag]);
        // Each at their own desk: one looks at it first, one signs a copy.
        let shown = run(&["bundle", "show", &pinned]);
        assert!(shown.contains("authors: eve") && shown.contains("lenient/first.wasm: sha256:"), "{shown}");
        let text = run(&["bundle", "show", &pinned, "--file", "lenient/production.yaml"]);
        assert!(text.contains("version: lenient"), "{text}");
        run(&["bundle", "sign", &pinned, "--key", "ada"]);
        let (code, talk) = at(gate, &desk, &["bundle", "activate", &pinned]);
        assert!(code == Some(2) && talk.contains("missing: `bob`"), "{code:?} {talk}");
        assert_eq!(decided(gate.address), "strict");
        run(&["bundle", "save", &pinned, "-o", "copy.tar", "--signed-by", "ada.pub"]);
        run(&["bundle", "sign", "copy.tar", "--key", "bob"]);
        assert_eq!(run(&["bundle", "load", "copy.tar", &tag]), pinned, "the same bundle, signed by one more");
        let (code, talk) = at(gate, &desk, &["bundle", "activate", &pinned]);
        assert!(code == Some(0) && talk.contains("\"changed\": true"), "{code:?} {talk}");
        assert_eq!(decided(gate.address), "lenient");
        let (code, talk) = at(gate, &desk, &["bundle", "revert"]);
        assert_eq!((code, decided(gate.address).as_str()), (Some(0), "strict"), "{talk}");
        // Where no registry reaches, the file is enough.
        let (code, talk) = at(gate, &desk, &["bundle", "activate", "copy.tar"]);
        assert_eq!((code, decided(gate.address).as_str()), (Some(0), "lenient"), "{talk}");
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_gate_of_a_record_takes_the_bundle_that_one_of_them_activated() {
    let Some(cluster) = Cluster::shared() else { return };
    ready().await;
    let shared = Shared::new(cluster);
    let desk = tokio::task::spawn_blocking(Desk::new).await.unwrap();
    let first = desk.bundle("first.tar", Version::Strict, &["eve"], &BOTH);
    let lenient = fs::read(desk.bundle("lenient.tar", Version::Lenient, &["eve"], &BOTH)).unwrap();
    let watching = |config: &mut Config| {
        config.reload = ReloadConfig { watch: Duration::from_millis(50) };
        shared.configure(config);
    };
    let one = desk.gate(Some(first.clone())).configured(watching).run_with_token().await;
    let other = desk.gate(Some(first)).configured(watching).run_with_token().await;
    let (one, other) = with(one, move |one| {
        assert_eq!((decided(one.address).as_str(), decided(other.address).as_str()), ("strict", "strict"));
        assert_eq!(hand_in(one.address, &lenient).0, 200);
        while decided(other.address) != "lenient" {
            std::thread::sleep(Duration::from_millis(50));
        }
        let bundle = |gate: &Gate| status(gate.address)["bundle"].clone();
        assert_eq!(bundle(one), bundle(&other), "since the same moment, by the same signers");
        other
    })
    .await;
    one.stop().await;
    other.stop().await;
}
