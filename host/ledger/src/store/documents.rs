//! When documents were first received.

use super::ROWS_MAX;
use crate::{evidence::Sender, shape::numbers::moment_text};
use sqlx::{QueryBuilder, SqliteConnection};
use std::collections::BTreeMap;
use tidegate_core::{digest::Digest, time::Timestamp};

/// Notes when documents were received, and from whom; the first time in each scope stands.
pub(crate) async fn note(
    connection: &mut SqliteConnection,
    sender: &Sender,
    received: &[(Digest, Timestamp)],
) -> Result<(), sqlx::Error> {
    for some in received.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO evidence (scope, digest, first_received_at, handed_in_by) ");
        insert.push_values(some, |mut row, (digest, at)| {
            row.push_bind(sender.scope.to_string()).push_bind(digest.to_string());
            row.push_bind(moment_text(*at)).push_bind(sender.name.to_string());
        });
        insert.push(" ON CONFLICT (scope, digest) DO NOTHING").build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// When a scope first received each of these documents; those that it never did are missing.
pub(crate) async fn first(
    connection: &mut SqliteConnection,
    scope: &str,
    digests: &[Digest],
) -> Result<BTreeMap<Digest, Timestamp>, sqlx::Error> {
    let mut first = BTreeMap::new();
    for some in digests.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new("SELECT digest, first_received_at FROM evidence WHERE scope = ");
        select.push_bind(scope.to_owned()).push(" AND digest IN (");
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
