//! The shipped plugins, built and loaded as a gate does.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{fs, path::Path, sync::Mutex};
use tidegate_workbench::{
    build::{BuildError, BuildOptions, build, build_into},
    inspect::{Inspection, inspect},
    shipped::{SHIPPED, Step, build_all},
    testing::{root, shipped_plugin},
};

/// The steps depend on what was built before; tests of this process take turns.
static TURN: Mutex<()> = Mutex::new(());

#[test]
fn a_shipped_plugin_is_built_once() {
    let _turn = TURN.lock().unwrap();
    let options = BuildOptions::default();
    let files = build_all(&root(), &options, |_| {}).unwrap();
    let mut steps = Vec::new();
    assert_eq!(build_all(&root(), &options, |step| steps.push(step)).unwrap(), files);
    assert_eq!(steps, SHIPPED.map(Step::Fresh));
    assert!(files.iter().all(|file| file.is_file()), "{files:?}");
}

#[test]
fn a_shipped_plugin_asks_for_nothing_beyond_the_contract_and_keeps_to_its_memory() {
    let _turn = TURN.lock().unwrap();
    let offered = ["types", "evidence", "log"].map(|interface| format!("tidegate:policy/{interface}@0.1.0"));
    for name in SHIPPED {
        let inspection = inspect(&shipped_plugin(name)).unwrap();
        let Inspection { imports, exports, producers, .. } = &inspection;
        assert!(imports.iter().all(|import| offered.contains(import)), "{name}: {imports:?}");
        let kind = match name {
            "rollback" | "canary" => "rollback",
            "severity" => "severity",
            _ => "gate",
        };
        let expected = ["plugin", kind].map(|interface| format!("tidegate:policy/{interface}@0.1.0"));
        assert!(expected.iter().all(|export| exports.contains(export)) && exports.len() == 2, "{name}: {exports:?}");
        assert!(producers.iter().any(|producer| producer.name == "wit-component"), "{name}: {producers:?}");
        let plugin = inspection.plugin.unwrap();
        assert_eq!(plugin.description.name.as_str(), name);
        assert!(plugin.warnings.is_empty(), "{name}: {:?}", plugin.warnings);
    }
}

#[test]
fn the_same_source_gives_the_same_bytes_and_no_folder_of_this_machine_is_in_them() {
    let _turn = TURN.lock().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let here = root().to_str().unwrap().to_owned();
    for name in SHIPPED {
        let file = folder.path().join(format!("{name}.wasm"));
        let built = build_into(&root().join("plugins").join(name), &file, &BuildOptions::default()).unwrap();
        assert_eq!((built.name.as_str(), built.version.as_str()), (name, env!("CARGO_PKG_VERSION")));
        let bytes = fs::read(&file).unwrap();
        assert_eq!(*bytes, *shipped_plugin(name));
        assert!(built.core_module_bytes > 0, "{name}");
        let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!holds(&here) && !holds("/.cargo/registry/"), "a path of this machine is in `{name}`");
    }
}

#[test]
fn a_plugin_that_does_not_compile_says_what_cargo_says_and_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    package(folder.path(), "broken", "pub fn broken( {}");
    let file = folder.path().join("broken.wasm");
    fs::write(&file, "old").unwrap();
    let error = build_into(folder.path(), &file, &BuildOptions::default()).unwrap_err();
    assert!(matches!(error, BuildError::Cargo(_)), "{error:?}");
    assert!(error.to_string().contains("src/lib.rs:1"), "{error}");
    assert_eq!(fs::read(&file).unwrap(), b"old");
}

#[test]
fn a_plugin_without_the_bindings_is_built_and_the_engine_says_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    package(
        folder.path(),
        "bare",
        "#![no_std]\n#[panic_handler]\nfn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n",
    );
    let built = build(folder.path(), &BuildOptions::default()).unwrap();
    let error = inspect(&built.component).unwrap().plugin.unwrap_err();
    assert!(error.to_string().contains("does not export `tidegate:policy/plugin@0.1`"), "{error}");
}

#[test]
fn a_folder_without_a_package_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let error = build(folder.path(), &BuildOptions::default()).unwrap_err();
    assert!(matches!(error, BuildError::NoManifest(_)), "{error:?}");
}

fn package(folder: &Path, name: &str, source: &str) {
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n[workspace]\n"
    );
    fs::create_dir(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/lib.rs"), source).unwrap();
}
