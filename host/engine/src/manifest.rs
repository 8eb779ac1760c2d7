//! What a component asks for and what it offers, read from its bytes before anything is compiled: its imports are its manifest.

use crate::wasi::link;
use std::fmt;
use tidegate_core::wasi::Wasi;
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
    /// Interfaces of WASI that it imports, as written.
    pub wasi: Vec<String>,
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
    #[error(
        "imports what the contract does not offer: {0}; hint: a plugin gets the evidence and the log and nothing else, by the version of the \
         contract that this host has; the SDK that `tidegate plugin new` puts beside a project asks for no more"
    )]
    Imports(Names),
    /// It asks for WASI, which is not granted.
    #[error(
        "imports WASI, which nobody granted it: {0}; hint: say `wasi: inert` in the plugin's entry of the policy set, or build it \
         without WASI (Rust for wasm32-unknown-unknown, Python with `--stub-wasi`)"
    )]
    Wasi(Names),
    /// It does not say who it is.
    #[error(
        "does not export `{PACKAGE}plugin@0.1`; exported are: {0}; hint: build it against the contract of this host (`wit/`, 0.1), by the \
         SDK's `export_gate!`, `export_rollback!` or `export_severity!`"
    )]
    NoDescription(Names),
    /// It cannot be asked anything.
    #[error(
        "exports none of `{PACKAGE}gate@0.1`, `{PACKAGE}rollback@0.1` and `{PACKAGE}severity@0.1`; exported are: {0}; hint: build it \
         against the contract of this host (`wit/`, 0.1), for one of these worlds"
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
    /// As [`Self::read_granting`], where nothing of WASI is granted.
    pub fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        Self::read_granting(bytes, Wasi::Refused)
    }

    /// Reads the component's own import and export sections; those of nested components do not reach the host.
    pub fn read_granting(bytes: &[u8], granted: Wasi) -> Result<Self, ManifestError> {
        let Outer { imports, exports } = Outer::read(bytes)?;
        let named = |wanted: &dyn Fn(Of) -> bool| -> Vec<String> {
            imports.iter().filter(|import| wanted(import.of)).map(|import| import.name.clone()).collect()
        };
        let refused = named(&|of| of == Of::Others || (of == Of::Wasi && granted == Wasi::Refused));
        if imports.iter().any(|import| import.of == Of::Others) {
            return Err(ManifestError::Imports(Names(refused)));
        }
        if !refused.is_empty() {
            return Err(ManifestError::Wasi(Names(refused)));
        }
        if !exports.iter().any(|export| interface(export) == Some("plugin")) {
            return Err(ManifestError::NoDescription(Names(exports)));
        }
        let offers = |kind: Kind| exports.iter().any(|export| interface(export) == Some(kind.word()));
        let kinds: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| offers(*kind)).collect();
        if kinds.is_empty() {
            return Err(ManifestError::NoKind(Names(exports)));
        }
        Ok(Self { imports: named(&|of| of == Of::Contract), wasi: named(&|of| of == Of::Wasi), kinds })
    }
}

struct Import {
    name: String,
    of: Of,
}

/// Whose interface an import is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Contract,
    Wasi,
    Others,
}

impl Of {
    fn name(name: &str) -> Self {
        match interface(name) {
            Some(interface) if OFFERED.contains(&interface) => Self::Contract,
            None if link::interface(name).is_some() => Self::Wasi,
            _ => Self::Others,
        }
    }
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
                        let of = if instance { Of::name(&name) } else { Of::Others };
                        outer.imports.push(Import { name, of });
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

/// Whether a plugin may import what is named so, WASI only where it is granted. Of what kind it really is, only its bytes say: [`Manifest::read`].
#[must_use]
pub fn offers(import: &str, granted: Wasi) -> bool {
    match Of::name(import) {
        Of::Contract => true,
        Of::Wasi => granted == Wasi::Inert,
        Of::Others => false,
    }
}

/// The interface of the contract that a name means: `evidence` of `tidegate:policy/evidence@0.1.3`.
fn interface(name: &str) -> Option<&str> {
    let (interface, version) = name.strip_prefix(PACKAGE)?.split_once('@')?;
    let patch = version.strip_prefix("0.1.")?;
    (!patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit())).then_some(interface)
}

#[cfg(test)]
mod tests;
