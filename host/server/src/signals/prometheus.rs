//! What a Prometheus answers: a number, of an instant query that comes to exactly one; and its alerts.
//!
//! **Invariant:** an answer that could be partial, of another moment, or of several series is no number. **Invariant:** of alerts that
//! could not all be read none is known.

use super::{About, alerts::alert, template::filled};
use crate::egress::{Egress, Response, target::Target};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tidegate_core::{observation::Alert, time::Timestamp};

/// How far the moment of an answer may lie from the one that was asked for, in seconds: servers round it.
const APART_SECONDS_MAX: f64 = 1.0;
const NANOS_PER_MILLI: u64 = 1_000_000;

#[derive(Deserialize)]
struct Answer<D> {
    status: String,
    data: Option<D>,
    #[serde(rename = "errorType", default)]
    error_type: String,
    #[serde(default)]
    error: String,
    /// Of data that may be partial. What is merely said (`infos`) takes nothing away.
    #[serde(default)]
    warnings: Option<Vec<String>>,
    /// What others that speak Prometheus's language say in place of a warning.
    #[serde(rename = "isPartial", default)]
    is_partial: bool,
}

#[derive(Deserialize)]
struct Data {
    #[serde(rename = "resultType")]
    kind: String,
    result: Value,
}

#[derive(Deserialize)]
struct Alerts {
    alerts: Vec<Raised>,
}

#[derive(Deserialize)]
struct Raised {
    labels: BTreeMap<Arc<str>, Arc<str>>,
    state: String,
    #[serde(rename = "activeAt")]
    active_at: String,
}

/// The alerts that it raises by its own rules, those among them that are about to fire, too.
pub(super) async fn alerts(egress: &Egress, destination: &str, limit: Duration) -> Result<Vec<Alert>, String> {
    let client = egress.to(destination).map_err(|error| error.to_string())?;
    let target = ["api", "v1", "alerts"].into_iter().fold(Target::base(), Target::segment);
    let response = client.get_within(&target, limit).await.map_err(|error| error.to_string())?;
    raised(&response).map_err(|why| format!("destination `{destination}`, status {}: {why}", response.status))
}

fn raised(response: &Response) -> Result<Vec<Alert>, String> {
    let Alerts { alerts } = data(response)?;
    let read = |Raised { labels, state, active_at }: Raised| {
        let firing = match state.as_str() {
            "firing" => true,
            "pending" | "inactive" => false,
            other => return Err(format!("an alert is `{other}`, which is no state that is known")),
        };
        alert(labels, firing, &active_at)
    };
    alerts.into_iter().map(read).collect()
}

pub(super) async fn value(
    egress: &Egress,
    destination: &str,
    query: &str,
    about: &About,
    at: Timestamp,
    limit: Duration,
) -> Result<f64, String> {
    let query = filled(query, about).map_err(|error| error.to_string())?;
    let client = egress.to(destination).map_err(|error| error.to_string())?;
    let target = ["api", "v1", "query"].into_iter().fold(Target::base(), Target::segment);
    let target = target.query("query", query).query("time", seconds(at));
    let response = client.get_within(&target, limit).await.map_err(|error| error.to_string())?;
    number(&response, at).map_err(|why| format!("destination `{destination}`, status {}: {why}", response.status))
}

/// A moment as Prometheus reads it: Unix seconds, to the millisecond.
pub(super) fn seconds(at: Timestamp) -> String {
    let millis = at.nanos() / NANOS_PER_MILLI;
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

/// What an answer holds that is whole.
pub(super) fn data<D: DeserializeOwned>(response: &Response) -> Result<D, String> {
    let answer: Answer<D> = serde_json::from_slice(&response.body)
        .map_err(|error| format!("this is no answer of a Prometheus: {error}"))?;
    if answer.status != "success" {
        return Err(format!("the query failed: {}: {}", answer.error_type, answer.error));
    }
    if !response.is_success() {
        return Err("a failure that calls itself a success".to_owned());
    }
    if let Some(warning) = answer.warnings.as_deref().and_then(<[String]>::first) {
        return Err(format!("it may be partial: {warning}"));
    }
    if answer.is_partial {
        return Err("it is partial".to_owned());
    }
    answer.data.ok_or_else(|| "it holds no data".to_owned())
}

/// The one number of an answer.
fn number(response: &Response, at: Timestamp) -> Result<f64, String> {
    let Data { kind, result } = data(response)?;
    let point = match (kind.as_str(), result.as_array().map(Vec::as_slice)) {
        ("scalar", Some(point)) => point,
        ("vector", Some([one])) => {
            one.get("value").and_then(Value::as_array).ok_or("it comes to a series without a value")?
        }
        ("vector", Some(several)) => return Err(format!("it comes to {} series, not to one", several.len())),
        _ => return Err(format!("it comes to a `{kind}`, not to a number")),
    };
    let [moment, value] = point else { return Err("it comes to a sample of another form".to_owned()) };
    let moment = moment.as_f64().ok_or("it comes to a sample without a moment")?;
    let asked = Duration::from_nanos(at.nanos()).as_secs_f64();
    // So that a NaN is not near.
    let is_near = (moment - asked).abs() <= APART_SECONDS_MAX;
    if !is_near {
        return Err(format!("it speaks of {moment}, and {} was asked for", seconds(at)));
    }
    let text = value.as_str().ok_or("it comes to a value that is no text")?;
    let value = text.parse().ok().filter(|value: &f64| value.is_finite());
    value.ok_or_else(|| format!("`{text}` is no number"))
}

#[cfg(test)]
mod tests {
    use super::{number, raised, seconds};
    use crate::egress::Response;
    use tidegate_core::time::Timestamp;

    /// 1,700,000,000.5 s.
    const AT: Timestamp = Timestamp::from_nanos(1_700_000_000_500_000_000);

    fn vector(result: &str) -> String {
        format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{result}]}}}}"#)
    }

    fn series(value: &str) -> String {
        format!(r#"{{"metric":{{"job":"api"}},"value":[1700000000.5,{value}]}}"#)
    }

    fn with(fields: &str) -> String {
        vector(&series("\"1\"")).replacen('{', &format!("{{{fields},"), 1)
    }

    fn typed(kind: &str, result: &str) -> String {
        format!(r#"{{"status":"success","data":{{"resultType":"{kind}","result":{result}}}}}"#)
    }

    #[test]
    fn a_moment_is_asked_for_to_the_millisecond() {
        assert_eq!(seconds(AT), "1700000000.500");
        assert_eq!(seconds(Timestamp::from_nanos(7_009_999_999)), "7.009");
    }

    #[test]
    fn one_number_of_the_moment_asked_for_is_believed() {
        for (answer, expected) in [
            (vector(&series("\"0.25\"")), 0.25),
            (vector(&series("\"-0\"")), 0.0),
            (vector(&series("\"1e-7\"")), 1e-7),
            (typed("scalar", r#"[1700000000.5,"2"]"#), 2.0),
            (typed("scalar", r#"[1700000000,"2"]"#), 2.0),
            (with(r#""warnings":null,"infos":["metric might not be a counter"]"#), 1.0),
            (with(r#""warnings":[]"#), 1.0),
            (with(r#""isPartial":false"#), 1.0),
        ] {
            let response = Response { status: 200, retry_after: None, body: answer.clone().into_bytes() };
            assert_eq!(number(&response, AT), Ok(expected), "{answer}");
        }
    }

    #[test]
    fn whatever_else_comes_is_said_and_is_no_number() {
        let error = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#.to_owned();
        for (status, answer, expected) in [
            (200, vector(""), "it comes to 0 series, not to one"),
            (200, vector(&[series("\"1\""), series("\"2\"")].join(",")), "it comes to 2 series, not to one"),
            (200, vector(&series("\"NaN\"")), "`NaN` is no number"),
            (200, vector(&series("\"+Inf\"")), "`+Inf` is no number"),
            (200, vector(&series("\"-Inf\"")), "`-Inf` is no number"),
            (200, vector(&series("\"\"")), "`` is no number"),
            (200, vector(&series("1")), "it comes to a value that is no text"),
            (200, vector(r#"{"metric":{},"histogram":[1700000000.5,{}]}"#), "it comes to a series without a value"),
            (200, typed("matrix", "[]"), "it comes to a `matrix`, not to a number"),
            (200, typed("string", r#"[1700000000.5,"1"]"#), "it comes to a `string`, not to a number"),
            (200, typed("scalar", r#"[1700000000.5]"#), "it comes to a sample of another form"),
            (200, typed("scalar", r#"[null,"1"]"#), "it comes to a sample without a moment"),
            (200, typed("scalar", r#"[1699999000,"1"]"#), "it speaks of 1699999000, and 1700000000.500 was asked for"),
            (200, with(r#""warnings":["slow store"]"#), "it may be partial: slow store"),
            (200, with(r#""isPartial":true"#), "it is partial"),
            (400, error.clone(), "the query failed: bad_data: parse error"),
            (200, error, "the query failed: bad_data: parse error"),
            (503, vector(&series("\"1\"")), "a failure that calls itself a success"),
            (200, r#"{"status":"success"}"#.to_owned(), "it holds no data"),
        ] {
            let response = Response { status, retry_after: None, body: answer.clone().into_bytes() };
            assert_eq!(number(&response, AT), Err(expected.to_owned()), "{answer}");
        }
        for body in ["<html>", "", "[]", "{\"data\":null}", "{\"status\":\"success\",\"warnings\":3}"] {
            let response = Response { status: 502, retry_after: None, body: body.into() };
            let why = number(&response, AT).unwrap_err();
            assert!(why.starts_with("this is no answer of a Prometheus: "), "{why}");
        }
    }

    #[test]
    fn alerts_of_a_prometheus_are_read_or_none_of_them_is() {
        let answered = |alerts: &str| {
            let body = format!(r#"{{"status":"success","data":{{"alerts":[{alerts}]}}}}"#);
            Response { status: 200, retry_after: None, body: body.into_bytes() }
        };
        let one = |state: &str| {
            let labels = r#"{"alertname":"Breach","severity":"critical"}"#;
            format!(r#"{{"activeAt":"2023-11-14T23:13:20.25+01:00","labels":{labels},"state":"{state}","value":"1"}}"#)
        };
        let read = raised(&answered(&[one("firing"), one("pending")].join(","))).unwrap();
        assert_eq!(read.iter().map(|alert| alert.firing).collect::<Vec<_>>(), [true, false]);
        assert_eq!((&*read[0].name, read[0].since.nanos()), ("Breach", 1_700_000_000_250_000_000));
        for (alerts, expected) in [
            (one("resolved"), "an alert is `resolved`, which is no state that is known"),
            ("3".to_owned(), "this is no answer of a Prometheus: "),
        ] {
            let why = raised(&answered(&alerts)).unwrap_err();
            assert!(why.starts_with(expected), "{why}");
        }
    }
}
