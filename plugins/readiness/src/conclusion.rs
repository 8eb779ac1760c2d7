//! What all items come to.

use crate::{
    checklist::Item,
    rules::{EVIDENCE_INCOMPLETE, OTHER_ITEM},
    standing::{Reason, Standing},
};
use tidegate_sdk::{
    evidence::Source,
    finding::{Finding, Severity},
    report::{Outcome, Ratio, Report},
    text::{bounded, counted},
};

/// Bytes of an item's id that a message repeats, at most.
const ID_BYTES_MAX: usize = 64;

/// Counted so far. An item that does not concern this deployment leaves the count.
#[derive(Debug, Default)]
pub(crate) struct Conclusion {
    fulfilled: u64,
    not_concerned: u64,
    unmet: u64,
    open: u64,
    unfinished: u64,
    findings: Vec<Finding>,
}

impl Conclusion {
    pub(crate) fn add(&mut self, item: &Item, standing: Standing) {
        match standing {
            Standing::Fulfilled => self.fulfilled += 1,
            Standing::NotConcerned => self.not_concerned += 1,
            Standing::Unmet(reason) => {
                self.unmet += 1;
                self.findings.push(finding(item, reason).decisive());
            }
            Standing::Open(reason) => {
                self.open += 1;
                self.findings.push(finding(item, reason));
            }
        }
    }

    /// Documents that are not finished: whatever else is said, something may be missing.
    pub(crate) fn unfinished<'a>(&mut self, sources: impl Iterator<Item = &'a Source>) {
        for source in sources {
            self.unfinished += 1;
            let message = format!("document `{}` ({}) is not finished", source.name, source.format);
            let finding = Finding::new(EVIDENCE_INCOMPLETE, Severity::High, message);
            self.findings.push(finding.subject(source.name.clone()).evidence(&source.digest));
        }
    }

    /// Items that somebody stated and nobody asked for: perhaps a slip of the pen.
    pub(crate) fn strangers(&mut self, (named, count): (Vec<&str>, usize)) {
        if count == 0 {
            return;
        }
        let ids: Vec<String> =
            named.iter().map(|id| format!("`{}`", bounded((*id).to_owned(), ID_BYTES_MAX))).collect();
        let more = if count > ids.len() { format!(" and {} more", count - ids.len()) } else { String::new() };
        let message = format!("stated, but not asked for: {}{more}", ids.join(", "));
        self.findings.push(Finding::new(OTHER_ITEM, Severity::Info, message));
    }

    pub(crate) fn report(self) -> Report {
        let asked = self.fulfilled + self.unmet + self.open;
        let outcome = match &self {
            Self { open: 1.., .. } | Self { unfinished: 1.., .. } => Outcome::Inconclusive,
            Self { unmet: 1.., .. } => Outcome::Fail,
            _ if asked == 0 => Outcome::NotApplicable,
            _ => Outcome::Pass,
        };
        let score = matches!(outcome, Outcome::Pass | Outcome::Fail)
            .then_some(Ratio { numerator: self.fulfilled, denominator: asked });
        let summary = self.summary(asked);
        Report::concluded(outcome, self.findings, score).summary(summary)
    }

    fn summary(&self, asked: u64) -> String {
        let mut summary = match asked {
            0 => "no item concerns this deployment".to_owned(),
            asked => format!("{} of {} fulfilled", self.fulfilled, counted(asked, "item")),
        };
        let parts = [
            (self.unmet, "not fulfilled"),
            (self.open, "open"),
            (if asked == 0 { 0 } else { self.not_concerned }, "not concerned"),
        ];
        for (count, word) in parts.into_iter().filter(|(count, _)| *count > 0) {
            summary.push_str(&format!(", {count} {word}"));
        }
        if self.unfinished > 0 {
            summary.push_str(&format!("; {} not finished", counted(self.unfinished, "document")));
        }
        summary
    }
}

fn finding(item: &Item, reason: Reason) -> Finding {
    let finding = Finding::new(&item.rule, Severity::High, reason.message)
        .subject(item.id.clone())
        .fingerprint(item.id.clone())
        .remediation(item.remediation.clone());
    match reason.document {
        Some(digest) => finding.evidence(&digest),
        None => finding,
    }
}
