//! The documents of the stage, looked at once for all parts.

use super::{EVIDENCE_INCOMPLETE, EVIDENCE_MISSING, Listing, Part, Verdict};
use crate::{
    evidence::{Content, Document, Evidence, Source},
    finding::{Finding, Severity},
    text::counted,
};

/// Documents with their contents.
#[derive(Debug)]
pub struct Seen(Vec<(Source, Vec<Content>)>);

impl Seen {
    /// The documents bound to this evaluation.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        Self::documents(&evidence.documents())
    }

    /// These documents.
    #[must_use]
    pub fn documents(documents: &[Document]) -> Self {
        Self(documents.iter().map(|document| (document.source(), document.contents())).collect())
    }

    /// Whether there is no document at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where the documents come from.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.0.iter().map(|(source, _)| source)
    }

    /// Each document with all that it holds.
    pub fn each(&self) -> impl Iterator<Item = (&Source, &[Content])> {
        self.0.iter().map(|(source, contents)| (source, contents.as_slice()))
    }

    /// The contents of one kind, each with the document it is in.
    pub fn all<'a, T: 'a>(
        &'a self,
        kind: impl Fn(&'a Content) -> Option<&'a T> + Copy,
    ) -> impl Iterator<Item = (&'a Source, &'a T)> {
        self.0
            .iter()
            .flat_map(move |(source, contents)| contents.iter().filter_map(kind).map(move |content| (source, content)))
    }

    /// Documents that are not finished, when there are any: whatever else they hold, they allow no conclusion.
    pub fn incomplete(&self, listing: &mut Listing) -> Option<Part> {
        let unfinished: Vec<&Source> = self.sources().filter(|source| !source.complete).collect();
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
            summary: format!("{} not finished", counted(unfinished.len() as u64, "document")),
            ..Part::fulfilled(None)
        })
    }
}

/// There is no content of that kind.
#[must_use]
pub fn missing(what: &str) -> Part {
    let finding = Finding::new(EVIDENCE_MISSING, Severity::High, format!("no document of this stage holds {what}"));
    Part::inconclusive(&format!("no {what}"), finding.subject(what))
}
