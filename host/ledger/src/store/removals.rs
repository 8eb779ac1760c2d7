//! Bodies and private texts that leaves took away, and how they go.
//!
//! Runs in the writer, in the transaction of the leaf: neither is there without the other.

use super::{
    Connection, ROWS_MAX, blobs, builder::QueryBuilder, forgetting::forget, holds, kind::Kind, leaves, named,
    notices::TABLES, signed, span_profiles, texts, unsigned,
};
use crate::{
    act::Act,
    error::{ReadError, RecordError},
    faster::Faster,
    id::DecisionId,
    leaf,
    leaf_size::LeafTooLarge,
    private::Private,
    removal::{List, PORTION, Removed, Why},
    span_index::first_of,
};
use sqlx::AssertSqlSafe;
use std::{collections::BTreeSet, sync::Arc};
use tidegate_core::{digest::Digest, time::Timestamp};

/// Bytes of a list that is read back, at most.
const LIST_BYTES_MAX: usize = 1 << 20;
/// Bodies that never go: what was in force, and what says what went.
const STAYS: &str = "('policy_set', 'bundle', 'sources', 'plugin', 'configuration', 'removal')";

/// What went with a leaf, as its body lists it; none: the list is not there.
pub(crate) async fn list(connection: &mut Connection, digest: Digest) -> Result<Option<List>, ReadError> {
    let Some(row) = blobs::get(connection, &[digest]).await?.pop() else { return Ok(None) };
    let (_, bytes) = row.unpack(LIST_BYTES_MAX)?;
    List::read(digest, &bytes).map(Some)
}

/// Notes what a leaf took away; whether its list is there.
pub(crate) async fn note(connection: &mut Connection, index: u64, digest: Digest) -> Result<bool, RecordError> {
    let Some(list) = list(connection, digest).await? else { return Ok(false) };
    let bodies = list.bodies.iter().map(Digest::to_string);
    let all: Vec<String> = bodies.chain(list.texts.iter().map(ToString::to_string)).collect();
    for some in all.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO removed_bodies (digest, leaf_index) ");
        insert.push_values(some, |mut row, digest| {
            row.push_bind(digest.clone()).push_bind(signed(index));
        });
        insert.push(" ON CONFLICT DO NOTHING").build().execute(&mut *connection).await?;
    }
    Ok(true)
}

/// Whether nothing came in between since it was found out what may go.
pub(crate) async fn still(
    connection: &mut Connection,
    act: &Act,
    size: u64,
    body_bytes_max: usize,
) -> Result<(), RecordError> {
    let (seen, digest, is_wanted) = match act {
        Act::Redacted(redaction) => (redaction.seen, redaction.list, true),
        Act::Retained(run) => (run.seen, run.list, false),
        _ => return Ok(()),
    };
    if holds::placed_since(connection, seen).await? {
        return Err(RecordError::Faster(Faster::Held));
    }
    let list = list(connection, digest).await?.unwrap_or_default();
    let used = list.bodies.len() + list.texts.len();
    if used > PORTION {
        return Err(LeafTooLarge { what: "bodies and texts that one leaf takes away", used, allowed: PORTION }.into());
    }
    let (bodies, texts) = (list.bodies.into_iter().collect(), list.texts.into_iter().collect());
    let (held, mut next) = (holds::now(connection).await?, seen);
    while next < size {
        let page = named::page(connection, next..size, body_bytes_max).await?;
        next += page.len() as u64;
        for named in page.iter().filter(|named| named.any(&bodies, &texts)) {
            match &named.decided {
                Some(decided) if holds::hold(&held, decided) => return Err(RecordError::Faster(Faster::Held)),
                _ if is_wanted => (),
                _ => return Err(RecordError::Faster(Faster::Named)),
            }
        }
    }
    Ok(())
}

/// Takes away what is listed, and what was made of it.
pub(crate) async fn carry_out(
    connection: &mut Connection,
    digest: Digest,
    notices: &[DecisionId],
) -> Result<(), RecordError> {
    let list = list(connection, digest).await?.unwrap_or_default();
    for digest in &list.bodies {
        let digest = digest.to_string();
        let gone = sqlx::query(AssertSqlSafe(format!("DELETE FROM blobs WHERE digest = $1 AND kind NOT IN {STAYS}")))
            .bind(digest.clone())
            .execute(&mut *connection)
            .await?;
        if gone.rows_affected() == 0 {
            continue;
        }
        sqlx::query("DELETE FROM evidence WHERE digest = $1 OR kept_as = $1")
            .bind(digest.clone())
            .execute(&mut *connection)
            .await?;
        trees(connection, &digest).await?;
    }
    for salted in &list.texts {
        forget(connection, salted).await?;
    }
    let kind = Kind::of(connection);
    for (decision, table) in notices.iter().flat_map(|decision| TABLES.map(|table| (decision, table))) {
        sqlx::query(AssertSqlSafe(format!(
            "UPDATE {table} SET body = NULL, state = CASE WHEN state = 'delivered' THEN state ELSE 'failed' END, \
             last_error = CASE WHEN state = 'delivered' THEN last_error ELSE $2 END \
             WHERE decision = $1 AND body IS NOT NULL",
        )))
        .bind(decision.as_str().to_owned())
        .bind(kind.kept("what it said was redacted"))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The rows of the spans of a tree that is gone.
async fn trees(connection: &mut Connection, digest: &str) -> Result<(), sqlx::Error> {
    let of: Vec<i64> = sqlx::query_scalar("SELECT leaf_index FROM span_trees WHERE digest = $1")
        .bind(digest.to_owned())
        .fetch_all(&mut *connection)
        .await?;
    for index in of {
        tree(connection, unsigned(index)).await?;
    }
    Ok(())
}

/// Keys, values and reaches that no other tree has go with it: they are no more than what trees say.
async fn tree(connection: &mut Connection, index: u64) -> Result<(), sqlx::Error> {
    span_profiles::remove(connection, index).await?;
    let (first, next) = (signed(first_of(index)), signed(first_of(index + 1)));
    let used: Vec<(i64, i64)> =
        sqlx::query_as("SELECT DISTINCT key_id, value_id FROM span_attributes WHERE span_no >= $1 AND span_no < $2")
            .bind(first)
            .bind(next)
            .fetch_all(&mut *connection)
            .await?;
    let reach: Option<i64> = sqlx::query_scalar("SELECT reach FROM traces WHERE leaf_index = $1")
        .bind(signed(index))
        .fetch_optional(&mut *connection)
        .await?;
    for (sql, from, to) in [
        ("DELETE FROM span_attributes WHERE span_no >= $1 AND span_no < $2", first, next),
        ("DELETE FROM spans WHERE span_no >= $1 AND span_no < $2", first, next),
        ("DELETE FROM traces WHERE leaf_index >= $1 AND leaf_index < $2", signed(index), signed(index + 1)),
    ] {
        sqlx::query(sql).bind(from).bind(to).execute(&mut *connection).await?;
    }
    let values: BTreeSet<i64> = used.iter().map(|(_, value)| *value).collect();
    let keys: BTreeSet<i64> = used.iter().map(|(key, _)| *key).collect();
    for value in values {
        sqlx::query(
            "DELETE FROM attribute_values WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM attribute_keys k \
             JOIN span_attributes a ON a.key_id = k.id AND a.value_id = $1)",
        )
        .bind(value)
        .execute(&mut *connection)
        .await?;
    }
    for (sql, ids) in [
        (
            "DELETE FROM attribute_keys WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM span_attributes WHERE key_id = $1)",
            keys.into_iter().collect::<Vec<_>>(),
        ),
        (
            "DELETE FROM trace_reaches WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM traces WHERE reach = $1)",
            reach.into_iter().collect(),
        ),
    ] {
        for id in ids {
            sqlx::query(sql).bind(id).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

/// The last leaf that took this away; none: no leaf did. `digest` is written as leaves have it.
pub(crate) async fn last(connection: &mut Connection, digest: &str) -> Result<Option<Removed>, ReadError> {
    let row: Option<(i64, String, String)> = sqlx::query_as(
        "SELECT r.leaf_index, a.kind, a.at FROM removed_bodies r JOIN acts a ON a.leaf_index = r.leaf_index \
         WHERE r.digest = $1 ORDER BY r.leaf_index DESC LIMIT 1",
    )
    .bind(digest.to_owned())
    .fetch_optional(&mut *connection)
    .await?;
    let Some((index, kind, at)) = row else { return Ok(None) };
    let altered = || ReadError::Altered { what: "what is known of what was taken away".to_owned() };
    let (why, at) = (Why::parse(&kind).ok_or_else(altered)?, Timestamp::parse(&at).map_err(|_| altered())?);
    let leaf_index = unsigned(index);
    let reason = reason(connection, leaf_index).await?;
    Ok(Some(Removed { leaf_index, why, at, reason }))
}

/// Why somebody took something away, as its leaf says.
async fn reason(connection: &mut Connection, index: u64) -> Result<Option<Arc<str>>, ReadError> {
    let Some(leaf) = leaves::at(connection, index).await? else { return Ok(None) };
    let value: serde_json::Value = leaf::read(index, &leaf.text)?;
    let salted = value.pointer("/judgement/reason").and_then(serde_json::Value::as_str);
    let Some(salted) = salted.and_then(|text| text.parse().ok()) else { return Ok(None) };
    let mut private = Private::Salted(salted);
    texts::reveal(connection, vec![&mut private]).await?;
    Ok(match private {
        Private::Text(text) => Some(text),
        Private::Salted(_) => None,
    })
}

/// The same error, with the leaf that took away what is gone; whatever cannot be looked for is no other error.
pub(crate) async fn explained(connection: &mut Connection, error: ReadError) -> ReadError {
    match error {
        ReadError::Gone { kind, digest, removed: None } => {
            let removed = last(connection, &digest.to_string()).await.unwrap_or_default();
            ReadError::Gone { kind, digest, removed }
        }
        ReadError::Forgotten { salted, removed: None } => {
            let removed = last(connection, &salted).await.unwrap_or_default();
            ReadError::Forgotten { salted, removed }
        }
        other => other,
    }
}
