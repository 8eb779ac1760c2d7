//! Bearer tokens.

use super::{Connection, kind::Kind};
use crate::{
    error::ReadError,
    shape::numbers::moment_text,
    token::{NewToken, Token},
};
use sqlx::FromRow;
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::{digest::Digest, time::Timestamp};

#[derive(FromRow)]
struct TokenRow {
    id: String,
    secret: String,
    holder: String,
    created_at: String,
    expires_at: String,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
}

pub(crate) async fn create(connection: &mut Connection, token: &NewToken, at: Timestamp) -> Result<(), sqlx::Error> {
    let kind = Kind::of(connection);
    sqlx::query("INSERT INTO tokens (id, secret, holder, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(kind.kept(&token.id))
        .bind(token.secret.to_string())
        .bind(kind.kept(&token.holder))
        .bind(moment_text(at))
        .bind(moment_text(token.expires))
        .execute(connection)
        .await?;
    Ok(())
}

/// Revoking one again changes nothing.
pub(crate) async fn revoke(connection: &mut Connection, id: &str, at: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL")
        .bind(moment_text(at))
        .bind(Kind::of(connection).kept(id))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn used(connection: &mut Connection, used: &BTreeMap<Arc<str>, Timestamp>) -> Result<(), sqlx::Error> {
    for (id, at) in used {
        sqlx::query("UPDATE tokens SET last_used_at = $1 WHERE id = $2")
            .bind(moment_text(*at))
            .bind(Kind::of(connection).kept(id))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// All of them, in the order of their creation.
pub(crate) async fn all(connection: &mut Connection) -> Result<Vec<Token>, ReadError> {
    let kind = Kind::of(connection);
    let rows: Vec<TokenRow> = sqlx::query_as(
        "SELECT id, secret, holder, created_at, expires_at, revoked_at, last_used_at FROM tokens \
         ORDER BY created_at, id",
    )
    .fetch_all(connection)
    .await?;
    let altered = || ReadError::Altered { what: "a token's row".to_owned() };
    rows.into_iter().map(|row| row.token(kind).ok_or_else(altered)).collect()
}

impl TokenRow {
    fn token(self, kind: Kind) -> Option<Token> {
        let moment = |text: Option<String>| text.map(|text| Timestamp::parse(&text).ok());
        Some(Token {
            token: NewToken {
                id: kind.given(self.id).into(),
                secret: Digest::parse(&self.secret).ok()?,
                holder: kind.given(self.holder).into(),
                expires: Timestamp::parse(&self.expires_at).ok()?,
            },
            created_at: Timestamp::parse(&self.created_at).ok()?,
            // A moment that cannot be read is no reason to take a token for a good one.
            revoked_at: match moment(self.revoked_at) {
                None => None,
                Some(at) => Some(at?),
            },
            last_used_at: moment(self.last_used_at).flatten(),
        })
    }
}
