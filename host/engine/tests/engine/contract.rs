//! What the engine links is what `wit/` says: every function, with every type.

use crate::{guest::contract, world::engine};
use tidegate_core::fault::FaultKind;
use tidegate_engine::{config::Limits, load::LoadError};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi};

/// A component that imports and exports all of a world, and traps wherever it is called.
fn trapping(world: &str) -> Vec<u8> {
    let (resolve, package) = contract();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

#[test]
fn every_world_is_linked_whole() {
    let engine = engine(Limits::default());
    for world in ["gate-plugin", "rollback-plugin", "severity-plugin"] {
        // It gets as far as being called: everything it imports was there, in the shape it expects.
        match engine.load(&trapping(world)) {
            Err(LoadError::Describe(fault)) => {
                assert_eq!(
                    (fault.kind, &*fault.message),
                    (FaultKind::Trap, "trapped: wasm `unreachable` instruction executed")
                );
            }
            other => panic!("{world}: {other:?}"),
        }
    }
}
