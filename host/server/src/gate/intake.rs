//! From uploads to evidence: archives unpacked, documents read once, every mistake named with its place.

use crate::{
    api::problem::PlacedError,
    gate::{
        error::{GateError, placed},
        parse_cache::{Cached, ParseCache},
        settings::GateSettings,
        submission::Upload,
    },
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{
    digest::Digest,
    evidence::{Document, Evidence},
    name::{EvidenceName, ServiceName},
    signer::Signers,
    time::Timestamp,
};

/// An upload whose bytes are at hand, or that was parsed before.
#[derive(Debug)]
pub struct Fetched {
    /// As it was handed in.
    pub upload: Upload,
    /// What the gate has of it.
    pub body: Body,
}

/// What the gate has of an upload.
#[derive(Debug, Clone)]
pub enum Body {
    /// Bytes; received at that moment when they were uploaded apart, with this request otherwise.
    Bytes(Arc<[u8]>, Option<Timestamp>),
    /// Parsed before.
    Parsed(Cached),
}

impl Body {
    /// Bytes that it weighs.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes, _) => bytes.len() as u64,
            Self::Parsed(cached) => cached.document.bytes.len() as u64,
        }
    }
}

/// What all documents of one decision may weigh together.
#[derive(Debug)]
pub struct Budget {
    used: u64,
    allowed: u64,
}

impl Budget {
    /// So many bytes.
    #[must_use]
    pub fn new(allowed: u64) -> Self {
        Self { used: 0, allowed }
    }

    /// Takes some, or says both numbers.
    pub fn take(&mut self, bytes: u64) -> Result<(), GateError> {
        self.used = self.used.saturating_add(bytes);
        if self.used > self.allowed {
            return Err(GateError::TooLarge {
                what: "bytes of all documents".to_owned(),
                used: self.used,
                allowed: self.allowed,
            });
        }
        Ok(())
    }
}

/// Limits of taking evidence in.
#[derive(Debug, Clone)]
pub struct IntakeLimits {
    /// Of reading one document or archive.
    pub read: tidegate_evidence::Limits,
    /// Documents of one deployment.
    pub documents_max: usize,
    /// Bytes of all documents of one deployment, unpacked.
    pub evidence_bytes: u64,
}

impl IntakeLimits {
    /// Those of the gate's settings.
    #[must_use]
    pub fn of(settings: &GateSettings) -> Self {
        Self {
            read: settings.read.clone(),
            documents_max: settings.documents_max,
            evidence_bytes: settings.evidence_bytes,
        }
    }
}

/// Documents that cannot be read and are named; the ones after them are not read any more, so that a request of nothing but
/// strangers' envelopes does not keep the gate busy with their signatures.
const UNREADABLE_MAX: usize = 100;

/// One document of an upload, before it is read.
struct Part {
    place: String,
    bytes: Arc<[u8]>,
    in_archive: bool,
}

/// What documents are read with.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Parsed documents.
    pub cache: &'a ParseCache,
    /// How much they may cost.
    pub limits: &'a IntakeLimits,
    /// Whose signatures count: those of the policy set by which they will be judged.
    pub signers: &'a Signers,
}

/// Reads uploads. Every mistake of all uploads at once.
pub fn intake(fetched: Vec<Fetched>, reading: &Reading<'_>, now: Timestamp) -> Result<Vec<Evidence>, GateError> {
    let limits = reading.limits;
    let mut taken = Taken { evidence: Vec::new(), places: Vec::new(), malformed: Vec::new(), unreadable: Vec::new() };
    let mut budget = Budget::new(limits.evidence_bytes);
    for item in fetched {
        if taken.is_hopeless() {
            break;
        }
        let before = taken.evidence.len();
        take(item, reading, now, &mut taken);
        // An archive weighs what it holds; the next one is not unpacked when there is no room for it.
        let weight = taken.evidence.iter().skip(before).map(|evidence| evidence.document.bytes.len() as u64).sum();
        budget.take(weight)?;
        let used = taken.evidence.len();
        if used > limits.documents_max {
            return Err(GateError::TooLarge {
                what: "documents".to_owned(),
                used: used as u64,
                allowed: limits.documents_max as u64,
            });
        }
    }
    if !taken.malformed.is_empty() {
        return Err(GateError::Malformed(taken.malformed));
    }
    if taken.is_hopeless() {
        let message = format!("{UNREADABLE_MAX} documents cannot be read; those after them were not looked at");
        taken.unreadable.push(placed("evidence", message));
    }
    if !taken.unreadable.is_empty() {
        return Err(GateError::Unreadable(taken.unreadable));
    }
    no_duplicates(&taken)?;
    Ok(taken.evidence)
}

struct Taken {
    evidence: Vec<Evidence>,
    places: Vec<String>,
    malformed: Vec<PlacedError>,
    unreadable: Vec<PlacedError>,
}

impl Taken {
    fn is_hopeless(&self) -> bool {
        self.unreadable.len() >= UNREADABLE_MAX
    }
}

fn take(item: Fetched, reading: &Reading<'_>, now: Timestamp, taken: &mut Taken) {
    let Fetched { upload, body } = item;
    let Some(label) = label_of(&upload, taken) else { return };
    let place = upload.place.clone();
    let (documents, received_at) = match body {
        Body::Parsed(cached) => (vec![(place, cached.document)], cached.received_at),
        Body::Bytes(bytes, received_at) => (read(&upload, bytes, received_at, reading, taken), received_at),
    };
    for (place, document) in documents {
        taken.places.push(place);
        taken.evidence.push(Evidence {
            name: label.name.clone(),
            service: label.service.clone(),
            document,
            declared_at: label.declared_at,
            received_at: received_at.unwrap_or(now),
        });
    }
}

struct Label {
    name: EvidenceName,
    service: Option<ServiceName>,
    declared_at: Option<Timestamp>,
}

/// `name` or `name@service`, and when it was made; `None` when something of it is wrong, which is then noted.
fn label_of(upload: &Upload, taken: &mut Taken) -> Option<Label> {
    let parsed = || -> Result<Label, String> {
        let (name, service) = match upload.name.split_once('@') {
            Some((name, service)) => (name, Some(service)),
            None => (upload.name.as_str(), None),
        };
        Ok(Label {
            name: EvidenceName::parse(name).map_err(|error| error.to_string())?,
            service: service.map(ServiceName::parse).transpose().map_err(|error| error.to_string())?,
            declared_at: upload
                .produced_at
                .as_deref()
                .map(Timestamp::parse)
                .transpose()
                .map_err(|error| error.to_string())?,
        })
    };
    parsed().map_err(|error| taken.malformed.push(placed(upload.place.clone(), error))).ok()
}

fn read(
    upload: &Upload,
    bytes: Arc<[u8]>,
    received_at: Option<Timestamp>,
    reading: &Reading<'_>,
    taken: &mut Taken,
) -> Vec<(String, Arc<Document>)> {
    let format = upload.format.as_deref();
    let parts = match parts(upload, bytes, reading.limits) {
        Ok(parts) => parts,
        Err(error) => {
            taken.unreadable.push(error);
            return Vec::new();
        }
    };
    let mut documents = Vec::with_capacity(parts.len());
    for part in parts {
        if taken.is_hopeless() {
            break;
        }
        match read_part(&part, format, received_at, reading) {
            Ok(document) => documents.push((part.place, document)),
            Err(error) => taken.unreadable.push(error),
        }
    }
    documents
}

fn parts(upload: &Upload, bytes: Arc<[u8]>, limits: &IntakeLimits) -> Result<Vec<Part>, PlacedError> {
    match tidegate_evidence::unpack(&bytes, &limits.read) {
        Err(error) => Err(placed(upload.place.clone(), error)),
        Ok(None) => Ok(vec![Part { place: upload.place.clone(), bytes, in_archive: false }]),
        Ok(Some(members)) => {
            let part = |member: tidegate_evidence::Member| Part {
                place: format!("{}!{}", upload.place, member.path),
                bytes: member.bytes,
                in_archive: true,
            };
            Ok(members.into_iter().map(part).collect())
        }
    }
}

fn read_part(
    part: &Part,
    format: Option<&str>,
    received_at: Option<Timestamp>,
    reading: &Reading<'_>,
) -> Result<Arc<Document>, PlacedError> {
    let Reading { cache, limits, signers } = *reading;
    if let Some(cached) = cache.get_known(Digest::of(&part.bytes), format, signers) {
        return Ok(cached.document);
    }
    let document = tidegate_evidence::read_signed(part.bytes.clone(), format, &limits.read, signers)
        .map_err(|error| placed(part.place.clone(), error))?;
    let document = Arc::new(document);
    // The moment of an archive's upload is not known for a member that comes alone later.
    let received_at = received_at.filter(|_| !part.in_archive);
    cache.insert(format, signers, Cached { document: document.clone(), received_at });
    Ok(document)
}

/// A document counts once under a name, so handing it in twice is a mistake, not more evidence.
fn no_duplicates(taken: &Taken) -> Result<(), GateError> {
    let mut seen: BTreeMap<(String, Digest), &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for (evidence, place) in taken.evidence.iter().zip(&taken.places) {
        if let Some(first) = seen.insert((evidence.label(), evidence.document.digest), place) {
            let message =
                format!("`{}`: the same document as `{first}` ({})", evidence.label(), evidence.document.digest);
            errors.push(placed(place.clone(), message));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(GateError::Duplicate(errors)) }
}

#[cfg(test)]
mod tests;
