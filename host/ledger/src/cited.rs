//! Rules that the findings of a decision cite, counted.

use std::collections::BTreeMap;
use tidegate_core::stage_result::StageResult;

/// Findings of one rule of one stage that one waiver tolerates, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cited {
    pub(crate) stage: String,
    pub(crate) rule: String,
    /// Empty where none does.
    pub(crate) waiver: String,
    pub(crate) findings: u32,
    /// Of these, those that fail the stage.
    pub(crate) decisive: u32,
}

/// Those of a stage, sorted.
pub(crate) fn of(stage: &StageResult) -> Vec<Cited> {
    let mut counted: BTreeMap<(String, String), (u32, u32)> = BTreeMap::new();
    for marked in stage.evaluations.iter().flat_map(|evaluation| &evaluation.findings) {
        let waiver = marked.waived_by.as_ref().map(ToString::to_string).unwrap_or_default();
        let (findings, decisive) = counted.entry((marked.finding.rule.to_string(), waiver)).or_default();
        *findings = findings.saturating_add(1);
        *decisive = decisive.saturating_add(u32::from(marked.finding.decisive));
    }
    let one = |((rule, waiver), (findings, decisive))| {
        let stage = stage.stage.to_string();
        Cited { stage, rule, waiver, findings, decisive }
    };
    counted.into_iter().map(one).collect()
}
