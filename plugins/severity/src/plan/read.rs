//! Settings read, with every problem and its place. Whatever may be known has to come to something, so nothing is left out.

use super::{Plan, Users};
use crate::settings::{AnyOf, PrioritySettings, Settings, UsersSettings};
use tidegate_sdk::{
    describe::Problem,
    severity::{DataState, FeatureImpact, PerformanceImpact, Priority, SecurityState, ServiceState},
};

/// The priorities that name what makes them, the most urgent first.
type Named<'a> = [(Priority, &'a AnyOf); 3];

pub(super) fn plan(settings: &Settings) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let nothing = AnyOf::default();
    let mut any_of = |priority: Priority, given: &Option<PrioritySettings>| match given {
        Some(given) => given.any_of.clone(),
        None => {
            problems.push(Problem::new("", format!("`{}` is left out", priority.word())));
            nothing.clone()
        }
    };
    let given = [(Priority::P0, &settings.p0), (Priority::P1, &settings.p1), (Priority::P2, &settings.p2)]
        .map(|(priority, given)| (priority, any_of(priority, given)));
    let named: Named<'_> = given.each_ref().map(|(priority, any_of)| (*priority, any_of));
    let bad_service = [ServiceState::Outage, ServiceState::PartialOutage, ServiceState::Degraded];
    let bad_data = [DataState::Lost, DataState::Corrupted, DataState::AtRisk];
    let bad_security = [SecurityState::Breach, SecurityState::Suspected];
    let bad_features = [FeatureImpact::Major, FeatureImpact::Minor];
    let bad_performance = [PerformanceImpact::Significant, PerformanceImpact::Moderate];
    let mut values = Values { named: &named, problems: &mut problems };
    let service = values.of("service", |any| &any.service, &bad_service.map(|value| (value, value.word())));
    let data = values.of("data", |any| &any.data, &bad_data.map(|value| (value, value.word())));
    let security = values.of("security", |any| &any.security, &bad_security.map(|value| (value, value.word())));
    let features = values.of("features", |any| &any.features, &bad_features.map(|value| (value, value.word())));
    let performance =
        values.of("performance", |any| &any.performance, &bad_performance.map(|value| (value, value.word())));
    let users = users(&named, &mut problems);
    let rollback = rollback(&named, &mut problems);
    match rollback {
        Some(rollback) if problems.is_empty() => {
            Ok(Plan { service, data, security, features, performance, users, rollback })
        }
        _ => Err(problems),
    }
}

struct Values<'a> {
    named: &'a Named<'a>,
    problems: &'a mut Vec<Problem>,
}

impl Values<'_> {
    /// What each value comes to; each has to stand under exactly one priority.
    fn of<T: Copy + PartialEq>(
        &mut self,
        key: &str,
        list: impl Fn(&AnyOf) -> &Vec<String>,
        known: &[(T, &str)],
    ) -> Vec<(T, Priority)> {
        let mut found: Vec<(T, Priority)> = Vec::new();
        for (priority, any_of) in self.named {
            for (index, word) in list(any_of).iter().enumerate() {
                let at = format!("/{}/any_of/{key}/{index}", priority.word());
                match known.iter().find(|(_, known)| known == word) {
                    None => self.add(at, format!("expected one of {}", listed(known))),
                    Some((value, _)) => match found.iter().find(|(other, _)| other == value) {
                        Some((_, earlier)) => self.add(at, format!("makes it {} already", earlier.word())),
                        None => found.push((*value, *priority)),
                    },
                }
            }
        }
        for (_, word) in known.iter().filter(|(value, _)| !found.iter().any(|(other, _)| other == value)) {
            self.add("", format!("`{key}: {word}` is under no priority: an incident like that would have none"));
        }
        found
    }

    fn add(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::new(pointer, message));
    }
}

fn listed<T>(known: &[(T, &str)]) -> String {
    known.iter().map(|(_, word)| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Bounds that fall from one priority to the next, and end so that nobody who is affected is left out.
fn users(named: &Named<'_>, problems: &mut Vec<Problem>) -> Vec<(Users, Priority)> {
    let mut users: Vec<(Users, Priority)> = Vec::new();
    for (priority, any_of) in named {
        let Some(given) = &any_of.users_affected_percent else { continue };
        let at = format!("/{}/any_of/users_affected_percent", priority.word());
        let bound = match given {
            UsersSettings { gt: Some(bound), min: None } => Users::MoreThan(*bound),
            UsersSettings { gt: None, min: Some(bound) } => Users::AtLeast(*bound),
            _ => {
                problems.push(Problem::new(at, "expected either `gt` or `min`"));
                continue;
            }
        };
        if !(0.0..=100.0).contains(&bound.bound()) || bound == Users::AtLeast(0.0) {
            problems.push(Problem::new(at, "not a percentage of users who are affected: more than 0, up to 100"));
        } else if users.last().is_some_and(|(earlier, _)| earlier.bound() <= bound.bound()) {
            problems.push(Problem::new(at, "is not below the bound of the priority before: it would never count"));
        } else {
            users.push((bound, *priority));
        }
    }
    if !users.iter().any(|(bound, _)| *bound == Users::MoreThan(0.0)) {
        let message = "`users_affected_percent: {gt: 0}` is under no priority: an incident like that would have none";
        problems.push(Problem::new("", message));
    }
    users
}

fn rollback(named: &Named<'_>, problems: &mut Vec<Problem>) -> Option<Priority> {
    let mut found = None;
    for (priority, any_of) in named {
        let at = || format!("/{}/any_of/rollback_required", priority.word());
        match (any_of.rollback_required, found) {
            (None, _) => {}
            (Some(false), _) => {
                problems.push(Problem::new(at(), "expected `true`: what need not be undone is nothing"))
            }
            (Some(true), Some(earlier)) => {
                let earlier: Priority = earlier;
                problems.push(Problem::new(at(), format!("makes it {} already", earlier.word())));
            }
            (Some(true), None) => found = Some(*priority),
        }
    }
    if found.is_none() {
        let message = "`rollback_required: true` is under no priority: an incident like that would have none";
        problems.push(Problem::new("", message));
    }
    found
}
