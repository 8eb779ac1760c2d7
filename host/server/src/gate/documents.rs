//! Documents apart from decisions: kept, given back, and fetched where a decision cites them; each within its principal's scope.

use crate::{
    gate::{
        Gate, blocking, clock,
        error::{GateError, placed},
        fingerprint::upload_digest,
        intake::{Body, Budget, Fetched},
        parse_cache::{Cached, ParseCache},
        submission::{Source, Upload},
    },
    identity::principal::Principal,
};
use bytes::Bytes;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::digest::Digest;
use tidegate_ledger::evidence::Received;

impl Gate {
    /// Keeps a document under its digest; keeping it again changes nothing.
    pub async fn keep_evidence(&self, principal: &Principal, named: Digest, bytes: Bytes) -> Result<(), GateError> {
        let (bytes, found) = blocking(move || {
            let found = Digest::of(&bytes);
            (bytes, found)
        })
        .await?;
        if found != named {
            return Err(GateError::DigestMismatch { named, found });
        }
        let bytes: Arc<[u8]> = Arc::from(bytes.as_ref());
        let received = Received { digest: named, bytes, received_at: clock::now() };
        self.ledger.put_evidence(principal.sender(), vec![received]).await?;
        Ok(())
    }

    /// A document by its digest, if it lies in that principal's scope.
    pub async fn evidence(&self, principal: &Principal, digest: Digest) -> Result<Option<Bytes>, GateError> {
        let found = self.ledger.evidence(&principal.scope, &digest).await?;
        Ok(found.map(|document| Bytes::from_owner(document.bytes)))
    }

    /// Every upload with its bytes, or every digest that the gate does not hold. Each digest is fetched once, and what all of
    /// them weigh is counted before more is fetched.
    pub(super) async fn fetch(
        &self,
        uploads: Vec<Upload>,
        scope: &str,
        cache: &ParseCache,
    ) -> Result<Vec<Fetched>, GateError> {
        let (mut fetched, mut unknown) =
            (Vec::with_capacity(uploads.len().min(self.settings.documents_max)), Vec::new());
        let mut budget = Budget::new(self.settings.evidence_bytes);
        let mut known: BTreeMap<(Digest, Option<String>), Body> = BTreeMap::new();
        if uploads.len() > self.settings.documents_max {
            return Err(GateError::too_large("documents", uploads.len(), self.settings.documents_max));
        }
        for upload in uploads {
            let body = match &upload.source {
                Source::Bytes(bytes) => Some(Body::Bytes(Arc::from(bytes.as_ref()), None)),
                Source::Digest(text) => {
                    let digest = Digest::parse(text)
                        .map_err(|error| GateError::Malformed(vec![placed(upload.place.clone(), error)]))?;
                    let key = (digest, upload.format.clone());
                    match known.get(&key) {
                        Some(body) => Some(body.clone()),
                        None => self.fetch_one(digest, upload.format.as_deref(), scope, cache).await?.inspect(|body| {
                            known.insert(key, body.clone());
                        }),
                    }
                }
            };
            match body {
                Some(body) => {
                    budget.take(body.bytes())?;
                    fetched.push(Fetched { upload, body });
                }
                None => {
                    let message = format!("the gate does not hold {}", upload_digest(&upload));
                    unknown.push(placed(upload.place, message));
                }
            }
        }
        if unknown.is_empty() { Ok(fetched) } else { Err(GateError::UnknownEvidence(unknown)) }
    }

    async fn fetch_one(
        &self,
        digest: Digest,
        format: Option<&str>,
        scope: &str,
        cache: &ParseCache,
    ) -> Result<Option<Body>, GateError> {
        if let Some(Cached { document, .. }) = cache.get(digest, format) {
            // It is parsed once for all scopes; whether it was handed in, and when, each scope is asked for itself.
            let received_at = self.ledger.first_received(scope, &[digest]).await?.remove(&digest);
            return Ok(received_at.map(|at| Body::Parsed(Cached { document, received_at: Some(at) })));
        }
        let found = self.ledger.evidence(scope, &digest).await?;
        Ok(found.map(|document| Body::Bytes(document.bytes, Some(document.received_at))))
    }
}
