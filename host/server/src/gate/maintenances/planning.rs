//! A maintenance that is planned; one of an emergency, which opens at once.

use super::{KEEPERS, person};
use crate::{
    api::{
        maintenances::{MaintenanceBody, MaintenanceRequestBody},
        problem::PlacedError,
    },
    gate::{
        Gate,
        activation::act,
        clock,
        error::{GateError, parsed, placed},
        maintenances::opening::Wish,
        permits::{reasoned, vouched_there},
    },
    identity::{principal::Principal, role::Role},
};
use std::{sync::Arc, time::Duration};
use tidegate_bundle::{
    bundle::LoadedSet,
    maintenance::{MaintenanceRules, Task},
};
use tidegate_core::{
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};
use tidegate_ledger::{
    act::Act,
    maintenance::{Emergency, Item, NewMaintenance, Phase, SERVICES_MAX},
};

/// How long one may last.
const LASTS_MAX: Duration = Duration::from_secs(30 * 24 * 3_600);

/// One that is asked for, as it was understood.
#[derive(Debug)]
pub struct Asked {
    environment: EnvironmentName,
    services: Vec<ServiceName>,
    from: Timestamp,
    until: Timestamp,
    reason: Arc<str>,
    emergency: Option<String>,
}

impl Asked {
    /// Reads what was asked for, or says everything that is wrong with it.
    pub fn read(body: &MaintenanceRequestBody) -> Result<Self, GateError> {
        let (mut errors, now) = (Vec::new(), clock::now());
        let environment = parsed("environment", Some(&body.environment), EnvironmentName::parse, &mut errors);
        let services = services(&body.services, &mut errors);
        let from = match (&body.from, &body.emergency) {
            (Some(from), None) => parsed("from", Some(from), Timestamp::parse, &mut errors),
            (None, Some(_)) => Some(now),
            (None, None) => refused(&mut errors, "from", "from when on it may be opened; RFC 3339"),
            (Some(_), Some(_)) => refused(&mut errors, "from", "an emergency's begins now: leave it out"),
        };
        let until = parsed("until", Some(&body.until), Timestamp::parse, &mut errors);
        if let (Some(from), Some(until)) = (from, until) {
            window(from, until, now, &mut errors);
        }
        let reason = reasoned(&body.reason).map_err(|error| errors.push(error)).ok();
        match (environment, from, until, reason) {
            (Some(environment), Some(from), Some(until), Some(reason)) if errors.is_empty() => {
                let (reason, emergency) = (Arc::from(reason), body.emergency.clone());
                Ok(Self { environment, services, from, until, reason, emergency })
            }
            _ => Err(GateError::Malformed(errors)),
        }
    }
}

fn refused<T>(errors: &mut Vec<PlacedError>, place: &str, message: &str) -> Option<T> {
    errors.push(placed(place, message));
    None
}

fn window(from: Timestamp, until: Timestamp, now: Timestamp, errors: &mut Vec<PlacedError>) {
    if until <= from {
        errors.push(placed("until", "the window ends before it begins"));
    } else if until <= now {
        errors.push(placed("until", "the window is over"));
    } else if from.plus(LASTS_MAX) < until {
        errors.push(placed("until", format!("the window lasts longer than {} days", LASTS_MAX.as_secs() / 86_400)));
    }
}

fn services(names: &[String], errors: &mut Vec<PlacedError>) -> Vec<ServiceName> {
    if names.is_empty() || names.len() > SERVICES_MAX {
        errors.push(placed("services", format!("{} used, 1 to {SERVICES_MAX} allowed", names.len())));
    }
    let mut read = Vec::new();
    for (index, name) in names.iter().take(SERVICES_MAX).enumerate() {
        read.extend(parsed(&format!("services.{index}"), Some(name), ServiceName::parse, errors));
    }
    read.sort();
    read.dedup();
    read
}

impl Gate {
    /// Plans one, or opens it at once. Whoever may not is told.
    pub async fn plan_maintenance(
        &self,
        asked: Asked,
        principal: &Arc<Principal>,
    ) -> Result<MaintenanceBody, GateError> {
        let by = person(principal)?;
        self.may_plan(&asked, principal)?;
        let in_force = self.active();
        let (set, rules) = the_set(in_force.bundle().sets(), &asked)?;
        let id: Arc<str> = uuid::Uuid::now_v7().to_string().into();
        let emergency = match &asked.emergency {
            None => None,
            Some(because) => {
                let within = rules.emergency.as_ref().ok_or_else(|| no_emergencies(set))?.within;
                let wish = Wish { id: &id, of: &asked.environment, services: &asked.services, set, rules };
                let decision = self.force_open(&wish, (because.as_str(), &*asked.reason), principal).await?;
                Some(Emergency { because: because.as_str().into(), decision, due: clock::now().plus(within) })
            }
        };
        let Asked { environment, services, from, until, reason, .. } = asked;
        let new = NewMaintenance {
            id: id.clone(),
            environment,
            policy_set: set.set.id.clone(),
            asked_in: rules.asked_in.clone(),
            verified_in: rules.verified_in.clone(),
            scope: principal.scope.clone(),
            services,
            from,
            until,
            by,
            reason,
            items: items(rules, emergency.is_some()),
            anew: rules.anew,
            emergency,
        };
        self.ledger().act(act(Act::MaintenancePlanned(new), Vec::new())).await?;
        self.recorded_maintenance(&id).await
    }

    fn may_plan(&self, asked: &Asked, principal: &Principal) -> Result<(), GateError> {
        vouched_there(principal, &asked.environment)?;
        let (role, roles) = match &asked.emergency {
            Some(_) => (Role::Override, &[Role::Override][..]),
            None => (Role::Decide, &KEEPERS[..]),
        };
        if roles.iter().any(|role| principal.may(*role, &asked.environment, &asked.services)) {
            return Ok(());
        }
        Err(GateError::forbidden(role, principal, &asked.environment, &asked.services))
    }
}

/// The one set that says how these services are maintained there.
fn the_set<'a>(sets: &'a [LoadedSet], asked: &Asked) -> Result<(&'a LoadedSet, &'a MaintenanceRules), GateError> {
    let fits = |set: &&LoadedSet| asked.services.iter().all(|service| set.matching.fits_service(service));
    let of_it = sets.iter().filter_map(|set| Some((set, set.maintenance.as_ref()?)));
    let found: Vec<_> = of_it.filter(|(set, rules)| rules.of == asked.environment && fits(set)).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => {
            let message =
                format!("no policy set says how all of these services are maintained in `{}`", asked.environment);
            Err(GateError::unmaintained(&message))
        }
        several => {
            let names: Vec<String> = several.iter().map(|(set, _)| format!("`{}`", set.set.id)).collect();
            Err(GateError::unmaintained(&format!(
                "several policy sets say how they are maintained: {}",
                names.join(", ")
            )))
        }
    }
}

fn no_emergencies(set: &LoadedSet) -> GateError {
    GateError::unmaintained(&format!(
        "policy set `{}` says nothing of emergencies (`maintenance.emergency`)",
        set.set.id
    ))
}

/// What is to be done: of an emergency what belongs to one, otherwise everything else.
fn items(rules: &MaintenanceRules, is_emergency: bool) -> Vec<Item> {
    let none: &[Task] = &[];
    let (actions, communications) = match &rules.emergency {
        Some(emergency) if is_emergency => (emergency.actions.as_slice(), emergency.communications.as_slice()),
        _ => (none, none),
    };
    let planned = |tasks: &'_ [Task]| if is_emergency { Vec::new() } else { tasks.to_vec() };
    let phases = [
        (Phase::Pre, planned(&rules.pre)),
        (Phase::During, planned(&rules.during)),
        (Phase::Post, planned(&rules.post)),
        (Phase::Actions, actions.to_vec()),
        (Phase::Communications, communications.to_vec()),
    ];
    let item = |phase| move |task: Task| Item { phase, id: task.item, title: task.title };
    phases.into_iter().flat_map(|(phase, tasks)| tasks.into_iter().map(item(phase))).collect()
}
