//! What forced deployments and waivers left to be done: found for a deployment, listed, and fulfilled.
//!
//! **Invariant:** nobody reviews what they had a part in; a program fulfils nothing; an obligation beyond somebody's grants does not
//! exist for them.

use crate::{
    api::{obligations::ObligationBody, request::DeploymentRequestBody},
    gate::{
        Gate,
        activation::act,
        clock,
        error::GateError,
        involved::{involved, part_of},
        plugins::Active,
        ruling::Ruled,
    },
    identity::{
        principal::Principal,
        role::{READERS, Role},
    },
};
use std::sync::Arc;
use tidegate_core::{
    decision::Decision,
    mend::{Mend, is_mended, mends},
    name::{EnvironmentName, ServiceName, StageId, WaiverId},
    obligation::{HELD_BY, ObligationKind, Overdue},
    stage_result::Conclusion,
    time::Timestamp,
};
use tidegate_ledger::{
    act::Act,
    id::DecisionId,
    obligation::{Fulfilment, NewMend, Obligation},
    stored::StoredDecision,
};

/// Bytes of what fulfils an obligation, at most.
pub const WITH_BYTES_MAX: usize = 2_048;
/// Characters of a review, at least.
const REVIEW_CHARS_MIN: usize = 20;

/// Roles that may fulfil them.
pub const FULFILLERS: [Role; 3] = [Role::Override, Role::Confirm, Role::Operate];

impl Gate {
    /// What is overdue for what a request names. Names that cannot be are refused later, with every other mistake.
    pub(super) async fn overdue(
        &self,
        asked: &DeploymentRequestBody,
        now: Timestamp,
    ) -> Result<Vec<Overdue>, GateError> {
        let Ok(environment) = EnvironmentName::parse(&asked.environment) else { return Ok(Vec::new()) };
        if asked.services.len() > tidegate_core::deployment::SERVICES_MAX {
            return Ok(Vec::new());
        }
        let services: Vec<ServiceName> =
            asked.services.iter().filter_map(|service| ServiceName::parse(&service.name).ok()).collect();
        Ok(self.ledger().overdue(&environment, &services, now).await?)
    }

    /// Those that somebody may read, as they stand.
    pub async fn obligations(&self, principal: &Principal) -> Result<Vec<ObligationBody>, GateError> {
        let now = clock::now();
        let all = self.ledger().obligations(|one| may(principal, &READERS, one)).await?;
        Ok(all.iter().map(|one| ObligationBody::of(one, now)).collect())
    }

    /// Records that somebody fulfilled one, and answers with it. None: there is none, or none that they may fulfil.
    pub async fn fulfil(
        &self,
        id: &str,
        with: &str,
        principal: &Principal,
    ) -> Result<Option<ObligationBody>, GateError> {
        let owed = self.ledger().obligation(id).await?.filter(|one| may(principal, &FULFILLERS, one));
        let Some(owed) = owed else { return Ok(None) };
        let with = with.trim();
        let person = self.fulfils(&owed, with, principal).await?;
        let fulfilment = Fulfilment { obligation: owed.id.clone(), person, with: Arc::from(with) };
        self.ledger().act(act(Act::Fulfilled(fulfilment), Vec::new())).await?;
        let now = clock::now();
        Ok(self.ledger().obligation(id).await?.map(|one| ObligationBody::of(&one, now)))
    }

    /// Who fulfils it, or why nobody does.
    async fn fulfils(&self, owed: &Obligation, with: &str, principal: &Principal) -> Result<Arc<str>, GateError> {
        let refused = |why: &str| GateError::Unfulfilled(why.to_owned());
        let person = principal.person.clone();
        let person = person.ok_or_else(|| refused("a program fulfils nothing: this needs a person's token"))?;
        if owed.fulfilled.is_some() {
            return Err(refused("it was fulfilled before"));
        }
        if with.len() > WITH_BYTES_MAX {
            return Err(GateError::too_large("bytes of what fulfils an obligation", with.len(), WITH_BYTES_MAX));
        }
        match owed.kind {
            ObligationKind::Ticket | ObligationKind::PostMortem => {
                if !is_address(with) {
                    return Err(refused("this needs an address: `https://…`"));
                }
            }
            ObligationKind::Review => {
                let used = with.chars().count();
                if used < REVIEW_CHARS_MIN {
                    return Err(GateError::Unfulfilled(format!(
                        "a review: {used} characters, at least {REVIEW_CHARS_MIN} needed"
                    )));
                }
                self.uninvolved(owed, &person).await?;
            }
            ObligationKind::Tests => self.passed_since(owed, with).await?,
            ObligationKind::Mend => self.mended_since(owed, with).await?,
        }
        Ok(person)
    }

    async fn uninvolved(&self, owed: &Obligation, person: &str) -> Result<(), GateError> {
        let stored = self.stored(&owed.decision).await?;
        let mut all = involved(self.ledger(), &stored.judgement).await?;
        // Whoever sent it: a person's token is known by their name alone.
        let asked = |held: &Principal| *held.name == *stored.judgement.deployment.actor();
        let senders = self.tokens().principals();
        all.extend(
            senders
                .iter()
                .filter(|held| asked(held))
                .filter_map(|held| held.person.as_deref())
                .map(|person| crate::gate::involved::Involved { person: person.to_owned(), part: "asked for" }),
        );
        let active = self.active();
        let people = active.bundle().identities().people();
        if let Some(part) = part_of(&all, people, person) {
            return Err(GateError::Unfulfilled(format!("nobody reviews what they {part}")));
        }
        let confirmed = self.ledger().confirmation(&owed.decision).await?;
        if confirmed.is_some_and(|confirmed| people.same(&confirmed.confirmation.person, person)) {
            return Err(GateError::Unfulfilled("nobody reviews what they confirmed".to_owned()));
        }
        Ok(())
    }

    /// A later decision about all of its services there in which every stage passed that stood against the forced one.
    async fn passed_since(&self, owed: &Obligation, with: &str) -> Result<(), GateError> {
        let later = self.later(owed, with).await?;
        let forced = self.stored(&owed.decision).await?;
        if let Some(stage) = still_against(&forced.judgement.decision, &later.judgement.decision) {
            return Err(GateError::Unfulfilled(format!("`{stage}` did not pass in that decision")));
        }
        Ok(())
    }

    /// A later decision about its service there that passes without the waiver.
    async fn mended_since(&self, owed: &Obligation, with: &str) -> Result<(), GateError> {
        let later = self.later(owed, with).await?;
        let then = self.stored(&owed.decision).await?;
        let (then, later) = (&then.judgement.decision, &later.judgement.decision);
        let mended = |waiver| owed.services.iter().all(|service| is_mended(waiver, service, then, later));
        if owed.waiver.as_ref().is_some_and(mended) {
            return Ok(());
        }
        Err(GateError::Unfulfilled("what the waiver let through did not pass without it in that decision".to_owned()))
    }

    /// A later decision about all of its services there.
    async fn later(&self, owed: &Obligation, with: &str) -> Result<StoredDecision, GateError> {
        let refused = |why: &str| GateError::Unfulfilled(why.to_owned());
        let unknown = || refused("this needs the id of a later decision about these services");
        let id = DecisionId::parse(with).map_err(|_| unknown())?;
        let Some(later) = self.ledger().decision(&id).await? else { return Err(unknown()) };
        let deployment = &later.judgement.deployment;
        let about = deployment.environment() == &owed.environment
            && owed.services.iter().all(|service| deployment.service(service).is_some());
        if !about || later.judgement.evaluated_at <= owed.opened_at {
            return Err(unknown());
        }
        Ok(later)
    }

    async fn stored(&self, id: &DecisionId) -> Result<StoredDecision, GateError> {
        let gone = || GateError::Internal(format!("decision `{id}` left an obligation, but is not recorded"));
        self.ledger().decision(id).await?.ok_or_else(gone)
    }
}

/// What a ruling leaves to be mended, by whoever owns the waivers that let it through.
pub(super) fn left_by(ruled: &Ruled, deciding: &Active) -> Vec<NewMend> {
    let (decision, deployment) = (&ruled.judgement.decision, &ruled.judgement.deployment);
    let waivers = deciding.bundle().waivers_of(&decision.decided_by.id);
    let owner = |id: &WaiverId| waivers.iter().find(|waiver| waiver.id == *id).map(|waiver| waiver.owner.clone());
    let new = |Mend { waiver, service, due }| Some(NewMend { owner: owner(&waiver)?, waiver, service, due });
    mends(decision, deployment).into_iter().filter_map(new).collect()
}

/// The first stage that stood against the forced decision, or was skipped in it, and did not pass in the later one.
fn still_against(forced: &Decision, later: &Decision) -> Option<StageId> {
    let skipped = forced.stages.iter().filter(|stage| stage.conclusion == Conclusion::Skipped).map(|one| &one.stage);
    let blocked = forced.blocking.iter().map(|blocker| &blocker.stage).filter(|stage| stage.as_str() != HELD_BY);
    let passed = |id: &StageId| {
        let found = later.stages.iter().find(|stage| stage.stage == *id);
        found.is_some_and(|stage| matches!(stage.conclusion, Conclusion::Pass | Conclusion::NotApplicable))
    };
    blocked.chain(skipped).find(|id| !passed(id)).cloned()
}

fn may(principal: &Principal, roles: &[Role], one: &Obligation) -> bool {
    roles.iter().any(|role| principal.may(*role, &one.environment, &one.services))
}

/// One line of visible characters that says where.
fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && text.chars().all(|letter| letter.is_ascii_graphic()))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_is_one_visible_line() {
        for (text, wanted) in [
            ("https://tickets.shop.example/INC-7", true),
            ("http://localhost/7", true),
            ("https://", false),
            ("INC-7", false),
            ("javascript:alert(1)", false),
            ("https://a b", false),
            ("https://a\n", false),
            ("https://\u{202e}a", false),
        ] {
            assert_eq!(is_address(text), wanted, "{text:?}");
        }
    }
}
