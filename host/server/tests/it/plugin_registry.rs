//! `tidegate plugin push | pull | save | load` with a shipped plugin and a real registry (Debian's `docker-registry`).

#[expect(dead_code, reason = "the registry's own tests use the rest of it")]
#[path = "../../../registry/tests/artifacts/world/registry.rs"]
pub(crate) mod registry;

use crate::world;
use registry::Registry;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn tidegate(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidegate"));
    // Nobody's credentials: there is no configuration of docker's in that folder.
    command.args(arguments).current_dir(folder).env("DOCKER_CONFIG", folder);
    command.output().unwrap()
}

/// What a command that succeeds prints, without the end of the line.
pub(crate) fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = tidegate(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn refused(folder: &Path, arguments: &[&str], code: i32, words: &str) {
    let output = tidegate(folder, arguments);
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {talk}");
    assert!(talk.contains(words), "{words}: {talk}");
    assert!(output.stdout.is_empty());
}

/// A folder with a shipped plugin, and the keys `ada` and `eve` with their public keys.
fn folder() -> tempfile::TempDir {
    world::plugins();
    let folder = tempfile::tempdir().unwrap();
    fs::copy(world::root().join("plugins/quality.wasm"), folder.path().join("quality.wasm")).unwrap();
    for name in ["ada", "eve"] {
        let public = said(folder.path(), &["evidence", "key", name]);
        fs::write(folder.path().join(format!("{name}.pub")), public).unwrap();
    }
    folder
}

#[test]
fn a_plugin_is_pushed_signed_pulled_and_carried() {
    let Some(registry) = Registry::start() else { return };
    let (folder, tag) = (folder(), format!("{}/team/quality:1.0.0", registry.address));
    let folder = folder.path();
    let pinned = said(folder, &["plugin", "push", "quality.wasm", &tag, "--key", "ada"]);
    assert!(pinned.starts_with(&format!("{}/team/quality@sha256:", registry.address)), "{pinned}");
    assert_eq!(said(folder, &["plugin", "push", "quality.wasm", &tag]), pinned, "the same file is the same artifact");
    said(folder, &["plugin", "pull", &pinned, "-o", "pulled.wasm", "--signed-by", "ada.pub"]);
    let pulled = fs::read(folder.join("pulled.wasm")).unwrap();
    assert_eq!(pulled, fs::read(folder.join("quality.wasm")).unwrap());
    said(
        folder,
        &["plugin", "pull", &pinned, "-o", "any.wasm", "--signed-by-any", "eve.pub", "--signed-by-any", "ada.pub"],
    );
    said(folder, &["plugin", "save", &pinned, "-o", "quality.tar", "--signed-by", "ada.pub"]);
    let elsewhere = format!("{}/other/place:1", registry.address);
    let loaded = said(folder, &["plugin", "load", "quality.tar", &elsewhere, "--signed-by", "ada.pub"]);
    assert_eq!(loaded.split('@').nth(1), pinned.split('@').nth(1));
    said(folder, &["plugin", "pull", &loaded, "-o", "loaded.wasm", "--signed-by", "ada.pub"]);
}

#[test]
fn what_is_not_as_it_should_be_is_refused_and_leaves_the_file_alone() {
    let Some(registry) = Registry::start() else { return };
    let (folder, tag) = (folder(), format!("{}/team/quality:1.0.0", registry.address));
    let folder = folder.path();
    let pinned = said(folder, &["plugin", "push", "quality.wasm", &tag]);
    let pull = |reference: &str, key: &str, code, words: &str| {
        refused(folder, &["plugin", "pull", reference, "-o", "out.wasm", "--signed-by", key], code, words);
        assert!(!folder.join("out.wasm").exists());
    };
    pull(&pinned, "ada.pub", 1, "nobody signed it; missing: `ada.pub`");
    said(folder, &["plugin", "push", "quality.wasm", &tag, "--key", "eve"]);
    pull(&pinned, "ada.pub", 1, "are not those that are demanded; missing: `ada.pub`");
    pull(&tag, "eve.pub", 64, &format!("by now it is `{pinned}`"));
    pull(&format!("{tag}@sha256:{}", "0".repeat(64)), "eve.pub", 1, "nobody signed it");
    pull(&pinned, "eve", 2, "is a private key");
    refused(folder, &["plugin", "push", "eve.pub", &tag], 2, "cannot be looked into");
    refused(folder, &["plugin", "load", "quality.wasm", &tag], 2, "cannot be read as a tar");
    let component = tidegate_core::digest::Digest::of(&fs::read(folder.join("quality.wasm")).unwrap());
    let mut tampered = fs::read(registry.file(component)).unwrap();
    *tampered.last_mut().unwrap() ^= 1;
    registry.tamper(component, &tampered);
    refused(folder, &["plugin", "pull", &pinned, "-o", "out.wasm"], 1, "tampered with");
    assert!(!folder.join("out.wasm").exists());
}
