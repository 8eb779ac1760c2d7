//! Agreements to waivers: where a set asks for it, a waiver tolerates nothing until the person whom it names agrees to it themselves.
//!
//! **Invariant:** an agreement is durable before it counts, and counts for the waiver as it was written when it was given.

use crate::{
    gate::{Gate, activation::act, error::GateError},
    identity::{principal::Principal, role::Role},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};
use tidegate_bundle::{bundle::Bundle, identities::people::People, waivers::WaiverOf};
use tidegate_core::{
    digest::Digest,
    name::{PolicySetId, WaiverId},
    waiver::Waiver,
};
use tidegate_ledger::{
    act::Act,
    agreement::{Agreed, Agreement},
    error::{ReadError, RecordError},
    faster::Faster,
    ledger::Ledger,
};

/// What was agreed to, by the digest of each waiver.
#[derive(Debug, Default)]
pub struct Agreements(RwLock<BTreeMap<Digest, Agreed>>);

impl Agreements {
    /// Those of the record.
    pub async fn load(ledger: &Ledger) -> Result<Self, ReadError> {
        let agreements = Self::default();
        agreements.reread(ledger).await?;
        Ok(agreements)
    }

    /// Takes over what the record says now.
    pub(super) async fn reread(&self, ledger: &Ledger) -> Result<(), ReadError> {
        let all = ledger.waiver_agreements().await?.into_iter().map(|agreed| (agreed.waiver, agreed)).collect();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = all;
        Ok(())
    }

    /// Who agreed to this waiver, if anybody did.
    #[must_use]
    pub fn of(&self, waiver: &WaiverOf) -> Option<Agreed> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&waiver.digest()).cloned()
    }

    /// The waivers of a set as they stand with what was agreed to.
    #[must_use]
    pub fn waivers_of(&self, bundle: &Bundle, set: &PolicySetId) -> Arc<[Waiver]> {
        let filed = bundle.waivers_of(set);
        if filed.iter().all(|waiver| !waiver.awaits_agreement) {
            return filed;
        }
        bundle.waivers().iter().filter(|one| one.of == *set).map(|one| self.standing(one)).collect()
    }

    /// A waiver as it stands with what was agreed to.
    #[must_use]
    pub fn standing(&self, one: &WaiverOf) -> Waiver {
        let awaits_agreement = one.waiver.awaits_agreement && self.of(one).is_none();
        Waiver { awaits_agreement, ..one.waiver.clone() }
    }
}

impl Gate {
    /// Agrees to a waiver; again changes nothing. `None`: there is no such waiver for whoever asks.
    pub async fn agree(&self, id: &str, principal: &Principal) -> Result<Option<()>, GateError> {
        let Ok(id) = WaiverId::parse(id) else { return Ok(None) };
        let in_force = self.in_force();
        let bundle = in_force.bench.active.bundle();
        let Some(one) = bundle.waivers().iter().find(|one| one.waiver.id == id) else { return Ok(None) };
        let scope = &one.waiver.scope;
        if !principal.may_throughout(Role::Waive, scope.environment.as_ref(), scope.service.as_ref()) {
            return Ok(None);
        }
        let person = agreeable(&one.waiver, bundle.identities().people(), principal.person.as_ref())
            .map_err(GateError::NotAgreed)?;
        let agreements = &in_force.bench.agreements;
        if agreements.of(one).is_none() {
            let agreement = Agreement { waiver: one.digest(), id, person };
            match self.ledger().act(act(Act::WaiverAgreed(agreement), Vec::new())).await {
                Ok(_) | Err(RecordError::Faster(Faster::Agreed)) => {}
                Err(error) => return Err(error.into()),
            }
            agreements.reread(self.ledger()).await?;
        }
        Ok(Some(()))
    }
}

/// Who agrees, or why they cannot.
fn agreeable(waiver: &Waiver, people: &People, person: Option<&Arc<str>>) -> Result<Arc<str>, String> {
    let Some(person) = person else {
        return Err("a program agrees to nothing: this needs a person's token".to_owned());
    };
    if people.same(&waiver.owner, person) {
        return Err("nobody agrees to their own waiver".to_owned());
    }
    if !people.same(&waiver.approved_by, person) {
        return Err(format!("the waiver names somebody else to agree to it: {}", waiver.approved_by));
    }
    Ok(person.clone())
}
