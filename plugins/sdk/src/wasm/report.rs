//! What a plugin says, as the bindings want to see it.

use super::{
    bindings::{exports::tidegate::policy::gate, tidegate::policy::types},
    describing::bindings::exports::tidegate::policy::plugin,
    nouns::severity_back,
};
use crate::{
    describe::{Description, Problem, Rule},
    finding::{Finding, Location, Remediation},
    gate::Failure,
    report::{Outcome, Ratio, Report},
};

pub(super) fn description(given: Description) -> plugin::Description {
    let Description { name, version, summary, rules, settings_schema } = given;
    let rule = |Rule { id, title, severity, help, doc }| plugin::Rule {
        id,
        title,
        severity: severity_back(severity),
        help,
        doc,
    };
    plugin::Description { name, version, summary, rules: rules.into_iter().map(rule).collect(), settings_schema }
}

pub(super) fn problem(Problem { pointer, message }: Problem) -> plugin::Problem {
    plugin::Problem { pointer, message }
}

pub(super) fn failure(failure: Failure) -> types::Failure {
    match failure {
        Failure::BadSettings(why) => types::Failure::BadSettings(why),
        Failure::BadEvidence(why) => types::Failure::BadEvidence(why),
        Failure::Internal(why) => types::Failure::Internal(why),
    }
}

pub(super) fn report(given: Report) -> gate::Report {
    let Report { outcome, score, summary, findings, omitted, omitted_decisive } = given;
    gate::Report {
        outcome: match outcome {
            Outcome::Pass => gate::Outcome::Pass,
            Outcome::Fail => gate::Outcome::Fail,
            Outcome::Hold(until) => gate::Outcome::Hold(until),
            Outcome::NotApplicable => gate::Outcome::NotApplicable,
            Outcome::Inconclusive => gate::Outcome::Inconclusive,
        },
        score: score.map(|Ratio { numerator, denominator }| types::Ratio { numerator, denominator }),
        summary,
        findings: findings.into_iter().map(finding).collect(),
        omitted,
        omitted_decisive,
    }
}

fn finding(given: Finding) -> types::Finding {
    let Finding { rule, severity, message, location, subject, fingerprint, evidence, remediation, decisive } = given;
    types::Finding {
        rule,
        severity: severity_back(severity),
        message,
        location: location.map(|Location { uri, line }| types::Location { uri, line }),
        subject,
        fingerprint,
        evidence,
        remediation: remediation.map(|Remediation { title, command, doc }| types::Remediation { title, command, doc }),
        decisive,
    }
}
