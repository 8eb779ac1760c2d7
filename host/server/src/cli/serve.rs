//! `tidegate serve`

use crate::{
    cli::{exit::Exit, talk},
    config::{Config, environment, flags::Flags},
    gate::{Gate, reload::Trigger},
    http::tls::{self, Tls},
    service::{Service, ServiceError},
    telemetry,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    task::JoinSet,
};

/// How long the end of the program waits for what still reads files.
const FAREWELL_MAX: Duration = Duration::from_secs(5);

/// Said where a collector is given for the gate's own spans and none for those of decisions.
const ONLY_OWN_SPANS: &str = "spans of decisions are not exported, only what the gate does besides: `OTEL_EXPORTER_OTLP_ENDPOINT` is for that alone; \
    hint: name their collector in `traces.export`";

/// Serve the gate over HTTP until SIGTERM or SIGINT
///
/// Policies are loaded anew when their files change, on SIGHUP, and on `POST /v1/reload`; files with mistakes change nothing.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the configuration comes from.
    #[command(flatten)]
    pub flags: Flags,
}

/// Serves until it is told to stop; answers that were begun are ended, and telemetry is flushed.
#[must_use]
pub fn run(args: &Args) -> Exit {
    let config = match Config::load(&args.flags, environment()) {
        Ok(config) => config,
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| talk::error(mistake));
            return Exit::Usage;
        }
    };
    let telemetry = telemetry::start(&config.log);
    if telemetry.exports() && config.traces.export.is_none() {
        tracing::warn!("{ONLY_OWN_SPANS}");
    }
    let served = runtime().and_then(|runtime| {
        let served = runtime.block_on(serve(&config));
        // A look at files that never comes back, on a network's file system say, must not hold up the end.
        runtime.shutdown_timeout(FAREWELL_MAX);
        served
    });
    if let Err(error) = &served {
        tracing::error!(error.r#type = "service", "{error}");
        talk::error(&error);
    }
    drop(telemetry);
    if served.is_ok() { Exit::Allowed } else { Exit::Undecided }
}

fn runtime() -> Result<tokio::runtime::Runtime, ServiceError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServiceError::Serve)
}

async fn serve(config: &Config) -> Result<(), ServiceError> {
    // Before anything else, so that no signal is missed while plugins are compiled.
    let stop = Stop::new().map_err(ServiceError::Serve)?;
    let hangups = signal(SignalKind::hangup()).map_err(ServiceError::Serve)?;
    let service = Service::open(config).await?;
    let scheme = if service.tls().is_some() { "https" } else { "http" };
    tracing::info!("listening on {scheme}://{}", service.address());
    // Ends with this function.
    let mut reloading = JoinSet::new();
    reloading.spawn(reload_on(hangups, service.gate(), service.tls()));
    service.run(stop.asked()).await
}

async fn reload_on(mut hangups: Signal, gate: Arc<Gate>, tls: Option<Arc<Tls>>) {
    while hangups.recv().await.is_some() {
        if let Some(tls) = &tls {
            tls::renew(tls.clone()).await;
        }
        // What came of it was noted where everybody can see it.
        let _noted = gate.reload(Trigger::Signal).await;
    }
}

/// SIGTERM or SIGINT.
pub(crate) struct Stop {
    term: Signal,
    int: Signal,
}

impl Stop {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self { term: signal(SignalKind::terminate())?, int: signal(SignalKind::interrupt())? })
    }

    pub(crate) async fn asked(mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
        }
        tracing::info!("stopping: requests in flight are ended first");
    }
}
