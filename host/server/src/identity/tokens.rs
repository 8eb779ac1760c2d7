//! The tokens of this gate: created, revoked, looked up. Each act is recorded before it takes effect; no restart is needed.

use super::{
    holder::Holder,
    oidc::issuers::Issuers,
    principal::Principal,
    role::{CONFLICTS, Role},
    secret::Secret,
};
use crate::{
    api::problem::PlacedError,
    gate::{activation::act, clock},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    mem,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tidegate_bundle::identities::people::People;
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    act::Act,
    error::{ReadError, RecordError},
    ledger::Ledger,
    token::{NewToken, Token},
};

/// How long a token lasts, at most.
pub const LIFETIME_MAX: Duration = Duration::from_secs(366 * 24 * 3600);
/// How often it is kept when tokens were last used.
pub const NOTED_EVERY: Duration = Duration::from_secs(60);
/// Tokens of one gate, at most: revoked and expired ones count, for they are a part of the record.
pub const TOKENS_MAX: usize = 10_000;

/// Why a token was not created or revoked.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// What was asked for cannot be.
    #[error("{} mistakes", .0.len())]
    Mistakes(Vec<PlacedError>),
    /// There are so many already.
    #[error("tokens: {used} used, {TOKENS_MAX} allowed")]
    TooMany {
        /// With this one.
        used: usize,
    },
    /// No such token.
    #[error("there is no such token")]
    Unknown,
    /// The machine gives no randomness.
    #[error("no randomness: {0}")]
    Random(#[from] getrandom::Error),
    /// What the token is good for cannot be written.
    #[error("the token cannot be written: {0}")]
    Write(#[from] serde_json::Error),
    /// It could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The tokens could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unbelieved {
    /// Not one of this gate's.
    #[error("the token is none of this gate's")]
    Unknown,
    /// It was one.
    #[error("the token expired at {0}")]
    Expired(Timestamp),
    /// It was one.
    #[error("the token was revoked")]
    Revoked,
}

/// The tokens of this gate.
///
/// **Invariant:** nobody holds one of the locks while waiting for another.
#[derive(Debug)]
pub struct Tokens {
    ledger: Ledger,
    known: RwLock<HashMap<Arc<str>, Known>>,
    used: Mutex<BTreeMap<Arc<str>, Timestamp>>,
    /// One change at a time: what is known is then what was recorded last.
    changing: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Known {
    kept: Token,
    /// None: it was kept by a build that knew more.
    principal: Option<Arc<Principal>>,
}

impl Known {
    /// Whose it is, if it is good for anything at this moment.
    fn good_at(&self, now: Timestamp) -> Result<Arc<Principal>, Unbelieved> {
        let principal = self.principal.as_ref().ok_or(Unbelieved::Unknown)?;
        if self.kept.revoked_at.is_some() {
            return Err(Unbelieved::Revoked);
        }
        if now >= self.kept.token.expires {
            return Err(Unbelieved::Expired(self.kept.token.expires));
        }
        Ok(Arc::clone(principal))
    }
}

impl Tokens {
    /// Those of a ledger.
    pub async fn load(ledger: Ledger) -> Result<Self, ReadError> {
        let known = RwLock::new(known(ledger.tokens().await?));
        Ok(Self { ledger, known, used: Mutex::default(), changing: tokio::sync::Mutex::default() })
    }

    /// Whose this token is, if it is good for anything at this moment.
    ///
    /// Digests are compared, not secrets: how far two of them agree says nothing about the secret behind.
    pub fn authenticate(&self, text: &str, now: Timestamp) -> Result<Arc<Principal>, Unbelieved> {
        let secret = Secret::parse(text).ok_or(Unbelieved::Unknown)?;
        let digest = secret.digest();
        let principal = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            let found = known.get(secret.id()).filter(|known| known.kept.token.secret == digest);
            found.ok_or(Unbelieved::Unknown)?.good_at(now)?
        };
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.id().clone(), now);
        Ok(principal)
    }

    /// Creates a token; its secret is in the answer and nowhere else. Where no policies are at hand, people are known by their
    /// names alone.
    pub async fn create(
        &self,
        holder: &Holder,
        lifetime: Duration,
        by: &str,
    ) -> Result<(Secret, Timestamp), TokensError> {
        self.create_beside(holder, lifetime, by, &People::default(), &Issuers::default()).await
    }

    /// The same, where it is known who is the same person, and what others vouch for.
    pub async fn create_beside(
        &self,
        holder: &Holder,
        lifetime: Duration,
        by: &str,
        people: &People,
        issuers: &Issuers,
    ) -> Result<(Secret, Timestamp), TokensError> {
        holder.principal().map_err(TokensError::Mistakes)?;
        if lifetime.is_zero() || lifetime > LIFETIME_MAX {
            let message = format!(
                "{} s used, 1 to {} s allowed: every token expires",
                lifetime.as_secs(),
                LIFETIME_MAX.as_secs()
            );
            return Err(TokensError::Mistakes(vec![PlacedError { place: "expires_in".to_owned(), message }]));
        }
        let _alone = self.changing.lock().await;
        self.up_to_date().await?;
        let used = self.known.read().unwrap_or_else(PoisonError::into_inner).len() + 1;
        if used > TOKENS_MAX {
            return Err(TokensError::TooMany { used });
        }
        let now = clock::now();
        self.conflicts(holder, people, issuers, now).map_err(|mistake| TokensError::Mistakes(vec![mistake]))?;
        let (secret, expires) = (Secret::random()?, now.plus(lifetime));
        let token = NewToken {
            id: secret.id().clone(),
            secret: secret.digest(),
            holder: Arc::from(serde_json::to_string(holder)?),
            expires,
        };
        self.ledger.act(act(Act::TokenCreated { token, actor: Arc::from(by) }, Vec::new())).await?;
        self.reread().await?;
        Ok((secret, expires))
    }

    /// From now on the token is good for nothing; revoking it again changes nothing.
    pub async fn revoke(&self, id: &str, by: &str) -> Result<(), TokensError> {
        let _alone = self.changing.lock().await;
        self.up_to_date().await?;
        let state = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            known.get(id).map(|known| known.kept.revoked_at)
        };
        match state {
            None => Err(TokensError::Unknown),
            Some(Some(_)) => Ok(()),
            Some(None) => {
                let revoked = Act::TokenRevoked { id: Arc::from(id), actor: Arc::from(by) };
                self.ledger.act(act(revoked, Vec::new())).await?;
                Ok(self.reread().await?)
            }
        }
    }

    /// Every token that was ever created, in the order of their creation, with their last use.
    #[must_use]
    pub fn all(&self) -> Vec<Token> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Token> = known
            .values()
            .map(|known| {
                let last_used_at = used.get(&known.kept.token.id).copied().or(known.kept.last_used_at);
                Token { last_used_at, ..known.kept.clone() }
            })
            .collect();
        all.sort_by(|a, b| (a.created_at, &a.token.id).cmp(&(b.created_at, &b.token.id)));
        all
    }

    /// Everybody who holds a token, or held one.
    #[must_use]
    pub fn principals(&self) -> Vec<Arc<Principal>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.values().filter_map(|known| known.principal.clone()).collect()
    }

    /// Roles that nobody may hold together do not come together under several names of one person either.
    fn conflicts(
        &self,
        holder: &Holder,
        people: &People,
        issuers: &Issuers,
        now: Timestamp,
    ) -> Result<(), PlacedError> {
        let Some(person) = &holder.person else { return Ok(()) };
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let live = known.values().filter(|known| known.kept.revoked_at.is_none() && now < known.kept.token.expires);
        let theirs = live
            .filter_map(|known| known.principal.as_deref())
            .filter(|held| held.person.as_deref().is_some_and(|held| people.same(held, person)));
        let mut elsewhere: BTreeSet<Role> =
            theirs.flat_map(|held| held.grants.iter().flat_map(|grant| grant.roles.iter().copied())).collect();
        elsewhere.extend(issuers.roles_of(people, person));
        let asked = |role: Role| holder.grants.iter().any(|grant| grant.roles.contains(&role));
        let both = CONFLICTS.into_iter().flat_map(|(one, other)| [(one, other), (other, one)]);
        match both.into_iter().find(|(one, other)| asked(*one) && elsewhere.contains(other)) {
            None => Ok(()),
            Some((one, other)) => Err(PlacedError {
                place: "person".to_owned(),
                message: format!(
                    "this person holds `{}` already, by another token or an issuer's word: nobody may hold both `{}` and \
                     `{}`",
                    other.word(),
                    other.word(),
                    one.word()
                ),
            }),
        }
    }

    /// Keeps when tokens were last used. What cannot be kept now is kept the next time.
    pub async fn note_use(&self) -> Result<(), RecordError> {
        let used = mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner));
        if used.is_empty() {
            return Ok(());
        }
        let noted = self.ledger.tokens_used(used.clone()).await;
        match noted {
            Ok(()) => self.noted(&used),
            Err(_) => self.again(used),
        }
        noted
    }

    fn noted(&self, used: &BTreeMap<Arc<str>, Timestamp>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (id, at) in used {
            if let Some(known) = known.get_mut(id) {
                known.kept.last_used_at = Some(*at);
            }
        }
    }

    /// A use since then is the later one.
    fn again(&self, used: BTreeMap<Arc<str>, Timestamp>) {
        let mut again = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, at) in used {
            again.entry(id).or_insert(at);
        }
    }

    /// Takes over what other gates recorded.
    pub async fn follow(&self) -> Result<(), ReadError> {
        let _alone = self.changing.lock().await;
        self.reread().await
    }

    /// The same, before a change that depends on it, where there are other gates.
    async fn up_to_date(&self) -> Result<(), ReadError> {
        match self.ledger.looked_after_every() {
            Some(_) => self.reread().await,
            None => Ok(()),
        }
    }

    async fn reread(&self) -> Result<(), ReadError> {
        let read = known(self.ledger.tokens().await?);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(())
    }
}

fn known(tokens: Vec<Token>) -> HashMap<Arc<str>, Known> {
    let known = |kept: Token| {
        let holder: Option<Holder> = serde_json::from_str(&kept.token.holder).ok();
        let principal = holder.and_then(|holder| holder.principal().ok()).map(Arc::new);
        if principal.is_none() {
            tracing::warn!(token = %kept.token.id, "what this token is good for cannot be read: it is good for nothing");
        }
        (kept.token.id.clone(), Known { kept, principal })
    };
    tokens.into_iter().map(known).collect()
}

#[cfg(test)]
mod tests;
