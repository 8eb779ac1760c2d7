//! Parsed documents by digest, so that evidence uploaded earlier costs nothing at decision time. Decisions are not cached.

use quick_cache::{Weighter, sync::Cache};
use std::sync::Arc;
use tidegate_core::{digest::Digest, evidence::Document, signer::Signers, time::Timestamp};

/// What a parsed form depends on: the bytes, the format that the caller named, if any, and for what came in an envelope the
/// signers that were known: signed under one policy set's keys is not signed under another's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    digest: Digest,
    format: Option<Arc<str>>,
    signers: Option<Digest>,
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

    /// The parsed form of these bytes read as `format`, if it depends on nobody's signature.
    #[must_use]
    pub fn get(&self, digest: Digest, format: Option<&str>) -> Option<Cached> {
        self.cache.get(&Key { digest, format: format.map(Arc::from), signers: None })
    }

    /// The parsed form of these bytes read as `format` where these signers are known.
    #[must_use]
    pub fn get_known(&self, digest: Digest, format: Option<&str>, signers: &Signers) -> Option<Cached> {
        let signed = Key { digest, format: format.map(Arc::from), signers: Some(signers.digest()) };
        self.get(digest, format).or_else(|| self.cache.get(&signed))
    }

    /// Keeps a parsed form, read where these signers were known. One that was uploaded apart keeps the moment of its upload.
    pub fn insert(&self, format: Option<&str>, signers: &Signers, cached: Cached) {
        // An envelope that was read was signed: what has no signer came in none.
        let signers = cached.document.signer.as_ref().map(|_| signers.digest());
        let key = Key { digest: cached.document.digest, format: format.map(Arc::from), signers };
        let received_at = cached.received_at.or_else(|| self.cache.get(&key).and_then(|known| known.received_at));
        self.cache.insert(key, Cached { received_at, ..cached });
    }
}

#[cfg(test)]
mod tests {
    use super::{Cached, ParseCache};
    use std::sync::Arc;
    use tidegate_core::{digest::Digest, signer::Signers};
    use tidegate_evidence::{Limits, read, read_signed, signing::SigningKey};

    const FACTS: &[u8] = br#"{"format":"tidegate/facts/v1","facts":[{"name":"a","value":1}]}"#;

    fn signers(seed: u8) -> (SigningKey, Signers) {
        let key = SigningKey::ed25519(&[seed; 32]).unwrap();
        let signers = Signers::new(vec![key.known_as("team")]);
        (key, signers)
    }

    #[test]
    fn signed_under_one_sets_keys_is_not_signed_under_anothers() {
        let cache = ParseCache::new(1 << 20);
        let ((key, ours), (_, theirs)) = (signers(1), signers(2));
        let envelope: Arc<[u8]> = key.seal("tidegate:evidence/facts", FACTS).into_bytes().into();
        let digest = Digest::of(&envelope);
        let document = Arc::new(read_signed(envelope, None, &Limits::default(), &ours).unwrap());
        cache.insert(None, &ours, Cached { document, received_at: None });
        assert!(cache.get_known(digest, None, &ours).is_some_and(|cached| cached.document.signer.is_some()));
        assert!(cache.get_known(digest, None, &theirs).is_none());
        assert!(cache.get_known(digest, Some("dsse"), &ours).is_none());
        assert!(cache.get(digest, None).is_none());
    }

    #[test]
    fn what_nobody_signed_is_parsed_once_for_all_sets() {
        let cache = ParseCache::new(1 << 20);
        let ((_, ours), (_, theirs)) = (signers(1), signers(2));
        let document = Arc::new(read(Arc::from(FACTS), None, &Limits::default()).unwrap());
        cache.insert(None, &ours, Cached { document, received_at: None });
        assert!(cache.get_known(Digest::of(FACTS), None, &theirs).is_some());
        assert!(cache.get(Digest::of(FACTS), None).is_some());
    }
}
