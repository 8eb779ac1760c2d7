//! What all comparisons come to: by change, by service and owner, by rule.

use super::compared::{Change, Compared};
use std::collections::{BTreeMap, BTreeSet};
use tidegate_core::{digest::Digest, time::Timestamp};

/// What is said in place of an owner that nobody names.
pub const NO_OWNER: &str = "-";

/// What a candidate would have changed.
#[derive(Debug)]
pub struct Impact {
    /// Decisions since then were judged.
    pub since: Timestamp,
    /// Of the candidate bundle.
    pub candidate: Digest,
    /// Every decision, in the order of the record.
    pub decisions: Vec<Compared>,
}

/// Decisions by what changes of them.
pub type Counts = BTreeMap<Change, usize>;

/// What a candidate would have changed for one service of one owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The service.
    pub service: String,
    /// Who answers for the policy set.
    pub owner: String,
    /// Its decisions.
    pub counts: Counts,
    /// What would newly stand against it.
    pub newly_blocking: BTreeSet<String>,
}

/// Something that would newly stand against deployments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `stage/rule`, or `stage (why)`.
    pub rule: String,
    /// In so many decisions.
    pub decisions: usize,
    /// Of these services.
    pub services: BTreeSet<String>,
}

impl Impact {
    /// All decisions.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        self.decisions.iter().for_each(|one| *counts.entry(one.change()).or_default() += 1);
        counts
    }

    /// Decisions of which that is known which would change.
    pub fn changed(&self) -> impl Iterator<Item = &Compared> {
        self.decisions.iter().filter(|one| one.change().is_change())
    }

    /// By service and owner. A decision about several services counts for each of them.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        let mut groups: BTreeMap<(String, String), (Counts, BTreeSet<String>)> = BTreeMap::new();
        for one in &self.decisions {
            let owner = one.owner.as_deref().unwrap_or(NO_OWNER);
            for service in one.services() {
                let (counts, rules) = groups.entry((service.name.to_string(), owner.to_owned())).or_default();
                *counts.entry(one.change()).or_default() += 1;
                rules.extend(one.newly_blocking().map(str::to_owned));
            }
        }
        let group = |((service, owner), (counts, newly_blocking))| Group { service, owner, counts, newly_blocking };
        groups.into_iter().map(group).collect()
    }

    /// What would newly stand against deployments, what stands against most of them first.
    #[must_use]
    pub fn newly_blocking(&self) -> Vec<Rule> {
        let mut rules: BTreeMap<&str, (usize, BTreeSet<String>)> = BTreeMap::new();
        for one in &self.decisions {
            for rule in one.newly_blocking() {
                let (decisions, services) = rules.entry(rule).or_default();
                *decisions += 1;
                services.extend(one.services().iter().map(|service| service.name.to_string()));
            }
        }
        let rule = |(rule, (decisions, services)): (&str, _)| Rule { rule: rule.to_owned(), decisions, services };
        let mut rules: Vec<Rule> = rules.into_iter().map(rule).collect();
        rules.sort_by(|a, b| (b.decisions, &a.rule).cmp(&(a.decisions, &b.rule)));
        rules
    }
}
