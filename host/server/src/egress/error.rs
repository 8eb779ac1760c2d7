//! Why a destination did not answer. No text here holds a credential, a query value or a body.

use std::{net::IpAddr, time::Duration};

/// An address that is not of the open network, and that the destination does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not of the open network, and not listed under `private`")]
pub struct Unlisted(pub IpAddr);

/// Why a destination did not answer.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The configuration does not name it.
    #[error("there is no destination `{0}` under `egress`")]
    Unknown(String),
    /// It cannot be asked at all.
    #[error("destination `{destination}`: {cause}")]
    Setup {
        /// Which.
        destination: String,
        /// Why.
        cause: String,
    },
    /// Its credential is not at hand.
    #[error("destination `{destination}`: its credential {cause}")]
    Credential {
        /// Which.
        destination: String,
        /// Why; without a word of the credential.
        cause: String,
    },
    /// A part of a path that would lead elsewhere.
    #[error("destination `{destination}`: an empty path segment, `.`, `..` and control characters lead elsewhere")]
    Segment {
        /// Which.
        destination: String,
    },
    /// It leads where it must not.
    #[error("destination `{destination}`: {unlisted}")]
    Address {
        /// Which.
        destination: String,
        /// Where.
        unlisted: Unlisted,
    },
    /// It says to ask somebody else.
    #[error("destination `{destination}`: status {status} redirects to `{location}`, and no redirect is followed")]
    Redirect {
        /// Which.
        destination: String,
        /// 3xx.
        status: u16,
        /// Where to, in one short line.
        location: String,
    },
    /// It says too much.
    #[error("destination `{destination}`: over {allowed} bytes used, {allowed} allowed")]
    TooLarge {
        /// Which.
        destination: String,
        /// Bytes.
        allowed: u64,
    },
    /// None of the connections that it may have was free in time to ask it.
    #[error("destination `{destination}`: no connection was free in time, {} ms allowed", .allowed.as_millis())]
    Crowded {
        /// Which.
        destination: String,
        /// For the whole request.
        allowed: Duration,
    },
    /// It takes too long.
    #[error("destination `{destination}`: over {} ms used, {} allowed", .allowed.as_millis(), .allowed.as_millis())]
    TooSlow {
        /// Which.
        destination: String,
        /// For the whole request.
        allowed: Duration,
    },
    /// It cannot be reached, or does not speak HTTP.
    #[error("destination `{destination}`: {cause}")]
    Transport {
        /// Which.
        destination: String,
        /// Why.
        cause: String,
    },
}
