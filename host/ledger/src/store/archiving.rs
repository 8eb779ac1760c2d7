//! What is asked of a ledger before something of it is moved to an archive, and what goes from it with the archive's leaf beside the rows
//! that follow from leaves.

use super::{Connection, ROWS_MAX, blobs, builder::QueryBuilder, notices::TABLES, signed, unsigned};
use crate::{
    archive::{Archival, named::Named},
    body::BodyKind,
    error::{ReadError, RecordError},
    faster::Faster,
    shape::numbers::moment_text,
    store::{head, leaves, schema},
};
use std::{collections::BTreeSet, ops::Range, time::Duration};
use tidegate_core::{
    digest::Digest,
    name::{EnvironmentName, ServiceName},
    time::Timestamp,
};

/// Bodies that decisions leave; what policies, plugins and acts left stays.
pub(crate) const OF_DECISIONS: &[BodyKind] =
    &[BodyKind::Evidence, BodyKind::Manifest, BodyKind::Stage, BodyKind::Decision, BodyKind::Spans, BodyKind::Shadow];
/// The longest time that a quota of forced deployments can speak of.
const FORCED: Duration = Duration::from_hours(24 * 366);

/// Decisions below a size that something is still open of. Something: what was recorded of them later, permits that are good, obligations
/// and notices that are open, forced deployments that quotas count, trees that an export has still to send, and the last word about a
/// service in an environment.
const NEEDED: &str = "SELECT d.leaf_index FROM decisions d WHERE d.leaf_index < $1 AND (
    EXISTS (SELECT 1 FROM deployment_events e WHERE e.decision = d.id AND e.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM permits p WHERE p.decision = d.id AND (p.leaf_index >= $1 OR p.valid_until > $2))
    OR EXISTS (SELECT 1 FROM revocations r WHERE r.decision = d.id AND r.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM confirmations c WHERE c.decision = d.id AND c.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM rollbacks r WHERE r.decision = d.id AND r.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM verifications v WHERE v.verifies = d.id AND v.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM obligations o WHERE o.decision = d.id
        AND (o.leaf_index >= $1 OR (o.opened_at IS NOT NULL AND o.fulfilled_at IS NULL)))
    OR EXISTS (SELECT 1 FROM notices n WHERE n.decision = d.id AND (n.leaf_index >= $1 OR n.state = 'pending'))
    OR EXISTS (SELECT 1 FROM watches w WHERE w.decision = d.id AND (w.leaf_index >= $1 OR w.state = 'running'))
    OR EXISTS (SELECT 1 FROM orders o WHERE o.decision = d.id AND (o.leaf_index >= $1 OR o.state = 'pending'))
    OR EXISTS (SELECT 1 FROM incidents i WHERE i.decision = d.id AND (i.leaf_index >= $1 OR i.state <> 'resolved'))
    OR EXISTS (SELECT 1 FROM incident_notices n WHERE n.decision = d.id AND (n.leaf_index >= $1 OR n.state = 'pending'))
    OR EXISTS (SELECT 1 FROM forced_deployments f WHERE f.decision = d.id AND f.at > $3)
    OR EXISTS (SELECT 1 FROM span_export x WHERE x.next_leaf > 0 AND x.next_leaf <= d.leaf_index)
) UNION SELECT MAX(d.leaf_index) FROM decision_services s JOIN decisions d ON d.id = s.decision GROUP BY d.environment, s.service";

/// Decisions below a size that something was recorded about after it, or that somebody is still to be told of.
const SINCE: &str = "SELECT d.leaf_index FROM decisions d WHERE d.leaf_index < $1 AND (
    EXISTS (SELECT 1 FROM deployment_events e WHERE e.decision = d.id AND e.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM permits p WHERE p.decision = d.id AND p.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM revocations r WHERE r.decision = d.id AND r.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM confirmations c WHERE c.decision = d.id AND c.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM rollbacks r WHERE r.decision = d.id AND r.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM verifications v WHERE v.verifies = d.id AND v.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM obligations o WHERE o.decision = d.id AND o.leaf_index >= $1)
    OR EXISTS (SELECT 1 FROM notices n WHERE n.decision = d.id AND (n.leaf_index >= $1 OR n.state = 'pending'))
    OR EXISTS (SELECT 1 FROM orders o WHERE o.decision = d.id AND (o.leaf_index >= $1 OR o.state = 'pending'))
    OR EXISTS (SELECT 1 FROM incidents i WHERE i.decision = d.id AND (i.leaf_index >= $1 OR i.state <> 'resolved'))
    OR EXISTS (SELECT 1 FROM incident_notices n WHERE n.decision = d.id AND (n.leaf_index >= $1 OR n.state = 'pending')))";

/// Leaves of decisions below a size that are still needed.
pub(crate) async fn still_needed(
    connection: &mut Connection,
    size: u64,
    now: Timestamp,
) -> Result<BTreeSet<u64>, sqlx::Error> {
    let forced = u64::try_from(FORCED.as_nanos()).unwrap_or(u64::MAX);
    let rows: Vec<(i64,)> = sqlx::query_as(NEEDED)
        .bind(signed(size))
        .bind(moment_text(now))
        .bind(moment_text(Timestamp::from_nanos(now.nanos().saturating_sub(forced))))
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|(index,)| unsigned(index)).collect())
}

/// Leaves of decisions below a size that are in no archive, or are kept.
pub(crate) async fn decisions(connection: &mut Connection, size: u64) -> Result<BTreeSet<u64>, sqlx::Error> {
    indexes(connection, "SELECT leaf_index FROM decisions WHERE leaf_index < $1", size).await
}

/// Leaves of decisions that are in archives.
pub(crate) async fn archived(connection: &mut Connection) -> Result<BTreeSet<u64>, sqlx::Error> {
    indexes(connection, "SELECT leaf_index FROM archived_decisions WHERE leaf_index < $1", u64::MAX).await
}

/// Those of them within these leaves.
pub(crate) async fn archived_within(
    connection: &mut Connection,
    leaves: Range<u64>,
) -> Result<BTreeSet<u64>, sqlx::Error> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT leaf_index FROM archived_decisions WHERE leaf_index >= $1 AND leaf_index < $2")
            .bind(signed(leaves.start))
            .bind(signed(leaves.end))
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(index,)| unsigned(index)).collect())
}

async fn indexes(connection: &mut Connection, sql: &'static str, below: u64) -> Result<BTreeSet<u64>, sqlx::Error> {
    let rows: Vec<(i64,)> = sqlx::query_as(sql).bind(signed(below)).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(index,)| unsigned(index)).collect())
}

/// The leaf of a decision that is in no archive.
pub(crate) async fn index_of(connection: &mut Connection, id: &str) -> Result<Option<u64>, sqlx::Error> {
    let index: Option<i64> = sqlx::query_scalar("SELECT leaf_index FROM decisions WHERE id = $1")
        .bind(id.to_owned())
        .fetch_optional(connection)
        .await?;
    Ok(index.map(unsigned))
}

/// Services of decisions below a size whose deployments somebody spoke of, and where.
pub(crate) async fn places(
    connection: &mut Connection,
    size: u64,
) -> Result<Vec<(EnvironmentName, ServiceName)>, ReadError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT DISTINCT d.environment, s.service FROM decision_services s JOIN decisions d ON d.id = s.decision \
         JOIN deployment_events e ON e.decision = d.id WHERE d.leaf_index < $1 ORDER BY 1, 2",
    )
    .bind(signed(size))
    .fetch_all(connection)
    .await?;
    let altered = || ReadError::Altered { what: "a decision's row".to_owned() };
    rows.iter()
        .map(|(environment, service)| {
            let both = (EnvironmentName::parse(environment), ServiceName::parse(service));
            if let (Ok(environment), Ok(service)) = both { Ok((environment, service)) } else { Err(altered()) }
        })
        .collect()
}

/// These digests, and those that the lists among these bodies name.
pub(crate) async fn with_listed(
    connection: &mut Connection,
    bodies: BTreeSet<Digest>,
    body_bytes_max: usize,
) -> Result<BTreeSet<Digest>, ReadError> {
    let all: Vec<Digest> = bodies.iter().copied().collect();
    let mut named = Named { bodies, ..Named::default() };
    let lists = of_kinds(connection, &all, &[BodyKind::Manifest]).await?;
    for row in blobs::get(connection, &lists).await? {
        let (_, list) = row.unpack(body_bytes_max)?;
        named.add(&String::from_utf8_lossy(&list));
    }
    Ok(named.bodies)
}

/// Those of these bodies that are of these kinds.
pub(crate) async fn of_kinds(
    connection: &mut Connection,
    bodies: &[Digest],
    kinds: &[BodyKind],
) -> Result<Vec<Digest>, sqlx::Error> {
    let mut found = Vec::new();
    for some in bodies.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new("SELECT digest FROM blobs WHERE ");
        these(&mut select, some, kinds);
        let rows: Vec<(String,)> = select.build_query_as().fetch_all(&mut *connection).await?;
        found.extend(rows.iter().filter_map(|(digest,)| Digest::parse(digest).ok()));
    }
    Ok(found)
}

/// The next bodies in the order of their digests.
pub(crate) async fn some_bodies(
    connection: &mut Connection,
    after: Option<Digest>,
    most: usize,
) -> Result<Vec<Digest>, sqlx::Error> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT digest FROM blobs WHERE digest > $1 ORDER BY digest LIMIT $2")
        .bind(after.map(|digest| digest.to_string()).unwrap_or_default())
        .bind(signed(most as u64))
        .fetch_all(connection)
        .await?;
    Ok(rows.iter().filter_map(|(digest,)| Digest::parse(digest).ok()).collect())
}

/// Whether tables have the shape that this build gives them.
pub(crate) async fn is_of_this_build(connection: &mut Connection) -> Result<bool, sqlx::Error> {
    let found: i64 = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(connection).await?;
    Ok(found == schema::last_change())
}

/// How many of these bodies are there, and their bytes as they are stored.
pub(crate) async fn weigh(connection: &mut Connection, bodies: &[Digest]) -> Result<(u64, u64), sqlx::Error> {
    let (mut count, mut bytes) = (0, 0);
    for some in bodies.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new(
            "SELECT COUNT(*), CAST(COALESCE(SUM(octet_length(body)), 0) AS BIGINT) FROM blobs WHERE ",
        );
        these(&mut select, some, OF_DECISIONS);
        let rows: Vec<(i64, i64)> = select.build_query_as().fetch_all(&mut *connection).await?;
        for (there, weight) in rows {
            count += unsigned(there);
            bytes += unsigned(weight);
        }
    }
    Ok((count, bytes))
}

fn these(query: &mut QueryBuilder, bodies: &[Digest], kinds: &[BodyKind]) {
    let words: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.word())).collect();
    query.push(format_args!("kind IN ({}) AND digest IN (", words.join(", ")));
    let mut list = query.separated(", ");
    for body in bodies {
        list.push_bind(body.to_string());
    }
    list.push_unseparated(")");
}

/// Before the rows of an archive's leaf are written: whether all is as it was when it was planned, since others may have recorded something
/// meanwhile. What became of notices goes with the decisions that they are about.
pub(crate) async fn begin(connection: &mut Connection, archival: &Archival) -> Result<(), RecordError> {
    let (size, kept) = (archival.through.size, archival.kept.iter().copied().collect::<BTreeSet<_>>());
    let moved: BTreeSet<u64> = decisions(connection, size).await?.difference(&kept).copied().collect();
    let since = indexes(connection, SINCE, size).await?;
    if moved.len() as u64 != archival.decisions || !since.is_disjoint(&moved) {
        return Err(RecordError::Faster(Faster::Recorded));
    }
    let moved: Vec<u64> = moved.into_iter().collect();
    for (some, table) in moved.chunks(ROWS_MAX).flat_map(|some| TABLES.map(|table| (some, table))) {
        let mut delete = QueryBuilder::new("DELETE FROM ");
        delete.push(table).push(" WHERE decision IN (SELECT id FROM decisions WHERE leaf_index IN (");
        let mut list = delete.separated(", ");
        for index in some {
            list.push_bind(signed(*index));
        }
        list.push_unseparated("))");
        delete.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// After they are written: bodies go that no leaf names which stays, and what is known of the documents among them. What was recorded since
/// it was planned is looked at here.
pub(crate) async fn end(connection: &mut Connection, archival: &Archival) -> Result<(), RecordError> {
    let named = named_since(connection, archival.seen, archival.body_bytes_max).await?;
    let gone: Vec<Digest> = archival.bodies.iter().copied().filter(|body| !named.contains(body)).collect();
    for some in gone.chunks(ROWS_MAX) {
        remove(connection, some).await?;
    }
    Ok(())
}

/// What leaves name from one on.
async fn named_since(
    connection: &mut Connection,
    seen: u64,
    body_bytes_max: usize,
) -> Result<BTreeSet<Digest>, RecordError> {
    let size = head::read(connection).await?.size;
    let (mut named, mut next) = (Named::default(), seen);
    while next < size {
        let page = leaves::range(connection, next..size.min(next + leaves::PAGE.unsigned_abs())).await?;
        let Some(last) = page.last().map(|leaf| leaf.index) else { break };
        page.iter().for_each(|leaf| named.add(&leaf.text));
        next = last + 1;
    }
    Ok(with_listed(connection, named.bodies, body_bytes_max).await?)
}

/// Documents that wait for a decision stay, whoever handed them in.
async fn remove(connection: &mut Connection, bodies: &[Digest]) -> Result<(), sqlx::Error> {
    let waiting = waiting(connection, bodies).await?;
    let gone: Vec<Digest> = bodies.iter().copied().filter(|body| !waiting.contains(&body.to_string())).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let there = of_kinds(connection, &gone, OF_DECISIONS).await?;
    if there.is_empty() {
        return Ok(());
    }
    for column in ["digest", "kept_as"] {
        listing(&format!("DELETE FROM evidence WHERE {column} IN ("), &there).build().execute(&mut *connection).await?;
    }
    let mut delete = QueryBuilder::new("DELETE FROM blobs WHERE ");
    these(&mut delete, &gone, OF_DECISIONS);
    delete.build().execute(connection).await.map(drop)
}

async fn waiting(connection: &mut Connection, bodies: &[Digest]) -> Result<BTreeSet<String>, sqlx::Error> {
    let mut waiting = BTreeSet::new();
    for column in ["digest", "kept_as"] {
        let sql = format!("SELECT COALESCE(kept_as, digest) FROM evidence WHERE referenced = 0 AND {column} IN (");
        let rows: Vec<(String,)> = listing(&sql, bodies).build_query_as().fetch_all(&mut *connection).await?;
        waiting.extend(rows.into_iter().map(|(digest,)| digest));
    }
    Ok(waiting)
}

fn listing(sql: &str, bodies: &[Digest]) -> QueryBuilder {
    let mut query = QueryBuilder::new(sql);
    let mut list = query.separated(", ");
    for body in bodies {
        list.push_bind(body.to_string());
    }
    list.push_unseparated(")");
    query
}
