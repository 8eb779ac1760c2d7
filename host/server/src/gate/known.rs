//! Who asks: by a token of the gate's own, by the word of an issuer, or by being on this machine.

use crate::{
    gate::{Gate, clock},
    identity::{
        holder::Holder,
        oidc::{Disbelieved, Oidc},
        principal::Principal,
        secret::Secret,
        tokens::{Tokens, TokensError, Unbelieved},
    },
};
use std::{sync::Arc, time::Duration};
use tidegate_core::time::Timestamp;

/// What callers are known by.
#[derive(Debug)]
pub struct WhoIsKnown {
    /// Tokens of the gate's own.
    pub tokens: Tokens,
    /// Identity tokens of others.
    pub oidc: Oidc,
}

impl Gate {
    /// Who may ask.
    #[must_use]
    pub fn tokens(&self) -> &Tokens {
        &self.known.tokens
    }

    /// Whose a token of the gate's own is; people are called what the policies in force call them.
    pub fn known(&self, token: &str) -> Result<Arc<Principal>, Unbelieved> {
        let principal = self.known.tokens.authenticate(token, clock::now())?;
        let Some(person) = &principal.person else { return Ok(principal) };
        let name = self.active().bundle().identities().people().canonical(person);
        if name == *person {
            return Ok(principal);
        }
        Ok(Arc::new(Principal { person: Some(name), ..(*principal).clone() }))
    }

    /// Creates a token, by what the policies in force say of people.
    pub async fn create_token(
        &self,
        holder: &Holder,
        lifetime: Duration,
        by: &str,
    ) -> Result<(Secret, Timestamp), TokensError> {
        let active = self.active();
        let people = active.bundle().identities().people();
        self.known.tokens.create_beside(holder, lifetime, by, people, active.issuers()).await
    }

    /// Whose an identity token of somebody else is, by the policies in force.
    pub async fn vouched_for(&self, token: &str) -> Result<Arc<Principal>, Disbelieved> {
        let active = self.active();
        let people = active.bundle().identities().people();
        self.known.oidc.authenticate(token, active.issuers(), people, clock::now()).await.map(Arc::new)
    }

    /// Whoever brings no token, where that is somebody: on a gate for development alone.
    #[must_use]
    pub fn anonymous(&self) -> Option<Arc<Principal>> {
        self.settings.dev.then(|| Arc::new(Principal::anonymous()))
    }
}
