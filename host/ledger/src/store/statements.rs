//! Statements, and the documents that they became.

use super::{
    Connection,
    beside::Beside,
    documents::{self, Noted},
    kind::Kind,
    signed, unsigned,
};
use crate::{
    error::{ReadError, RecordError},
    shape::numbers::moment_text,
    statement::{NewStatement, Stated},
};
use sqlx::AssertSqlSafe;
use tidegate_core::{digest::Digest, time::Timestamp};

/// Its document belongs to its scope from now on. The leaf names it, so it does not expire.
pub(crate) async fn receive(
    connection: &mut Connection,
    statement: &NewStatement,
    at: Timestamp,
) -> Result<Noted, RecordError> {
    let NewStatement { document, bytes, sender, .. } = statement;
    let noted = Noted { digest: *document, bytes: signed(*bytes), at, masking: None };
    documents::note(connection, &[(sender, &noted)]).await?;
    documents::name(connection, &sender.scope, &[*document]).await?;
    Ok(noted)
}

/// What the leaf says of it, and its scope, which no leaf has.
pub(crate) async fn put(
    connection: &mut Connection,
    statement: &NewStatement,
    at: Timestamp,
    index: u64,
) -> Result<(), sqlx::Error> {
    let NewStatement { document, sender, person, .. } = statement;
    let kind = Kind::of(connection);
    // The same words at the same moment are the same statement: the first leaf stands.
    sqlx::query(
        "INSERT INTO statements (scope, digest, leaf_index, made_at, made_by) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (scope, digest) DO NOTHING",
    )
    .bind(kind.kept(&sender.scope))
    .bind(document.to_string())
    .bind(signed(index))
    .bind(moment_text(at))
    .bind(kind.kept(person))
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of a scope after a leaf, the newest first.
pub(crate) async fn since(
    connection: &mut Connection,
    scope: &str,
    leaf: u64,
    max: u32,
) -> Result<Vec<Stated>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<(String, i64, String, String)> = sqlx::query_as(
        "SELECT digest, leaf_index, made_at, made_by FROM statements WHERE scope = $1 AND leaf_index > $2 \
         ORDER BY leaf_index DESC LIMIT $3",
    )
    .bind(kind.kept(scope))
    .bind(signed(leaf))
    .bind(i64::from(max))
    .fetch_all(connection)
    .await?;
    let stated = |(digest, leaf_index, at, by): (String, i64, String, String)| {
        let (document, at) = (Digest::parse(&digest).ok()?, Timestamp::parse(&at).ok()?);
        Some(Stated { document, by: kind.given(by).into(), at, leaf_index: unsigned(leaf_index) })
    };
    let altered = || ReadError::Altered { what: "a statement's row".to_owned() };
    rows.into_iter().map(|row| stated(row).ok_or_else(altered)).collect()
}

/// Of which scope the statement of a leaf is, as the database itself has it: by its row, by that of the same words when they were stated
/// before, or as the one scope is that holds its document.
pub(crate) async fn scope_in_main(
    connection: &mut Connection,
    Beside { main, .. }: &Beside,
    index: u64,
    document: Digest,
) -> Result<Option<String>, sqlx::Error> {
    let kind = Kind::of(connection);
    let by_row = format!("SELECT scope FROM {main}.statements WHERE leaf_index = $1");
    let row: Option<String> =
        sqlx::query_scalar(AssertSqlSafe(by_row)).bind(signed(index)).fetch_optional(&mut *connection).await?;
    if row.is_some() {
        return Ok(row.map(|scope| kind.given(scope)));
    }
    let before = format!("SELECT scope FROM {main}.statements WHERE digest = $1 AND leaf_index < $2 LIMIT 1");
    let row: Option<String> = sqlx::query_scalar(AssertSqlSafe(before))
        .bind(document.to_string())
        .bind(signed(index))
        .fetch_optional(&mut *connection)
        .await?;
    if row.is_some() {
        return Ok(row.map(|scope| kind.given(scope)));
    }
    let holders = format!("SELECT scope FROM {main}.evidence WHERE digest = $1 LIMIT 2");
    let holders: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(holders)).bind(document.to_string()).fetch_all(connection).await?;
    match <[String; 1]>::try_from(holders) {
        Ok([scope]) => Ok(Some(kind.given(scope))),
        Err(_) => Ok(None),
    }
}
