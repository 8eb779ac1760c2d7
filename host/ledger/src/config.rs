//! What a ledger may use.

use crate::{checkpoint::CheckpointConfig, evidence::Quota};
use std::time::Duration;

/// Limits of a ledger; [`Default`] is right for a gate on one machine.
#[derive(Debug, Clone)]
pub struct LedgerConfig {
    /// Records that may wait for the writer; one more is refused as busy.
    pub queue_max: usize,
    /// Bytes of bodies and documents that may wait with them.
    pub queue_bytes_max: usize,
    /// Records of one commit, at most.
    pub batch_max: usize,
    /// Plain bytes of one body, at most.
    pub body_bytes_max: usize,
    /// Pages of 4 KiB that the file may grow to; `None`: as large as the disk allows.
    pub pages_max: Option<u32>,
    /// How long to wait for another process that reads or copies the file.
    pub busy_timeout: Duration,
    /// How long a commit on PostgreSQL may take, before the database counts as away. What became of the commit is not known then, as after
    /// any lost connection: whoever asks again with the same idempotency key is told.
    pub answer_timeout: Duration,
    /// What each scope may keep.
    pub quota: Quota,
    /// Connections for reading.
    pub readers: u32,
    /// Checkpoints, signed with every commit; `None`: none are signed, and those signed before are still compared.
    pub checkpoints: Option<CheckpointConfig>,
}

impl Default for LedgerConfig {
    fn default() -> Self {
        Self {
            queue_max: 1024,
            queue_bytes_max: 256 << 20,
            batch_max: 256,
            body_bytes_max: 64 << 20,
            pages_max: None,
            busy_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(30),
            quota: Quota::default(),
            readers: 4,
            checkpoints: None,
        }
    }
}
