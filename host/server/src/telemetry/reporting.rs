//! An exporter that says when it stops working, and when it works again; not at every batch in between.

use super::log::OURS;
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Another exporter, and how it fares.
#[derive(Debug)]
pub(super) struct Reporting<E> {
    inner: E,
    endpoint: String,
    /// Spans lost since it stopped working; `None` while it works.
    lost: Mutex<Option<usize>>,
}

impl<E> Reporting<E> {
    pub(super) fn new(inner: E, endpoint: String) -> Self {
        Self { inner, endpoint, lost: Mutex::new(None) }
    }

    fn report(&self, result: &OTelSdkResult, spans: usize) {
        let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
        let endpoint = self.endpoint.as_str();
        match (result, *lost) {
            (Ok(()), None) => {}
            (Ok(()), Some(lost_spans)) => {
                *lost = None;
                tracing::warn!(target: OURS, endpoint, lost_spans, "spans are exported again");
            }
            (Err(_), Some(before)) => *lost = Some(before.saturating_add(spans)),
            (Err(error), None) => {
                *lost = Some(spans);
                tracing::warn!(target: OURS, endpoint, %error, "spans cannot be exported; decisions go on without");
            }
        }
    }
}

impl<E: SpanExporter> SpanExporter for Reporting<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let result = self.inner.export(batch).await;
        self.report(&result, spans);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn shutdown(&self) -> OTelSdkResult {
        self.inner.shutdown()
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::Reporting;
    use crate::{
        config::{LogConfig, LogFormat, LogLevel},
        telemetry::{log, memory::Memory},
    };
    use opentelemetry_sdk::error::OTelSdkError;
    use tracing_subscriber::layer::SubscriberExt as _;

    #[test]
    fn a_dead_collector_is_said_once_and_its_return_too() {
        let memory = Memory::default();
        let config = LogConfig { format: LogFormat::Text, level: LogLevel::Warn };
        let subscriber = tracing_subscriber::registry().with(log::layer(config, memory.writer()));
        tracing::subscriber::with_default(subscriber, || {
            let reporting = Reporting::new((), "http://c".to_owned());
            let failed = || Err(OTelSdkError::InternalFailure("network error".to_owned()));
            for result in [Ok(()), failed(), failed(), failed(), Ok(()), Ok(()), failed()] {
                reporting.report(&result, 10);
            }
        });
        let text = memory.text();
        let said: Vec<&str> =
            text.lines().filter_map(|line| line.split_once("tidegate: ")).map(|(_, said)| said).collect();
        assert_eq!(said.len(), 3, "{text}");
        assert!(said[0].starts_with("spans cannot be exported") && said[0].contains("network error"), "{text}");
        assert_eq!(said[1], "spans are exported again endpoint=\"http://c\" lost_spans=30");
        assert!(said[2].starts_with("spans cannot be exported"), "{text}");
    }
}
