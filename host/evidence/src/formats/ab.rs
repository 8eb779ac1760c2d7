//! ApacheBench (`ab`): what a load test measured, in the words that k6 has for the same.
//!
//! **Invariant:** a run that was broken off, or has no times, is not finished.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    source::{Reading, Source, empty, incomplete},
    text::{bounded, quoted},
};
use std::sync::Arc;
use tidegate_core::evidence::{Completeness, Content, Measurement};

const FIRST: &str = "This is ApacheBench";
/// What it says when it gives up in between.
const BROKEN_OFF: &str = "Total of ";
/// The columns of its times.
const COLUMNS: [&str; 5] = ["min", "avg", "sd", "med", "max"];

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Text(text) = head else { return false };
    text.lines().map(str::trim).find(|line| !line.is_empty()).is_some_and(|line| line.starts_with(FIRST))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let mut run = Run::default();
    for (index, line) in source.text()?.lines().enumerate() {
        let place = Place::Line { line: index + 1, column: 1 };
        if index >= source.limits.rows {
            return Err(source.over(place, "lines", index + 1, source.limits.rows));
        }
        run.line(line.trim()).map_err(|what| source.malformed(place, &what))?;
    }
    let completeness = run.completeness();
    let rows = run.measurements(source);
    let contents = if rows.is_empty() { Vec::new() } else { vec![Content::Measurements(Arc::from(rows))] };
    let mut reading = Reading::new(completeness, contents);
    reading.tool = Some(Arc::from("ab"));
    Ok(reading)
}

#[derive(Default)]
struct Run<'d> {
    host: &'d str,
    port: &'d str,
    path: &'d str,
    is_encrypted: bool,
    complete: Option<f64>,
    failed: f64,
    other_statuses: f64,
    rate: Option<f64>,
    /// Min, mean, deviation, median and maximum of whole requests, in milliseconds.
    total: Option<[f64; 5]>,
    /// Percentages and milliseconds.
    percentiles: Vec<(u32, f64)>,
    is_broken_off: bool,
}

impl<'d> Run<'d> {
    fn line(&mut self, line: &'d str) -> Result<(), String> {
        if let Some((share, rest)) = line.split_once('%').filter(|(share, _)| is_whole(share)) {
            return self.percentile(share, rest);
        }
        if line.starts_with(BROKEN_OFF) {
            self.is_broken_off = true;
        }
        let Some((key, value)) = line.split_once(':') else { return Ok(()) };
        let value = value.trim();
        match key {
            "Server Hostname" => self.host = value,
            "Server Port" => self.port = value,
            "Document Path" => self.path = value,
            "SSL/TLS Protocol" => self.is_encrypted = true,
            "Complete requests" => self.complete = Some(number(key, value)?),
            "Failed requests" => self.failed = number(key, value)?,
            "Non-2xx responses" => self.other_statuses = number(key, value)?,
            "Requests per second" => self.rate = Some(number(key, value)?),
            "Total" => self.total = Some(times(value)?),
            _ => {}
        }
        Ok(())
    }

    fn percentile(&mut self, share: &str, rest: &str) -> Result<(), String> {
        let share = share.parse().ok().filter(|share: &u32| *share <= 100);
        let share = share.ok_or_else(|| format!("{} is no share of requests", quoted(rest)))?;
        self.percentiles.push((share, number("a percentile", rest.trim())?));
        Ok(())
    }

    fn completeness(&self) -> Completeness {
        if self.is_broken_off {
            return incomplete("the run was broken off");
        }
        match (self.complete, &self.total) {
            (Some(complete), _) if complete <= 0.0 => empty("no request was completed; see that the address answers"),
            (None, _) | (_, None) => incomplete("it ends before its times"),
            _ => Completeness::Complete,
        }
    }

    fn measurements(&self, source: &Source<'_>) -> Vec<Measurement> {
        let subject = self.subject().map(|subject| bounded(&subject, source.limits));
        let one = |name: &str, value: f64, unit: &str| Measurement {
            name: bounded(name, source.limits),
            subject: subject.clone(),
            value,
            unit: Arc::from(unit),
        };
        let mut rows = Vec::new();
        rows.extend(self.complete.map(|complete| one("http_reqs.count", complete, "")));
        rows.extend(self.rate.map(|rate| one("http_reqs.rate", rate, "1/s")));
        // A failure may be one of another status, too; which of them are is not said: the worse counts.
        let failed = |complete: f64| (self.failed + self.other_statuses).min(complete) / complete;
        let complete = self.complete.filter(|complete| *complete > 0.0);
        rows.extend(complete.map(|complete| one("http_req_failed.rate", failed(complete), "ratio")));
        for (column, value) in COLUMNS.iter().zip(self.total.iter().flatten()) {
            rows.push(one(&format!("http_req_duration.{column}"), *value, "ms"));
        }
        // The last one is the maximum, which is there already.
        let shares = self.percentiles.iter().filter(|(share, _)| *share < 100);
        rows.extend(shares.map(|(share, value)| one(&format!("http_req_duration.p{share}"), *value, "ms")));
        rows
    }

    /// The address that was asked.
    fn subject(&self) -> Option<String> {
        let (scheme, usual) = if self.is_encrypted { ("https", "443") } else { ("http", "80") };
        let port = if self.port.is_empty() || self.port == usual { String::new() } else { format!(":{}", self.port) };
        (!self.host.is_empty()).then(|| format!("{scheme}://{}{port}{}", self.host, self.path))
    }
}

fn is_whole(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The first number of a value; a unit may follow.
fn number(key: &str, value: &str) -> Result<f64, String> {
    let first = value.split_whitespace().next().unwrap_or("");
    let number = first.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| format!("{key}: {} is no number", quoted(first)))
}

fn times(value: &str) -> Result<[f64; 5], String> {
    let wrong = || format!("Total: {} are not five times", quoted(value));
    let mut numbers = value.split_whitespace().map(|text| number("Total", text));
    let mut times = [0.0; 5];
    for time in &mut times {
        *time = numbers.next().ok_or_else(wrong)??;
    }
    if numbers.next().is_some() { Err(wrong()) } else { Ok(times) }
}
