//! Every act of power, as its leaf says it.

use super::{Connection, builder::QueryBuilder, kind, signed, texts, unsigned};
use crate::{
    change::{Change, ChangesAsked, ChangesPage},
    error::ReadError,
    leaf::Kind,
    search::PAGE_MAX,
    shape::numbers::moment_text,
};
use serde_json::Value;

/// Who did it, as leaves of acts call them.
const BY: &[&str] = &["actor", "person", "by", "to"];
/// What it was done to, as leaves of acts call it; the first that a leaf has.
const WHAT: &[&str] =
    &["decision", "obligation", "id", "new", "document", "configuration", "key", "route", "body", "list", "manifest"];

/// The row of an act's leaf, whose texts are salted.
pub(crate) async fn put(connection: &mut Connection, index: u64, kind: Kind, leaf: &Value) -> Result<(), sqlx::Error> {
    let text = |key: &&str| {
        // Of several who did it together the first.
        let said = leaf.pointer(&format!("/judgement/{key}"));
        said.map(|said| said.get(0).unwrap_or(said)).and_then(Value::as_str).map(str::to_owned)
    };
    sqlx::query("INSERT INTO acts (leaf_index, kind, at, made_by, what) VALUES ($1, $2, $3, $4, $5)")
        .bind(signed(index))
        .bind(kind.word())
        .bind(text(&"at").unwrap_or_default())
        .bind(BY.iter().find_map(text))
        .bind(WHAT.iter().find_map(text))
        .execute(connection)
        .await
        .map(drop)
}

/// Its leaf, kind, moment, who did it and what it was done to.
type ActRow = (i64, String, String, Option<String>, Option<String>);

/// A page of what is looked for, the newest first.
pub(crate) async fn page(connection: &mut Connection, asked: &ChangesAsked) -> Result<ChangesPage, ReadError> {
    let by = match &asked.by {
        None => None,
        Some(by) => match texts::salted(connection, by).await? {
            None => return Ok(ChangesPage { changes: Vec::new(), next: None }),
            salted => salted,
        },
    };
    let limit = asked.limit.clamp(1, PAGE_MAX);
    let mut query = statement(asked, by, limit + 1);
    let rows: Vec<ActRow> = query.build_query_as().fetch_all(&mut *connection).await?;
    let (kept, more) = (kind::Kind::of(connection), rows.len() > limit as usize);
    let change = |(leaf_index, kind, at, by, what): ActRow| Change {
        leaf_index: unsigned(leaf_index),
        kind,
        at,
        by: by.map(|by| kept.given(by)),
        what,
    };
    let changes: Vec<Change> = rows.into_iter().take(limit as usize).map(change).collect();
    let next = changes.last().filter(|_| more).map(|change| change.leaf_index);
    Ok(ChangesPage { changes, next })
}

fn statement(asked: &ChangesAsked, by: Option<String>, limit: u32) -> QueryBuilder {
    let ChangesAsked { kind, window, before, .. } = asked;
    let mut query = QueryBuilder::new(
        "SELECT a.leaf_index, a.kind, a.at, COALESCE(p.text, a.made_by), a.what FROM acts a \
         LEFT JOIN private_texts p ON p.salted = a.made_by WHERE a.leaf_index < ",
    );
    query.push_bind(before.map_or(i64::MAX, signed));
    match kind {
        Some(kind) => query.push(" AND a.kind = ").push_bind(kind.to_string()),
        // Whoever only reads changes nothing.
        None => query.push(" AND a.kind <> ").push_bind(Kind::LedgerRead.word()),
    };
    if let Some(by) = by {
        query.push(" AND a.made_by = ").push_bind(by);
    }
    if let Some(from) = window.from {
        query.push(" AND a.at >= ").push_bind(moment_text(from));
    }
    if let Some(to) = window.to {
        query.push(" AND a.at < ").push_bind(moment_text(to));
    }
    query.push(" ORDER BY a.leaf_index DESC LIMIT ").push_bind(i64::from(limit));
    query
}
