//! When documents were first received.

use super::ROWS_MAX;
use crate::shape::numbers::moment_text;
use sqlx::{QueryBuilder, SqliteConnection};
use std::collections::BTreeMap;
use tidegate_core::{digest::Digest, time::Timestamp};

/// Notes when documents were received; the first time stands.
pub(crate) async fn note(
    connection: &mut SqliteConnection,
    received: &[(Digest, Timestamp)],
) -> Result<(), sqlx::Error> {
    for some in received.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO evidence (digest, first_received_at) ");
        insert.push_values(some, |mut row, (digest, at)| {
            row.push_bind(digest.to_string()).push_bind(moment_text(*at));
        });
        insert.push(" ON CONFLICT (digest) DO NOTHING").build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// When each of these documents was first received; those that never were are missing.
pub(crate) async fn first(
    connection: &mut SqliteConnection,
    digests: &[Digest],
) -> Result<BTreeMap<Digest, Timestamp>, sqlx::Error> {
    let mut first = BTreeMap::new();
    for some in digests.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new("SELECT digest, first_received_at FROM evidence WHERE digest IN (");
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
