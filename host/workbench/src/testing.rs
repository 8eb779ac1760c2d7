//! The plugins of `plugins/testing` and the shipped ones, for tests: each is built once a process.

use crate::{
    build::{BuildOptions, build},
    shipped,
};
use std::{
    collections::HashMap,
    fs,
    path::PathBuf,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

/// This workspace's folder.
#[must_use]
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    here.canonicalize().unwrap_or(here)
}

/// The component of `plugins/testing/<name>`. Panics with cargo's own words when it cannot be built.
#[must_use]
pub fn guest(name: &str) -> Arc<[u8]> {
    once(name, || {
        let built = build(&root().join("plugins/testing").join(name), &BuildOptions::default());
        built.unwrap_or_else(|error| stop(name, &error)).component
    })
}

/// The component of the shipped plugin `name`. Panics with cargo's own words when it cannot be built.
#[must_use]
pub fn shipped_plugin(name: &str) -> Arc<[u8]> {
    once(&format!("../{name}"), || {
        let files = shipped::build_all(&root(), &BuildOptions::default(), |_| {});
        let files = files.unwrap_or_else(|error| stop(name, &error));
        let file = files.iter().find(|file| file.file_stem().is_some_and(|stem| stem == name));
        let file = file.unwrap_or_else(|| stop(name, &"there is no shipped plugin of that name"));
        fs::read(file).unwrap_or_else(|error| stop(name, &error))
    })
}

fn once(key: &str, build: impl FnOnce() -> Vec<u8>) -> Arc<[u8]> {
    type Slot = Arc<Mutex<Option<Arc<[u8]>>>>;
    static SLOTS: LazyLock<Mutex<HashMap<String, Slot>>> = LazyLock::new(Mutex::default);
    let slot = SLOTS.lock().unwrap_or_else(PoisonError::into_inner).entry(key.to_owned()).or_default().clone();
    let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
    slot.get_or_insert_with(|| build().into()).clone()
}

#[expect(clippy::panic, reason = "a test without its plugin should stop and say why")]
fn stop(name: &str, error: &dyn std::fmt::Display) -> ! {
    panic!("plugin `{name}`: {error}")
}
