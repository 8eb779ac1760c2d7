//! The same tests on PostgreSQL, and those that only several gates on one database can do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "../it/arbitrary.rs"]
mod arbitrary;
#[path = "../it/archived_acts.rs"]
mod archived_acts;
#[path = "../it/archives.rs"]
mod archives;
#[path = "../it/archives_found.rs"]
mod archives_found;
#[path = "../it/archives_kept.rs"]
mod archives_kept;
mod backend;
#[path = "../it/batches.rs"]
mod batches;
#[path = "../it/bodies.rs"]
mod bodies;
#[path = "../it/checkpoints.rs"]
mod checkpoints;
#[path = "../it/clock.rs"]
mod clock;
mod cluster;
#[path = "../it/cost.rs"]
mod cost;
#[path = "../it/durability.rs"]
mod durability;
#[path = "../it/expiry.rs"]
mod expiry;
#[path = "../it/failures.rs"]
mod failures;
#[path = "../it/generate.rs"]
mod generate;
#[path = "../it/golden.rs"]
mod golden;
#[path = "../it/idempotency.rs"]
mod idempotency;
#[path = "../it/incidents.rs"]
mod incidents;
mod leases;
#[path = "../it/leaves.rs"]
mod leaves;
#[path = "../it/maintenances.rs"]
mod maintenances;
#[path = "../it/mends.rs"]
mod mends;
#[path = "../it/notices.rs"]
mod notices;
#[path = "../it/permits.rs"]
mod permits;
#[path = "../it/rebuild.rs"]
mod rebuild;
#[path = "../it/receipts.rs"]
mod receipts;
#[path = "../it/redactions.rs"]
mod redactions;
#[path = "../it/retention.rs"]
mod retention;
#[path = "../it/rollbacks.rs"]
mod rollbacks;
#[path = "../it/rotation.rs"]
mod rotation;
#[path = "../it/round_trip.rs"]
mod round_trip;
#[path = "../it/sample.rs"]
mod sample;
#[path = "../it/search.rs"]
mod search;
mod several;
#[path = "../it/shadows.rs"]
mod shadows;
#[path = "../it/snapshots.rs"]
mod snapshots;
#[path = "../it/span_index.rs"]
mod span_index;
#[path = "../it/spans.rs"]
mod spans;
#[path = "../it/statements.rs"]
mod statements;
#[path = "../it/stats.rs"]
mod stats;
#[path = "../it/tampering.rs"]
mod tampering;
#[path = "../it/trace_search.rs"]
mod trace_search;
#[path = "../it/tree.rs"]
mod tree;
#[path = "../it/trees.rs"]
mod trees;
#[path = "../it/verifications.rs"]
mod verifications;
#[path = "../it/verify.rs"]
mod verify;
#[path = "../it/versions.rs"]
mod versions;
#[path = "../it/views.rs"]
mod views;
#[path = "../it/watch_alerts.rs"]
mod watch_alerts;
#[path = "../it/watches.rs"]
mod watches;
#[path = "../it/witnesses.rs"]
mod witnesses;
#[path = "../it/world.rs"]
mod world;
