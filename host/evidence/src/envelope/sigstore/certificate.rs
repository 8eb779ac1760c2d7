//! The certificate of whoever signed: whom it names, and who issued it.

use crate::text::quoted;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use std::time::Duration;
use tidegate_core::{
    signer::{Authority, Identity, TrustedRoot},
    time::Timestamp,
};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};
use x509_cert::{
    Certificate,
    der::{Decode as _, Encode as _, asn1::Utf8StringRef, oid::ObjectIdentifier},
    ext::pkix::{ExtendedKeyUsage, SubjectAltName, name::GeneralName},
};

/// Who says who somebody is, as Fulcio writes it now, a text of ASN.1, and as it did first, the bytes alone.
const ISSUER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.8");
const ISSUER_V1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.57264.1.1");
/// The certificate is for signing code; and the same as bytes.
const CODE_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.3");
const CODE_SIGNING_BYTES: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03];

const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    ring::ECDSA_P256_SHA256,
    ring::ECDSA_P256_SHA384,
    ring::ECDSA_P384_SHA256,
    ring::ECDSA_P384_SHA384,
    ring::ED25519,
];

/// A certificate that was not verified yet.
#[derive(Debug)]
pub(super) struct Leaf {
    der: Vec<u8>,
    spki: Vec<u8>,
    subject: Option<String>,
    issuer: Option<String>,
    signs_code: bool,
}

impl Leaf {
    pub(super) fn parse(der: &[u8]) -> Result<Self, &'static str> {
        const UNREADABLE: &str = "the certificate cannot be read";
        let certificate = Certificate::from_der(der).map_err(|_| UNREADABLE)?;
        let inside = certificate.tbs_certificate();
        let spki = inside.subject_public_key_info().to_der().map_err(|_| UNREADABLE)?;
        let names = inside.get_extension::<SubjectAltName>().map_err(|_| UNREADABLE)?;
        let subject = names.and_then(|(_, names)| only_name(&names));
        let usages = inside.get_extension::<ExtendedKeyUsage>().map_err(|_| UNREADABLE)?;
        let signs_code = usages.is_some_and(|(_, usages)| usages.0.contains(&CODE_SIGNING));
        let mut issuer = None;
        for extension in inside.extensions().into_iter().flatten() {
            let value = extension.extn_value.as_bytes();
            if extension.extn_id == ISSUER {
                issuer = Utf8StringRef::from_der(value).ok().map(|text| text.as_str().to_owned());
                break;
            }
            if extension.extn_id == ISSUER_V1 {
                issuer = std::str::from_utf8(value).ok().map(str::to_owned);
            }
        }
        Ok(Self { der: der.to_vec(), spki, subject, issuer, signs_code })
    }

    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// Whether it speaks of this identity, to the letter. What it says is worth something only once it is known who issued it.
    pub(super) fn names(&self, identity: &Identity) -> bool {
        self.subject.as_deref() == Some(&*identity.subject) && self.issuer.as_deref() == Some(&*identity.issuer)
    }

    /// Whom it speaks of, for people.
    pub(super) fn claim(&self) -> String {
        let or_nobody = |text: &Option<String>| text.as_deref().map_or_else(|| "nobody".to_owned(), quoted);
        format!("{} by {}", or_nobody(&self.subject), or_nobody(&self.issuer))
    }

    /// Whether an authority of this root issued it, and it held at that moment.
    pub(super) fn issued_by(&self, root: &TrustedRoot, at: Timestamp) -> Result<(), &'static str> {
        let issued = root.authorities.iter().filter(|authority| authority.window.holds(at));
        let mut issued = issued.map(|authority| self.is_issued_by(authority, at));
        if self.signs_code && issued.any(|issued| issued) {
            return Ok(());
        }
        Err("no authority of the trusted root issued a certificate that held when it was signed")
    }

    fn is_issued_by(&self, authority: &Authority, at: Timestamp) -> bool {
        let chain: Vec<CertificateDer<'_>> = authority.chain.iter().map(|der| CertificateDer::from(&**der)).collect();
        let Some((root, intermediates)) = chain.split_last() else { return false };
        let leaf = CertificateDer::from(self.der.as_slice());
        let (Ok(anchor), Ok(end)) = (anchor_from_trusted_cert(root), EndEntityCert::try_from(&leaf)) else {
            return false;
        };
        let time = UnixTime::since_unix_epoch(Duration::from_nanos(at.nanos()));
        // Authorities need not say what they are for; whoever signs does ([`Self::signs_code`]).
        let usage = KeyUsage::required_if_present(CODE_SIGNING_BYTES);
        end.verify_for_usage(ALGORITHMS, &[anchor], intermediates, time, usage, None, None).is_ok()
    }
}

/// The one name that it has; one of several could be anybody's.
fn only_name(names: &SubjectAltName) -> Option<String> {
    match names.0.as_slice() {
        [GeneralName::UniformResourceIdentifier(uri)] => Some(uri.as_str().to_owned()),
        [GeneralName::Rfc822Name(address)] => Some(address.as_str().to_owned()),
        _ => None,
    }
}
