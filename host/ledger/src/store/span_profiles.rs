//! Profiles of trees, and how many trees of each began in which hour: written with the rows of their spans, and taken away with them.

use super::{
    Connection, ROWS_MAX,
    builder::insert,
    signed,
    span_index::{reach_of, trees},
    trace_search::{list, query},
};
use crate::{
    projections::Findable,
    span_index::profile::{Alike, Profile},
};
use std::collections::BTreeMap;

/// Nanoseconds of an hour.
pub(crate) const HOUR_NS: i64 = 3_600_000_000_000;

/// A row that is there stays.
const ONCE: &str = " ON CONFLICT DO NOTHING";
const ADDED: &str = " ON CONFLICT (profile, hour, reach) DO UPDATE SET trees = profile_hours.trees + excluded.trees";

/// Writes one row for each tree, one for each profile, hour and reach of them, and the profiles that are new.
pub(crate) async fn put(connection: &mut Connection, all: &[Findable]) -> Result<(), sqlx::Error> {
    let trees = trees(all);
    let profiles: Vec<Profile> = trees.iter().map(|(_, tree)| Profile::of(tree)).collect();
    let rows: Vec<_> = trees.iter().zip(&profiles).collect();
    let columns = ("trace_profiles", &["leaf_index", "profile"][..]);
    insert(connection, columns, &rows, "", |mut row, ((one, _), profile)| {
        row.push_bind(signed(one.index)).push_bind(profile.id);
    })
    .await?;
    let mut hours: BTreeMap<(i64, i64, i64), i64> = BTreeMap::new();
    for ((one, tree), profile) in &rows {
        *hours.entry((profile.id, tree.start_ns / HOUR_NS, reach_of(&one.leaf))).or_default() += 1;
    }
    let hours = Vec::from_iter(hours);
    let columns = ("profile_hours", &["profile", "hour", "reach", "trees"][..]);
    insert(connection, columns, &hours, ADDED, |mut row, ((profile, hour, reach), trees)| {
        row.push_bind(*profile).push_bind(*hour).push_bind(*reach).push_bind(*trees);
    })
    .await?;
    if profiles.is_empty() {
        return Ok(());
    }
    new(connection, profiles.into_iter().map(|profile| (profile.id, profile.spans)).collect()).await
}

/// Writes profiles that are not there yet; most of them are.
async fn new(connection: &mut Connection, mut all: BTreeMap<i64, Vec<(Alike, u64)>>) -> Result<(), sqlx::Error> {
    let ids: Vec<i64> = all.keys().copied().collect();
    for some in ids.chunks(ROWS_MAX) {
        let sql = format!("SELECT DISTINCT profile FROM profile_spans WHERE profile IN ({})", list(some));
        let there: Vec<(i64,)> = query(sql).fetch_all(&mut *connection).await?;
        for (id,) in there {
            all.remove(&id);
        }
    }
    let placed = |(id, spans): (&i64, &'_ Vec<(Alike, u64)>)| {
        let id = *id;
        (0_i64..).zip(spans.clone()).map(move |(place, (alike, count))| (id, place, alike, count)).collect::<Vec<_>>()
    };
    let spans: Vec<_> = all.iter().flat_map(placed).collect();
    let columns = ("profile_spans", &["profile", "place", "kind", "status", "spans"][..]);
    insert(connection, columns, &spans, ONCE, |mut row, (profile, place, alike, count)| {
        row.push_bind(*profile).push_bind(*place).push_bind(i64::from(alike.kind));
        row.push_bind(i64::from(alike.status)).push_bind(signed(*count));
    })
    .await?;
    let used = |(profile, place, alike, _): &(i64, i64, Alike, u64)| {
        let (profile, place) = (*profile, *place);
        alike.attributes.iter().map(|(key, value)| (profile, place, *key, *value)).collect::<Vec<_>>()
    };
    let attributes: Vec<_> = spans.iter().flat_map(used).collect();
    let columns = ("profile_attributes", &["profile", "place", "key_id", "value_id"][..]);
    insert(connection, columns, &attributes, ONCE, |mut row, (profile, place, key, value)| {
        row.push_bind(*profile).push_bind(*place).push_bind(*key).push_bind(*value);
    })
    .await
}

/// Takes a tree out of what is counted, whose row in `traces` is still there. A profile that no other tree has goes with it.
pub(crate) async fn remove(connection: &mut Connection, index: u64) -> Result<(), sqlx::Error> {
    let counted: Option<(i64, i64, i64)> = sqlx::query_as(
        "SELECT p.profile, t.start_ns / 3600000000000, t.reach FROM trace_profiles p \
         JOIN traces t ON t.leaf_index = p.leaf_index WHERE p.leaf_index = $1",
    )
    .bind(signed(index))
    .fetch_optional(&mut *connection)
    .await?;
    let Some((profile, hour, reach)) = counted else { return Ok(()) };
    sqlx::query("DELETE FROM trace_profiles WHERE leaf_index = $1")
        .bind(signed(index))
        .execute(&mut *connection)
        .await?;
    for sql in [
        "UPDATE profile_hours SET trees = trees - 1 WHERE profile = $1 AND hour = $2 AND reach = $3",
        "DELETE FROM profile_hours WHERE profile = $1 AND hour = $2 AND reach = $3 AND trees <= 0",
    ] {
        sqlx::query(sql).bind(profile).bind(hour).bind(reach).execute(&mut *connection).await?;
    }
    for sql in [
        "DELETE FROM profile_attributes WHERE profile = $1 AND NOT EXISTS (SELECT 1 FROM profile_hours WHERE profile = $1)",
        "DELETE FROM profile_spans WHERE profile = $1 AND NOT EXISTS (SELECT 1 FROM profile_hours WHERE profile = $1)",
    ] {
        sqlx::query(sql).bind(profile).execute(&mut *connection).await?;
    }
    Ok(())
}
