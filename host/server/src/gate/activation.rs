//! Activations in the ledger: the leaf that says which bundle is in force, everything that the bundle consists of, and the way
//! back from there to a bundle when the files cannot be used.

use crate::gate::{
    clock,
    material::kept::{Kept, KeptError},
    plugins::{Active, Pinning, PolicyError},
    record,
};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{digest::Digest, time::Timestamp};
use tidegate_engine::engine::Engine;
use tidegate_ledger::{
    act::{Act, ActRecord, Activated},
    body::{Body, BodyKind},
    error::{ReadError, RecordError},
    ledger::Ledger,
};
use tidegate_registry::layout::LayoutError;

/// One act of this build, now.
#[must_use]
pub fn act(act: Act, bodies: Vec<Body>) -> ActRecord {
    ActRecord { act, at: clock::now(), host_version: record::host_version(), bodies, notices: Vec::new() }
}

/// Makes it durable that this bundle is in force from that moment, with everything it consists of. To be done before anything is
/// decided by it.
pub async fn record(
    ledger: &Ledger,
    active: &Active,
    old: Option<Digest>,
    actor: &str,
    at: Timestamp,
) -> Result<(), RecordError> {
    let activated = Act::BundleActivated {
        old,
        new: active.bundle().digest(),
        actor: Arc::from(actor),
        reviewed_by: active.signed().map(|signed| signed.signers.clone()).unwrap_or_default(),
        sources: Digest::of(active.sources()),
    };
    ledger.act(ActRecord { at, ..act(activated, bodies(active)) }).await?;
    Ok(())
}

/// Everything that the policies consist of: what a replay needs, and what the bundle can be made from again.
fn bodies(active: &Active) -> Vec<Body> {
    let body = |kind, bytes: &[u8]| Body { kind, bytes: Arc::from(bytes) };
    let mut bodies = vec![
        body(BodyKind::Bundle, active.bundle().canonical().as_bytes()),
        Body { kind: BodyKind::Sources, bytes: active.sources().clone() },
    ];
    bodies.extend(active.bundle().texts().map(|text| body(BodyKind::PolicySet, text.as_bytes())));
    let plugins: BTreeMap<Digest, Arc<[u8]>> =
        active.plugins().map(|(_, _, loaded)| (loaded.plugin.digest, loaded.component.clone())).collect();
    bodies.extend(plugins.into_values().map(|bytes| Body { kind: BodyKind::Plugin, bytes }));
    bodies
}

/// Why the last good bundle cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LastGoodError {
    /// The ledger cannot be read, or what it holds is not what was recorded.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Its files were not kept, or were deleted.
    #[error("{what} `{digest}` is not in the ledger")]
    Gone {
        /// What.
        what: &'static str,
        /// Of its bytes.
        digest: Digest,
    },
    /// The list of its files.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// What people signed is not what is kept.
    #[error("what was kept is not what was signed: {0}")]
    Layout(#[from] LayoutError),
    /// It does not hold up to what is asked of policies today.
    #[error("{0}")]
    Policies(PolicyError),
    /// The same files make another bundle than they did.
    #[error("its files make bundle `{made}` now, recorded is `{recorded}`")]
    Other {
        /// As it comes out now.
        made: Digest,
        /// As it was recorded.
        recorded: Digest,
    },
    /// A thread died.
    #[error("a thread died: {0}")]
    Thread(String),
}

/// The bundle that was activated last, made again from what the ledger holds; none before the first activation. It has to hold up
/// to everything that files have to.
pub async fn last_good(
    ledger: &Ledger,
    engine: &Engine,
    pinning: Pinning,
) -> Result<Option<(Active, Activated)>, LastGoodError> {
    let Some(last) = ledger.last_activated().await? else { return Ok(None) };
    let Some(sources) = last.sources else { return Ok(None) };
    let list = body(ledger, "the list of its files", sources).await?;
    let kept = Kept::read(&list)?;
    let mut found = BTreeMap::new();
    for digest in kept.components.values() {
        if !found.contains_key(digest) {
            found.insert(*digest, body(ledger, "a plugin's component", *digest).await?);
        }
    }
    let engine = engine.clone();
    let assemble = move || Active::assemble(&engine, &kept.material(&found), pinning, None);
    let made = tokio::task::spawn_blocking(assemble).await.map_err(|error| LastGoodError::Thread(error.to_string()))?;
    let active = made.map_err(LastGoodError::Policies)?;
    let (made, recorded) = (active.bundle().digest(), last.bundle);
    if made == recorded { Ok(Some((active, last))) } else { Err(LastGoodError::Other { made, recorded }) }
}

pub(super) async fn body(ledger: &Ledger, what: &'static str, digest: Digest) -> Result<Arc<[u8]>, LastGoodError> {
    ledger.body(&digest).await?.ok_or(LastGoodError::Gone { what, digest })
}
