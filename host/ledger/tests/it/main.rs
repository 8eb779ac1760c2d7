//! The ledger through its public face, and through the database file where somebody tampers with it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod arbitrary;
mod backend;
mod batches;
mod bodies;
mod checkpoints;
mod cost;
mod durability;
mod expiry;
mod failures;
mod file;
mod generate;
mod golden;
mod idempotency;
mod leaves;
mod mends;
mod notices;
mod permits;
mod rebuild;
mod receipts;
mod round_trip;
mod sample;
mod shadows;
mod signing_keys;
mod span_index;
mod spans;
mod statements;
mod tampering;
mod trace_search;
mod tree;
mod trees;
mod verify;
mod world;
