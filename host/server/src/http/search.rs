//! `GET /v1/decisions?…`: what an auditor looks decisions up by.

use crate::{
    api::{found::DecisionsBody, problem::PlacedError},
    gate::{
        Gate,
        error::{GateError, placed},
        readings::Reading,
    },
    http::{
        query::{self, Text},
        reply::{Refused, json},
    },
    identity::principal::Principal,
};
use axum::{
    Extension,
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};
use std::{fmt::Display, sync::Arc};
use tidegate_core::{
    digest::Digest,
    name::{Commit, EnvironmentName, PolicySetId, RuleId, ServiceName, StageId, WaiverId},
};
use tidegate_ledger::search::{Column, PAGE_MAX, Search, StageIs, Term};

/// Decisions of a page, where nothing is said.
const LIMIT: u32 = 20;
/// What a stage can have concluded.
const CONCLUSIONS: [&str; 7] = ["pass", "fail", "hold", "not_applicable", "inconclusive", "skipped", "error"];
const OUTCOMES: [&str; 3] = ["DEPLOY", "REMEDIATE", "HOLD"];
const WISHES: [&str; 5] = ["true", "false", "granted", "awaiting_confirmation", "refused"];

/// Every parameter, and what reads it.
const PARAMETERS: &[(&str, Read)] = &[
    ("environment", |search, text| column::<EnvironmentName>(search, Column::Environment, text)),
    ("service", |search, text| term::<ServiceName>(search, Term::Service, text)),
    ("outcome", outcome),
    ("forced", forced),
    ("actor", |search, text| term::<Text>(search, Term::Actor, text)),
    ("stage", stage),
    ("rule", rule),
    ("artifact", artifact),
    ("commit", |search, text| term::<Commit>(search, Term::Commit, text)),
    ("ticket", |search, text| term::<Text>(search, Term::Ticket, text)),
    ("policy_set", |search, text| column::<PolicySetId>(search, Column::PolicySet, text)),
    ("waiver", |search, text| term::<WaiverId>(search, Term::Waiver, text)),
    ("pipeline_run", |search, text| term::<Text>(search, Term::PipelineRun, text)),
    ("from", |search, text| query::moment(text).map(|from| search.window.from = Some(from))),
    ("to", |search, text| query::moment(text).map(|to| search.window.to = Some(to))),
    ("cursor", |search, text| query::cursor(text).map(|cursor| search.before = Some(cursor))),
    ("limit", |search, text| query::limit(text, PAGE_MAX).map(|limit| search.limit = limit)),
];

type Read = fn(&mut Search, &str) -> Result<(), String>;

/// A page of those that one may read, the newest first.
pub async fn list(
    State(gate): State<Arc<Gate>>,
    Extension(principal): Extension<Arc<Principal>>,
    uri: Uri,
) -> Result<Response, Refused> {
    let pairs = query::pairs(&uri)?;
    let search = asked(&pairs).map_err(GateError::Malformed)?;
    let page = gate.search(&principal, search).await?;
    let rows = page.decisions.len();
    gate.read_by(&principal, Reading { route: "/v1/decisions", asked: &pairs, rows }).await?;
    Ok(json(StatusCode::OK, "application/json", &DecisionsBody::from(page)))
}

/// What is looked for, read of names and values; every mistake is named.
pub fn asked(pairs: &[(String, String)]) -> Result<Search, Vec<PlacedError>> {
    let mut search = Search { limit: LIMIT, ..Search::default() };
    let known: Vec<&str> = PARAMETERS.iter().map(|(name, _)| *name).collect();
    let mut errors = query::mistaken(pairs, &known);
    for (name, text) in pairs {
        if let Some((_, read)) = PARAMETERS.iter().find(|(known, _)| known == name)
            && let Err(error) = read(&mut search, text)
        {
            errors.push(placed(name.as_str(), error));
        }
    }
    if errors.is_empty() { Ok(search) } else { Err(errors) }
}

fn term<T: std::str::FromStr<Err: Display>>(search: &mut Search, term: Term, text: &str) -> Result<(), String> {
    text.parse::<T>().map_err(|error| error.to_string())?;
    search.terms.push((term, text.into()));
    Ok(())
}

fn column<T: std::str::FromStr<Err: Display>>(search: &mut Search, column: Column, text: &str) -> Result<(), String> {
    text.parse::<T>().map_err(|error| error.to_string())?;
    search.columns.push((column, text.into()));
    Ok(())
}

fn one_of<'a>(words: &[&str], text: &'a str) -> Result<&'a str, String> {
    if words.contains(&text) { Ok(text) } else { Err(format!("only these are known: {}", words.join(", "))) }
}

fn outcome(search: &mut Search, text: &str) -> Result<(), String> {
    search.columns.push((Column::Outcome, one_of(&OUTCOMES, text)?.into()));
    Ok(())
}

fn forced(search: &mut Search, text: &str) -> Result<(), String> {
    match one_of(&WISHES, text)? {
        "true" => search.terms.push((Term::Forced, "any".into())),
        "false" => search.unforced = true,
        state => search.terms.push((Term::Forced, state.into())),
    }
    Ok(())
}

/// `unit_tests`, `unit_tests:fail` or `unit_tests:blocking`.
fn stage(search: &mut Search, text: &str) -> Result<(), String> {
    let (id, is) = text.split_once(':').unwrap_or((text, ""));
    let id = StageId::parse(id).map_err(|error| error.to_string())?;
    let is = match is {
        "" => StageIs::There,
        "blocking" => StageIs::Blocking,
        word => StageIs::Concluded(one_of(&CONCLUSIONS, word)?.into()),
    };
    search.stage = Some((id.as_str().into(), is));
    Ok(())
}

/// `tests.pass-rate` or `unit_tests/tests.pass-rate`.
fn rule(search: &mut Search, text: &str) -> Result<(), String> {
    let (stage, rule) = text.split_once('/').map_or((None, text), |(stage, rule)| (Some(stage), rule));
    stage.map(StageId::parse).transpose().map_err(|error| error.to_string())?;
    RuleId::parse(rule).map_err(|error| error.to_string())?;
    search.terms.push((Term::Rule, text.into()));
    Ok(())
}

fn artifact(search: &mut Search, text: &str) -> Result<(), String> {
    let digest = Digest::parse(text).map_err(|error| error.to_string())?;
    search.terms.push((Term::Artifact, digest.to_string().into()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{PARAMETERS, asked};
    use crate::http::query::Pairs;

    fn pairs(query: &[(&str, &str)]) -> Pairs {
        query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn mistakes(query: &[(&str, &str)]) -> Vec<String> {
        asked(&pairs(query)).unwrap_err().into_iter().map(|error| error.place).collect()
    }

    #[test]
    fn every_mistake_is_named_by_its_parameter() {
        let long = "a".repeat(2_000);
        for (query, places) in [
            (&[("enviroment", "production")][..], &["enviroment"][..]),
            (&[("service", "api"), ("service", "web")], &["service"]),
            (&[("environment", "a b"), ("limit", "0"), ("nonsense", "1")], &["nonsense", "environment", "limit"]),
            (&[("limit", "501")], &["limit"]),
            (&[("limit", "all")], &["limit"]),
            (&[("cursor", "-1")], &["cursor"]),
            (&[("from", "yesterday")], &["from"]),
            (&[("outcome", "deploy")], &["outcome"]),
            (&[("forced", "yes")], &["forced"]),
            (&[("stage", "unit_tests:green")], &["stage"]),
            (&[("stage", "a b:fail")], &["stage"]),
            (&[("rule", "A/b")], &["rule"]),
            (&[("artifact", "sha256:1")], &["artifact"]),
            (&[("actor", "")], &["actor"]),
            (&[("ticket", long.as_str())], &["ticket"]),
        ] {
            assert_eq!(mistakes(query), places, "{query:?}");
        }
    }

    #[test]
    fn every_parameter_changes_what_is_looked_for() {
        let digest = format!("sha256:{}", "0".repeat(64));
        for (name, _) in PARAMETERS {
            let value = match *name {
                "outcome" => "HOLD",
                "forced" => "false",
                "artifact" => digest.as_str(),
                "from" | "to" => "2026-03-31T14:00:00Z",
                "cursor" | "limit" => "7",
                _ => "a1b2c3d",
            };
            assert_ne!(asked(&pairs(&[(*name, value)])).unwrap(), asked(&pairs(&[])).unwrap(), "{name}");
        }
    }
}
