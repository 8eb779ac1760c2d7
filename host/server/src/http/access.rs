//! Who may ask for what: one table of all routes. A route that is not in it is refused to everybody.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::{
        Gate,
        maintenances::{APPROVERS, KEEPERS},
        obligations::FULFILLERS,
        permits::{DEPLOYERS, REVOKERS},
        rollbacks::by_hand::UNDOERS,
        statements::STATERS,
    },
    http::reply::Refused,
    identity::{
        oidc::{Disbelieved, is_identity_token},
        principal::Principal,
        role::{READERS, Role},
    },
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use std::{sync::Arc, time::Instant};

/// What somebody needs to ask for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: it says nothing that is anybody's.
    Open,
    /// One of these roles, somewhere. Where it has to be, the route asks itself.
    Roles(&'static [Role]),
}

use Access::{Open, Roles};

/// Of every route, by its method and its path.
pub const TABLE: &[(&str, &str, Access)] = &[
    ("POST", "/v1/bundles", Roles(&[Role::Policy])),
    ("POST", "/v1/bundles/revert", Roles(&[Role::Policy])),
    ("GET", "/v1/changes", Roles(&[Role::Audit])),
    ("POST", "/v1/decisions", Roles(&[Role::Decide, Role::Override, Role::Operate])),
    ("GET", "/v1/decisions", Roles(&READERS)),
    ("GET", "/v1/decisions/{id}", Roles(&READERS)),
    ("POST", "/v1/decisions/{id}/confirm", Roles(&[Role::Confirm])),
    ("POST", "/v1/decisions/{id}/permit", Roles(&DEPLOYERS)),
    ("GET", "/v1/decisions/{id}/receipt", Roles(&READERS)),
    ("POST", "/v1/decisions/{id}/revoke", Roles(&REVOKERS)),
    ("GET", "/v1/decisions/{id}/trace", Roles(&READERS)),
    ("POST", "/v1/decisions/{id}/verify", Roles(&[Role::Decide])),
    ("GET", "/v1/deployments/{id}", Roles(&READERS)),
    ("POST", "/v1/deployments/{id}/events", Roles(&DEPLOYERS)),
    ("PUT", "/v1/evidence/{digest}", Roles(&[Role::Decide, Role::Override, Role::Operate])),
    ("GET", "/v1/evidence/{digest}", Roles(&[Role::Decide, Role::Override, Role::Operate, Role::Audit])),
    ("GET", "/v1/incidents", Roles(&READERS)),
    ("POST", "/v1/incidents", Roles(&DEPLOYERS)),
    ("GET", "/v1/incidents/{id}", Roles(&READERS)),
    ("POST", "/v1/incidents/{id}/ack", Roles(&DEPLOYERS)),
    ("POST", "/v1/incidents/{id}/resolve", Roles(&DEPLOYERS)),
    ("POST", "/v1/incidents/{id}/update", Roles(&DEPLOYERS)),
    ("GET", "/v1/maintenances", Roles(&READERS)),
    ("POST", "/v1/maintenances", Roles(&KEEPERS)),
    ("GET", "/v1/maintenances/{id}", Roles(&READERS)),
    ("POST", "/v1/maintenances/{id}/approve", Roles(&APPROVERS)),
    ("POST", "/v1/maintenances/{id}/cancel", Roles(&KEEPERS)),
    ("POST", "/v1/maintenances/{id}/close", Roles(&KEEPERS)),
    ("POST", "/v1/maintenances/{id}/open", Roles(&KEEPERS)),
    ("GET", "/v1/obligations", Roles(&READERS)),
    ("POST", "/v1/obligations/{id}/fulfil", Roles(&FULFILLERS)),
    ("GET", "/v1/plugins", Roles(&Role::ALL)),
    ("GET", "/v1/policy-sets", Roles(&Role::ALL)),
    ("GET", "/v1/policy-sets/{id}", Roles(&Role::ALL)),
    ("GET", "/v1/policy-sets/{id}/effective", Roles(&Role::ALL)),
    ("POST", "/v1/reload", Roles(&[Role::Policy])),
    ("POST", "/v1/rollbacks", Roles(&UNDOERS)),
    ("GET", "/v1/rollbacks", Roles(&READERS)),
    ("GET", "/v1/rollbacks/{id}", Roles(&READERS)),
    ("POST", "/v1/statements", Roles(&STATERS)),
    ("GET", "/v1/stats/{name}", Roles(&READERS)),
    ("GET", "/v1/status", Roles(&[Role::Audit, Role::Policy, Role::Operate, Role::Admin])),
    ("GET", "/v1/tokens", Roles(&[Role::Admin, Role::Audit])),
    ("POST", "/v1/tokens", Roles(&[Role::Admin])),
    ("DELETE", "/v1/tokens/{id}", Roles(&[Role::Admin])),
    ("GET", "/v1/troubleshooting", Roles(&Role::ALL)),
    ("GET", "/v1/troubleshooting/{id}", Roles(&Role::ALL)),
    ("GET", "/v1/waivers", Roles(&Role::ALL)),
    ("POST", "/v1/waivers/{id}/agree", Roles(&[Role::Waive])),
    ("POST", "/v1/alerts", Roles(&[Role::Alert])),
    ("POST", "/v1/observations", Roles(&DEPLOYERS)),
    ("GET", "/v1/watches", Roles(&READERS)),
    ("POST", "/v1/watches", Roles(&DEPLOYERS)),
    ("GET", "/v1/watches/{id}", Roles(&READERS)),
    ("DELETE", "/v1/watches/{id}", Roles(&DEPLOYERS)),
    ("GET", "/log/checkpoint", Roles(&Role::ALL)),
    ("POST", "/log/cosignatures", Roles(&[Role::Audit])),
    ("GET", "/log/tile/{*path}", Roles(&[Role::Audit])),
    ("GET", "/tempo/api/echo", Roles(&READERS)),
    ("GET", "/tempo/api/metrics/query", Roles(&READERS)),
    ("GET", "/tempo/api/metrics/query_range", Roles(&READERS)),
    ("GET", "/tempo/api/search", Roles(&READERS)),
    ("GET", "/tempo/api/search/tag/{tag}/values", Roles(&READERS)),
    ("GET", "/tempo/api/search/tags", Roles(&READERS)),
    ("GET", "/tempo/api/status/buildinfo", Roles(&READERS)),
    ("GET", "/tempo/api/traces/{id}", Roles(&READERS)),
    ("GET", "/tempo/api/v2/search/tag/{tag}/values", Roles(&READERS)),
    ("GET", "/tempo/api/v2/search/tags", Roles(&READERS)),
    ("GET", "/tempo/api/v2/traces/{id}", Roles(&READERS)),
    ("GET", "/tempo/ready", Roles(&READERS)),
    ("GET", "/metrics", Roles(&[Role::Operate, Role::Audit])),
    ("GET", "/healthz", Open),
    ("GET", "/readyz", Open),
    ("GET", "/openapi.json", Open),
    ("GET", "/problems", Open),
    ("GET", "/problems/{name}", Open),
];

/// Lets a request through whose principal may ask for its route, and tells the route who it is.
pub async fn authorise(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else {
        // Nothing is there; that is no secret.
        return next.run(request).await;
    };
    match allowed(&gate, request.method(), path.as_str(), request.headers()).await {
        Ok(principal) => {
            if let Some(principal) = principal {
                request.extensions_mut().insert(principal);
            }
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    }
}

async fn allowed(
    gate: &Gate,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Result<Option<Arc<Principal>>, Refused> {
    let roles = match access(method, path) {
        Some(Open) => return Ok(None),
        Some(Roles(roles)) => roles,
        // Another method of a known path is answered by the router; what the table forgot is nobody's.
        None if TABLE.iter().any(|(_, known, _)| *known == path) => return Ok(None),
        None => &[],
    };
    let principal = authenticated(gate, headers).await?;
    // Also who may not ask has asked.
    gate.admission().count(&principal, Instant::now())?;
    if principal.holds_any(roles) {
        return Ok(Some(principal));
    }
    let words: Vec<&str> = roles.iter().map(|role| role.word()).collect();
    let detail = format!("`{}` holds none of the roles that may ask for this: {}", principal.name, words.join(", "));
    Err(Problem::new(ProblemKind::Forbidden, detail).into())
}

/// What a route asks for; `None`: the table does not know it.
#[must_use]
pub fn access(method: &Method, path: &str) -> Option<Access> {
    // A router answers HEAD where it answers GET.
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    TABLE.iter().find(|(known, of, _)| *known == method && *of == path).map(|(_, _, access)| *access)
}

/// Who asks. A token that is not believed is refused, also where nobody would have needed one.
async fn authenticated(gate: &Gate, headers: &HeaderMap) -> Result<Arc<Principal>, Refused> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let unauthenticated = |detail: String| Refused(Problem::new(ProblemKind::Unauthenticated, detail));
    let Some(value) = given.next() else {
        return gate
            .anonymous()
            .ok_or_else(|| unauthenticated("this needs a token: send `Authorization: Bearer tidegate_…`".to_owned()));
    };
    if given.next().is_some() {
        return Err(unauthenticated("`Authorization` is given more than once".to_owned()));
    }
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let token = token.ok_or_else(|| unauthenticated("`Authorization` is not `Bearer` with a token".to_owned()))?;
    if is_identity_token(token) {
        return gate.vouched_for(token).await.map_err(disbelieved);
    }
    gate.known(token).map_err(|unbelieved| unauthenticated(unbelieved.to_string()))
}

/// What the caller reads. No text of the token is repeated.
fn disbelieved(error: Disbelieved) -> Refused {
    let kind = match &error {
        Disbelieved::Keys { .. } => ProblemKind::KeysUnavailable,
        _ => ProblemKind::Unauthenticated,
    };
    Refused(Problem::new(kind, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{Access, TABLE, access};
    use axum::http::Method;

    #[test]
    fn what_the_table_does_not_name_is_nobodys() {
        assert_eq!(access(&Method::GET, "/v1/secrets"), None);
        assert_eq!(access(&Method::DELETE, "/v1/decisions/{id}"), None);
        assert_eq!(access(&Method::HEAD, "/healthz"), Some(Access::Open));
    }

    #[test]
    fn every_route_is_named_once_and_no_role_twice() {
        for (index, (method, path, access)) in TABLE.iter().enumerate() {
            assert!(!TABLE[..index].iter().any(|(m, p, _)| m == method && p == path), "{method} {path}");
            if let Access::Roles(roles) = access {
                assert!(!roles.is_empty(), "{method} {path}: an open route says so");
            }
        }
    }
}
