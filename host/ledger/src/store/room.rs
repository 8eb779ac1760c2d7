//! Whether there is room for a decision.

use super::Connection;

/// About what a decision with its bodies takes.
const BYTES: usize = 256 << 10;

/// Writes as much as a decision does: a commit of nothing needs no room, also on a disk that is full.
pub(crate) async fn take(connection: &mut Connection) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO room (one, bytes) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET bytes = excluded.bytes")
        .bind(vec![0_u8; BYTES])
        .execute(connection)
        .await
        .map(drop)
}
