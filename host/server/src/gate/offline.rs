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
        baselines::Compared,
        clock,
        deployment::Asked,
        error::{GateError, placed},
        intake::{Body, Fetched},
        plugins::Active,
        ruling::{Asking, Bench},
        submission::{Source, Submission},
    },
    identity::principal::Principal,
};
use std::{path::Path, sync::Arc};
use tidegate_core::time::Timestamp;
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
    judge_stated(bench, submission, &[], at)
}

/// The same, as if a person had stated the documents under these names to a gate.
pub fn judge_stated(
    bench: &Bench,
    submission: Submission,
    stated: &[String],
    at: Timestamp,
) -> Result<Answer, Problem> {
    let asked = Asked { principal: Arc::new(Principal::anonymous()), at, fallback_id: "offline".to_owned() };
    let fetched = fetch(&submission, stated).map_err(|error| error.problem())?;
    let asking = Asking {
        deployment: submission.deployment,
        skip: submission.skip,
        emergency: None,
        overdue: Vec::new(),
        forced_before: Vec::new(),
        compared: Compared::default(),
        fetched,
        asked,
    };
    let ruled = bench.rule(asking).map_err(|error| error.problem())?;
    let answer = answer_of(&ruled.judgement.decision, &ruled.judgement.deployment, None);
    Ok(guided(answer.beside(&ruled.shadows).masking(&ruled.judgement.evidence), bench.active.bundle().guide()))
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
    let engine = engine()?;
    let active = Active::load(&engine, &[path.to_owned()])
        .map_err(|error| Problem::new(ProblemKind::UnusablePolicies, error.to_string()))?;
    Ok(Policies { engine, active })
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
