//! What a program is told of a decision, so that it begins to mend what stands against a deployment.

use super::FORM_VERSION;
use crate::api::notice::{SentDecision, SentDeployment, SentSet};
use serde::Serialize;
use std::collections::BTreeMap;
use tidegate_core::{
    finding::{Finding, Remediation},
    one_line::one_line,
};

/// Characters of one text, at most: what comes from evidence and plugins has any length.
const TEXT_CHARS_MAX: usize = 200;

/// An order that follows from a decision.
#[derive(Debug, Serialize)]
pub struct DecidedSent {
    /// The form of what is sent.
    pub v: u32,
    /// Of this order.
    pub id: String,
    /// `remediate`, `hold` or `forced`.
    pub kind: &'static str,
    /// Its name in the configuration.
    pub order: String,
    /// When it was recorded.
    pub at: String,
    /// What a workflow is run with, as its inputs.
    pub inputs: BTreeMap<&'static str, String>,
    /// What was decided.
    pub decision: SentDecision,
    /// By whose rules.
    pub policy_set: SentSet,
    /// What was to go where.
    pub deployment: SentDeployment,
    /// What stood against it, so much at most.
    pub blocking: Vec<OrderedBlocker>,
    /// How many more stages did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocking_omitted: Option<usize>,
    /// When it is worth asking again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<String>,
    /// Who forced it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forced: Option<OrderedForced>,
}

/// Of a forced deployment.
#[derive(Debug, Serialize)]
pub struct OrderedForced {
    /// Of what kind it is.
    pub reason: &'static str,
    /// Who; authenticated.
    pub actor: String,
    /// Who confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// Until when it may go on.
    pub expires: String,
}

/// One reason against it, with what was found.
#[derive(Debug, Serialize)]
pub struct OrderedBlocker {
    /// Which stage.
    pub stage: String,
    /// For people.
    pub title: String,
    /// Which service, when judged per service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// `failed`, `held` or `undecided`.
    pub why: &'static str,
    /// Who has to act, where it could not be decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blame: Option<&'static str>,
    /// In one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// What was found, the decisive first.
    pub findings: Vec<OrderedFinding>,
    /// How many more there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings_omitted: Option<u64>,
}

/// What was found, and what can be done about it.
#[derive(Debug, Serialize)]
pub struct OrderedFinding {
    rule: String,
    severity: &'static str,
    decisive: bool,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<OrderedLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediation: Option<OrderedRemediation>,
}

#[derive(Debug, Serialize)]
struct OrderedLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

#[derive(Debug, Serialize)]
struct OrderedRemediation {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc: Option<String>,
}

/// What says which order this is.
#[derive(Debug)]
pub struct Headed {
    /// Of this order.
    pub id: String,
    /// What it is about.
    pub kind: &'static str,
    /// Its name in the configuration.
    pub order: String,
    /// When it was recorded.
    pub at: String,
}

impl DecidedSent {
    /// An order about what was decided, without reasons yet.
    #[must_use]
    pub fn of(headed: Headed, decision: SentDecision, (policy_set, deployment): (SentSet, SentDeployment)) -> Self {
        let Headed { id, kind, order, at } = headed;
        let inputs = inputs(&decision, &deployment);
        Self {
            v: FORM_VERSION,
            id,
            kind,
            order,
            at,
            inputs,
            decision,
            policy_set,
            deployment,
            blocking: Vec::new(),
            blocking_omitted: None,
            retry_at: None,
            forced: None,
        }
    }
}

/// GitHub refuses inputs that a workflow does not declare: these are always the same, and one that has no value is empty.
fn inputs(decision: &SentDecision, deployment: &SentDeployment) -> BTreeMap<&'static str, String> {
    let services: Vec<String> =
        deployment.services.iter().map(|service| format!("{}@{}", service.name, service.version)).collect();
    [
        ("decision", decision.id.clone()),
        ("outcome", decision.outcome.to_owned()),
        ("environment", deployment.environment.clone()),
        ("services", services.join(",")),
        ("link", decision.link.clone().unwrap_or_default()),
    ]
    .into()
}

/// A text of evidence or of a plugin's, as it is sent: on one line, and no longer than a program needs to show it.
#[must_use]
pub fn sent_text(text: &str) -> String {
    one_line(text, TEXT_CHARS_MAX)
}

impl From<&Finding> for OrderedFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.to_string(),
            severity: finding.severity.word(),
            decisive: finding.decisive,
            message: sent_text(&finding.message),
            subject: finding.subject.as_deref().map(sent_text),
            location: finding
                .location
                .as_ref()
                .map(|location| OrderedLocation { uri: sent_text(&location.uri), line: location.line }),
            remediation: finding.remediation.as_ref().map(OrderedRemediation::from),
        }
    }
}

impl From<&Remediation> for OrderedRemediation {
    fn from(remediation: &Remediation) -> Self {
        Self {
            title: sent_text(&remediation.title),
            command: remediation.command.as_deref().map(sent_text),
            doc: remediation.doc.as_deref().map(sent_text),
        }
    }
}
