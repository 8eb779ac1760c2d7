//! Whom the client trusts, and what it shows of itself.

use reqwest::{Certificate, Identity, blocking::ClientBuilder};
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// Authorities in place of those of this machine, and a certificate of one's own.
#[derive(Clone, Default)]
pub struct Trust {
    authorities: Vec<Certificate>,
    identity: Option<Identity>,
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shows = self.identity.is_some();
        write!(f, "Trust({} authorities, {} of its own)", self.authorities.len(), if shows { "one" } else { "none" })
    }
}

/// Why a file cannot be used. What it holds is not repeated.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// Not there, or not readable.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not what it should be.
    #[error("`{}` holds no {what} in PEM", path.display())]
    Form {
        /// Which file.
        path: PathBuf,
        /// What was looked for.
        what: &'static str,
    },
}

impl Trust {
    /// From a file of authorities, and one of a certificate with its private key.
    pub fn read(authorities: Option<&Path>, certificate: Option<&Path>) -> Result<Self, TrustError> {
        let authorities = authorities.map_or(Ok(Vec::new()), |path| {
            let found = Certificate::from_pem_bundle(&bytes(path)?).unwrap_or_default();
            if found.is_empty() { Err(no(path, "certificates")) } else { Ok(found) }
        })?;
        let identity = certificate
            .map(|path| Identity::from_pem(&bytes(path)?).map_err(|_| no(path, "certificate with its private key")));
        Ok(Self { authorities, identity: identity.transpose()? })
    }

    pub(super) fn give(&self, builder: ClientBuilder) -> ClientBuilder {
        let builder = match self.authorities.as_slice() {
            [] => builder,
            authorities => builder.tls_certs_only(authorities.iter().cloned()),
        };
        match &self.identity {
            Some(identity) => builder.identity(identity.clone()),
            None => builder,
        }
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, TrustError> {
    fs::read(path).map_err(|source| TrustError::Read { path: path.to_owned(), source })
}

fn no(path: &Path, what: &'static str) -> TrustError {
    TrustError::Form { path: path.to_owned(), what }
}
