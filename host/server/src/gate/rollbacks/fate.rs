//! Whether a rollback is ordered: what people wish for, unless it cannot be done; what a watch wishes for, unless it did so too lately or too
//! often.

use super::{Cause, RollbackTo, RollbackWish};
use crate::gate::{Gate, error::GateError};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tidegate_bundle::rollbacks::RollbackRules;
use tidegate_core::{
    deployment::Service,
    name::Version,
    policy::Enforcement,
    time::{Timestamp, in_words},
};
use tidegate_ledger::{
    id::DecisionId,
    rollback::{Fate, Newest, Ordered, Rollback, Withheld},
    stored::StoredDecision,
};

/// Within which so many are ordered by themselves, and then none.
const HOUR: Duration = Duration::from_secs(3_600);

fn withheld(why: Withheld, detail: impl Into<Arc<str>>) -> Fate {
    Fate::Withheld { why, detail: detail.into() }
}

impl Gate {
    /// What becomes of a wish, and the newest rollback of the record by which that was judged.
    pub(super) async fn fate(
        &self,
        wish: &RollbackWish,
        undone: &StoredDecision,
        service: &Service,
        now: Timestamp,
    ) -> Result<(Fate, Newest), GateError> {
        let environment = undone.judgement.deployment.environment();
        let rules = self.rules_of(undone);
        let cool_down = rules.as_ref().map_or(Duration::ZERO, |rules| rules.cool_down);
        let since = earlier(now, cool_down.max(HOUR));
        let (lately, newest) = self.ledger().rollbacks_ordered(environment, since).await?;
        let (rules, order) = match self.orderer(rules, undone, &wish.cause) {
            Ok(found) => found,
            Err(fate) => return Ok((fate, newest)),
        };
        if let Some(later) = self.ledger().taken_over(&wish.decision, &service.name).await? {
            let detail = format!("decision `{later}` deployed `{}` there after it", service.name);
            return Ok((withheld(Withheld::Superseded, detail), newest));
        }
        if let Cause::Watch { watch, .. } = &wish.cause
            && let Some(fate) = too_soon_or_too_many(&rules, &lately, (watch, service), now)
        {
            return Ok((fate, newest));
        }
        let Some((to, to_decision)) = self.target(wish, undone, service).await? else {
            let detail = format!("no other version of `{}` succeeded in `{environment}` by the rules", service.name);
            return Ok((withheld(Withheld::NoPrevious, detail), newest));
        };
        let notice = uuid::Uuid::now_v7().to_string().into();
        Ok((Fate::Ordered(Ordered { to, to_decision, order, notice }), newest))
    }

    /// What the set in force now says that decided then.
    fn rules_of(&self, undone: &StoredDecision) -> Option<RollbackRules> {
        self.active().bundle().set(&undone.judgement.decision.decided_by.id).and_then(|set| set.rollbacks.clone())
    }

    /// Which order undoes deployments of that set, or why there is none.
    fn orderer(
        &self,
        rules: Option<RollbackRules>,
        undone: &StoredDecision,
        cause: &Cause,
    ) -> Result<(RollbackRules, Arc<str>), Fate> {
        let set = &undone.judgement.decision.decided_by.id;
        let none = |detail: String| withheld(Withheld::NoOrder, detail);
        let active = self.active();
        let loaded =
            active.bundle().set(set).ok_or_else(|| none(format!("policy set `{set}` is not in force any more")))?;
        let advises = loaded.set.enforcement == Enforcement::Advisory;
        if advises && matches!(cause, Cause::Watch { .. }) {
            return Err(none(format!("policy set `{set}` is advisory: it orders nothing by itself")));
        }
        let unnamed = || none(format!("policy set `{set}` names no order under `rollback`"));
        let rules = rules.ok_or_else(unnamed)?;
        let order = rules.order.clone().ok_or_else(unnamed)?;
        if !self.settings.orders.contains(&order) {
            return Err(none(format!("the configuration does not say under `orders` how `{order}` is given")));
        }
        Ok((rules, order.into()))
    }

    /// What a service is to run, and by which decision it ran there, where the gate looked for it.
    async fn target(
        &self,
        wish: &RollbackWish,
        undone: &StoredDecision,
        service: &Service,
    ) -> Result<Option<(Version, Option<DecisionId>)>, GateError> {
        if let RollbackTo::Version(version) = &wish.to {
            return Ok(Some((version.clone(), None)));
        }
        let environment = undone.judgement.deployment.environment();
        let undone = (&wish.decision, &service.version);
        let found = self.ledger().previous(environment, &service.name, undone, |one| self.was_well(one)).await?;
        Ok(found.map(|previous| (previous.version, Some(previous.decision))))
    }
}

/// Why a watch has to leave it to a person.
fn too_soon_or_too_many(
    rules: &RollbackRules,
    lately: &[Rollback],
    (watch, service): (&Arc<str>, &Service),
    now: Timestamp,
) -> Option<Fate> {
    let of_service = lately.iter().find(|one| one.new.service == service.name);
    if let Some(last) = of_service.filter(|last| now.since(last.at) < rules.cool_down) {
        let (ago, allowed) = (in_words(now.since(last.at)), in_words(rules.cool_down));
        let detail = format!("a rollback of `{}` was ordered {ago} ago: not again before {allowed}", service.name);
        return Some(withheld(Withheld::CoolDown, detail));
    }
    // One watch may undo several services, which is one rollback of a deployment.
    let others: BTreeSet<&Arc<str>> = lately
        .iter()
        .filter(|one| now.since(one.at) < HOUR)
        .filter_map(|one| one.new.watch.as_ref())
        .filter(|other| *other != watch)
        .collect();
    let (used, allowed) = (others.len(), rules.per_hour);
    let is_used_up = u32::try_from(used).map_or(true, |used| used >= allowed);
    is_used_up.then(|| {
        let detail =
            format!("rollbacks that were ordered by themselves within an hour: {used} used, {allowed} allowed");
        withheld(Withheld::Cap, detail)
    })
}

fn earlier(now: Timestamp, span: Duration) -> Timestamp {
    let nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
    Timestamp::from_nanos(now.nanos().saturating_sub(nanos))
}
