//! The record: every decision and every act of power, in order, for good.
//!
//! One SQLite file (write-ahead log, `synchronous=FULL`) with one writer, or a database on PostgreSQL that several gates share, one after the
//! other. Commits group themselves: what arrives while the disk is busy goes out with the next commit. An acknowledged record survives a crash
//! of the process and of the machine.
//!
//! **Invariant:** the only crate that names a database. **Invariant:** no clock: every moment is handed in.
//! **Invariant:** a record is acknowledged only after the commit that holds it, its bodies and its idempotency key.
//! **Invariant:** leaves are never updated or deleted (triggers); people, justifications and label values stand in
//! them as salted digests only. **Invariant:** after every commit an RFC 6962 tree stands over all leaves, and no checkpoint
//! is signed that contradicts a kept one. **Invariant:** what is read back is verified against its digest first, and
//! decompressed under a limit.

pub mod act;
pub mod agreement;
pub mod archive;
pub mod backup;
pub mod body;
mod bounded;
pub mod change;
pub mod checkpoint;
mod cited;
mod compared_with;
pub mod config;
pub mod confirmation;
pub mod cosignature;
pub mod cost;
pub mod counters;
pub mod damage;
mod decisions;
pub mod error;
pub mod event;
pub mod evidence;
pub mod faster;
pub mod forced;
pub mod generate;
pub mod hold;
pub mod id;
pub mod idempotency;
pub mod incident;
mod leaf;
pub mod leaf_size;
pub mod ledger;
pub mod maintenance;
mod notary;
pub mod note;
pub mod notice;
pub mod obligation;
pub mod permit;
pub mod place;
mod private;
mod projections;
pub mod proof;
pub mod reading;
pub mod rebuild;
pub mod receipt;
pub mod record;
pub mod removal;
pub mod replay;
pub mod restoration;
pub mod restore;
pub mod retention;
pub mod rollback;
pub mod rotation;
pub mod schema;
pub mod search;
mod secret_file;
mod shape;
pub mod sidecar;
pub mod signing_key;
pub mod snapshot;
pub mod span_index;
pub mod spans;
pub mod sql;
pub mod statement;
pub mod stats;
mod store;
pub mod stored;
pub mod tile;
pub mod token;
pub mod trace_search;
pub mod traceql;
mod tree;
pub mod verification;
pub mod verify;
pub mod watch;
pub mod watch_alert;
pub mod witness;
mod writer;
