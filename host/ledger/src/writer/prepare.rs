//! What is done before the writer is asked: digests, compression, JSON. Runs beside other records.

use super::job::{ActWork, DecisionWork, Documents, Work};
use crate::{
    act::ActRecord,
    body::{Body, BodyKind, Packed, pack},
    error::RecordError,
    evidence::{Quota, Received, Sender},
    leaf::{act::ActLeaf, encode},
    notice::{NOTICE_BYTES_MAX, NOTICES_MAX, NewNotice},
    obligation::Mends,
    projections::Left,
    record::DecisionRecord,
    store::{documents::Noted, signed},
};
use tidegate_core::digest::Digest;

pub(crate) fn decision(record: DecisionRecord, quota: Quota, body_bytes_max: usize) -> Result<Work, RecordError> {
    let DecisionRecord { judgement, circumstances, idempotency, evidence, held, sender, bodies, mends, notices } =
        record;
    few_and_small(&notices)?;
    for (what, used, allowed) in idempotency.iter().flat_map(|idempotency| idempotency.lengths()) {
        if used > allowed {
            return Err(RecordError::TooLarge { what, used, allowed });
        }
    }
    let (mut packed, received) = documents_of(&evidence, body_bytes_max)?;
    pack_all(&bodies, body_bytes_max, &mut packed)?;
    let key = idempotency.as_ref().map(|idempotency| Digest::of(idempotency.key.as_bytes()));
    let mends = Mends::of(&judgement, mends);
    let leaf = encode::decision(&judgement, &circumstances, key, body_bytes_max, &mut packed)?;
    let left = Left::of(&leaf.judgement);
    let documents = judgement.evidence.iter().map(|document| document.digest).collect();
    let work = DecisionWork {
        leaf,
        bodies: packed,
        received,
        documents,
        held,
        sender,
        quota,
        idempotency,
        left,
        mends,
        notices,
    };
    Ok(Work::Decision(Box::new(work)))
}

pub(crate) fn act(record: &ActRecord, quota: Quota, body_bytes_max: usize) -> Result<Work, RecordError> {
    record.act.fits()?;
    few_and_small(&record.notices)?;
    let mut packed = Vec::new();
    pack_all(&record.bodies, body_bytes_max, &mut packed)?;
    Ok(Work::Act(Box::new(ActWork {
        leaf: ActLeaf::of(record),
        act: record.act.clone(),
        at: record.at,
        bodies: packed,
        notices: record.notices.clone(),
        quota,
        body_bytes_max,
    })))
}

pub(crate) fn documents(
    sender: Sender,
    evidence: &[Received],
    quota: Quota,
    body_bytes_max: usize,
) -> Result<Work, RecordError> {
    let (bodies, received) = documents_of(evidence, body_bytes_max)?;
    Ok(Work::Documents(Documents { bodies, received, sender, quota }))
}

fn few_and_small(notices: &[NewNotice]) -> Result<(), RecordError> {
    let longest = notices.iter().map(|notice| notice.body.len()).max().unwrap_or_default();
    let limits = [("notices", notices.len(), NOTICES_MAX), ("a notice", longest, NOTICE_BYTES_MAX)];
    match limits.into_iter().find(|(_, used, allowed)| used > allowed) {
        Some((what, used, allowed)) => Err(RecordError::TooLarge { what, used, allowed }),
        None => Ok(()),
    }
}

fn pack_all(bodies: &[Body], body_bytes_max: usize, packed: &mut Vec<Packed>) -> Result<(), RecordError> {
    for body in bodies {
        packed.push(pack(body.kind, &body.bytes, body_bytes_max)?);
    }
    Ok(())
}

type Kept = (Vec<Packed>, Vec<Noted>);

fn documents_of(evidence: &[Received], body_bytes_max: usize) -> Result<Kept, RecordError> {
    let mut packed = Vec::with_capacity(evidence.len());
    let mut received = Vec::with_capacity(evidence.len());
    for document in evidence {
        let body = pack(BodyKind::Evidence, &document.bytes, body_bytes_max)?;
        if body.digest != document.digest {
            return Err(RecordError::OtherDigest { stated: document.digest, actual: body.digest });
        }
        let (bytes, masking) = (signed(body.size as u64), document.masking.clone());
        received.push(Noted { digest: body.digest, bytes, at: document.received_at, masking });
        packed.push(body);
    }
    Ok((packed, received))
}
