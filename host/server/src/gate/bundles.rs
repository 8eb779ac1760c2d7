//! Bundles that people signed: where a gate is told whose signatures count, nothing else comes into force.
//!
//! **Invariant:** what decides was signed by whom the gate's own configuration asks for, looked at when it is handed in and again each
//! time it is taken from the record. **Invariant:** whoever wrote all of a bundle does not count among those who signed it.

mod act;
mod error;
mod kept;
mod opened;

pub use act::Source;
pub use error::BundleError;
pub(crate) use kept::{look, recorded};
pub use opened::opened;
