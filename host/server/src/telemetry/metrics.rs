//! Numbers for whoever scrapes `/metrics`, as OpenMetrics text.
//!
//! **Invariant:** labels have few values: names from policy sets, routes, words of ours; never a service, a version, a path
//! of a request, or any other text of a caller.

mod labels;
mod spans;
mod watches;

use self::labels::{
    BundleLabels, DecisionLabels, FaultLabels, PermitLabels, PluginLabels, ReloadLabels, RequestLabels, StageLabels,
};
use self::{spans::SpanMetrics, watches::WatchMetrics};
use prometheus_client::{
    encoding::text,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use std::{sync::atomic::Ordering, time::Duration};
use tidegate_core::{
    decision::Decision,
    fault::{Blame, Fault},
    name::PluginName,
    stage_result::Conclusion,
    time::Timestamp,
};
use tidegate_ledger::{counters::Counts, notice::NoticeCounts, spans::SpanCounts};

/// What a scrape of [`Metrics::encode`] is to be called in `content-type`.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds: from a cached decision to the deadline of a whole one.
const DECISION_BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 20.0];
/// From a fresh instance to a plugin's deadline.
const PLUGIN_BUCKETS: [f64; 12] =
    [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.005, 0.025, 0.1, 0.5, 2.0];
/// OpenTelemetry's advice for `http.server.request.duration`.
const REQUEST_BUCKETS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    decisions: Family<DecisionLabels, Counter>,
    stage_results: Family<StageLabels, Counter>,
    faults: Family<FaultLabels, Counter>,
    decision_seconds: Histogram,
    plugin_seconds: Family<PluginLabels, Histogram, fn() -> Histogram>,
    request_seconds: Family<RequestLabels, Histogram, fn() -> Histogram>,
    permits: Family<PermitLabels, Counter>,
    reloads: Family<ReloadLabels, Counter>,
    last_reload_successful: Gauge,
    bundle: Family<BundleLabels, Gauge>,
    bundle_activated: Gauge,
    in_flight: Gauge,
    queued: Gauge,
    ledger_waiting: Gauge,
    ledger_commits: Counter,
    ledger_leaves: Counter,
    notices_pending: Gauge,
    notices_undeliverable: Gauge,
    notices_failed: Gauge,
    notices_delivered: Counter,
    ledger_checkpoints_unpublished: Counter,
    ledger_largest_batch: Gauge,
    ledger_unseen_seconds: Gauge,
    ledger_refusals: Counter,
    clock_jumps: Counter,
    scrub_findings: Gauge,
    scrubbed: Gauge,
    bodies_deleted: Counter,
    retention_unfinished: Gauge,
    spans: SpanMetrics,
    watches: WatchMetrics,
}

/// How things stand at the moment of a scrape.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// Requests that are being decided.
    pub in_flight: usize,
    /// Requests that wait for their turn.
    pub queued: usize,
    /// What the ledger's writer did since it was opened.
    pub ledger: Counts,
    /// Notices; none when they could not be counted.
    pub notices: Option<NoticeCounts>,
    /// The export of span trees; none when there is none, or it could not be counted.
    pub spans: Option<SpanCounts>,
    /// For how long no witness has seen the record; none where there is no witness, or it could not be asked.
    pub unseen_for: Option<Duration>,
    /// The moment of the scrape.
    pub now: Timestamp,
}

impl Metrics {
    /// All at zero.
    #[must_use]
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            decisions: Family::default(),
            stage_results: Family::default(),
            faults: Family::default(),
            decision_seconds: Histogram::new(DECISION_BUCKETS),
            plugin_seconds: Family::new_with_constructor(|| Histogram::new(PLUGIN_BUCKETS)),
            request_seconds: Family::new_with_constructor(|| Histogram::new(REQUEST_BUCKETS)),
            permits: Family::default(),
            reloads: Family::default(),
            last_reload_successful: Gauge::default(),
            bundle: Family::default(),
            bundle_activated: Gauge::default(),
            in_flight: Gauge::default(),
            queued: Gauge::default(),
            ledger_waiting: Gauge::default(),
            ledger_commits: Counter::default(),
            ledger_leaves: Counter::default(),
            notices_pending: Gauge::default(),
            notices_undeliverable: Gauge::default(),
            notices_failed: Gauge::default(),
            notices_delivered: Counter::default(),
            ledger_checkpoints_unpublished: Counter::default(),
            ledger_largest_batch: Gauge::default(),
            ledger_unseen_seconds: Gauge::default(),
            ledger_refusals: Counter::default(),
            clock_jumps: Counter::default(),
            scrub_findings: Gauge::default(),
            scrubbed: Gauge::default(),
            bodies_deleted: Counter::default(),
            retention_unfinished: Gauge::default(),
            spans: SpanMetrics::default(),
            watches: WatchMetrics::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let http = self.registry.sub_registry_with_prefix("http_server");
        let seconds = || Unit::Seconds;
        http.register_with_unit(
            "request_duration",
            "Requests, by route and status",
            seconds(),
            self.request_seconds.clone(),
        );
        let ours = self.registry.sub_registry_with_prefix("tidegate");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        ours.register("build", "The program", build);
        ours.register("decisions", "Decisions, by what they said", self.decisions.clone());
        ours.register("stage_results", "Judged stages, by what they concluded", self.stage_results.clone());
        ours.register("faults", "What could not be decided, by kind and blame", self.faults.clone());
        ours.register("decisions_in_flight", "Decisions being made", self.in_flight.clone());
        ours.register("decisions_queued", "Questions waiting for their turn", self.queued.clone());
        ours.register("ledger_waiting", "Records waiting for the writer", self.ledger_waiting.clone());
        ours.register("ledger_commits", "Commits of the ledger", self.ledger_commits.clone());
        ours.register("ledger_leaves", "Leaves made durable", self.ledger_leaves.clone());
        ours.register("notices_pending", "Notices to be sent", self.notices_pending.clone());
        let undeliverable = self.notices_undeliverable.clone();
        ours.register("notices_undeliverable", "Notices without a way to their contact", undeliverable);
        ours.register("notices_failed", "Notices that were given up", self.notices_failed.clone());
        ours.register("notices_delivered", "Notices that were taken", self.notices_delivered.clone());
        ours.register(
            "ledger_checkpoints_unpublished",
            "Checkpoints that could not be written to their file",
            self.ledger_checkpoints_unpublished.clone(),
        );
        ours.register("ledger_largest_batch", "Records of the largest commit", self.ledger_largest_batch.clone());
        let unseen = self.ledger_unseen_seconds.clone();
        let help = "For how long no witness has seen the record; 0 where there is none";
        ours.register_with_unit("ledger_unseen", help, seconds(), unseen);
        let refusals = self.ledger_refusals.clone();
        ours.register("ledger_refusals", "Questions turned away because they could not be recorded", refusals);
        ours.register("clock_jumps", "Jumps of the machine's clock over 5 s", self.clock_jumps.clone());
        let findings = self.scrub_findings.clone();
        ours.register("ledger_scrub_findings", "What the last reading of the whole record found", findings);
        let scrubbed = self.scrubbed.clone();
        ours.register_with_unit("ledger_scrubbed_timestamp", "When that was; 0 before", seconds(), scrubbed);
        let deleted = self.bodies_deleted.clone();
        ours.register("ledger_bodies_deleted", "Bodies that retention runs of this gate deleted", deleted);
        let unfinished = self.retention_unfinished.clone();
        ours.register(
            "ledger_retention_unfinished",
            "1 when the last retention run did not come to its end",
            unfinished,
        );
        self.spans.register(ours);
        self.watches.register(ours);
        ours.register("permits", "Requests for permits, by what came of them", self.permits.clone());
        ours.register("reloads", "Reloads of the policies, by what came of them", self.reloads.clone());
        let successful = self.last_reload_successful.clone();
        ours.register("last_reload_successful", "1 when the files as last loaded are in force", successful);
        ours.register("bundle_info", "The bundle in force, and where it was read from", self.bundle.clone());
        let activated = self.bundle_activated.clone();
        ours.register_with_unit("bundle_activated_timestamp", "When it was activated", seconds(), activated);
        let decisions = self.decision_seconds.clone();
        ours.register_with_unit("decision_duration", "From question to durable answer", seconds(), decisions);
        let plugins = self.plugin_seconds.clone();
        ours.register_with_unit("plugin_evaluation_duration", "One call of a plugin", seconds(), plugins);
    }

    /// A decision was made and recorded.
    pub fn decided(&self, decision: &Decision, took: Duration) {
        self.decisions.get_or_create(&DecisionLabels::of(decision)).inc();
        self.decision_seconds.observe(took.as_secs_f64());
        for stage in &decision.stages {
            self.stage_results.get_or_create(&StageLabels::of(decision.decided_by.id.as_str(), stage)).inc();
            for evaluation in &stage.evaluations {
                if let Conclusion::Error(fault) = &evaluation.conclusion {
                    self.faulted(fault);
                }
            }
        }
    }

    /// Something could not be decided.
    pub fn faulted(&self, fault: &Fault) {
        self.undecided(fault.kind.word(), fault.blame);
    }

    /// A whole question could not be decided, or its answer not be recorded. `error_type` is one of few words.
    pub fn undecided(&self, error_type: &'static str, blame: Blame) {
        self.faults.get_or_create(&FaultLabels { error_type, blame: blame.word() }).inc();
    }

    /// A question was turned away because its answer could not be recorded.
    pub fn unrecorded(&self) {
        self.ledger_refusals.inc();
    }

    /// The whole record was read again.
    pub fn scrubbed(&self, at: Timestamp, findings: usize) {
        self.scrub_findings.set(i64::try_from(findings).unwrap_or(i64::MAX));
        self.scrubbed.set(i64::try_from(at.nanos() / 1_000_000_000).unwrap_or(i64::MAX));
    }

    /// A retention run ended.
    pub fn retained(&self, bodies: u64, is_unfinished: bool) {
        self.bodies_deleted.inc_by(bodies);
        self.retention_unfinished.set(i64::from(is_unfinished));
    }

    /// The machine's clock jumped.
    pub fn clock_jumped(&self) {
        self.clock_jumps.inc();
    }

    /// This gate runs so many watches from now on.
    pub fn watches_run(&self, count: usize) {
        self.watches.run(count);
    }

    /// A watch looked, and it was judged so long after the look was due.
    pub fn looked(&self, lag: Duration) {
        self.watches.looked(lag);
    }

    /// A plugin was asked once.
    pub fn evaluated(&self, plugin: &PluginName, took: Duration) {
        let labels = PluginLabels { plugin: plugin.to_string() };
        self.plugin_seconds.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Somebody asked for a permit: `result` is `permitted`, or one of few reasons against.
    pub fn permit(&self, result: &'static str) {
        self.permits.get_or_create(&PermitLabels { result }).inc();
    }

    /// A reload came to an end: `result` is one of few words.
    pub fn reloaded(&self, result: &'static str) {
        self.reloads.get_or_create(&ReloadLabels { result }).inc();
        self.last_reload_successful.set(i64::from(matches!(result, "activated" | "unchanged")));
    }

    /// This bundle is in force from now on, and no other.
    pub fn in_force(&self, digest: &str, source: &'static str, since: Timestamp) {
        self.bundle.clear();
        self.bundle.get_or_create(&BundleLabels { digest: digest.to_owned(), source }).set(1);
        self.bundle_activated.set(i64::try_from(since.nanos() / 1_000_000_000).unwrap_or(i64::MAX));
        self.last_reload_successful.set(i64::from(source == "files"));
    }

    /// A request was answered. `route` is the pattern it matched, if any.
    pub fn answered(&self, route: Option<&str>, status: u16, took: Duration) {
        let labels = RequestLabels {
            http_route: route.unwrap_or("unmatched").to_owned(),
            http_response_status_code: status.into(),
        };
        self.request_seconds.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// Takes down how things stand; to be called before [`Self::encode`].
    pub fn stands(&self, standing: Standing) {
        let Standing { in_flight, queued, ledger, notices, spans, unseen_for, now } = standing;
        let unseen = unseen_for.map_or(0, |unseen| unseen.as_secs());
        self.ledger_unseen_seconds.set(i64::try_from(unseen).unwrap_or(i64::MAX));
        if let Some(counts) = spans {
            self.spans.stands(counts, now);
        }
        self.ledger_largest_batch.set(i64::try_from(ledger.largest_batch).unwrap_or(i64::MAX));
        self.in_flight.set(i64::try_from(in_flight).unwrap_or(i64::MAX));
        self.queued.set(i64::try_from(queued).unwrap_or(i64::MAX));
        self.ledger_waiting.set(i64::try_from(ledger.waiting).unwrap_or(i64::MAX));
        // The ledger counts for itself, and its counts only grow.
        self.ledger_commits.inner().store(ledger.commits, Ordering::Relaxed);
        self.ledger_leaves.inner().store(ledger.leaves, Ordering::Relaxed);
        if let Some(NoticeCounts { pending, delivered, failed, undeliverable }) = notices {
            let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            self.notices_pending.set(number(pending));
            self.notices_undeliverable.set(number(undeliverable));
            self.notices_failed.set(number(failed));
            self.notices_delivered.inner().store(delivered, Ordering::Relaxed);
        }
        self.ledger_checkpoints_unpublished.inner().store(ledger.checkpoints_unpublished, Ordering::Relaxed);
    }

    /// All numbers, as OpenMetrics text of [`CONTENT_TYPE`].
    #[must_use]
    pub fn encode(&self) -> String {
        let mut page = String::new();
        // Writing into a String cannot fail.
        let _ = text::encode(&mut page, &self.registry);
        page
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
