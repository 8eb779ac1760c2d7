//! Judging again: the bench as it was, and the case as it was.
//!
//! Time is no input. Whoever answered within the limits of then is given more of it now, so that a slower machine says the same; a
//! stage that the clock ended, then or now, has no result that could be compared. Everything else that plugins ran under is as it was.

use super::{
    past::{Bundled, Bytes, Decided},
    reason::Reason,
};
use crate::gate::{
    agreements::Agreements,
    baselines::{Compared, Had, as_taken},
    case::Case,
    error::GateError,
    intake::{Fetched, IntakeLimits},
    parse_cache::ParseCache,
    plugins::{Active, Pinning, PolicyError},
    quota::ForcedBefore,
    ruling::Bench,
};
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use tidegate_core::{
    digest::Digest,
    judgement::{Judgement, JudgementLimits, Submitted},
};
use tidegate_engine::{
    config::{EngineConfig, Limits},
    engine::Engine,
};
use tidegate_evidence::Limits as ReadLimits;
use tidegate_ledger::replay::Inputs;

/// The least that a plugin is given.
pub const PLUGIN_PATIENCE: Duration = Duration::from_secs(60);
/// The least that all plugins of a decision are given.
pub const DECISION_PATIENCE: Duration = Duration::from_secs(600);
/// Bytes of parsed documents that are kept between decisions.
const CACHE_BYTES: u64 = 64 << 20;

/// How plugins are run, which changes nothing of what they say.
#[derive(Debug, Clone)]
pub struct Places {
    /// Evaluations at the same time, at most.
    pub slots: u32,
    /// Where precompiled plugins are kept.
    pub cache_dir: Option<PathBuf>,
}

/// An engine with the limits of a judgement.
pub fn engine(limits: &JudgementLimits, places: &Places) -> Result<Engine, Reason> {
    let usual = Limits::default();
    let limits = Limits {
        plugin_deadline: limits.plugin_deadline.max(PLUGIN_PATIENCE),
        plugin_memory_bytes: limits.plugin_memory_bytes,
        findings_max: limits.findings_max,
        string_bytes_max: limits.string_bytes_max,
        // A record of before does not say: hardly anybody changes them.
        answer_bytes_max: limits.answer_bytes_max.unwrap_or(usual.answer_bytes_max),
        page_rows_max: limits.page_rows_max.unwrap_or(usual.page_rows_max),
        log_lines_max: usual.log_lines_max,
        // What was taken once is taken again.
        component_bytes_max: u64::MAX,
        settings_bytes_max: u32::MAX,
    };
    let config = EngineConfig { limits, slots: places.slots, cache_dir: places.cache_dir.clone() };
    Engine::new(&config).map_err(|error| Reason::Engine(error.to_string()))
}

/// The policies and plugins of a bundle, as they were when it was in force.
pub fn active(engine: &Engine, bundled: Bundled) -> Result<Active, Reason> {
    let Bundled { digest: bundle, kept, components } = bundled;
    // Whether they were pinned was asked when they were activated.
    let made = Active::assemble(engine, &kept.material(&components), Pinning::Optional, None);
    let active = made.map_err(|error| Reason::Policies { bundle, mistakes: mistakes(&error) })?;
    let made: Digest = active.bundle().digest();
    if made == bundle { Ok(active) } else { Err(Reason::OtherBundle { bundle, made }) }
}

fn mistakes(error: &PolicyError) -> Vec<String> {
    error.placed().into_iter().map(|mistake| format!("{}: {}", mistake.place, mistake.message)).collect()
}

/// A bench that judges under the limits of a judgement.
#[must_use]
pub fn bench(engine: Engine, active: Arc<Active>, limits: JudgementLimits) -> Bench {
    let text_bytes = usize::try_from(limits.string_bytes_max).unwrap_or(usize::MAX);
    // What was read once is read again, whatever is asked of documents today.
    let read = ReadLimits {
        document_bytes: usize::MAX,
        rows: usize::MAX,
        text_bytes,
        // No gate reads what is deeper than it is by default.
        ..ReadLimits::default()
    };
    Bench {
        engine,
        active,
        agreements: Arc::new(Agreements::default()),
        cache: Arc::new(ParseCache::new(CACHE_BYTES)),
        intake: IntakeLimits { read, documents_max: usize::MAX, evidence_bytes: u64::MAX },
        deadline: limits.decision_deadline.max(DECISION_PATIENCE),
        limits,
    }
}

/// The case as it was.
#[must_use]
pub fn case(decided: &Decided) -> Case {
    let Inputs { evaluated_at, deployment, skip, evidence, emergency, overdue, .. } = &decided.recorded.inputs;
    let used = emergency.as_ref().and_then(|wish| wish.used);
    Case {
        deployment: deployment.clone(),
        skip: skip.clone(),
        emergency: emergency.clone(),
        overdue: overdue.clone(),
        forced_before: used.map_or_else(|| ForcedBefore::Listed(Vec::new()), ForcedBefore::Counted),
        agreed: decided.agreed.clone(),
        compared: compared(decided),
        fetched: taken(evidence, &decided.documents),
        now: *evaluated_at,
    }
}

/// What its services were compared with.
fn compared(decided: &Decided) -> Compared {
    let services = decided.recorded.inputs.compared.iter();
    let services = services.map(|compared| (compared.service.clone(), compared.decision.clone())).collect();
    let decisions = decided.earlier.iter().map(|(decision, earlier)| {
        let had = match earlier {
            Ok(earlier) => Ok(Had {
                deployment: earlier.deployment.clone(),
                fetched: taken(&earlier.evidence, &earlier.documents),
            }),
            Err(why) => Err(why.clone()),
        };
        (decision.clone(), had)
    });
    Compared { services, decisions: decisions.collect() }
}

fn taken(evidence: &[Submitted], documents: &Bytes) -> Vec<Fetched> {
    let there = |document: &Submitted| Some(as_taken(document, documents.get(&document.digest)?.clone()));
    evidence.iter().filter_map(there).collect()
}

/// Judges it.
pub fn judged(bench: &Bench, decided: &Decided) -> Result<Judgement, GateError> {
    let mut judgement = bench.judge(case(decided), Instant::now())?.judgement;
    if !decided.recorded.inputs.limits.are_complete() {
        // A leaf of before names none.
        judgement.agreed.clear();
    }
    Ok(judgement)
}
