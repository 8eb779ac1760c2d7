//! What a component asks for and what it offers, read from its bytes before anything is compiled: its imports are its manifest.

use std::fmt;
use wasmparser::{ComponentExternalKind, Encoding, Parser, Payload};

/// The package every import and export is named in.
const PACKAGE: &str = "tidegate:policy/";
/// What a plugin may import. `types` holds no function and grants nothing.
const OFFERED: [&str; 3] = ["types", "evidence", "log"];
/// Names of an error message, at most; a component may have a million.
const NAMES_MAX: usize = 16;
/// Characters of one such name, at most.
const NAME_CHARS_MAX: usize = 120;

/// What a plugin can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// May this deployment go out?
    Gate,
    /// Must it be undone?
    Rollback,
    /// How urgent is this incident?
    Severity,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Gate, Self::Rollback, Self::Severity];

    /// The interface's name in the contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Rollback => "rollback",
            Self::Severity => "severity",
        }
    }
}

/// What a component asks for and what it offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Interfaces of the contract that it imports, as written.
    pub imports: Vec<String>,
    /// What it can be asked, sorted; at least one.
    pub kinds: Vec<Kind>,
}

/// Why a file is not a plugin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not WebAssembly, or cut short.
    #[error("not a WebAssembly component: {0}")]
    NotWasm(String),
    /// A core module.
    #[error("a core WebAssembly module, not a component; hint: `tidegate plugin build` makes one of it")]
    CoreModule,
    /// It asks for more than there is.
    #[error("imports what the contract does not offer: {0}")]
    Imports(Names),
    /// It does not say who it is.
    #[error("does not export `{PACKAGE}plugin@0.1`; exported are: {0}")]
    NoDescription(Names),
    /// It cannot be asked anything.
    #[error(
        "exports none of `{PACKAGE}gate@0.1`, `{PACKAGE}rollback@0.1` and `{PACKAGE}severity@0.1`; exported are: {0}"
    )]
    NoKind(Names),
}

/// Names taken from a component: shown escaped, cut, and only the first few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names(pub Vec<String>);

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (place, name) in self.0.iter().take(NAMES_MAX).enumerate() {
            let cut: String = name.chars().take(NAME_CHARS_MAX).collect();
            write!(f, "{}`{}`", if place == 0 { "" } else { ", " }, cut.escape_debug())?;
        }
        match self.0.len().saturating_sub(NAMES_MAX) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

impl Manifest {
    /// Reads the component's own import and export sections; those of nested components do not reach the host.
    pub fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        let Outer { imports, exports } = Outer::read(bytes)?;
        let refused: Vec<String> = imports.iter().filter(|import| !import.offered).map(|i| i.name.clone()).collect();
        if !refused.is_empty() {
            return Err(ManifestError::Imports(Names(refused)));
        }
        if !exports.iter().any(|export| interface(export) == Some("plugin")) {
            return Err(ManifestError::NoDescription(Names(exports)));
        }
        let offers = |kind: Kind| exports.iter().any(|export| interface(export) == Some(kind.word()));
        let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| offers(*kind)).collect();
        if kinds.is_empty() {
            return Err(ManifestError::NoKind(Names(exports)));
        }
        Ok(Self { imports: imports.into_iter().map(|import| import.name).collect(), kinds })
    }
}

struct Import {
    name: String,
    offered: bool,
}

struct Outer {
    imports: Vec<Import>,
    exports: Vec<String>,
}

impl Outer {
    fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        let mut outer = Self { imports: Vec::new(), exports: Vec::new() };
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(malformed)? {
                Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                    return Err(ManifestError::CoreModule);
                }
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                // Also the outermost ends, at depth 0.
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        let import = import.map_err(malformed)?;
                        let instance = import.ty.kind() == ComponentExternalKind::Instance;
                        let name = import.name.name.to_owned();
                        let offered = instance && interface(&name).is_some_and(|i| OFFERED.contains(&i));
                        outer.imports.push(Import { name, offered });
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        let export = export.map_err(malformed)?;
                        if export.kind == ComponentExternalKind::Instance {
                            outer.exports.push(export.name.name.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(outer)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn malformed(error: wasmparser::BinaryReaderError) -> ManifestError {
    ManifestError::NotWasm(error.to_string())
}

/// The interface of the contract that a name means: `evidence` of `tidegate:policy/evidence@0.1.3`.
fn interface(name: &str) -> Option<&str> {
    let (interface, version) = name.strip_prefix(PACKAGE)?.split_once('@')?;
    let patch = version.strip_prefix("0.1.")?;
    (!patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit())).then_some(interface)
}

#[cfg(test)]
mod tests {
    use super::{Kind, Manifest, ManifestError, Names, interface};

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
        assert_eq!(
            error.to_string(),
            "imports what the contract does not offer: `wasi:clocks/wall-clock@0.2.0`, `tidegate:policy/gate@0.1.0`, `read-file`"
        );
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
        let parts = r#"(component) (core module) (import "wasi:io/streams@0.2.0" (instance))"#;
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
}
