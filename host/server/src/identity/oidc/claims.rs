//! What an issuer said of somebody, and whether it counts here and now.

use serde_json::{Map, Value};
use std::{borrow::Cow, time::Duration};
use tidegate_bundle::identities::ClaimMatch;
use tidegate_core::time::Timestamp;

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// Why claims are good for nothing here. No value of a claim is repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A time is not there, or is none.
    #[error("has no `{0}` that is a time")]
    NoTime(&'static str),
    /// Its time is over.
    #[error("expired at {0}")]
    Expired(Timestamp),
    /// Its time has not come.
    #[error("counts from {0} on")]
    Early(Timestamp),
    /// It counts for longer than its issuer's entry lets it.
    #[error("counts for too long: {} s used, {} allowed", .used.as_secs(), .allowed.as_secs())]
    TooLong {
        /// From its issue to its expiry.
        used: Duration,
        /// At most.
        allowed: Duration,
    },
    /// It is for somebody else.
    #[error("is not for this gate: `aud` holds none of the audiences that it answers to")]
    Audience,
    /// A run whose code nobody agreed to yet.
    #[error("is of {0}, whose code nobody agreed to yet")]
    Unreviewed(&'static str),
    /// A claim that says where a run comes from is missing.
    #[error("has no `{0}`")]
    Subject(&'static str),
    /// A claim that every token of this issuer has is missing or another.
    #[error("does not have the `{0}` that is required")]
    Required(String),
    /// No rule fits.
    #[error("fits no rule")]
    NoRule,
}

/// What an issuer said of somebody.
pub struct Claims<'a>(&'a Map<String, Value>);

impl<'a> Claims<'a> {
    /// These.
    #[must_use]
    pub fn new(claims: &'a Map<String, Value>) -> Self {
        Self(claims)
    }

    /// A claim as text: numbers and truth values as JSON writes them, nothing of lists and objects.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        match self.0.get(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Whether a claim is what is asked for.
    #[must_use]
    pub fn fits(&self, asked: &ClaimMatch) -> bool {
        self.text(&asked.claim).is_some_and(|text| asked.fits(&text))
    }

    /// Whether it is for one of these.
    pub(super) fn is_for(&self, audiences: &[String]) -> Result<(), Unfit> {
        let is_ours = |value: &Value| value.as_str().is_some_and(|text| audiences.iter().any(|ours| ours == text));
        let fits = match self.0.get("aud") {
            Some(Value::Array(several)) => several.iter().any(is_ours),
            Some(one) => is_ours(one),
            None => false,
        };
        if fits { Ok(()) } else { Err(Unfit::Audience) }
    }

    /// Whether it counts at this moment.
    pub(super) fn timely(&self, lifetime_max: Duration, skew: Duration, now: Timestamp) -> Result<(), Unfit> {
        let (issued, expires) = (self.time("iat")?, self.time("exp")?);
        let latest = now.plus(skew);
        if issued > latest {
            return Err(Unfit::Early(issued));
        }
        if self.0.contains_key("nbf") {
            let begins = self.time("nbf")?;
            if begins > latest {
                return Err(Unfit::Early(begins));
            }
        }
        if expires.plus(skew) <= now {
            return Err(Unfit::Expired(expires));
        }
        let used = expires.since(issued);
        if used > lifetime_max {
            return Err(Unfit::TooLong { used, allowed: lifetime_max });
        }
        Ok(())
    }

    fn time(&self, name: &'static str) -> Result<Timestamp, Unfit> {
        let value = self.0.get(name);
        // Whole seconds; some issuers write them with a fraction.
        let seconds = value.and_then(|value| value.as_u64().or_else(|| whole(value.as_f64()?)));
        let nanos = seconds.and_then(|seconds| seconds.checked_mul(SECOND));
        nanos.map(Timestamp::from_nanos).ok_or(Unfit::NoTime(name))
    }
}

fn whole(seconds: f64) -> Option<u64> {
    // Beyond the year 9999 it is no time that anybody meant.
    let is_time = (0.0..253_402_300_800.0).contains(&seconds);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the bounds above")]
    is_time.then_some(seconds as u64)
}
