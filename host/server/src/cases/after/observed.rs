//! What was seen of a deployment, and what a rollback plugin says of it.

use super::{Answered, Bench, compare, deployment, end, fitting, moment, unanswered};
use crate::{
    api::observations::{AlertBody, ObservationBody, SampleBody, SeriesBody},
    cases::{coverage::What, expected::difference, read::CaseError},
    gate::watches::advising::Asked,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, path::Path, sync::LazyLock, time::Duration};
use tidegate_bundle::{document, duration};
use tidegate_core::{
    fault::Refusal,
    observation::{Observation, RollbackReport, believed},
    time::Timestamp,
};
use tidegate_engine::evaluate::Cost;

/// The published JSON Schema of such a case.
pub(crate) const SCHEMA_TEXT: &str = include_str!("../../../../../policies/schema/observation-case.schema.json");

/// A part of this program; that it is JSON is tested, and without it no case is accepted.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(SCHEMA_TEXT).unwrap_or(Value::Bool(false)));

#[derive(Debug, Deserialize)]
struct File {
    description: String,
    at: String,
    deployed_at: String,
    settings: Value,
    #[serde(default)]
    series: Vec<FileSeries>,
    #[serde(default)]
    alerts: Vec<AlertBody>,
    expect: Expected,
}

#[derive(Debug, Deserialize)]
struct FileSeries {
    signal: String,
    #[serde(default)]
    unit: String,
    step: String,
    samples: Vec<Option<f64>>,
    defect: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Expected {
    advice: Option<String>,
    severity: Option<String>,
    #[serde(default)]
    triggers: BTreeMap<String, String>,
    refusal: Option<String>,
}

pub(super) fn answered(bench: Bench<'_>, folder: &Path, file: &str, text: &str) -> Result<Answered, CaseError> {
    let (read, positions) = document::read::<File>(text, file, &SCHEMA).map_err(CaseError::Mistakes)?;
    let at = moment(&positions, "/at", &read.at)?;
    moment(&positions, "/deployed_at", &read.deployed_at)?;
    let settings = fitting(bench, &positions, &read.settings)?;
    let mut series = Vec::new();
    for (n, one) in read.series.iter().enumerate() {
        let step = duration::parse(&one.step).map_err(|error| {
            CaseError::Mistakes(vec![super::mistake(&positions, &format!("/series/{n}/step"), &error)])
        })?;
        series.push(series_body(one, step, at));
    }
    let body = ObservationBody {
        decision: String::new(),
        deployed_at: read.deployed_at,
        observed_at: read.at,
        series,
        alerts: Some(read.alerts),
        previous: Vec::new(),
    };
    let Asked { deployed_at, observed_at, series, alerts, previous } =
        Asked::read(&body).map_err(|error| CaseError::Deployment(error.problem().detail))?;
    let observation = Observation {
        deployment: deployment(folder, at)?,
        deployed_at,
        observed_at,
        settings,
        series,
        alerts: alerts.unwrap_or_default(),
        previous,
    };
    let evaluated = bench.engine.observe(bench.plugin, &observation, end(bench));
    let answer = evaluated.result.and_then(|report| believed(report).map_err(Refusal::Fault));
    Ok(match answer {
        Ok(report) => said(read.description, &read.expect, &report, evaluated.cost),
        Err(refusal) => {
            unanswered(read.description, &refusal, read.expect.refusal.as_deref(), "advice", evaluated.cost)
        }
    })
}

/// The last sample was due at the moment of the look, and each other one a step before the next.
fn series_body(series: &FileSeries, step: Duration, at: Timestamp) -> SeriesBody {
    let step_ns = u64::try_from(step.as_nanos()).unwrap_or(u64::MAX);
    let sample = |(ago, value): (usize, &Option<f64>)| {
        let back = step_ns.saturating_mul(u64::try_from(ago).unwrap_or(u64::MAX));
        SampleBody { at: Timestamp::from_nanos(at.nanos().saturating_sub(back)).to_string(), value: *value }
    };
    let mut samples: Vec<SampleBody> = series.samples.iter().rev().enumerate().map(sample).collect();
    samples.reverse();
    SeriesBody {
        signal: series.signal.clone(),
        unit: series.unit.clone(),
        step_ms: u64::try_from(step.as_millis()).unwrap_or(u64::MAX),
        samples,
        defect: series.defect.clone(),
    }
}

fn said(description: String, expected: &Expected, report: &RollbackReport, cost: Cost) -> Answered {
    let mut differences = Vec::new();
    let (advice, severity) = (report.advice.word(), report.severity.word());
    if let Some(refusal) = &expected.refusal {
        differences.push(difference("refusal", refusal, &format!("it advised `{advice}`")));
    }
    compare(&mut differences, "advice", expected.advice.as_deref(), advice);
    compare(&mut differences, "severity", expected.severity.as_deref(), severity);
    for (name, state) in &expected.triggers {
        let found = report.triggers.iter().find(|trigger| trigger.name == *name);
        let found = found.map_or("no such trigger", |trigger| trigger.state.word());
        compare(&mut differences, &format!("trigger `{name}`"), Some(state), found);
    }
    let triggers: Map<String, Value> =
        report.triggers.iter().map(|trigger| (trigger.name.clone(), json!(trigger.state.word()))).collect();
    Answered {
        description,
        came_to: format!("{advice}: {}", report.summary),
        differences,
        hint: None,
        found: vec![("advice", json!(advice)), ("severity", json!(severity)), ("triggers", Value::Object(triggers))],
        reached: vec![What::Advice(advice.to_owned())],
        cost,
    }
}
