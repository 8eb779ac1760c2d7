use super::{LASTS, written};
use crate::config::notices::{Form, Reached, Route};
use serde_json::{Value, json};
use tidegate_core::time::Timestamp;
use tidegate_ledger::notice::{DueNotice, NoticeKind};

fn due(kind: NoticeKind, body: &Value) -> DueNotice {
    DueNotice {
        id: "n-1".into(),
        kind,
        contact: "Team".into(),
        body: body.to_string().into(),
        written_at: Timestamp::parse("2026-03-31T12:00:00Z").unwrap(),
        attempts: 0,
    }
}

fn incident(kind: NoticeKind, resolved_at: Option<&str>) -> DueNotice {
    let mut body = json!({
        "v": 1, "id": "n-1", "kind": kind.word(), "at": "2026-03-31T12:00:00Z",
        "contact": {"name": "Team", "address": "team@shop.example"}, "subject": "It is down", "text": "one\ntwo",
        "incident": {
            "id": "i-1", "link": "https://gate.example/v1/incidents/i-1", "priority": "P1", "title": "down",
            "environment": "production", "services": ["api"], "decision": "d-1", "detected_at": "2026-03-31T11:55:00Z",
            "opened_at": "2026-03-31T12:00:00Z", "level": 0,
        },
    });
    if let Some(at) = resolved_at {
        body["incident"]["resolved_at"] = json!(at);
    }
    due(kind, &body)
}

fn reached(form: Form) -> Reached {
    Reached { route: Route { destination: "there".to_owned(), path: vec!["in".to_owned()] }, form }
}

fn body(form: Form, notice: &DueNotice) -> Value {
    serde_json::from_slice(&written(&reached(form), notice).unwrap().body).unwrap()
}

#[test]
fn an_alert_has_the_same_labels_to_its_end_and_lasts_until_then() {
    let opened = body(Form::Alertmanager, &incident(NoticeKind::IncidentOpened, None));
    let over = incident(NoticeKind::IncidentResolved, Some("2026-03-31T12:30:00Z"));
    let over = body(Form::Alertmanager, &over);
    assert_eq!(opened[0]["labels"], over[0]["labels"]);
    assert_eq!(
        opened[0]["labels"],
        json!({"alertname": "TidegateIncident", "severity": "P1", "service": "api", "environment": "production",
            "incident": "i-1", "contact": "Team"})
    );
    assert_eq!(
        opened[0]["annotations"],
        json!({"summary": "It is down", "description": "one\ntwo", "decision": "d-1"}),
        "what is not known is left out"
    );
    let lasts = Timestamp::parse("2026-03-31T12:00:00Z").unwrap().plus(LASTS.0).to_string();
    assert_eq!((&opened[0]["startsAt"], &opened[0]["endsAt"]), (&json!("2026-03-31T11:55:00Z"), &json!(lasts)));
    assert_eq!((&over[0]["startsAt"], &over[0]["endsAt"]), (&opened[0]["startsAt"], &json!("2026-03-31T12:30:00Z")));
    assert_eq!(opened[0]["generatorURL"], "https://gate.example/v1/incidents/i-1");
}

#[test]
fn a_forced_deployment_is_an_alert_too() {
    let body = body(
        Form::Alertmanager,
        &due(
            NoticeKind::BreakGlassForced,
            &json!({
                "contact": {"name": "Security"}, "decision": {"id": "d-1"}, "emergency": {"actor": "olga", "justification": "it is down"},
                "deployment": {"environment": "production", "services": [{"name": "api"}, {"name": "web"}]},
            }),
        ),
    );
    assert_eq!(
        (&body[0]["labels"]["alertname"], &body[0]["labels"]["service"], &body[0]["annotations"]["actor"]),
        (&json!("TidegateForcedDeployment"), &json!("api, web"), &json!("olga"))
    );
}

#[test]
fn an_incident_is_a_cdevent_in_binary_mode_whose_headers_say_what_its_context_says() {
    for (kind, expected) in [
        (NoticeKind::IncidentOpened, "dev.cdevents.incident.detected.0.3.0"),
        (NoticeKind::IncidentResolved, "dev.cdevents.incident.resolved.0.3.0"),
        (NoticeKind::IncidentEscalated, "dev.cdeventsx.tidegate-incident.escalated.0.1.0"),
        (NoticeKind::IncidentUpdated, "dev.cdeventsx.tidegate-incident.updated.0.1.0"),
    ] {
        let sent = written(&reached(Form::CloudEvents), &incident(kind, None)).unwrap();
        let event: Value = serde_json::from_slice(&sent.body).unwrap();
        let header = |name: &str| sent.headers.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        assert_eq!(header("ce-specversion"), "1.0");
        for (name, pointer) in [
            ("ce-id", "/context/id"),
            ("ce-source", "/context/source"),
            ("ce-type", "/context/type"),
            ("ce-subject", "/subject/id"),
            ("ce-time", "/context/timestamp"),
        ] {
            assert_eq!(json!(header(name)), *event.pointer(pointer).unwrap(), "{name}");
        }
        assert_eq!((header("ce-type").as_str(), header("ce-source").as_str()), (expected, "https://gate.example"));
        let content = &event["subject"]["content"];
        assert_eq!((&content["environment"]["id"], &content["service"]["id"]), (&json!("production"), &json!("api")));
    }
    assert!(written(&reached(Form::CloudEvents), &due(NoticeKind::BreakGlassForced, &json!({}))).is_none());
}
