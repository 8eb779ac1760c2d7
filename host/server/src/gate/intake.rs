//! From uploads to evidence: archives unpacked, documents read once, every mistake named with its place.

use crate::{
    api::problem::PlacedError,
    gate::{
        error::{GateError, placed},
        masking::{MaskedPart, masked},
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
use tidegate_ledger::evidence::Masking;

/// An upload whose bytes are at hand, or that was parsed before.
#[derive(Debug)]
pub struct Fetched {
    /// As it was handed in.
    pub upload: Upload,
    /// What the gate has of it.
    pub body: Body,
    /// What was masked in it when it was uploaded apart.
    pub masking: Option<Masking>,
    /// The leaf which says that a person stated it, where one did: of a document, never of an archive's members.
    pub stated_in: Option<u64>,
}

/// What the gate has of an upload.
#[derive(Debug, Clone)]
pub enum Body {
    /// Bytes; received at that moment when they were uploaded apart, with this request otherwise.
    Bytes(Arc<[u8]>, Option<Timestamp>),
    /// Parsed before.
    Parsed(Cached),
    /// One document as a decision kept it, received at that moment: no archive, and without its secrets.
    Kept(Arc<[u8]>, Timestamp),
}

impl Body {
    /// Bytes that it weighs.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes, _) | Self::Kept(bytes, _) => bytes.len() as u64,
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

/// The same, read.
struct Read {
    place: String,
    document: Arc<Document>,
    masking: Option<Masking>,
}

enum Unread {
    Unreadable(PlacedError),
    Unmaskable(PlacedError),
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
pub fn intake(fetched: Vec<Fetched>, reading: &Reading<'_>, now: Timestamp) -> Result<Taken, GateError> {
    let limits = reading.limits;
    let mut taken = Taken::default();
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
    if !taken.unmaskable.is_empty() {
        return Err(GateError::Secrets(taken.unmaskable));
    }
    if taken.is_hopeless() {
        let message = format!("{UNREADABLE_MAX} documents cannot be read; those after them were not looked at");
        taken.unreadable.push(placed("evidence", message));
    }
    if !taken.unreadable.is_empty() {
        return Err(GateError::Unreadable(taken.unreadable));
    }
    no_duplicates(&taken)?;
    Ok(taken)
}

/// What uploads hold.
#[derive(Debug, Default)]
pub struct Taken {
    /// Their documents.
    pub evidence: Vec<Evidence>,
    /// Those of them that were masked.
    pub masked: Vec<MaskedPart>,
    places: Vec<String>,
    malformed: Vec<PlacedError>,
    unreadable: Vec<PlacedError>,
    unmaskable: Vec<PlacedError>,
}

impl Taken {
    fn is_hopeless(&self) -> bool {
        self.unreadable.len() + self.unmaskable.len() >= UNREADABLE_MAX
    }
}

fn take(item: Fetched, reading: &Reading<'_>, now: Timestamp, taken: &mut Taken) {
    let Fetched { upload, body, masking, stated_in } = item;
    let Some(label) = label_of(&upload, taken) else { return };
    let place = upload.place.clone();
    let (documents, received_at) = match body {
        Body::Parsed(cached) => {
            let part = Read { place, document: cached.document, masking: None };
            (vec![part], cached.received_at)
        }
        Body::Bytes(bytes, received_at) => (read(&upload, bytes, received_at, reading, taken), received_at),
        Body::Kept(bytes, received_at) => (kept(&upload, bytes, reading, taken), Some(received_at)),
    };
    for Read { place, document, masking: masked_now } in documents {
        if let Some(masking) = masked_now.or_else(|| masking.clone()) {
            let label = upload.name.clone();
            taken.masked.push(MaskedPart { place: place.clone(), label, digest: document.digest, masking });
        }
        taken.places.push(place);
        taken.evidence.push(Evidence {
            name: label.name.clone(),
            service: label.service.clone(),
            document,
            declared_at: label.declared_at,
            received_at: received_at.unwrap_or(now),
            stated_in,
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
) -> Vec<Read> {
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
            Ok((document, masking)) => documents.push(Read { place: part.place, document, masking }),
            Err(Unread::Unreadable(error)) => taken.unreadable.push(error),
            Err(Unread::Unmaskable(error)) => taken.unmaskable.push(error),
        }
    }
    documents
}

fn kept(upload: &Upload, bytes: Arc<[u8]>, reading: &Reading<'_>, taken: &mut Taken) -> Vec<Read> {
    let (format, place) = (upload.format.as_deref(), upload.place.clone());
    match parsed(bytes, format, None, reading) {
        Ok(document) => vec![Read { place, document, masking: None }],
        Err(error) => {
            taken.unreadable.push(placed(place, error));
            Vec::new()
        }
    }
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
) -> Result<(Arc<Document>, Option<Masking>), Unread> {
    let Reading { cache, limits, signers } = *reading;
    // What was parsed before holds no secret: it was looked through then.
    if let Some(cached) = cache.get_known(Digest::of(&part.bytes), format, signers) {
        return Ok((cached.document, None));
    }
    let unreadable = |error: tidegate_evidence::ReadError| Unread::Unreadable(placed(part.place.clone(), error));
    // More than a document may have is not looked through.
    tidegate_evidence::within_document_bytes(&part.bytes, &limits.read).map_err(unreadable)?;
    let (bytes, masking) = masked(part.bytes.clone(), &limits.read)
        .map_err(|unmaskable| Unread::Unmaskable(placed(part.place.clone(), unmaskable)))?;
    // The moment of an archive's upload is not known for a member that comes alone later.
    let received_at = received_at.filter(|_| !part.in_archive);
    let document = parsed(bytes, format, received_at, reading).map_err(unreadable)?;
    Ok((document, masking))
}

/// Reads bytes that hold no secret, once.
fn parsed(
    bytes: Arc<[u8]>,
    format: Option<&str>,
    received_at: Option<Timestamp>,
    reading: &Reading<'_>,
) -> Result<Arc<Document>, tidegate_evidence::ReadError> {
    let Reading { cache, limits, signers } = *reading;
    if let Some(cached) = cache.get_known(Digest::of(&bytes), format, signers) {
        return Ok(cached.document);
    }
    let document = Arc::new(tidegate_evidence::read_signed(bytes, format, &limits.read, signers)?);
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
