//! What has to fit before anything is written: leaves, head and tree.

use super::{Connection, head, tree};
use crate::{error::RecordError, proof::TreeHead};

/// Compares the head with the leaves and the tree with both; a ledger older than trees gets its tree in between. Gives the tree.
pub(crate) async fn compare(connection: &mut Connection) -> Result<TreeHead, RecordError> {
    head::compare(connection).await?;
    tree::grow::build(connection).await?;
    tree::compare::compare(connection).await
}
