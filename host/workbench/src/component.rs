//! A core module becomes a component, in this process.

use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

/// A core module that is no plugin.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a component of the module: {0}")]
pub struct ComponentError(String);

/// Wraps a core module that carries its WIT world (as bindings put it there) into a validated component. No adapters: a module
/// that needs WASI fails here and says which import is unknown.
pub fn componentise(module: &[u8]) -> Result<Vec<u8>, ComponentError> {
    let encoded = ComponentEncoder::default().validate(true).module(module).and_then(|encoder| encoder.encode());
    encoded.map_err(|error| ComponentError(format!("{error:#}")))
}

/// The size of the largest core module in a component; 0 where there is none.
pub(crate) fn largest_module_bytes(component: &[u8]) -> usize {
    let size = |payload| match payload {
        Ok(Payload::ModuleSection { unchecked_range, .. }) => {
            usize::try_from(unchecked_range.end.saturating_sub(unchecked_range.start)).ok()
        }
        _ => None,
    };
    Parser::new(0).parse_all(component).filter_map(size).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{componentise, largest_module_bytes};

    #[test]
    fn bytes_that_are_no_module_are_refused() {
        for bytes in [&b""[..], b"\0asm", b"#!/bin/sh"] {
            let error = componentise(bytes).unwrap_err().to_string();
            assert!(error.starts_with("cannot make a component of the module: "), "{error}");
        }
    }

    #[test]
    fn a_module_without_imports_and_exports_gives_an_empty_component() {
        let module = b"\0asm\x01\0\0\0";
        let component = componentise(module).unwrap();
        assert!(component.starts_with(b"\0asm\x0d\0\x01\0"), "{component:?}");
        assert!(largest_module_bytes(&component) < component.len());
    }
}
