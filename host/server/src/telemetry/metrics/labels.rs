//! What tells one number from another.

use prometheus_client::encoding::EncodeLabelSet;
use tidegate_core::{
    decision::Decision,
    stage_result::{Conclusion, StageResult},
};

/// Where there is nobody to blame.
const NOBODY: &str = "none";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct DecisionLabels {
    pub(super) policy_set: String,
    pub(super) outcome: &'static str,
    pub(super) allowed: &'static str,
}

impl DecisionLabels {
    pub(super) fn of(decision: &Decision) -> Self {
        Self {
            policy_set: decision.decided_by.id.to_string(),
            outcome: decision.outcome.word(),
            allowed: if decision.permission.allowed() { "true" } else { "false" },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct StageLabels {
    pub(super) policy_set: String,
    pub(super) stage: String,
    pub(super) result: &'static str,
    pub(super) blame: &'static str,
}

impl StageLabels {
    pub(super) fn of(policy_set: &str, stage: &StageResult) -> Self {
        let blame = match &stage.conclusion {
            Conclusion::Inconclusive(blame) => blame.word(),
            Conclusion::Error(fault) => fault.blame.word(),
            Conclusion::Pass
            | Conclusion::Fail
            | Conclusion::Hold(_)
            | Conclusion::NotApplicable
            | Conclusion::Skipped => NOBODY,
        };
        Self {
            policy_set: policy_set.to_owned(),
            stage: stage.stage.to_string(),
            result: stage.conclusion.word(),
            blame,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct FaultLabels {
    pub(super) error_type: &'static str,
    pub(super) blame: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct PluginLabels {
    pub(super) plugin: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RequestLabels {
    pub(super) http_route: String,
    pub(super) http_response_status_code: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct PermitLabels {
    pub(super) result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ReloadLabels {
    pub(super) result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct BundleLabels {
    pub(super) digest: String,
    pub(super) source: &'static str,
}
