//! What the gate is told before it starts: `tidegate.yaml`, `TIDEGATE_*` variables and flags, in rising precedence.
//!
//! Every setting is one line of [`settings`](mod@settings): its key, its kind and its bounds. File keys, variable names, the
//! printed form and the digest all follow from that table; the JSON Schema is written by hand and held to it by a test.
//!
//! **Invariant:** a configuration with a mistake is never half used; all mistakes are reported at once, each with its place.
//! **Invariant:** beyond this machine the gate speaks TLS, and serves nobody without a token.

pub mod flags;
pub mod mistake;
pub mod origin;
pub mod policies;

pub mod bundle;
mod canonical;
mod egress;
mod environment;
mod file;
mod kind;
pub mod load;
pub mod notices;
pub mod orders;
pub(crate) mod parts;
mod reach;
mod schema;
mod sense;
mod settings;
#[cfg(test)]
mod tests;
mod traces;

pub use environment::environment;
pub use flags::Flags;
pub use load::Loaded;
pub use schema::SCHEMA;

use self::{
    bundle::BundleConfig,
    kind::keepings::Keepings,
    mistake::Mistake,
    notices::{Reached, Route},
    orders::OrderConfig,
};
use crate::{egress::destination::DestinationConfig, identity::oidc::OidcLimits};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};
use tidegate_core::digest::Digest;
use tidegate_ledger::{checkpoint::Origin, cosignature::Witness};

/// What the gate is told before it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where it listens; without TLS a loopback address.
    pub listen: SocketAddr,
    /// Where it keeps its record and its caches.
    pub data_dir: PathBuf,
    /// Policy sets: files, or folders of them. [`policies::files`] lists them.
    pub policies: Vec<PathBuf>,
    /// Whose signed bundles it takes instead of policy sets; told by the file alone.
    pub bundle: Option<BundleConfig>,
    /// Whether plugins need no `sha256`: for development.
    pub dev: bool,
    /// How other policies come into force while it serves.
    pub reload: ReloadConfig,
    /// The certificate it shows, and whose it asks for.
    pub tls: TlsConfig,
    /// Where its record is.
    pub ledger: LedgerSettings,
    /// What signs the ledger's checkpoints, and where the last one is kept.
    pub checkpoints: CheckpointsConfig,
    /// How callers reach it, for links in answers; without a slash at the end.
    pub public_url: Option<String>,
    /// What it says on stderr.
    pub log: LogConfig,
    /// How much of anything is allowed.
    pub limits: Limits,
    /// How much is let pass of identity tokens of others.
    pub oidc: OidcLimits,
    /// How plugins run.
    pub engine: EngineConfig,
    /// Where it may ask others, by name; told by the file alone.
    pub egress: BTreeMap<String, DestinationConfig>,
    /// What it may tell programs to do, by name; told by the file alone.
    pub orders: BTreeMap<String, OrderConfig>,
    /// Whom it tells, where, and how often.
    pub notices: NoticesConfig,
    /// Where the span trees of decisions go.
    pub traces: TracesConfig,
    /// How long bodies are kept.
    pub retention: RetentionConfig,
}

/// Where the span trees of decisions go, and how often until somebody takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracesConfig {
    /// A collector that speaks OTLP over HTTP, as a destination under `egress`; told by the file alone. None: they stay in the record.
    pub export: Option<Route>,
    /// How long it waits after the first attempt; twice as long after each further one.
    pub retry_first: Duration,
    /// How long it waits, at most.
    pub retry_max: Duration,
}

impl Default for TracesConfig {
    fn default() -> Self {
        Self { export: None, retry_first: Duration::from_secs(1), retry_max: Duration::from_secs(60) }
    }
}

/// How long what decisions are made of is kept; zero: what the setting says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RetentionConfig {
    /// Documents, what stages said, and everything else that has no time of its own. Zero: for ever.
    pub bodies: Duration,
    /// Documents of decisions to deploy by the rules, no longer than `bodies`. Zero: as `bodies`.
    pub passing_evidence: Duration,
    /// Span trees. Zero: as `bodies`.
    pub traces: Duration,
    /// People's names and words that only decisions name. Zero: for ever.
    pub texts: Duration,
    /// What is otherwise of decisions of some policy sets.
    pub sets: Keepings,
}

/// Whom the gate tells, where, and how often until somebody takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticesConfig {
    /// Where each contact of a policy set is reached; told by the file alone.
    pub contacts: BTreeMap<String, Reached>,
    /// How often one notice is sent, at most.
    pub attempts: u32,
    /// How long it waits after the first attempt; twice as long after each further one.
    pub retry_first: Duration,
    /// How long it waits, at most.
    pub retry_max: Duration,
    /// How old it may be when it is sent again.
    pub give_up_after: Duration,
}

/// How other policies come into force while the gate serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReloadConfig {
    /// How often the policy files and plugins are looked at; zero: never.
    pub watch: Duration,
}

/// The certificate that the gate shows, and whose it asks for: PEM files, read again when they change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TlsConfig {
    /// The gate's certificate and those between it and its authority; none: the gate speaks no TLS.
    pub certificate: Option<PathBuf>,
    /// The certificate's private key.
    pub key: Option<PathBuf>,
    /// Authorities of clients; with them only clients with a certificate of theirs are served.
    pub client_authority: Option<PathBuf>,
}

/// Where the record is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerSettings {
    /// The file that holds the URL of a database on PostgreSQL, a credential; none: the record is a file in the data folder.
    pub url_file: Option<PathBuf>,
}

/// What signs the ledger's checkpoints, and where the last one is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckpointsConfig {
    /// Which ledger they are of; none: the key's name.
    pub origin: Option<Origin>,
    /// The private key; none: one is made once beside the ledger.
    pub key: Option<PathBuf>,
    /// The file of the last checkpoint; none: beside the ledger.
    pub file: Option<PathBuf>,
    /// Who outside says what they saw of the record; none: nobody is asked to.
    pub witnesses: Vec<Witness>,
}

/// What the gate says on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogConfig {
    /// For people or for programs.
    pub format: LogFormat,
    /// How much.
    pub level: LogLevel,
}

/// Whether log lines are for people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One line of text each.
    Text,
    /// One JSON object each.
    Json,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Only what has to be acted upon.
    Error,
    /// And what may have to be.
    Warn,
    /// And what happens.
    Info,
    /// And how.
    Debug,
    /// And everything else.
    Trace,
}

/// How much of anything is allowed. An error says how much was used and how much is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one request's address and headers.
    pub header_bytes: usize,
    /// Bytes of one request's body.
    pub request_bytes: usize,
    /// Bytes of one document of evidence.
    pub document_bytes: usize,
    /// Cases, lines, array elements of one document, all together.
    pub document_rows: usize,
    /// XML elements or JSON values open inside each other.
    pub depth: usize,
    /// Bytes of one archive's files, unpacked.
    pub archive_bytes: usize,
    /// Unpacked bytes per packed byte of an archive.
    pub archive_ratio: usize,
    /// Files and directories of one archive.
    pub archive_members: usize,
    /// Documents of one deployment.
    pub documents: usize,
    /// Bytes of a stage's settings.
    pub settings_bytes: u32,
    /// Linear memory of one plugin instance.
    pub plugin_memory_bytes: u64,
    /// Wall clock of one call of a plugin.
    pub plugin_deadline: Duration,
    /// Findings listed by one evaluation.
    pub findings: u32,
    /// Bytes of one text.
    pub string_bytes: u32,
    /// Bytes that a plugin hands over in one go.
    pub answer_bytes: u32,
    /// Rows of evidence in one answer of the host to a plugin.
    pub page_rows: u32,
    /// Log lines of one evaluation.
    pub log_lines: u32,
    /// Bytes of a component file.
    pub component_bytes: u64,
    /// Wall clock of one whole decision.
    pub decision_deadline: Duration,
    /// Decisions being made at the same time.
    pub in_flight: usize,
    /// Decisions waiting for their turn.
    pub queue: usize,
    /// Connections open at the same time.
    pub connections: usize,
    /// Decisions of one caller being made while others are here; 0: as many as the machine has processors but one.
    pub caller_in_flight: usize,
    /// Decisions of one caller waiting for their turn.
    pub caller_queue: usize,
    /// Requests of one caller in a second.
    pub caller_rate: u32,
    /// Documents of one scope that no decision names.
    pub scope_waiting_documents: u64,
    /// Bytes of these.
    pub scope_waiting_bytes: u64,
    /// Documents of one scope altogether.
    pub scope_documents: u64,
    /// Bytes of these.
    pub scope_bytes: u64,
    /// How long an upload is kept that no decision names.
    pub unreferenced_after: Duration,
    /// For a request's headers to arrive, also those of the next request on an open connection.
    pub header_timeout: Duration,
    /// For a request's body to arrive.
    pub body_timeout: Duration,
    /// Bytes of parsed documents kept for later decisions.
    pub parse_cache_bytes: usize,
}

/// How plugins run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineConfig {
    /// Evaluations at the same time.
    pub slots: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8780)),
            data_dir: PathBuf::from("tidegate-data"),
            policies: vec![PathBuf::from("policies")],
            bundle: None,
            dev: false,
            reload: ReloadConfig { watch: Duration::from_secs(2) },
            tls: TlsConfig::default(),
            ledger: LedgerSettings::default(),
            checkpoints: CheckpointsConfig::default(),
            public_url: None,
            log: LogConfig { format: LogFormat::Text, level: LogLevel::Info },
            limits: Limits::default(),
            oidc: OidcLimits::default(),
            engine: EngineConfig { slots: 64 },
            egress: BTreeMap::new(),
            orders: BTreeMap::new(),
            notices: NoticesConfig::default(),
            traces: TracesConfig::default(),
            retention: RetentionConfig::default(),
        }
    }
}

impl Default for NoticesConfig {
    fn default() -> Self {
        Self {
            contacts: BTreeMap::new(),
            attempts: 300,
            retry_first: Duration::from_secs(1),
            retry_max: Duration::from_secs(15 * 60),
            give_up_after: Duration::from_secs(72 * 3600),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_bytes: 32 << 10,
            request_bytes: 64 << 20,
            document_bytes: 32 << 20,
            document_rows: 1_000_000,
            depth: 128,
            archive_bytes: 64 << 20,
            archive_ratio: 200,
            archive_members: 2_000,
            documents: 2_000,
            settings_bytes: 1 << 20,
            plugin_memory_bytes: 64 << 20,
            plugin_deadline: Duration::from_secs(2),
            findings: 1_000,
            string_bytes: 64 << 10,
            answer_bytes: 8 << 20,
            page_rows: 4_096,
            log_lines: 256,
            component_bytes: 64 << 20,
            decision_deadline: Duration::from_secs(20),
            in_flight: 256,
            queue: 1_024,
            connections: 4_096,
            caller_in_flight: 0,
            caller_queue: 256,
            caller_rate: 1_000,
            scope_waiting_documents: 20_000,
            scope_waiting_bytes: 4 << 30,
            scope_documents: 20_000_000,
            scope_bytes: 1 << 40,
            unreferenced_after: Duration::from_secs(24 * 3600),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(60),
            parse_cache_bytes: 256 << 20,
        }
    }
}

impl Config {
    /// The configuration that file, variables and flags make together, or everything that is wrong with them.
    pub fn load(flags: &Flags, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<Mistake>> {
        load::load(flags, variables).map(|loaded| loaded.config)
    }

    /// Of the canonical form: equal configurations have equal digests, wherever their values came from.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(canonical::canonical(self).as_bytes())
    }
}
