//! `GET /v1/stats/…` and `GET /v1/changes`: what was decided, counted, and what was done beside deciding.

use crate::{
    api::{
        problem::{PlacedError, Problem, ProblemKind},
        stats::{ChangesBody, StatsBody},
    },
    gate::{
        Gate, clock,
        error::{GateError, placed},
        readings::Reading,
    },
    http::{
        query::{self, Text},
        reply::{Refused, json},
    },
    identity::{principal::Principal, role::Role},
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};
use std::{sync::Arc, time::Duration};
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    change::ChangesAsked,
    search::{PAGE_MAX, Window},
    stats::{Stat, StatsError},
};

/// How far is looked back, where nothing is said.
const BACK: Duration = Duration::from_hours(24);
/// Acts of a page, where nothing is said.
const LIMIT: u32 = 20;

/// Decisions that one may read, counted.
pub async fn stats(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    Path(word): Path<String>,
    uri: Uri,
) -> Result<Response, Refused> {
    let stat = Stat::ALL.into_iter().find(|stat| stat.word() == word);
    let stat = stat.ok_or_else(|| Problem::new(ProblemKind::NotFound, "nothing of that name is counted"))?;
    let pairs = query::pairs(&uri)?;
    let (from, to) = window(&pairs).map_err(GateError::Malformed)?;
    let window = Window { from: Some(from), to: Some(to) };
    let counts = match gate.count(&principal, stat, window).await {
        Ok(counts) => counts,
        Err(error @ StatsError::TooMany) => return Err(GateError::Malformed(vec![placed("from", error)]).into()),
        Err(StatsError::Read(error)) => return Err(GateError::from(error).into()),
    };
    let rows = counts.rows.len();
    gate.read_by(&principal, Reading { route: &format!("/v1/stats/{word}"), asked: &pairs, rows }).await?;
    Ok(json(StatusCode::OK, "application/json", &StatsBody::of(counts, from, to)))
}

fn window(pairs: &[(String, String)]) -> Result<(Timestamp, Timestamp), Vec<PlacedError>> {
    let mut errors = query::mistaken(pairs, &["from", "to"]);
    let mut read = |name: &str| {
        let (_, text) = pairs.iter().find(|(known, _)| known == name)?;
        query::moment(text).map_err(|error| errors.push(placed(name, error))).ok()
    };
    let (from, to) = (read("from"), read("to").unwrap_or_else(clock::now));
    let back = u64::try_from(BACK.as_nanos()).unwrap_or(u64::MAX);
    let from = from.unwrap_or_else(|| Timestamp::from_nanos(to.nanos().saturating_sub(back)));
    if errors.is_empty() { Ok((from, to)) } else { Err(errors) }
}

/// Acts of power, the newest first: for whoever audits everything.
pub async fn changes(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    uri: Uri,
) -> Result<Response, Refused> {
    // An act may be about any environment and service, or about all of them.
    if !principal.may_throughout(Role::Audit, None, None) {
        let detail = "acts of power are for whoever holds `audit` for all environments and services";
        return Err(Problem::new(ProblemKind::Forbidden, detail).into());
    }
    let pairs = query::pairs(&uri)?;
    let asked = asked(&pairs).map_err(GateError::Malformed)?;
    let page = gate.ledger().changes(&asked).await.map_err(GateError::from)?;
    let rows = page.changes.len();
    gate.read_by(&principal, Reading { route: "/v1/changes", asked: &pairs, rows }).await?;
    Ok(json(StatusCode::OK, "application/json", &ChangesBody::from(page)))
}

fn asked(pairs: &[(String, String)]) -> Result<ChangesAsked, Vec<PlacedError>> {
    let mut asked = ChangesAsked { limit: LIMIT, ..ChangesAsked::default() };
    let mut errors = query::mistaken(pairs, &["kind", "by", "from", "to", "cursor", "limit"]);
    for (name, text) in pairs {
        let read = match name.as_str() {
            "kind" => text.parse().map(|Text(kind)| asked.kind = Some(kind)),
            "by" => text.parse().map(|Text(by)| asked.by = Some(by)),
            "from" => query::moment(text).map(|from| asked.window.from = Some(from)),
            "to" => query::moment(text).map(|to| asked.window.to = Some(to)),
            "cursor" => query::cursor(text).map(|cursor| asked.before = Some(cursor)),
            "limit" => query::limit(text, PAGE_MAX).map(|limit| asked.limit = limit),
            _ => Ok(()),
        };
        errors.extend(read.err().map(|error| placed(name.as_str(), error)));
    }
    if errors.is_empty() { Ok(asked) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::{asked, window};
    use crate::http::query::Pairs;

    fn pairs(query: &[(&str, &str)]) -> Pairs {
        query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_window_without_a_beginning_is_a_day() {
        let (from, to) = window(&pairs(&[("to", "2026-03-31T14:00:00Z")])).unwrap();
        assert_eq!((from.to_string(), to.to_string()), ("2026-03-30T14:00:00Z".into(), "2026-03-31T14:00:00Z".into()));
        let places = |query: &[(&str, &str)]| {
            window(&pairs(query)).unwrap_err().into_iter().map(|error| error.place).collect::<Vec<_>>()
        };
        assert_eq!(places(&[("since", "1h"), ("from", "x"), ("to", "y")]), ["since", "from", "to"]);
    }

    #[test]
    fn every_mistake_of_a_question_for_acts_is_named() {
        let long = "a".repeat(2_000);
        for (query, place) in [
            (("kinds", "a"), "kinds"),
            (("kind", ""), "kind"),
            (("by", long.as_str()), "by"),
            (("limit", "0"), "limit"),
        ] {
            let errors = asked(&pairs(&[query])).unwrap_err();
            assert_eq!(errors.iter().map(|error| error.place.as_str()).collect::<Vec<_>>(), [place]);
        }
    }
}
