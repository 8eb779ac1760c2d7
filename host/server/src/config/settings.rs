//! All settings there are: key, kind, bounds.

use super::{
    Config,
    kind::{
        Given, address,
        bytes::{self, GIB, KIB, MIB},
        count, keepings, origin, path, span, url, witnesses, word,
    },
    mistake::Refused,
};

/// One setting.
#[derive(Debug)]
pub(super) struct Setting {
    /// As the file nests it, with dots.
    pub(super) key: &'static str,
    /// Reads a value into its place, or says why not.
    pub(super) apply: fn(&mut Config, Given<'_>) -> Result<(), Refused>,
    /// The value as it is read; empty when there is none.
    pub(super) show: fn(&Config) -> Vec<String>,
}

impl Setting {
    /// The variable that sets it: `limits.queue` is `TIDEGATE_LIMITS_QUEUE`.
    pub(super) fn variable(&self) -> String {
        format!("TIDEGATE_{}", self.key.replace('.', "_").to_uppercase())
    }

    /// Where the file has it.
    pub(super) fn pointer(&self) -> String {
        format!("/{}", self.key.replace('.', "/"))
    }
}

/// The key is made of the field's path, so that they cannot differ.
macro_rules! setting {
    ($field:ident: $($kind:tt)+) => { setting!(@ stringify!($field), [$field], $($kind)+) };
    ($group:ident / $field:ident: $($kind:tt)+) => {
        setting!(@ concat!(stringify!($group), ".", stringify!($field)), [$group.$field], $($kind)+)
    };
    (@ $key:expr, [$($path:tt)+], $kind:ident in $bounds:expr) => {
        Setting {
            key: $key,
            apply: |config, given| $kind::read(given, $bounds).map(|value| config.$($path)+ = value),
            show: |config| $kind::show(&config.$($path)+),
        }
    };
    (@ $key:expr, [$($path:tt)+], list of path) => {
        Setting {
            key: $key,
            apply: |config, given| path::read_all(given).map(|value| config.$($path)+ = value),
            show: |config| path::show_all(&config.$($path)+),
        }
    };
    (@ $key:expr, [$($path:tt)+], option of path) => {
        Setting {
            key: $key,
            apply: |config, given| path::read(given).map(|value| config.$($path)+ = Some(value)),
            show: |config| path::show_all(config.$($path)+.as_slice()),
        }
    };
    (@ $key:expr, [$($path:tt)+], $kind:ident) => {
        Setting {
            key: $key,
            apply: |config, given| $kind::read(given).map(|value| config.$($path)+ = value),
            show: |config| $kind::show(&config.$($path)+),
        }
    };
}

const SECOND: u64 = 1_000;
const HOUR: u64 = 3_600_000;
const CENTURY: u64 = 100 * 365 * 24 * HOUR;
/// JSON readers stop at 127 values inside each other whatever is set, and XML need not be deeper.
const DEPTH_MAX: u64 = 128;
/// The engine's clock ticks every 10 ms: a shorter deadline could not be kept.
const TICK: u64 = 10;

/// All of them, in the order in which they are printed.
pub(super) const SETTINGS: &[Setting] = &[
    setting!(listen: address),
    setting!(data_dir: path),
    setting!(policies: list of path),
    setting!(dev: word),
    setting!(reload / watch: span in 0..=HOUR),
    setting!(tls / certificate: option of path),
    setting!(tls / key: option of path),
    setting!(tls / client_authority: option of path),
    setting!(ledger / url_file: option of path),
    setting!(checkpoints / origin: origin),
    setting!(checkpoints / key: option of path),
    setting!(checkpoints / file: option of path),
    setting!(checkpoints / witnesses: witnesses),
    setting!(public_url: url),
    setting!(log / format: word),
    setting!(log / level: word),
    setting!(limits / header_bytes: bytes in KIB..=64 * KIB),
    setting!(limits / request_bytes: bytes in KIB..=4 * GIB),
    setting!(limits / document_bytes: bytes in KIB..=4 * GIB),
    setting!(limits / document_rows: count in 1..=100_000_000),
    setting!(limits / depth: count in 1..=DEPTH_MAX),
    setting!(limits / archive_bytes: bytes in KIB..=16 * GIB),
    setting!(limits / archive_ratio: count in 1..=10_000),
    setting!(limits / archive_members: count in 1..=1_000_000),
    setting!(limits / documents: count in 1..=100_000),
    setting!(limits / settings_bytes: bytes in KIB..=64 * MIB),
    setting!(limits / plugin_memory_bytes: bytes in 64 * KIB..=4 * GIB),
    setting!(limits / plugin_deadline: span in TICK..=HOUR),
    setting!(limits / findings: count in 1..=1_000_000),
    setting!(limits / string_bytes: bytes in 256..=64 * MIB),
    setting!(limits / answer_bytes: bytes in KIB..=GIB),
    setting!(limits / page_rows: count in 1..=1_000_000),
    setting!(limits / log_lines: count in 0..=1_000_000),
    setting!(limits / component_bytes: bytes in KIB..=GIB),
    setting!(limits / decision_deadline: span in TICK..=HOUR),
    setting!(limits / in_flight: count in 1..=100_000),
    setting!(limits / queue: count in 0..=1_000_000),
    setting!(limits / connections: count in 1..=1_000_000),
    setting!(limits / caller_in_flight: count in 0..=100_000),
    setting!(limits / caller_queue: count in 0..=1_000_000),
    setting!(limits / caller_rate: count in 1..=1_000_000),
    setting!(limits / scope_waiting_documents: count in 1..=1_000_000_000),
    setting!(limits / scope_waiting_bytes: bytes in KIB..=1024 * GIB),
    setting!(limits / scope_documents: count in 1..=1_000_000_000),
    setting!(limits / scope_bytes: bytes in KIB..=1024 * GIB),
    setting!(limits / unreferenced_after: span in SECOND..=365 * 24 * HOUR),
    setting!(limits / header_timeout: span in SECOND / 10..=HOUR),
    setting!(limits / body_timeout: span in SECOND / 10..=HOUR),
    setting!(limits / parse_cache_bytes: bytes in MIB..=1024 * GIB),
    setting!(oidc / token_bytes: bytes in KIB..=64 * KIB),
    setting!(oidc / clock_skew: span in 0..=HOUR / 6),
    setting!(oidc / keys_refresh: span in SECOND..=24 * HOUR),
    setting!(oidc / keys_stale: span in SECOND..=30 * 24 * HOUR),
    setting!(oidc / keys_retry: span in SECOND / 10..=HOUR),
    setting!(engine / slots: count in 1..=1_000),
    setting!(notices / attempts: count in 1..=10_000),
    setting!(notices / retry_first: span in TICK..=HOUR),
    setting!(notices / retry_max: span in TICK..=24 * HOUR),
    setting!(notices / give_up_after: span in SECOND..=30 * 24 * HOUR),
    setting!(traces / retry_first: span in TICK..=HOUR),
    setting!(traces / retry_max: span in TICK..=24 * HOUR),
    setting!(retention / bodies: span in 0..=CENTURY),
    setting!(retention / passing_evidence: span in 0..=CENTURY),
    setting!(retention / traces: span in 0..=CENTURY),
    setting!(retention / texts: span in 0..=CENTURY),
    setting!(retention / sets: keepings),
];

/// The setting of that key.
#[cfg(test)]
pub(super) fn setting(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}
