//! How old the scanner's database is: a scan with an old one does not see what is new.

use super::found::Reports;
use crate::rules::DATABASE;
use tidegate_sdk::{
    deployment::Timestamp,
    finding::{Finding, Remediation, Severity},
    parts::{Part, Verdict},
    text::counted,
};

const HOUR_NANOS: u64 = 3600 * 1_000_000_000;
/// How far its clock may be ahead of the gate's, as the host allows documents.
const CLOCK_LEEWAY_NANOS: u64 = 5 * 60 * 1_000_000_000;

/// Every scan's database has to say how old it is. Exactly the age that is allowed is allowed.
pub(super) fn judge(max_hours: Option<u64>, reports: &Reports<'_>, now: Timestamp, part: &mut Part) {
    let Some(max_hours) = max_hours else { return };
    let allowed = max_hours.saturating_mul(HOUR_NANOS);
    let mut unusable = 0;
    for (source, report) in reports {
        let name = &source.name;
        let wrong = match report.database_at() {
            None => format!("the scan of `{name}` does not say how old its database is"),
            Some(at) if at > now.saturating_add(CLOCK_LEEWAY_NANOS) => {
                format!("the database of the scan of `{name}` is of the future")
            }
            Some(at) if now.saturating_sub(at) > allowed => {
                let age = counted(now.saturating_sub(at) / HOUR_NANOS, "hour");
                format!("the database of the scan of `{name}` is {age} old, at most {max_hours} allowed")
            }
            Some(_) => continue,
        };
        let finding = Finding::new(DATABASE, Severity::High, wrong).subject(name).evidence(&source.digest);
        // The first says what to do; the others would say the same.
        if unusable == 0 {
            let remediation = Remediation::new("update the scanner's database, then scan again");
            part.stated.push(finding.remediation(remediation.command("grype db update")));
        }
        unusable += 1;
    }
    part.clause(unusable == 0);
    if unusable > 0 {
        part.worsen(Verdict::Inconclusive);
    }
}
