//! Spans and their attributes as rows, written with a tree's leaf.

use super::{Connection, ROWS_MAX, blobs, builder::QueryBuilder, kind::Kind, signed, trace_search};
use crate::{
    leaf::decision::DecisionLeaf,
    span_index::{Indexed, PLACE_BITS, TREE_BYTES_MAX, first_of, flatten::flatten, value::id_of},
};
use std::collections::BTreeMap;
use tidegate_core::digest::Digest;

/// The tree of that digest; none: it is not kept, or is none.
pub(crate) async fn tree_of(connection: &mut Connection, digest: Digest) -> Result<Option<Indexed>, sqlx::Error> {
    let row = blobs::get(connection, &[digest]).await?.pop();
    Ok(row.and_then(|row| row.unpack(TREE_BYTES_MAX).ok()).and_then(|(_, bytes)| flatten(&bytes)))
}

/// Writes a tree's rows. What somebody left of them before stays: whether it is right is told by comparing it with the leaves.
pub(crate) async fn put(
    connection: &mut Connection,
    index: u64,
    leaf: &DecisionLeaf,
    tree: &Indexed,
) -> Result<(), sqlx::Error> {
    // Where a span's number would not fit, nothing is looked for: no ledger has that many leaves.
    if index >= 1 << (i64::BITS - 1 - PLACE_BITS) {
        return Ok(());
    }
    let (kind, reach) = (Kind::of(connection), reach(connection, leaf).await?);
    sqlx::query(
        "INSERT INTO traces (leaf_index, trace_id, decision, reach, root_service, root_name, start_ns, duration_ns, spans) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(signed(index))
    .bind(tree.trace_id.clone())
    .bind(leaf.circumstances.decision.as_str().to_owned())
    .bind(reach)
    .bind(kind.kept(&tree.root_service))
    .bind(kind.kept(&tree.root_name))
    .bind(tree.start_ns)
    .bind(tree.duration_ns)
    .bind(signed(tree.spans.len() as u64))
    .execute(&mut *connection)
    .await?;
    spans(connection, index, tree).await?;
    names(connection, tree).await?;
    uses(connection, index, tree).await
}

/// Of which environment and services a decision is, interned.
async fn reach(connection: &mut Connection, leaf: &DecisionLeaf) -> Result<i64, sqlx::Error> {
    let deployment = &leaf.judgement.deployment;
    let environment = deployment.environment.as_str();
    let mut services: Vec<&str> = deployment.services.iter().map(|service| service.name.as_str()).collect();
    services.sort_unstable();
    let services = services.join(" ");
    let id = id_of(&["reach", environment, &services]);
    sqlx::query("INSERT INTO trace_reaches (id, environment, services) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(id)
        .bind(environment.to_owned())
        .bind(services)
        .execute(connection)
        .await?;
    Ok(id)
}

async fn spans(connection: &mut Connection, index: u64, tree: &Indexed) -> Result<(), sqlx::Error> {
    let (kind, first) = (Kind::of(connection), first_of(index));
    let numbered: Vec<_> = (first..).zip(&tree.spans).collect();
    for some in numbered.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new(
            "INSERT INTO spans (span_no, leaf_index, part, span_id, parent_id, name, kind, status, start_ns, duration_ns) ",
        );
        insert.push_values(some, |mut row, (number, span)| {
            row.push_bind(signed(*number)).push_bind(signed(index)).push_bind(signed(first + span.part));
            row.push_bind(span.span_id.clone()).push_bind(span.parent_id.clone()).push_bind(kind.kept(&span.name));
            row.push_bind(i64::from(span.kind)).push_bind(i64::from(span.status));
            row.push_bind(span.start_ns).push_bind(span.duration_ns);
        });
        insert.push(" ON CONFLICT DO NOTHING");
        insert.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Interns keys and values; most of them are there.
async fn names(connection: &mut Connection, tree: &Indexed) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    let keys = missing(connection, "attribute_keys", &tree.keys).await?;
    for some in keys.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO attribute_keys (id, scope, name) ");
        insert.push_values(some, |mut row, (id, key)| {
            row.push_bind(*id).push_bind(key.scope.word()).push_bind(kind.kept(&key.name));
        });
        insert.push(" ON CONFLICT DO NOTHING");
        insert.build().persistent(false).execute(&mut *connection).await?;
    }
    let values = missing(connection, "attribute_values", &tree.values).await?;
    for some in values.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO attribute_values (id, text, number) ");
        insert.push_values(some, |mut row, (id, value)| {
            row.push_bind(*id).push_bind(kind.kept(&value.text())).push_bind(value.number());
        });
        insert.push(" ON CONFLICT DO NOTHING");
        insert.build().persistent(false).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Those whose ids are not in a table yet.
async fn missing<'t, T>(
    connection: &mut Connection,
    table: &str,
    all: &'t BTreeMap<i64, T>,
) -> Result<Vec<(i64, &'t T)>, sqlx::Error> {
    let mut missing: BTreeMap<i64, &T> = all.iter().map(|(id, one)| (*id, one)).collect();
    let ids: Vec<i64> = all.keys().copied().collect();
    for some in ids.chunks(ROWS_MAX) {
        let sql = format!("SELECT id FROM {table} WHERE id IN ({})", trace_search::list(some));
        let there: Vec<(i64,)> = trace_search::query(sql).fetch_all(&mut *connection).await?;
        for (id,) in there {
            missing.remove(&id);
        }
    }
    Ok(missing.into_iter().collect())
}

/// Written as numbers, not bound: there are many, and they are ours.
async fn uses(connection: &mut Connection, index: u64, tree: &Indexed) -> Result<(), sqlx::Error> {
    let first = first_of(index);
    for some in tree.uses.iter().collect::<Vec<_>>().chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO span_attributes (key_id, span_no, value_id) VALUES ");
        for (at, (key, place, value)) in some.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            insert.push(format_args!("{comma}({key}, {}, {value})", first + place));
        }
        insert.push(" ON CONFLICT DO NOTHING");
        insert.build().persistent(false).execute(&mut *connection).await?;
    }
    Ok(())
}
