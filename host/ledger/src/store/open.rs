//! Connections: one that writes, a few that read.

use super::{
    Connection, Pool, dialect,
    kind::Kind,
    schema::{self, SchemaError},
};
use crate::{
    config::LedgerConfig,
    error::{LedgerError, StoreError},
    place::Place,
};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _,
    any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers},
};
use std::{fmt::Write as _, io, os::unix::ffi::OsStrExt as _, path::Path, str::FromStr as _, time::Duration};
use tokio::time::timeout;

/// How long somebody who opens a ledger on PostgreSQL waits for others who open it: one of them may be bringing its tables to another shape.
const OPENING: Duration = Duration::from_mins(1);

/// How long whoever reads waits for a connection, at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// KiB of pages that the writer keeps in memory: a commit of many records touches more than SQLite's own 2 MiB, and pages that find no room
/// are written to the log before they are finished, and read again.
const WRITER_CACHE_KIB: u32 = 64 << 10;
/// Pages of the log that are written before it is brought into the file: a commit of many records writes more than SQLite's own 1,000, and
/// with each of them the same pages again.
const LOG_PAGES: u32 = 8_000;
/// KiB of pages that each reader keeps in memory: values of attributes lie all over the file.
const READER_CACHE_KIB: u32 = 32 << 10;

/// How the writer connects: nothing is acknowledged that is not on the disk.
#[derive(Debug, Clone)]
pub(crate) struct Writing {
    place: Place,
    busy_timeout: Duration,
    answer_timeout: Duration,
    pages_max: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
enum Mode {
    Create,
    Write,
    Read,
}

impl Writing {
    pub(crate) fn new(place: &Place, config: &LedgerConfig) -> Self {
        let LedgerConfig { busy_timeout, answer_timeout, pages_max, .. } = *config;
        Self { place: place.clone(), busy_timeout, answer_timeout, pages_max }
    }

    /// Waits for work of a database that may be out of reach, but not for ever. A file is not.
    pub(crate) async fn within<T, E: From<sqlx::Error>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        match self.place {
            Place::File(_) => work.await,
            Place::Postgres(_) => timeout(self.answer_timeout, work).await.unwrap_or_else(|_| {
                let seconds = self.answer_timeout.as_secs();
                let cause = format!("the database did not answer within {seconds} s");
                Err(sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, cause)).into())
            }),
        }
    }

    /// The connection, unless the database ended it.
    pub(crate) async fn if_it_answers(&self, mut connection: Connection) -> Option<Connection> {
        match self.place {
            Place::File(_) => Some(connection),
            Place::Postgres(_) => connection.ping().await.is_ok().then_some(connection),
        }
    }

    /// Ends a connection of which nothing is known.
    pub(crate) async fn end(&self, connection: Connection) {
        match self.place {
            Place::File(_) => {
                let _ = connection.close().await;
            }
            // Not closed: somebody would have to answer.
            Place::Postgres(_) => drop(connection),
        }
    }

    /// Opens or creates the database and brings its tables to this build's shape. Others who open it wait, until [`dialect::together`].
    pub(crate) async fn create(&self) -> Result<Connection, LedgerError> {
        let failed = |cause: sqlx::Error| LedgerError::Open { place: self.place.clone(), cause: cause.into() };
        if let Place::File(path) = &self.place
            && dialect::is_archive(path)
        {
            return Err(LedgerError::Archive { place: self.place.clone() });
        }
        let mut connection = self.connect(Mode::Create).await.map_err(failed)?;
        let kind = Kind::of(&connection);
        if kind == Kind::Postgres {
            connection.execute(AssertSqlSafe(lock_timeout(OPENING))).await.map_err(failed)?;
        }
        dialect::alone(&mut connection).await.map_err(failed)?;
        let place = || self.place.clone();
        schema::bring(&mut connection).await.map_err(|error| match error {
            SchemaError::Other(cause) => LedgerError::OtherTables { place: place(), cause },
            SchemaError::Migrate(cause) => LedgerError::Migrate { place: place(), cause: Box::new(cause) },
        })?;
        if kind == Kind::Postgres {
            connection.execute(AssertSqlSafe(lock_timeout(self.busy_timeout))).await.map_err(failed)?;
        }
        Ok(connection)
    }

    /// Opens the database again; one that has gone away is not made anew. As [`Writing::create`], it keeps others waiting who open it.
    pub(crate) async fn again(&self) -> Result<Connection, StoreError> {
        let mut connection = self.connect(Mode::Write).await?;
        dialect::alone(&mut connection).await?;
        undo_in_memory(&mut connection).await?;
        // A newer build may have changed them meanwhile.
        schema::serves(&mut connection).await.map_err(|cause| sqlx::Error::Configuration(cause.into()))?;
        Ok(connection)
    }

    /// A session of its own.
    pub(crate) async fn session(&self) -> Result<Connection, sqlx::Error> {
        self.connect(Mode::Write).await
    }

    async fn connect(&self, mode: Mode) -> Result<Connection, sqlx::Error> {
        self.within(async {
            let mut connection = options(&self.place, mode)?.connect().await?;
            for statement in self.statements(Kind::of(&connection)) {
                connection.execute(AssertSqlSafe(statement)).await?;
            }
            Ok(connection)
        })
        .await
    }

    fn statements(&self, kind: Kind) -> Vec<String> {
        let mut statements = match kind {
            Kind::Sqlite => vec![
                busy_timeout(self.busy_timeout),
                "PRAGMA journal_mode = WAL".to_owned(),
                "PRAGMA synchronous = FULL".to_owned(),
                // Apple's fsync does not reach the disk.
                "PRAGMA fullfsync = 1".to_owned(),
                cache(WRITER_CACHE_KIB),
                format!("PRAGMA wal_autocheckpoint = {LOG_PAGES}"),
                // What is deleted is overwritten, not only given free.
                "PRAGMA secure_delete = 1".to_owned(),
            ],
            Kind::Postgres => vec![
                lock_timeout(self.busy_timeout),
                // Whatever the server's own setting is: it may be stricter, not laxer.
                "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
                    .to_owned(),
                // A gate whose machine is gone must not keep the others waiting for its lock.
                "SET idle_in_transaction_session_timeout = '30s'".to_owned(),
                "SET tcp_keepalives_idle = 10".to_owned(),
                "SET tcp_keepalives_interval = 5".to_owned(),
                "SET tcp_keepalives_count = 3".to_owned(),
            ],
        };
        if let (Kind::Sqlite, Some(pages)) = (kind, self.pages_max) {
            statements.push(format!("PRAGMA max_page_count = {pages}"));
        }
        statements
    }
}

/// From now on what a savepoint takes back is kept in memory: each record of a commit has one, and SQLite would write the pages that it touches
/// to a file first. Temporary tables would be there too, so this comes after them.
pub(crate) async fn undo_in_memory(connection: &mut Connection) -> Result<(), sqlx::Error> {
    match Kind::of(connection) {
        Kind::Sqlite => connection.execute("PRAGMA temp_store = MEMORY").await.map(drop),
        Kind::Postgres => Ok(()),
    }
}

/// Connections that cannot write; made when they are needed.
pub(crate) fn reading(place: &Place, config: &LedgerConfig) -> Result<Pool, sqlx::Error> {
    let (busy, readers) = (config.busy_timeout, config.readers.max(1));
    let mut pool = AnyPoolOptions::new().max_connections(readers).after_connect(move |connection, _| {
        Box::pin(async move {
            let statement = match Kind::of(connection) {
                Kind::Sqlite => format!("{}; {}", busy_timeout(busy), cache(READER_CACHE_KIB)),
                Kind::Postgres => "SET default_transaction_read_only = on".to_owned(),
            };
            connection.execute(AssertSqlSafe(statement)).await.map(drop)
        })
    });
    if matches!(place, Place::Postgres(_)) {
        // Whoever asks is told that the database is away, and does not wait until it is not.
        pool = pool.acquire_timeout(patience(config));
    }
    Ok(pool.connect_lazy_with(options(place, Mode::Read)?))
}

/// How long somebody waits for a database on PostgreSQL that may be away, where nothing is lost by not waiting.
pub(crate) fn patience(config: &LedgerConfig) -> Duration {
    config.answer_timeout.min(PATIENCE)
}

/// A connection for somebody's own statement.
pub(crate) async fn asking(place: &Place) -> Result<Connection, sqlx::Error> {
    options(place, Mode::Read)?.connect().await
}

fn busy_timeout(busy: Duration) -> String {
    format!("PRAGMA busy_timeout = {}", i32::try_from(busy.as_millis()).unwrap_or(i32::MAX))
}

fn cache(kib: u32) -> String {
    // What is less than zero counts KiB, not pages.
    format!("PRAGMA cache_size = -{kib}")
}

fn lock_timeout(busy: Duration) -> String {
    // None would mean to wait for ever.
    format!("SET lock_timeout = {}", i32::try_from(busy.as_millis()).unwrap_or(i32::MAX).max(1))
}

fn options(place: &Place, mode: Mode) -> Result<AnyConnectOptions, sqlx::Error> {
    install_default_drivers();
    let options = match place {
        Place::File(path) => AnyConnectOptions::from_str(&url_of(path, mode)?)?,
        Place::Postgres(url) => AnyConnectOptions::from_str(url.secret())?,
    };
    Ok(options.disable_statement_logging())
}

/// A URL that leads to exactly this file: every byte that could mean something else is written as `%xx`, the slashes too, since URLs tidy up
/// what they take for paths.
fn url_of(path: &Path, mode: Mode) -> Result<String, sqlx::Error> {
    let path = std::path::absolute(path)?;
    let mut url = String::from("sqlite:");
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() {
            url.push(char::from(*byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(url, "%{byte:02X}");
        }
    }
    url.push_str(match mode {
        Mode::Create => "?mode=rwc",
        Mode::Write => "?mode=rw",
        Mode::Read => "?mode=ro",
    });
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::{Mode, Writing, options};
    use crate::{config::LedgerConfig, place::Place};
    use sqlx::ConnectOptions as _;

    #[tokio::test]
    async fn a_file_is_found_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a b?mode=memory#x.db", "%41.db", ":memory:", "ä€.db"] {
            let path = folder.path().join("x").join("..").join(name);
            std::fs::create_dir_all(folder.path().join("x")).unwrap();
            let place = Place::from(&path);
            Writing::new(&place, &LedgerConfig::default()).create().await.unwrap();
            assert!(folder.path().join(name).exists(), "{name}");
            options(&place, Mode::Read).unwrap().connect().await.unwrap();
        }
        assert!(!folder.path().join("A.db").exists());
    }

    #[tokio::test]
    async fn what_is_written_reaches_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let config = LedgerConfig { pages_max: Some(777), ..LedgerConfig::default() };
        let writing = Writing::new(&Place::from(folder.path().join("ledger.db")), &config);
        let mut connection = writing.create().await.unwrap();
        for (pragma, expected) in
            [("synchronous", 2_i64), ("foreign_keys", 1), ("busy_timeout", 5_000), ("max_page_count", 777)]
        {
            let query = sqlx::AssertSqlSafe(format!("PRAGMA {pragma}"));
            let found: i64 = sqlx::query_scalar(query).fetch_one(&mut connection).await.unwrap();
            assert_eq!(found, expected, "{pragma}");
        }
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut connection).await.unwrap();
        assert_eq!(mode, "wal");
    }
}
