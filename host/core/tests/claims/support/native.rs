//! Plugins without WebAssembly: closures that see what a plugin would see.

use super::answers::{Answer, RULES, bad_evidence, decisive, fail, hold, inconclusive, pass};
use super::names::rule;
use std::{cell::RefCell, fmt, sync::Arc};
use tidegate_core::{
    digest::Digest,
    evidence::{Baseline, Content, Evidence, TestCase, TestStatus},
    fault::Refusal,
    judge::Judge,
    name::RuleId,
    policy::Stage,
    report::{GateReport, GateRequest},
    stage_result::JudgedBy,
};

/// What a plugin is asked.
pub(crate) struct Asked<'a> {
    pub(crate) stage: &'a str,
    pub(crate) service: Option<&'a str>,
    pub(crate) documents: &'a [Evidence],
}

type Verdict = Box<dyn Fn(&Asked<'_>) -> Answer>;

/// A judge whose verdicts are a closure's, and which remembers what it was asked.
pub(crate) struct Native {
    rules: Vec<RuleId>,
    verdict: Verdict,
    asked: RefCell<Vec<String>>,
}

impl fmt::Debug for Native {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl Native {
    pub(crate) fn new(verdict: impl Fn(&Asked<'_>) -> Answer + 'static) -> Self {
        let rules = RULES.iter().map(|text| rule(text)).collect();
        Self { rules, verdict: Box::new(verdict), asked: RefCell::default() }
    }

    /// What it answers, without being remembered.
    pub(crate) fn answer(&self, asked: &Asked<'_>) -> Answer {
        (self.verdict)(asked)
    }

    /// `stage` or `stage@service`, in the order in which they were asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.borrow().clone()
    }
}

impl Judge for Native {
    fn judged_by(&self, stage: &Stage) -> JudgedBy {
        JudgedBy { name: stage.plugin.clone(), version: Arc::from("1.0.0"), digest: Digest::of(b"native") }
    }

    fn rules(&self, _: &Stage) -> &[RuleId] {
        &self.rules
    }

    fn evaluate(
        &self,
        stage: &Stage,
        request: &GateRequest,
        documents: &[Evidence],
        _: &Baseline,
    ) -> Result<GateReport, Refusal> {
        let service = request.service.as_ref().map(|name| name.as_str());
        let label = service.map_or_else(|| stage.id.to_string(), |name| format!("{}@{name}", stage.id));
        self.asked.borrow_mut().push(label);
        (self.verdict)(&Asked { stage: stage.id.as_str(), service, documents }).0
    }
}

/// Reads test reports honestly: never better than any of its documents alone. Errored cases make the evidence unusable, no case
/// at all allows no conclusion, skipped cases hold, and each failed case is a decisive finding.
pub(crate) fn honest(documents: &[Evidence]) -> Answer {
    let cases: Vec<&TestCase> = documents.iter().flat_map(cases_of).collect();
    let has = |status: TestStatus| cases.iter().any(|case| case.status == status);
    let empty = documents.iter().any(|item| cases_of(item).next().is_none());
    if has(TestStatus::Errored) {
        return bad_evidence();
    }
    if empty {
        return inconclusive();
    }
    if has(TestStatus::Skipped) {
        return hold();
    }
    let passed = cases.iter().filter(|case| case.status != TestStatus::Failed).count();
    let verdict = if passed == cases.len() { pass() } else { fail() };
    let failed = cases.iter().filter(|case| case.status == TestStatus::Failed);
    let verdict = failed.fold(verdict, |verdict, case| verdict.finds(decisive("tests.failed", &case.name)));
    verdict.ratio(u64::try_from(passed).unwrap(), u64::try_from(cases.len().max(1)).unwrap())
}

fn cases_of(item: &Evidence) -> impl Iterator<Item = &TestCase> {
    let reports = item.document.contents.iter().filter_map(|content| match content {
        Content::Tests(report) => Some(report),
        _ => None,
    });
    reports.flat_map(|report| &report.cases)
}
