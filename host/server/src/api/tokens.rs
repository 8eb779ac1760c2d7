//! Tokens in JSON.

use crate::{
    api::problem::PlacedError,
    identity::{holder::Holder, secret::Secret},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tidegate_core::time::Timestamp;
use tidegate_ledger::token::Token;

/// A token that is asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// Whose it is and what it is good for.
    pub holder: Holder,
    /// How long: `90d`, `8h`.
    pub expires_in: String,
}

impl NewToken {
    /// How long it is good for.
    pub fn lifetime(&self) -> Result<Duration, PlacedError> {
        tidegate_bundle::duration::parse(&self.expires_in)
            .map_err(|error| PlacedError { place: "expires_in".to_owned(), message: error.to_string() })
    }
}

/// A token that was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Created {
    /// What it is called.
    pub id: String,
    /// The token itself: shown once.
    pub token: String,
    /// From this moment on it is good for nothing.
    pub expires_at: String,
}

impl Created {
    /// The answer to whoever asked for it.
    #[must_use]
    pub fn new(secret: &Secret, expires: Timestamp) -> Self {
        Self { id: secret.id().to_string(), token: secret.reveal().to_owned(), expires_at: expires.to_string() }
    }
}

/// All tokens.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tokens {
    /// In the order of their creation.
    pub tokens: Vec<KeptToken>,
}

/// A token as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeptToken {
    /// What it is called.
    pub id: String,
    /// Whose it is and what it is good for; left out where this build cannot read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Holder>,
    /// `active`, `expired` or `revoked`.
    pub state: String,
    /// When it was made.
    pub created_at: String,
    /// From this moment on it is good for nothing.
    pub expires_at: String,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
    /// When it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
}

impl Tokens {
    /// As they stand at that moment.
    #[must_use]
    pub fn of(tokens: &[Token], now: Timestamp) -> Self {
        Self { tokens: tokens.iter().map(|token| KeptToken::of(token, now)).collect() }
    }
}

impl KeptToken {
    fn of(kept: &Token, now: Timestamp) -> Self {
        let state = match kept.revoked_at {
            Some(_) => "revoked",
            None if now >= kept.token.expires => "expired",
            None => "active",
        };
        Self {
            id: kept.token.id.to_string(),
            holder: serde_json::from_str(&kept.token.holder).ok(),
            state: state.to_owned(),
            created_at: kept.created_at.to_string(),
            expires_at: kept.token.expires.to_string(),
            revoked_at: kept.revoked_at.map(|at| at.to_string()),
            last_used_at: kept.last_used_at.map(|at| at.to_string()),
        }
    }
}
