//! The cache gives back what it was given, and nothing that anyone could have tampered with.

use super::{Cache, CacheError, file_name};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use tidegate_core::digest::Digest;
use wasmtime::{Engine, component::Component};

struct World {
    dir: tempfile::TempDir,
    engine: Engine,
    digest: Digest,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let world = Self { dir, engine: Engine::default(), digest: Digest::of(b"a component") };
        let component = Component::new(&world.engine, wat::parse_str("(component)").unwrap()).unwrap();
        world.cache().put(&world.engine, world.digest, &component).unwrap();
        world
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    fn cache(&self) -> Cache {
        Cache::open(&self.path(), 1 << 20).unwrap()
    }

    fn file(&self) -> PathBuf {
        self.path().join(file_name(&self.engine, self.digest))
    }

    fn has(&self, digest: Digest) -> bool {
        self.cache().get(&self.engine, digest).is_some()
    }
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_was_put_is_found_again() {
    let world = World::new();
    assert!(world.has(world.digest), "also by a cache that was opened anew");
    assert!(!world.has(Digest::of(b"another")));
}

#[test]
fn everything_it_makes_is_private() {
    let world = World::new();
    assert_eq!(mode(&world.path()), 0o700);
    for entry in fs::read_dir(world.path()).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[test]
fn a_changed_byte_anywhere_is_noticed() {
    let world = World::new();
    let right = fs::read(world.file()).unwrap();
    for place in [0, 31, 32, right.len() / 2, right.len() - 1] {
        let mut wrong = right.clone();
        *wrong.get_mut(place).unwrap() ^= 1;
        fs::write(world.file(), wrong).unwrap();
        assert!(!world.has(world.digest), "byte {place}");
    }
    fs::write(world.file(), right).unwrap();
    assert!(world.has(world.digest));
}

#[test]
fn a_shortened_file_is_noticed() {
    let world = World::new();
    let right = fs::read(world.file()).unwrap();
    for len in [0, 5, 32, right.len() - 1] {
        fs::write(world.file(), right.get(..len).unwrap()).unwrap();
        assert!(!world.has(world.digest), "{len} bytes");
    }
}

#[test]
fn a_file_under_another_components_name_is_noticed() {
    let world = World::new();
    let other = Digest::of(b"another");
    fs::copy(world.file(), world.path().join(file_name(&world.engine, other))).unwrap();
    assert!(!world.has(other));
}

#[test]
fn a_file_that_others_can_reach_is_not_used_and_written_anew() {
    let world = World::new();
    chmod(&world.file(), 0o644);
    assert!(!world.has(world.digest));
    let component = Component::new(&world.engine, wat::parse_str("(component)").unwrap()).unwrap();
    world.cache().put(&world.engine, world.digest, &component).unwrap();
    assert!(world.has(world.digest));
    assert_eq!(mode(&world.file()), 0o600);
}

#[test]
fn a_key_that_others_can_read_is_replaced_and_with_it_all_trust() {
    let world = World::new();
    let key = world.path().join("key");
    let before = fs::read(&key).unwrap();
    chmod(&key, 0o640);
    assert!(!world.has(world.digest));
    assert_ne!(fs::read(&key).unwrap(), before);
    assert_eq!(mode(&key), 0o600);
}

#[test]
fn a_directory_that_others_can_reach_is_refused() {
    let world = World::new();
    chmod(&world.path(), 0o755);
    let error = Cache::open(&world.path(), 1 << 20).unwrap_err();
    assert!(matches!(error, CacheError::Open { mode: 0o755, .. }), "{error}");
}

#[test]
fn an_engine_of_another_configuration_looks_elsewhere() {
    let world = World::new();
    let other = Engine::new(wasmtime::Config::new().epoch_interruption(true)).unwrap();
    assert_ne!(file_name(&other, world.digest), file_name(&world.engine, world.digest));
}

#[test]
fn only_the_newest_files_are_kept() {
    let world = World::new();
    let dir = &world.cache().dir;
    for name in ["a.cwasm", "b.cwasm", "c.other"] {
        dir.write(name, b"").unwrap();
    }
    dir.keep_newest(1, ".cwasm").unwrap();
    let left: Vec<_> = fs::read_dir(world.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.iter().filter(|name| name.to_string_lossy().ends_with(".cwasm")).count(), 1);
    assert!(left.iter().any(|name| name == "c.other") && left.iter().any(|name| name == "key"));
}
