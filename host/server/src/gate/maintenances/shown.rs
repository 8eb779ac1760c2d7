//! A maintenance as whoever looks at it sees it, and as a deployment's answer names it.

use super::checklist::{Said, standing};
use crate::{
    api::maintenances::{
        HappenedBody, ItemBody, MaintenanceBody, MaintenanceCountsBody, MaintenanceEmergencyBody, OpenMaintenanceBody,
        PhaseBody,
    },
    gate::{Gate, clock, error::GateError},
};
use tidegate_core::{deployment::Deployment, time::Timestamp};
use tidegate_ledger::maintenance::{Item, Maintenance, Phase, Step, Taken};

/// Everything that is known of one.
pub(super) struct Shown<'a> {
    pub(super) maintenance: &'a Maintenance,
    pub(super) taken: &'a [Taken],
    pub(super) said: &'a [Said],
}

/// Without phases and timeline.
pub(super) fn body(maintenance: &Maintenance, now: Timestamp) -> MaintenanceBody {
    let new = &maintenance.new;
    MaintenanceBody {
        id: new.id.to_string(),
        state: maintenance.stands(now).word().to_owned(),
        overdue: maintenance.is_overdue(now),
        environment: new.environment.to_string(),
        services: new.services.iter().map(ToString::to_string).collect(),
        policy_set: new.policy_set.to_string(),
        asked_in: new.asked_in.to_string(),
        verified_in: new.verified_in.to_string(),
        from: new.from.to_string(),
        until: new.until.to_string(),
        reason: new.reason.to_string(),
        planned_by: new.by.to_string(),
        planned_at: maintenance.at.to_string(),
        emergency: new.emergency.as_ref().map(|emergency| MaintenanceEmergencyBody {
            because: emergency.because.to_string(),
            decision: emergency.decision.to_string(),
            due_at: emergency.due.to_string(),
            overdue: None,
        }),
        phases: Vec::new(),
        timeline: Vec::new(),
        leaf_index: maintenance.leaf_index,
    }
}

impl Shown<'_> {
    pub(super) fn whole(&self, now: Timestamp) -> MaintenanceBody {
        let phases: Vec<PhaseBody> = Phase::ALL.into_iter().filter_map(|phase| self.phase(phase)).collect();
        let to_do: usize = phases.iter().map(|phase| phase.to_do).sum();
        let mut body = body(self.maintenance, now);
        if let (Some(shown), Some(emergency)) = (&mut body.emergency, &self.maintenance.new.emergency) {
            shown.overdue = Some(to_do > 0 && emergency.due <= now);
        }
        MaintenanceBody { phases, timeline: self.timeline(), ..body }
    }

    /// None where nothing is to be done in it.
    fn phase(&self, phase: Phase) -> Option<PhaseBody> {
        let items = self.maintenance.new.items.iter().filter(|item| item.phase == phase);
        let items: Vec<(ItemBody, bool)> = items.map(|item| self.item(item)).collect();
        let to_do = items.iter().filter(|(_, is_done)| !is_done).count();
        let items: Vec<ItemBody> = items.into_iter().map(|(item, _)| item).collect();
        (!items.is_empty()).then(|| PhaseBody { phase: phase.word().to_owned(), to_do, items })
    }

    fn item(&self, item: &Item) -> (ItemBody, bool) {
        let stands = standing(self.maintenance, item, self.said);
        let body = ItemBody {
            item: item.id.to_string(),
            title: item.title.to_string(),
            state: stands.word.map_or("open", |word| word.word()).to_owned(),
            by: stands.last.map(|last| last.by.to_string()),
            at: stands.last.map(|last| last.at.to_string()),
        };
        (body, stands.is_done())
    }

    /// What was done and stated, leaf by leaf. What nobody asked for was stated about something else.
    fn timeline(&self) -> Vec<HappenedBody> {
        let Maintenance { new, at, leaf_index, .. } = self.maintenance;
        let happened = |what: &str, by: &str, at: Timestamp, leaf_index| HappenedBody {
            at: at.to_string(),
            what: what.to_owned(),
            by: by.to_owned(),
            item: None,
            decision: None,
            reason: None,
            leaf_index,
        };
        let mut all = vec![HappenedBody {
            reason: Some(new.reason.to_string()),
            ..happened("planned", &new.by, *at, *leaf_index)
        }];
        if let Some(emergency) = &new.emergency {
            let decision = Some(emergency.decision.to_string());
            all.push(HappenedBody { decision, ..happened("opened", &new.by, *at, *leaf_index) });
        }
        for taken in self.taken {
            let (what, decision, reason) = match &taken.step.step {
                Step::Approved => ("approved", None, None),
                Step::Opened { decision } => ("opened", Some(decision.to_string()), None),
                Step::Closed { verification, .. } => ("closed", Some(verification.to_string()), None),
                Step::Cancelled { reason } => ("cancelled", None, Some(reason.to_string())),
            };
            let step = happened(what, &taken.step.by, taken.at, taken.leaf_index);
            all.push(HappenedBody { decision, reason, ..step });
        }
        let asked_for = |said: &&Said| new.items.iter().any(|item| item.id == said.item);
        for said in self.said.iter().filter(asked_for) {
            let what = format!("{}: {}", said.item, said.word.word());
            all.push(HappenedBody { item: Some(what), ..happened("stated", &said.by, said.at, said.leaf_index) });
        }
        all.sort_by_key(|one| one.leaf_index);
        all
    }
}

impl Gate {
    /// Those that were open where something was to be deployed, when it was decided.
    pub(crate) async fn maintained(
        &self,
        deployment: &Deployment,
        (leaf, at): (u64, Timestamp),
    ) -> Result<Vec<OpenMaintenanceBody>, GateError> {
        let open = self.ledger().maintenances_open_at(deployment.environment(), leaf).await?;
        let body = |one: &Maintenance| {
            let services = one.new.services.iter().filter(|service| deployment.service(service).is_some());
            let services: Vec<String> = services.map(ToString::to_string).collect();
            (!services.is_empty()).then(|| OpenMaintenanceBody {
                id: one.new.id.to_string(),
                services,
                until: one.new.until.to_string(),
                overdue: one.new.until <= at,
                emergency: one.new.emergency.is_some(),
            })
        };
        Ok(open.iter().filter_map(body).collect())
    }

    /// How many are open, as far as the record can be read.
    pub(crate) async fn maintenance_counts(&self) -> MaintenanceCountsBody {
        let counted = self.ledger().maintenances_open(clock::now()).await;
        counted.map(|(open, overdue)| MaintenanceCountsBody { open, overdue }).unwrap_or_default()
    }
}
