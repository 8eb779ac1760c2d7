//! What a collector's answer makes of a batch.

use crate::egress::{Response, error::EgressError};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message as _;
use std::time::Duration;
use tidegate_core::one_line::one_line;

/// Characters of a collector's message, at most.
pub(super) const MESSAGE_CHARS_MAX: usize = 300;

/// Statuses in 4xx that say nothing of what was sent: who asks (a credential that ran out is mended), where, when, and how often.
const NOT_ABOUT_SPANS: [u16; 7] = [401, 403, 404, 407, 408, 425, 429];

/// What becomes of a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was taken, but for so many spans.
    Taken {
        /// Spans.
        rejected: u64,
        /// Why, or what else the collector says; empty when it says nothing.
        message: String,
    },
    /// It is to be sent again.
    Again {
        /// Why.
        why: String,
        /// How long the collector wants to be left alone.
        after: Option<Duration>,
    },
    /// It will never be taken as it is.
    Refused {
        /// Why.
        why: String,
    },
}

/// `asked`: none when there was nothing to send.
pub(super) fn verdict(asked: Option<&Result<Response, EgressError>>) -> Verdict {
    match asked {
        None => Verdict::Taken { rejected: 0, message: String::new() },
        Some(Err(error)) => Verdict::Again { why: one_line(&error.to_string(), MESSAGE_CHARS_MAX), after: None },
        Some(Ok(response)) if response.is_success() => taken(&response.body),
        Some(Ok(response)) => {
            let (status, why) = (response.status, format!("status {}", response.status));
            if (400..500).contains(&status) && !NOT_ABOUT_SPANS.contains(&status) {
                Verdict::Refused { why }
            } else {
                Verdict::Again { why, after: response.retry_after }
            }
        }
    }
}

/// A collector that took it and says so in other words took it all the same.
fn taken(body: &[u8]) -> Verdict {
    let partial = ExportTraceServiceResponse::decode(body).ok().and_then(|answer| answer.partial_success);
    let partial = partial.unwrap_or_default();
    Verdict::Taken {
        rejected: u64::try_from(partial.rejected_spans).unwrap_or(0),
        message: one_line(&partial.error_message, MESSAGE_CHARS_MAX),
    }
}
