//! OpenVEX v0.2.0: who says which vulnerabilities reach a product.
//!
//! A product or a part that is named by neither `@id` nor `identifiers.purl` is refused: left out, a part would make a statement
//! speak of the whole product.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    json,
    moment::document_time,
    source::{Reading, Source, empty},
    text::{Interner, bounded, quoted},
};
use serde::Deserialize;
use std::sync::Arc;
use tidegate_core::{
    evidence::{Completeness, Content, DocumentTime},
    vex::{VexProduct, VexReport, VexStatement, VexStatus},
};

const CONTEXT: &str = "https://openvex.dev/ns";

#[derive(Debug, Deserialize)]
struct Root {
    author: Option<String>,
    timestamp: Option<String>,
    tooling: Option<String>,
    statements: Vec<Said>,
}

#[derive(Debug, Deserialize)]
struct Said {
    vulnerability: Named,
    products: Option<Vec<Product>>,
    status: Status,
    justification: Option<String>,
    impact_statement: Option<String>,
    timestamp: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "an object: a text here is OpenVEX v0.0.1, and v0.2.0 is what is read")]
struct Named {
    #[serde(rename = "@id")]
    id: Option<String>,
    name: Option<String>,
    aliases: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "an object: a text here is OpenVEX v0.0.1, and v0.2.0 is what is read")]
struct Product {
    #[serde(rename = "@id")]
    id: Option<String>,
    identifiers: Option<Identifiers>,
    subcomponents: Option<Vec<Part>>,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "an object: a text here is OpenVEX v0.0.1, and v0.2.0 is what is read")]
struct Part {
    #[serde(rename = "@id")]
    id: Option<String>,
    identifiers: Option<Identifiers>,
}

#[derive(Debug, Deserialize)]
struct Identifiers {
    purl: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    NotAffected,
    Affected,
    Fixed,
    UnderInvestigation,
}

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    let version = survey.text_of("@context").and_then(|context| context.strip_prefix(CONTEXT));
    version.is_some_and(|version| version.is_empty() || version.starts_with('/'))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let root: Root = json::parse(source)?;
    let mut reader = Reader { source, texts: Interner::default() };
    let produced_at = reader.time(root.timestamp.as_deref(), "timestamp")?;
    let mut statements = Vec::new();
    for (index, said) in root.statements.iter().enumerate() {
        statements.push(reader.statement(said, &format!("statements[{index}]"), produced_at)?);
    }
    let completeness =
        if statements.is_empty() { empty("the document holds no statement") } else { Completeness::Complete };
    let mut reading = Reading::new(completeness, vec![Content::Vex(Arc::new(VexReport { statements }))]);
    reading.tool = stated(root.tooling.as_deref()).map(|tool| bounded(tool, source.limits));
    reading.author = stated(root.author.as_deref()).map(|author| bounded(author, source.limits));
    reading.produced_at = produced_at;
    Ok(reading)
}

struct Reader<'s, 'a> {
    source: &'s Source<'a>,
    /// The same products and vulnerabilities come in many statements.
    texts: Interner,
}

impl Reader<'_, '_> {
    fn statement(
        &mut self,
        said: &Said,
        path: &str,
        document: Option<DocumentTime>,
    ) -> Result<VexStatement, ReadError> {
        let named = &said.vulnerability;
        let names = [named.name.as_deref(), named.id.as_deref()].into_iter().flatten();
        let vulnerabilities = self.names(names.chain(named.aliases.iter().flatten().map(String::as_str)));
        if vulnerabilities.is_empty() {
            return Err(self.refused(format!("{path}.vulnerability"), "it has neither `name` nor `@id` nor `aliases`"));
        }
        let mut products = Vec::new();
        for (index, product) in said.products.iter().flatten().enumerate() {
            self.product(product, &format!("{path}.products[{index}]"), &mut products)?;
        }
        if products.is_empty() {
            return Err(self.refused(path.to_owned(), "the statement has no `products`"));
        }
        let reasons = [said.justification.as_deref(), said.impact_statement.as_deref()];
        let reasons: Vec<&str> = reasons.into_iter().filter_map(stated).collect();
        if matches!(said.status, Status::NotAffected) && reasons.is_empty() {
            let what = "`not_affected` needs a `justification` or an `impact_statement`";
            return Err(self.refused(path.to_owned(), what));
        }
        let own = self.time(said.timestamp.as_deref(), &format!("{path}.timestamp"))?;
        Ok(VexStatement {
            vulnerabilities,
            products,
            status: status(said.status),
            justification: self.texts.bounded(&reasons.join(": "), self.source.limits),
            at: own.or(document).map(|time| time.at),
        })
    }

    /// One for each of its names, all with the same parts.
    fn product(&mut self, product: &Product, path: &str, products: &mut Vec<VexProduct>) -> Result<(), ReadError> {
        let mut parts: Vec<Arc<str>> = Vec::new();
        for (index, part) in product.subcomponents.iter().flatten().enumerate() {
            let path = || format!("{path}.subcomponents[{index}]");
            parts.extend(self.identified(part.id.as_deref(), part.identifiers.as_ref(), path)?);
        }
        let ids = self.identified(product.id.as_deref(), product.identifiers.as_ref(), || path.to_owned())?;
        products.extend(ids.into_iter().map(|id| VexProduct { id, parts: parts.clone() }));
        Ok(())
    }

    fn identified(
        &mut self,
        id: Option<&str>,
        identifiers: Option<&Identifiers>,
        path: impl Fn() -> String,
    ) -> Result<Vec<Arc<str>>, ReadError> {
        let purl = identifiers.and_then(|identifiers| identifiers.purl.as_deref());
        let names = self.names([id, purl].into_iter().flatten());
        if names.is_empty() {
            return Err(self.refused(path(), "it has neither `@id` nor `identifiers.purl`; other names are not read"));
        }
        Ok(names)
    }

    /// Without those that say nothing or repeat the one before.
    fn names<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = Vec::new();
        for text in texts.filter_map(|text| stated(Some(text))) {
            let name = self.texts.bounded(text, self.source.limits);
            // Compared with all before it, a long list of aliases would cost the square of its length.
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The latest statement counts, so a time that cannot be read is not passed over.
    fn time(&self, text: Option<&str>, path: &str) -> Result<Option<DocumentTime>, ReadError> {
        let Some(text) = stated(text) else { return Ok(None) };
        match document_time(text) {
            Some(time) => Ok(Some(time)),
            None => Err(self.refused(path.to_owned(), &format!("{} is not a time", quoted(text)))),
        }
    }

    fn refused(&self, path: String, what: &str) -> ReadError {
        self.source.malformed(Place::Value { path, at: None }, what)
    }
}

fn stated(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn status(status: Status) -> VexStatus {
    match status {
        Status::NotAffected => VexStatus::NotAffected,
        Status::Affected => VexStatus::Affected,
        Status::Fixed => VexStatus::Fixed,
        Status::UnderInvestigation => VexStatus::UnderInvestigation,
    }
}
