//! Every evaluation has an instance of its own, and there is always one to be had, if not at once.

use crate::{
    guest::{Guest, guest},
    world::{engine, fault, later, request},
};
use std::time::Duration;
use tidegate_core::{
    evidence::Baseline,
    fault::{Blame, FaultKind},
};
use tidegate_engine::{
    config::{EngineConfig, Limits},
    engine::{Engine, EngineError},
};

/// Traps unless its memory, but for the request in front, reads zero; then fills it.
const SCRIBBLES: &str = "(local.set $n (i32.const 131072))
    (loop $l
        (if (i32.load (local.get $n)) (then unreachable))
        (i32.store (local.get $n) (i32.const -1))
        (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 4))) (i32.const 4194304))))";

#[test]
fn what_one_instance_scribbled_the_next_does_not_see() {
    // More than is kept resident, and more evaluations than slots, so that every slot is used again.
    let engine = engine(Limits { plugin_deadline: Duration::from_secs(60), ..Limits::default() });
    let plugin = engine.load(&Guest { pages: 64, before_answering: SCRIBBLES, ..guest() }.component()).unwrap();
    for round in 0..16 {
        let evaluated = engine.evaluate(&plugin, &request(), &[], &Baseline::NotAsked, later());
        assert!(evaluated.result.is_ok(), "round {round}: {:?}", evaluated.result);
    }
}

#[test]
fn more_threads_than_slots_wait_and_all_are_answered() {
    let engine = Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() }).unwrap();
    let plugin = engine.load(&guest().component()).unwrap();
    std::thread::scope(|scope| {
        let ask = || engine.evaluate(&plugin, &request(), &[], &Baseline::NotAsked, later()).result;
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(move || (0..50).map(|_| ask()).collect::<Vec<_>>())).collect();
        for thread in threads {
            assert!(thread.join().unwrap().iter().all(Result::is_ok));
        }
    });
}

#[test]
fn a_fault_leaves_the_engine_as_it_was() {
    let engine = engine(Limits::default());
    let traps = engine.load(&Guest { before_answering: "unreachable", ..guest() }.component()).unwrap();
    let works = engine.load(&guest().component()).unwrap();
    for _ in 0..20 {
        assert!(engine.evaluate(&traps, &request(), &[], &Baseline::NotAsked, later()).result.is_err());
        assert!(engine.evaluate(&works, &request(), &[], &Baseline::NotAsked, later()).result.is_ok());
    }
}

#[test]
fn a_plugin_runs_in_the_engine_that_loaded_it_alone() {
    let (one, other) = (engine(Limits::default()), engine(Limits::default()));
    let plugin = one.load(&guest().component()).unwrap();
    let evaluated = other.evaluate(&plugin, &request(), &[], &Baseline::NotAsked, later());
    let expected = "plugin `small` was loaded by another engine";
    assert_eq!(fault(&evaluated), (Blame::Host, FaultKind::Host, expected));
}

#[test]
fn an_engine_without_slots_is_refused() {
    let config = EngineConfig { slots: 0, ..EngineConfig::default() };
    assert!(matches!(Engine::new(&config), Err(EngineError::NoSlots)));
}

#[test]
fn a_pool_that_does_not_fit_is_refused_in_so_many_words() {
    let error = Engine::new(&EngineConfig { slots: 1 << 20, ..EngineConfig::default() }).unwrap_err().to_string();
    assert!(error.starts_with("a pool of 1048576 instances cannot be made: "), "{error}");
}
