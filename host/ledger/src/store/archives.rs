//! What was moved to archives: rows that go with the leaf which says so, and where the rest lies.

use super::{Connection, ROWS_MAX, builder::QueryBuilder, kind::Kind, signed, unsigned};
use crate::{
    archive::{Archived, ArchivedDecision},
    error::ReadError,
    id::DecisionId,
    proof::TreeHead,
    shape::numbers::moment_text,
};
use sqlx::{AssertSqlSafe, FromRow};
use tidegate_core::{digest::Digest, time::Timestamp};

/// Tables whose rows are of one decision, and the column that says of which; whoever refers to a row comes before it.
const BY_LEAF: &[(&str, &str)] = &[
    ("trace_profiles", "leaf_index"),
    ("span_attributes", "span_no / 65536"),
    ("spans", "leaf_index"),
    ("traces", "leaf_index"),
    ("span_trees", "leaf_index"),
    ("rule_findings", "leaf_index"),
    ("stage_results", "leaf_index"),
    ("decision_terms", "leaf_index"),
    ("decision_facts", "leaf_index"),
];
const BY_ID: &[(&str, &str)] = &[
    ("decision_services", "decision"),
    ("forced_deployments", "decision"),
    ("obligations", "decision"),
    ("confirmations", "decision"),
    ("permits", "decision"),
    ("revocations", "decision"),
    ("deployment_events", "decision"),
    ("rollbacks", "decision"),
    ("verifications", "decision"),
    ("decisions", "id"),
];
/// Rows that several decisions share go with the last of them.
const SHARED: &[&str] = &[
    "DELETE FROM trace_reaches WHERE id IN (SELECT id FROM trace_reaches EXCEPT SELECT reach FROM traces)",
    "DELETE FROM attribute_keys WHERE id IN (SELECT id FROM attribute_keys EXCEPT SELECT key_id FROM span_attributes)",
    "DELETE FROM attribute_values WHERE id IN (SELECT id FROM attribute_values EXCEPT SELECT value_id FROM span_attributes)",
    "DELETE FROM profile_hours",
    "INSERT INTO profile_hours (profile, hour, reach, trees) \
     SELECT p.profile, t.start_ns / 3600000000000, t.reach, COUNT(*) \
     FROM trace_profiles p JOIN traces t ON t.leaf_index = p.leaf_index GROUP BY 1, 2, 3",
    "DELETE FROM profile_attributes WHERE profile NOT IN (SELECT profile FROM profile_hours)",
    "DELETE FROM profile_spans WHERE profile NOT IN (SELECT profile FROM profile_hours)",
    "DELETE FROM decision_hours",
    "INSERT INTO decision_hours (hour, first_leaf, last_leaf, decisions) \
     SELECT substr(evaluated_at, 1, 13), MIN(leaf_index), MAX(leaf_index), COUNT(*) FROM decisions GROUP BY 1",
];

/// The rows of an archive's leaf: those of the decisions that it moved go, but for the ones that were `kept`.
pub(crate) async fn put(connection: &mut Connection, archived: &Archived, kept: &[u64]) -> Result<(), sqlx::Error> {
    let Archived { leaf_index, at, by, first, through, manifest, decisions } = archived;
    sqlx::query(
        "INSERT INTO archives (leaf_index, first_leaf, size, root, manifest, decisions, archived_at, archived_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(signed(*leaf_index))
    .bind(signed(*first))
    .bind(signed(through.size))
    .bind(through.root.to_string())
    .bind(manifest.to_string())
    .bind(signed(*decisions))
    .bind(moment_text(*at))
    .bind(Kind::of(connection).kept(by))
    .execute(&mut *connection)
    .await?;
    note(connection, *leaf_index, through.size, kept).await?;
    let these = "(SELECT {} FROM archived_decisions WHERE archive = $1)";
    let by_leaf = BY_LEAF.iter().map(|table| (table, "leaf_index"));
    for ((table, column), name) in by_leaf.chain(BY_ID.iter().map(|table| (table, "decision"))) {
        let sql = format!("DELETE FROM {table} WHERE {column} IN {}", these.replace("{}", name));
        sqlx::query(AssertSqlSafe(sql)).bind(signed(*leaf_index)).execute(&mut *connection).await?;
    }
    for sql in SHARED {
        sqlx::query(*sql).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Which decisions those are.
async fn note(connection: &mut Connection, archive: u64, size: u64, kept: &[u64]) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO archived_decisions (decision, leaf_index, archive) \
         SELECT id, leaf_index, CAST($1 AS BIGINT) FROM decisions WHERE leaf_index < $2",
    )
    .bind(signed(archive))
    .bind(signed(size))
    .execute(&mut *connection)
    .await?;
    for some in kept.chunks(ROWS_MAX) {
        let mut delete = QueryBuilder::new("DELETE FROM archived_decisions WHERE archive = ");
        delete.push_bind(signed(archive)).push(" AND leaf_index IN (");
        let mut list = delete.separated(", ");
        for index in some {
            list.push_bind(signed(*index));
        }
        list.push_unseparated(")");
        delete.build().execute(&mut *connection).await?;
    }
    Ok(())
}

/// Whether an obligation of this name was left by a decision that is in an archive.
pub(crate) async fn holds_obligation(connection: &mut Connection, id: &str) -> Result<bool, sqlx::Error> {
    let found: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM archived_decisions WHERE substr($1, 1, length(decision) + 1) = decision || '-'",
    )
    .bind(id.to_owned())
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

#[derive(FromRow)]
struct ArchiveRow {
    leaf_index: i64,
    first_leaf: i64,
    size: i64,
    root: String,
    manifest: String,
    decisions: i64,
    archived_at: String,
    archived_by: String,
}

const ARCHIVE: &str = "SELECT a.leaf_index, a.first_leaf, a.size, a.root, a.manifest, a.decisions, a.archived_at, a.archived_by FROM archives a";

/// All of them, the oldest first.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Archived>, ReadError> {
    let query = format!("{ARCHIVE} ORDER BY a.leaf_index");
    let rows: Vec<ArchiveRow> = sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut *connection).await?;
    let kind = Kind::of(connection);
    rows.into_iter().map(|row| row.archived(kind)).collect()
}

/// Where a decision lies that is not here any more.
pub(crate) async fn of(connection: &mut Connection, id: &DecisionId) -> Result<Option<ArchivedDecision>, ReadError> {
    let leaf: Option<i64> = sqlx::query_scalar("SELECT leaf_index FROM archived_decisions WHERE decision = $1")
        .bind(id.as_str().to_owned())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(leaf) = leaf else { return Ok(None) };
    let query = format!("{ARCHIVE} JOIN archived_decisions d ON d.archive = a.leaf_index WHERE d.decision = $1");
    let row: ArchiveRow =
        sqlx::query_as(AssertSqlSafe(query)).bind(id.as_str().to_owned()).fetch_one(&mut *connection).await?;
    let archive = row.archived(Kind::of(connection))?;
    Ok(Some(ArchivedDecision { leaf_index: unsigned(leaf), archive }))
}

impl ArchiveRow {
    fn archived(self, kind: Kind) -> Result<Archived, ReadError> {
        let altered = || ReadError::Altered { what: format!("the row of the archive of leaf {}", self.leaf_index) };
        Ok(Archived {
            leaf_index: unsigned(self.leaf_index),
            at: Timestamp::parse(&self.archived_at).map_err(|_| altered())?,
            first: unsigned(self.first_leaf),
            through: TreeHead { size: unsigned(self.size), root: Digest::parse(&self.root).map_err(|_| altered())? },
            manifest: Digest::parse(&self.manifest).map_err(|_| altered())?,
            decisions: unsigned(self.decisions),
            by: kind.given(self.archived_by).into(),
        })
    }
}
