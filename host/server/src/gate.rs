//! The assembled gate: from a submission to a recorded answer.

pub mod activation;
pub mod agreements;
mod answering;
pub mod archives;
pub mod baselines;
pub mod bundles;
pub mod case;
pub mod clock;
pub mod deployment;
mod documents;
pub mod emergency;
pub mod error;
pub mod events;
pub mod fingerprint;
pub mod in_force;
pub mod incidents;
pub mod intake;
pub mod involved;
pub mod judging;
pub mod known;
pub mod layers;
pub mod maintenances;
pub mod masking;
pub mod material;
mod meant;
mod named_once;
pub mod notices;
pub mod obligations;
pub mod offline;
pub mod others;
pub mod parse_cache;
pub mod permits;
pub mod plugins;
pub mod quota;
pub mod readings;
pub mod receipts;
pub mod record;
pub mod reload;
pub mod retention;
mod retry;
pub mod rollbacks;
pub mod ruling;
pub mod scrub;
pub mod search;
pub mod settings;
pub mod shadow;
pub mod spans;
pub mod statements;
pub mod status;
pub mod submission;
pub mod verifications;
pub mod watches;
pub mod witnesses;

use crate::{
    api::answer::Answer,
    egress::Egress,
    gate::{
        clock::jump::Jumped,
        deployment::Asked,
        error::GateError,
        in_force::{InForce, Swap},
        known::WhoIsKnown,
        plugins::Active,
        readings::Readings,
        reload::Reloads,
        retry::{Before, keyed},
        scrub::Scrubbed,
        settings::GateSettings,
        spans::{
            Told,
            identity::{REQUEST, Trace},
            live,
            moments::Moments,
        },
        submission::Submission,
        verifications::LookedAt,
    },
    http::{admission::Admission, body::BodyLimits},
    identity::principal::{ANONYMOUS, Principal},
    telemetry::{
        TREE,
        context::{self, RemoteParent},
        metrics::Metrics,
        names,
    },
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};
use tidegate_core::time::Timestamp;
use tidegate_ledger::ledger::Ledger;
use tokio::sync::Notify;
use tracing::{Instrument as _, Span, field::Empty, info_span};

/// Whoever starts the gate, or reaches the machine it runs on.
pub const ACTOR: &str = ANONYMOUS;

/// What a request says besides its body.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who asks.
    pub principal: Arc<Principal>,
    /// A retry sends the same key.
    pub idempotency_key: Option<String>,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// W3C trace context.
    pub tracestate: Option<String>,
}

/// The assembled gate.
pub struct Gate {
    in_force: Swap,
    reloads: Reloads,
    started: Timestamp,
    ledger: Ledger,
    known: WhoIsKnown,
    admission: Admission,
    metrics: Metrics,
    settings: GateSettings,
    accepting: AtomicBool,
    jumped: Jumped,
    scrubbed: Scrubbed,
    readings: Readings,
    watching: Notify,
    seen: watches::seen::Seen,
    components: watches::components::Components,
    egress: Egress,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate over these parts.
    #[must_use]
    pub fn new(
        first: InForce,
        (reloads, egress): (Reloads, Egress),
        known: WhoIsKnown,
        ledger: Ledger,
        settings: GateSettings,
    ) -> Self {
        let metrics = Metrics::new();
        metrics.in_force(&first.bench.active.bundle().digest().to_string(), first.origin.word(), first.since);
        let admission = Admission::new(settings.shares);
        let (in_force, started, accepting) = (Swap::new(first), clock::now(), AtomicBool::new(true));
        let (jumped, scrubbed, readings) = (Jumped::default(), Scrubbed::default(), Readings::default());
        Self {
            in_force,
            reloads,
            started,
            ledger,
            known,
            admission,
            metrics,
            settings,
            accepting,
            jumped,
            scrubbed,
            readings,
            watching: Notify::new(),
            seen: watches::seen::Seen::default(),
            components: watches::components::Components::default(),
            egress,
        }
    }

    /// Admits requests.
    #[must_use]
    pub fn admission(&self) -> &Admission {
        &self.admission
    }

    /// Counts.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// What is in force at this moment: to be taken once, so that nothing is put together from two bundles.
    #[must_use]
    pub fn in_force(&self) -> Arc<InForce> {
        self.in_force.get()
    }

    /// The policies in force at this moment and their plugins: to be taken once, too.
    #[must_use]
    pub fn active(&self) -> Arc<Active> {
        self.in_force.get().bench.active.clone()
    }

    /// When it was started.
    #[must_use]
    pub fn started(&self) -> Timestamp {
        self.started
    }

    /// How much of a decision's body is read.
    #[must_use]
    pub fn body_limits(&self) -> BodyLimits {
        BodyLimits { bytes_max: self.settings.request_bytes, time_max: self.settings.body_time }
    }

    /// How much of a document's body is read.
    #[must_use]
    pub fn document_limits(&self) -> BodyLimits {
        BodyLimits { bytes_max: self.settings.read.document_bytes as u64, time_max: self.settings.body_time }
    }

    /// Bytes of a request's address and headers, at most.
    #[must_use]
    pub fn header_bytes(&self) -> usize {
        self.settings.header_bytes
    }

    /// Documents of one deployment, at most.
    #[must_use]
    pub fn documents_max(&self) -> usize {
        self.settings.documents_max
    }

    /// Whether new requests are welcome: not while stopping, and not when nothing can be recorded.
    pub async fn ready(&self) -> bool {
        self.accepting.load(Ordering::Relaxed) && self.ledger.ready().await.is_ok()
    }

    /// Tells load balancers to look elsewhere; requests that come all the same are still served.
    pub fn stop_accepting(&self) {
        self.accepting.store(false, Ordering::Relaxed);
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Decides, records, and only then answers.
    pub async fn decide(&self, submission: Submission, caller: Caller) -> Result<Answer, GateError> {
        self.decide_about(submission, caller, None).await
    }

    /// The same, perhaps about a deployment that went out before.
    pub(crate) async fn decide_about(
        &self,
        submission: Submission,
        caller: Caller,
        looked_at: Option<LookedAt>,
    ) -> Result<Answer, GateError> {
        let span = info_span!(
            target: TREE,
            "tidegate.decision",
            { names::DECISION_ID } = Empty,
            { names::DECISION_OUTCOME } = Empty,
            { names::DECISION_ALLOWED } = Empty,
            { names::POLICY_SET_ID } = Empty,
            { names::ENVIRONMENT } = Empty,
            { names::ERROR_TYPE } = Empty,
            { names::BLAME } = Empty,
        );
        let parent = context::remote_parent(caller.traceparent.as_deref(), caller.tracestate.as_deref());
        let deciding = self.decide_in((submission, looked_at), &caller, parent.as_ref(), &span);
        let decided = deciding.instrument(span.clone()).await;
        if let Err(error) = &decided {
            let (error_type, blame) = error.labels();
            span.record(names::ERROR_TYPE, error_type);
            span.record(names::BLAME, blame.word());
            live::undecided(error_type, blame, parent.as_ref());
            if matches!(error, GateError::Record(_)) {
                self.metrics.unrecorded();
            }
            self.metrics.undecided(error_type, blame);
        }
        decided
    }

    async fn decide_in(
        &self,
        (mut submission, looked_at): (Submission, Option<LookedAt>),
        caller: &Caller,
        parent: Option<&RemoteParent>,
        span: &Span,
    ) -> Result<Answer, GateError> {
        let (started, received_at) = (Instant::now(), clock::now());
        // Taken once: whatever is swapped from here on, this decision is made by these policies.
        let in_force = self.in_force.get();
        if let Some(vouched) = &caller.principal.vouched {
            vouched.fill(&mut submission.deployment).map_err(GateError::ClaimMismatch)?;
        }
        let (submission, key) = keyed(submission, &caller.principal, caller.idempotency_key.as_deref()).await?;
        let earlier = match self.already_decided(key.as_ref()).await? {
            Before::Answered(answer) => return Ok(*answer),
            Before::Retried(earlier) => Some(earlier),
            Before::Nothing => None,
        };
        let deciding_since = Instant::now();
        let id = uuid::Uuid::now_v7().to_string();
        let asked = Asked { principal: caller.principal.clone(), at: clock::now(), fallback_id: id.clone() };
        let fetched = self.fetch(submission.evidence, &caller.principal.scope, &in_force.bench.cache).await?;
        let overdue = self.overdue(&submission.deployment, asked.at).await?;
        let compared = self.compared(&submission.deployment, &in_force.bench.active, looked_at.as_ref()).await?;
        let forced_before = self.forced_before(submission.emergency.is_some(), asked.at).await?;
        let question = ruling::Asking {
            deployment: submission.deployment,
            skip: submission.skip,
            emergency: submission.emergency,
            overdue,
            forced_before,
            compared,
            fetched,
            asked,
        };
        let inside = span.clone();
        let deciding = in_force.bench.active.clone();
        let ruled = blocking(move || inside.in_scope(|| in_force.bench.rule(question))).await??;
        ruled.measured.iter().for_each(|measured| self.metrics.evaluated(&measured.plugin, measured.cost.call));
        live::describe(span, &id, &ruled);
        let trace = Trace::new(&id, parent);
        let linked = self.linked(earlier.as_ref(), &ruled.judgement).await;
        let moments = Moments { received_at, received: started, deciding: deciding_since, built: Instant::now() };
        let tree = spans::encoded(Told { trace: &trace, ruled: &ruled, moments, linked: &linked });
        let commit = info_span!("tidegate.ledger.commit", { names::DECISION_ID } = id);
        RemoteParent::own(trace.id, trace.span(REQUEST), &trace.state).adopt(&commit);
        let told = self.told_of(&id, &ruled, (&deciding, earlier.as_ref()))?;
        let keys = (key, looked_at.map(|looked_at| looked_at.verifies));
        let recording = self.record(&trace, tree, &ruled, caller.principal.sender(), keys, (&deciding, told));
        let answer = recording.instrument(commit).await?;
        self.metrics.decided(&ruled.judgement.decision, started.elapsed());
        Ok(answer)
    }

    /// Where people reach this gate, when it has been told.
    #[must_use]
    pub fn public_url(&self) -> Option<&str> {
        self.settings.public_url.as_deref()
    }

    /// Whether span trees go to a collector.
    #[must_use]
    pub fn exports_spans(&self) -> bool {
        self.settings.exports_spans
    }

    /// Whether it can be reached from other machines.
    #[must_use]
    pub fn is_beyond_this_machine(&self) -> bool {
        self.settings.beyond_this_machine
    }
}

/// Runs what takes long enough to be in the way of other requests.
async fn blocking<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Result<T, GateError> {
    tokio::task::spawn_blocking(job).await.map_err(|error| GateError::Internal(error.to_string()))
}
