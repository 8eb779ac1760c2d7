//! Spans and their attributes as rows, written with a tree's leaf.

use super::{
    Connection, ROWS_MAX, blobs,
    builder::{QueryBuilder, insert},
    kind::Kind,
    signed, trace_search,
};
use crate::{
    leaf::decision::DecisionLeaf,
    projections::Findable,
    span_index::{Indexed, PLACE_BITS, TREE_BYTES_MAX, first_of, flatten::flatten, value::id_of},
};
use std::collections::BTreeMap;
use tidegate_core::digest::Digest;

/// Values of one statement.
const VALUES_ROWS: usize = 40;
/// A row that is there stays.
const ONCE: &str = " ON CONFLICT DO NOTHING";

/// The tree of that digest; none: it is not kept, or is none.
pub(crate) async fn tree_of(connection: &mut Connection, digest: Digest) -> Result<Option<Indexed>, sqlx::Error> {
    let row = blobs::get(connection, &[digest]).await?.pop();
    Ok(row.and_then(|row| row.unpack(TREE_BYTES_MAX).ok()).and_then(|(_, bytes)| flatten(&bytes)))
}

/// Writes the rows of trees. What somebody left of them before stays: whether it is right is told by comparing it with the leaves.
pub(crate) async fn put(connection: &mut Connection, all: &[Findable]) -> Result<(), sqlx::Error> {
    let trees = trees(all);
    if trees.is_empty() {
        return Ok(());
    }
    traces(connection, &trees).await?;
    spans(connection, &trees).await?;
    names(connection, &trees).await?;
    uses(connection, &trees).await
}

/// A decision and its tree.
pub(super) type Tree<'t> = (&'t Findable, &'t Indexed);

/// Those that have one. Where a span's number would not fit, nothing is looked for: no ledger has that many leaves.
pub(super) fn trees(all: &[Findable]) -> Vec<Tree<'_>> {
    let fits = |one: &&Findable| one.index < 1 << (i64::BITS - 1 - PLACE_BITS);
    all.iter().filter(fits).filter_map(|one| Some((one, one.tree.as_ref()?))).collect()
}

/// The reach under which a decision's tree is.
pub(super) fn reach_of(leaf: &DecisionLeaf) -> i64 {
    Reach::of(leaf).id
}

const TRACES: &[&str] =
    &["leaf_index", "trace_id", "decision", "reach", "root_service", "root_name", "start_ns", "duration_ns", "spans"];

async fn traces(connection: &mut Connection, trees: &[Tree<'_>]) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    let reaches: Vec<Reach<'_>> = trees.iter().map(|(one, _)| Reach::of(&one.leaf)).collect();
    let once: BTreeMap<i64, &Reach<'_>> = reaches.iter().map(|reach| (reach.id, reach)).collect();
    let once: Vec<_> = once.into_values().collect();
    let columns = ("trace_reaches", &["id", "environment", "services"][..]);
    insert(connection, columns, &once, ONCE, |mut row, reach| {
        row.push_bind(reach.id).push_bind(reach.environment.to_owned()).push_bind(reach.services.clone());
    })
    .await?;
    let rows: Vec<_> = trees.iter().zip(&reaches).collect();
    insert(connection, ("traces", TRACES), &rows, "", |mut row, ((one, tree), reach)| {
        row.push_bind(signed(one.index)).push_bind(tree.trace_id.clone());
        row.push_bind(one.leaf.circumstances.decision.as_str().to_owned()).push_bind(reach.id);
        row.push_bind(kind.kept(&tree.root_service)).push_bind(kind.kept(&tree.root_name));
        row.push_bind(tree.start_ns).push_bind(tree.duration_ns).push_bind(signed(tree.spans.len() as u64));
    })
    .await
}

/// Of which environment and services a decision is, interned.
struct Reach<'l> {
    id: i64,
    environment: &'l str,
    services: String,
}

impl<'l> Reach<'l> {
    fn of(leaf: &'l DecisionLeaf) -> Self {
        let deployment = &leaf.judgement.deployment;
        let environment = deployment.environment.as_str();
        let mut services: Vec<&str> = deployment.services.iter().map(|service| service.name.as_str()).collect();
        services.sort_unstable();
        let services = services.join(" ");
        Self { id: id_of(&["reach", environment, &services]), environment, services }
    }
}

const SPANS: &[&str] =
    &["span_no", "leaf_index", "part", "span_id", "parent_id", "name", "kind", "status", "start_ns", "duration_ns"];

async fn spans<'t>(connection: &mut Connection, trees: &[Tree<'t>]) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    let numbered = |&(one, tree): &Tree<'t>| (first_of(one.index)..).zip(&tree.spans);
    let rows: Vec<_> = trees.iter().flat_map(numbered).collect();
    insert(connection, ("spans", SPANS), &rows, ONCE, |mut row, (number, span)| {
        let leaf = number >> PLACE_BITS;
        row.push_bind(signed(*number)).push_bind(signed(leaf)).push_bind(signed(first_of(leaf) + span.part));
        row.push_bind(span.span_id.clone()).push_bind(span.parent_id.clone()).push_bind(kind.kept(&span.name));
        row.push_bind(i64::from(span.kind)).push_bind(i64::from(span.status));
        row.push_bind(span.start_ns).push_bind(span.duration_ns);
    })
    .await
}

/// Interns keys and values; most of them are there.
async fn names(connection: &mut Connection, trees: &[Tree<'_>]) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    let keys = trees.iter().flat_map(|(_, tree)| &tree.keys).collect();
    let keys = missing(connection, "attribute_keys", keys).await?;
    let columns = ("attribute_keys", &["id", "scope", "name"][..]);
    insert(connection, columns, &keys, ONCE, |mut row, (id, key)| {
        row.push_bind(**id).push_bind(key.scope.word()).push_bind(kind.kept(&key.name));
    })
    .await?;
    let values = trees.iter().flat_map(|(_, tree)| &tree.values).collect();
    let values = missing(connection, "attribute_values", values).await?;
    for some in values.chunks(VALUES_ROWS) {
        let mut insert = QueryBuilder::new("INSERT INTO attribute_values (id, text, number) ");
        insert.push_values(some, |mut row, (id, value)| {
            row.push_bind(**id).push_bind(kind.kept(&value.text())).push_bind(value.number());
        });
        // Prepared anew each time: `sqlx::Any` says of a number that is missing that it is a short one, and PostgreSQL would then refuse a
        // long one in its place.
        insert.push(ONCE).build().persistent(false).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Those whose ids are not in a table yet, in the order of their ids.
async fn missing<'t, T>(
    connection: &mut Connection,
    table: &str,
    mut all: BTreeMap<&'t i64, &'t T>,
) -> Result<Vec<(&'t i64, &'t T)>, sqlx::Error> {
    let ids: Vec<i64> = all.keys().map(|id| **id).collect();
    for some in ids.chunks(ROWS_MAX) {
        let sql = format!("SELECT id FROM {table} WHERE id IN ({})", trace_search::list(some));
        let there: Vec<(i64,)> = trace_search::query(sql).fetch_all(&mut *connection).await?;
        for (id,) in there {
            all.remove(&id);
        }
    }
    Ok(all.into_iter().collect())
}

/// Written as numbers, not bound: there are many, and they are ours.
async fn uses<'t>(connection: &mut Connection, trees: &[Tree<'t>]) -> Result<(), sqlx::Error> {
    let numbered = |&(one, tree): &Tree<'t>| {
        let first = first_of(one.index);
        tree.uses.iter().map(move |(key, place, value)| (*key, first + place, *value))
    };
    let mut uses: Vec<_> = trees.iter().flat_map(numbered).collect();
    // In the order of the table, so that neighbours are written together.
    uses.sort_unstable();
    for some in uses.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::new("INSERT INTO span_attributes (key_id, span_no, value_id) VALUES ");
        for (at, (key, number, value)) in some.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            insert.push(format_args!("{comma}({key}, {number}, {value})"));
        }
        insert.push(ONCE);
        insert.build().persistent(false).execute(&mut *connection).await?;
    }
    Ok(())
}
