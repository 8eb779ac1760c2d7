//! Spans to a collector: OTLP over HTTP, in batches, by a thread of its own.

use super::{TREE, collector::Collector, log::OURS, reporting::Reporting};
use opentelemetry::{InstrumentationScope, KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider},
};
use reqwest::{blocking::Client, redirect::Policy};
use std::{net::IpAddr, thread};
use tracing::{Level, Metadata};
use tracing_subscriber::{
    Layer, Registry,
    filter::{FilterFn, LevelFilter},
};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Why spans cannot be exported.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExportError {
    #[error("no HTTP client: {0}")]
    Client(#[from] reqwest::Error),
    #[error("the thread that makes the HTTP client ended early")]
    Thread,
    #[error(transparent)]
    Exporter(#[from] ExporterBuildError),
}

/// Samples everything: a decision that a caller does not sample is a decision all the same.
pub(super) fn provider(collector: &Collector) -> Result<SdkTracerProvider, ExportError> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client(collector)?)
        .with_endpoint(collector.endpoint.as_str())
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(collector.timeout)
        .build()?;
    let batches = BatchConfigBuilder::default().with_max_queue_size(collector.queue_spans).build();
    let processor = BatchSpanProcessor::builder(Reporting::new(exporter, collector.shown()));
    let resource = Resource::builder().with_attribute(KeyValue::new("service.version", VERSION));
    let resource = match collector.service_name {
        Some(name) => resource.with_service_name(name),
        None => resource,
    };
    Ok(SdkTracerProvider::builder()
        .with_sampler(Sampler::AlwaysOn)
        .with_resource(resource.build())
        .with_span_processor(processor.with_batch_config(batches).build())
        .build())
}

/// The layer that turns our own spans into exported ones, but for those of a decision's tree. Other crates' spans, the exporter's among them, stay out; so do log
/// lines, of which one of level `ERROR` would turn a refusal into a span in error: only `otel.status_code` says that.
pub(super) fn layer(provider: &SdkTracerProvider) -> Box<dyn Layer<Registry> + Send + Sync> {
    let scope = InstrumentationScope::builder("tidegate").with_version(VERSION).build();
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer_with_scope(scope))
        .with_context_activation(false)
        .with_tracked_inactivity(false)
        .with_threads(false)
        .with_location(false)
        .with_target(false)
        .with_filter(FilterFn::new(exported).with_max_level_hint(LevelFilter::INFO))
        .boxed()
}

fn exported(metadata: &Metadata<'_>) -> bool {
    metadata.is_span()
        && metadata.target() != TREE
        && metadata.target().starts_with(OURS)
        && *metadata.level() <= Level::INFO
}

fn client(collector: &Collector) -> Result<Client, ExportError> {
    // Whoever was first has installed the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().timeout(collector.timeout).redirect(Policy::none());
    let builder = if is_loopback(collector) { builder.no_proxy() } else { builder };
    // A blocking client cannot be made where futures run, and nobody knows from where we are called.
    let made = thread::scope(|scope| scope.spawn(|| builder.build()).join());
    Ok(made.map_err(|_| ExportError::Thread)??)
}

/// A proxy cannot know what listens on this machine.
fn is_loopback(collector: &Collector) -> bool {
    let host = collector.endpoint.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}
