//! Identity tokens of others: believed by their issuer's signature, its rules and the clock, and not kept.
//!
//! **Invariant:** the key decides with which algorithms it verifies, and the issuer's entry which of them count; a token's header only
//! chooses among them. **Invariant:** no text of a token goes into an error or a log. **Invariant:** a run of a pull request, of a merge
//! request or of a ref that is not protected is believed nothing, whatever the rules say.

pub mod claims;
mod compact;
pub mod issuers;
mod jwk;
pub mod keys;
mod pull_requests;
mod strict_json;
#[cfg(test)]
mod tests;
pub mod vouched;

use self::{
    claims::{Claims, Unfit},
    compact::{Compact, Malformed},
    issuers::{Issuers, Known},
    jwk::{Algorithm, Unverified},
    keys::{Keys, KeysError},
    vouched::Vouched,
};
use super::principal::{DEFAULT_SCOPE, Grant, Principal};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tidegate_bundle::identities::{IssuerKind, people::People};
use tidegate_core::time::Timestamp;

/// How much is let pass of identity tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OidcLimits {
    /// Bytes of a token.
    pub token_bytes: usize,
    /// By how much an issuer's clock may differ.
    pub clock_skew: Duration,
    /// After what time an issuer's keys are fetched again.
    pub keys_refresh: Duration,
    /// For how long after that they count when they cannot be fetched, from their last fetch on.
    pub keys_stale: Duration,
    /// Between two attempts to fetch, at least: tokens with unknown keys cause no more.
    pub keys_retry: Duration,
}

impl Default for OidcLimits {
    fn default() -> Self {
        Self {
            token_bytes: 16 << 10,
            clock_skew: Duration::from_secs(60),
            keys_refresh: Duration::from_secs(10 * 60),
            keys_stale: Duration::from_secs(24 * 3600),
            keys_retry: Duration::from_secs(10),
        }
    }
}

/// Why an identity token is not believed.
#[derive(Debug, thiserror::Error)]
pub enum Disbelieved {
    /// Not a token at all, or too large a one.
    #[error("the identity token {0}")]
    Malformed(#[from] Malformed),
    /// Nobody whom this gate knows.
    #[error("the identity token's issuer is none that this gate believes")]
    Issuer,
    /// Signed in a way that its issuer does not use, or not by its issuer.
    #[error("the identity token {0}")]
    Unverified(#[from] Unverified),
    /// It is for somebody else, out of its time, of a pull request or beyond every rule.
    #[error("the identity token of `{issuer}` {unfit}")]
    Unfit {
        /// The issuer's `id`.
        issuer: Arc<str>,
        /// What is wrong.
        unfit: Unfit,
    },
    /// The keys to look at it with are not at hand: the gate's trouble, not the caller's.
    #[error("the keys of issuer `{issuer}` {error}")]
    Keys {
        /// The issuer's `id`.
        issuer: Arc<str>,
        /// Why.
        error: KeysError,
    },
}

/// Whether a bearer token is one of these rather than one of the gate's own.
#[must_use]
pub fn is_identity_token(text: &str) -> bool {
    text.matches('.').count() == 2
}

/// Looks at identity tokens.
#[derive(Debug)]
pub struct Oidc {
    keys: Keys,
    limits: OidcLimits,
}

impl Oidc {
    /// With these keys and limits.
    #[must_use]
    pub fn new(keys: Keys, limits: OidcLimits) -> Self {
        Self { keys, limits }
    }

    /// Whose this token is, if it is good for anything at this moment.
    pub async fn authenticate(
        &self,
        text: &str,
        issuers: &Issuers,
        people: &People,
        now: Timestamp,
    ) -> Result<Principal, Disbelieved> {
        let compact = Compact::parse(text, self.limits.token_bytes)?;
        // Said by nobody so far: it only chooses by whose keys the token is looked at.
        let known = compact.issuer().and_then(|issuer| issuers.find(issuer)).ok_or(Disbelieved::Issuer)?;
        let issuer = known.issuer.id.clone();
        let algorithm = Algorithm::parse(&compact.header.alg)
            .filter(|algorithm| known.issuer.algorithms.iter().any(|stated| *stated == algorithm.name()))
            .ok_or(Unverified::Algorithm)?;
        let kid = compact.header.kid.as_deref();
        let keys = self.keys.of(&known.issuer.keys, kid, now, &self.limits).await;
        let keys = keys.map_err(|error| Disbelieved::Keys { issuer: issuer.clone(), error })?;
        keys.verify(algorithm, kid, compact.signed, &compact.signature)?;
        // From here on the issuer has said it.
        let claims = Claims::new(&compact.payload);
        let unfit = |unfit| Disbelieved::Unfit { issuer: issuer.clone(), unfit };
        claims.timely(known.issuer.lifetime_max, self.limits.clock_skew, now).map_err(unfit)?;
        principal(known, &claims, people).map_err(unfit)
    }
}

/// Who it is, and what the first rule that fits lets them do.
fn principal(known: &Known, claims: &Claims<'_>, people: &People) -> Result<Principal, Unfit> {
    let issuer = &known.issuer;
    claims.is_for(&issuer.audiences)?;
    pull_requests::refuse(issuer.kind, claims)?;
    if let Some(missing) = issuer.required.iter().find(|one| !claims.fits(one)) {
        return Err(Unfit::Required(missing.claim.clone()));
    }
    let subject = claims.text(issuer.kind.immutable()).ok_or(Unfit::Subject(issuer.kind.immutable()))?;
    let rule = known.rules.iter().find(|rule| rule.rule.matches.iter().all(|one| claims.fits(one)));
    let rule = rule.ok_or(Unfit::NoRule)?;
    let person = match issuer.kind {
        IssuerKind::Generic => people.of_subject(&issuer.id, &subject),
        IssuerKind::GithubActions | IssuerKind::Gitlab => None,
    };
    let grants = if person.is_some() { rule.grants.clone() } else { impersonal(&rule.grants) };
    Ok(Principal {
        // No token of the gate's own can be called so.
        name: Arc::from(format!("{}#{subject}", issuer.id)),
        person,
        scope: Arc::from(rule.rule.scope.as_deref().unwrap_or(DEFAULT_SCOPE)),
        grants,
        vouched: Some(Arc::new(Vouched::of(issuer, claims, people))),
    })
}

/// Without what only a person may do: nobody knows whose subject it is.
fn impersonal(grants: &[Grant]) -> Vec<Grant> {
    let without = |grant: &Grant| {
        let roles: BTreeSet<_> = grant.roles.iter().copied().filter(|role| !role.is_personal()).collect();
        (!roles.is_empty()).then(|| Grant { roles, ..grant.clone() })
    };
    grants.iter().filter_map(without).collect()
}
