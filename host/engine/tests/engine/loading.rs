//! Loading: what is refused, what is warned of, what is kept on disk, and what settings are checked against.

use crate::{
    guest::{Guest, guest},
    world::{engine, later, request},
};
use std::fs;
use tidegate_core::{
    evidence::Baseline,
    fault::{Blame, FaultKind},
};
use tidegate_engine::{
    config::{EngineConfig, Limits},
    engine::Engine,
    load::LoadError,
    manifest::{Kind, ManifestError},
    plugin::Warning,
    settings::SettingsProblem,
};

fn refused(guest: &Guest) -> LoadError {
    engine(Limits::default()).load(&guest.component()).unwrap_err()
}

#[test]
fn a_plugin_says_who_it_is() {
    let component = guest().component();
    let plugin = engine(Limits::default()).load(&component).unwrap();
    assert_eq!((plugin.description.name.as_str(), plugin.description.version.as_str()), ("small", "1.0.0"));
    assert_eq!((&*plugin.kinds, plugin.size_bytes), (&[Kind::Gate][..], component.len() as u64));
    assert!(plugin.imports.iter().any(|import| import == "tidegate:policy/log@0.1.0"), "{:?}", plugin.imports);
    assert!(plugin.warnings.is_empty(), "{:?}", plugin.warnings);
}

#[test]
fn a_file_over_the_limit_is_not_even_read() {
    let engine = engine(Limits { component_bytes_max: 10, ..Limits::default() });
    let error = engine.load(b"not a component").unwrap_err();
    assert_eq!(error, LoadError::TooLarge { used: 15, allowed: 10 });
    assert!(matches!(engine.load(b"short"), Err(LoadError::Manifest(ManifestError::NotWasm(_)))));
}

#[test]
fn a_description_that_cannot_be_had_is_blamed() {
    let LoadError::Describe(fault) = refused(&Guest { before_describing: "unreachable", ..guest() }) else {
        panic!("a trap while it describes itself")
    };
    assert_eq!((fault.blame, fault.kind), (Blame::Plugin, FaultKind::Trap));
}

#[test]
fn a_description_that_is_wrong_says_where() {
    let name = refused(&Guest { name: "Not A Name", ..guest() });
    assert!(name.to_string().starts_with("describes itself wrongly: plugin `Not A Name` holds 'N'"), "{name}");
    let schema = refused(&Guest { schema: r#"{"$ref": "https://example.org/schema"}"#, ..guest() });
    let expected =
        "describes itself wrongly: settings schema: refers to `https://example.org/schema`, which lies outside it";
    assert_eq!(schema.to_string(), expected);
}

#[test]
fn a_component_of_another_shape_does_not_fit() {
    let bytes = wat::parse_str(
        r#"(component (instance $empty)
            (export "tidegate:policy/plugin@0.1.0" (instance $empty)) (export "tidegate:policy/gate@0.1.0" (instance $empty)))"#,
    )
    .unwrap();
    let error = engine(Limits::default()).load(&bytes).unwrap_err();
    assert!(matches!(error, LoadError::Link(_)), "{error}");
}

#[test]
fn more_memory_than_a_slot_has_is_refused_when_it_is_loaded() {
    let error = refused(&Guest { pages: 2000, ..guest() });
    assert!(
        matches!(&error, LoadError::Compile(message) if message.contains("131072000") && message.contains("0x4000000")),
        "{error}"
    );
}

#[test]
fn growing_memory_is_warned_of() {
    let grows = Guest { before_describing: "(drop (memory.grow (i32.const 1)))", ..guest() };
    let plugin = engine(Limits::default()).load(&grows.component()).unwrap();
    assert_eq!(plugin.warnings, [Warning::GrowsMemory { bytes: 3 * 65_536 }]);
}

#[test]
fn the_compiled_form_is_kept_used_and_replaced_when_it_was_tampered_with() {
    let dir = tempfile::tempdir().unwrap();
    let cache_dir = Some(dir.path().join("cache"));
    let load = || {
        let engine = Engine::new(&EngineConfig { slots: 2, cache_dir: cache_dir.clone(), ..EngineConfig::default() });
        let engine = engine.unwrap();
        let plugin = engine.load(&guest().component()).unwrap();
        assert!(plugin.warnings.is_empty(), "{:?}", plugin.warnings);
        assert!(engine.evaluate(&plugin, &request(), &[], &Baseline::NotAsked, later()).result.is_ok());
    };
    let compiled = || {
        let mut files = fs::read_dir(dir.path().join("cache")).unwrap().map(|entry| entry.unwrap().path());
        files.find(|path| path.extension().is_some_and(|end| end == "cwasm")).unwrap()
    };
    load();
    let right = fs::read(compiled()).unwrap();
    let inode = || std::os::unix::fs::MetadataExt::ino(&fs::metadata(compiled()).unwrap());
    let kept = inode();
    load();
    assert_eq!(inode(), kept, "an authentic file is used, not written again");
    let mut wrong = right.clone();
    *wrong.last_mut().unwrap() ^= 1;
    fs::write(compiled(), &wrong).unwrap();
    load();
    assert_ne!(fs::read(compiled()).unwrap(), wrong, "a tampered file is replaced");
    assert_ne!(inode(), kept);
}

#[test]
fn settings_are_checked_by_the_schema_and_by_the_plugin_at_once() {
    let engine = engine(Limits { settings_bytes_max: 200, ..Limits::default() });
    let strict = Guest {
        schema: r#"{"type": "object", "properties": {"rate": {"type": "number"}}}"#,
        problem: Some(("/names", "is not what I want")),
        ..guest()
    };
    let plugin = engine.load(&strict.component()).unwrap();
    let problems = plugin.settings_problems(&engine, r#"{"rate": "x", "names": []}"#).unwrap();
    let places: Vec<&str> = problems.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(places, ["/names", "/rate"]);
    let whole = |message: &str| vec![SettingsProblem { pointer: String::new(), message: message.to_owned() }];
    let long = format!("\"{}\"", "x".repeat(300));
    assert_eq!(plugin.settings_problems(&engine, &long), Ok(whole("bytes of settings: 302 used, 200 allowed")));
    assert!(
        plugin.settings_problems(&engine, "{").unwrap().iter().all(|problem| problem.message.starts_with("not JSON"))
    );
    let lenient = engine.load(&guest().component()).unwrap();
    assert_eq!(lenient.settings_problems(&engine, "{}"), Ok(Vec::new()));
}
