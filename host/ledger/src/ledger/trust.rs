//! Whom and what a gate trusts by its record: tokens, and agreements to waivers.

use super::Ledger;
use crate::{
    agreement::Agreed,
    error::{ReadError, RecordError},
    store::{agreements, leaves, tokens},
    token::Token,
    writer::job::Work,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::time::Timestamp;

impl Ledger {
    /// Every agreement to a waiver that was ever recorded.
    pub async fn waiver_agreements(&self) -> Result<Vec<Agreed>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        agreements::all(&mut connection).await
    }

    /// Every token that was ever created, in the order of their creation.
    pub async fn tokens(&self) -> Result<Vec<Token>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        tokens::all(&mut connection).await
    }

    /// Notes when tokens were last used, by their ids. No leaf: it is no act of power.
    pub async fn tokens_used(&self, used: BTreeMap<Arc<str>, Timestamp>) -> Result<(), RecordError> {
        self.submit(0, move || Ok(Work::TokensUsed(used))).await.map(|_| ())
    }

    /// The last leaf that says whom or what to trust: a token, or an agreement to a waiver. None before the first one.
    pub async fn last_trust(&self) -> Result<Option<u64>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        Ok(leaves::last_trust(&mut connection).await?)
    }
}
