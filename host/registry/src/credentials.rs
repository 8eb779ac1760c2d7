//! Who this is to a registry, as docker's own configuration has it.
//!
//! `credHelpers` and `credsStore` name programs that know; `auths` holds what was typed, in base64.

pub mod helper;

use helper::HelperError;

use crate::manifest::told;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// Bytes of the file, at most.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// How long a helper may take.
const HELPER_TIME: Duration = Duration::from_secs(20);
/// What docker calls its own registry in this file.
const DOCKER_HUB: &str = "index.docker.io";

/// A name and a password, or a token that stands for both.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// Sent as they are.
    Password {
        /// Who.
        user: String,
        /// What only they know.
        password: String,
    },
    /// Exchanged for others where the registry says.
    IdentityToken(String),
}

/// Where credentials are looked for.
#[derive(Clone, Default)]
pub struct Credentials {
    file: File,
    given: BTreeMap<String, Credential>,
    helpers: OsString,
}

/// Credentials that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The file.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is longer than any that docker writes.
    #[error("`{}` is too large: more than {FILE_BYTES_MAX} bytes used, {FILE_BYTES_MAX} allowed", path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// It is not docker's.
    #[error("`{}` is no configuration of docker's: {cause}", path.display())]
    Form {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// What stands there for a registry. It is not repeated.
    #[error(
        "what docker's configuration holds for `{registry}` is no name and password; hint: `docker login {registry}` writes it anew"
    )]
    Entry {
        /// Which registry.
        registry: String,
    },
    /// A program that should know.
    #[error(transparent)]
    Helper(#[from] HelperError),
}

#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(default)]
    auths: BTreeMap<String, Entry>,
    #[serde(default)]
    cred_helpers: BTreeMap<String, String>,
    #[serde(default)]
    creds_store: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
struct Entry {
    #[serde(default)]
    auth: Option<String>,
    #[serde(default)]
    identitytoken: Option<String>,
}

impl Credentials {
    /// Nobody, to every registry.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// As this file says; its helpers are looked for in the folders of `helpers`, which is written as `PATH` is.
    pub fn read(path: &Path, helpers: OsString) -> Result<Self, CredentialError> {
        let read = |source| CredentialError::Read { path: path.to_owned(), source };
        if fs::metadata(path).map_err(read)?.len() > FILE_BYTES_MAX {
            return Err(CredentialError::TooLarge { path: path.to_owned() });
        }
        let text = fs::read(path).map_err(read)?;
        let form = |error| CredentialError::Form { path: path.to_owned(), cause: told(&error) };
        Ok(Self { file: serde_json::from_slice(&text).map_err(form)?, helpers, ..Self::default() })
    }

    /// As the file says that docker would read for this user; without one, nobody.
    pub fn usual() -> Result<Self, CredentialError> {
        let folder = env::var_os("DOCKER_CONFIG").map(PathBuf::from);
        let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".docker"));
        match folder.or_else(home).map(|folder| folder.join("config.json")) {
            Some(path) if path.exists() => Self::read(&path, env::var_os("PATH").unwrap_or_default()),
            _ => Ok(Self::none()),
        }
    }

    /// This to that registry, whatever a file says.
    #[must_use]
    pub fn with(mut self, registry: &str, credential: Credential) -> Self {
        self.given.insert(registry.to_owned(), credential);
        self
    }

    /// Who this is to that registry; `None`: nobody in particular.
    pub async fn of(&self, registry: &str) -> Result<Option<Credential>, CredentialError> {
        if let Some(given) = self.given.get(registry) {
            return Ok(Some(given.clone()));
        }
        let named = |name: &str| host_of(name) == host_of(registry);
        let own = self.file.cred_helpers.iter().find(|(name, _)| named(name)).map(|(_, helper)| helper);
        let auth = self.file.auths.iter().find(|(name, _)| named(name));
        if let Some(helper) = own.or(self.file.creds_store.as_ref()) {
            // Stores know registries by the name under which docker keeps them.
            let name = match auth {
                Some((name, _)) => name.as_str(),
                None if host_of(registry) == DOCKER_HUB => "https://index.docker.io/v1/",
                None => registry,
            };
            if let Some(found) = helper::ask(helper, name, &self.helpers, HELPER_TIME).await? {
                return Ok(Some(found));
            }
        }
        auth.map_or(Ok(None), |(_, entry)| entry.credential(registry))
    }
}

impl Entry {
    fn credential(&self, registry: &str) -> Result<Option<Credential>, CredentialError> {
        if let Some(token) = self.identitytoken.as_ref().filter(|token| !token.is_empty()) {
            return Ok(Some(Credential::IdentityToken(token.clone())));
        }
        // Docker leaves an empty entry for what a store knows.
        let Some(auth) = self.auth.as_ref().filter(|auth| !auth.is_empty()) else { return Ok(None) };
        let decoded = STANDARD.decode(auth).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
        let (user, password) = pair.ok_or_else(|| CredentialError::Entry { registry: registry.to_owned() })?;
        // Docker pads with zero bytes.
        let password = password.trim_end_matches('\0').to_owned();
        Ok(Some(Credential::Password { user: user.to_owned(), password }))
    }
}

/// `r.example` of `https://r.example/v1/`.
fn host_of(name: &str) -> &str {
    let rest = name.strip_prefix("https://").or_else(|| name.strip_prefix("http://")).unwrap_or(name);
    match rest.split('/').next().unwrap_or(rest) {
        "docker.io" | "registry-1.docker.io" => DOCKER_HUB,
        host => host,
    }
}

/// Passwords are not shown.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { user, .. } => f.debug_struct("Password").field("user", user).finish_non_exhaustive(),
            Self::IdentityToken(_) => f.write_str("IdentityToken"),
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("registries", &self.file.auths.keys()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
