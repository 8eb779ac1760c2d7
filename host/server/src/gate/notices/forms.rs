//! In which form a contact is told: as the gate writes it, as an alert, or as a CDEvent.

use crate::{
    api::incident_notice::{IncidentSent, SentIncident},
    config::notices::{Form, Reached},
    egress::target::Target,
};
use bytes::Bytes;
use serde_json::{Value, json};
use std::time::Duration;
use tidegate_core::time::Timestamp;
use tidegate_ledger::notice::{Addressee, DueNotice, NoticeKind};

/// Where an Alertmanager takes alerts.
const ALERTS: [&str; 3] = ["api", "v2", "alerts"];
/// What an alert about an incident is called, and one about a forced deployment.
const ALERT_NAMES: (&str, &str) = ("TidegateIncident", "TidegateForcedDeployment");
/// How long an alert is active that nobody ends: an Alertmanager ends one after minutes that says nothing of it. That of an incident is ended when
/// it is resolved, that of a forced deployment by itself.
const LASTS: (Duration, Duration) = (Duration::from_hours(24 * 30), Duration::from_hours(4));
/// The version of the CDEvents' form, and of the gate's own event.
const CDEVENTS: &str = "0.5.0";

/// What is handed in, and where.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) target: Target,
    pub(super) body: Bytes,
    pub(super) headers: Vec<(&'static str, String)>,
}

/// None: what it says has no such form.
pub(super) fn written(reached: &Reached, notice: &DueNotice) -> Option<Written> {
    let target = reached.route.path.iter().fold(Target::base(), Target::segment);
    let plain = |target, body: String| Written { target, body: Bytes::from(body), headers: Vec::new() };
    match reached.form {
        Form::Webhook => Some(plain(target, notice.body.to_string())),
        Form::Alertmanager => {
            let alert = alert(notice)?;
            Some(plain(ALERTS.into_iter().fold(target, Target::segment), json!([alert]).to_string()))
        }
        Form::CloudEvents => {
            let (body, headers) = event(&read(notice)?, notice)?;
            Some(Written { target, body: Bytes::from(body.to_string()), headers })
        }
    }
}

fn read(notice: &DueNotice) -> Option<IncidentSent> {
    serde_json::from_str(&notice.body).ok()
}

fn alert(notice: &DueNotice) -> Option<Value> {
    if notice.kind.addressee() != Addressee::OfIncidents {
        return forced(notice);
    }
    let IncidentSent { subject, text, incident, contact, .. } = read(notice)?;
    // Whoever is told, and never how far it was handed on or how it stands: an alert is known by its labels.
    let labels = json!({
        "alertname": ALERT_NAMES.0,
        "severity": incident.priority,
        "service": incident.services.join(", "),
        "environment": incident.environment,
        "incident": incident.id,
        "contact": contact.name,
    });
    let annotations = json!({
        "summary": subject,
        "description": text,
        "decision": incident.decision,
        "watch": incident.watch,
        "acknowledge_by": incident.acknowledge_by,
    });
    let starts = Timestamp::parse(&incident.detected_at).ok()?;
    let ends = match &incident.resolved_at {
        Some(at) => Timestamp::parse(at).ok()?,
        None => notice.written_at.plus(LASTS.0),
    };
    Some(raised(labels, annotations, (starts, ends), incident.link))
}

/// An alert about a forced deployment.
fn forced(notice: &DueNotice) -> Option<Value> {
    let sent: Value = serde_json::from_str(&notice.body).ok()?;
    let text = |pointer: &str| sent.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let services = sent.pointer("/deployment/services")?.as_array()?.iter();
    let services: Vec<&str> = services.filter_map(|service| service.get("name")?.as_str()).collect();
    let labels = json!({
        "alertname": ALERT_NAMES.1,
        "severity": "P1",
        "service": services.join(", "),
        "environment": text("/deployment/environment"),
        "decision": text("/decision/id"),
        "contact": text("/contact/name"),
    });
    let annotations = json!({
        "summary": notice.kind.word(),
        "description": text("/emergency/justification"),
        "actor": text("/emergency/actor"),
    });
    let ends = notice.written_at.plus(LASTS.1);
    Some(raised(labels, annotations, (notice.written_at, ends), text("/decision/link")))
}

/// What is not known is left out: an Alertmanager takes texts alone.
fn raised(labels: Value, annotations: Value, (starts, ends): (Timestamp, Timestamp), link: Option<String>) -> Value {
    let known = |value: Value| match value {
        Value::Object(map) => Value::Object(map.into_iter().filter(|(_, value)| !value.is_null()).collect()),
        other => other,
    };
    known(json!({
        "labels": known(labels),
        "annotations": known(annotations),
        "startsAt": starts.to_string(),
        "endsAt": ends.to_string(),
        "generatorURL": link,
    }))
}

/// The CDEvent, and what the headers of a CloudEvent in binary mode say. None: there is no event for it.
fn event(sent: &IncidentSent, notice: &DueNotice) -> Option<(Value, Vec<(&'static str, String)>)> {
    let kind = match notice.kind {
        NoticeKind::IncidentOpened => "dev.cdevents.incident.detected.0.3.0",
        NoticeKind::IncidentResolved => "dev.cdevents.incident.resolved.0.3.0",
        // CDEvents has no word for these; its way for whoever needs one is an event of their own.
        NoticeKind::IncidentEscalated => "dev.cdeventsx.tidegate-incident.escalated.0.1.0",
        NoticeKind::IncidentUpdated => "dev.cdeventsx.tidegate-incident.updated.0.1.0",
        _ => return None,
    };
    let SentIncident { id, environment, services, .. } = &sent.incident;
    let source = source(&sent.incident);
    let mut content = json!({ "description": sent.subject, "environment": { "id": environment } });
    if let [one] = services.as_slice() {
        content["service"] = json!({ "id": one });
    }
    let body = json!({
        "context": {
            "specversion": CDEVENTS,
            "id": sent.id,
            "source": source,
            "type": kind,
            "timestamp": sent.at,
        },
        "subject": { "id": id, "source": source, "content": content },
        "customData": { "contact": sent.contact, "text": sent.text, "incident": sent.incident },
        "customDataContentType": "application/json",
    });
    let headers = [
        ("ce-specversion", "1.0".to_owned()),
        ("ce-id", sent.id.clone()),
        ("ce-source", source),
        ("ce-type", kind.to_owned()),
        ("ce-subject", id.clone()),
        ("ce-time", sent.at.clone()),
    ];
    Some((body, headers.into()))
}

/// Who says it: this gate, as people reach it.
fn source(incident: &SentIncident) -> String {
    let gate = incident.link.as_deref().and_then(|link| link.split_once("/v1/"));
    gate.map_or_else(|| "/tidegate".to_owned(), |(gate, _)| gate.to_owned())
}

#[cfg(test)]
mod tests;
