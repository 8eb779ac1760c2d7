//! Bodies by digest.

use super::{
    Connection, ROWS_MAX,
    builder::{QueryBuilder, insert},
    signed,
};
use crate::{
    body::{self, BodyKind, Packed},
    error::ReadError,
};
use std::collections::BTreeMap;
use tidegate_core::digest::Digest;

/// A body as it was read, not yet unpacked.
#[derive(Debug)]
pub(crate) struct Row {
    digest: Digest,
    size: i64,
    compressed: Vec<u8>,
}

impl Row {
    pub(crate) fn unpack(self, allowed: usize) -> Result<(Digest, Vec<u8>), ReadError> {
        body::unpack(self.digest, self.size, &self.compressed, allowed).map(|bytes| (self.digest, bytes))
    }
}

const BLOBS: &[&str] = &["digest", "kind", "size", "body", "created_at"];
const KEEP: &str = " ON CONFLICT (digest) DO UPDATE SET kind = excluded.kind \
                    WHERE blobs.kind = 'evidence' AND excluded.kind <> 'evidence'";

/// Keeps bodies; one that is there already stays. What is a part of the record is so from then on, whoever handed in the same bytes
/// as a document before: documents may expire.
pub(crate) async fn put(connection: &mut Connection, bodies: &[&Packed], created_at: &str) -> Result<(), sqlx::Error> {
    let bodies: Vec<_> = once_each(bodies).into_iter().collect();
    insert(connection, ("blobs", BLOBS), &bodies, KEEP, |mut row, (digest, (kind, body))| {
        row.push_bind(digest.to_string()).push_bind(kind.word());
        row.push_bind(signed(u64::try_from(body.size).unwrap_or(u64::MAX)));
        row.push_bind(body.compressed.clone()).push_bind(created_at.to_owned());
    })
    .await
}

/// Each body once: PostgreSQL does not insert and update a row in one statement.
fn once_each<'b>(bodies: &[&'b Packed]) -> BTreeMap<Digest, (BodyKind, &'b Packed)> {
    let mut once = BTreeMap::new();
    for &body in bodies {
        let (kind, _) = once.entry(body.digest).or_insert((body.kind, body));
        if *kind == BodyKind::Evidence {
            *kind = body.kind;
        }
    }
    once
}

/// Those of these bodies that are there.
pub(crate) async fn get(connection: &mut Connection, digests: &[Digest]) -> Result<Vec<Row>, sqlx::Error> {
    let mut rows = Vec::with_capacity(digests.len());
    for some in digests.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new("SELECT digest, size, body FROM blobs WHERE digest IN (");
        let mut list = select.separated(", ");
        for digest in some {
            list.push_bind(digest.to_string());
        }
        list.push_unseparated(")");
        let found: Vec<(String, i64, Vec<u8>)> = select.build_query_as().fetch_all(&mut *connection).await?;
        rows.extend(found.into_iter().filter_map(|(digest, size, compressed)| {
            Some(Row { digest: Digest::parse(&digest).ok()?, size, compressed })
        }));
    }
    Ok(rows)
}
