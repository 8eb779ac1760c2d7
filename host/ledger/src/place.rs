//! Where a ledger is: a file, or a database on PostgreSQL.

pub mod url_file;

use crate::{
    config::LedgerConfig,
    error::LedgerError,
    store::{dialect, open::Writing},
};
use sqlx::{
    Connection as _,
    postgres::{PgConnectOptions, PgSslMode},
};
use std::{
    fmt,
    net::IpAddr,
    path::{Path, PathBuf},
    str::FromStr as _,
    sync::Arc,
};
use zeroize::Zeroizing;

/// Where a ledger is. As text it holds no password.
#[derive(Debug, Clone)]
pub enum Place {
    /// In this SQLite file.
    File(PathBuf),
    /// In this database on PostgreSQL.
    Postgres(PostgresUrl),
}

/// A URL that begins with `postgres://` or `postgresql://`; as text it shows user, host, port and database.
#[derive(Clone)]
pub struct PostgresUrl {
    url: Arc<Zeroizing<String>>,
    shown: Arc<str>,
}

/// Why a text is no URL of a database on PostgreSQL. It does not repeat the text, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// It cannot be read.
    #[error("expected a URL such as `postgres://user:password@host/database`")]
    NoUrl,
    /// Whoever answers in that host's place would not be told apart.
    #[error(
        "host `{host}` is another machine, and the URL does not say whether TLS is asked for\nhint: add `?sslmode=verify-full`"
    )]
    NoTls {
        /// As the URL names it.
        host: String,
    },
}

impl PostgresUrl {
    /// Reads a URL. One of another machine has to say `sslmode`, and neither `prefer` nor `allow`, which anybody on the way can turn off.
    pub fn parse(text: &str) -> Result<Self, PlaceError> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(PlaceError::NoUrl);
        }
        let options = PgConnectOptions::from_str(text).map_err(|_| PlaceError::NoUrl)?;
        let is_here = options.get_socket().is_some() || is_of_this_machine(options.get_host());
        if !is_here && matches!(options.get_ssl_mode(), PgSslMode::Prefer | PgSslMode::Allow) {
            return Err(PlaceError::NoTls { host: options.get_host().to_owned() });
        }
        let host =
            options.get_socket().map_or_else(|| options.get_host().to_owned(), |path| path.display().to_string());
        let (user, port) = (options.get_username(), options.get_port());
        let database = options.get_database().unwrap_or(user);
        let shown = format!("postgres://{user}@{host}:{port}/{database}").into();
        Ok(Self { url: Arc::new(Zeroizing::new(text.to_owned())), shown })
    }

    /// With the password in it.
    pub(crate) fn secret(&self) -> &str {
        &self.url
    }
}

fn is_of_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.starts_with('/') || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Place {
    /// Whether a ledger was ever opened there. A database has to answer for it.
    pub async fn holds_ledger(&self) -> Result<bool, LedgerError> {
        match self {
            Self::File(path) => Ok(path.exists()),
            Self::Postgres(_) => {
                let failed = |cause: sqlx::Error| LedgerError::Open { place: self.clone(), cause: cause.into() };
                let writing = Writing::new(self, &LedgerConfig::default());
                let mut connection = writing.session().await.map_err(failed)?;
                let is_there = dialect::is_there(&mut connection).await.map_err(failed)?;
                connection.close().await.map_err(failed)?;
                Ok(is_there)
            }
        }
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({})", self.shown)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl From<&Self> for Place {
    fn from(place: &Self) -> Self {
        place.clone()
    }
}

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&PathBuf> for Place {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

impl From<PostgresUrl> for Place {
    fn from(url: PostgresUrl) -> Self {
        Self::Postgres(url)
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, PlaceError, PostgresUrl};

    #[test]
    fn a_password_is_not_shown() {
        let url = PostgresUrl::parse("postgres://gate:hunter2@127.0.0.1:5433/ledger?application_name=hunter2").unwrap();
        assert_eq!(url.to_string(), "postgres://gate@127.0.0.1:5433/ledger");
        let place = Place::from(url);
        assert!(!format!("{place} {place:?}").contains("hunter2"), "{place:?}");
    }

    #[test]
    fn a_text_that_is_no_url_is_refused_and_not_repeated() {
        for text in ["", "ledger.sqlite", "mysql://a:hunter2@b/c", "postgres://a:hunter2@b:port/c"] {
            let error = PostgresUrl::parse(text).unwrap_err();
            assert_eq!(error, PlaceError::NoUrl, "{text}");
            assert!(!error.to_string().contains("hunter2"));
        }
    }

    #[test]
    fn another_machine_is_asked_for_tls_or_told_that_there_is_none() {
        for (rest, is_refused) in [
            ("db.example/l", true),
            ("db.example/l?sslmode=prefer", true),
            ("db.example/l?sslmode=allow", true),
            ("db.example/l?sslmode=verify-full", false),
            ("db.example/l?sslmode=disable", false),
            ("127.0.0.1/l", false),
            ("[::1]/l", false),
            ("localhost/l", false),
            ("%2Frun%2Fpostgresql/l", false),
        ] {
            let read = PostgresUrl::parse(&format!("postgres://gate@{rest}"));
            assert_eq!(read.is_err(), is_refused, "{rest}: {read:?}");
        }
    }
}
