//! What the signatures beside an artifact come to.

use super::{Signature, demand::Demand, payload};
use crate::media;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{collections::BTreeSet, fmt, sync::Arc};
use tidegate_core::{
    digest::Digest,
    signer::{Signed, SignedBy},
    time::Timestamp,
};

/// Why an artifact does not count as signed by whom it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no signature.
    #[error("nobody signed it; missing: {missing}; hint: `tidegate plugin push --key` signs what it pushes")]
    Unsigned {
        /// Who should have.
        missing: Missing,
    },
    /// There are signatures, by others or of other texts.
    #[error("its {signatures} signature(s) are not those that are demanded; missing: {missing}")]
    Wrongly {
        /// How many there are.
        signatures: usize,
        /// Who should have signed.
        missing: Missing,
    },
    /// Somebody who is demanded signed another artifact, and that signature was put beside this one.
    #[error("`{signer}` signed {named}, not this one; missing: {missing}")]
    OtherDigest {
        /// Who.
        signer: Arc<str>,
        /// What they signed.
        named: Digest,
        /// Who should have signed this one.
        missing: Missing,
    },
    /// Somebody who is demanded signed something that names no artifact.
    #[error("`{signer}` signed something else: {cause}; missing: {missing}")]
    NoArtifact {
        /// Who.
        signer: Arc<str>,
        /// What is wrong with it.
        cause: payload::PayloadError,
        /// Who should have signed this one.
        missing: Missing,
    },
    /// They signed, and their key does not count at this moment.
    #[error("{lapsed}; missing: {missing}")]
    Lapsed {
        /// Who, and when their key counts.
        lapsed: String,
        /// Whose signature would count.
        missing: Missing,
    },
    /// What is said to be signed is not what lies there.
    #[error("what its signatures sign was tampered with: {0}")]
    Tampered(String),
    /// What lies in the place of signatures is none.
    #[error("what lies in the place of its signatures cannot be read: {0}")]
    Unreadable(String),
}

/// Those whose signatures are missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing(pub Vec<Arc<str>>);

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.0.iter().enumerate() {
            write!(f, "{}`{name}`", if place == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// What one signature by somebody who is demanded turned out to be besides a good one.
enum Flaw {
    OtherDigest(Arc<str>, Digest),
    NoArtifact(Arc<str>, payload::PayloadError),
    Lapsed(SignedBy),
}

/// Who signed the artifact of this digest, if that is who is demanded. What strangers signed beside it is nobody's concern.
pub fn judge(
    artifact: Digest,
    signatures: &[Signature],
    demand: &Demand,
    at: Timestamp,
) -> Result<Vec<SignedBy>, Refusal> {
    let (mut good, mut flaws) = (Vec::new(), Vec::new());
    for signature in signatures {
        let payload = &signature.payload;
        for key in demand.verified(payload, &bytes_of(signature)) {
            let by = SignedBy { signer: key.signer.clone(), key: key.id(), window: key.window };
            // Nothing is read of what nobody signed.
            match payload::named(payload) {
                Ok(named) if named != artifact => flaws.push(Flaw::OtherDigest(by.signer, named)),
                Ok(_) if by.window.holds(at) => good.push(by),
                Ok(_) => flaws.push(Flaw::Lapsed(by)),
                Err(cause) => flaws.push(Flaw::NoArtifact(by.signer, cause)),
            }
        }
    }
    good.sort();
    good.dedup();
    let names: BTreeSet<Arc<str>> = good.iter().map(|by| by.signer.clone()).collect();
    let missing = demand.who().missing(&names);
    if missing.is_empty() { Ok(good) } else { Err(refusal(signatures.len(), Missing(missing), flaws, at)) }
}

/// The most telling reason: what somebody who is missing did sign.
fn refusal(signatures: usize, missing: Missing, flaws: Vec<Flaw>, at: Timestamp) -> Refusal {
    let is_missing = |flaw: &Flaw| match flaw {
        Flaw::OtherDigest(signer, _) | Flaw::NoArtifact(signer, _) => missing.0.contains(signer),
        Flaw::Lapsed(by) => missing.0.contains(&by.signer),
    };
    let rank = |flaw: &Flaw| match flaw {
        Flaw::Lapsed(_) => 0,
        Flaw::OtherDigest(..) => 1,
        Flaw::NoArtifact(..) => 2,
    };
    match flaws.into_iter().filter(is_missing).min_by_key(rank) {
        Some(Flaw::OtherDigest(signer, named)) => Refusal::OtherDigest { signer, named, missing },
        Some(Flaw::NoArtifact(signer, cause)) => Refusal::NoArtifact { signer, cause, missing },
        Some(Flaw::Lapsed(by)) => {
            let lapsed = Signed::new(vec![by]).map(|signed| signed.lapsed(at)).unwrap_or_default();
            Refusal::Lapsed { lapsed, missing }
        }
        None if signatures == 0 => Refusal::Unsigned { missing },
        None => Refusal::Wrongly { signatures, missing },
    }
}

/// One that is no base64 is nobody's.
fn bytes_of(signature: &Signature) -> Vec<u8> {
    let text = signature.descriptor.annotations.get(media::SIGNATURE_ANNOTATION);
    text.and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default()
}
