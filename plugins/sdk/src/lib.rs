//! What a Rust plugin author uses: plain types, one trait per interface, one macro that exports it.
//!
//! A plugin is a pure function from a request and its evidence to a report, so it is tested natively, on [`fixture`]s:
//!
//! ```
//! use tidegate_sdk::{
//!     describe::{Description, Rule},
//!     evidence::Evidence,
//!     export_gate,
//!     finding::{Finding, Severity},
//!     gate::{Failure, Gate, Request},
//!     report::Report,
//! };
//!
//! pub struct SignedOff;
//!
//! impl Gate for SignedOff {
//!     type Settings = ();
//!
//!     fn describe() -> Description {
//!         Description::new("signed-off", "0.1.0", "Somebody signed off.", r#"{"type": "null"}"#)
//!             .rule(Rule::new("signed-off", "Somebody signed off", Severity::High))
//!     }
//!
//!     fn evaluate(_request: &Request<()>, evidence: &Evidence) -> Result<Report, Failure> {
//!         if evidence.documents().is_empty() {
//!             return Err(Failure::BadEvidence("there is no document".to_owned()));
//!         }
//!         let signed = evidence.documents().iter().all(|document| document.source().signer.is_some());
//!         let finding = Finding::new("signed-off", Severity::High, "a document has no signer").decisive();
//!         Ok(Report::of(if signed { vec![] } else { vec![finding] }, None))
//!     }
//! }
//!
//! export_gate!(SignedOff);
//! ```
//!
//! **Invariant:** no type generated from `wit/` is in an author's way.
//! **Invariant:** the same plugin code runs natively and as WebAssembly; only the evidence behind it differs.
//! **Invariant:** a plugin that stays within the arena never grows its memory.

pub mod decimal;
pub mod deployment;
pub mod describe;
pub mod evidence;
pub mod finding;
pub mod gate;
pub mod limits;
pub mod log;
pub mod parts;
pub mod pattern;
pub mod report;
pub mod rollback;
pub mod settings;
pub mod severity;
pub mod span;
pub mod text;
pub mod trigger;

#[cfg(not(target_arch = "wasm32"))]
pub mod fixture;
#[cfg(not(target_arch = "wasm32"))]
mod memory;
#[cfg(not(target_arch = "wasm32"))]
use memory as backend;

pub mod arena;
mod export;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod wasm;
#[cfg(target_arch = "wasm32")]
use wasm::evidence as backend;
