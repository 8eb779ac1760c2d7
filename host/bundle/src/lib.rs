//! Policy sets and plugin references: YAML to core.
//!
//! [`sources::read_sets`] reads files into [`sources::Sources`]; once the plugins they name are loaded and their digests known,
//! [`sources::Sources::resolve`] makes a [`bundle::Bundle`] of them, which chooses the policy set of a deployment. [`document`]
//! reads any YAML file by a JSON Schema; the server's own configuration is read by it too. [`layers`] are overrides for environments
//! and services over a set; [`lint`] says what is allowed, but probably not meant.
//!
//! **Invariant:** no I/O and no clock: files are handed in as text, time is a parameter.
//! **Invariant:** every mistake of every file is reported at once, with line and column; a file with a mistake is never half used.
//! **Invariant:** two sets of one bundle never fit the same deployment: a bundle in which they could is not made.

pub mod bundle;
mod canonical;
pub mod choose;
pub mod document;
pub mod duration;
pub mod effective;
pub mod glob;
pub mod identities;
pub mod key;
pub mod layers;
pub mod lint;
pub mod maintenance;
pub mod matching;
pub mod occasions;
mod raw;
mod resolved;
pub mod rollbacks;
pub mod sources;
pub mod template;
pub mod troubleshooting;
pub mod trust;
pub mod waivers;
