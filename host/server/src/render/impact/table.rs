//! For a terminal.

use super::{TEXT_CHARS_MAX, count, newly, now, services};
use crate::{
    render::escape::terminal,
    replay::impact::{
        compared::{Change, Compared},
        summary::Impact,
    },
};

/// Decisions that are listed, of those that change and of those of which nobody can tell.
const LISTED_MAX: usize = 50;

/// The whole of it in lines.
#[must_use]
pub fn table(impact: &Impact) -> String {
    let counts = impact.counts();
    let mut text = format!("candidate: {}\nsince: {}\n", impact.candidate, impact.since);
    text.push_str(&format!("decisions: {}\n", impact.decisions.len()));
    for change in Change::ALL {
        text.push_str(&format!("{}: {}\n", change.words(), count(&counts, change)));
    }
    by_service(&mut text, impact);
    for rule in impact.newly_blocking() {
        let services: Vec<String> = rule.services.into_iter().collect();
        let line = format!("{} (decisions: {}; services: {})", rule.rule, rule.decisions, services.join(", "));
        text.push_str(&format!("newly blocking: {}\n", terminal(&line, TEXT_CHARS_MAX)));
    }
    let unknown = impact.decisions.iter().filter(|one| one.change() == Change::NotReplayable);
    listed(&mut text, "changes", impact.changed());
    listed(&mut text, "cannot be told", unknown);
    text
}

fn by_service(text: &mut String, impact: &Impact) {
    let groups = impact.groups();
    if groups.is_empty() {
        return;
    }
    let width = |name: &str, longest: usize| longest.max(name.len());
    let service = width("service", groups.iter().map(|group| group.service.chars().count()).max().unwrap_or_default());
    let owner =
        width("owner", groups.iter().map(|group| group.owner.chars().count()).max().unwrap_or_default()).min(40);
    text.push_str(&format!("\n{:service$}  {:owner$}", "service", "owner"));
    Change::ALL.iter().for_each(|change| text.push_str(&format!("  {}", change.words())));
    text.push('\n');
    for group in groups {
        let named = terminal(&group.owner, owner);
        text.push_str(&format!("{:service$}  {named:owner$}", group.service));
        for change in Change::ALL {
            let width = change.words().len();
            text.push_str(&format!("  {:>width$}", count(&group.counts, change)));
        }
        text.push('\n');
    }
    text.push('\n');
}

fn listed<'a>(text: &mut String, what: &str, decisions: impl Iterator<Item = &'a Compared>) {
    let mut more = 0;
    for (index, one) in decisions.enumerate() {
        if index >= LISTED_MAX {
            more += 1;
            continue;
        }
        text.push_str(&format!("{what}: {}\n", terminal(&line(one), TEXT_CHARS_MAX)));
    }
    if more > 0 {
        text.push_str(&format!("{what}: {more} more; `--json` and `--html` list all\n"));
    }
}

fn line(one: &Compared) -> String {
    let then = one.past.as_ref().map_or_else(String::new, |past| {
        format!(" {} {} to {}: {} then,", past.at, services(one), past.environment, past.then.words())
    });
    let newly = newly(one);
    let against = if newly.is_empty() { String::new() } else { format!(", by {newly}") };
    format!("{}{then} {} now{against}", one.decision, now(one))
}
