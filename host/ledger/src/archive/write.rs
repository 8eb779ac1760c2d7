//! The database of an archive: a new ledger of the first so many leaves, filled from another one whatever database that is in.

use super::{
    error::ArchiveError,
    named::Named,
    plan::{Plan, page},
};
use crate::{
    config::LedgerConfig,
    damage::Damage,
    error::RecordError,
    leaf,
    place::Place,
    rebuild,
    store::{
        Connection, Pool,
        archiving::{self, OF_DECISIONS},
        copying, dialect,
        head::{self, Head},
        leaves,
        open::Writing,
        tree::grow,
    },
    stored::Leaf,
    tree::frontier::Frontier,
};
use sqlx::Connection as _;
use std::{fs, path::Path};
use tidegate_core::time::Timestamp;

/// Writes it and makes its tables from its leaves, as those of every ledger are made.
pub(super) async fn database(
    reads: &Pool,
    file: &Path,
    config: &LedgerConfig,
    plan: &Plan,
) -> Result<(), ArchiveError> {
    let (place, config) = (Place::from(file), LedgerConfig { pages_max: None, checkpoints: None, ..config.clone() });
    let mut from = dialect::snapshot_of(reads).await?;
    let mut to = Writing::new(&place, &config).create().await?;
    // Rows are copied before those that they refer to are made.
    dialect::unreferred(&mut to).await?;
    record(&mut from, &mut to, &config, plan).await?;
    to.close().await?;
    rebuild::rebuild(&place, &config).await?;
    let mut to = Writing::new(&place, &config).create().await?;
    copying::notices(&mut from, &mut to, plan.through.size).await?;
    dialect::close_for_good(&mut to).await?;
    to.close().await?;
    // It was of whoever wrote, and nobody will.
    let _ = fs::remove_file(crate::backup::with(file, ".lock"));
    Ok(())
}

/// What nothing makes again, in one transaction.
async fn record(
    from: &mut Connection,
    to: &mut Connection,
    config: &LedgerConfig,
    plan: &Plan,
) -> Result<(), ArchiveError> {
    let mut to = dialect::begin(to).await?;
    let gone = archiving::archived(from).await?;
    let (start, mut frontier, mut last) = (head::read(&mut to).await?, Frontier::default(), None);
    while frontier.size() < plan.through.size {
        let leaves = page(from, frontier.size()..plan.through.size).await?;
        let mut new = Vec::with_capacity(leaves.len());
        for Leaf { index, hash, text, .. } in &leaves {
            let (kind, body) = (leaf::kind_of(*index, text)?, text.to_string());
            new.push(leaves::New { index: *index, kind, hash: *hash, body });
        }
        leaves::append(&mut to, &new).await?;
        grow::append(&mut to, &mut frontier, leaves.iter().map(|leaf| leaf.hash)).await?;
        last = leaves.last().map(|leaf| leaf.hash);
        let here = |leaf: &&Leaf| !gone.contains(&leaf.index);
        let mut named = Named::default();
        leaves.iter().filter(here).for_each(|leaf| named.add(&leaf.text));
        let bodies = archiving::with_listed(from, named.bodies, config.body_bytes_max).await?;
        copying::bodies(from, &mut to, &bodies.into_iter().collect::<Vec<_>>()).await?;
        let mut texts = Named::default();
        leaves.iter().for_each(|leaf| texts.add(&leaf.text));
        copying::texts(from, &mut to, &texts.texts).await?;
    }
    if frontier.root() != plan.through.root {
        let size = plan.through.size;
        let cause = Damage::Root { size, head: plan.through.root, found: frontier.root() };
        return Err(RecordError::Damaged(cause).into());
    }
    let end = Head { size: frontier.size(), hash: last, at: Timestamp::from_nanos(0) };
    head::advance(&mut to, start, end, Some(&frontier)).await?;
    copying::what_policies_left(from, &mut to, OF_DECISIONS).await?;
    copying::given(from, &mut to, plan.through.size).await?;
    Ok(to.commit().await?)
}
