//! The checklist before a deployment: what people and systems have to vouch for.
//!
//! Items are stated as `statements`, or as facts: a flag `checklist.<item>`. Each item that the settings ask for concludes by
//! itself: it is fulfilled, does not concern this deployment, is not fulfilled (somebody said so), or is open (nobody said
//! anything that counts). Together: inconclusive when one is open (a waiver of the others' findings must not hide what nobody
//! looked at), else failed when one is not fulfilled, else passed.
//!
//! **Invariant:** what nobody stated is never fulfilled; of contradicting statements the worse counts, however old it is.
//! **Invariant:** a statement dated after the evaluation is not believed.

pub mod settings;

mod authors;
mod catalogue;
mod checklist;
mod conclusion;
mod flags;
mod heard;
mod rules;
mod standing;

use crate::{
    authors::Authors, checklist::Checklist, conclusion::Conclusion, flags::Flags, heard::Heard, settings::Settings,
    standing::Knowing,
};
use tidegate_sdk::{
    describe::{Description, Problem},
    evidence::Evidence,
    export_gate,
    gate::{Failure, Gate, Request},
    report::Report,
    settings::sentence,
};

/// The plugin.
#[derive(Debug)]
pub struct Readiness;

impl Gate for Readiness {
    type Settings = Settings;

    fn describe() -> Description {
        rules::describe()
    }

    fn problems(settings: &Settings) -> Vec<Problem> {
        Checklist::of(settings).err().unwrap_or_default()
    }

    fn evaluate(request: &Request<Settings>, evidence: &Evidence) -> Result<Report, Failure> {
        let checklist = Checklist::of(&request.settings).map_err(|all| Failure::BadSettings(sentence(&all)))?;
        let documents: Vec<_> = evidence.documents().iter().map(|doc| (doc.source(), doc.contents())).collect();
        let heard = Heard::of(&documents, request);
        let (flags, authors) = (Flags::of(&documents, request), Authors::of(&documents, request));
        let mut conclusion = Conclusion::default();
        conclusion.unfinished(documents.iter().map(|(source, _)| source).filter(|source| !source.complete));
        for item in &checklist.items {
            let known = Knowing { flags: &flags, authors: &authors, request };
            let standing = standing::of(item, heard.about(&item.id), &known);
            conclusion.add(item, standing);
        }
        conclusion.strangers(heard.strangers(&checklist));
        Ok(conclusion.report())
    }
}

export_gate!(Readiness);
