//! Numbers about the watches that this gate runs.

use prometheus_client::{
    metrics::{gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use std::time::Duration;

/// Upper bounds in seconds: from a source beside the gate to one that takes the whole time of a look.
const LAG_BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How the watches keep their steps.
#[derive(Debug)]
pub(super) struct WatchMetrics {
    running: Gauge,
    lag_seconds: Histogram,
}

impl Default for WatchMetrics {
    fn default() -> Self {
        Self { running: Gauge::default(), lag_seconds: Histogram::new(LAG_BUCKETS) }
    }
}

impl WatchMetrics {
    pub(super) fn register(&self, ours: &mut Registry) {
        ours.register("watches_running", "Watches that this gate runs", self.running.clone());
        let help = "From the moment in which a look of a watch was due to its judgement, its samples included";
        ours.register_with_unit("watch_look_lag", help, Unit::Seconds, self.lag_seconds.clone());
    }

    pub(super) fn run(&self, count: usize) {
        self.running.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(super) fn looked(&self, lag: Duration) {
        self.lag_seconds.observe(lag.as_secs_f64());
    }
}
