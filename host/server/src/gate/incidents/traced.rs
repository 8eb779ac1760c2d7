//! What happens to an incident, in the traces: beside the decision that it follows.

use crate::{
    gate::{
        Gate,
        spans::identity::{REQUEST, Trace},
    },
    telemetry::{context::RemoteParent, names},
};
use tidegate_ledger::incident::Incident;
use tracing::info_span;

impl Gate {
    /// Says it in the trace of the decision by which the deployment went. A trace is no record: where the decision cannot be read it is the one that
    /// follows from its id.
    pub(super) async fn trace_incident(&self, incident: &Incident, happening: &str) {
        let opened = &incident.opened;
        let stored = self.ledger().decision(&opened.decision).await.ok().flatten();
        let own = Trace::new(opened.decision.as_str(), None);
        let trace = stored.and_then(|stored| stored.circumstances.trace).map_or(own.id, |trace| trace.bytes());
        let span = info_span!(
            "tidegate.incident",
            { names::INCIDENT_ID } = &*opened.id,
            { names::INCIDENT_HAPPENING } = happening,
            { names::INCIDENT_PRIORITY } = opened.priority.word(),
            { names::DECISION_ID } = opened.decision.as_str(),
            { names::ENVIRONMENT } = opened.environment.as_str(),
        );
        RemoteParent::own(trace, own.span(REQUEST), "").adopt(&span);
        drop(span.entered());
    }
}
