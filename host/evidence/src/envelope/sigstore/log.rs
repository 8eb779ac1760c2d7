//! What a transparency log promised to keep, and when.

use super::{
    super::{base64, verify},
    shape::{Entry, Number},
};
use ::base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use tidegate_core::{
    digest::Digest,
    signer::{Log, TrustedRoot},
    time::Timestamp,
};

/// Entries of one bundle, at most.
const ENTRIES_MAX: usize = 8;
const NANOS: u64 = 1_000_000_000;

/// An entry that a log of the trusted root promised to keep.
pub(super) struct Promised {
    /// When it did.
    pub(super) at: Timestamp,
    pub(super) entry: Logged,
}

/// What was logged of an envelope.
#[derive(Debug, Default)]
pub(super) struct Logged {
    /// SHA-256, in hexadecimal digits.
    payload: String,
    /// Each signature with the certificate of its key in DER.
    signatures: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Logged {
    pub(super) fn is_of(&self, payload: &[u8], signature: &[u8], certificate: &[u8]) -> bool {
        let is_it = |(known, by): &(Vec<u8>, Vec<u8>)| known == signature && by == certificate;
        self.payload.eq_ignore_ascii_case(&Digest::of(payload).hex()) && self.signatures.iter().any(is_it)
    }
}

/// The first entry that a log of this root promised.
pub(super) fn promised(entries: &[Entry], root: &TrustedRoot) -> Result<Promised, &'static str> {
    if entries.len() > ENTRIES_MAX {
        return Err("more than 8 entries of logs");
    }
    let mut why = "no log says when it was signed";
    for entry in entries {
        match check(entry, root) {
            Ok(promised) => return Ok(promised),
            Err(found) => why = found,
        }
    }
    Err(why)
}

fn check(entry: &Entry, root: &TrustedRoot) -> Result<Promised, &'static str> {
    let (Some(Number(seconds)), Some(promise)) = (entry.integrated_time, &entry.inclusion_promise) else {
        return Err("the log's entry has no promise (`inclusionPromise`), which alone says when it was made");
    };
    let at = seconds.checked_mul(NANOS).map(Timestamp::from_nanos).ok_or("the log's entry is of no possible time")?;
    let id = base64::decode(&entry.log_id.key_id)?;
    let body = base64::decode(&entry.canonicalized_body)?;
    let signature = base64::decode(&promise.signed_entry_timestamp)?;
    let text = signed_text(&body, seconds, &id, entry.log_index.0);
    let is_its = |log: &&Log| *log.id == *id && log.window.holds(at);
    let log = root.logs.iter().find(is_its).ok_or("the trusted root knows no log that made its entry")?;
    if !verify::verifies(log.algorithm, &log.spki, text.as_bytes(), &signature) {
        return Err("the log did not make its entry");
    }
    Ok(Promised { at, entry: logged(&body)? })
}

/// What a log signs: JSON with sorted keys and without spaces. Nothing in it needs to be escaped.
fn signed_text(body: &[u8], seconds: u64, id: &[u8], index: u64) -> String {
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let body = STANDARD.encode(body);
    format!(r#"{{"body":"{body}","integratedTime":{seconds},"logID":"{id}","logIndex":{index}}}"#)
}

#[derive(Debug, Deserialize)]
struct Body {
    kind: String,
    spec: Spec,
}

/// Of the kinds `dsse` (the first two) and `intoto` (the third).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    payload_hash: Option<Hash>,
    #[serde(default)]
    signatures: Vec<DsseSignature>,
    content: Option<Content>,
}

#[derive(Debug, Deserialize)]
struct Hash {
    algorithm: String,
    value: String,
}

#[derive(Debug, Deserialize)]
struct DsseSignature {
    signature: String,
    verifier: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    envelope: IntotoEnvelope,
    payload_hash: Option<Hash>,
}

#[derive(Debug, Deserialize)]
struct IntotoEnvelope {
    #[serde(default)]
    signatures: Vec<IntotoSignature>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct IntotoSignature {
    public_key: String,
    sig: String,
}

/// The body is the log's own: what cannot be read of it binds nothing.
fn logged(body: &[u8]) -> Result<Logged, &'static str> {
    const UNREADABLE: &str = "the log's entry cannot be read";
    let body: Body = serde_json::from_slice(body).map_err(|_| UNREADABLE)?;
    let (hash, pairs) = match (body.kind.as_str(), body.spec.content) {
        ("dsse", _) => {
            let pair = |one: DsseSignature| Ok((base64::decode(&one.signature)?, certificate(&one.verifier)?));
            (body.spec.payload_hash, body.spec.signatures.into_iter().map(pair).collect::<Result<_, &'static str>>()?)
        }
        ("intoto", Some(content)) => {
            // The signature is base64 already when it is put in as bytes.
            let pair = |one: IntotoSignature| {
                let inner = String::from_utf8(base64::decode(&one.sig)?).map_err(|_| UNREADABLE)?;
                Ok((base64::decode(&inner)?, certificate(&one.public_key)?))
            };
            let signatures = content.envelope.signatures.into_iter().map(pair);
            (content.payload_hash, signatures.collect::<Result<_, &'static str>>()?)
        }
        _ => return Err("the log's entry is of no kind that is read (`dsse`, `intoto`)"),
    };
    let hash = hash.filter(|hash| hash.algorithm == "sha256").ok_or(UNREADABLE)?;
    Ok(Logged { payload: hash.value, signatures: pairs })
}

/// The DER of a certificate that is in PEM, and that in base64.
fn certificate(text: &str) -> Result<Vec<u8>, &'static str> {
    const NONE: &str = "the log's entry holds no certificate";
    let pem = String::from_utf8(base64::decode(text)?).map_err(|_| NONE)?;
    let inside = pem.trim().strip_prefix("-----BEGIN CERTIFICATE-----");
    let inside = inside.and_then(|rest| rest.strip_suffix("-----END CERTIFICATE-----")).ok_or(NONE)?;
    let one_line: String = inside.split_ascii_whitespace().collect();
    base64::decode(&one_line)
}
