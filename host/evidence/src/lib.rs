//! Bytes of a report format to the normalised model of [`tidegate_core::evidence`].
//!
//! A caller unpacks what may be an archive ([`unpack`]), then reads each document ([`read`]): by the format it names, or by the
//! one its content shows. Where a new format goes: one file in `formats/`, one line in its table.
//!
//! **Invariant:** pure: no I/O, no clock, no network; the same bytes, format, limits and signers give the same document.
//! **Invariant:** a document has a signer only if a key of that signer verified a signature over what was then read.
//! **Invariant:** missing, empty or unfinished is never read as clean: it is an error or `Completeness::Incomplete`.
//! **Invariant:** no input panics, and none costs more than its [`Limits`] allow; a limit error says both numbers.
//! **Invariant:** no DTD is processed, no entity is expanded but XML's own five, nothing a document names is fetched.

mod archive;
mod detect;
mod envelope;
mod error;
mod fingerprint;
mod formats;
mod ignored;
mod issues;
mod json;
mod limits;
mod moment;
pub mod secrets;
mod severity;
pub mod signing;
mod source;
mod strict;
mod subjects;
mod tally;
mod text;
mod xml;

pub use archive::{Member, unpack};
pub use error::{Place, Problem, ReadError};
pub use formats::{FormatInfo, formats};
pub use limits::{Limits, within_document_bytes};

use source::Source;
use std::sync::Arc;
use tidegate_core::{digest::Digest, evidence::Document, signer::Signers};

/// Reads a document as `format`, or as the format that its content shows.
///
/// `opaque` is never found by content: a format of the team's own must be named.
///
/// An envelope is refused, since nobody's signature is known: see [`read_signed`].
pub fn read(bytes: Arc<[u8]>, format: Option<&str>, limits: &Limits) -> Result<Document, ReadError> {
    read_signed(bytes, format, limits, &Signers::default())
}

/// The same, knowing these signers: what comes in an envelope is read if one of them signed it.
pub fn read_signed(
    bytes: Arc<[u8]>,
    format: Option<&str>,
    limits: &Limits,
    signers: &Signers,
) -> Result<Document, ReadError> {
    limits::within_document_bytes(&bytes, limits)?;
    let source = Source::new(&bytes, limits).knowing(signers);
    let format = match format {
        Some(name) => formats::named(name)?,
        None => detect::detect(&source)?,
    };
    let reading = (format.read)(&source.named(format.name))?;
    Ok(Document {
        format: Arc::from(format.name),
        digest: Digest::of(&bytes),
        tool: reading.tool,
        produced_at: reading.produced_at,
        author: reading.author,
        subjects: reading.subjects,
        revision: reading.revision,
        about: reading.about,
        signer: reading.signer,
        completeness: reading.completeness,
        contents: reading.contents,
        bytes,
    })
}

/// The name of the format that the content shows.
pub fn detect(bytes: &[u8], limits: &Limits) -> Result<&'static str, ReadError> {
    limits::within_document_bytes(bytes, limits)?;
    detect::detect(&Source::new(bytes, limits)).map(|format| format.name)
}
