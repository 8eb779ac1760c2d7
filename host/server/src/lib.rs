//! The program `tidegate`: assembles the gate's parts and puts HTTP and a command line in front of them.
//!
//! **Invariant:** nothing here decides. Conversions between JSON and core live in [`api`]; the assembled gate in [`gate`];
//! routes in [`http`]; commands in [`cli`].
//! **Invariant:** no answer leaves [`gate`] before its record is durable.

pub mod api;
pub mod cases;
mod causes;
pub mod cli;
pub mod client;
pub mod config;
pub mod demo;
pub mod egress;
pub mod folder;
pub mod gate;
pub mod http;
pub mod identity;
pub mod load;
pub mod looked_through;
mod open_files;
pub mod probe;
pub mod registries;
pub mod render;
pub mod replay;
pub mod service;
pub mod signals;
pub mod telemetry;
