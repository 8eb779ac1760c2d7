//! What is in a plugin's file, also in one that cannot be loaded.

use std::sync::Arc;
use tidegate_core::{digest::Digest, wasi::Wasi};
use tidegate_engine::{
    config::EngineConfig,
    engine::{Engine, EngineError},
    load::LoadError,
    plugin::Plugin,
};
use wasmparser::{BinaryReaderError, KnownCustom, Parser, Payload, ProducersSectionReader};

/// A plugin's file, looked into.
#[derive(Debug)]
pub struct Inspection {
    /// Of its bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// Everything it imports, whether the contract offers it or not.
    pub imports: Vec<String>,
    /// Everything it exports.
    pub exports: Vec<String>,
    /// What it was made with, sorted, each once.
    pub producers: Vec<Producer>,
    /// What the engine says: the plugin with its description, or why it is none.
    pub plugin: Result<Arc<Plugin>, LoadError>,
}

/// A tool or language that took part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Producer {
    /// `language`, `processed-by` or `sdk`.
    pub role: String,
    /// E.g. `wit-component`.
    pub name: String,
    /// May be empty.
    pub version: String,
}

/// Why a file cannot be looked into.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// Not WebAssembly, or cut short.
    #[error("not a WebAssembly file: {0}")]
    NotWasm(#[from] BinaryReaderError),
    /// The engine that would load it cannot be made.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Why bytes are not a plugin that can be used.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The engine that would load it cannot be made.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The engine refuses it.
    #[error("not a plugin that fits the contract: it {0}")]
    Load(#[from] LoadError),
}

/// Loads the component as a gate would whose policy set grants what can be granted, and returns what it says of itself.
pub fn verify(component: &[u8]) -> Result<Arc<Plugin>, VerifyError> {
    Ok(engine()?.load_granting(component, Wasi::Inert)?)
}

/// Looks into a file.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, InspectError> {
    let Outline { imports, exports, mut producers } = Outline::read(bytes)?;
    producers.sort();
    producers.dedup();
    let plugin = engine()?.load_granting(bytes, Wasi::Inert);
    let (digest, size_bytes) = (Digest::of(bytes), bytes.len() as u64);
    Ok(Inspection { digest, size_bytes, imports, exports, producers, plugin })
}

fn engine() -> Result<Engine, EngineError> {
    Engine::new(&EngineConfig { slots: 1, ..EngineConfig::default() })
}

#[derive(Default)]
struct Outline {
    imports: Vec<String>,
    exports: Vec<String>,
    producers: Vec<Producer>,
}

impl Outline {
    /// Imports and exports of the outermost module or component, producers of everything in it.
    fn read(bytes: &[u8]) -> Result<Self, BinaryReaderError> {
        let mut outline = Self::default();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                // Also the outermost ends, at depth 0.
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        outline.imports.push(import?.name.name.to_owned());
                    }
                }
                Payload::ImportSection(section) if depth == 0 => {
                    for import in section.into_imports() {
                        let import = import?;
                        outline.imports.push(format!("{}::{}", import.module, import.name));
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        outline.exports.push(export?.name.name.to_owned());
                    }
                }
                Payload::ExportSection(section) if depth == 0 => {
                    for export in section {
                        outline.exports.push(export?.name.to_owned());
                    }
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Producers(fields) = section.as_known() {
                        outline.producers(fields)?;
                    }
                }
                _ => {}
            }
        }
        Ok(outline)
    }

    fn producers(&mut self, fields: ProducersSectionReader<'_>) -> Result<(), BinaryReaderError> {
        for field in fields {
            let field = field?;
            for value in field.values {
                let value = value?;
                self.producers.push(Producer {
                    role: field.name.to_owned(),
                    name: value.name.to_owned(),
                    version: value.version.to_owned(),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{InspectError, VerifyError, inspect, verify};
    use tidegate_engine::load::LoadError;

    #[test]
    fn a_file_that_is_no_wasm_cannot_be_looked_into() {
        assert!(matches!(inspect(b"#!/bin/sh"), Err(InspectError::NotWasm(_))));
    }

    #[test]
    fn a_core_module_is_shown_and_the_engine_says_why_it_is_no_plugin() {
        let module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02\x09\x01\x03env\x01f\0\0";
        let inspection = inspect(module).unwrap();
        assert_eq!(inspection.imports, ["env::f"]);
        assert!(matches!(inspection.plugin, Err(LoadError::Manifest(_))), "{:?}", inspection.plugin);
        assert!(matches!(verify(module), Err(VerifyError::Load(LoadError::Manifest(_)))));
    }
}
