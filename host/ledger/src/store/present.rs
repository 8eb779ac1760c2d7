//! What is there of bodies and private texts, and what was taken away.

use super::{Connection, ROWS_MAX, builder::QueryBuilder, kind::Kind, unsigned};
use crate::{error::ReadError, private::Salted};
use std::collections::{BTreeMap, BTreeSet};
use tidegate_core::digest::Digest;

/// What is known of a body that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct There {
    pub(crate) kind: String,
    /// Bytes, before it was compressed.
    pub(crate) size: u64,
}

/// Those of these bodies that are there.
pub(crate) async fn bodies(
    connection: &mut Connection,
    digests: impl IntoIterator<Item = Digest>,
) -> Result<BTreeMap<Digest, There>, sqlx::Error> {
    let (digests, mut there) = (digests.into_iter().collect::<Vec<_>>(), BTreeMap::new());
    for some in digests.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new("SELECT digest, kind, size FROM blobs WHERE digest IN (");
        let rows: Vec<(String, String, i64)> =
            among(&mut select, some).build_query_as().fetch_all(&mut *connection).await?;
        there.extend(rows.into_iter().filter_map(|(digest, kind, size)| {
            Some((Digest::parse(&digest).ok()?, There { kind, size: unsigned(size) }))
        }));
    }
    Ok(there)
}

/// Those of these texts that are there.
pub(crate) async fn texts(
    connection: &mut Connection,
    texts: impl IntoIterator<Item = Salted>,
) -> Result<BTreeSet<Salted>, sqlx::Error> {
    let (texts, mut there) = (texts.into_iter().collect::<Vec<_>>(), BTreeSet::new());
    for some in texts.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new("SELECT salted FROM private_texts WHERE salted IN (");
        let rows: Vec<(String,)> = among(&mut select, some).build_query_as().fetch_all(&mut *connection).await?;
        there.extend(rows.into_iter().filter_map(|(salted,)| salted.parse::<Salted>().ok()));
    }
    Ok(there)
}

/// Documents of these that somebody handed in and that no leaf names yet.
pub(crate) async fn waiting(
    connection: &mut Connection,
    digests: impl IntoIterator<Item = Digest>,
) -> Result<BTreeSet<Digest>, sqlx::Error> {
    let (digests, mut waiting) = (digests.into_iter().collect::<Vec<_>>(), BTreeSet::new());
    for some in digests.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new(
            "SELECT COALESCE(kept_as, digest) FROM evidence WHERE referenced = 0 AND COALESCE(kept_as, digest) IN (",
        );
        let rows: Vec<(String,)> = among(&mut select, some).build_query_as().fetch_all(&mut *connection).await?;
        waiting.extend(rows.into_iter().filter_map(|(digest,)| Digest::parse(&digest).ok()));
    }
    Ok(waiting)
}

/// The last leaf that took each of these away, by what stands for it in leaves.
pub(crate) async fn removed(connection: &mut Connection, all: &[String]) -> Result<BTreeMap<String, u64>, sqlx::Error> {
    let mut removed = BTreeMap::new();
    for some in all.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new("SELECT digest, MAX(leaf_index) FROM removed_bodies WHERE digest IN (");
        among(&mut select, some).push(" GROUP BY digest");
        let rows: Vec<(String, i64)> = select.build_query_as().fetch_all(&mut *connection).await?;
        removed.extend(rows.into_iter().map(|(digest, index)| (digest, unsigned(index))));
    }
    Ok(removed)
}

fn among<'b, T: ToString>(select: &'b mut QueryBuilder, some: &[T]) -> &'b mut QueryBuilder {
    let mut list = select.separated(", ");
    for one in some {
        list.push_bind(one.to_string());
    }
    list.push_unseparated(")");
    select
}

/// Decisions of which something is still to be done, or which somebody may still deploy by at that moment.
pub(crate) async fn open(connection: &mut Connection, now: &str) -> Result<BTreeSet<String>, sqlx::Error> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT decision FROM obligations WHERE opened_at IS NOT NULL AND fulfilled_at IS NULL \
         UNION SELECT decision FROM permits WHERE valid_until > $1",
    )
    .bind(now.to_owned())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(decision,)| decision).collect())
}

/// The next texts after one, in the order of what stands for them.
pub(crate) async fn texts_after(connection: &mut Connection, after: &str) -> Result<Vec<(String, String)>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT salted, text FROM private_texts WHERE salted > $1 ORDER BY salted LIMIT 500")
            .bind(after.to_owned())
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(salted, text)| (salted, kind.given(text))).collect())
}

/// The next bodies after one, in the order of their digests.
pub(crate) async fn bodies_after(connection: &mut Connection, after: &str) -> Result<Vec<(Digest, There)>, ReadError> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT digest, kind, size FROM blobs WHERE digest > $1 ORDER BY digest LIMIT 16")
            .bind(after.to_owned())
            .fetch_all(connection)
            .await?;
    let altered = |_| ReadError::Altered { what: "a body's row".to_owned() };
    rows.into_iter()
        .map(|(digest, kind, size)| {
            Ok((Digest::parse(&digest).map_err(altered)?, There { kind, size: unsigned(size) }))
        })
        .collect()
}
