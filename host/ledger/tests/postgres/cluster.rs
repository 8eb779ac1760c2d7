//! A PostgreSQL of our own: made from the programs of this machine in a private folder, reached through a socket in it, gone with this process.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::{fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// When this is `1`, a machine without PostgreSQL's programs fails the tests that need them.
const REQUIRED: &str = "POSTGRES_REQUIRED";

/// Starts the server, says so, and stops it once its input ends: that is when the test's process does, however it does.
const GUARD: &str = r#"
    "$1/pg_ctl" -D "$2/data" -w -s -l "$2/log" -o "$3" start || { cat "$2/log"; exit 1; }
    echo ready
    cat > /dev/null
    "$1/pg_ctl" -D "$2/data" -w -s -m immediate stop
    rm -rf -- "$2"
"#;

/// Nothing here has to survive a power cut.
const SETTINGS: &str =
    "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=32MB";

/// A server, and the process that stops it.
pub(crate) struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<(u32, u32)>,
    _guard: Child,
}

impl Cluster {
    /// The one of this process; none on a machine without PostgreSQL's programs, which is said.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// One more, which may be stopped.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(std::env::var_os(REQUIRED).is_none_or(|value| value != "1"), "no initdb, and {REQUIRED}=1");
            // Not captured by the harness, unlike what is printed.
            let _ = writeln!(std::io::stderr(), "no initdb on this machine: what needs PostgreSQL is left out");
            return None;
        };
        // Whoever stops the server takes the folder away.
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp").unwrap().keep();
        let user = unprivileged(&folder);
        if let Some((user, group)) = user {
            chown(&folder, Some(user), Some(group)).unwrap();
        }
        let mut initdb = Command::new(programs.join("initdb"));
        initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=gate", "--no-sync", "-D"]);
        let made = as_user(&mut initdb, user).arg(folder.join("data")).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(&programs).arg(&folder).arg(options(&folder));
        as_user(&mut guard, user).stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut guard = guard.spawn().unwrap();
        let mut said = String::new();
        BufReader::new(guard.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said, "ready\n");
        Some(Self { folder, programs, user, _guard: guard })
    }

    /// The server is away, as after a crash of its machine.
    pub(crate) fn away(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    /// The server is back.
    pub(crate) fn back(&self) {
        let log = self.folder.join("log");
        self.control(&["-l", log.to_str().unwrap(), "-o", &options(&self.folder), "start"]);
    }

    /// Nobody answers, and nobody says so: as when a network swallows what is sent. Goes on with [`Cluster::wakes`].
    pub(crate) fn sleeps(&self) {
        self.signal("-STOP");
    }

    pub(crate) fn wakes(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let postmaster = pid.lines().next().unwrap();
        let script = r#"kill "$1" "$2" && pkill "$1" -P "$2""#;
        let mut shell = Command::new("sh");
        let done = as_user(shell.args(["-c", script, "signal", signal, postmaster]), self.user).status().unwrap();
        assert!(done.success());
    }

    fn control(&self, rest: &[&str]) {
        let mut control = Command::new(self.programs.join("pg_ctl"));
        as_user(&mut control, self.user).arg("-D").arg(self.folder.join("data")).args(["-w", "-s"]).args(rest);
        assert!(control.stdout(Stdio::null()).status().unwrap().success(), "{rest:?}");
    }

    /// An empty database, gone with what is returned.
    pub(crate) fn database(&self) -> Database {
        static NAMES: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NAMES.fetch_add(1, Ordering::Relaxed));
        let psql = Psql { program: self.programs.join("psql"), folder: self.folder.clone() };
        assert!(psql.run("postgres", &format!("CREATE DATABASE {name}")), "{name}");
        Database { url: self.url(&name), psql, name }
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://gate@{}/{database}", self.folder.display().to_string().replace('/', "%2F"))
    }
}

/// A database of one test.
pub(crate) struct Database {
    url: String,
    psql: Psql,
    name: String,
}

/// Runs statements.
struct Psql {
    program: PathBuf,
    folder: PathBuf,
}

impl Psql {
    fn run(&self, database: &str, sql: &str) -> bool {
        let mut psql = Command::new(&self.program);
        psql.arg("-h").arg(&self.folder).args([
            "-U",
            "gate",
            "-d",
            database,
            "-q",
            "-X",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
        ]);
        // What went wrong is in the server's log; a server that is away is no news.
        psql.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    }
}

impl Database {
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs statements past everybody.
    pub(crate) fn run(&self, sql: &str) {
        assert!(self.psql.run(&self.name, sql), "{sql}");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The server may be away, and then takes it along.
        self.psql.run("postgres", &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn options(folder: &Path) -> String {
    format!("{SETTINGS} -c unix_socket_directories={}", folder.display())
}

/// Where `initdb` lies: the newest that Debian installs, or whatever is on the path.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let newest_first = versions.into_iter().rev().map(|(_, folder)| folder);
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest_first.chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").is_file())
}

/// `initdb` refuses to work for root: whom it works for then.
fn unprivileged(folder: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    if fs::metadata(folder).unwrap().uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let of = |name: &str| {
        let mut fields = users.lines().find(|line| line.split(':').next() == Some(name))?.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    Some(of("postgres").or_else(|| of("nobody")).unwrap())
}

fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    // Not where this process is: another user may not be allowed there.
    command.current_dir("/");
    match user {
        Some((user, group)) => command.uid(user).gid(group),
        None => command,
    }
}
