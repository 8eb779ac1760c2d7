//! A request that was made before, by the key under which it is made again.

use super::{Gate, blocking};
use crate::{
    api::answer::Answer,
    gate::{clock, error::GateError, fingerprint::fingerprint, submission::Submission},
    identity::principal::Principal,
};
use std::sync::Arc;
use tidegate_core::time::Timestamp;
use tidegate_ledger::{
    id::DecisionId,
    idempotency::{Idempotency, Retry},
};

/// The endpoint that idempotency keys of decisions belong to.
const ENDPOINT: &str = "POST /v1/decisions";

/// What is known of a request before it is decided.
pub(super) enum Before {
    /// Its key is new, or it has none.
    Nothing,
    /// Its decision.
    Answered(Box<Answer>),
    /// It was held before, and is judged anew.
    Retried(DecisionId),
}

impl Gate {
    /// The answer to an earlier request with the same key; a HOLD that refused is judged anew.
    pub(super) async fn already_decided(&self, key: Option<&Idempotency>) -> Result<Before, GateError> {
        let Some(key) = key else { return Ok(Before::Nothing) };
        let earlier = self.ledger.idempotent(&key.principal, &key.endpoint, &key.key).await?;
        let Some(earlier) = earlier else { return Ok(Before::Nothing) };
        match earlier.retry(key.request) {
            Retry::Conflict => Err(GateError::IdempotencyConflict),
            Retry::JudgeAnew => Ok(Before::Retried(earlier.decision)),
            Retry::Replay => {
                let answer = self.must_be_recorded(earlier.decision.as_str()).await?;
                let until = answer.valid_until.as_deref().and_then(|text| Timestamp::parse(text).ok());
                // A permission is about its time: a retry after that is another question.
                match until.filter(|until| answer.allowed && *until <= clock::now()) {
                    Some(until) => Err(GateError::SpentKey(until)),
                    None => Ok(Before::Answered(Box::new(answer))),
                }
            }
        }
    }

    pub(super) async fn must_be_recorded(&self, id: &str) -> Result<Answer, GateError> {
        if let Some(answer) = self.recorded(id).await? {
            return Ok(answer);
        }
        // Whoever has the key has had the answer.
        if let Ok(named) = DecisionId::parse(id)
            && let Some(elsewhere) = self.ledger.elsewhere(&named).await?
        {
            return Err(elsewhere.archived.into());
        }
        Err(GateError::Internal(format!("decision `{id}` is named by its key, but not recorded")))
    }
}

/// A submission and, when the caller gave a key, what the key stands for: every byte of the request is digested for that.
pub(super) async fn keyed(
    submission: Submission,
    principal: &Principal,
    key: Option<&str>,
) -> Result<(Submission, Option<Idempotency>), GateError> {
    let Some(key) = key else { return Ok((submission, None)) };
    let digested = blocking(move || {
        let request = fingerprint(&submission);
        (submission, request)
    });
    let (submission, request) = digested.await?;
    let key =
        Idempotency { principal: principal.name.clone(), endpoint: Arc::from(ENDPOINT), key: Arc::from(key), request };
    Ok((submission, Some(key)))
}
