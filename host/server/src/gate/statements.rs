//! Statements of people, under their own tokens: the gate writes down who says what and when, so that nobody writes another's name.
//!
//! **Invariant:** who states something is who was authenticated, and when is the gate's clock. **Invariant:** a statement is durable
//! before it is answered, and stays as long as the record, as what a decision names does.

mod words;

use self::words::Words;
use crate::{
    api::statements::{StatementBody, StatementRequest},
    gate::{Gate, activation::act, clock, error::GateError},
    identity::{principal::Principal, role::Role},
};
use std::sync::Arc;
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    act::{Act, ActRecord},
    body::{Body, BodyKind},
    statement::NewStatement,
};

/// Who may state something, as a person: whoever takes part in deployments. Who writes policies, makes tokens or audits the record has no
/// word in what they judge.
pub const STATERS: [Role; 5] = [Role::Decide, Role::Override, Role::Confirm, Role::Waive, Role::Operate];

impl Gate {
    /// Records what a person states, as a document of their scope.
    pub async fn state(&self, said: &StatementRequest, principal: &Principal) -> Result<StatementBody, GateError> {
        let words = Words::read(said)?;
        let person = entitled(principal, &words).map_err(GateError::Unentitled)?;
        let at = clock::now();
        let document = words.document(&person, at, &self.settings.read)?;
        let (digest, bytes) = (Digest::of(&document), document.len() as u64);
        let item: Arc<str> = Arc::from(said.item.as_str());
        let sender = principal.sender();
        let stated = NewStatement { document: digest, bytes, sender, item, person: person.clone() };
        let bodies = vec![Body { kind: BodyKind::Evidence, bytes: document }];
        // The leaf and the document say the same moment.
        let recorded = self.ledger().act(ActRecord { at, ..act(Act::Stated(stated), bodies) }).await?;
        Ok(StatementBody {
            digest: digest.to_string(),
            item: said.item.clone(),
            by: person.to_string(),
            at: at.to_string(),
            leaf_index: recorded.leaf_index,
        })
    }
}

/// The person behind the token, where one grant of theirs reaches everything that the statement is about, or why it does not count.
fn entitled(principal: &Principal, words: &Words) -> Result<Arc<str>, String> {
    let Some(person) = &principal.person else {
        return Err("a program states nothing: this needs a person's token".to_owned());
    };
    let reaches = |role| principal.may_for_all(role, words.environment.as_ref(), &words.services);
    if STATERS.into_iter().any(reaches) {
        return Ok(person.clone());
    }
    let of: Vec<String> = words.services.iter().map(|service| format!("`{service}`")).collect();
    let of = if of.is_empty() { "all services".to_owned() } else { of.join(", ") };
    let there = words
        .environment
        .as_ref()
        .map_or_else(|| "all environments".to_owned(), |environment| format!("`{environment}`"));
    let roles: Vec<&str> = STATERS.iter().map(|role| role.word()).collect();
    Err(format!(
        "`{}` has no grant of a role that may state something ({}) for {of} in {there}: say what it is about",
        principal.name,
        roles.join(", ")
    ))
}
