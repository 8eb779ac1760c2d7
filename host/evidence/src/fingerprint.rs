//! Names for issues that stay the same from run to run.

use std::{collections::HashMap, sync::Arc};
use tidegate_core::digest::Digest;

/// The fingerprints of a document, as they are given.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints {
    /// How often each came: the second issue of a kind must not hide behind the first.
    seen: HashMap<Digest, u32>,
}

impl Fingerprints {
    /// From rule, path and message, or what the tool gives in place of the message; a repeat is numbered.
    pub(crate) fn of(&mut self, rule: &str, path: &str, what: &str) -> Arc<str> {
        let digest = Digest::of([rule, path, what].join("\0").as_bytes());
        let count = self.seen.entry(digest).or_default();
        *count += 1;
        if *count == 1 { Arc::from(digest.hex()) } else { Arc::from(format!("{}#{count}", digest.hex())) }
    }
}
