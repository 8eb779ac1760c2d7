//! in-toto Statements, v0.1 and v1: which artifacts a predicate speaks of, and the predicate.
//!
//! Known predicates are read: SLSA provenance, test results, and documents of formats that are read for themselves. Of any other
//! predicate the host knows no more than whom it is by and what it speaks of: that is kept, without contents, for a plugin that
//! knows the predicate. A rule that looks for contents finds none, and cannot be satisfied by it.

mod slsa;
mod slsa_v02;
mod source_of;
mod test_result;

use super::formats;
use crate::{
    detect::Head,
    error::{Place, ReadError},
    json,
    signing::PAYLOAD_TYPE_PREFIX,
    source::{Reading, Source},
    subjects::distinct,
    text::{bounded, quoted},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use tidegate_core::{digest::Digest, evidence::Completeness};

pub(super) const NAME: &str = "in-toto";

const STATEMENT: &str = "https://in-toto.io/Statement/";
const VERSIONS: &[&str] = &["https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1"];

/// Predicates that are documents of formats that are read. A version may follow.
const DOCUMENTS: &[(&str, &str)] = &[
    ("https://openvex.dev/ns", "openvex"),
    ("https://cyclonedx.org/bom", "cyclonedx"),
    ("https://spdx.dev/Document", "spdx"),
];

#[derive(Debug, Deserialize)]
struct Statement<'a> {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    #[serde(borrow)]
    predicate: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Subject {
    digest: DigestSet,
}

/// Digests by the names of their algorithms.
type DigestSet = BTreeMap<String, String>;

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    survey.text_of("_type").is_some_and(|kind| kind.starts_with(STATEMENT))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let statement: Statement<'_> = json::parse(source)?;
    if !VERSIONS.contains(&statement.kind.as_str()) {
        let what = format!("{} is not read; expected `{}`", quoted(&statement.kind), VERSIONS.join("` or `"));
        return Err(refused(source, "_type", &what));
    }
    let (subjects, commits) = subjects(&statement, source)?;
    let mut reading = read_predicate(&statement, source)?;
    reading.subjects = distinct(reading.subjects.into_iter().chain(subjects));
    // A statement about several commits speaks of no single one.
    let mut commits = commits.into_iter();
    if let (None, Some(only), None) = (&reading.revision, commits.next(), commits.next()) {
        reading.revision = Some(bounded(&only, source.limits));
    }
    Ok(reading)
}

fn read_predicate(statement: &Statement<'_>, source: &Source<'_>) -> Result<Reading, ReadError> {
    let Some(reader) = reader(&statement.predicate_type) else {
        // A name that is meant for a format of ours and is none is a slip of the pen, not a predicate of somebody else's.
        if statement.predicate_type.starts_with(PAYLOAD_TYPE_PREFIX) {
            let what = format!("{} names no format that a predicate can have", quoted(&statement.predicate_type));
            return Err(refused(source, "predicateType", &what));
        }
        return Ok(Reading::new(Completeness::Complete, Vec::new()));
    };
    let Some(predicate) = statement.predicate else {
        return Err(refused(source, "predicate", "the statement has none, and its type asks for one"));
    };
    let inside = Source { format: reader.format, ..Source::new(predicate.get().as_bytes(), source.limits) };
    (reader.read)(&inside).map_err(|error| refused(source, "predicate", &error.to_string()))
}

struct Reader {
    /// What its errors begin with.
    format: Option<&'static str>,
    read: fn(&Source<'_>) -> Result<Reading, ReadError>,
}

/// What reads predicates of this type. Statements inside statements are not read.
fn reader(kind: &str) -> Option<Reader> {
    match kind {
        slsa::PREDICATE => return Some(Reader { format: None, read: slsa::read }),
        slsa_v02::PREDICATE => return Some(Reader { format: None, read: slsa_v02::read }),
        test_result::PREDICATE => return Some(Reader { format: None, read: test_result::read }),
        _ => {}
    }
    let is_version = |rest: &str| rest.is_empty() || rest.starts_with('/');
    let known = DOCUMENTS.iter().find(|(begin, _)| kind.strip_prefix(begin).is_some_and(is_version));
    let name = known.map(|(_, name)| *name).or_else(|| kind.strip_prefix(PAYLOAD_TYPE_PREFIX))?;
    let closed = [NAME, super::dsse::NAME, super::OPAQUE];
    let format = formats().iter().find(|format| format.name == name && !closed.contains(&format.name))?;
    Some(Reader { format: Some(format.name), read: format.read })
}

/// The artifacts, and the commits, that the statement names.
fn subjects(statement: &Statement<'_>, source: &Source<'_>) -> Result<(BTreeSet<Digest>, BTreeSet<String>), ReadError> {
    if statement.subject.is_empty() {
        return Err(refused(source, "subject", "the statement has no subject, so it speaks of nothing"));
    }
    let (mut digests, mut commits) = (BTreeSet::new(), BTreeSet::new());
    for (index, subject) in statement.subject.iter().enumerate() {
        if let Some(hex) = subject.digest.get("sha256") {
            let digest = sha256(hex).ok_or_else(|| {
                let what = format!("{} is not a digest: expected 64 hexadecimal digits", quoted(hex));
                refused(source, &format!("subject[{index}].digest.sha256"), &what)
            })?;
            digests.insert(digest);
        }
        commits.extend(commit(&subject.digest).map(str::to_owned));
    }
    Ok((digests, commits))
}

fn sha256(hex: &str) -> Option<Digest> {
    Digest::parse(&format!("sha256:{hex}")).ok()
}

/// `sha1` is what older producers call a commit of git.
fn commit(digests: &DigestSet) -> Option<&str> {
    digests.get("gitCommit").or_else(|| digests.get("sha1")).map(String::as_str).filter(|commit| !commit.is_empty())
}

fn refused(source: &Source<'_>, path: &str, what: &str) -> ReadError {
    source.malformed(Place::Value { path: path.to_owned(), at: None }, what)
}
