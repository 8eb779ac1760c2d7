//! How incidents are printed: whatever a gate answers, one line for each thing.

use crate::api::incidents::{EntryBody, IncidentBody, IncidentsBody, TaskBody};
use tidegate_core::one_line::one_line;

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 500;

/// The newest first.
pub(super) fn list(all: &IncidentsBody) -> String {
    all.incidents.iter().map(|one| shown(&line(one))).collect()
}

/// One, with everything.
pub(super) fn whole(one: &IncidentBody) -> String {
    let more = [
        ("decision", Some(&one.decision)),
        ("watch", one.watch.as_ref()),
        ("opened by", one.opened_by.as_ref()),
        ("told last", one.level.contact.as_ref()),
        ("acknowledge by", one.acknowledge_by.as_ref()),
        ("next word by", one.update_by.as_ref()),
        ("acknowledged by", one.acknowledged_by.as_ref()),
        ("resolved by", one.resolved_by.as_ref()),
    ];
    let more = more.into_iter().filter_map(|(what, text)| Some(format!("  {what}: {}", text?)));
    let reasons = one.reasons.iter().map(|reason| format!("  {} because {reason}", one.priority));
    let said = one.said.iter().map(|(what, text)| format!("  {what}: {text}"));
    let lines = more.chain(reasons).chain(said);
    let lines = lines.chain(one.tasks.iter().map(task)).chain(one.timeline.iter().map(entry));
    let lines: String = lines.map(|line| shown(&line)).collect();
    format!("{}{lines}", shown(&line(one)))
}

fn shown(line: &str) -> String {
    one_line(line, LINE_CHARS_MAX) + "\n"
}

fn line(one: &IncidentBody) -> String {
    let IncidentBody { id, state, priority, environment, services, title, overdue, .. } = one;
    let late = if overdue.is_empty() { String::new() } else { format!("  OVERDUE: {}", overdue.join(", ")) };
    format!("{priority}  {state:<12}  {id}  {environment}  {}  {title}{late}", services.join(","))
}

fn task(one: &TaskBody) -> String {
    let TaskBody { number, phase, title, due_at, done_by, .. } = one;
    match done_by {
        Some(by) => format!("  [x] {number}. {title} ({by})"),
        None => format!("  [ ] {number}. {title} (phase {phase}, by {due_at})"),
    }
}

fn entry(one: &EntryBody) -> String {
    let EntryBody { happening, at, by, contact, .. } = one;
    let to = contact.as_ref().map(|contact| format!(" to {contact}")).unwrap_or_default();
    format!("  {at}  {happening}{to}  {}", by.as_deref().unwrap_or("the gate"))
}

#[cfg(test)]
mod tests {
    use super::{list, whole};
    use crate::api::incidents::{IncidentBody, IncidentsBody};
    use serde_json::json;

    #[test]
    fn an_incident_is_shown_line_by_line_and_steers_no_terminal() {
        let one: IncidentBody = serde_json::from_value(json!({
            "id": "i1", "state": "open", "priority": "P1", "rule": "rollback", "reasons": ["a rollback is required"], "title": "down\u{1b}[2J",
            "decision": "d1", "environment": "production", "services": ["api", "web"], "opened_at": "t0", "detected_at": "t0",
            "level": {"told": 1, "of": 3, "contact": "DevOps Team Lead"}, "acknowledge_by": "t1", "update_by": "t2",
            "overdue": ["acknowledge"], "said": {"actions": "- one\n- two"},
            "tasks": [{"number": 1, "phase": 1, "title": "look", "due_at": "t3"},
                {"number": 2, "phase": 1, "title": "mend", "due_at": "t3", "done_at": "t2", "done_by": "grace"}],
            "timeline": [{"happening": "opened", "at": "t0", "leaf_index": 7},
                {"happening": "escalated", "at": "t1", "contact": "Development Team", "leaf_index": 8}],
            "plan": "sha256:0", "leaf_index": 7,
        }))
        .unwrap();
        let text = whole(&one);
        assert!(!text.contains('\u{1b}'), "{text}");
        for wanted in [
            "P1  open          i1  production  api,web  down\\u{1b}[2J  OVERDUE: acknowledge\n",
            "  P1 because a rollback is required\n",
            "  actions: - one\\u{a}- two\n",
            "  [ ] 1. look (phase 1, by t3)\n",
            "  [x] 2. mend (grace)\n",
            "  t1  escalated to Development Team  the gate\n",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        assert_eq!(list(&IncidentsBody { incidents: vec![one], next: None }).lines().count(), 1);
    }
}
