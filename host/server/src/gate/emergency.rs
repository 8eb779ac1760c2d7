//! Forced deployments: a wish, as far as the gate can establish who has it, and its confirmation by a second person.
//!
//! **Invariant:** nobody confirms what they had a part in, under whatever token; a program confirms nothing.

use crate::{
    api::{
        answer::{Answer, ConfirmationBody},
        request::EmergencyRequest,
    },
    gate::{
        Gate,
        activation::act,
        clock,
        error::{GateError, placed},
        involved::{involved, part_of},
        notices::{self, Told},
    },
    identity::{principal::Principal, role::Role},
};
use std::sync::Arc;
use tidegate_core::{
    break_glass::{EmergencyReason, OverrideRequest, OverrideRole, OverrideState},
    decision::Outcome,
    deployment::Deployment,
    time::Timestamp,
};
use tidegate_ledger::{
    act::{Act, ActRecord},
    confirmation::{Confirmation, Confirmed},
    error::RecordError,
    faster::Faster,
};

/// Somebody's wish to deploy all the same. Whether they may is a part of it, so that an attempt is in the record, too.
pub fn wish(
    request: &EmergencyRequest,
    principal: &Principal,
    deployment: &Deployment,
) -> Result<OverrideRequest, GateError> {
    let Some(reason) = EmergencyReason::ALL.into_iter().find(|reason| reason.word() == request.reason) else {
        let words: Vec<&str> = EmergencyReason::ALL.iter().map(|reason| reason.word()).collect();
        let message = format!("no such reason; known are {}", words.join(", "));
        return Err(GateError::Malformed(vec![placed("emergency.reason", message)]));
    };
    let services = deployment.service_names();
    let is_held = principal.person.is_some() && principal.may(Role::Override, deployment.environment(), &services);
    Ok(OverrideRequest {
        reason,
        justification: Arc::from(request.justification.trim()),
        // The person, not the token: whoever confirms has to be somebody else, whatever token they hold.
        actor: principal.doer(),
        role: if is_held { OverrideRole::Held } else { OverrideRole::Missing },
        expires: None,
        // Counted once it is known what the set asks.
        used: None,
    })
}

impl Gate {
    /// Confirms a forced deployment. The decision stays what it is; from now on until it expires it is a permission.
    pub async fn confirm(&self, id: &str, principal: &Principal) -> Result<Option<Answer>, GateError> {
        let Some(stored) = self.decision_for(id, principal, &[Role::Confirm]).await? else { return Ok(None) };
        let id = stored.circumstances.decision.clone();
        let confirmed = self.ledger().confirmation(&id).await?;
        if self.ledger().standing(&id, true).await?.revoked.is_some() {
            return Err(GateError::Unconfirmed("it was revoked".to_owned()));
        }
        let now = clock::now();
        let program = || GateError::Unconfirmed("a program confirms nothing: this needs a person's token".to_owned());
        let person = principal.person.clone().ok_or_else(program)?;
        let involved = involved(self.ledger(), &stored.judgement).await?;
        let active = self.active();
        let part = part_of(&involved, active.bundle().identities().people(), &person);
        let expires =
            confirmable(&stored.judgement.decision, part, confirmed.as_ref(), now).map_err(GateError::Unconfirmed)?;
        let confirmation = Confirmation { decision: id.clone(), person, expires };
        let told = Told { id: &id, judgement: &stored.judgement, public_url: self.public_url() };
        let mut notices = notices::of_confirmation(told, &confirmation, now, &self.ledger().notices_of(&id).await?);
        let set = active.bundle().set(&stored.judgement.decision.decided_by.id);
        notices.extend(set.and_then(|set| notices::decided::on_confirmation(told, set, &confirmation, now)));
        let record = ActRecord { at: now, notices, ..act(Act::Confirmed(confirmation), Vec::new()) };
        self.ledger().act(record).await.map_err(|error| match error {
            RecordError::Faster(Faster::Confirmed) => GateError::Unconfirmed("somebody else confirmed it".to_owned()),
            other => other.into(),
        })?;
        self.recorded(id.as_str()).await
    }
}

/// Until when the confirmation holds, or why there is none.
fn confirmable(
    decision: &tidegate_core::decision::Decision,
    part: Option<&str>,
    confirmed: Option<&Confirmed>,
    now: Timestamp,
) -> Result<Timestamp, String> {
    let forced = decision.forced.as_ref().filter(|_| decision.outcome != Outcome::Deploy);
    let Some(forced) = forced else {
        return Err("nobody forced this deployment: there is nothing to confirm".to_owned());
    };
    let expires = match &forced.state {
        OverrideState::AwaitingConfirmation { expires } => *expires,
        OverrideState::Granted { .. } => return Err("this deployment needs no confirmation".to_owned()),
        OverrideState::Refused(_) => {
            return Err("this deployment cannot be forced, so it cannot be confirmed".to_owned());
        }
    };
    if let Some(part) = part {
        return Err(format!("nobody confirms what they {part}"));
    }
    if let Some(confirmed) = confirmed {
        return Err(format!("it was confirmed at {}", confirmed.at));
    }
    if now >= expires {
        return Err(format!("it could be confirmed until {expires}"));
    }
    Ok(expires)
}

/// The answer with what a second person said of it: a permission while the confirmation holds.
#[must_use]
pub fn with_confirmation(answer: Answer, confirmed: Option<&Confirmed>, now: Timestamp) -> Answer {
    let Some(Confirmed { confirmation, at, leaf_index }) = confirmed else { return answer };
    let (person, expires) = (&*confirmation.person, confirmation.expires);
    let holds = now < expires;
    let mut answer = answer;
    answer.allowed |= holds;
    if holds {
        answer.permission = "forced".to_owned();
        answer.valid_until = Some(expires.to_string());
    }
    answer.confirmation = Some(ConfirmationBody {
        person: person.to_owned(),
        at: at.to_string(),
        expires: expires.to_string(),
        leaf_index: *leaf_index,
    });
    answer.text.push_str(&format!("CONFIRMED BY: {person} at {at}, until {expires}\n"));
    answer
}
