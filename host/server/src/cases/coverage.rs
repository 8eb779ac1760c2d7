//! What of the policies the cases reached: of each stage a pass and a result that is none, and each rule that can speak.
//!
//! A rule whose group of settings a stage leaves out cannot speak there and is not counted: `coverage.lines` belongs to the
//! group `coverage`, if the plugin's schema knows one of that name.

use crate::{
    api::answer::Answer,
    gate::plugins::{Active, Loaded},
};
use serde_json::Value;
use std::{collections::BTreeMap, fmt};
use tidegate_bundle::bundle::LoadedSet;
use tidegate_core::policy::{Mode, Stage};

/// Something that a case can reach.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The policy set.
    pub set: String,
    /// The stage.
    pub stage: String,
    /// What of it.
    pub what: What,
}

/// What of a stage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It passed.
    Pass,
    /// It came to a result that is no pass: failed, held, inconclusive or in error.
    NoPass,
    /// There was a finding of this rule; of a severity plugin: it set the priority.
    Rule(String),
    /// A rollback plugin advised it.
    Advice(String),
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { set, stage, what } = self;
        match what {
            What::Pass => write!(f, "{set}: {stage}: no case passes it"),
            What::NoPass => write!(f, "{set}: {stage}: no case fails or holds it"),
            What::Rule(rule) => write!(f, "{set}: {stage}/{rule}: no case makes it speak"),
            What::Advice(advice) => write!(f, "{set}: {stage}: no case is answered with `{advice}`"),
        }
    }
}

/// Everything that cases can reach, and whether one did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage(BTreeMap<Item, bool>);

impl Coverage {
    /// Of these policies: nothing was reached yet.
    #[must_use]
    pub fn of(active: &Active) -> Self {
        let mut items = BTreeMap::new();
        for set in active.bundle().sets() {
            let variants = active.variants(set);
            for id in set.set.stages.iter().map(|stage| &stage.id) {
                // A stage that is off in the set may be on in a layer.
                let stages: Vec<&Stage> = variants
                    .iter()
                    .flat_map(|variant| &variant.set.stages)
                    .filter(|stage| stage.id == *id && stage.mode != Mode::Off)
                    .collect();
                for what in stages.iter().flat_map(|stage| reachable(active, set, stage)) {
                    items.insert(Item { set: set.set.id.to_string(), stage: id.to_string(), what }, false);
                }
            }
        }
        Self(items)
    }

    /// Of these: nothing was reached yet.
    #[must_use]
    pub fn of_items(items: impl IntoIterator<Item = Item>) -> Self {
        Self(items.into_iter().map(|item| (item, false)).collect())
    }

    /// With everything that the other one counts.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Counts one thing, if it is one of those that are counted.
    pub fn reached(&mut self, item: Item) {
        self.0.entry(item).and_modify(|reached| *reached = true);
    }

    /// Counts what an answer shows.
    pub fn saw(&mut self, answer: &Answer) {
        for stage in &answer.stages {
            for evaluation in &stage.evaluations {
                let result = match evaluation.result.as_str() {
                    "pass" => Some(What::Pass),
                    "not_applicable" | "skipped" => None,
                    _ => Some(What::NoPass),
                };
                let rules = evaluation.findings.iter().map(|finding| What::Rule(finding.rule.clone()));
                for what in result.into_iter().chain(rules) {
                    let item = Item { set: answer.policy_set.id.clone(), stage: stage.id.clone(), what };
                    self.reached(item);
                }
            }
        }
    }

    /// How many were reached, of how many.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.0.values().filter(|reached| **reached).count(), self.0.len())
    }

    /// What no case reached, in order.
    pub fn missing(&self) -> impl Iterator<Item = &Item> {
        self.0.iter().filter(|(_, reached)| !**reached).map(|(item, _)| item)
    }

    /// Whether at least so many percent were reached; compared exactly.
    #[must_use]
    pub fn reaches(&self, percent: u8) -> bool {
        let (reached, all) = self.counts();
        reached * 100 >= all * usize::from(percent)
    }
}

fn reachable(active: &Active, set: &LoadedSet, stage: &Stage) -> Vec<What> {
    let settings: Value = serde_json::from_str(&stage.settings).unwrap_or_default();
    let mut reachable = vec![What::Pass, What::NoPass];
    if let Some(loaded) = active.plugin(&set.set.id, &stage.plugin) {
        let rules = loaded.rules.iter().map(|rule| rule.as_str()).filter(|rule| can_speak(loaded, &settings, rule));
        reachable.extend(rules.map(|rule| What::Rule(rule.to_owned())));
    }
    reachable
}

fn can_speak(loaded: &Loaded, settings: &Value, rule: &str) -> bool {
    let group = rule.split_once('.').map_or(rule, |(group, _)| group);
    let groups = loaded.plugin.description.settings_schema.get("properties");
    let is_group = groups.and_then(|groups| groups.get(group)).is_some();
    !is_group || settings.get(group).is_some()
}

#[cfg(test)]
mod tests {
    use super::{Coverage, Item, What};
    use crate::render::tests::sample::remediate;

    fn item(stage: &str, what: What) -> Item {
        Item { set: remediate().policy_set.id, stage: stage.to_owned(), what }
    }

    #[test]
    fn an_answer_reaches_results_and_rules_that_are_counted_and_no_others() {
        let answer = remediate();
        let failed = answer.stages.iter().find(|stage| stage.result == "fail").unwrap();
        let rule = failed.evaluations[0].findings[0].rule.clone();
        let items = [
            item(&failed.id, What::Pass),
            item(&failed.id, What::NoPass),
            item(&failed.id, What::Rule(rule.clone())),
            item(&failed.id, What::Rule("silent".to_owned())),
        ];
        let mut coverage = Coverage(items.iter().map(|item| (item.clone(), false)).collect());
        coverage.saw(&answer);
        assert_eq!(coverage.counts(), (2, 4));
        let missing: Vec<String> = coverage.missing().map(|item| item.to_string()).collect();
        let set = &answer.policy_set.id;
        let expected = [
            format!("{set}: {}: no case passes it", failed.id),
            format!("{set}: {}/silent: no case makes it speak", failed.id),
        ];
        assert_eq!(missing, expected);
        assert!(coverage.reaches(50) && !coverage.reaches(51));
    }

    #[test]
    fn of_nothing_everything_is_reached() {
        assert!(Coverage::default().reaches(100));
    }
}
