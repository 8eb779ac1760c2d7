//! What a decision is.
//!
//! Types that cannot hold nonsense, and pure functions over them: which evidence may be judged ([`sufficiency`]), what a
//! plugin's report means ([`interpret`]), and what all stage results together decide ([`decide`]).
//!
//! **Invariant:** no I/O, no clock, no randomness, no async, no WebAssembly, no HTTP, no serde. Time is a parameter.
//! **Invariant:** the same inputs give the same [`decision::Decision`], whatever the order of evidence or stages' completion.

pub mod baseline;
pub mod break_glass;
pub mod decide;
pub mod decision;
pub mod deployment;
pub mod digest;
pub mod evidence;
pub mod fault;
pub mod finding;
pub mod incident;
pub mod interpret;
pub mod judge;
pub mod judgement;
pub mod mend;
pub mod name;
pub mod obligation;
pub mod observation;
pub mod one_line;
pub mod permit;
pub mod plan;
pub mod policy;
pub mod ratio;
pub mod report;
pub mod score;
pub mod shadow;
pub mod signer;
pub mod stage_result;
pub mod sufficiency;
pub mod text_form;
pub mod time;
pub mod trust;
pub mod vex;
pub mod vulnerability;
pub mod waiver;
mod warnings;
pub mod wasi;
