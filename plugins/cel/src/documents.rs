//! The documents of a stage, and those of the baseline: by position and by name, read as far as expressions look at them.

pub(crate) mod document;
pub(crate) mod part;

use crate::values::{self, Owned, moment::moment, record::Record};
use cel_rust::{Env, ExecutionError};
use document::DocumentValue;
use std::collections::BTreeMap;
use tidegate_sdk::evidence::{Content, Document, Source};

/// Some documents.
pub(crate) struct Shelf(Vec<Shown>);

struct Shown {
    document: Document,
    source: Source,
    contents: Option<Vec<Content>>,
    value: DocumentValue,
}

impl Shelf {
    pub(crate) fn of(documents: Vec<Document>, env: &Env) -> Result<Self, ExecutionError> {
        let shown = |document: Document| {
            let source = document.source();
            let value = DocumentValue::new(of_source(&source, env)?);
            Ok(Shown { document, source, contents: None, value })
        };
        documents.into_iter().map(shown).collect::<Result<_, ExecutionError>>().map(Self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn sources(&self) -> impl Iterator<Item = &Source> {
        self.0.iter().map(|shown| &shown.source)
    }

    /// All of them, in the host's order.
    pub(crate) fn list(&self) -> Owned {
        values::list(self.0.iter().map(|shown| Box::new(shown.value.clone()) as Owned).collect())
    }

    /// Those of each name.
    pub(crate) fn by_name(&self) -> Owned {
        let mut names: BTreeMap<String, Vec<Owned>> = BTreeMap::new();
        for shown in &self.0 {
            names.entry(shown.source.name.clone()).or_default().push(Box::new(shown.value.clone()));
        }
        names.into_iter().map(|(name, documents)| (name, values::list(documents))).collect::<Record>().boxed()
    }

    /// Reads what was looked at, of every document of that name; says whether there was anything.
    pub(crate) fn read_wanted(&mut self, env: &Env) -> bool {
        let mut wanted: BTreeMap<String, u16> = BTreeMap::new();
        for shown in self.0.iter().filter(|shown| shown.value.wanted() != 0) {
            *wanted.entry(shown.source.name.clone()).or_default() |= shown.value.wanted();
        }
        for shown in &mut self.0 {
            let Some(parts) = wanted.get(&shown.source.name) else { continue };
            let contents = shown.contents.get_or_insert_with(|| shown.document.contents());
            shown.value.fill(*parts, |part| part.read(&shown.document, contents, env));
        }
        !wanted.is_empty()
    }
}

fn of_source(source: &Source, env: &Env) -> Result<Record, ExecutionError> {
    let optional = |text: &Option<String>| text.as_deref().map(values::text);
    Ok(Record::of([
        ("name", Some(values::text(&source.name))),
        ("service", optional(&source.service)),
        ("format", Some(values::text(&source.format))),
        ("digest", Some(values::text(&source.digest))),
        ("tool", optional(&source.tool)),
        ("author", optional(&source.author)),
        ("produced_at", source.produced_at.map(|at| moment(env, at)).transpose()?),
        ("subjects", Some(values::texts(&source.subjects))),
        ("signer", optional(&source.signer)),
        ("complete", Some(values::flag(source.complete))),
    ]))
}
