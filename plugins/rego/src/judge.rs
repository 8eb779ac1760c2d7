//! From a request and its evidence to a report.

mod hits;
mod modules;
mod templates;
mod verdict;

use crate::{
    compile::Compiled,
    documents::{Parsed, named, parsed},
    engine::steps,
    settings::{Need, Settings},
};
use tidegate_sdk::{
    evidence::{Document, Evidence},
    gate::{Failure, Request},
    log::{self, Level},
    report::Report,
    settings::sentence,
};

/// Documents that are named when they are wrong, at most.
const NAMED_MAX: usize = 20;
/// Lines of `print` that are handed on, at most.
const PRINTS_MAX: usize = 100;

pub(crate) fn judge(request: &Request<Settings>, evidence: &Evidence) -> Result<Report, Failure> {
    steps::begin();
    let compiled = request.settings.take_compiled();
    let compiled = compiled.map_err(|problems| Failure::BadSettings(sentence(&problems)))?;
    let documents = evidence.documents();
    if documents.is_empty() && request.settings.evidence == Need::Required {
        let why = "there is no document for the rules to look at".to_owned();
        return Err(Failure::BadEvidence(why));
    }
    let unfinished = documents.iter().map(Document::source).filter(|source| !source.complete);
    listed(unfinished.map(|source| format!("{} is not finished", named(&source))).collect())?;
    let (report, prints) = match compiled {
        Compiled::Modules(rules, asked) => modules::judge(request, &documents, *rules, &asked)?,
        Compiled::Templates(gatekeeper) => templates::judge(request, &documents, gatekeeper)?,
    };
    for line in prints.iter().take(PRINTS_MAX) {
        log::write(Level::Info, line);
    }
    Ok(report)
}

/// Every document as JSON, or what is wrong with those that are none.
fn all_parsed<'a>(documents: impl IntoIterator<Item = &'a Document>) -> Result<Vec<Parsed>, Failure> {
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for document in documents {
        match parsed(document) {
            Ok(parsed) => read.push(parsed),
            Err(why) => wrong.push(why),
        }
    }
    listed(wrong)?;
    Ok(read)
}

/// An error that names each of these documents.
fn listed(wrong: Vec<String>) -> Result<(), Failure> {
    if wrong.is_empty() {
        return Ok(());
    }
    let more = wrong.len().saturating_sub(NAMED_MAX);
    let mut said = wrong.into_iter().take(NAMED_MAX).collect::<Vec<_>>().join("; ");
    if more > 0 {
        said.push_str(&format!("; and {more} more"));
    }
    Err(Failure::BadEvidence(said))
}
