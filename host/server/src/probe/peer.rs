//! What the other side of a TLS connection presents: written down first, judged second, and never refused.

use super::SetupError;
use crate::causes::causes;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use rustls_platform_verifier::Verifier;
use std::sync::{Arc, OnceLock};

/// A certificate that was presented.
#[derive(Debug)]
pub(super) struct Presented {
    pub(super) der: CertificateDer<'static>,
    /// Why it is not trusted; none when it is.
    pub(super) problem: Option<String>,
}

/// Whom this machine trusts.
#[derive(Debug, Clone)]
pub(super) struct Trust {
    provider: Arc<CryptoProvider>,
    /// None on a machine that trusts nobody.
    verifier: Option<Arc<Verifier>>,
}

impl Trust {
    pub(super) fn new(authorities: &[CertificateDer<'static>]) -> Result<Self, SetupError> {
        let provider = Arc::new(ring::default_provider());
        let verifier = Verifier::new_with_extra_roots(authorities.iter().cloned(), Arc::clone(&provider));
        let verifier = match verifier {
            Ok(verifier) => Some(Arc::new(verifier)),
            // Without an authority of its own or of ours a machine can still look.
            Err(_) if authorities.is_empty() => None,
            Err(error) => return Err(SetupError::Authority(error)),
        };
        Ok(Self { provider, verifier })
    }

    /// A client that puts what it is presented into the slot.
    pub(super) fn client(&self, slot: &Arc<OnceLock<Presented>>) -> Result<ClientConfig, SetupError> {
        let observer = Observer { trust: self.clone(), slot: Arc::clone(slot) };
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider));
        let builder = builder.with_safe_default_protocol_versions().map_err(SetupError::Tls)?;
        Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(observer)).with_no_client_auth())
    }
}

#[derive(Debug)]
struct Observer {
    trust: Trust,
    slot: Arc<OnceLock<Presented>>,
}

impl ServerCertVerifier for Observer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verify = |verifier: &Arc<Verifier>| {
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now).err()
        };
        let problem = match &self.trust.verifier {
            Some(verifier) => verify(verifier).map(|error| in_words(&error)),
            None => Some("this machine trusts no certificate authority".to_owned()),
        };
        self.slot.get_or_init(|| Presented { der: end_entity.clone().into_owned(), problem });
        Ok(ServerCertVerified::assertion())
    }

    /// Not a matter of trust: who cannot sign does not have the certificate that it shows.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.trust.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.trust.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.trust.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The usual reasons in words that a policy's findings can repeat.
fn in_words(error: &Error) -> String {
    let Error::InvalidCertificate(reason) = error else { return causes(error) };
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "not valid yet".to_owned(),
        CertificateError::UnknownIssuer => "its issuer is not trusted".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for other hosts".to_owned()
        }
        CertificateError::Revoked => "revoked".to_owned(),
        _ => causes(error),
    }
}
