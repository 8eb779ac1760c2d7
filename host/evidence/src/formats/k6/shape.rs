//! The parts of a k6 summary that are read, in both of its shapes.

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor, value::MapAccessDeserializer},
};
use std::{collections::BTreeMap, fmt};

#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    pub(super) metrics: BTreeMap<String, Metric>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Counter,
    Gauge,
    Rate,
    Trend,
}

/// A metric. `handleSummary` has its numbers under `values`, `--summary-export` beside `thresholds`.
#[derive(Debug, Default)]
pub(super) struct Metric {
    kind: Option<Kind>,
    contains: Option<String>,
    /// What k6 could not compute is null there, and left out here.
    pub(super) values: BTreeMap<String, f64>,
    pub(super) thresholds: BTreeMap<String, Threshold>,
}

impl Metric {
    /// As stated, else as its numbers show.
    pub(super) fn kind(&self) -> Kind {
        let has = |key| self.values.contains_key(key);
        self.kind.unwrap_or_else(|| match () {
            () if has("passes") && has("fails") => Kind::Rate,
            () if has("count") && has("rate") => Kind::Counter,
            () if has("value") => Kind::Gauge,
            () => Kind::Trend,
        })
    }

    /// `time`, `data` or `default`: as stated, else as k6's own metrics are known to hold.
    pub(super) fn contains(&self, name: &str) -> &str {
        const TIMES: &[&str] = &[
            "iteration_duration",
            "group_duration",
            "grpc_req_duration",
            "ws_connecting",
            "ws_ping",
            "ws_session_duration",
        ];
        let plain = name.split('{').next().unwrap_or(name);
        let is_time = || TIMES.contains(&plain) || (plain.starts_with("http_req_") && self.kind() == Kind::Trend);
        match self.contains.as_deref() {
            Some(contains) => contains,
            None if self.kind.is_some() => "default",
            None if matches!(plain, "data_received" | "data_sent") => "data",
            None if is_time() => "time",
            None => "default",
        }
    }
}

impl<'de> Deserialize<'de> for Metric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MetricVisitor)
    }
}

struct MetricVisitor;

impl<'de> Visitor<'de> for MetricVisitor {
    type Value = Metric;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a metric, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metric, A::Error> {
        let mut metric = Metric::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => metric.kind = map.next_value()?,
                "contains" => metric.contains = map.next_value()?,
                "thresholds" => metric.thresholds = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "values" => {
                    let values: BTreeMap<String, Option<f64>> = map.next_value()?;
                    metric.values.extend(values.into_iter().filter_map(|(key, value)| Some((key, value?))));
                }
                "name" | "tainted" | "submetrics" | "sub" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    if let Some(value) = map.next_value::<Option<f64>>()? {
                        metric.values.insert(key, value);
                    }
                }
            }
        }
        Ok(metric)
    }
}

/// `{"ok": true}` from `handleSummary`, and the same as `false` from `--summary-export`: there, true is breached.
#[derive(Debug)]
pub(super) struct Threshold {
    pub(super) breached: bool,
}

#[derive(Deserialize)]
struct Outcome {
    ok: bool,
}

impl<'de> Deserialize<'de> for Threshold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ThresholdVisitor)
    }
}

struct ThresholdVisitor;

impl<'de> Visitor<'de> for ThresholdVisitor {
    type Value = Threshold;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whether a threshold was breached, or an object with `ok`")
    }

    fn visit_bool<E: Error>(self, breached: bool) -> Result<Threshold, E> {
        Ok(Threshold { breached })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Threshold, A::Error> {
        let Outcome { ok } = Outcome::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Threshold { breached: !ok })
    }
}
