//! What an engine is told when it is made.

use std::{path::PathBuf, time::Duration};

/// How an engine works.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// What plugins may use.
    pub limits: Limits,
    /// Evaluations at the same time, at most; further ones wait. Each takes 4 GiB of address space, not of memory.
    pub slots: u32,
    /// Where precompiled components are kept: a directory of mode 0700. `None`: every load compiles.
    pub cache_dir: Option<PathBuf>,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self { limits: Limits::default(), slots: 64, cache_dir: None }
    }
}

/// What plugins may use. An error says how much was used and how much is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wall clock of one call.
    pub plugin_deadline: Duration,
    /// Linear memory of one instance.
    pub plugin_memory_bytes: u64,
    /// Findings listed by one evaluation.
    pub findings_max: u32,
    /// Bytes of one string that a plugin hands over.
    pub string_bytes_max: u32,
    /// Bytes that a plugin hands over in one go: its whole answer, or the arguments of one call to the host.
    pub answer_bytes_max: u32,
    /// Log lines of one evaluation; further ones are counted.
    pub log_lines_max: u32,
    /// Rows of evidence in one answer of the host.
    pub page_rows_max: u32,
    /// Bytes of a component file.
    pub component_bytes_max: u64,
    /// Bytes of a stage's settings, and of the schema that describes them.
    pub settings_bytes_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            plugin_deadline: Duration::from_secs(2),
            plugin_memory_bytes: 64 << 20,
            findings_max: 1000,
            string_bytes_max: 64 << 10,
            answer_bytes_max: 8 << 20,
            log_lines_max: 256,
            page_rows_max: 4096,
            component_bytes_max: 64 << 20,
            settings_bytes_max: 1 << 20,
        }
    }
}
