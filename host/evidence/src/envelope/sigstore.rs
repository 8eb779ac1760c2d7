//! sigstore bundles, offline: an envelope signed by a key that held for minutes, with the certificate that says whose it was and a
//! log's promise that says when.
//!
//! What has to hold, all of it, before the payload is looked into: the certificate names an identity that the policy set knows, an
//! authority of that identity's trusted root issued it and it held at the moment of the log's promise, a log of that root made the
//! promise, what it logged is this envelope with this certificate, and the certificate's key signed the envelope.
//!
//! Not looked at: the proof that a certificate was logged itself (SCT), proofs of inclusion beside the promise, and time-stamping
//! authorities. A bundle without a promise is refused.

mod certificate;
mod log;
mod shape;

use super::{LISTED_MAX, Verified, at, base64, pae, verify};
use crate::{
    error::ReadError,
    json,
    source::Source,
    text::{printable, quoted},
};
use certificate::Leaf;
use shape::Bundle;
use tidegate_core::{
    digest::Digest,
    signer::{Identity, Signed, SignedBy, Signers},
};

/// How the media type of a bundle begins.
pub(crate) const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle";
const MEDIA_TYPES: &[&str] = &[
    "application/vnd.dev.sigstore.bundle+json;version=0.1",
    "application/vnd.dev.sigstore.bundle+json;version=0.2",
    "application/vnd.dev.sigstore.bundle+json;version=0.3",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
];

/// What is compared for every identity.
struct Signing<'a> {
    bundle: &'a Bundle,
    leaf: Leaf,
    payload: &'a [u8],
    /// What the signature is over.
    message: Vec<u8>,
    signature: Vec<u8>,
}

/// The payload, if a known identity signed it.
pub(crate) fn verified(source: &Source<'_>) -> Result<Verified, ReadError> {
    let bundle: Bundle = json::parse(source)?;
    if !MEDIA_TYPES.contains(&bundle.media_type.as_str()) {
        let what = format!("{} is not read; expected versions 0.1 to 0.3", quoted(&bundle.media_type));
        return Err(source.malformed(at("mediaType"), &what));
    }
    let Some(envelope) = &bundle.dsse_envelope else {
        let what = "there is none: a signature over a file that lies elsewhere holds no document";
        return Err(source.malformed(at("dsseEnvelope"), what));
    };
    let [signature] = envelope.signatures.as_slice() else {
        let what = format!("{} signatures; a bundle's envelope has one", envelope.signatures.len());
        return Err(source.malformed(at("dsseEnvelope.signatures"), &what));
    };
    let payload =
        base64::decode(&envelope.payload).map_err(|what| source.malformed(at("dsseEnvelope.payload"), what))?;
    let signature =
        base64::decode(&signature.sig).map_err(|what| source.malformed(at("dsseEnvelope.signatures[0].sig"), what))?;
    let leaf = bundle
        .leaf()
        .and_then(|der| Leaf::parse(&der))
        .map_err(|what| source.malformed(at("verificationMaterial"), what))?;
    let message = pae(&envelope.payload_type, &payload);
    let signing = Signing { bundle: &bundle, leaf, payload: &payload, message, signature };
    let nobody = Signers::default();
    let signed = signing.known(source.signers.unwrap_or(&nobody)).map_err(|what| {
        source.malformed(at("verificationMaterial"), &format!("no signature is by a known identity: {what}"))
    })?;
    Ok(Verified { payload_type: envelope.payload_type.clone(), payload, signed })
}

impl Signing<'_> {
    /// By every known identity that the certificate names, or why by none.
    fn known(&self, signers: &Signers) -> Result<Signed, String> {
        let mut reasons = Vec::new();
        let mut by = Vec::new();
        for identity in signers.identities().iter().filter(|identity| self.leaf.names(identity)) {
            match self.holds(identity) {
                Ok(()) => by.push(SignedBy {
                    signer: identity.signer.clone(),
                    key: Digest::of(self.leaf.der()),
                    window: identity.window,
                }),
                Err(why) => reasons.push(format!("not by `{}`: {why}", identity.signer)),
            }
        }
        Signed::new(by).ok_or_else(|| if reasons.is_empty() { self.stranger(signers) } else { reasons.join("; ") })
    }

    fn holds(&self, identity: &Identity) -> Result<(), &'static str> {
        let promised = log::promised(&self.bundle.verification_material.tlog_entries, &identity.root)?;
        if !promised.entry.is_of(self.payload, &self.signature, self.leaf.der()) {
            return Err("the log's entry is of another envelope or another certificate");
        }
        self.leaf.issued_by(&identity.root, promised.at)?;
        if !verify::by_spki(self.leaf.spki(), &self.message, &self.signature) {
            return Err("the certificate's key did not sign the envelope");
        }
        Ok(())
    }

    /// Names both sides: whom the certificate speaks of, and whom the policy set knows.
    fn stranger(&self, signers: &Signers) -> String {
        let known: Vec<String> = signers
            .identities()
            .iter()
            .take(LISTED_MAX)
            .map(|identity| {
                format!("`{}` ({} by {})", identity.signer, quoted(&identity.subject), quoted(&identity.issuer))
            })
            .collect();
        let known = if known.is_empty() { "no identities".to_owned() } else { known.join(", ") };
        printable(&format!("the certificate is of {}; the policy set knows {known}", self.leaf.claim()))
    }
}
