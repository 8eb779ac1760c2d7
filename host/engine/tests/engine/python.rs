//! A plugin in Python, as PyPI's `componentize-py` makes it: 18 MB, of dozens of core modules. With WASI it needs `wasi: inert`;
//! with `--stub-wasi` it needs nothing.
//!
//! The program is `COMPONENTIZE_PY`. Without it these tests say that they are left out, unless `COMPONENTIZE_PY_REQUIRED` is set:
//! then they fail.

use crate::world::{engine, later, request};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};
use tidegate_core::{evidence::Baseline, report::GateRequest, time::Timestamp, wasi::Wasi};
use tidegate_engine::{
    config::Limits,
    engine::Engine,
    load::LoadError,
    manifest::ManifestError,
    plugin::{Plugin, Warning},
};

const SOURCE: &str = include_str!("python/looks_around.py");

fn program() -> Option<PathBuf> {
    let found = env::var_os("COMPONENTIZE_PY").map(PathBuf::from).filter(|file| file.is_file());
    assert!(
        found.is_some() || env::var_os("COMPONENTIZE_PY_REQUIRED").is_none(),
        "COMPONENTIZE_PY_REQUIRED is set, and COMPONENTIZE_PY leads to no program"
    );
    if found.is_none() {
        eprintln!(
            "LEFT OUT: there is no componentize-py: set COMPONENTIZE_PY to the program of PyPI's `componentize-py`"
        );
    }
    found
}

/// The component, built with these options.
fn built(program: &Path, options: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("looks_around.py"), SOURCE).unwrap();
    let contract = concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit");
    let output = Command::new(program)
        .current_dir(folder.path())
        .args(["--wit-path", contract, "--world", "gate-plugin", "componentize"])
        .args(options)
        .args(["looks_around", "--output", "plugin.wasm"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    fs::read(folder.path().join("plugin.wasm")).unwrap()
}

fn saw(engine: &Engine, plugin: &Plugin, settings: &str, nanos: u64) -> (Vec<String>, Vec<String>) {
    let request = GateRequest { settings: settings.into(), evaluated_at: Timestamp::from_nanos(nanos), ..request() };
    let evaluated = engine.evaluate(plugin, &request, &[], &Baseline::NotAsked, later());
    let report = evaluated.result.unwrap_or_else(|refusal| panic!("{refusal:?}: {:?}", evaluated.log));
    let findings = report.findings.into_iter().map(|finding| finding.message);
    (findings.collect(), evaluated.log.into_iter().map(|line| line.message).collect())
}

#[test]
fn python_runs_on_an_inert_machine() {
    let Some(program) = program() else { return };
    let (engine, component) = (engine(Limits::default()), built(&program, &[]));
    assert!(matches!(engine.load(&component), Err(LoadError::Manifest(ManifestError::Wasi(_)))));
    let plugin = engine.load_granting(&component, Wasi::Inert).unwrap();
    let at = 1_795_000_000_000_000_000;
    let (told, log) = saw(&engine, &plugin, r#""around""#, at);
    let expected = [
        "deployment: d-1",
        "time: 1795000000000000000",
        "an hour went by: True",
        "variables: 0",
        "file: refused",
        "folder: refused",
        "written: refused",
    ];
    let is_random = |line: &&String| line.contains("random: ");
    assert_eq!(told.iter().filter(|line| !is_random(line)).collect::<Vec<_>>(), expected);
    assert_eq!(log, ["stdout: a line on stdout", "stderr: a line on stderr"]);
    assert_eq!(saw(&engine, &plugin, r#""around""#, at), (told.clone(), log), "the same question, the same answer");
    let (other, _) = saw(&engine, &plugin, r#""around""#, at + 1);
    assert_ne!(told.iter().filter(is_random).collect::<Vec<_>>(), other.iter().filter(is_random).collect::<Vec<_>>());
}

#[test]
fn python_without_wasi_is_a_plugin_like_any_other() {
    let Some(program) = program() else { return };
    let (engine, component) = (engine(Limits::default()), built(&program, &["--stub-wasi"]));
    let plugin = engine.load(&component).unwrap();
    assert_eq!((plugin.wasi.len(), plugin.description.name.as_str()), (0, "looks-around"));
    let bare = |warning: &Warning| matches!(warning, Warning::GrowsMemory { .. });
    assert!(plugin.warnings.iter().all(bare), "{:?}", plugin.warnings);
    assert_eq!(saw(&engine, &plugin, "null", 1), (vec!["deployment: d-1".to_owned()], vec![]));
}
