//! The certificate that the gate shows, and whose it asks for; read again when its files change.
//!
//! **Invariant:** files that do not fit together change nothing: what was good goes on being shown, and that it did is said once.

use crate::config::TlsConfig;
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem, pem::PemObject as _},
    server::{VerifierBuilderError, WebPkiClientVerifier},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tidegate_core::digest::Digest;
use tokio::time::MissedTickBehavior;

/// Bytes of a file of certificates, at most.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// Not there, or not readable.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Over the limit.
    #[error("`{}` is too large: {used} bytes used, {FILE_BYTES_MAX} allowed", path.display())]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// Its size.
        used: u64,
    },
    /// No PEM, or of something else. What the file holds is not repeated.
    #[error("`{}` holds no {what}: {source}", path.display())]
    Pem {
        /// Which file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
        /// Why.
        source: pem::Error,
    },
    /// Certificate and key, or their kinds.
    #[error("certificate and key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// The clients' authorities.
    #[error("the clients' authorities cannot be used: {0}")]
    Authority(#[from] VerifierBuilderError),
}

/// What is shown to clients at this moment.
#[derive(Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    client_authority: Option<PathBuf>,
    shown: RwLock<Shown>,
}

#[derive(Debug)]
struct Shown {
    /// The files as they were last looked at.
    seen: Digest,
    config: Arc<ServerConfig>,
}

impl Tls {
    /// Of these files; `None`: none are configured.
    pub fn open(config: &TlsConfig) -> Result<Option<Arc<Self>>, TlsError> {
        let (Some(certificate), Some(key)) = (config.certificate.clone(), config.key.clone()) else { return Ok(None) };
        let files = Files::read(&certificate, &key, config.client_authority.as_deref())?;
        let shown = RwLock::new(Shown { seen: files.digest(), config: files.config()? });
        Ok(Some(Arc::new(Self { certificate, key, client_authority: config.client_authority.clone(), shown })))
    }

    /// For the next connection.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).config.clone()
    }

    /// Looks at the files and shows what they hold; says whether that is something else than before. Files that cannot be used
    /// are an error once, and change nothing.
    pub fn renew(&self) -> Result<bool, TlsError> {
        let files = Files::read(&self.certificate, &self.key, self.client_authority.as_deref())?;
        let seen = files.digest();
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        if shown.seen == seen {
            return Ok(false);
        }
        // Noted first, so that what is wrong with them is not said again before they change.
        shown.seen = seen;
        shown.config = files.config()?;
        Ok(true)
    }
}

/// Looks at the files every so often: whoever renews certificates need not tell the gate.
pub(crate) async fn watch(tls: Arc<Tls>, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        renew(tls.clone()).await;
    }
}

/// Looks at the files now, and says in the log what came of it.
pub(crate) async fn renew(tls: Arc<Tls>) {
    match tokio::task::spawn_blocking(move || tls.renew()).await {
        Ok(Ok(false)) => {}
        Ok(Ok(true)) => tracing::info!("another certificate is shown from now on"),
        Ok(Err(error)) => {
            tracing::error!(error.r#type = "tls", "the certificate shown is still the one before: {error}")
        }
        Err(error) => tracing::error!(error.r#type = "tls", "the certificate's files were not looked at: {error}"),
    }
}

/// The files as they are at one moment.
struct Files<'a> {
    certificate: (&'a Path, Vec<u8>),
    key: (&'a Path, Vec<u8>),
    client_authority: Option<(&'a Path, Vec<u8>)>,
}

impl<'a> Files<'a> {
    fn read(certificate: &'a Path, key: &'a Path, client_authority: Option<&'a Path>) -> Result<Self, TlsError> {
        Ok(Self {
            certificate: (certificate, bounded(certificate)?),
            key: (key, bounded(key)?),
            client_authority: client_authority.map(|path| Ok::<_, TlsError>((path, bounded(path)?))).transpose()?,
        })
    }

    fn digest(&self) -> Digest {
        let parts = [Some(&self.certificate), Some(&self.key), self.client_authority.as_ref()];
        let digests = parts.map(|part| part.map(|(_, bytes)| Digest::of(bytes).to_string()).unwrap_or_default());
        Digest::of(digests.join(" ").as_bytes())
    }

    fn config(&self) -> Result<Arc<ServerConfig>, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
        let builder = match &self.client_authority {
            None => builder.with_no_client_auth(),
            Some(file) => {
                let mut roots = RootCertStore::empty();
                for authority in certificates(file)? {
                    roots.add(authority)?;
                }
                builder.with_client_cert_verifier(
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?,
                )
            }
        };
        let (path, bytes) = &self.key;
        let key = PrivateKeyDer::from_pem_slice(bytes).map_err(|source| TlsError::Pem {
            path: path.to_path_buf(),
            what: "private key",
            source,
        })?;
        let mut config = builder.with_single_cert(certificates(&self.certificate)?, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn certificates((path, bytes): &(&Path, Vec<u8>)) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let wrong = |source| TlsError::Pem { path: path.to_path_buf(), what: "certificate", source };
    let all = CertificateDer::pem_slice_iter(bytes).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    if all.is_empty() { Err(wrong(pem::Error::NoItemsFound)) } else { Ok(all) }
}

fn bounded(path: &Path) -> Result<Vec<u8>, TlsError> {
    let read = |source| TlsError::Read { path: path.to_owned(), source };
    let used = fs::metadata(path).map_err(read)?.len();
    if used > FILE_BYTES_MAX {
        return Err(TlsError::TooLarge { path: path.to_owned(), used });
    }
    fs::read(path).map_err(read)
}

#[cfg(test)]
mod tests;
