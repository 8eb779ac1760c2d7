//! The documents of the stage, looked at once for all parts.

use crate::{
    listing::Listing,
    part::{Part, Verdict},
    rules::{EVIDENCE_INCOMPLETE, EVIDENCE_MISSING},
};
use tidegate_sdk::{
    evidence::{Content, Evidence, Source},
    finding::{Finding, Severity},
    text::counted,
};

/// Documents with their contents.
#[derive(Debug)]
pub(crate) struct Seen(Vec<(Source, Vec<Content>)>);

impl Seen {
    pub(crate) fn of(evidence: &Evidence) -> Self {
        Self(evidence.documents().iter().map(|document| (document.source(), document.contents())).collect())
    }

    /// The contents of one kind, each with the document it is in.
    pub(crate) fn all<'a, T: 'a>(
        &'a self,
        kind: impl Fn(&'a Content) -> Option<&'a T> + Copy,
    ) -> impl Iterator<Item = (&'a Source, &'a T)> {
        self.0
            .iter()
            .flat_map(move |(source, contents)| contents.iter().filter_map(kind).map(move |content| (source, content)))
    }
}

/// There is no content of that kind.
pub(crate) fn missing(what: &str) -> Part {
    let finding = Finding::new(EVIDENCE_MISSING, Severity::High, format!("no document of this stage holds {what}"));
    Part::inconclusive(&format!("no {what}"), finding.subject(what))
}

/// Documents that are not finished, when there are any: whatever else they hold, they allow no conclusion.
pub(crate) fn incomplete(seen: &Seen, listing: &mut Listing) -> Option<Part> {
    let unfinished: Vec<&Source> = seen.0.iter().map(|(source, _)| source).filter(|source| !source.complete).collect();
    for source in &unfinished {
        let message = format!(
            "document `{}` ({}) is not finished, or cannot tell a clean result from none",
            source.name, source.format
        );
        let finding = Finding::new(EVIDENCE_INCOMPLETE, Severity::High, message);
        listing.push(finding.subject(source.name.clone()).evidence(&source.digest));
    }
    (!unfinished.is_empty()).then(|| Part {
        verdict: Verdict::Inconclusive,
        share: None,
        stated: vec![],
        summary: format!("{} not finished", counted(unfinished.len() as u64, "document")),
    })
}
