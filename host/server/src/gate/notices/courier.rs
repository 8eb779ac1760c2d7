//! Sends notices until they are taken: at least once, by whatever process has the ledger.
//!
//! It wakes when a notice is durable, and when one is to be sent again. What it began it may leave unfinished: a notice that is not noted as
//! taken is sent again, under the same id. Orders to programs go the same way ([`super::orders`]).

use super::forms;
use crate::{
    config::{NoticesConfig, orders::OrderConfig},
    egress::{Egress, Response, error::EgressError, patience::pause},
    gate::{clock, others::sooner},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{one_line::one_line, time::Timestamp};
use tidegate_ledger::{
    ledger::Ledger,
    notice::{DueNotice, Tried},
};
use tokio::{
    sync::oneshot,
    task::{Id, JoinSet},
};

/// Notices under way at the same time.
const SENDING_MAX: usize = 16;
/// Of these to one contact, so that one who does not answer keeps nobody else waiting.
const SENDING_OF_ONE_MAX: usize = 4;
/// Notices to one contact that are looked at in one go: as many as are under way, and as many again.
const DUE_OF_ONE_MAX: u32 = 8;
/// How long it waits at most before it looks again by itself.
const LOOK_AFTER: Duration = Duration::from_secs(60);
/// How long what is under way may take once the gate stops.
const FAREWELL: Duration = Duration::from_secs(2);
/// Characters of an error that are kept.
const ERROR_CHARS_MAX: usize = 300;

/// Sends notices.
#[derive(Debug, Clone)]
pub struct Courier {
    /// Where they lie.
    pub ledger: Ledger,
    /// How others are reached.
    pub egress: Egress,
    /// Where, and how often.
    pub config: Arc<NoticesConfig>,
    /// How orders are given, by their names.
    pub orders: Arc<BTreeMap<String, OrderConfig>>,
}

/// Notices that were sent and not answered yet, with their contacts.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<()>,
    notices: BTreeMap<Id, (Arc<str>, Arc<str>)>,
}

impl UnderWay {
    fn takes(&self, notice: &DueNotice) -> bool {
        let of_contact = self.notices.values().filter(|(_, contact)| *contact == notice.contact).count();
        self.notices.len() < SENDING_MAX
            && of_contact < SENDING_OF_ONE_MAX
            && !self.notices.values().any(|(id, _)| *id == notice.id)
    }

    /// Comes back when one is done; never when there is none.
    async fn one_done(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => drop(self.notices.remove(&id)),
            Some(Err(error)) => drop(self.notices.remove(&error.id())),
            None => std::future::pending().await,
        }
    }
}

impl Courier {
    /// Sends until `stop` resolves or is dropped; what is under way then has a moment to end.
    pub async fn run(self, mut stop: oneshot::Receiver<()>) {
        let contacts = self.config.contacts.keys().map(|name| Arc::from(name.as_str())).collect();
        if let Err(error) = self.ledger.notices_routed(contacts, clock::now()).await {
            tracing::warn!("notices that had no way to their contacts stay where they are: {error}");
        }
        let mut under_way = UnderWay::default();
        loop {
            let wait = self.begin(&mut under_way).await;
            tokio::select! {
                _ = &mut stop => break,
                () = self.ledger.notice_written() => {}
                () = under_way.one_done() => {}
                () = sooner(wait, self.ledger.looked_after_every()) => {}
            }
        }
        // Also what was written in the last moment.
        self.begin(&mut under_way).await;
        let ended = async {
            while !under_way.notices.is_empty() {
                under_way.one_done().await;
            }
        };
        if tokio::time::timeout(FAREWELL, ended).await.is_err() {
            tracing::warn!("notices under way are sent again after the next start");
        }
    }

    /// Begins to send what is to be sent now, and says how long there is nothing else to do.
    async fn begin(&self, under_way: &mut UnderWay) -> Duration {
        // Of several gates on one record one sends.
        if !self.ledger.may_send().await {
            return LOOK_AFTER;
        }
        let now = clock::now();
        let (due, next) = match self.ledger.notices_due(now, DUE_OF_ONE_MAX).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!("notices to be sent cannot be read: {error}");
                return LOOK_AFTER;
            }
        };
        for notice in due {
            if under_way.takes(&notice) {
                let (id, contact) = (notice.id.clone(), notice.contact.clone());
                let courier = self.clone();
                let task = under_way.tasks.spawn(async move { courier.send(notice).await });
                under_way.notices.insert(task.id(), (id, contact));
            }
        }
        next.map_or(LOOK_AFTER, |next| next.since(now).min(LOOK_AFTER))
    }

    async fn send(&self, notice: DueNotice) {
        let tried = match self.config.contacts.get(&*notice.contact) {
            _ if notice.kind.is_order() => self.give(&notice, clock::now()).await,
            None => Tried::NoRoute,
            Some(reached) => match forms::written(reached, &notice) {
                Some(written) => {
                    let answer = match self.egress.to(&reached.route.destination) {
                        Ok(client) => {
                            client.post_again_with(&written.target, written.body, &notice.id, &written.headers).await
                        }
                        Err(error) => Err(error),
                    };
                    after(&self.config, &notice, answer, clock::now())
                }
                None => Tried::GaveUp { error: format!("it cannot be told as {}", reached.form.word()) },
            },
        };
        say(&notice, &tried);
        if let Err(error) = self.ledger.notice_tried(notice.id.clone(), tried).await {
            tracing::warn!("what became of notice `{}` is not kept, so it is sent again: {error}", notice.id);
            // Not at once, or a ledger that cannot be written would flood whoever is told.
            tokio::time::sleep(self.config.retry_max).await;
        }
    }
}

/// What an answer makes of a notice.
pub(super) fn after(
    config: &NoticesConfig,
    notice: &DueNotice,
    answer: Result<Response, EgressError>,
    now: Timestamp,
) -> Tried {
    let (error, asked) = match answer {
        Ok(response) if response.is_success() => return Tried::Delivered(now),
        Ok(response) => (format!("status {}", response.status), response.retry_after),
        Err(error) => (one_line(&error.to_string(), ERROR_CHARS_MAX), None),
    };
    let attempts = notice.attempts.saturating_add(1);
    let next = now.plus(pause(config.retry_first, config.retry_max, notice.attempts, asked));
    if attempts >= config.attempts || next > notice.written_at.plus(config.give_up_after) {
        Tried::GaveUp { error }
    } else {
        Tried::Again { next, error }
    }
}

fn say(notice: &DueNotice, tried: &Tried) {
    let DueNotice { id, contact, .. } = notice;
    match tried {
        Tried::Delivered(_) => tracing::info!("notice `{id}` was taken by `{contact}`"),
        Tried::Again { next, error } => {
            tracing::warn!("notice `{id}` was not taken by `{contact}`, and is sent again at {next}: {error}");
        }
        Tried::GaveUp { error } => tracing::error!(
            error.r#type = "notice",
            "notice `{id}` was not taken by `{contact}`, and is not sent again: {error}"
        ),
        Tried::NoRoute => tracing::error!(
            error.r#type = "notice",
            "notice `{id}` cannot be sent: `notices.contacts` does not say where `{contact}` is"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{after, pause};
    use crate::{
        config::NoticesConfig,
        egress::{Response, error::EgressError},
    };
    use std::{sync::Arc, time::Duration};
    use tidegate_core::time::Timestamp;
    use tidegate_ledger::notice::{DueNotice, NoticeKind, Tried};

    fn config() -> NoticesConfig {
        let second = Duration::from_secs;
        NoticesConfig {
            attempts: 5,
            retry_first: second(1),
            retry_max: second(6),
            give_up_after: second(100),
            ..NoticesConfig::default()
        }
    }

    fn written() -> Timestamp {
        Timestamp::parse("2026-03-31T12:00:00Z").unwrap()
    }

    fn later(seconds: u64) -> Timestamp {
        written().plus(Duration::from_secs(seconds))
    }

    fn due(attempts: u32) -> DueNotice {
        let text = Arc::<str>::from("x");
        let kind = NoticeKind::BreakGlassForced;
        DueNotice { id: text.clone(), kind, contact: text.clone(), body: text, written_at: written(), attempts }
    }

    fn status(status: u16, retry_after: Option<u64>) -> Result<Response, EgressError> {
        Ok(Response { status, retry_after: retry_after.map(Duration::from_secs), body: Vec::new() })
    }

    #[test]
    fn waits_double_up_to_their_bound() {
        let waits: Vec<u64> = [1, 2, 3, 4, 5, 4_000_000_000]
            .map(|n| pause(config().retry_first, config().retry_max, n - 1, None).as_secs())
            .to_vec();
        assert_eq!(waits, [1, 2, 4, 6, 6, 6]);
    }

    #[test]
    fn what_was_not_taken_is_sent_again_until_it_was_tried_often_or_long_enough() {
        let redirect = || EgressError::Redirect { destination: "d".to_owned(), status: 302, location: "x".to_owned() };
        let again = |seconds, error: &str| Tried::Again { next: later(seconds), error: error.to_owned() };
        let gave_up = |error: &str| Tried::GaveUp { error: error.to_owned() };
        let moved = "destination `d`: status 302 redirects to `x`, and no redirect is followed";
        for (attempts, at, answer, wanted) in [
            (0, 3, status(200, None), Tried::Delivered(later(3))),
            (4, 3_000, status(204, None), Tried::Delivered(later(3_000))),
            (0, 3, status(503, None), again(4, "status 503")),
            (2, 3, status(503, None), again(7, "status 503")),
            (0, 3, status(429, Some(30)), again(33, "status 429")),
            (3, 3, status(429, Some(2)), again(9, "status 429")),
            (0, 3, status(429, Some(4_000_000)), gave_up("status 429")),
            (4, 3, status(503, None), gave_up("status 503")),
            (0, 99, status(404, None), again(100, "status 404")),
            (1, 99, status(404, None), gave_up("status 404")),
            (0, 3, Err(redirect()), again(4, moved)),
            (4, 3, Err(redirect()), gave_up(moved)),
        ] {
            assert_eq!(after(&config(), &due(attempts), answer, later(at)), wanted, "{attempts} {at}");
        }
    }
}
