//! What is read from a component, and what is refused.

use super::{Kind, Manifest, ManifestError, Names, interface};
use tidegate_core::wasi::Wasi;

fn component(parts: &str) -> Vec<u8> {
    wat::parse_str(format!("(component (instance $empty) {parts})")).unwrap()
}

fn export(name: &str) -> String {
    format!(r#"(export "{name}" (instance $empty))"#)
}

fn gate() -> String {
    export("tidegate:policy/plugin@0.1.0") + &export("tidegate:policy/gate@0.1.0")
}

#[test]
fn interfaces_of_the_contract_are_told_apart_from_others() {
    for (name, expected) in [
        ("tidegate:policy/evidence@0.1.0", Some("evidence")),
        ("tidegate:policy/evidence@0.1.17", Some("evidence")),
        ("tidegate:policy/evidence@0.2.0", None),
        ("tidegate:policy/evidence@0.1.0-rc.1", None),
        ("tidegate:policy/evidence@0.1.", None),
        ("tidegate:policy/evidence", None),
        ("other:policy/evidence@0.1.0", None),
        ("wasi:clocks/wall-clock@0.2.0", None),
    ] {
        assert_eq!(interface(name), expected, "{name}");
    }
}

#[test]
fn a_plugin_is_read() {
    let imports =
        r#"(import "tidegate:policy/log@0.1.2" (instance)) (import "tidegate:policy/types@0.1.0" (instance))"#;
    let manifest = Manifest::read(&component(&format!("{imports}{}", gate()))).unwrap();
    assert_eq!(manifest.imports, ["tidegate:policy/log@0.1.2", "tidegate:policy/types@0.1.0"]);
    assert_eq!(manifest.kinds, [Kind::Gate]);
}

#[test]
fn every_import_beyond_the_contract_is_named() {
    let imports = r#"(import "wasi:clocks/wall-clock@0.2.0" (instance)) (import "tidegate:policy/log@0.1.0" (instance))
        (import "tidegate:policy/gate@0.1.0" (instance)) (import "read-file" (func))"#;
    let error = Manifest::read(&component(&format!("{imports}{}", gate()))).unwrap_err();
    let expected = "imports what the contract does not offer: `wasi:clocks/wall-clock@0.2.0`, `tidegate:policy/gate@0.1.0`, `read-file`; hint: ";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn wasi_is_refused_unless_it_is_granted_and_then_no_more_than_that() {
    let clock = r#"(import "wasi:clocks/wall-clock@0.2.0" (instance))"#;
    let bytes = component(&format!("{clock}{}", gate()));
    let error = Manifest::read(&bytes).unwrap_err().to_string();
    assert!(
        error.starts_with("imports WASI, which nobody granted it: `wasi:clocks/wall-clock@0.2.0`; hint: "),
        "{error}"
    );
    let granted = Manifest::read_granting(&bytes, Wasi::Inert).unwrap();
    assert_eq!((granted.imports.len(), granted.wasi), (0, vec!["wasi:clocks/wall-clock@0.2.0".to_owned()]));
    for (other, name) in [
        (r#"(import "wasi:clocks/wall-clock@0.3.0" (instance))"#, "wasi:clocks/wall-clock@0.3.0"),
        (r#"(import "wasi:io/now@0.2.0" (func))"#, "wasi:io/now@0.2.0"),
        (r#"(import "read-file" (func))"#, "read-file"),
    ] {
        let bytes = component(&format!("{clock}{other}{}", gate()));
        let error = Manifest::read_granting(&bytes, Wasi::Inert).unwrap_err();
        assert_eq!(error, ManifestError::Imports(Names(vec![name.to_owned()])), "{other}");
    }
}

#[test]
fn an_offered_name_that_is_no_interface_is_refused() {
    let bytes = component(&format!(r#"(import "tidegate:policy/log@0.1.0" (func)){}"#, gate()));
    assert!(matches!(Manifest::read(&bytes), Err(ManifestError::Imports(_))));
}

#[test]
fn imports_of_nested_components_do_not_count() {
    let nested = r#"(component (import "wasi:io/streams@0.2.0" (instance))) (core module (import "a" "b" (func)))"#;
    assert!(Manifest::read(&component(&format!("{nested}{}", gate()))).is_ok());
}

#[test]
fn imports_after_a_nested_component_count() {
    let parts = r#"(component) (core module) (import "other:io/streams@0.2.0" (instance))"#;
    assert!(matches!(Manifest::read(&component(&format!("{parts}{}", gate()))), Err(ManifestError::Imports(_))));
}

#[test]
fn a_component_that_cannot_be_asked_is_refused() {
    let only = |name: &str| Manifest::read(&component(&export(name)));
    assert!(matches!(only("tidegate:policy/gate@0.1.0"), Err(ManifestError::NoDescription(_))));
    assert!(matches!(only("tidegate:policy/plugin@0.1.0"), Err(ManifestError::NoKind(_))));
}

#[test]
fn other_bytes_are_refused() {
    assert!(matches!(Manifest::read(&wat::parse_str("(module)").unwrap()), Err(ManifestError::CoreModule)));
    let whole = component(&gate());
    for bytes in [&b""[..], b"not wasm", whole.get(..whole.len() - 3).unwrap()] {
        assert!(matches!(Manifest::read(bytes), Err(ManifestError::NotWasm(_))), "{bytes:?}");
    }
}

#[test]
fn hostile_names_are_shown_escaped_and_cut() {
    let names = Names((0..20).map(|n| format!("\u{1b}[31m{n}{}", "x".repeat(1000))).collect());
    let text = names.to_string();
    assert!(!text.contains('\u{1b}') && text.len() < 4000 && text.ends_with(" and 4 more"), "{text}");
}
