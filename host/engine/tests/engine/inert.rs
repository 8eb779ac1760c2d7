//! WASI where it is granted: the same question is answered with the same bytes, whenever and wherever it is asked.

use crate::world::{later, request};
use std::{fs, path::Path, sync::Arc, thread};
use tidegate_core::{evidence::Baseline, report::GateRequest, time::Timestamp, wasi::Wasi};
use tidegate_engine::{
    config::{EngineConfig, Limits},
    engine::Engine,
    manifest::ManifestError,
    plugin::Plugin,
};
use tidegate_workbench::testing::guest;

fn loaded(limits: Limits) -> (Engine, Arc<Plugin>) {
    let engine = Engine::new(&EngineConfig { limits, slots: 2, cache_dir: None }).unwrap();
    let plugin = engine.load_granting(&guest("reads-the-clock"), Wasi::Inert).unwrap();
    (engine, plugin)
}

fn asked() -> GateRequest {
    request()
}

/// Everything that comes out of it, also what was logged.
fn answer((engine, plugin): &(Engine, Arc<Plugin>), request: &GateRequest) -> String {
    let evaluated = engine.evaluate(plugin, request, &[], &Baseline::NotAsked, later());
    format!("{:?} {:?}", evaluated.result.unwrap(), evaluated.log)
}

#[test]
fn the_same_question_gives_the_same_bytes_in_every_thread_and_engine() {
    let (one, other) = (loaded(Limits::default()), loaded(Limits::default()));
    let expected = answer(&one, &asked());
    thread::scope(|scope| {
        let ask = |loaded| move || (0..8).map(|_| answer(loaded, &asked())).collect::<Vec<_>>();
        let threads: Vec<_> = [&one, &other, &one, &other].map(|loaded| scope.spawn(ask(loaded))).into();
        for thread in threads {
            assert!(thread.join().unwrap().iter().all(|answer| *answer == expected));
        }
    });
}

#[test]
fn another_question_gives_another_seed() {
    let loaded = loaded(Limits::default());
    let hash = |request: &GateRequest| {
        let answer = answer(&loaded, request);
        let at = answer.find("hash: ").unwrap();
        answer[at..at + "hash: ".len() + 16].to_owned()
    };
    let others = [
        GateRequest { evaluated_at: Timestamp::from_nanos(3), ..asked() },
        GateRequest { settings: r#"{"other": 1}"#.into(), ..asked() },
        GateRequest { service: Some(tidegate_core::name::ServiceName::parse("api").unwrap()), ..asked() },
    ];
    let mut hashes: Vec<String> = others.iter().chain([&asked()]).map(hash).collect();
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 4, "{hashes:?}");
}

#[test]
fn what_is_printed_is_logged_within_the_logs_limits() {
    let (engine, plugin) = loaded(Limits { log_lines_max: 1, ..Limits::default() });
    let evaluated = engine.evaluate(&plugin, &asked(), &[], &Baseline::NotAsked, later());
    let lines: Vec<String> =
        evaluated.log.iter().map(|line| format!("{} {}", line.level.word(), line.message)).collect();
    let expected = ["info stdout: a line on stdout", "warn log lines: 2 used, 1 allowed; the rest was dropped"];
    assert_eq!(lines, expected);
}

#[test]
fn a_plugin_says_what_it_imports_of_wasi_and_fits_only_where_that_is_granted() {
    let (engine, plugin) = loaded(Limits::default());
    assert!(plugin.wasi.iter().any(|name| name.starts_with("wasi:clocks/wall-clock@0.2.")), "{:?}", plugin.wasi);
    assert!(plugin.imports.iter().all(|name| name.starts_with("tidegate:policy/")), "{:?}", plugin.imports);
    assert_eq!(plugin.description.rules[0].title, "What it saw 0 s after 1970", "who describes itself is told no time");
    assert_eq!(plugin.fits(Wasi::Inert), Ok(()));
    assert!(matches!(plugin.fits(Wasi::Refused), Err(ManifestError::Wasi(_))));
    let bare = engine.load_granting(&guest("traps"), Wasi::Inert).unwrap();
    assert_eq!((bare.wasi.len(), bare.fits(Wasi::Refused)), (0, Ok(())));
}

#[test]
fn nothing_behind_wasi_asks_the_hosts_machine_for_anything() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wasi");
    let mut looked_at = 0;
    for file in fs::read_dir(folder).unwrap() {
        let source = fs::read_to_string(file.unwrap().path()).unwrap();
        looked_at += 1;
        for word in ["SystemTime", "Instant", "std::env", "std::fs", "std::net", "std::thread", "getrandom", "sleep"] {
            assert!(!source.contains(word), "{word}");
        }
    }
    assert!(looked_at > 5, "{looked_at} files");
}
