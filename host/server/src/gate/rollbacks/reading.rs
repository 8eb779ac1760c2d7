//! Rollbacks, as far as somebody may read them.

use crate::{
    gate::{Gate, error::GateError},
    identity::{principal::Principal, role::READERS},
};
use tidegate_ledger::{
    notice::Notice,
    rollback::{Rollback, RollbacksAsked},
};

/// Rollbacks that are read for one page, at most.
const LOOKED_AT_MAX: u32 = 1_000;

impl Gate {
    /// Those that are looked for and that somebody may read, the newest first; and before which leaf to look on, if there may be more.
    pub async fn rollbacks(
        &self,
        principal: &Principal,
        asked: &RollbacksAsked,
    ) -> Result<(Vec<Rollback>, Option<u64>), GateError> {
        let found = self.ledger().rollbacks(&RollbacksAsked { max: LOOKED_AT_MAX, ..asked.clone() }).await?;
        let whole = found.len() < LOOKED_AT_MAX as usize;
        let last = found.last().map(|rollback| rollback.leaf_index);
        let mut page: Vec<Rollback> = found.into_iter().filter(|rollback| may_read(principal, rollback)).collect();
        let most = asked.max as usize;
        if page.len() > most {
            page.truncate(most);
            let next = page.last().map(|rollback| rollback.leaf_index);
            return Ok((page, next));
        }
        Ok((page, last.filter(|_| !whole)))
    }

    /// One of them, and the order as it stands. `None`: there is none for whoever asks.
    pub async fn rollback(
        &self,
        principal: &Principal,
        id: &str,
    ) -> Result<Option<(Rollback, Option<Notice>)>, GateError> {
        let found = self.ledger().rollback(id).await?.filter(|rollback| may_read(principal, rollback));
        let Some(rollback) = found else { return Ok(None) };
        let Some(ordered) = rollback.new.ordered() else { return Ok(Some((rollback, None))) };
        let notices = self.ledger().notices_of(&rollback.new.decision).await?;
        let order = notices.into_iter().find(|notice| notice.id == ordered.notice);
        Ok(Some((rollback, order)))
    }
}

fn may_read(principal: &Principal, rollback: &Rollback) -> bool {
    let service = std::slice::from_ref(&rollback.new.service);
    READERS.iter().any(|role| principal.may(*role, &rollback.new.environment, service))
}
