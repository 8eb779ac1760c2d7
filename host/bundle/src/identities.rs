//! Who others vouch for: issuers of identity tokens with the rules by which their claims are believed, and people with the names that
//! they have here and there.
//!
//! **Invariant:** a rule names what cannot be renamed (a repository's or project's number, a subject); a program's rule also names the
//! ref, environment or workflow. **Invariant:** no name, subject or login is two people's.

pub mod people;
mod rules;

pub use rules::{ClaimMatch, Pattern, Rule, RuleGrant};

use self::people::{People, Person};
use crate::{
    document::{Mistake, Mistakes, Position, Positions, examine, nearest, quoted, steers},
    duration,
};
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
    time::Duration,
};

/// The published JSON Schema of such a file.
pub const IDENTITIES_SCHEMA: &str = include_str!("../../../policies/schema/identities.schema.json");
/// From a token's issue to its expiry, where an issuer's entry says nothing.
const LIFETIME_DEFAULT: Duration = Duration::from_secs(3600);

/// The schema is a part of this program; that it is JSON is tested, and without it no file is accepted.
static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(IDENTITIES_SCHEMA).unwrap_or(Value::Bool(false)));

/// Issuers and people; none, where there is no file of them.
#[derive(Debug, Clone, Default)]
pub struct Identities {
    positions: Option<Arc<Positions>>,
    issuers: Vec<Issuer>,
    people: People,
}

/// Somebody who signs identity tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// By what it is called here.
    pub id: Arc<str>,
    /// What `iss` says, to the letter.
    pub issuer: String,
    /// What its claims mean.
    pub kind: IssuerKind,
    /// `aud` holds one of them.
    pub audiences: Vec<String>,
    /// Signature algorithms, by their JOSE names; asymmetric ones only.
    pub algorithms: Vec<String>,
    /// Where its keys are.
    pub keys: KeySource,
    /// From a token's issue to its expiry, at most.
    pub lifetime_max: Duration,
    /// Claims that every token of it has.
    pub required: Vec<ClaimMatch>,
    /// Which claims say what is deployed.
    pub claims: ClaimNames,
    /// What its tokens are good for; the first rule that fits counts.
    pub rules: Vec<Rule>,
}

/// What an issuer's claims mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerKind {
    /// Runs of GitHub Actions.
    GithubActions,
    /// Jobs of GitLab.
    Gitlab,
    /// Anything else: people and programs by their subject.
    Generic,
}

impl IssuerKind {
    /// The claim that says who somebody is and that nobody can rename.
    #[must_use]
    pub fn immutable(self) -> &'static str {
        match self {
            Self::GithubActions => "repository_id",
            Self::Gitlab => "project_id",
            Self::Generic => "sub",
        }
    }
}

/// Where an issuer's keys are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeySource {
    /// A file with a JSON Web Key Set; a relative path was resolved from the policy file's folder.
    File(PathBuf),
    /// A destination of the configuration's `egress`, and path segments after its base.
    Egress {
        /// The destination's name.
        destination: String,
        /// Below its base.
        path: Vec<String>,
    },
}

/// Which claims say what is deployed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimNames {
    /// Where.
    pub environment: Option<String>,
    /// What: the one service.
    pub service: Option<String>,
    /// Whose commit.
    pub repository: Option<String>,
    /// Which commit.
    pub commit: Option<String>,
    /// Which branch or tag.
    #[serde(rename = "ref")]
    pub ref_name: Option<String>,
}

impl ClaimNames {
    fn of(kind: IssuerKind) -> Self {
        let named = |repository: &str, ref_name: &str| Self {
            environment: Some("environment".to_owned()),
            service: None,
            repository: Some(repository.to_owned()),
            commit: Some("sha".to_owned()),
            ref_name: Some(ref_name.to_owned()),
        };
        match kind {
            IssuerKind::GithubActions => named("repository", "ref"),
            IssuerKind::Gitlab => named("project_path", "ref_path"),
            IssuerKind::Generic => Self::default(),
        }
    }
}

#[derive(Debug, Deserialize)]
struct Raw {
    #[serde(rename = "identities")]
    name: String,
    owner: Option<String>,
    #[serde(default)]
    issuers: Vec<RawIssuer>,
    #[serde(default)]
    people: Vec<Person>,
}

#[derive(Debug, Deserialize)]
struct RawIssuer {
    id: String,
    issuer: String,
    kind: IssuerKind,
    audience: Vec<String>,
    algorithms: Vec<String>,
    jwks: RawKeys,
    lifetime_max: Option<String>,
    #[serde(default)]
    required_claims: BTreeMap<String, rules::RawMatch>,
    claims: Option<ClaimNames>,
    rules: Vec<rules::RawRule>,
}

#[derive(Debug, Deserialize)]
struct RawKeys {
    file: Option<PathBuf>,
    egress: Option<String>,
    #[serde(default)]
    path: Vec<String>,
}

/// Whether a file with these keys is one of identities.
pub(crate) fn is_identities(keys: &[String]) -> bool {
    let has = |name: &str| keys.iter().any(|key| key == name);
    has("identities") || (has("issuers") && !has("policy_set"))
}

/// Reads such a file, or says everything that is wrong with it.
pub fn read_identities(path: &Path, text: &str) -> Result<Identities, Vec<Mistake>> {
    let found = examine::<Raw>(text, &path.display().to_string(), &SCHEMA);
    let mut mistakes = found.mistakes;
    let Some((raw, positions)) = found.read else { return Err(mistakes.sorted()) };
    let mut reader = Reader { positions: &positions, mistakes: &mut mistakes };
    reader.line("/identities", &raw.name);
    raw.owner.iter().for_each(|owner| reader.line("/owner", owner));
    let folder = path.parent().unwrap_or(Path::new(""));
    let issuers = reader.issuers(&raw.issuers, folder);
    let people = people::read(&mut reader, raw.people, &issuers);
    let identities = Identities { positions: Some(Arc::new(positions)), issuers, people };
    if mistakes.is_empty() { Ok(identities) } else { Err(mistakes.sorted()) }
}

/// The one file of all, an empty one where there is none.
pub(crate) fn only(all: Vec<Identities>) -> Result<Identities, Mistake> {
    let mut all = all.into_iter();
    let Some(first) = all.next() else { return Ok(Identities::default()) };
    let Some(second) = all.next() else { return Ok(first) };
    let file = first.positions.as_ref().map_or("", |positions| positions.file());
    let hint = "put both into one file: who is who is decided in one place";
    Err(second.mistake("", format!("a second file of identities: the first is {file}"), Some(hint)))
}

impl Identities {
    /// Those who sign identity tokens, in the order of the file.
    #[must_use]
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }

    /// Who is the same person.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// Keys that lie behind a destination that is none of these.
    #[must_use]
    pub fn unknown_destinations(&self, known: &BTreeSet<String>) -> Vec<Mistake> {
        let unknown = |(index, issuer): (usize, &Issuer)| match &issuer.keys {
            KeySource::Egress { destination, .. } if !known.contains(destination) => {
                let near = nearest(destination, known.iter().map(String::as_str));
                let hint = near.map(|near| format!("did you mean `{near}`?"));
                let message = format!("the configuration has no `egress` destination {}", quoted(destination));
                Some(self.mistake(&format!("/issuers/{index}/jwks/egress"), message, hint.as_deref()))
            }
            KeySource::Egress { .. } | KeySource::File(_) => None,
        };
        self.issuers.iter().enumerate().filter_map(unknown).collect()
    }

    /// Something that is wrong with this file, at its place.
    #[must_use]
    pub fn mistake(&self, pointer: &str, message: String, hint: Option<&str>) -> Mistake {
        let at = self.positions.as_ref().map(|positions| (positions.file().to_owned(), positions.at(pointer)));
        let (file, Position { line, column }) = at.unwrap_or((String::new(), Position { line: 1, column: 1 }));
        Mistake { file, line, column, pointer: pointer.to_owned(), message, hint: hint.map(str::to_owned) }
    }
}

pub(crate) struct Reader<'a> {
    positions: &'a Positions,
    mistakes: &'a mut Mistakes,
}

impl Reader<'_> {
    fn mistake(&mut self, pointer: &str, message: impl Into<String>, hint: Option<&str>) {
        let at = self.positions.at(pointer);
        self.mistakes.push_if_first(at, pointer.to_owned(), message.into(), hint.map(str::to_owned));
    }

    fn line(&mut self, pointer: &str, text: &str) {
        if text.chars().any(steers) {
            self.mistake(pointer, format!("{} holds a control character", quoted(text)), None);
        }
    }

    fn issuers(&mut self, raw: &[RawIssuer], folder: &Path) -> Vec<Issuer> {
        let (mut ids, mut urls) = (BTreeSet::new(), BTreeSet::new());
        let mut issuers = Vec::with_capacity(raw.len());
        for (index, one) in raw.iter().enumerate() {
            let pointer = format!("/issuers/{index}");
            if !ids.insert(one.id.as_str()) {
                self.mistake(&format!("{pointer}/id"), format!("{} is defined twice", quoted(&one.id)), None);
            }
            if !urls.insert(one.issuer.as_str()) {
                let hint = Some("put the rules of both into one entry");
                self.mistake(&format!("{pointer}/issuer"), format!("{} is defined twice", quoted(&one.issuer)), hint);
            }
            issuers.extend(self.issuer(&pointer, one, folder));
        }
        issuers
    }

    fn issuer(&mut self, pointer: &str, raw: &RawIssuer, folder: &Path) -> Option<Issuer> {
        self.line(&format!("{pointer}/issuer"), &raw.issuer);
        let keys = match (&raw.jwks.file, &raw.jwks.egress) {
            (Some(file), None) if raw.jwks.path.is_empty() => Some(KeySource::File(folder.join(file))),
            (None, Some(destination)) => {
                Some(KeySource::Egress { destination: destination.clone(), path: raw.jwks.path.clone() })
            }
            _ => {
                let hint = Some("either `file`, or `egress` with the `path` below it");
                self.mistake(&format!("{pointer}/jwks"), "where the keys are is not said, or said twice", hint);
                None
            }
        };
        let at = format!("{pointer}/lifetime_max");
        let lifetime_max = match raw.lifetime_max.as_deref().map(duration::parse) {
            None => LIFETIME_DEFAULT,
            Some(Ok(span)) => span,
            Some(Err(error)) => {
                self.mistake(&at, error.to_string(), None);
                LIFETIME_DEFAULT
            }
        };
        let required = rules::matches(self, &format!("{pointer}/required_claims"), &raw.required_claims);
        let rules = rules::rules(self, &format!("{pointer}/rules"), &raw.rules, raw.kind);
        Some(Issuer {
            id: Arc::from(raw.id.as_str()),
            issuer: raw.issuer.clone(),
            kind: raw.kind,
            audiences: raw.audience.clone(),
            algorithms: raw.algorithms.clone(),
            keys: keys?,
            lifetime_max,
            required,
            claims: raw.claims.clone().unwrap_or_else(|| ClaimNames::of(raw.kind)),
            rules,
        })
    }
}
