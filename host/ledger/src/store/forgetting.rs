//! Private texts that are forgotten, wherever the database has them in plain words.

use super::{Connection, kind::Kind};
use crate::{forced::written_once, private::Salted};
use sqlx::AssertSqlSafe;

/// Where rows that follow from leaves have people's names and words: what is forgotten stands there as in the leaf.
const DERIVED: &[(&str, &[&str])] = &[
    ("obligations", &["owner", "fulfilled_by", "fulfilled_with"]),
    ("confirmations", &["confirmed_by"]),
    ("permits", &["given_to"]),
    ("revocations", &["revoked_by"]),
    ("deployment_events", &["said_by"]),
    ("waiver_agreements", &["agreed_by"]),
    ("statements", &["made_by"]),
    ("tokens", &["holder"]),
    ("rollbacks", &["asked_by", "reason"]),
    ("legal_holds", &["placed_by", "reason", "lifted_by", "lift_reason"]),
    ("watches", &["started_by", "cancelled_by", "cancel_reason"]),
    ("watch_alerts", &["said_by", "labels"]),
    ("incidents", &["opened_by", "acknowledged_by", "resolved_by"]),
    ("incident_changes", &["by_whom"]),
    ("incident_texts", &["text"]),
    ("maintenances", &["planned_by", "reason"]),
    ("maintenance_steps", &["said_by", "reason"]),
];

/// The same of what no leaf has.
const STATE: &[(&str, &[&str])] = &[("evidence", &["handed_in_by"]), ("idempotency", &["principal"])];

/// Forgets a text; nothing where the record has none of that.
pub(crate) async fn forget(connection: &mut Connection, salted: &Salted) -> Result<(), sqlx::Error> {
    let (kind, stands) = (Kind::of(connection), salted.to_string());
    let text: Option<String> = sqlx::query_scalar("DELETE FROM private_texts WHERE salted = $1 RETURNING text")
        .bind(stands.clone())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(text) = text else { return Ok(()) };
    for (table, columns) in DERIVED.iter().chain(STATE) {
        for column in *columns {
            exchange(connection, (*table, *column), &text, &stands).await?;
        }
    }
    // Written the one way in which people are compared.
    let once = kind.kept(&written_once(&kind.given(text)));
    exchange(connection, ("forced_deployments", "person"), &once, &written_once(&stands)).await
}

/// Tables and columns are those of this file.
async fn exchange(
    connection: &mut Connection,
    (table, column): (&str, &str),
    text: &str,
    stands: &str,
) -> Result<(), sqlx::Error> {
    let update = format!("UPDATE {table} SET {column} = $2 WHERE {column} = $1");
    let query = sqlx::query(AssertSqlSafe(update)).bind(text.to_owned()).bind(stands.to_owned());
    query.execute(connection).await.map(drop)
}
