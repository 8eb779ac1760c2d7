//! No deployments on Friday afternoon.

use serde::Deserialize;
use tidegate_sdk::{
    deployment::{Cause, Timestamp},
    describe::{Description, Problem, Rule},
    evidence::Evidence,
    export_gate,
    finding::{Finding, Remediation, Severity},
    gate::{Failure, Gate, Request},
    report::{Outcome, Report},
};

const CLOSED: &str = "closed";
const ROLLBACK: &str = "rollback";
const HOUR: Timestamp = 3_600 * 1_000_000_000;
const DAY: Timestamp = 24 * HOUR;
/// By their number from Sunday on.
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// What a policy may set. Hours and days are those of UTC.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The first closed hour of such a day.
    pub from_hour: u64,
    /// The days that close early.
    pub days: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { from_hour: 12, days: vec!["friday".to_owned()] }
    }
}

impl Settings {
    fn close(&self, moment: Timestamp) -> bool {
        self.days.iter().any(|day| day == day_of(moment)) && moment % DAY / HOUR >= self.from_hour
    }

    /// The first midnight after that moment at which it is open: within a week, or every hour were closed.
    fn next_open(&self, moment: Timestamp) -> Option<Timestamp> {
        let today = moment - moment % DAY;
        (1..=7).map(|days| today + days * DAY).find(|midnight| !self.close(*midnight))
    }
}

/// The plugin.
#[derive(Debug)]
pub struct NoFridayAfternoon;

impl Gate for NoFridayAfternoon {
    type Settings = Settings;

    fn describe() -> Description {
        let schema = include_str!("../settings.schema.json");
        Description::new("no-friday-afternoon", "1.0.0", "No deployments on Friday afternoon.", schema)
            .rule(
                Rule::new(CLOSED, "The hour is open for deployments", Severity::Medium)
                    .help("Deploy when the hour is open again. What undoes a deployment is never held."),
            )
            .rule(
                Rule::new(ROLLBACK, "What undoes a deployment may go out at any hour", Severity::Info)
                    .help("Nothing to do."),
            )
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        let all = settings.from_hour == 0 && DAYS.iter().all(|day| settings.days.iter().any(|closed| closed == day));
        let message = "every hour of every day is closed: nothing could ever be deployed";
        if all { vec![Problem::new("/days", message)] } else { vec![] }
    }

    fn evaluate(request: &Request<Settings>, _evidence: &Evidence) -> Result<Report, Failure> {
        let (settings, now) = (&request.settings, request.evaluated_at);
        let day = day_of(now);
        if !settings.close(now) {
            return Ok(Report::of(vec![], None).summary(format!("{day}, {}:00 is open", now % DAY / HOUR)));
        }
        let closed = format!("{day} is closed from {}:00 UTC on", settings.from_hour);
        if request.deployment.cause == Cause::Rollback {
            let message = format!("{closed}, but not for what undoes a deployment");
            let finding = Finding::new(ROLLBACK, Severity::Info, message);
            return Ok(Report::of(vec![finding], None).summary("a rollback is never held"));
        }
        let until = settings.next_open(now);
        let shown = until.map_or_else(|| "another setting".to_owned(), shown);
        let remediation = Remediation::new(format!("ask again from {shown} on; in an emergency, break-glass"));
        let finding = Finding::new(CLOSED, Severity::Medium, closed).subject(day).remediation(remediation);
        let report = Report::concluded(Outcome::Hold(until), vec![finding], None);
        Ok(report.summary(format!("no deployments until {shown}")))
    }
}

fn day_of(moment: Timestamp) -> &'static str {
    // 1970 began on a Thursday.
    DAYS[usize::try_from((moment / DAY + 4) % 7).unwrap_or_default()]
}

/// A midnight as `2027-03-31T00:00Z`: days since 1970 to a date, by the well-known arithmetic of eras of 400 years.
fn shown(midnight: Timestamp) -> String {
    let days = midnight / DAY + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * shifted + 2) / 5 + 1, if shifted < 10 { shifted + 3 } else { shifted - 9 });
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T00:00Z")
}

export_gate!(NoFridayAfternoon);
