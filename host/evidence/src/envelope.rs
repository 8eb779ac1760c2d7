//! DSSE envelopes: a payload with its type and signatures over both.
//!
//! **Invariant:** a payload comes out of [`Envelope::verified`] only, after a signature over it was verified with a key of a known
//! signer. Nothing looks into it before.

pub(crate) mod base64;
pub(crate) mod sigstore;
mod verify;

pub(crate) use verify::verifies;

use crate::{
    error::{Place, ReadError},
    json,
    source::Source,
    text::quoted,
};
use serde::Deserialize;
use tidegate_core::signer::{Signed, Signers};

/// Signatures of one envelope, at most.
const SIGNATURES_MAX: usize = 8;
/// Names that a message lists, at most.
const LISTED_MAX: usize = 12;

/// An envelope as its JSON says it. What else it holds is passed over, as the specification asks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Envelope {
    payload_type: String,
    payload: String,
    signatures: Vec<Signature>,
}

#[derive(Debug, Deserialize)]
struct Signature {
    /// What the key is called by whoever signed: no more than a hint.
    #[serde(default)]
    keyid: Option<String>,
    sig: String,
}

/// A payload that a known signer signed.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) payload_type: String,
    pub(crate) payload: Vec<u8>,
    pub(crate) signed: Signed,
}

/// What is signed: the type and the payload with their lengths, so that neither can be taken for the other.
pub(crate) fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

impl Envelope {
    pub(crate) fn parse(source: &Source<'_>) -> Result<Self, ReadError> {
        json::parse(source)
    }

    /// The payload, if at least one signature over it is by a known signer. Further ones by others do no harm.
    pub(crate) fn verified(self, source: &Source<'_>) -> Result<Verified, ReadError> {
        let used = self.signatures.len();
        if used == 0 {
            return Err(source.malformed(at("signatures"), "the envelope has no signature"));
        }
        if used > SIGNATURES_MAX {
            return Err(source.over(at("signatures"), "signatures", used, SIGNATURES_MAX));
        }
        let payload = base64::decode(&self.payload).map_err(|what| source.malformed(at("payload"), what))?;
        let mut signatures = Vec::with_capacity(used);
        for (index, signature) in self.signatures.iter().enumerate() {
            let bytes = base64::decode(&signature.sig)
                .map_err(|what| source.malformed(at(&format!("signatures[{index}].sig")), what))?;
            signatures.push((signature.keyid.as_deref(), bytes));
        }
        let nobody = Signers::default();
        let signers = source.signers.unwrap_or(&nobody);
        let message = pae(&self.payload_type, &payload);
        let found = verify::verify(&message, &signatures, signers)
            .map_err(|over| source.over(at("signatures"), "checks of signatures", over.used, verify::CHECKS_MAX))?;
        let stranger = || source.malformed(at("signatures"), &unknown(&self.signatures, signers));
        let signed = Signed::new(found).ok_or_else(stranger)?;
        Ok(Verified { payload_type: self.payload_type, payload, signed })
    }
}

/// Names both sides: which keys the envelope speaks of, and which signers are known.
fn unknown(signatures: &[Signature], signers: &Signers) -> String {
    let ids = signatures.iter().filter_map(|signature| signature.keyid.as_deref()).filter(|id| !id.is_empty());
    let ids: Vec<String> = ids.map(quoted).collect();
    let named = if ids.is_empty() { "it names no key".to_owned() } else { format!("it names {}", ids.join(", ")) };
    let mut known: Vec<String> = signers.names().take(LISTED_MAX).map(quoted).collect();
    let more = signers.names().count().saturating_sub(LISTED_MAX);
    if more > 0 {
        known.push(format!("and {more} more"));
    }
    let known = if known.is_empty() {
        "the policy set knows no signers (`signers`)".to_owned()
    } else {
        format!("the policy set knows the signers {}", known.join(", "))
    };
    format!("no signature is by a known key: {named}; {known}")
}

fn at(path: &str) -> Place {
    Place::Value { path: path.to_owned(), at: None }
}

#[cfg(test)]
mod tests {
    use super::pae;

    #[test]
    fn what_is_signed_is_the_published_text() {
        assert_eq!(
            pae("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
        assert_ne!(pae("a", b"b 1 c"), pae("a b 1", b"c"));
    }
}
