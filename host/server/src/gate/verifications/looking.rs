//! Looks at everything that a set names, each within its time: endpoints and systems at once, bursts afterwards.
//!
//! **Invariant:** what did not answer, too late, or in part is unknown, with the reason; nothing is put in its place.

use super::{
    answers::{self, Expected, some},
    rules::{By, Endpoint, Number, Place, Rules},
    seen::Saw,
};
use crate::{
    egress::{Egress, Seen, error::EgressError, target::Target},
    signals::{self, About, AlertsSource},
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{one_line::one_line, time::Timestamp};
use tokio::task::JoinSet;

/// What a limited rate answers.
const TOO_MANY: u16 = 429;
/// Characters of a reason that are kept.
const WHY_CHARS_MAX: usize = 300;

/// What is looked at.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) deployment: About,
    pub(super) expected: Vec<Expected>,
}

/// What was seen.
#[derive(Debug)]
pub(super) struct Looked {
    /// When it began.
    pub(super) at: Timestamp,
    /// What each endpoint answered, in their order.
    pub(super) endpoints: Vec<Result<Seen, EgressError>>,
    /// What was seen of each item, in their order.
    pub(super) items: Vec<Saw>,
}

/// Looks.
pub(super) async fn look(egress: &Egress, rules: &Arc<Rules>, about: Arc<Subject>, at: Timestamp) -> Looked {
    let endpoints = at_once(rules.endpoints.len(), |index| endpoint(egress.clone(), rules.clone(), index)).await;
    let systems =
        at_once(rules.items.len(), |index| system(egress.clone(), rules.clone(), index, about.clone(), at)).await;
    let mut items = Vec::with_capacity(rules.items.len());
    for (item, saw) in rules.items.iter().zip(systems) {
        items.push(match (&item.by, saw.flatten()) {
            (_, Some(saw)) => saw,
            // Last: whoever is limited answers nobody for a while.
            (By::Burst { endpoint, requests }, None) => burst(egress, rules, *endpoint, *requests).await,
            (by, None) => of_answer(by, &endpoints, &about.expected),
        });
    }
    let lost = || Err(EgressError::Unknown("nobody".to_owned()));
    Looked { at, endpoints: endpoints.into_iter().map(|seen| seen.unwrap_or_else(lost)).collect(), items }
}

/// So many at once, in their order. None: one that died.
async fn at_once<T, F>(count: usize, one: impl Fn(usize) -> F) -> Vec<Option<T>>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for index in 0..count {
        let future = one(index);
        tasks.spawn(async move { (index, future.await) });
    }
    let mut done = BTreeMap::new();
    while let Some(ended) = tasks.join_next().await {
        done.extend(ended);
    }
    (0..count).map(|index| done.remove(&index)).collect()
}

async fn endpoint(egress: Egress, rules: Arc<Rules>, index: usize) -> Result<Seen, EgressError> {
    let Some(Endpoint { place, .. }) = rules.endpoints.get(index) else {
        return Err(EgressError::Unknown("nobody".to_owned()));
    };
    ask(&egress, place, rules.within).await
}

async fn ask(egress: &Egress, place: &Place, within: Duration) -> Result<Seen, EgressError> {
    egress.to(&place.destination)?.look(&target(place), within).await
}

fn target(place: &Place) -> Target {
    place.path.iter().fold(Target::base(), Target::segment)
}

/// What systems say. None: it is not asked of a system.
async fn system(egress: Egress, rules: Arc<Rules>, index: usize, about: Arc<Subject>, at: Timestamp) -> Option<Saw> {
    let (item, within) = (rules.items.get(index)?, rules.within);
    let saw = match &item.by {
        By::Healthy { .. } | By::Version { .. } | By::Burst { .. } => return None,
        By::Answers { place, statuses } => answering(ask(&egress, place, within).await, statuses),
        By::Number(number) => numbered(&egress, number, &about.deployment, at, within).await,
        By::Targets { destination } => targets(&egress, destination, within).await,
        By::Alertmanager { destination, prometheus } => {
            receiving(&egress, destination, prometheus.as_deref(), within).await
        }
        By::NoAlerts { plan, except } => quiet(&egress, plan, except, &about.deployment, within).await,
    };
    Some(saw.unwrap_or_else(|why| Saw::Unknown(why.to_string())))
}

fn answering(seen: Result<Seen, EgressError>, statuses: &[u16]) -> Result<Saw, Arc<str>> {
    let status = match seen {
        Ok(seen) => seen.response.status,
        Err(EgressError::Redirect { status, .. }) => status,
        Err(error) => return Err(why(&error)),
    };
    let is_well = if statuses.is_empty() { (200..300).contains(&status) } else { statuses.contains(&status) };
    let said = format!("it answers with status {status}");
    Ok(if is_well { Saw::Met(said) } else { Saw::Unmet(said) })
}

async fn numbered(
    egress: &Egress,
    number: &Number,
    about: &About,
    at: Timestamp,
    within: Duration,
) -> Result<Saw, Arc<str>> {
    let Number { destination, query, min, max } = number;
    let value = signals::number(egress, (destination.as_str(), query.as_str()), about, at, within).await?;
    let above = max.filter(|max| value > *max).map(|max| format!("it is {value}, at most {max} allowed"));
    let below = min.filter(|min| value < *min).map(|min| format!("it is {value}, at least {min} needed"));
    Ok(above.or(below).map_or_else(|| Saw::Met(format!("it is {value}")), Saw::Unmet))
}

async fn targets(egress: &Egress, destination: &str, within: Duration) -> Result<Saw, Arc<str>> {
    let found = signals::targets(egress, destination, within).await?;
    Ok(match (found.all, found.down.as_slice(), found.unknown.as_slice()) {
        (0, ..) => Saw::Unknown("it has no target".to_owned()),
        (all, [], []) => Saw::Met(format!("all {all} are up")),
        (all, [], unknown) => Saw::Unknown(format!("{} of {all} were not asked yet: {}", unknown.len(), some(unknown))),
        (all, down, _) => Saw::Unmet(format!("{} of {all} are down: {}", down.len(), some(down))),
    })
}

async fn receiving(
    egress: &Egress,
    destination: &str,
    prometheus: Option<&str>,
    within: Duration,
) -> Result<Saw, Arc<str>> {
    let cluster = signals::cluster(egress, destination, within).await?;
    if !matches!(cluster.as_str(), "ready" | "disabled") {
        return Ok(Saw::Unknown(format!("the Alertmanager is `{}`", one_line(&cluster, WHY_CHARS_MAX))));
    }
    let Some(prometheus) = prometheus else { return Ok(Saw::Met("the Alertmanager is ready".to_owned())) };
    Ok(match signals::receivers(egress, prometheus, within).await? {
        0 => Saw::Unmet("the Prometheus sends its alerts to no Alertmanager".to_owned()),
        count => Saw::Met(format!("the Alertmanager is ready, and the Prometheus sends its alerts to {count}")),
    })
}

async fn quiet(
    egress: &Egress,
    plan: &AlertsSource,
    except: &[String],
    about: &About,
    within: Duration,
) -> Result<Saw, Arc<str>> {
    let alerts = signals::alerts(egress, plan, about, within).await?;
    let fires = alerts.iter().filter(|alert| alert.firing && !except.iter().any(|name| **name == *alert.name));
    let fires: Vec<String> = fires.map(|alert| format!("`{}`", one_line(&alert.name, 60))).collect();
    Ok(match fires.len() {
        0 => Saw::Met("none fires".to_owned()),
        count => Saw::Unmet(format!("{count} fire: {}", some(&fires))),
    })
}

/// What an endpoint's answer says.
fn of_answer(by: &By, endpoints: &[Option<Result<Seen, EgressError>>], expected: &[Expected]) -> Saw {
    let (By::Healthy { endpoint, .. } | By::Version { endpoint, .. }) = by else {
        return Saw::Unknown("nobody was asked".to_owned());
    };
    let answer: Value = match endpoints.get(*endpoint) {
        Some(Some(Ok(seen))) => match serde_json::from_slice(&seen.response.body) {
            Ok(answer) => answer,
            Err(error) => return Saw::Unknown(format!("status {}, and no JSON: {error}", seen.response.status)),
        },
        Some(Some(Err(error))) => return Saw::Unknown(why(error).to_string()),
        _ => return Saw::Unknown("nobody was asked".to_owned()),
    };
    match by {
        By::Healthy { at, words, .. } => answers::healthy(&answer, at, words),
        By::Version { at, service, .. } => answers::version(&answer, at, service.as_ref(), expected),
        _ => Saw::Unknown("nobody was asked".to_owned()),
    }
}

/// Whether one of many requests in a row is refused. They stop at the first.
async fn burst(egress: &Egress, rules: &Rules, endpoint: usize, requests: u32) -> Saw {
    let Some(Endpoint { place, .. }) = rules.endpoints.get(endpoint) else {
        return Saw::Unknown("nobody was asked".to_owned());
    };
    let bursting = async {
        for number in 1..=requests {
            match ask(egress, place, rules.within).await {
                Ok(seen) if seen.response.status == TOO_MANY => {
                    return Saw::Met(format!("request {number} of {requests} was answered with {TOO_MANY}"));
                }
                Ok(_) | Err(EgressError::Redirect { .. }) => {}
                Err(error) => return Saw::Unknown(format!("request {number} of {requests}: {}", why(&error))),
            }
        }
        Saw::Unmet(format!("none of {requests} requests in a row was answered with {TOO_MANY}"))
    };
    let slow = |_| Saw::Unknown(format!("{requests} requests took longer than {} ms", rules.within.as_millis()));
    tokio::time::timeout(rules.within, bursting).await.unwrap_or_else(slow)
}

fn why(error: &EgressError) -> Arc<str> {
    one_line(&error.to_string(), WHY_CHARS_MAX).into()
}
