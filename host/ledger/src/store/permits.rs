//! Permits and revocations of decisions.

use super::{Connection, kind::Kind, signed, unsigned};
use crate::{
    error::{ReadError, RecordError},
    faster::Faster,
    id::DecisionId,
    permit::{NewPermit, PermitKey, Permitted, Revocation, Revoked, Standing},
    shape::numbers::moment_text,
};
use sqlx::FromRow;
use tidegate_core::{digest::Digest, time::Timestamp};

/// Permits of one decision that are read back, at most; the newest ones.
const SHOWN_MAX: i64 = 100;

#[derive(FromRow)]
struct PermitRow {
    id: String,
    decision: String,
    leaf_index: i64,
    given_at: String,
    given_to: String,
    valid_until: String,
    single_use: i64,
    key: Option<String>,
    request: Option<String>,
}

const PERMIT: &str =
    "SELECT id, decision, leaf_index, given_at, given_to, valid_until, single_use, key, request FROM permits";

/// Whether nothing has happened to the decision of a permit since it was asked about. Whoever comes here comes alone.
pub(crate) async fn still(connection: &mut Connection, permit: &NewPermit) -> Result<(), RecordError> {
    if revoked(connection, &permit.decision).await?.is_some() {
        return Err(RecordError::Faster(Faster::Revoked));
    }
    if superseded_by(connection, &permit.decision, permit.forced).await?.is_some() {
        return Err(RecordError::Faster(Faster::Superseded));
    }
    if permit.single_use && given(connection, &permit.decision).await? > 0 {
        return Err(RecordError::Faster(Faster::Used));
    }
    Ok(())
}

/// Gives a permit.
pub(crate) async fn put(
    connection: &mut Connection,
    permit: &NewPermit,
    at: Timestamp,
    index: u64,
) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    sqlx::query(
        "INSERT INTO permits (id, decision, leaf_index, given_at, given_to, valid_until, single_use, key, request) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(permit.id.to_string())
    .bind(permit.decision.as_str().to_owned())
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(kind.kept(&permit.to))
    .bind(moment_text(permit.valid_until))
    .bind(i64::from(permit.single_use))
    .bind(permit.key.as_ref().map(|key| kind.kept(&key.key)))
    .bind(permit.key.as_ref().map(|key| key.request.to_string()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a decision back. Again is an error: the first stands.
pub(crate) async fn revoke(
    connection: &mut Connection,
    revocation: &Revocation,
    at: Timestamp,
    index: u64,
) -> Result<(), RecordError> {
    if revoked(connection, &revocation.decision).await?.is_some() {
        return Err(RecordError::Faster(Faster::Revoked));
    }
    sqlx::query("INSERT INTO revocations (decision, leaf_index, revoked_at, revoked_by) VALUES ($1, $2, $3, $4)")
        .bind(revocation.decision.as_str().to_owned())
        .bind(signed(index))
        .bind(moment_text(at))
        .bind(Kind::of(connection).kept(&revocation.by))
        .execute(connection)
        .await?;
    Ok(())
}

/// Where a decision stands. `forced`: only a later permission takes its place, a later refusal does not.
pub(crate) async fn standing(
    connection: &mut Connection,
    decision: &DecisionId,
    forced: bool,
) -> Result<Standing, ReadError> {
    let query = format!("{PERMIT} WHERE decision = $1 ORDER BY leaf_index DESC LIMIT $2");
    let kind = Kind::of(connection);
    let rows: Vec<PermitRow> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(decision.as_str().to_owned())
        .bind(SHOWN_MAX)
        .fetch_all(&mut *connection)
        .await?;
    let mut permits = rows.into_iter().map(|row| row.permitted(kind)).collect::<Result<Vec<_>, _>>()?;
    permits.reverse();
    Ok(Standing {
        revoked: revoked(connection, decision).await?,
        superseded_by: superseded_by(connection, decision, forced).await?,
        permits,
    })
}

/// The permit that this key led to.
pub(crate) async fn by_key(connection: &mut Connection, to: &str, key: &str) -> Result<Option<Permitted>, ReadError> {
    let query = format!("{PERMIT} WHERE given_to = $1 AND key = $2");
    let kind = Kind::of(connection);
    let row: Option<PermitRow> = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(kind.kept(to))
        .bind(kind.kept(key))
        .fetch_optional(connection)
        .await?;
    row.map(|row| row.permitted(kind)).transpose()
}

async fn given(connection: &mut Connection, decision: &DecisionId) -> Result<i64, sqlx::Error> {
    let query = sqlx::query_scalar("SELECT COUNT(*) FROM permits WHERE decision = $1");
    query.bind(decision.as_str().to_owned()).fetch_one(connection).await
}

async fn revoked(connection: &mut Connection, decision: &DecisionId) -> Result<Option<Revoked>, ReadError> {
    let kind = Kind::of(connection);
    let row: Option<(String, String, i64)> =
        sqlx::query_as("SELECT revoked_by, revoked_at, leaf_index FROM revocations WHERE decision = $1")
            .bind(decision.as_str().to_owned())
            .fetch_optional(connection)
            .await?;
    let read = |(by, at, index): (String, String, i64)| {
        let at = Timestamp::parse(&at).map_err(|_| ReadError::Altered { what: "a revocation's row".to_owned() })?;
        Ok(Revoked { by: kind.given(by).into(), at, leaf_index: unsigned(index) })
    };
    row.map(read).transpose()
}

async fn superseded_by(
    connection: &mut Connection,
    decision: &DecisionId,
    forced: bool,
) -> Result<Option<DecisionId>, ReadError> {
    let later: Option<String> = sqlx::query_scalar(
        "SELECT later.id FROM decisions AS one JOIN decisions AS later \
         ON later.environment = one.environment AND later.leaf_index > one.leaf_index \
         WHERE one.id = $1 AND (later.allowed = 1 OR $2 = 0) AND EXISTS ( \
         SELECT 1 FROM decision_services AS theirs JOIN decision_services AS ours ON ours.service = theirs.service \
         WHERE theirs.decision = later.id AND ours.decision = one.id) \
         ORDER BY later.leaf_index LIMIT 1",
    )
    .bind(decision.as_str().to_owned())
    .bind(i64::from(forced))
    .fetch_optional(connection)
    .await?;
    let altered = |_| ReadError::Altered { what: "a decision's row".to_owned() };
    later.map(|id| DecisionId::parse(&id).map_err(altered)).transpose()
}

impl PermitRow {
    fn permitted(self, kind: Kind) -> Result<Permitted, ReadError> {
        self.read(kind).ok_or_else(|| ReadError::Altered { what: "a permit's row".to_owned() })
    }

    fn read(self, kind: Kind) -> Option<Permitted> {
        let key = match (self.key, self.request) {
            (Some(key), Some(request)) => {
                Some(PermitKey { key: kind.given(key).into(), request: Digest::parse(&request).ok()? })
            }
            _ => None,
        };
        Some(Permitted {
            id: self.id.into(),
            decision: DecisionId::parse(&self.decision).ok()?,
            to: kind.given(self.given_to).into(),
            at: Timestamp::parse(&self.given_at).ok()?,
            valid_until: Timestamp::parse(&self.valid_until).ok()?,
            single_use: self.single_use != 0,
            leaf_index: unsigned(self.leaf_index),
            key,
        })
    }
}
