//! One decision over two stages: the plugin that misbehaves beside a good one.

use crate::world::{Subject, ask, request, tests};
use std::sync::Arc;
use tidegate_core::{
    decision::Outcome,
    digest::Digest,
    evidence::{Baseline, Evidence},
    fault::{Blame, FaultKind, Refusal},
    judge::{Judge, Question, judge},
    name::{EvidenceName, PluginName, PolicySetId, RuleId, StageId, Version},
    policy::{Bind, EmptyScan, Enforcement, Mode, OnError, Per, PolicySet, Requirement, Stage, Trust, Vouched},
    report::{GateReport, GateRequest},
    stage_result::{Conclusion, JudgedBy},
    time::Timestamp,
};
use tidegate_engine::plugin::Plugin;

struct Both<'a> {
    subject: &'a Subject,
    bad: Vec<RuleId>,
    good: Vec<RuleId>,
}

impl Both<'_> {
    fn plugin(&self, stage: &Stage) -> &Plugin {
        if stage.id.as_str() == "good" { &self.subject.good } else { self.subject.plugin.as_ref().unwrap() }
    }
}

impl Judge for Both<'_> {
    fn judged_by(&self, stage: &Stage) -> JudgedBy {
        JudgedBy { name: stage.plugin.clone(), version: "1".into(), digest: self.plugin(stage).digest }
    }

    fn rules(&self, stage: &Stage) -> &[RuleId] {
        if stage.id.as_str() == "good" { &self.good } else { &self.bad }
    }

    fn evaluate(
        &self,
        stage: &Stage,
        request: &GateRequest,
        documents: &[Evidence],
        baseline: &Baseline,
    ) -> Result<GateReport, Refusal> {
        ask(self.subject, self.plugin(stage), request, documents, baseline)
    }
}

/// The bad stage is an error of that kind, blamed on the plugin; the good one passes all the same, and the decision holds.
#[track_caller]
pub(crate) fn a_good_stage_stays_intact(subject: &Subject, settings: &str, documents: &[Evidence], kind: FaultKind) {
    let rules = |plugin: &Plugin| plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
    let both = Both { subject, bad: rules(subject.plugin.as_ref().unwrap()), good: rules(&subject.good) };
    let names = documents.iter().map(|evidence| evidence.name.as_str());
    let stages = vec![stage("bad", settings, names), stage("good", r#"{"tests": {}}"#, ["for_the_good"])];
    let evidence = documents.iter().cloned().chain([tests("for_the_good")]).collect();
    let decision = judge(&question(stages, evidence), &both).unwrap();
    let conclusions: Vec<&Conclusion> = decision.stages.iter().map(|stage| &stage.conclusion).collect();
    match conclusions.as_slice() {
        [Conclusion::Error(fault), Conclusion::Pass] => assert_eq!((fault.blame, fault.kind), (Blame::Plugin, kind)),
        other => panic!("{settings}: {other:?}"),
    }
    assert_eq!(decision.outcome, Outcome::Hold);
}

fn stage<'a>(id: &str, settings: &str, evidence: impl IntoIterator<Item = &'a str>) -> Stage {
    let requirement = |name: &str| Requirement {
        name: EvidenceName::parse(name).unwrap(),
        documents_min: 1,
        documents_max: None,
        max_age: None,
        bind: Bind::None,
        vouched: Vouched::None,
        trust: Trust::default(),
    };
    Stage {
        id: StageId::parse(id).unwrap(),
        title: id.into(),
        plugin: PluginName::parse(id).unwrap(),
        per: Per::Deployment,
        weight: 1,
        mode: Mode::Block,
        effective_from: None,
        optional: false,
        on_error: OnError::Block,
        budget: None,
        evidence: evidence.into_iter().map(requirement).collect(),
        empty_scan: EmptyScan::Incomplete,
        baseline: false,
        settings: settings.into(),
    }
}

fn question(stages: Vec<Stage>, evidence: Vec<Evidence>) -> Question {
    let set = PolicySet {
        id: PolicySetId::parse("both").unwrap(),
        version: Version::parse("1").unwrap(),
        digest: Digest::of(b"both"),
        enforcement: Enforcement::Enforce,
        next_review: None,
        valid_for: std::time::Duration::from_secs(3600),
        stages,
        break_glass: None,
        secrets: tidegate_core::policy::Secrets::Mask,
    };
    Question {
        set: Arc::new(set),
        deployment: request("null").deployment,
        evidence,
        skip: vec![],
        waivers: Arc::from([]),
        emergency: None,
        overdue: Vec::new(),
        before: tidegate_core::baseline::Baselines::default(),
        now: Timestamp::from_nanos(2),
    }
}
