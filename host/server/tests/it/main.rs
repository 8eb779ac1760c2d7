//! The gate as its users meet it: over HTTP and on the command line, with real plugins and a real ledger.
//!
//! One binary: the plugins are built and the world is linked once.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on should stop")]

mod archives;
mod audit;
mod authority;
mod bad_plugins;
mod baselines;
mod break_glass;
mod canaries;
mod checklist;
mod clock;
mod command_line;
mod connections;
mod crash;
mod crowd;
mod determinism;
mod disk;
mod examples;
mod hostile;
mod incidents;
mod inert;
mod keeping;
mod layers;
mod lifecycle;
mod log;
mod maintenances;
mod malformed;
mod mends;
mod notices;
mod obligations;
mod oidc;
mod openapi;
mod orders;
mod permits;
mod plugin_projects;
mod plugin_registry;
mod policy_commands;
mod postgres;
mod readme;
mod reload;
mod replay;
mod restores;
mod rollbacks;
mod scrub;
mod secrets;
mod security_page;
mod several;
mod shadow;
mod shares;
mod signed;
mod signed_security;
mod slow;
mod statements;
mod tempo;
mod tls;
mod tokens;
mod traces;
mod verifications;
mod waivers;
mod watches;
mod wire;
mod witness;
mod world;
