//! What a set says of maintenance, and what its schema cannot say of that.

use super::{operations::items, reader::Reader};
use crate::{
    document::{nearest, quoted},
    maintenance::{EmergencyRules, MaintenanceRules, TASKS_MAX, Task, WITHIN},
    raw,
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::name::{EnvironmentName, EvidenceName};

/// None: it says nothing of it. Or an incomplete one, together with a mistake.
pub(super) fn maintenance(reader: &mut Reader<'_>, set: &raw::Set) -> Option<MaintenanceRules> {
    let section = &set.maintenance;
    section.as_object()?;
    let named = |reader: &mut Reader<'_>, key: &str| {
        let text = section.get(key).and_then(Value::as_str)?;
        reader.name(&format!("/maintenance/{key}"), text, EnvironmentName::parse)
    };
    let (of, verified_in) = (named(reader, "of"), named(reader, "verified_in"));
    let asked_in = asked_in(reader, set, of.as_ref());
    let name = text(section, "/pre/evidence").unwrap_or_default();
    let evidence = reader.name("/maintenance/pre/evidence", name, EvidenceName::parse);
    let mut tasks = Tasks::default();
    let pre = before(reader, set, name, &mut tasks);
    let rules = MaintenanceRules {
        of: of?,
        asked_in: asked_in?,
        verified_in: verified_in?,
        anew: text(section, "/baselines") == Some("anew"),
        evidence: evidence?,
        approval: approval(reader, section, &pre),
        pre,
        during: tasks.listed(reader, section, "/during"),
        post: tasks.listed(reader, section, "/post"),
        emergency: emergency(reader, set, &mut tasks),
    };
    if tasks.0.len() > TASKS_MAX {
        let message = format!("what is to be done: {} items, {TASKS_MAX} allowed", tasks.0.len());
        reader.mistake("/maintenance", message, None);
    }
    Some(rules)
}

/// The one environment in which the set is asked.
fn asked_in(reader: &mut Reader<'_>, set: &raw::Set, of: Option<&EnvironmentName>) -> Option<EnvironmentName> {
    let one = match set.matching.environments.as_slice() {
        [one] if !one.contains('*') => EnvironmentName::parse(one).ok(),
        _ => None,
    };
    if one.is_none() {
        let message = "a set with `maintenance` is asked in one environment, by its whole name".to_owned();
        reader.mistake("/match/environments", message, Some("e.g. `[production-maintenance]`".to_owned()));
    }
    if one.is_some() && one.as_ref() == of {
        let message = "maintenance is asked for in another environment than the one that it is of".to_owned();
        reader.mistake("/maintenance/of", message, None);
    }
    one
}

/// What is to be done, each once: where it was said first.
#[derive(Debug, Default)]
struct Tasks(BTreeMap<String, String>);

impl Tasks {
    fn take(&mut self, reader: &mut Reader<'_>, pointer: String, item: &str, title: Option<&str>) -> Task {
        if let Some(first) = self.0.get(item) {
            let line = reader.positions.at(first).line;
            reader.mistake(&pointer, format!("{} is listed twice: first in line {line}", quoted(item)), None);
        } else {
            self.0.insert(item.to_owned(), pointer);
        }
        let title = title.map_or_else(|| item.replace(['_', '-'], " "), str::to_owned);
        Task { item: Arc::from(item), title: Arc::from(title) }
    }

    fn listed(&mut self, reader: &mut Reader<'_>, section: &Value, pointer: &str) -> Vec<Task> {
        let mut listed = Vec::new();
        for (index, task) in items(section.pointer(pointer)).enumerate() {
            let place = format!("/maintenance{pointer}/{index}/item");
            let item = text(task, "/item").unwrap_or_default();
            listed.push(self.take(reader, place, item, text(task, "/title")));
        }
        listed
    }
}

/// The items of the stages that see what was stated before: they are listed in one place.
fn before(reader: &mut Reader<'_>, set: &raw::Set, name: &str, tasks: &mut Tasks) -> Vec<Task> {
    let names = || set.stages.iter().flat_map(|stage| &stage.evidence).map(|evidence| evidence.name.as_str());
    if !names().any(|known| known == name) {
        let hint = nearest(name, names()).map(|near| format!("did you mean `{near}`?"));
        reader.mistake("/maintenance/pre/evidence", format!("no stage asks for {}", quoted(name)), hint);
    }
    let mut pre = Vec::new();
    for (index, stage) in set.stages.iter().enumerate() {
        if !stage.evidence.iter().any(|evidence| evidence.name == name) {
            continue;
        }
        for (item, settings) in stage.settings.get("items").and_then(Value::as_object).into_iter().flatten() {
            let place = format!("/stages/{index}/settings/items/{}", crate::document::escaped(item));
            pre.push(tasks.take(reader, place, item, text(settings, "/title")));
        }
    }
    pre
}

fn approval(reader: &mut Reader<'_>, section: &Value, pre: &[Task]) -> Option<Arc<str>> {
    let item = text(section, "/pre/approval")?;
    if !pre.iter().any(|task| &*task.item == item) {
        let hint = nearest(item, pre.iter().map(|task| &*task.item)).map(|near| format!("did you mean `{near}`?"));
        reader.mistake("/maintenance/pre/approval", format!("{} is not asked for before", quoted(item)), hint);
    }
    Some(Arc::from(item))
}

/// An emergency's maintenance is a forced decision of the set.
fn emergency(reader: &mut Reader<'_>, set: &raw::Set, tasks: &mut Tasks) -> Option<EmergencyRules> {
    let section = set.maintenance.get("emergency")?;
    if set.break_glass.as_ref().is_none_or(|rules| rules.second_human != Some(false)) {
        let message = "an emergency opens at once: it needs `break_glass` with `second_human: false`".to_owned();
        reader.mistake("/maintenance/emergency", message, None);
    }
    Some(EmergencyRules {
        within: reader.span("/maintenance/emergency/within", text(section, "/within")).unwrap_or(WITHIN),
        actions: tasks.listed(reader, &set.maintenance, "/emergency/actions"),
        communications: tasks.listed(reader, &set.maintenance, "/emergency/communications"),
    })
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}
