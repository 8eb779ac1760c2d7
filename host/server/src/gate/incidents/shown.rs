//! How incidents are shown to whoever may read them.

use super::{plan::Plan, telling::Words};
use crate::api::{
    incidents::{EntryBody, IncidentBody, LevelBody, TaskBody},
    notice::NoticeBody,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::time::Timestamp;
use tidegate_ledger::incident::{Entry, Happening, Incident, IncidentState, Said, What};

/// What the timeline calls the beginning.
const OPENED: &str = "opened";

/// Everything that is known of one incident beside its row.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) plan: Option<Plan>,
    pub(super) words: Words,
    pub(super) timeline: Vec<Entry>,
    pub(super) rollbacks: Vec<String>,
    pub(super) notices: Vec<NoticeBody>,
}

impl Whole {
    pub(super) fn shown(self, incident: &Incident, now: Timestamp) -> IncidentBody {
        let mut shown = body(incident, now);
        let contact = |level: u32| self.plan.as_ref()?.contact(level).map(|contact| contact.name.clone());
        shown.level.contact = contact(incident.level);
        let entry = |entry: &Entry| EntryBody {
            happening: entry.happening.map_or(OPENED, Happening::word).to_owned(),
            at: entry.at.to_string(),
            by: entry.by.as_ref().map(ToString::to_string),
            contact: if entry.happening == Some(Happening::Escalated) { contact(entry.level) } else { None },
            said: said(entry.said.iter().map(|Said { what, text }| (*what, text))),
            done: entry.done.clone(),
            leaf_index: entry.leaf_index,
        };
        shown.timeline = self.timeline.iter().map(entry).collect();
        shown.said = said(self.words.iter().map(|(what, text)| (*what, text)));
        shown.rollbacks = self.rollbacks;
        shown.notices = self.notices;
        if let Some(plan) = &self.plan {
            shown.reasons.clone_from(&plan.classified.reasons);
            shown.tasks = tasks(plan, incident.opened_at, &self.timeline);
        }
        let is_late =
            |task: &TaskBody| task.done_at.is_none() && Timestamp::parse(&task.due_at).is_ok_and(|due| due <= now);
        if shown.tasks.iter().any(is_late) {
            shown.overdue.push("tasks".to_owned());
        }
        shown
    }
}

fn said<'a>(all: impl Iterator<Item = (What, &'a Arc<str>)>) -> BTreeMap<String, String> {
    all.map(|(what, text)| (what.word().to_owned(), text.to_string())).collect()
}

/// Tasks that are due at the same moment are one phase.
fn tasks(plan: &Plan, opened_at: Timestamp, timeline: &[Entry]) -> Vec<TaskBody> {
    let mut phases: Vec<u64> = plan.tasks.iter().map(|task| task.within_ns).collect();
    phases.sort_unstable();
    phases.dedup();
    let mut all = Vec::new();
    for (number, task) in (1..).zip(&plan.tasks) {
        let done = timeline.iter().find(|entry| entry.done.contains(&number));
        let phase = phases.iter().position(|within| *within == task.within_ns).unwrap_or_default();
        all.push(TaskBody {
            number,
            phase: u32::try_from(phase + 1).unwrap_or(u32::MAX),
            title: task.title.clone(),
            due_at: opened_at.plus(Duration::from_nanos(task.within_ns)).to_string(),
            done_at: done.map(|entry| entry.at.to_string()),
            done_by: done.and_then(|entry| entry.by.as_ref()).map(ToString::to_string),
        });
    }
    all
}

/// What the record's row says of one.
pub(super) fn body(incident: &Incident, now: Timestamp) -> IncidentBody {
    let opened = &incident.opened;
    let moment = |at: Timestamp| at.to_string();
    let title = opened.said.iter().find(|said| said.what == What::Title);
    let (acknowledged, resolved) = (incident.acknowledged.as_ref(), incident.resolved.as_ref());
    let late = |by: Option<Timestamp>, what: &str| by.filter(|by| *by <= now).map(|_| what.to_owned());
    let overdue = [late(incident.acknowledge_by, "acknowledge"), late(incident.update_by, "update")];
    IncidentBody {
        id: opened.id.to_string(),
        state: incident.state.word().to_owned(),
        priority: opened.priority.word().to_owned(),
        rule: opened.rule.to_string(),
        reasons: Vec::new(),
        title: title.map(|said| said.text.to_string()).unwrap_or_default(),
        decision: opened.decision.to_string(),
        environment: opened.environment.to_string(),
        services: opened.services.iter().map(ToString::to_string).collect(),
        watch: opened.watch.as_ref().map(ToString::to_string),
        rollbacks: Vec::new(),
        opened_by: opened.by.as_ref().map(ToString::to_string),
        opened_at: moment(incident.opened_at),
        detected_at: moment(opened.detected_at),
        level: LevelBody { told: incident.level + 1, of: opened.levels, contact: None },
        acknowledge_by: incident.acknowledge_by.map(moment),
        update_by: incident.update_by.filter(|_| incident.state != IncidentState::Resolved).map(moment),
        overdue: overdue.into_iter().flatten().collect(),
        acknowledged_at: acknowledged.map(|(at, _)| moment(*at)),
        acknowledged_by: acknowledged.map(|(_, by)| by.to_string()),
        resolved_at: resolved.map(|(at, _)| moment(*at)),
        resolved_by: resolved.map(|(_, by)| by.to_string()),
        downtime_seconds: incident.downtime.map(|span| span.as_secs()),
        said: BTreeMap::new(),
        tasks: Vec::new(),
        timeline: Vec::new(),
        notices: Vec::new(),
        plan: opened.plan.to_string(),
        leaf_index: incident.leaf_index,
    }
}
