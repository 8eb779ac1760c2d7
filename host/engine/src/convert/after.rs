//! Questions and answers of after a deployment: core's types and the contract's, both ways.

use super::{deployment, label, oversized, refusal, severity, text};
use crate::{
    bindings::{
        classifying::exports::tidegate::policy::severity::{
            Classification as WitClassification, DataState as WitData, FeatureImpact as WitFeatures,
            Incident as WitIncident, PerformanceImpact as WitPerformance, Priority as WitPriority,
            SecurityState as WitSecurity, ServiceState as WitService,
        },
        judging::tidegate::policy::types::{
            Failure as WitFailure, Trigger as WitTrigger, TriggerState as WitTriggerState,
        },
        watching::exports::tidegate::policy::rollback::{
            Advice as WitAdvice, Alert as WitAlert, Observation as WitObservation, Report as WitReport,
            Sample as WitSample, Series as WitSeries,
        },
    },
    config::Limits,
};
use tidegate_core::{
    fault::{Fault, Refusal},
    incident::{
        Classification, DataState, FeatureImpact, Incident, PerformanceImpact, Priority, SecurityState, ServiceState,
    },
    observation::{Advice, Alert, Observation, RollbackReport, Sample, Series, Trigger, TriggerState},
    time::Timestamp,
};

/// An observation in the contract's words.
pub(crate) fn observation(given: &Observation) -> WitObservation {
    let Observation { deployment: deployed, deployed_at, observed_at, settings, series, alerts, previous } = given;
    WitObservation {
        deployment: deployment(deployed),
        deployed_at: deployed_at.nanos(),
        observed_at: observed_at.nanos(),
        settings: settings.as_ref().to_owned(),
        series: series.iter().map(one_series).collect(),
        alerts: alerts.iter().map(alert).collect(),
        previous: previous.iter().map(trigger).collect(),
    }
}

fn one_series(given: &Series) -> WitSeries {
    let Series { signal, unit, labels, samples, step, defect } = given;
    let sample = |sample: &Sample| WitSample { at: sample.at.nanos(), value: sample.value };
    WitSeries {
        signal: signal.as_ref().to_owned(),
        unit: unit.as_ref().to_owned(),
        labels: labels.iter().map(label).collect(),
        samples: samples.iter().map(sample).collect(),
        // A step of centuries is none that anybody samples by.
        step: u64::try_from(step.as_nanos()).unwrap_or(u64::MAX),
        defect: defect.as_ref().map(|defect| defect.as_ref().to_owned()),
    }
}

fn alert(given: &Alert) -> WitAlert {
    let Alert { name, severity, category, firing, since, labels } = given;
    WitAlert {
        name: name.as_ref().to_owned(),
        severity: severity.as_ref().to_owned(),
        category: category.as_ref().to_owned(),
        firing: *firing,
        since: since.nanos(),
        labels: labels.iter().map(label).collect(),
    }
}

fn trigger(given: &Trigger) -> WitTrigger {
    let Trigger { name, state, since, observed, threshold, samples, message } = given;
    WitTrigger {
        name: name.clone(),
        state: match state {
            TriggerState::Ok => WitTriggerState::Ok,
            TriggerState::Pending => WitTriggerState::Pending,
            TriggerState::Firing => WitTriggerState::Firing,
            TriggerState::Inconclusive => WitTriggerState::Inconclusive,
        },
        since: since.map(Timestamp::nanos),
        observed: *observed,
        threshold: *threshold,
        samples: *samples,
        message: message.clone(),
    }
}

/// A rollback plugin's answer in core's words, or why it is none.
pub(crate) fn report(answer: Result<WitReport, WitFailure>, limits: &Limits) -> Result<RollbackReport, Refusal> {
    let WitReport { advice, severity: how_bad, triggers, summary } =
        answer.map_err(|failure| refusal(failure, limits))?;
    at_most("triggers", triggers.len(), limits).map_err(Refusal::Fault)?;
    let triggers = triggers.into_iter().map(|trigger| trigger_back(trigger, limits)).collect::<Result<_, Fault>>();
    Ok(RollbackReport {
        advice: match advice {
            WitAdvice::Proceed => Advice::Proceed,
            WitAdvice::Hold => Advice::Hold,
            WitAdvice::RollBack => Advice::RollBack,
        },
        severity: severity(how_bad),
        triggers: triggers.map_err(Refusal::Fault)?,
        summary: text("summary", summary, limits).map_err(Refusal::Fault)?,
    })
}

fn trigger_back(given: WitTrigger, limits: &Limits) -> Result<Trigger, Fault> {
    let WitTrigger { name, state, since, observed, threshold, samples, message } = given;
    Ok(Trigger {
        name: text("name of a trigger", name, limits)?,
        state: match state {
            WitTriggerState::Ok => TriggerState::Ok,
            WitTriggerState::Pending => TriggerState::Pending,
            WitTriggerState::Firing => TriggerState::Firing,
            WitTriggerState::Inconclusive => TriggerState::Inconclusive,
        },
        since: since.map(Timestamp::from_nanos),
        observed,
        threshold,
        samples,
        message: text("message of a trigger", message, limits)?,
    })
}

/// An incident in the contract's words.
pub(crate) fn incident(given: &Incident) -> WitIncident {
    WitIncident {
        title: given.title.as_ref().to_owned(),
        deployment: given.deployment.as_deref().map(deployment),
        detected_at: given.detected_at.nanos(),
        settings: given.settings.as_ref().to_owned(),
        users_affected_percent: given.users_affected_percent,
        service: match given.service {
            ServiceState::Unknown => WitService::Unknown,
            ServiceState::Operational => WitService::Operational,
            ServiceState::Degraded => WitService::Degraded,
            ServiceState::PartialOutage => WitService::PartialOutage,
            ServiceState::Outage => WitService::Outage,
        },
        data: match given.data {
            DataState::Unknown => WitData::Unknown,
            DataState::Intact => WitData::Intact,
            DataState::AtRisk => WitData::AtRisk,
            DataState::Lost => WitData::Lost,
            DataState::Corrupted => WitData::Corrupted,
        },
        security: match given.security {
            SecurityState::Unknown => WitSecurity::Unknown,
            SecurityState::None => WitSecurity::None,
            SecurityState::Suspected => WitSecurity::Suspected,
            SecurityState::Breach => WitSecurity::Breach,
        },
        features: match given.features {
            FeatureImpact::Unknown => WitFeatures::Unknown,
            FeatureImpact::None => WitFeatures::None,
            FeatureImpact::Minor => WitFeatures::Minor,
            FeatureImpact::Major => WitFeatures::Major,
        },
        performance: match given.performance {
            PerformanceImpact::Unknown => WitPerformance::Unknown,
            PerformanceImpact::None => WitPerformance::None,
            PerformanceImpact::Moderate => WitPerformance::Moderate,
            PerformanceImpact::Significant => WitPerformance::Significant,
        },
        rollback_required: given.rollback_required,
        triggers: given.triggers.iter().map(trigger).collect(),
        labels: given.labels.iter().map(label).collect(),
    }
}

/// A severity plugin's answer in core's words, or why it is none.
pub(crate) fn classification(
    answer: Result<WitClassification, WitFailure>,
    limits: &Limits,
) -> Result<Classification, Refusal> {
    let WitClassification { priority, rule, reasons } = answer.map_err(|failure| refusal(failure, limits))?;
    at_most("reasons", reasons.len(), limits).map_err(Refusal::Fault)?;
    let reasons = reasons.into_iter().map(|reason| text("reason", reason, limits)).collect::<Result<_, Fault>>();
    Ok(Classification {
        priority: match priority {
            WitPriority::P0 => Priority::P0,
            WitPriority::P1 => Priority::P1,
            WitPriority::P2 => Priority::P2,
            WitPriority::P3 => Priority::P3,
        },
        rule: text("rule of a classification", rule, limits).map_err(Refusal::Fault)?,
        reasons: reasons.map_err(Refusal::Fault)?,
    })
}

/// As many as findings may be listed.
fn at_most(what: &str, used: usize, limits: &Limits) -> Result<(), Fault> {
    let (used, allowed) = (used as u64, u64::from(limits.findings_max));
    if used > allowed { Err(oversized(what, used, allowed)) } else { Ok(()) }
}
