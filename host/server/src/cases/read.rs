//! Folders of cases: each folder with a `case.yaml`, its `deployment.json` and its `evidence/`; in `before/` the same of what is deployed.

use super::expected::Expected;
use crate::{
    folder::{self, FolderError},
    gate::submission::{Submission, Upload},
};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::LazyLock,
};
use tidegate_bundle::document::{self, Mistake};
use tidegate_core::time::Timestamp;

/// The published JSON Schema of a case.
pub const CASE_SCHEMA: &str = include_str!("../../../../policies/schema/case.schema.json");
/// Cases of one run, at most.
pub const CASES_MAX: usize = 10_000;
/// Folders inside each other, at most.
const DEPTH_MAX: usize = 8;
/// The file that makes a folder a case.
pub(crate) const FILE: &str = "case.yaml";
/// The folder of a case with the last deployment that succeeded by the rules.
const BEFORE: &str = "before";

/// The schema is a part of this program; that it is JSON is tested, and without it no case is accepted.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(CASE_SCHEMA).unwrap_or(Value::Bool(false)));

/// A case as it lies in its folder.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it shows, in a sentence.
    pub description: String,
    /// The moment as of which it is judged.
    pub at: Timestamp,
    /// What to ask.
    pub submission: Submission,
    /// What was asked for when its services were last deployed there and it succeeded by the rules; without it they never were.
    pub before: Option<Submission>,
    /// Names whose documents count as stated to the gate by a person.
    pub stated: Vec<String>,
    /// What should come of it.
    pub expected: Expected,
}

#[derive(Debug, Deserialize)]
struct File {
    description: String,
    at: String,
    #[serde(default)]
    skip: Vec<String>,
    #[serde(default)]
    format: BTreeMap<String, String>,
    #[serde(default)]
    produced_at: BTreeMap<String, String>,
    #[serde(default)]
    stated: Vec<String>,
    expect: Expected,
}

/// Why cases cannot be found.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// A folder.
    #[error("cannot read `{}`: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Nothing to run: more likely a mistake than a wish to test nothing.
    #[error("`{}` holds no folder with a `case.yaml`", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// Over the limit.
    #[error("cases: {used} used, {CASES_MAX} allowed")]
    TooMany {
        /// Cases found.
        used: usize,
    },
    /// Over the limit.
    #[error("`{}` is nested too deep: {} levels used, {DEPTH_MAX} allowed", path.display(), DEPTH_MAX + 1)]
    TooDeep {
        /// The folder.
        path: PathBuf,
    },
}

/// Why a case cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// Its `case.yaml`, every mistake.
    #[error("{}", .0.iter().map(|mistake| mistake.to_string().replace('\n', "; ")).collect::<Vec<_>>().join("; "))]
    Mistakes(Vec<Mistake>),
    /// A file of it.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// It speaks of evidence that it does not have.
    #[error("`{key}` speaks of evidence `{name}`, of which there is no document")]
    NoEvidence {
        /// Where it does.
        key: &'static str,
        /// As it calls it.
        name: String,
    },
    /// A gate's case, and nothing to judge it by.
    #[error("is a deployment to judge, and there are no policies to judge it by")]
    NoPolicies,
    /// What it asks cannot be asked.
    #[error("{0}")]
    Deployment(String),
    /// Nothing is compared with what is deployed elsewhere.
    #[error(
        "`{BEFORE}/deployment.json` is of environment `{before}`, and the case of `{environment}`: nothing would be compared with it"
    )]
    Elsewhere {
        /// Where it was deployed before.
        before: String,
        /// Where it is to be deployed.
        environment: String,
    },
}

/// The folders of the cases, sorted.
pub fn folders(path: &Path) -> Result<Vec<PathBuf>, CasesError> {
    let mut found = Vec::new();
    collect(path, 0, &mut found)?;
    found.sort();
    match found.len() {
        0 => Err(CasesError::Empty { path: path.to_owned() }),
        used if used > CASES_MAX => Err(CasesError::TooMany { used }),
        _ => Ok(found),
    }
}

/// A case's own folders hold its documents, not further cases.
fn collect(path: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), CasesError> {
    let failed = |source| CasesError::Io { path: path.to_owned(), source };
    if path.join(FILE).is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    if depth > DEPTH_MAX {
        return Err(CasesError::TooDeep { path: path.to_owned() });
    }
    for entry in fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            collect(&path, depth + 1, found)?;
        }
    }
    Ok(())
}

/// Reads a case's folder.
pub fn read(path: &Path) -> Result<Case, CaseError> {
    let file = path.join(FILE);
    let text = fs::read_to_string(&file).map_err(|source| FolderError::Read { path: file.clone(), source })?;
    let (read, positions) =
        document::read::<File>(&text, &file.display().to_string(), &SCHEMA).map_err(CaseError::Mistakes)?;
    let at = Timestamp::parse(&read.at).map_err(|error| {
        let place = positions.at("/at");
        CaseError::Mistakes(vec![Mistake {
            file: positions.file().to_owned(),
            line: place.line,
            column: place.column,
            pointer: "/at".to_owned(),
            message: error.to_string(),
            hint: Some("e.g. `2027-03-31T14:30:00Z`".to_owned()),
        }])
    })?;
    let mut submission = folder::submission_of(path, read.skip)?;
    said_of(&mut submission, "format", &read.format, |upload, format| upload.format = Some(format.to_owned()))?;
    said_of(&mut submission, "produced_at", &read.produced_at, |upload, at| upload.produced_at = Some(at.to_owned()))?;
    if let Some(name) = read.stated.iter().find(|name| !submission.evidence.iter().any(|upload| upload.name == **name))
    {
        return Err(CaseError::NoEvidence { key: "stated", name: name.clone() });
    }
    let before = before(path, &submission.deployment.environment)?;
    Ok(Case { description: read.description, at, submission, before, stated: read.stated, expected: read.expect })
}

/// What the case says of the documents under a name; a name without any is a typing mistake.
fn said_of(
    submission: &mut Submission,
    key: &'static str,
    said: &BTreeMap<String, String>,
    say: impl Fn(&mut Upload, &str),
) -> Result<(), CaseError> {
    for (name, text) in said {
        let mut documents = submission.evidence.iter_mut().filter(|upload| upload.name == *name).peekable();
        if documents.peek().is_none() {
            return Err(CaseError::NoEvidence { key, name: name.clone() });
        }
        documents.for_each(|upload| say(upload, text));
    }
    Ok(())
}

fn before(path: &Path, environment: &str) -> Result<Option<Submission>, CaseError> {
    let folder = path.join(BEFORE);
    if !folder.is_dir() {
        return Ok(None);
    }
    let before = folder::submission_of(&folder, Vec::new())?;
    if before.deployment.environment != environment {
        let environment = environment.to_owned();
        return Err(CaseError::Elsewhere { before: before.deployment.environment, environment });
    }
    Ok(Some(before))
}
