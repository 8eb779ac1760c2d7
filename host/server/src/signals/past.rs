//! What a Prometheus has of the moments in which nobody looked: a range query that comes to exactly one series.
//!
//! **Invariant:** only moments at which a look was due come back, and of those only what is a number. Where anything is doubtful, nothing does.

use super::{
    About,
    prometheus::{data, seconds},
    template::filled,
};
use crate::egress::{Egress, Response, target::Target};
use serde::Deserialize;
use std::time::Duration;
use tidegate_core::{observation::Sample, time::Timestamp};

/// Moments that are asked for at once, at most: a server refuses more than 11,000.
const MOMENTS_MAX: u64 = 10_000;
/// How far a moment may lie from the one that was due, in seconds: moments are asked for to the millisecond.
const APART_SECONDS_MAX: f64 = 0.002;

/// Moments at which looks were due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    first: Timestamp,
    step: Duration,
    count: u64,
}

impl Moments {
    /// From the beginning of a watch, in steps: those from `from` on and before `until`, the last ones. None: there is none.
    #[must_use]
    pub fn between(began: Timestamp, step: Duration, from: Timestamp, until: Timestamp) -> Option<Self> {
        let step_ns = u64::try_from(step.as_nanos()).ok().filter(|step| *step > 0)?;
        let steps = |moment: Timestamp| moment.nanos().saturating_sub(began.nanos()).div_ceil(step_ns);
        let (first, end) = (steps(from), steps(until));
        let first = first.max(end.saturating_sub(MOMENTS_MAX));
        let count = end.checked_sub(first).filter(|count| *count > 0)?;
        let first = Timestamp::from_nanos(began.nanos().checked_add(first.checked_mul(step_ns)?)?);
        Some(Self { first, step, count })
    }

    fn at(&self, index: u64) -> Timestamp {
        let span = self.step.saturating_mul(u32::try_from(index).unwrap_or(u32::MAX));
        self.first.plus(span)
    }

    /// All of them.
    fn all(&self) -> impl Iterator<Item = Timestamp> {
        (0..self.count).map(|index| self.at(index))
    }
}

pub(super) async fn samples(
    egress: &Egress,
    destination: &str,
    query: &str,
    about: &About,
    moments: Moments,
    limit: Duration,
) -> Result<Vec<Sample>, String> {
    let query = filled(query, about).map_err(|error| error.to_string())?;
    let client = egress.to(destination).map_err(|error| error.to_string())?;
    let target = ["api", "v1", "query_range"].into_iter().fold(Target::base(), Target::segment);
    let target = target
        .query("query", query)
        .query("start", seconds(moments.first))
        .query("end", seconds(moments.at(moments.count - 1)))
        .query("step", seconds(Timestamp::from_nanos(u64::try_from(moments.step.as_nanos()).unwrap_or(u64::MAX))));
    let response = client.get_within(&target, limit).await.map_err(|error| error.to_string())?;
    read(&response, moments).map_err(|why| format!("destination `{destination}`, status {}: {why}", response.status))
}

#[derive(Deserialize)]
struct Range {
    #[serde(rename = "resultType")]
    kind: String,
    result: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    #[serde(default)]
    values: Vec<(f64, String)>,
}

fn read(response: &Response, moments: Moments) -> Result<Vec<Sample>, String> {
    let Range { kind, result } = data(response)?;
    if kind != "matrix" {
        return Err(format!("it comes to a `{kind}`, not to a range"));
    }
    let [series] = result.as_slice() else {
        return Err(format!("it comes to {} series, not to one", result.len()));
    };
    let mut values = series.values.iter().peekable();
    let mut samples = Vec::new();
    for at in moments.all() {
        let due = Duration::from_nanos(at.nanos()).as_secs_f64();
        while values.next_if(|(moment, _)| *moment < due - APART_SECONDS_MAX).is_some() {}
        let seen = values.next_if(|(moment, _)| (moment - due).abs() <= APART_SECONDS_MAX);
        let value = seen.and_then(|(_, text)| text.parse().ok()).filter(|value: &f64| value.is_finite());
        samples.extend(value.map(|value| Sample { at, value: Some(value) }));
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::{MOMENTS_MAX, Moments, read};
    use crate::egress::Response;
    use std::time::Duration;
    use tidegate_core::time::Timestamp;

    const STEP: Duration = Duration::from_secs(5);

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_nanos(1_700_000_000_000_000_000 + millis * 1_000_000)
    }

    fn moments(from: u64, until: u64) -> Vec<u64> {
        let moments = Moments::between(at(400), STEP, at(from), at(until));
        let millis = |moment: Timestamp| (moment.nanos() - at(0).nanos()) / 1_000_000;
        moments.map(|moments| moments.all().map(millis).collect()).unwrap_or_default()
    }

    #[test]
    fn moments_are_those_at_which_looks_were_due() {
        for (from, until, expected) in [
            (400, 15_400, &[400, 5_400, 10_400][..]),
            (0, 5_401, &[400, 5_400]),
            (401, 10_400, &[5_400]),
            (5_400, 5_400, &[]),
            (9_000, 400, &[]),
        ] {
            assert_eq!(moments(from, until), expected, "{from} to {until}");
        }
        let many = moments(0, 5_000 * (MOMENTS_MAX + 7));
        assert_eq!((many.len() as u64, many.last()), (MOMENTS_MAX, Some(&(400 + 5_000 * (MOMENTS_MAX + 6)))));
    }

    fn answered(result: &str) -> Result<Vec<(u64, Option<f64>)>, String> {
        let body = format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{result}]}}}}"#);
        let response = Response { status: 200, retry_after: None, body: body.into_bytes() };
        let moments = Moments::between(at(400), STEP, at(400), at(15_401)).unwrap();
        let read = read(&response, moments)?;
        Ok(read.iter().map(|sample| ((sample.at.nanos() - at(0).nanos()) / 1_000_000, sample.value)).collect())
    }

    fn series(values: &str) -> String {
        format!(r#"{{"metric":{{}},"values":[{values}]}}"#)
    }

    #[test]
    fn what_was_due_and_is_a_number_comes_back() {
        let all = r#"[1700000000.4,"1"],[1700000005.4,"0.5"],[1700000010.4,"NaN"],[1700000015.401,"2"]"#;
        let expected = vec![(400, Some(1.0)), (5_400, Some(0.5)), (15_400, Some(2.0))];
        assert_eq!(answered(&series(all)), Ok(expected));
        let apart = r#"[1700000000.1,"7"],[1700000005.4,"1"],[1700000005.9,"7"],[1700000099,"7"]"#;
        assert_eq!(answered(&series(apart)), Ok(vec![(5_400, Some(1.0))]));
        assert_eq!(answered(&series("")), Ok(vec![]));
    }

    #[test]
    fn where_it_is_not_one_series_nothing_does() {
        let one = series(r#"[1700000000.4,"1"]"#);
        assert_eq!(answered(""), Err("it comes to 0 series, not to one".to_owned()));
        assert_eq!(answered(&[one.clone(), one].join(",")), Err("it comes to 2 series, not to one".to_owned()));
        let why = answered(r#"{"metric":{},"values":[["x","1"]]}"#).unwrap_err();
        assert!(why.starts_with("this is no answer of a Prometheus: "), "{why}");
        let partial = r#"{"status":"success","warnings":["slow store"],"data":{"resultType":"matrix","result":[]}}"#;
        let response = Response { status: 200, retry_after: None, body: partial.into() };
        let moments = Moments::between(at(0), STEP, at(0), at(1)).unwrap();
        assert_eq!(read(&response, moments), Err("it may be partial: slow store".to_owned()));
    }
}
