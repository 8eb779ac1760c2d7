//! Which rule a result speaks of: by index or id, in the tool or in one of its extensions.

use super::shape::{Component, Finding, Rule, Run};
use std::collections::HashMap;

/// The rules of a run.
pub(super) struct Rules<'r> {
    run: &'r Run,
    /// The driver's come before the extensions'.
    by_id: HashMap<&'r str, &'r Rule>,
    /// The first of each name.
    by_name: HashMap<&'r str, &'r Component>,
}

impl<'r> Rules<'r> {
    pub(super) fn of(run: &'r Run) -> Self {
        let mut by_id = HashMap::new();
        for rule in run.components().flat_map(Component::rules) {
            by_id.entry(rule.id.as_str()).or_insert(rule);
        }
        let mut by_name = HashMap::new();
        for component in run.components() {
            by_name.entry(component.name.as_str()).or_insert(component);
        }
        Self { run, by_id, by_name }
    }

    /// The id that the result gives, else its rule's; empty when there is neither.
    pub(super) fn id<'f>(&self, finding: &'f Finding) -> &'f str
    where
        'r: 'f,
    {
        stated_id(finding).or_else(|| self.find(finding).map(|rule| rule.id.as_str())).unwrap_or_default()
    }

    /// The rule's own description, where the run has one. An index outranks the id unless the two contradict each other.
    pub(super) fn find(&self, finding: &Finding) -> Option<&'r Rule> {
        let id = stated_id(finding);
        let reference = finding.rule.as_deref();
        let index = reference.and_then(|reference| reference.index).or(finding.rule_index);
        let indexed = index.and_then(|index| {
            let rule = self.component(finding)?.rules().get(usize::try_from(index).ok()?)?;
            id.is_none_or(|id| is_or_refines(id, &rule.id)).then_some(rule)
        });
        indexed.or_else(|| id.and_then(|id| self.by_id(id)))
    }

    /// Ids are hierarchical: `CA1000/1` is described by `CA1000`.
    fn by_id(&self, id: &str) -> Option<&'r Rule> {
        let ids = std::iter::successors(Some(id), |id| id.rsplit_once('/').map(|(outer, _)| outer));
        ids.take(8).find_map(|id| self.by_id.get(id).copied())
    }

    fn component(&self, finding: &Finding) -> Option<&'r Component> {
        let driver = &self.run.tool.driver;
        let Some(reference) = finding.rule.as_deref().and_then(|rule| rule.tool_component.as_ref()) else {
            return Some(driver);
        };
        let extensions = self.run.tool.extensions.as_deref().unwrap_or_default();
        match (reference.index, reference.name.as_deref()) {
            (Some(index), _) if index >= 0 => extensions.get(usize::try_from(index).ok()?),
            (_, Some(name)) => self.by_name.get(name).copied(),
            _ => Some(driver),
        }
    }
}

fn stated_id(finding: &Finding) -> Option<&str> {
    let reference = finding.rule.as_deref().and_then(|rule| rule.id.as_deref());
    finding.rule_id.as_deref().or(reference).filter(|id| !id.is_empty())
}

fn is_or_refines(id: &str, rule: &str) -> bool {
    id.strip_prefix(rule).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
