//! Documents apart from decisions: kept, given back, and fetched where a decision cites them; each within its principal's scope.

use crate::{
    gate::{
        Gate, blocking, clock,
        error::{GateError, placed},
        fingerprint::upload_digest,
        intake::{Body, Budget, Fetched},
        masking::masked_upload,
        parse_cache::{Cached, ParseCache},
        submission::{Source, Upload},
    },
    identity::principal::Principal,
};
use bytes::Bytes;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{digest::Digest, time::Timestamp};
use tidegate_ledger::evidence::{Masking, Received};

/// Uploads that expire in one go, at most.
const PORTION: u32 = 500;

/// What the gate holds of an upload.
#[derive(Debug, Clone)]
struct Held {
    body: Body,
    masking: Option<Masking>,
    stated_in: Option<u64>,
}

impl Gate {
    /// Keeps a document under its digest, without its secrets; keeping it again changes nothing.
    pub async fn keep_evidence(&self, principal: &Principal, named: Digest, bytes: Bytes) -> Result<(), GateError> {
        let limits = self.settings.read.clone();
        let kept = blocking(move || {
            let found = Digest::of(&bytes);
            if found != named {
                return Err(GateError::DigestMismatch { named, found });
            }
            masked_upload(Arc::from(bytes.as_ref()), &limits)
        });
        let (bytes, masking) = kept.await??;
        let digest = if masking.is_some() { Digest::of(&bytes) } else { named };
        let received = Received { digest, bytes, received_at: clock::now(), masking };
        self.ledger.put_evidence(principal.sender(), vec![received]).await?;
        Ok(())
    }

    /// Lets go of the uploads that no decision named in time. Says how many documents these were.
    pub async fn expire(&self, now: Timestamp) -> Result<u64, GateError> {
        let kept = u64::try_from(self.settings.unreferenced_after.as_nanos()).unwrap_or(u64::MAX);
        let before = Timestamp::from_nanos(now.nanos().saturating_sub(kept));
        let mut documents = 0;
        // By portions, so that records come in between.
        loop {
            let expired = self.ledger.expire(before, PORTION).await?;
            documents += expired.documents;
            if expired.documents == 0 {
                return Ok(documents);
            }
        }
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
        let mut known: BTreeMap<(Digest, Option<String>), Held> = BTreeMap::new();
        if uploads.len() > self.settings.documents_max {
            return Err(GateError::too_large("documents", uploads.len(), self.settings.documents_max));
        }
        for upload in uploads {
            let held = match &upload.source {
                Source::Bytes(bytes) => {
                    let body = Body::Bytes(Arc::from(bytes.as_ref()), None);
                    Some(Held { body, masking: None, stated_in: None })
                }
                Source::Digest(text) => {
                    let digest = Digest::parse(text)
                        .map_err(|error| GateError::Malformed(vec![placed(upload.place.clone(), error)]))?;
                    let key = (digest, upload.format.clone());
                    match known.get(&key) {
                        Some(held) => Some(held.clone()),
                        None => self.fetch_one(digest, upload.format.as_deref(), scope, cache).await?.inspect(|held| {
                            known.insert(key, held.clone());
                        }),
                    }
                }
            };
            match held {
                Some(Held { body, masking, stated_in }) => {
                    budget.take(body.bytes())?;
                    fetched.push(Fetched { upload, body, masking, stated_in });
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
    ) -> Result<Option<Held>, GateError> {
        // It is parsed once for all scopes; whether it was handed in, when and as what, each scope is asked for itself.
        let Some(known) = self.ledger.known(scope, &digest).await? else { return Ok(None) };
        let body = match cache.get(known.digest, format) {
            Some(Cached { document, .. }) => Body::Parsed(Cached { document, received_at: Some(known.received_at) }),
            None => Body::Bytes(self.ledger.kept(&known).await?, Some(known.received_at)),
        };
        Ok(Some(Held { body, masking: known.masking, stated_in: known.stated_in }))
    }
}
