//! What stands behind the question mark, and who asks.

use super::refused::NotAnswered;
use crate::{
    gate::{Gate, clock, readings::Reading},
    identity::{principal::Principal, role::READERS},
};
use axum::{extract::Query as Parsed, http::Uri};
use tidegate_core::{
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};
use tidegate_ledger::{
    trace_search::{Sight, Window},
    traceql::names::nanos_of,
};

/// Nanoseconds of a second.
pub(super) const SECOND_NS: i64 = 1_000_000_000;

/// Parameters that a question consists of, as the record keeps it.
const TOLD: [&str; 9] = ["q", "query", "tags", "minDuration", "maxDuration", "start", "end", "limit", "step"];

/// Parameters of a request; of several with one name the first. What is not known is left alone: clients send what other versions know.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn of(uri: &Uri) -> Result<Self, NotAnswered> {
        match Parsed::<Vec<(String, String)>>::try_from_uri(uri) {
            Ok(Parsed(pairs)) => Ok(Self(pairs)),
            Err(_) => {
                let given = uri.query().unwrap_or_default().to_owned();
                Err(NotAnswered::Parameter { name: "?", given, expected: "pairs of names and values" })
            }
        }
    }

    /// None: it is not there, or empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Keeps in the record that somebody asked this.
    pub(super) async fn read(
        &self,
        gate: &Gate,
        principal: &Principal,
        route: &str,
        rows: usize,
    ) -> Result<(), NotAnswered> {
        let told = |(name, _): &&(String, String)| TOLD.contains(&name.as_str());
        let asked: Vec<_> = self.0.iter().filter(told).cloned().collect();
        Ok(gate.read_by(principal, Reading { route, asked: &asked, rows }).await?)
    }

    /// A number, cut to what is allowed.
    pub(super) fn number(&self, name: &'static str, otherwise: usize, allowed: usize) -> Result<usize, NotAnswered> {
        let Some(text) = self.text(name) else { return Ok(otherwise) };
        let number = text.parse::<usize>().map_err(|_| NotAnswered::Parameter {
            name,
            given: text.to_owned(),
            expected: "a whole number",
        })?;
        Ok(if number == 0 { otherwise } else { number.min(allowed) })
    }

    pub(super) fn duration(&self, name: &'static str) -> Result<Option<i64>, NotAnswered> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match nanos_of(text).filter(|nanos| *nanos > 0) {
            Some(nanos) => Ok(Some(nanos)),
            None => {
                let expected = "a duration, as `30s`, or seconds";
                Err(NotAnswered::Parameter { name, given: text.to_owned(), expected })
            }
        }
    }

    /// Seconds or nanoseconds since 1970, or RFC 3339.
    fn moment(&self, name: &'static str) -> Result<Option<i64>, NotAnswered> {
        /// Of this many seconds is the year 5138; as nanoseconds it is a day of 1970.
        const SECONDS_MAX: i64 = 100_000_000_000;
        let Some(text) = self.text(name) else { return Ok(None) };
        let read = match text.parse::<i64>() {
            Ok(seconds @ 0..=SECONDS_MAX) => seconds.checked_mul(SECOND_NS),
            Ok(nanos) => (nanos > 0).then_some(nanos),
            Err(_) => {
                let stamped = Timestamp::parse(text).ok().and_then(|at| i64::try_from(at.nanos()).ok());
                stamped.or_else(|| nanos_of(text))
            }
        };
        let expected = "seconds since 1970, or RFC 3339";
        read.map(Some).ok_or_else(|| NotAnswered::Parameter { name, given: text.to_owned(), expected })
    }

    /// From `start` until before `end`; whatever there is, where one is not given.
    pub(super) fn window(&self) -> Result<Window, NotAnswered> {
        let (start, end) = (self.moment("start")?, self.moment("end")?);
        Ok(Window { from_ns: start.unwrap_or(0), until_ns: end.unwrap_or(i64::MAX) })
    }

    /// The same with an end: where nothing is given, the last hour, or as long as `since` says.
    pub(super) fn bounded_window(&self) -> Result<Window, NotAnswered> {
        const USUAL_NS: i64 = 3600 * SECOND_NS;
        let now = i64::try_from(clock::now().nanos()).unwrap_or(i64::MAX);
        let since = self.duration("since")?.unwrap_or(USUAL_NS);
        let until_ns = self.moment("end")?.unwrap_or(now);
        let from_ns = self.moment("start")?.unwrap_or(until_ns.saturating_sub(since)).max(0);
        if from_ns < until_ns {
            return Ok(Window { from_ns, until_ns });
        }
        let given = self.text("start").unwrap_or_default().to_owned();
        Err(NotAnswered::Parameter { name: "start", given, expected: "a moment before `end`" })
    }
}

/// What a principal may see, as a function of environment and services: what may be read of decisions.
pub(super) fn readable(principal: &Principal) -> impl Fn(&EnvironmentName, &[ServiceName]) -> bool + Sync {
    |environment, services| READERS.iter().any(|role| principal.may(*role, environment, services))
}

/// What a principal may see.
pub(super) fn sight<'a>(
    principal: &Principal,
    readable: &'a (impl Fn(&EnvironmentName, &[ServiceName]) -> bool + Sync),
) -> Sight<'a> {
    if READERS.iter().any(|role| principal.may_throughout(*role, None, None)) {
        return Sight::All;
    }
    Sight::Of(readable)
}
