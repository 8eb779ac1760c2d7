//! When documents were first received, what was masked in them, and who keeps them still.

use super::{
    Connection, ROWS_MAX,
    builder::{QueryBuilder, insert},
    kind::Kind,
    unsigned,
};
use crate::{
    error::ReadError,
    evidence::{Known, Masking, Sender, Usage},
    shape::numbers::moment_text,
};
use std::collections::BTreeMap;
use tidegate_core::{digest::Digest, time::Timestamp};

/// A document that was received.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    pub(crate) digest: Digest,
    pub(crate) bytes: i64,
    pub(crate) at: Timestamp,
    pub(crate) masking: Option<Masking>,
}

const EVIDENCE: &[&str] =
    &["scope", "digest", "first_received_at", "handed_in_by", "kept_as", "masked", "bytes", "referenced"];
const ONCE: &str = " ON CONFLICT (scope, digest) DO NOTHING";

/// Notes when documents were received, and from whom; the first time in each scope stands.
pub(crate) async fn note(connection: &mut Connection, received: &[(&Sender, &Noted)]) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    // Under the digest of what was submitted, too, where that is not what is kept.
    let rows: Vec<_> = received
        .iter()
        .flat_map(|&(sender, noted)| {
            let masked = noted.masking.as_ref().map(|masking| (sender, noted, Some(masking)));
            [(sender, noted, None)].into_iter().chain(masked)
        })
        .collect();
    insert(connection, ("evidence", EVIDENCE), &rows, ONCE, |mut row, (sender, noted, masking)| {
        let digest = masking.map_or(noted.digest, |masking| masking.submitted);
        row.push_bind(kind.kept(&sender.scope)).push_bind(digest.to_string());
        row.push_bind(moment_text(noted.at)).push_bind(kind.kept(&sender.name));
        row.push_bind(masking.map(|_| noted.digest.to_string()));
        row.push_bind(masking.map(|masking| serde_json::json!(masking.found).to_string()));
        row.push_bind(if masking.is_some() { 0 } else { noted.bytes }).push_bind(0_i64);
    })
    .await
}

/// Notes that a leaf names these, by what is kept of them: they stay.
pub(crate) async fn name(connection: &mut Connection, scope: &str, digests: &[Digest]) -> Result<(), sqlx::Error> {
    let scope = Kind::of(connection).kept(scope);
    for column in ["digest", "kept_as"] {
        for some in digests.chunks(ROWS_MAX) {
            let mut update = QueryBuilder::new("UPDATE evidence SET referenced = 1 WHERE referenced = 0 AND scope = ");
            update.push_bind(scope.clone()).push(format!(" AND {column} IN ("));
            let mut list = update.separated(", ");
            for digest in some {
                list.push_bind(digest.to_string());
            }
            list.push_unseparated(")");
            update.build().execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// When a scope first received each of these documents; those that it never did are missing.
pub(crate) async fn first(
    connection: &mut Connection,
    scope: &str,
    digests: &[Digest],
) -> Result<BTreeMap<Digest, Timestamp>, sqlx::Error> {
    let (mut first, scope) = (BTreeMap::new(), Kind::of(connection).kept(scope));
    for some in digests.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new("SELECT digest, first_received_at FROM evidence WHERE scope = ");
        select.push_bind(scope.clone()).push(" AND digest IN (");
        let mut list = select.separated(", ");
        for digest in some {
            list.push_bind(digest.to_string());
        }
        list.push_unseparated(")");
        let rows: Vec<(String, String)> = select.build_query_as().fetch_all(&mut *connection).await?;
        first.extend(
            rows.iter().filter_map(|(digest, at)| Some((Digest::parse(digest).ok()?, Timestamp::parse(at).ok()?))),
        );
    }
    Ok(first)
}

/// First received, kept as, masked, stated in.
type KnownRow = (String, Option<String>, Option<String>, Option<i64>);

/// Only what is kept as it was stated was stated.
const KNOWN: &str = "SELECT e.first_received_at, e.kept_as, e.masked, s.leaf_index FROM evidence AS e
    LEFT JOIN statements AS s ON s.scope = e.scope AND s.digest = COALESCE(e.kept_as, e.digest)
    WHERE e.scope = $1 AND e.digest = $2";

/// What a scope knows of a document under this digest.
pub(crate) async fn known(
    connection: &mut Connection,
    scope: &str,
    cited: &Digest,
) -> Result<Option<Known>, ReadError> {
    let scope = Kind::of(connection).kept(scope);
    let row: Option<KnownRow> =
        sqlx::query_as(KNOWN).bind(scope).bind(cited.to_string()).fetch_optional(connection).await?;
    let Some((at, kept_as, masked, leaf)) = row else { return Ok(None) };
    let stated_in = leaf.map(unsigned);
    let altered = || ReadError::Altered { what: format!("what is known of document `{cited}`") };
    let received_at = Timestamp::parse(&at).map_err(|_| altered())?;
    let Some(kept_as) = kept_as else {
        return Ok(Some(Known { digest: *cited, received_at, masking: None, stated_in }));
    };
    let found = serde_json::from_str(masked.as_deref().unwrap_or("{}")).map_err(|_| altered())?;
    let digest = Digest::parse(&kept_as).map_err(|_| altered())?;
    Ok(Some(Known { digest, received_at, masking: Some(Masking { submitted: *cited, found }), stated_in }))
}

/// What a scope keeps.
pub(crate) async fn usage(connection: &mut Connection, scope: &str) -> Result<Usage, sqlx::Error> {
    let scope = Kind::of(connection).kept(scope);
    let row: Option<(i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT waiting_documents, waiting_bytes, documents, bytes FROM evidence_usage WHERE scope = $1",
    )
    .bind(scope)
    .fetch_optional(connection)
    .await?;
    let (waiting_documents, waiting_bytes, documents, bytes) = row.unwrap_or_default();
    Ok(Usage {
        waiting_documents: unsigned(waiting_documents),
        waiting_bytes: unsigned(waiting_bytes),
        documents: unsigned(documents),
        bytes: unsigned(bytes),
    })
}
