//! What people signed: everything of a bundle's artifact besides its policies and components, so that it can be looked at again.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tidegate_core::digest::Digest;
use tidegate_registry::{
    bundle::BundleConfig,
    manifest::Descriptor,
    media::{SIGNATURE_ANNOTATION, SIMPLE_SIGNING},
    signature::Signature,
};

/// A bundle that was signed as the gate asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Its manifest.
    pub manifest: Bytes,
    /// What it says about itself.
    pub config: Bytes,
    /// By whomever.
    pub signatures: Vec<Signature>,
    /// Whose signatures counted, sorted.
    pub signers: Vec<Arc<str>>,
}

impl Signed {
    /// Of the manifest: what people name it by.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.manifest)
    }

    /// Who wrote it.
    #[must_use]
    pub fn authors(&self) -> Vec<String> {
        // It was read before it came to be one of these.
        BundleConfig::read(&self.config).map(|config| config.authors.into_iter().collect()).unwrap_or_default()
    }
}

/// As JSON has it. What was signed is text.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignedForm {
    manifest: String,
    config: String,
    signatures: Vec<SignatureForm>,
    signers: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureForm {
    payload: String,
    signature: String,
}

impl SignedForm {
    pub(super) fn of(signed: &Signed) -> Self {
        let text = |bytes: &Bytes| String::from_utf8_lossy(bytes).into_owned();
        let signature = |signature: &Signature| SignatureForm {
            payload: text(&signature.payload),
            signature: signature.descriptor.annotations.get(SIGNATURE_ANNOTATION).cloned().unwrap_or_default(),
        };
        Self {
            manifest: text(&signed.manifest),
            config: text(&signed.config),
            // A signature of what is no text counts for nobody.
            signatures: signed.signatures.iter().filter(|one| is_text(&one.payload)).map(signature).collect(),
            signers: signed.signers.iter().map(ToString::to_string).collect(),
        }
    }

    /// `None`: it holds no manifest of a bundle.
    pub(super) fn read(self) -> Option<Signed> {
        let signature = |form: SignatureForm| {
            let payload = Bytes::from(form.payload);
            let descriptor = Descriptor::of(SIMPLE_SIGNING, &payload).with(SIGNATURE_ANNOTATION, &form.signature);
            Signature { descriptor, payload }
        };
        let config = Bytes::from(self.config);
        BundleConfig::read(&config).ok()?;
        Some(Signed {
            manifest: Bytes::from(self.manifest),
            config,
            signatures: self.signatures.into_iter().map(signature).collect(),
            signers: self.signers.iter().map(|name| Arc::from(name.as_str())).collect(),
        })
    }
}

fn is_text(bytes: &Bytes) -> bool {
    std::str::from_utf8(bytes).is_ok()
}
