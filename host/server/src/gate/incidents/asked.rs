//! What is asked of incidents, as it was understood.

use crate::{
    api::{
        incidents::{IncidentRequestBody, IncidentWordBody, KnownBody},
        problem::PlacedError,
    },
    gate::{
        error::{GateError, parsed, placed},
        meant::{Meant, request_of},
    },
    identity::principal::Principal,
};
use std::{sync::Arc, time::Duration};
use tidegate_bundle::duration;
use tidegate_core::{digest::Digest, name::ServiceName, time::Timestamp};
use tidegate_ledger::{
    incident::{DONE_MAX, Said, What},
    permit::REASON_BYTES_MAX,
};

/// Characters of a title, at least and at most.
const TITLE_CHARS: std::ops::RangeInclusive<usize> = 10..=200;

/// An incident that is opened by somebody.
#[derive(Debug)]
pub struct AskedToOpen {
    pub(super) followed: Meant,
    pub(super) service: Option<ServiceName>,
    pub(super) title: Arc<str>,
    pub(super) detected_at: Option<Timestamp>,
    pub(super) known: KnownBody,
    pub(super) said: Vec<Said>,
    /// Of the request as it was written.
    digest: Digest,
}

/// What somebody says of an incident.
#[derive(Debug, Clone)]
pub struct AskedToSay {
    pub(super) said: Vec<Said>,
    pub(super) done: Vec<u32>,
    pub(super) downtime: Option<Duration>,
}

impl AskedToOpen {
    /// Reads what was asked for, or says everything that is wrong with it. `now`: nothing was noticed later.
    pub fn read(body: &IncidentRequestBody, now: Timestamp) -> Result<Self, GateError> {
        let mut errors: Vec<PlacedError> = body.known.mistakes();
        let followed = Meant::read(
            (body.decision.as_deref(), body.environment.as_deref()),
            "which deployment it followed",
            &mut errors,
        );
        let service = parsed("service", body.service.as_deref(), ServiceName::parse, &mut errors);
        let title = body.title.trim();
        let (used, range) = (title.chars().count(), TITLE_CHARS);
        if !range.contains(&used) || title.chars().any(char::is_control) {
            let (least, most) = (range.start(), range.end());
            errors.push(placed("title", format!("one line: {used} characters used, {least} to {most} needed")));
        }
        let detected_at = parsed("detected_at", body.detected_at.as_deref(), Timestamp::parse, &mut errors);
        if detected_at.is_some_and(|at| at > now) {
            errors.push(placed("detected_at", "it is not yet"));
        }
        let said = said(
            [
                (What::Impact, &body.impact),
                (What::Status, &body.status),
                (What::ResolutionExpected, &body.resolution_expected),
                (What::Actions, &body.actions),
                (What::Ticket, &body.ticket),
            ],
            &mut errors,
        );
        match followed {
            Some(followed) if errors.is_empty() => Ok(Self {
                followed,
                service,
                title: title.into(),
                detected_at,
                known: body.known.clone(),
                said,
                digest: Digest::of(serde_json::json!(body).to_string().as_bytes()),
            }),
            _ => Err(GateError::Malformed(errors)),
        }
    }

    /// From what it follows: under a key the same request of the same caller, and each by itself without one.
    pub(super) fn cause(&self, principal: &Principal, key: Option<&str>) -> Arc<str> {
        format!("person/{}", request_of(principal, key, &self.digest)).into()
    }
}

impl AskedToSay {
    /// Reads what was said, or says everything that is wrong with it.
    pub fn read(body: &IncidentWordBody) -> Result<Self, GateError> {
        let mut errors = Vec::new();
        let said = said(
            [
                (What::Impact, &body.impact),
                (What::Status, &body.status),
                (What::ResolutionExpected, &body.resolution_expected),
                (What::Actions, &body.actions),
                (What::Ticket, &body.ticket),
                (What::RootCause, &body.root_cause),
                (What::Prevention, &body.prevention),
                (What::PostMortemAt, &body.post_mortem_at),
            ],
            &mut errors,
        );
        let downtime = parsed("downtime", body.downtime.as_deref(), duration::parse, &mut errors);
        let mut done = body.done.clone();
        done.sort_unstable();
        done.dedup();
        if done.len() > DONE_MAX {
            errors.push(placed("done", format!("{} tasks used, {DONE_MAX} allowed", done.len())));
        }
        if errors.is_empty() { Ok(Self { said, done, downtime }) } else { Err(GateError::Malformed(errors)) }
    }
}

fn said<const N: usize>(all: [(What, &Option<String>); N], errors: &mut Vec<PlacedError>) -> Vec<Said> {
    let given = all.into_iter().filter_map(|(what, text)| Some((what, text.as_deref()?.trim())));
    let mut said = Vec::new();
    for (what, text) in given {
        let used = text.len();
        if text.is_empty() || used > REASON_BYTES_MAX {
            errors.push(placed(what.word(), format!("{used} bytes used, 1 to {REASON_BYTES_MAX} needed")));
        }
        said.push(Said { what, text: text.into() });
    }
    said
}

#[cfg(test)]
mod tests {
    use super::{AskedToOpen, AskedToSay};
    use crate::{
        api::incidents::{IncidentRequestBody, IncidentWordBody},
        gate::error::GateError,
    };
    use serde_json::{Value, json};
    use tidegate_core::time::Timestamp;

    fn places<T>(read: Result<T, GateError>) -> Vec<String> {
        match read {
            Err(GateError::Malformed(errors)) => errors.into_iter().map(|error| error.place).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn everything_that_is_wrong_with_a_request_is_said_at_once() {
        let now = Timestamp::parse("2026-03-31T12:00:00Z").unwrap();
        let title = "customers cannot pay";
        for (request, expected) in [
            (json!({"decision": "d", "title": title}), vec![]),
            (json!({"environment": "production", "title": title, "impact": "all"}), vec![]),
            (json!({"decision": "d", "environment": "production", "title": title}), vec!["decision"]),
            (
                json!({"environment": "?", "service": "?", "title": "short", "detected_at": "2026-03-31T12:00:01Z", "status": " ",
                    "known": {"data": "gone"}}),
                vec!["known.data", "environment", "service", "title", "detected_at", "status"],
            ),
            (json!({"decision": "d", "title": "two lines\nof something"}), vec!["title"]),
        ] {
            let read = |request: Value| serde_json::from_value::<IncidentRequestBody>(request).unwrap();
            assert_eq!(places(AskedToOpen::read(&read(request.clone()), now)), expected, "{request}");
        }
    }

    #[test]
    fn a_word_has_texts_tasks_and_a_span_of_time() {
        for (word, expected) in [
            (json!({}), vec![]),
            (json!({"root_cause": "a pool ran dry", "done": [2, 1, 2], "downtime": "45m"}), vec![]),
            (json!({"root_cause": "", "downtime": "long"}), vec!["root_cause", "downtime"]),
        ] {
            let body: IncidentWordBody = serde_json::from_value(word.clone()).unwrap();
            assert_eq!(places(AskedToSay::read(&body)), expected, "{word}");
        }
        let body = IncidentWordBody { done: vec![2, 1, 2], ..IncidentWordBody::default() };
        assert_eq!(AskedToSay::read(&body).unwrap().done, [1, 2]);
    }
}
