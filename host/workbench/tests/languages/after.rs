//! Cases of what happens after a deployment: what was seen of a signal, or is known of an incident, and what should come of it.

use crate::{
    case::{deployed, moment, yaml},
    folders,
};
use serde_json::{Value, json};
use std::{
    fmt::Debug,
    path::Path,
    time::{Duration, Instant},
};
use tidegate_core::{
    incident::{self, DataState, FeatureImpact, Incident, PerformanceImpact, SecurityState, ServiceState},
    observation::{self, Observation, Sample, Series},
    time::Timestamp,
};
use tidegate_engine::{engine::Engine, plugin::Plugin};

pub(crate) fn watch(engine: &Engine, plugin: &Plugin, cases: &Path) {
    for folder in folders(cases) {
        let said = yaml(&folder.join("case.yaml"));
        fit(engine, plugin, &said);
        let (asked, expect) = (observation(&said), &said["expect"]);
        let report = twice(|| engine.observe(plugin, &asked, later()).result);
        let report = observation::believed(report).unwrap();
        assert_eq!(expect["advice"], report.advice.word(), "{}: {report:?}", folder.display());
        for trigger in &report.triggers {
            assert_eq!(expect["triggers"][&trigger.name], trigger.state.word(), "{}: {report:?}", folder.display());
        }
        let lookback = twice(|| engine.lookback(plugin, &asked.settings, later()).result);
        assert!(lookback > Duration::ZERO, "{}", folder.display());
    }
}

pub(crate) fn classify(engine: &Engine, plugin: &Plugin, cases: &Path) {
    let rules: Vec<_> = plugin.description.rules.iter().map(|rule| rule.id.clone()).collect();
    for folder in folders(cases) {
        let said = yaml(&folder.join("case.yaml"));
        fit(engine, plugin, &said);
        let found = twice(|| engine.classify(plugin, &known(&said), later()).result);
        let found = incident::believed(found, &rules).unwrap();
        let expected = (&said["expect"]["priority"], &said["expect"]["rule"]);
        assert_eq!(expected, (&json!(found.priority.word()), &json!(found.rule)), "{}: {found:?}", folder.display());
    }
}

fn later() -> Instant {
    Instant::now() + Duration::from_secs(3600)
}

fn fit(engine: &Engine, plugin: &Plugin, said: &Value) {
    assert_eq!(plugin.settings_problems(engine, &said["settings"].to_string()).unwrap(), []);
}

/// In two instances, which know nothing of each other.
fn twice<T: Debug, E: Debug>(ask: impl Fn() -> Result<T, E>) -> T {
    let (one, other) = (ask().unwrap(), ask().unwrap());
    assert_eq!(format!("{one:?}"), format!("{other:?}"), "the second instance says something else");
    one
}

fn observation(said: &Value) -> Observation {
    let at = moment(&said["at"]);
    Observation {
        deployment: deployed(
            &json!({ "environment": "production", "cause": "push", "services": [{ "name": "shop", "version": "1.0.0" }] }),
            at,
        ),
        deployed_at: moment(&said["deployed_at"]),
        observed_at: at,
        settings: said["settings"].to_string().into(),
        series: said["series"].as_array().unwrap().iter().map(|given| series(given, at)).collect(),
        alerts: vec![],
        previous: vec![],
    }
}

/// The last sample is of this look.
fn series(given: &Value, at: Timestamp) -> Series {
    let step: u64 = given["step"].as_str().unwrap().strip_suffix('s').unwrap().parse().unwrap();
    let values = given["samples"].as_array().unwrap();
    let due = |index: usize| {
        let back = (values.len() - 1 - index) as u64 * step * 1_000_000_000;
        Timestamp::from_nanos(at.nanos() - back)
    };
    let sample = |(index, value): (usize, &Value)| Sample { at: due(index), value: value.as_f64() };
    Series {
        signal: given["signal"].as_str().unwrap().into(),
        unit: "".into(),
        labels: vec![],
        samples: values.iter().enumerate().map(sample).collect(),
        step: Duration::from_secs(step),
        defect: None,
    }
}

fn known(said: &Value) -> Incident {
    let given = &said["incident"];
    let word = |key: &str| given[key].as_str().unwrap_or("unknown").to_owned();
    fn of<T: Copy>(all: &[T], word: fn(T) -> &'static str, given: &str) -> T {
        *all.iter().find(|one| word(**one) == given).unwrap()
    }
    Incident {
        title: given["title"].as_str().unwrap().into(),
        deployment: None,
        detected_at: moment(&said["at"]),
        settings: said["settings"].to_string().into(),
        users_affected_percent: given["users_affected_percent"].as_f64(),
        service: of(&ServiceState::ALL, ServiceState::word, &word("service")),
        data: of(&DataState::ALL, DataState::word, &word("data")),
        security: of(&SecurityState::ALL, SecurityState::word, &word("security")),
        features: of(&FeatureImpact::ALL, FeatureImpact::word, &word("features")),
        performance: of(&PerformanceImpact::ALL, PerformanceImpact::word, &word("performance")),
        rollback_required: false,
        triggers: vec![],
        labels: vec![],
    }
}
