//! Core's types and the contract's, both ways. Nowhere else do the two meet; every match is exhaustive.

pub(crate) mod after;

use crate::{
    bindings::{
        describing::exports::tidegate::policy::plugin::{Problem as WitProblem, Rule as WitRule},
        describing::tidegate::policy::types::Severity as WitRuleSeverity,
        judging::exports::tidegate::policy::gate::{
            Failure as WitFailure, Finding as WitFinding, Outcome as WitOutcome, Report as WitReport,
            Request as WitRequest,
        },
        judging::tidegate::policy::types::{
            Artifact as WitArtifact, Cause as WitCause, Deployment as WitDeployment, Label as WitLabel,
            Location as WitLocation, Remediation as WitRemediation, Revision as WitRevision, Service as WitService,
            Severity as WitSeverity,
        },
    },
    config::Limits,
    plugin::Rule,
    settings::SettingsProblem,
    stop::{fault, oversized},
};
use tidegate_core::{
    deployment::{Cause, Deployment, Label, Revision, Service},
    digest::Digest,
    fault::{Blame, Fault, FaultKind, Refusal},
    finding::{Finding, Location, Remediation, Severity},
    name::{NameError, RuleId},
    report::{GateOutcome, GateReport, GateRequest},
    time::Timestamp,
};

/// A request in the contract's words.
pub(crate) fn request(request: &GateRequest) -> WitRequest {
    WitRequest {
        deployment: deployment(&request.deployment),
        stage: request.stage.to_string(),
        service: request.service.as_ref().map(ToString::to_string),
        settings: request.settings.as_ref().to_owned(),
        evaluated_at: request.evaluated_at.nanos(),
    }
}

fn deployment(deployment: &Deployment) -> WitDeployment {
    WitDeployment {
        id: deployment.id().to_owned(),
        environment: deployment.environment().to_string(),
        services: deployment.services().iter().map(service).collect(),
        revision: deployment.revision().map(revision),
        cause: cause(deployment.cause()),
        // Plugins compare people: who asks under another token is nobody else.
        actor: deployment.person().unwrap_or(deployment.actor()).to_owned(),
        requested_at: deployment.requested_at().nanos(),
        labels: deployment.labels().iter().map(label).collect(),
    }
}

fn service(service: &Service) -> WitService {
    let Service { name, version, previous_version, artifact } = service;
    WitService {
        name: name.to_string(),
        version: version.to_string(),
        previous_version: previous_version.as_ref().map(ToString::to_string),
        artifact: artifact
            .as_ref()
            .map(|artifact| WitArtifact { uri: artifact.uri.as_ref().to_owned(), digest: artifact.digest.to_string() }),
    }
}

fn revision(revision: &Revision) -> WitRevision {
    let Revision { repository, commit, ref_name } = revision;
    WitRevision {
        repository: repository.as_ref().to_owned(),
        commit: commit.to_string(),
        ref_name: ref_name.as_ref().to_owned(),
    }
}

fn label(label: &Label) -> WitLabel {
    WitLabel { name: label.name.as_ref().to_owned(), value: label.value.as_ref().to_owned() }
}

fn cause(cause: Cause) -> WitCause {
    match cause {
        Cause::Push => WitCause::Push,
        Cause::Manual => WitCause::Manual,
        Cause::Schedule => WitCause::Schedule,
        Cause::Promotion => WitCause::Promotion,
        Cause::Rollback => WitCause::Rollback,
    }
}

/// A plugin's answer in core's words, or why it is none.
pub(crate) fn answer(answer: Result<WitReport, WitFailure>, limits: &Limits) -> Result<GateReport, Refusal> {
    match answer {
        Ok(answer) => report(answer, limits).map_err(Refusal::Fault),
        Err(failure) => Err(refusal(failure, limits)),
    }
}

fn report(report: WitReport, limits: &Limits) -> Result<GateReport, Fault> {
    let (used, allowed) = (report.findings.len() as u64, u64::from(limits.findings_max));
    if used > allowed {
        return Err(oversized("findings listed", used, allowed));
    }
    Ok(GateReport {
        outcome: outcome(report.outcome),
        score: report.score.map(|score| (score.numerator, score.denominator)),
        summary: text("summary", report.summary, limits)?,
        findings: report.findings.into_iter().map(|f| finding(f, limits)).collect::<Result<_, Fault>>()?,
        omitted: report.omitted,
        omitted_decisive: report.omitted_decisive,
    })
}

fn outcome(outcome: WitOutcome) -> GateOutcome {
    match outcome {
        WitOutcome::Pass => GateOutcome::Pass,
        WitOutcome::Fail => GateOutcome::Fail,
        WitOutcome::Hold(until) => GateOutcome::Hold(until.map(Timestamp::from_nanos)),
        WitOutcome::NotApplicable => GateOutcome::NotApplicable,
        WitOutcome::Inconclusive => GateOutcome::Inconclusive,
    }
}

/// Why a plugin has no answer.
pub(crate) fn refusal(failure: WitFailure, limits: &Limits) -> Refusal {
    let (blame, kind, message) = match failure {
        WitFailure::BadEvidence(message) => {
            return match text("failure message", message, limits) {
                Ok(message) => Refusal::BadEvidence(message),
                Err(fault) => Refusal::Fault(fault),
            };
        }
        WitFailure::BadSettings(message) => (Blame::Policy, FaultKind::BadSettings, message),
        WitFailure::Internal(message) => (Blame::Plugin, FaultKind::PluginInternal, message),
    };
    Refusal::Fault(match text("failure message", message, limits) {
        Ok(message) => fault(blame, kind, message),
        Err(fault) => fault,
    })
}

fn finding(finding: WitFinding, limits: &Limits) -> Result<Finding, Fault> {
    let rule = RuleId::parse(&text("rule of a finding", finding.rule, limits)?);
    let evidence = optional("evidence of a finding", finding.evidence, limits)?;
    Ok(Finding {
        rule: rule.map_err(|error| malformed(&error))?,
        severity: severity(finding.severity),
        message: text("message of a finding", finding.message, limits)?,
        location: finding.location.map(|l| location(l, limits)).transpose()?,
        subject: optional("subject of a finding", finding.subject, limits)?,
        fingerprint: optional("fingerprint of a finding", finding.fingerprint, limits)?,
        evidence: evidence.map(|digest| Digest::parse(&digest)).transpose().map_err(|error| malformed(&error))?,
        remediation: finding.remediation.map(|r| remediation(r, limits)).transpose()?,
        decisive: finding.decisive,
    })
}

fn location(location: WitLocation, limits: &Limits) -> Result<Location, Fault> {
    Ok(Location { uri: text("location of a finding", location.uri, limits)?, line: location.line })
}

fn remediation(remediation: WitRemediation, limits: &Limits) -> Result<Remediation, Fault> {
    Ok(Remediation {
        title: text("remediation of a finding", remediation.title, limits)?,
        command: optional("command of a remediation", remediation.command, limits)?,
        doc: optional("doc of a remediation", remediation.doc, limits)?,
    })
}

fn severity(severity: WitSeverity) -> Severity {
    match severity {
        WitSeverity::Info => Severity::Info,
        WitSeverity::Low => Severity::Low,
        WitSeverity::Medium => Severity::Medium,
        WitSeverity::High => Severity::High,
        WitSeverity::Critical => Severity::Critical,
    }
}

/// A rule of a description; its text has been measured already.
pub(crate) fn rule(rule: WitRule) -> Result<Rule, NameError> {
    let severity = match rule.severity {
        WitRuleSeverity::Info => Severity::Info,
        WitRuleSeverity::Low => Severity::Low,
        WitRuleSeverity::Medium => Severity::Medium,
        WitRuleSeverity::High => Severity::High,
        WitRuleSeverity::Critical => Severity::Critical,
    };
    Ok(Rule { id: RuleId::parse(&rule.id)?, title: rule.title, severity, help: rule.help, doc: rule.doc })
}

/// A problem that a plugin has with its settings.
pub(crate) fn problem(problem: WitProblem, limits: &Limits) -> Result<SettingsProblem, Fault> {
    Ok(SettingsProblem {
        pointer: text("pointer of a problem", problem.pointer, limits)?,
        message: text("message of a problem", problem.message, limits)?,
    })
}

fn text(what: &str, text: String, limits: &Limits) -> Result<String, Fault> {
    let (used, allowed) = (text.len() as u64, u64::from(limits.string_bytes_max));
    if used > allowed { Err(oversized(&format!("bytes of the {what}"), used, allowed)) } else { Ok(text) }
}

fn optional(what: &str, value: Option<String>, limits: &Limits) -> Result<Option<String>, Fault> {
    value.map(|value| text(what, value, limits)).transpose()
}

fn malformed(error: &dyn std::error::Error) -> Fault {
    fault(Blame::Plugin, FaultKind::MalformedReport, format!("the plugin's report breaks the contract: {error}"))
}

#[cfg(test)]
mod tests;
