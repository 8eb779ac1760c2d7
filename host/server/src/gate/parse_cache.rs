//! Parsed documents by digest, so that evidence uploaded earlier costs nothing at decision time. Decisions are not cached.

use quick_cache::{Weighter, sync::Cache};
use std::sync::Arc;
use tidegate_core::{digest::Digest, evidence::Document, time::Timestamp};

/// What a parsed form depends on: the bytes, and the format that the caller named, if any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    digest: Digest,
    format: Option<Arc<str>>,
}

/// A parsed document and, when it was uploaded apart, when the gate first received it.
#[derive(Debug, Clone)]
pub struct Cached {
    /// As parsed.
    pub document: Arc<Document>,
    /// When it was first uploaded; `None` when it only ever came with a request.
    pub received_at: Option<Timestamp>,
}

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Cached> for ByBytes {
    /// Rows hold about as much as the text they were read from, so a parsed form weighs three times its bytes.
    fn weight(&self, _: &Key, cached: &Cached) -> u64 {
        cached.document.bytes.len() as u64 * 3 + 1024
    }
}

/// A cache bounded by bytes.
pub struct ParseCache {
    cache: Cache<Key, Cached, ByBytes>,
}

impl std::fmt::Debug for ParseCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParseCache").field("documents", &self.cache.len()).finish()
    }
}

impl ParseCache {
    /// A cache of at most `bytes` bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        // The estimate of items only sizes tables; a report of 64 KiB is a usual one.
        let items = usize::try_from(bytes / (64 * 1024)).unwrap_or(usize::MAX).clamp(64, 1 << 20);
        Self { cache: Cache::with_weighter(items, bytes, ByBytes) }
    }

    /// The parsed form of these bytes read as `format`.
    #[must_use]
    pub fn get(&self, digest: Digest, format: Option<&str>) -> Option<Cached> {
        self.cache.get(&Key { digest, format: format.map(Arc::from) })
    }

    /// Keeps a parsed form. One that was uploaded apart keeps the moment of its upload.
    pub fn insert(&self, format: Option<&str>, cached: Cached) {
        let key = Key { digest: cached.document.digest, format: format.map(Arc::from) };
        let received_at = cached.received_at.or_else(|| self.cache.get(&key).and_then(|known| known.received_at));
        self.cache.insert(key, Cached { received_at, ..cached });
    }
}
