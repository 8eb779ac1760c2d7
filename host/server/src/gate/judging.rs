//! The engine as core's judge, with a span and measured times for every evaluation.

use crate::{
    gate::plugins::{Active, Loaded},
    telemetry::{TREE, names},
};
use std::{cell::RefCell, time::Instant};
use tidegate_core::{
    digest::Digest,
    evidence::{Baseline, Evidence},
    fault::{Blame, Fault, FaultKind, Refusal},
    judge::Judge,
    name::{PluginName, PolicySetId, RuleId, ServiceName, StageId},
    policy::Stage,
    report::{GateReport, GateRequest},
    stage_result::JudgedBy,
};
use tidegate_engine::{
    engine::Engine,
    evaluate::{Cost, LogLine},
};
use tracing::{Span, field::Empty, info_span};

/// What one evaluation cost. Circumstances: none of it decides anything.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The stage.
    pub stage: StageId,
    /// The plugin.
    pub plugin: PluginName,
    /// The service, when judged per service.
    pub service: Option<ServiceName>,
    /// Time and memory.
    pub cost: Cost,
    /// When the plugin was to be asked.
    pub began: Instant,
    /// When it had answered.
    pub ended: Instant,
    /// What it wrote: hostile text.
    pub log: Vec<LogLine>,
}

/// The engine as core's judge, for one decision.
pub struct EngineJudge<'a> {
    engine: &'a Engine,
    active: &'a Active,
    set: &'a PolicySetId,
    deadline: Instant,
    measured: RefCell<Vec<Measured>>,
}

impl<'a> EngineJudge<'a> {
    /// A judge that asks the plugins of `set` until `deadline`.
    #[must_use]
    pub fn new(engine: &'a Engine, active: &'a Active, set: &'a PolicySetId, deadline: Instant) -> Self {
        Self { engine, active, set, deadline, measured: RefCell::default() }
    }

    /// What the evaluations cost, in the order in which they were made.
    #[must_use]
    pub fn into_measured(self) -> Vec<Measured> {
        self.measured.into_inner()
    }

    fn loaded(&self, stage: &Stage) -> Option<&'a Loaded> {
        self.active.plugin(self.set, &stage.plugin)
    }

    fn span(&self, stage: &Stage, request: &GateRequest, loaded: &Loaded) -> Span {
        let span = info_span!(
            target: TREE,
            "tidegate.stage",
            { names::STAGE_ID } = %stage.id,
            { names::STAGE_SERVICE } = Empty,
            { names::PLUGIN_NAME } = %stage.plugin,
            { names::PLUGIN_VERSION } = %loaded.plugin.description.version,
            { names::PLUGIN_DIGEST } = %loaded.plugin.digest,
            { names::STAGE_RESULT } = Empty,
            { names::BLAME } = Empty,
            { names::ERROR_TYPE } = Empty,
        );
        if let Some(service) = &request.service {
            span.record(names::STAGE_SERVICE, service.as_str());
        }
        span
    }
}

impl Judge for EngineJudge<'_> {
    fn judged_by(&self, stage: &Stage) -> JudgedBy {
        let loaded = self.loaded(stage);
        JudgedBy {
            name: stage.plugin.clone(),
            version: loaded.map_or("", |loaded| loaded.plugin.description.version.as_str()).into(),
            digest: loaded.map_or_else(|| Digest::from_bytes([0; 32]), |loaded| loaded.plugin.digest),
        }
    }

    fn rules(&self, stage: &Stage) -> &[RuleId] {
        self.loaded(stage).map_or(&[], |loaded| &loaded.rules)
    }

    fn evaluate(
        &self,
        stage: &Stage,
        request: &GateRequest,
        documents: &[Evidence],
        baseline: &Baseline,
    ) -> Result<GateReport, Refusal> {
        let Some(loaded) = self.loaded(stage) else {
            let message = format!("plugin `{}` is not loaded", stage.plugin);
            return Err(Refusal::Fault(Fault { blame: Blame::Host, kind: FaultKind::Host, message }));
        };
        let span = self.span(stage, request, loaded);
        let _entered = span.enter();
        let began = Instant::now();
        let evaluated = self.engine.evaluate(&loaded.plugin, request, documents, baseline, self.deadline);
        record(&span, &evaluated.result);
        evaluated.log.iter().for_each(log);
        self.measured.borrow_mut().push(Measured {
            stage: stage.id.clone(),
            plugin: stage.plugin.clone(),
            service: request.service.clone(),
            cost: evaluated.cost,
            began,
            ended: Instant::now(),
            log: evaluated.log,
        });
        evaluated.result
    }
}

/// "The policy says no" is an answer, not an error: only what could not be decided has an `error.type`.
fn record(span: &Span, result: &Result<GateReport, Refusal>) {
    match result {
        Ok(report) => span.record(names::STAGE_RESULT, format!("{:?}", report.outcome).to_ascii_lowercase()),
        Err(Refusal::BadEvidence(_)) => {
            span.record(names::BLAME, Blame::Caller.word());
            span.record(names::STAGE_RESULT, "inconclusive")
        }
        Err(Refusal::Fault(fault)) => {
            span.record(names::BLAME, fault.blame.word());
            span.record(names::ERROR_TYPE, fault.kind.word());
            span.record(names::STAGE_RESULT, "error")
        }
    };
}

/// A plugin's words are hostile text; the subscriber escapes control characters.
fn log(line: &LogLine) {
    tracing::debug!(target: "tidegate::plugin", level = line.level.word(), "{}", line.message);
}
