//! The same judgement without a service: nothing is recorded, so nothing is more than advice.

use crate::{
    api::{
        answer::Answer,
        answer_of::answer_of,
        guided::guided,
        problem::{Problem, ProblemKind},
    },
    config::Config,
    gate::{
        agreements::Agreements,
        baselines::{Compared, Had, is_bound},
        clock,
        deployment::{Asked, deployment_of},
        error::{GateError, placed},
        intake::{Body, Fetched},
        material::Material,
        plugins::{Active, Pinning, PolicyError},
        ruling::{Asking, Bench, Ruled},
        submission::{Source, Submission},
    },
    identity::principal::Principal,
};
use std::{path::Path, sync::Arc};
use tidegate_core::{baseline, time::Timestamp};
use tidegate_engine::engine::Engine;

/// Judges a submission by the policies at this path.
pub fn decide(policies: &Path, submission: Submission, at: Option<Timestamp>) -> Result<Answer, Problem> {
    if submission.emergency.is_some() {
        return Err(GateError::Emergency.problem());
    }
    judge(&bench(load(policies)?), submission, at.unwrap_or_else(clock::now))
}

/// Judges a submission at that moment.
pub fn judge(bench: &Bench, submission: Submission, at: Timestamp) -> Result<Answer, Problem> {
    judge_supposing(bench, submission, &Supposed::default(), at)
}

/// What a gate would know from its record.
#[derive(Debug, Default)]
pub struct Supposed<'a> {
    /// Names whose documents a person stated.
    pub stated: &'a [String],
    /// What was asked for when the services were last deployed there and it succeeded by the rules; nothing: they never were.
    pub before: Option<&'a Submission>,
}

/// The same, as if a gate's record held what is supposed.
pub fn judge_supposing(
    bench: &Bench,
    submission: Submission,
    supposed: &Supposed<'_>,
    at: Timestamp,
) -> Result<Answer, Problem> {
    let ruled = rule_supposing(bench, submission, supposed, at)?;
    let answer = answer_of(&ruled.judgement.decision, &ruled.judgement.deployment, None);
    Ok(guided(answer.beside(&ruled.shadows).masking(&ruled.judgement.evidence), bench.active.bundle().guide()))
}

/// The same, with what it cost.
pub fn rule_supposing(
    bench: &Bench,
    submission: Submission,
    supposed: &Supposed<'_>,
    at: Timestamp,
) -> Result<Ruled, Problem> {
    let asked = Asked { principal: Arc::new(Principal::anonymous()), at, fallback_id: "offline".to_owned() };
    let fetched = fetch(&submission, supposed.stated).map_err(|error| error.problem())?;
    let compared = supposed.before.map(|before| compared(bench, before, &asked)).transpose();
    let compared = compared.map_err(|error| error.problem())?.unwrap_or_default();
    let asking = Asking {
        deployment: submission.deployment,
        skip: submission.skip,
        emergency: None,
        overdue: Vec::new(),
        forced_before: Vec::new(),
        compared,
        fetched,
        asked,
    };
    bench.rule(asking).map_err(|error| error.problem())
}

/// Policies and the plugins that judge by them, without a gate.
#[derive(Debug)]
pub struct Policies {
    /// Runs plugins.
    pub engine: Engine,
    /// The policies and their plugins.
    pub active: Active,
}

/// Loads the policies at this path, as a gate would.
pub fn load(path: &Path) -> Result<Policies, Problem> {
    load_into(engine()?, path)
}

/// The same, with their plugins in this engine.
pub fn load_into(engine: Engine, path: &Path) -> Result<Policies, Problem> {
    let active = Active::load(&engine, &[path.to_owned()]).map_err(unusable)?;
    Ok(Policies { engine, active })
}

/// Policies of files that were read already.
pub fn load_material(engine: Engine, material: &Material) -> Result<Policies, Problem> {
    let active = Active::assemble(&engine, material, Pinning::Optional, None).map_err(unusable)?;
    Ok(Policies { engine, active })
}

fn unusable(error: PolicyError) -> Problem {
    Problem::new(ProblemKind::UnusablePolicies, error.to_string())
}

/// An engine with the limits of a gate that is told nothing else.
pub fn engine() -> Result<Engine, Problem> {
    Engine::new(&Config::default().engine_config(cache_dir()))
        .map_err(|error| Problem::new(ProblemKind::Internal, error.to_string()))
}

/// Everything that a decision without a gate needs but the question.
pub fn bench(policies: Policies) -> Bench {
    Bench::new(policies.engine, policies.active, Agreements::default(), &Config::default().gate_settings())
}

/// Where precompiled plugins are kept between runs: the user's cache folder, when there is one.
pub(crate) fn cache_dir() -> Option<std::path::PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(std::path::PathBuf::from).filter(|path| path.is_absolute());
    let base = folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("tidegate").join("plugins"))
}

/// What the services are compared with: as of a record that holds this one deployment.
fn compared(bench: &Bench, before: &Submission, asked: &Asked) -> Result<Compared, GateError> {
    let asked = Asked { fallback_id: "before".to_owned(), ..asked.clone() };
    let deployment = Arc::new(deployment_of(&before.deployment, &asked)?);
    let names = baseline::names(bench.active.bundle().all_sets().flat_map(|loaded| &loaded.set.stages));
    let mut fetched = fetch(before, &[])?;
    fetched.retain(|document| is_bound(&document.upload.name, &names));
    let decision: Arc<str> = Arc::from(deployment.id());
    let services = deployment.service_names().into_iter().map(|service| (service, decision.clone())).collect();
    let decisions = [(decision, Ok(Had { deployment, fetched }))].into();
    Ok(Compared { services, decisions })
}

fn fetch(submission: &Submission, stated: &[String]) -> Result<Vec<Fetched>, GateError> {
    let (mut fetched, mut unknown) = (Vec::new(), Vec::new());
    for upload in submission.evidence.clone() {
        match &upload.source {
            Source::Bytes(bytes) => {
                let body = Body::Bytes(Arc::from(bytes.as_ref()), None);
                // Nothing is recorded here, so there is no leaf to name.
                let stated_in = stated.contains(&upload.name).then_some(0);
                fetched.push(Fetched { upload, body, masking: None, stated_in });
            }
            Source::Digest(_) => {
                unknown.push(placed(upload.place, "a document cannot be cited by digest offline; give its file"))
            }
        }
    }
    if unknown.is_empty() { Ok(fetched) } else { Err(GateError::UnknownEvidence(unknown)) }
}
