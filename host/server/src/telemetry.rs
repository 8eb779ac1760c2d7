//! What the gate says about itself: log lines on stderr, spans to a collector, numbers to whoever scrapes `/metrics`.
//!
//! Spans are exported when `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` is set. The level of log
//! lines is configuration; `RUST_LOG` is not read.
//!
//! **Invariant:** telemetry decides nothing: a collector that is dead, slow or wrong costs spans, never a decision.
//! **Invariant:** every decision is sampled, whatever the caller's flag says.
//! **Invariant:** no line on stderr holds a control character other than its end.

pub mod context;
pub mod metrics;
pub mod names;

mod collector;
mod export;
pub(crate) mod log;
#[cfg(test)]
pub(crate) mod memory;
mod reporting;
#[cfg(test)]
mod tests;

use self::collector::Collector;
use crate::config::LogConfig;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::time::Duration;
use tracing::{Dispatch, dispatcher};
use tracing_subscriber::{Registry, fmt::MakeWriter, layer::SubscriberExt as _};

/// The target of spans that are a part of a decision's tree: that tree is exported from the ledger, and never twice.
pub const TREE: &str = "tidegate::tree";

/// How long the end of the program waits for the last spans to arrive.
const FAREWELL_MAX: Duration = Duration::from_secs(3);

/// Holds telemetry up; what is left is sent when it is dropped. To be kept until the very end of `main`, which has to return
/// rather than to call `std::process::exit`.
#[must_use = "telemetry ends when this is dropped"]
#[derive(Debug)]
pub struct Guard {
    provider: Option<SdkTracerProvider>,
}

/// Starts telemetry for the whole process. Where it has been started before, that one stays.
pub fn start(config: &LogConfig) -> Guard {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let (collector, mut troubles) = collector::from_variables(variable);
    let (dispatch, guard) = assemble(*config, std::io::stderr, collector, &mut troubles);
    let _ = dispatcher::set_global_default(dispatch);
    for trouble in troubles {
        tracing::warn!(target: log::OURS, "{trouble}");
    }
    guard
}

/// Lines to a writer and spans to a collector; what is wrong with the latter is added to `troubles`.
fn assemble<W>(
    config: LogConfig,
    writer: W,
    collector: Option<Collector>,
    troubles: &mut Vec<String>,
) -> (Dispatch, Guard)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let mut layers = vec![log::layer(config, writer)];
    let mut provider = None;
    if let Some(collector) = collector {
        match export::provider(&collector) {
            Ok(made) => {
                layers.push(export::layer(&made));
                provider = Some(made);
            }
            Err(error) => troubles.push(format!("spans are not exported: {error}")),
        }
    }
    (Dispatch::new(Registry::default().with(layers)), Guard { provider })
}

impl Guard {
    /// Whether spans go to a collector.
    #[must_use]
    pub fn exports(&self) -> bool {
        self.provider.is_some()
    }

    /// Sends what is left. Waits for it a few seconds at most.
    pub fn flush(&self) {
        // That it failed has been said by whoever tried to send.
        let _ = self.provider.as_ref().map(SdkTracerProvider::force_flush);
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.provider.take().map(|provider| provider.shutdown_with_timeout(FAREWELL_MAX));
    }
}
