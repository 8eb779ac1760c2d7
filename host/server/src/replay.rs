//! A recorded decision judged again, from nothing but the record: equal, or differs because …, or not replayable because ….
//!
//! **Invariant:** the judgement is made by [`Bench::judge`](crate::gate::ruling::Bench::judge), as every decision is. **Invariant:** what
//! cannot be known from the record is never called equal. **Invariant:** the record is only read, all of one decision at one moment, and
//! nothing is read any more while plugins run.

pub mod again;
pub mod answer;
pub mod impact;
pub mod past;
pub mod reason;
