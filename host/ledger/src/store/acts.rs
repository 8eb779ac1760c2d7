//! Every act of power, as its leaf says it.

use super::{Connection, signed};
use crate::leaf::Kind;
use serde_json::Value;

/// Who did it, as leaves of acts call them.
const BY: &[&str] = &["actor", "person", "by", "to"];
/// What it was done to, as leaves of acts call it; the first that a leaf has.
const WHAT: &[&str] = &["decision", "obligation", "id", "new", "document", "configuration"];

/// The row of an act's leaf, whose texts are salted.
pub(crate) async fn put(connection: &mut Connection, index: u64, kind: Kind, leaf: &Value) -> Result<(), sqlx::Error> {
    let text = |key: &&str| leaf.pointer(&format!("/judgement/{key}")).and_then(Value::as_str).map(str::to_owned);
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
