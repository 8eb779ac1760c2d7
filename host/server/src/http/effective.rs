//! `GET /v1/policy-sets/{id}/effective`: one policy set as it applies to a deployment, with the source of every value.

use crate::{
    api::{
        effective::EffectiveBody,
        problem::{Problem, ProblemKind},
    },
    gate::{
        Gate,
        error::{GateError, placed},
    },
    http::{
        policies::found,
        query,
        reply::{Refused, json},
    },
};
use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};
use std::{fmt::Display, sync::Arc};
use tidegate_core::{
    deployment::SERVICES_MAX,
    name::{EnvironmentName, ServiceName},
};

/// `environment=…&service=…&service=…`
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    environment: Option<EnvironmentName>,
    services: Vec<ServiceName>,
}

/// Without an environment the base set; without services no layer of theirs.
pub async fn effective(State(gate): State<Arc<Gate>>, Path(id): Path<String>, uri: Uri) -> Result<Response, Refused> {
    let asked = asked(&query::pairs(&uri)?)?;
    // Plugins may have to look at settings that no deployment called for yet.
    let body = tokio::task::spawn_blocking(move || body(&gate, &id, &asked)).await;
    let body = body.map_err(|error| GateError::Internal(error.to_string()))??;
    Ok(json(StatusCode::OK, "application/json", &body))
}

fn body(gate: &Gate, id: &str, asked: &Asked) -> Result<EffectiveBody, Refused> {
    let in_force = gate.in_force();
    let active = &in_force.bench.active;
    let set = found(active, id)?;
    let Some(environment) = &asked.environment else { return Ok(EffectiveBody::of(set)) };
    let others: Vec<String> =
        asked.services.iter().filter(|name| !set.matching.fits_service(name)).map(|name| format!("`{name}`")).collect();
    if !set.matching.fits_environment(environment) || !others.is_empty() {
        let what = if others.is_empty() { format!("environment `{environment}`") } else { others.join(", ") };
        return Err(
            Problem::new(ProblemKind::NoPolicySet, format!("policy set `{}` is not for {what}", set.set.id)).into()
        );
    }
    let effective =
        active.effective(&in_force.bench.engine, set, environment, &asked.services).map_err(GateError::from)?;
    Ok(EffectiveBody::of(effective.layered.as_deref().unwrap_or(set)))
}

fn asked(query: &[(String, String)]) -> Result<Asked, GateError> {
    let mut errors = Vec::new();
    let (mut environments, mut services) = (Vec::new(), Vec::new());
    let mut refuse = |name: &str, error: &dyn Display| errors.push(placed(name.escape_debug().to_string(), error));
    for (name, value) in query {
        match name.as_str() {
            "environment" => match EnvironmentName::parse(value) {
                Ok(environment) => environments.push(environment),
                Err(error) => refuse(name, &error),
            },
            "service" => match ServiceName::parse(value) {
                Ok(service) => services.push(service),
                Err(error) => refuse(name, &error),
            },
            _ => refuse(name, &"not known here: only `environment` and `service` are"),
        }
    }
    if environments.len() > 1 {
        refuse("environment", &"given more than once");
    }
    if environments.is_empty() && !services.is_empty() {
        refuse("service", &"needs an `environment`");
    }
    if services.len() > SERVICES_MAX {
        refuse("service", &format!("{} used, {SERVICES_MAX} allowed", services.len()));
    }
    services.sort();
    services.dedup();
    if errors.is_empty() {
        Ok(Asked { environment: environments.pop(), services })
    } else {
        Err(GateError::Malformed(errors))
    }
}

#[cfg(test)]
mod tests {
    use super::asked;
    use crate::gate::error::GateError;

    fn of(query: &[(&str, &str)]) -> Result<(Option<String>, Vec<String>), String> {
        let query: Vec<(String, String)> = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        match asked(&query) {
            Ok(asked) => Ok((
                asked.environment.map(|name| name.to_string()),
                asked.services.iter().map(ToString::to_string).collect(),
            )),
            Err(GateError::Malformed(errors)) => {
                Err(errors.iter().map(|error| error.place.clone()).collect::<Vec<_>>().join(" "))
            }
            Err(other) => Err(other.to_string()),
        }
    }

    #[test]
    fn a_question_names_one_environment_and_any_services() {
        let services = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(of(&[]), Ok((None, Vec::new())));
        assert_eq!(
            of(&[("environment", "production"), ("service", "b"), ("service", "a"), ("service", "b")]),
            Ok((Some("production".to_owned()), services(&["a", "b"])))
        );
        for (query, places) in [
            (&[("service", "a")][..], "service"),
            (&[("environment", "a"), ("environment", "b")], "environment"),
            (&[("environment", "a b"), ("service", "")], "environment service"),
            (&[("env", "a")], "env"),
        ] {
            assert_eq!(of(query), Err(places.to_owned()), "{query:?}");
        }
        let many: Vec<String> = (0..65).map(|i| format!("s{i}")).collect();
        let mut query = vec![("environment", "a")];
        query.extend(many.iter().map(|name| ("service", name.as_str())));
        assert_eq!(of(&query), Err("service".to_owned()));
    }
}
