//! Policies in a folder of their own, to be exchanged while a gate serves by them.

use crate::{
    wire::{Form, Response, deployment, send},
    world::{self, Gate, root},
};
use serde_json::Value;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tidegate_core::digest::Digest;

/// One failing case of two.
const JUNIT: &str = "<testsuite name='unit'><testcase classname='a' name='b'/><testcase classname='a' name='c'>\
                     <failure message='expected'/></testcase></testsuite>";

/// A folder of policy files and plugins.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), bytes).unwrap();
    }

    /// Two policy sets of that version, each with two plugins of that version.
    pub(crate) fn put(&self, version: Version) {
        version.write(self.0.path());
    }
}

/// One of two bundles: everything in it says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// All tests have to pass.
    Strict,
    /// None has to.
    Lenient,
}

impl Version {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Lenient => "lenient",
        }
    }

    /// What a deployment with a failing test is answered with.
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Strict => 409,
            Self::Lenient => 200,
        }
    }

    /// `quality`, with a mark that changes nothing but its digest.
    pub(crate) fn component(self, name: &str) -> Vec<u8> {
        let mut bytes = fs::read(root().join("plugins/quality.wasm")).unwrap();
        let mark = format!("{name}-{}", self.word());
        // A custom section: its number, its length, the length of its name, its name.
        let length = u8::try_from(mark.len()).unwrap();
        bytes.extend_from_slice(&[0, length + 1, length]);
        bytes.extend_from_slice(mark.as_bytes());
        bytes
    }

    pub(crate) fn write(self, folder: &Path) {
        let mut plugins = String::new();
        for name in ["first", "second"] {
            let component = self.component(name);
            let hex = Digest::of(&component).hex();
            plugins.push_str(&format!("  {name}: {{ path: {name}.wasm, sha256: {hex} }}\n"));
            fs::write(folder.join(format!("{name}.wasm")), component).unwrap();
        }
        for environment in ["production", "staging"] {
            fs::write(folder.join(format!("{environment}.yaml")), self.set(environment, &plugins)).unwrap();
        }
    }

    fn set(self, environment: &str, plugins: &str) -> String {
        let word = self.word();
        let rate = if self == Self::Strict { 100 } else { 0 };
        let stage = |plugin: &str| {
            format!(
                "  - {{ id: {plugin}, title: {plugin} {word}, plugin: {plugin}, evidence: [{{ name: unit_tests }}], \
                 settings: {{ tests: {{ min_pass_rate: {rate} }} }} }}\n"
            )
        };
        format!(
            "policy_set: {environment}\nversion: {word}\nowner: Test\n\
             match: {{ environments: [{environment}], services: [\"*\"] }}\nplugins:\n{plugins}stages:\n{}{}",
            stage("first"),
            stage("second")
        )
    }

    /// Everything by which an answer shows what decided it.
    pub(crate) fn shown(self, environment: &str) -> Vec<String> {
        let stages = ["first", "second"].map(|name| {
            let digest = Digest::of(&self.component(name));
            format!("{name}: {name} {} by {digest}", self.word())
        });
        let mut shown = vec![format!("{} {environment} {}", self.status(), self.word())];
        shown.extend(stages);
        shown
    }
}

/// The same of an answer.
pub(crate) fn shown(response: &Response) -> Vec<String> {
    let answer = response.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let set = &answer["policy_set"];
    let mut shown = vec![format!("{} {} {}", response.status, text(&set["id"]), text(&set["version"]))];
    for stage in answer["stages"].as_array().into_iter().flatten() {
        shown.push(format!(
            "{}: {} by {}",
            text(&stage["id"]),
            text(&stage["title"]),
            text(&stage["plugin"]["digest"])
        ));
    }
    shown
}

/// A deployment with a failing test.
pub(crate) fn ask(address: SocketAddr, environment: &str) -> Response {
    let deployment = if environment == "production" { deployment() } else { elsewhere(environment) };
    deployment.file("unit_tests", "unit.xml", JUNIT).post(address, "/v1/decisions", &[])
}

fn elsewhere(environment: &str) -> Form {
    Form::default().field("environment", environment).field("service", "api-gateway").field("version", "1.4.2")
}

pub(crate) fn reload(address: SocketAddr) -> Response {
    send(address, "POST", "/v1/reload", &[], b"")
}

pub(crate) fn status(address: SocketAddr) -> Value {
    let response = send(address, "GET", "/v1/status", &[], b"");
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()
}

/// A gate by the policies of that folder, whose plugins are pinned.
pub(crate) fn gate(folder: &Folder) -> world::World {
    world::gate().policies(folder.path()).configured(|config| config.dev = false)
}

/// Runs blocking work on a gate, which comes back for its stop.
pub(crate) async fn with<T: Send + 'static>(gate: Gate, work: impl FnOnce(&Gate) -> T + Send + 'static) -> (Gate, T) {
    let work = move || {
        let result = work(&gate);
        (gate, result)
    };
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// The plugins of both versions can be made.
pub(crate) async fn ready() {
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
}
