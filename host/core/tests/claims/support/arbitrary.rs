//! Any world: plans of plain values that shrink well, and the worlds that they describe.

use super::{
    answers::{Answer, fail, fault, hold, not_applicable, pass},
    document::{DocumentBuilder, document},
    emergency::{break_glass, wish},
    names::{COMMIT, ago, hours},
    stage::{StageBuilder, needs, stage},
    waiver::waiver,
    world::{World, world},
};
use proptest::{
    bool::weighted,
    collection::vec,
    option,
    prelude::{Just, Strategy, any},
    prop_oneof,
};
use tidegate_core::{
    evidence::TestStatus,
    fault::{Blame, FaultKind},
    policy::{Bind, Mode, OnError, Vouched},
};

pub(crate) const SERVICES: [&str; 3] = ["api", "billing", "web"];
pub(crate) const NAMES: [&str; 3] = ["alpha", "beta", "gamma"];
const SHARDS_MAX: usize = 2;

/// A world in plain values.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    services: usize,
    stages: Vec<StagePlan>,
    /// Documents that each name expects of each service.
    pub(crate) shards: Vec<usize>,
    /// What became of each of them, by name, service and shard.
    fates: Vec<Fate>,
    waivers: Vec<WaiverPlan>,
    emergency: Option<EmergencyPlan>,
    advisory: bool,
}

#[derive(Debug, Clone)]
struct StagePlan {
    per_service: bool,
    mode: Mode,
    weight: u32,
    optional: bool,
    skipped: bool,
    on_error: OnError,
    names: Vec<bool>,
    strict: bool,
    signed: bool,
    /// `None`: judged honestly by its documents.
    says: Option<Fixed>,
}

/// An answer that no document changes.
#[derive(Debug, Clone, Copy)]
enum Fixed {
    Pass,
    Fail,
    Hold,
    NotApplicable,
    Error,
}

/// What a document is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Passed,
    Failed,
    Held,
    Unusable,
    Empty,
    Unfinished,
    WrongCommit,
    Stale,
    Unsigned,
    Missing,
}

#[derive(Debug, Clone)]
struct WaiverPlan {
    stage: usize,
    rule: bool,
    subject: Option<bool>,
    expired: bool,
}

#[derive(Debug, Clone)]
struct EmergencyPlan {
    minimum: Option<usize>,
    never: Option<usize>,
    role: bool,
    second: bool,
}

/// Any plan: most documents are sound, so that every outcome is common.
pub(crate) fn plans() -> impl Strategy<Value = Plan> {
    let fates = vec(fates(), NAMES.len() * SERVICES.len() * SHARDS_MAX);
    let shards = vec(1..=SHARDS_MAX, NAMES.len());
    let parts = (1..=SERVICES.len(), vec(stages(), 1..5), shards, fates, vec(waivers(), 0..4));
    (parts, option::weighted(0.4, emergencies()), weighted(0.1)).prop_map(
        |((services, stages, shards, fates, waivers), emergency, advisory)| Plan {
            services,
            stages,
            shards,
            fates,
            waivers,
            emergency,
            advisory,
        },
    )
}

fn stages() -> impl Strategy<Value = StagePlan> {
    let mode =
        prop_oneof![6 => Just(Mode::Block), 1 => Just(Mode::Warn), 1 => Just(Mode::Monitor), 1 => Just(Mode::Off)];
    let on_error = prop_oneof![4 => Just(OnError::Block), 1 => Just(OnError::Warn)];
    let says = prop_oneof![
        3 => Just(Fixed::Pass), 1 => Just(Fixed::Fail), 1 => Just(Fixed::Hold),
        1 => Just(Fixed::NotApplicable), 1 => Just(Fixed::Error),
    ];
    let flags = (any::<bool>(), weighted(0.2), weighted(0.5), weighted(0.5), weighted(0.1));
    (flags, mode, 0..5_u32, on_error, vec(any::<bool>(), NAMES.len()), option::weighted(0.15, says)).prop_map(
        |((per_service, optional, skipped, strict, signed), mode, weight, on_error, names, says)| StagePlan {
            per_service,
            mode,
            weight,
            optional,
            skipped,
            on_error,
            names,
            strict,
            signed,
            says,
        },
    )
}

/// Any fate, mostly a good one.
pub(crate) fn fates() -> impl Strategy<Value = Fate> {
    prop_oneof![
        60 => Just(Fate::Passed), 12 => Just(Fate::Failed), 2 => Just(Fate::Held), 2 => Just(Fate::Unusable),
        2 => Just(Fate::Empty), 2 => Just(Fate::Unfinished), 2 => Just(Fate::WrongCommit), 2 => Just(Fate::Stale),
        2 => Just(Fate::Unsigned), 2 => Just(Fate::Missing),
    ]
}

fn waivers() -> impl Strategy<Value = WaiverPlan> {
    (0..4_usize, weighted(0.9), option::weighted(0.3, weighted(0.7)), weighted(0.2))
        .prop_map(|(stage, rule, subject, expired)| WaiverPlan { stage, rule, subject, expired })
}

fn emergencies() -> impl Strategy<Value = EmergencyPlan> {
    (option::of(0..4_usize), option::weighted(0.3, 0..4_usize), weighted(0.9), weighted(0.2))
        .prop_map(|(minimum, never, role, second)| EmergencyPlan { minimum, never, role, second })
}

impl Plan {
    /// The world of this plan. Every document it expects is counted by the policy set, as law 1 asks.
    pub(crate) fn world(&self) -> World {
        let world = SERVICES.iter().take(self.services).fold(world(), |world, name| world.service(name));
        let world =
            self.stages.iter().enumerate().fold(world, |world, (number, plan)| self.staged(world, number, plan));
        let world = self.waivers.iter().enumerate().fold(world, waived);
        let world = self.expected().fold(world, |world, document| world.hand_in(document));
        let world = match &self.emergency {
            None => world,
            Some(plan) => forced(world, plan),
        };
        if self.advisory { world.advisory() } else { world }
    }

    /// Whether every document that the name expects was handed in.
    pub(crate) fn is_whole(&self, name: usize) -> bool {
        self.handed_in().filter(|(of, ..)| *of == name).all(|(.., fate)| fate != Fate::Missing)
    }

    fn staged(&self, world: World, number: usize, plan: &StagePlan) -> World {
        let id = stage_name(number);
        let world = world.stage(self.stage(&id, plan));
        let world = if plan.optional && plan.skipped { world.skip(&id) } else { world };
        match plan.says {
            None => world,
            Some(fixed) => world.says(&id, fixed.answer()),
        }
    }

    fn stage(&self, id: &str, plan: &StagePlan) -> StageBuilder {
        let stage = stage(id).mode(plan.mode).weight(plan.weight).on_error(plan.on_error);
        let stage = if plan.optional { stage.optional() } else { stage };
        let (stage, parts) = if plan.per_service { (stage.per_service(), 1) } else { (stage, self.services) };
        let needed = NAMES.iter().zip(&plan.names).zip(&self.shards).filter(|((_, needed), _)| **needed);
        needed.fold(stage, |stage, ((name, _), shards)| {
            let needs = needs(name).at_least(u32::try_from(shards * parts).unwrap());
            let needs = if plan.strict { needs.bound_to(Bind::Revision).max_age(hours(24)) } else { needs };
            stage.needs(if plan.signed { needs.vouched(Vouched::Signature) } else { needs })
        })
    }

    /// Name, service, shard and fate of every document that is expected.
    fn handed_in(&self) -> impl Iterator<Item = (usize, usize, usize, Fate)> + '_ {
        let slots = self.fates.iter().enumerate().map(|(slot, fate)| {
            let (rest, shard) = (slot / SHARDS_MAX, slot % SHARDS_MAX);
            (rest / SERVICES.len(), rest % SERVICES.len(), shard, *fate)
        });
        slots.filter(|(name, service, shard, _)| {
            *service < self.services && self.shards.get(*name).is_some_and(|shards| shard < shards)
        })
    }

    fn expected(&self) -> impl Iterator<Item = DocumentBuilder> + '_ {
        let present = self.handed_in().filter(|(.., fate)| *fate != Fate::Missing);
        present.map(|(name, service, shard, fate)| {
            let bytes = format!("{name} {service} {shard}");
            fate.document(NAMES[name]).bytes(&bytes).of_service(SERVICES[service])
        })
    }
}

fn stage_name(number: usize) -> String {
    format!("stage-{number}")
}

fn waived(world: World, (number, plan): (usize, &WaiverPlan)) -> World {
    let rule = if plan.rule { "tests.failed" } else { "tests.slow" };
    let waiver = waiver(&format!("W-{number}")).tolerates(&stage_name(plan.stage), rule);
    let waiver = if plan.expired { waiver.expires(ago(hours(1))) } else { waiver };
    world.waive(match plan.subject {
        None => waiver,
        Some(true) => waiver.only_subject("case 001"),
        Some(false) => waiver.only_subject("another"),
    })
}

fn forced(world: World, plan: &EmergencyPlan) -> World {
    let rules = plan.minimum.map_or(break_glass(), |number| break_glass().minimum(&stage_name(number)));
    let rules = plan.never.map_or(rules.clone(), |number| rules.never(&stage_name(number)));
    let rules = if plan.second { rules.second_human() } else { rules };
    let wish = if plan.role { wish() } else { wish().without_role() };
    world.break_glass(rules).force(wish)
}

impl Fixed {
    fn answer(self) -> Answer {
        match self {
            Self::Pass => pass(),
            Self::Fail => fail(),
            Self::Hold => hold(),
            Self::NotApplicable => not_applicable(),
            Self::Error => fault(Blame::Plugin, FaultKind::Trap),
        }
    }
}

impl Fate {
    /// A document with this fate; a missing one, if it is asked for all the same, has passed.
    pub(crate) fn document(self, name: &str) -> DocumentBuilder {
        let sound = document(name).passed(1).speaks_of_commit(COMMIT).made_at(ago(hours(1))).signed_by("builder");
        match self {
            Self::Passed | Self::Missing => sound,
            Self::Failed => sound.failed(2),
            Self::Held => sound.cases(TestStatus::Skipped, 1),
            Self::Unusable => sound.cases(TestStatus::Errored, 1),
            Self::Empty => document(name).speaks_of_commit(COMMIT).made_at(ago(hours(1))).signed_by("builder"),
            Self::Unfinished => sound.unfinished("it was cut off"),
            Self::WrongCommit => sound.speaks_of_commit("0ddba11"),
            Self::Stale => sound.made_at(ago(hours(25))),
            Self::Unsigned => sound.unsigned(),
        }
    }
}

/// The same things in another order.
pub(crate) fn shuffle<T>(items: &mut [T], mut seed: u64) {
    for last in (1..items.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from(seed >> 33).unwrap() % (last + 1);
        items.swap(last, other);
    }
}
