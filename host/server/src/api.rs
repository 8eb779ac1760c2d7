//! The JSON of the HTTP API, and its conversions from and to core. One shape serves server and client alike.

pub mod alerts;
pub mod answer;
pub mod answer_of;
pub mod deployments;
pub mod effective;
pub mod found;
pub mod guided;
pub mod incident_notice;
pub mod incidents;
pub mod masked;
pub mod notice;
pub mod obligations;
pub mod observations;
pub mod order;
pub mod permit;
pub mod problem;
pub mod request;
pub mod rollbacks;
pub mod shadow;
pub mod statements;
pub mod stats;
pub mod status;
pub mod tempo;
pub mod tokens;
pub mod waivers;
pub mod watches;
