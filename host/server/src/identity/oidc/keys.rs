//! Where issuers' keys come from, and how long they count.
//!
//! Keys are fetched when a token needs them: by one caller at a time, at most once in a while, whatever keys tokens name. When they
//! cannot be fetched, those at hand count for a bounded time; after that nothing is believed.

use super::{
    OidcLimits,
    jwk::{KeySet, KeySetError},
};
use crate::egress::{Egress, error::EgressError, target::Target};
use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};
use tidegate_bundle::identities::KeySource;
use tidegate_core::time::{Timestamp, in_words};
use tokio::io::AsyncReadExt as _;

/// Bytes of a file of keys, at most; those that are fetched are bounded by their destination.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// How long a file of keys may take: one that is a pipe, or lies on a disk that is gone, must not be waited for without end.
const FILE_TIME_MAX: Duration = Duration::from_secs(10);

/// Why an issuer's keys are not at hand.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KeysError {
    /// They never were.
    #[error("are not at hand")]
    Never,
    /// They were fetched too long ago.
    #[error("were fetched too long ago: {} used, {} allowed", in_words(*.used), in_words(*.allowed))]
    Stale {
        /// Since their last fetch.
        used: Duration,
        /// At most.
        allowed: Duration,
    },
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Egress(#[from] EgressError),
    #[error("status {0}")]
    Status(u16),
    #[error("cannot be read: {0}")]
    File(#[from] io::Error),
    #[error("the file is too large: over {allowed} bytes used, {allowed} allowed", allowed = FILE_BYTES_MAX)]
    TooLarge,
    #[error("the keys {0}")]
    Keys(#[from] KeySetError),
}

/// The keys of all issuers, wherever they come from. They outlive a reload of the policies, and so does the count of attempts.
#[derive(Debug)]
pub struct Keys {
    egress: Egress,
    rings: Mutex<BTreeMap<KeySource, Arc<Ring>>>,
}

/// The keys of one issuer.
#[derive(Debug, Default)]
struct Ring {
    at_hand: RwLock<Option<AtHand>>,
    /// The last attempt; whoever holds it is fetching.
    tried: tokio::sync::Mutex<Option<Timestamp>>,
}

#[derive(Debug, Clone)]
struct AtHand {
    keys: Arc<KeySet>,
    fetched: Timestamp,
}

impl Keys {
    /// Fetched through this client.
    #[must_use]
    pub fn new(egress: Egress) -> Self {
        Self { egress, rings: Mutex::default() }
    }

    /// The keys of an issuer, new enough, and with the named one if it has it.
    pub(super) async fn of(
        &self,
        source: &KeySource,
        kid: Option<&str>,
        now: Timestamp,
        limits: &OidcLimits,
    ) -> Result<Arc<KeySet>, KeysError> {
        let ring = self.rings.lock().unwrap_or_else(PoisonError::into_inner).entry(source.clone()).or_default().clone();
        let is_fresh = |at_hand: &AtHand| now.since(at_hand.fetched) < limits.keys_refresh && at_hand.keys.has(kid);
        if !ring.at_hand().as_ref().is_some_and(is_fresh) {
            let (egress, source, limits) = (self.egress.clone(), source.clone(), *limits);
            let (fetching, kid) = (ring.clone(), kid.map(str::to_owned));
            // In a task of its own: a caller who hangs up must not keep others from new keys.
            let fetched = tokio::spawn(async move {
                fetching.refresh(&egress, &source, kid.as_deref(), now, &limits).await;
            });
            // A task that died left what was at hand.
            let _ = fetched.await;
        }
        let AtHand { keys, fetched } = ring.at_hand().ok_or(KeysError::Never)?;
        let used = now.since(fetched);
        if used > limits.keys_stale {
            return Err(KeysError::Stale { used, allowed: limits.keys_stale });
        }
        Ok(keys)
    }
}

impl Ring {
    fn at_hand(&self) -> Option<AtHand> {
        self.at_hand.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn refresh(
        &self,
        egress: &Egress,
        source: &KeySource,
        kid: Option<&str>,
        now: Timestamp,
        limits: &OidcLimits,
    ) {
        let usable = self.at_hand().is_some_and(|at_hand| at_hand.keys.has(kid));
        let mut tried = match self.tried.try_lock() {
            Ok(tried) => tried,
            // Somebody is fetching already, and what is at hand will do.
            Err(_) if usable => return,
            Err(_) => self.tried.lock().await,
        };
        // Also a clock that was set back does not stop it for ever.
        let is_due = tried.is_none_or(|tried| now < tried || now.since(tried) >= limits.keys_retry);
        if !is_due {
            return;
        }
        *tried = Some(now);
        match fetch(egress, source).await {
            Ok(keys) => {
                let at_hand = AtHand { keys: Arc::new(keys), fetched: now };
                *self.at_hand.write().unwrap_or_else(PoisonError::into_inner) = Some(at_hand);
            }
            Err(error) => tracing::warn!(error.r#type = "keys", "the keys of an issuer are not fetched: {error}"),
        }
    }
}

async fn fetch(egress: &Egress, source: &KeySource) -> Result<KeySet, FetchError> {
    let bytes = match source {
        KeySource::File(path) => {
            let late = |_| io::Error::from(io::ErrorKind::TimedOut);
            tokio::time::timeout(FILE_TIME_MAX, file(path)).await.map_err(late)??
        }
        KeySource::Egress { destination, path } => {
            let target = path.iter().fold(Target::base(), |target, segment| target.segment(segment));
            let response = egress.to(destination)?.get(&target).await?;
            if response.status != 200 {
                return Err(FetchError::Status(response.status));
            }
            response.body
        }
    };
    Ok(KeySet::parse(&bytes)?)
}

async fn file(path: &Path) -> Result<Vec<u8>, FetchError> {
    let file = tokio::fs::File::open(path).await?;
    let mut bytes = Vec::new();
    if !file.metadata().await?.is_file() {
        return Err(io::Error::other("it is not a file").into());
    }
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).await?;
    if bytes.len() as u64 > FILE_BYTES_MAX { Err(FetchError::TooLarge) } else { Ok(bytes) }
}
