//! The names of spans and attributes: OpenTelemetry's where there is one, `tidegate.*` else. They are a promise to whoever
//! builds dashboards and alerts on them.
//!
//! In a `tracing` macro a constant stands in braces: `info_span!("judge", { names::STAGE_ID } = %id)`.

/// Span: one whole decision, from the question to the durable answer.
pub const SPAN_DECISION: &str = "tidegate.decision";
/// Span: one stage of it, for one subject.
pub const SPAN_STAGE: &str = "tidegate.stage";
/// Span: reading the evidence.
pub const SPAN_EVIDENCE: &str = "tidegate.evidence";
/// Span: making the record durable.
pub const SPAN_COMMIT: &str = "tidegate.ledger.commit";
/// Span: loading policy sets and plugins.
pub const SPAN_LOAD: &str = "tidegate.load";

/// The decision's id.
pub const DECISION_ID: &str = "tidegate.decision.id";
/// `DEPLOY`, `REMEDIATE` or `HOLD`.
pub const DECISION_OUTCOME: &str = "tidegate.decision.outcome";
/// Whether the deployment may go on.
pub const DECISION_ALLOWED: &str = "tidegate.decision.allowed";
/// Whether it was forced.
pub const DECISION_FORCED: &str = "tidegate.decision.forced";
/// The score as it is printed.
pub const DECISION_SCORE: &str = "tidegate.decision.score";
/// The policy set that decided.
pub const POLICY_SET_ID: &str = "tidegate.policy_set.id";
/// Its version.
pub const POLICY_SET_VERSION: &str = "tidegate.policy_set.version";
/// Its digest.
pub const POLICY_SET_DIGEST: &str = "tidegate.policy_set.digest";
/// The stage.
pub const STAGE_ID: &str = "tidegate.stage.id";
/// `pass`, `fail`, `hold`, …
pub const STAGE_RESULT: &str = "tidegate.stage.result";
/// What its failure does: `block`, `warn`, `monitor`.
pub const STAGE_MODE: &str = "tidegate.stage.mode";
/// The service it was judged for.
pub const STAGE_SERVICE: &str = "tidegate.stage.service";
/// The plugin, as the policy set names it.
pub const PLUGIN_NAME: &str = "tidegate.plugin.name";
/// Its own version.
pub const PLUGIN_VERSION: &str = "tidegate.plugin.version";
/// The digest of its component.
pub const PLUGIN_DIGEST: &str = "tidegate.plugin.digest";
/// Documents of evidence.
pub const EVIDENCE_DOCUMENTS: &str = "tidegate.evidence.documents";
/// Bytes of evidence.
pub const EVIDENCE_BYTES: &str = "tidegate.evidence.bytes";
/// Who has to act: `plugin`, `host`, `policy`, `caller`.
pub const BLAME: &str = "tidegate.blame";

/// OpenTelemetry: of what kind an error is; few values.
pub const ERROR_TYPE: &str = "error.type";
/// OpenTelemetry: where to.
pub const ENVIRONMENT: &str = "deployment.environment.name";
/// OpenTelemetry: the attempt.
pub const DEPLOYMENT_ID: &str = "deployment.id";
/// OpenTelemetry: the request's method.
pub const HTTP_METHOD: &str = "http.request.method";
/// OpenTelemetry: the route, with `{}` where values stand.
pub const HTTP_ROUTE: &str = "http.route";
/// OpenTelemetry: the answer's status.
pub const HTTP_STATUS: &str = "http.response.status_code";

/// The exporter's own: which side of a call a span is, as `tracing-opentelemetry` reads it.
pub const KIND: &str = "otel.kind";
/// The exporter's own: the span's name, where it is not known when the code is written.
pub const NAME: &str = "otel.name";
/// The exporter's own: `ERROR` where the gate could not decide. A refusal is not an error.
pub const STATUS: &str = "otel.status_code";
