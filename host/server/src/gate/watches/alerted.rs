//! Alerts that others hand in: what they mean for the watches that run.
//!
//! **Invariant:** an alert is a leaf before it fires. **Invariant:** one that is over, that began before the watch, or that comes again changes
//! nothing. **Invariant:** whoever hands one in tells no watch beyond their grants.

mod handed;
mod listening;

pub use self::handed::Handed;

use self::{handed::News, listening::Listeners};
use crate::{
    api::alerts::AlertsAnswerBody,
    gate::{Gate, activation::act, clock, error::GateError},
    identity::{principal::Principal, role::Role},
    signals::alerts::subject,
};
use std::{collections::BTreeSet, time::Duration};
use tidegate_core::{
    name::{EnvironmentName, ServiceName},
    observation::Alert,
    time::Timestamp,
};
use tidegate_ledger::{
    act::Act,
    error::RecordError,
    faster::Faster,
    watch::Watch,
    watch_alert::{AlertState, WatchAlert},
};

/// How far an Alertmanager's clock may be ahead of the gate's.
const AHEAD_MAX: Duration = Duration::from_secs(60);

/// What became of news.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Taken,
    Known,
    Untimely,
}

impl Gate {
    /// Tells the watches of what was handed in, as far as it is news about them.
    pub async fn alerted(&self, handed: Handed, principal: &Principal) -> Result<AlertsAnswerBody, GateError> {
        let mut answer = AlertsAnswerBody::default();
        let (named, beyond): (Vec<News>, Vec<News>) =
            handed.news.into_iter().partition(|news| is_named(principal, &news.alert));
        answer.refused = alerts(&beyond);
        if answer.refused > 0 && alerts(&named) == 0 {
            let detail = "no grant with the role `alert` reaches the environments and services of these alerts";
            return Err(GateError::Unentitled(detail.to_owned()));
        }
        let mut woken = BTreeSet::new();
        let mut listeners = Listeners::new(self, principal);
        for news in &named {
            let listening = listeners.to(news).await?;
            if listening.is_empty() && news.is_of_an_alert() {
                answer.elsewhere += 1;
            }
            for one in listening {
                let became = self.tell(&one.watch, news, principal).await?;
                if became == Told::Taken {
                    // It looks at once; one of another gate at its next step.
                    self.seen.wake(&one.watch.begun.id);
                    woken.insert(one.watch.begun.id.to_string());
                }
                count(&mut answer, news, became);
            }
        }
        answer.watches = woken.into_iter().collect();
        Ok(answer)
    }

    async fn tell(&self, watch: &Watch, news: &News, principal: &Principal) -> Result<Told, GateError> {
        if news.is_of_an_alert() && !is_timely(news.alert.since, watch, clock::now()) {
            return Ok(Told::Untimely);
        }
        let about = WatchAlert {
            watch: watch.begun.id.clone(),
            key: news.key,
            state: news.state,
            since: news.alert.since,
            fingerprint: news.fingerprint.clone(),
            labels: news.labels.clone(),
            left_out: news.left_out,
            by: principal.name.clone(),
        };
        // It then knows that it does not know all.
        let more = || WatchAlert {
            key: WatchAlert::more(),
            state: AlertState::Truncated,
            since: clock::now(),
            fingerprint: "".into(),
            labels: "{}".into(),
            left_out: 1,
            ..about.clone()
        };
        match self.recorded_alert(about.clone()).await {
            Err(RecordError::Faster(Faster::AlertsFull)) => Ok(self.recorded_alert(more()).await?),
            done => Ok(done?),
        }
    }

    async fn recorded_alert(&self, about: WatchAlert) -> Result<Told, RecordError> {
        match self.ledger().act(act(Act::WatchAlerted(about), Vec::new())).await {
            Ok(_) => Ok(Told::Taken),
            // It is known, or the watch ended in between.
            Err(RecordError::Faster(Faster::Alerted | Faster::WatchChanged)) => Ok(Told::Known),
            Err(error) => Err(error),
        }
    }
}

/// What is said of messages is counted by nobody.
fn count(answer: &mut AlertsAnswerBody, news: &News, became: Told) {
    if news.is_of_an_alert() {
        match became {
            Told::Taken => answer.taken += 1,
            Told::Known => answer.unchanged += 1,
            Told::Untimely => answer.untimely += 1,
        }
    }
}

fn alerts(all: &[News]) -> u64 {
    all.iter().filter(|news| news.is_of_an_alert()).count() as u64
}

/// What began before the watch says nothing of what it watches, and what has not begun nothing at all.
fn is_timely(since: Timestamp, watch: &Watch, now: Timestamp) -> bool {
    since >= watch.started_at && since <= now.plus(AHEAD_MAX)
}

/// Whether somebody may name what an alert is about, by its labels.
fn is_named(principal: &Principal, alert: &Alert) -> bool {
    let subject = subject(alert);
    let environment = subject.environment.map(EnvironmentName::parse).transpose();
    let service = subject.service.map(ServiceName::parse).transpose();
    match (environment, service) {
        (Ok(environment), Ok(service)) => principal.may_name(Role::Alert, environment.as_ref(), service.as_ref()),
        // Nothing is called that.
        _ => false,
    }
}
