//! What was moved to archives, and where it lies.

use super::Ledger;
use crate::{
    archive::{
        Archived, ArchivedDecision,
        check::{self, Held},
        error::ArchiveError,
    },
    config::LedgerConfig,
    error::ReadError,
    id::DecisionId,
    leaf::{self, decision::DecisionLeaf},
    note::Verifier,
    store::{Pool, archives},
};
use std::{collections::BTreeMap, path::Path};
use tidegate_core::name::{EnvironmentName, ServiceName};

/// A decision that lies in an archive: what of it is still said by its leaf, and where the rest is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// Its leaf, and its archive.
    pub archived: ArchivedDecision,
    /// Where it was to be deployed.
    pub environment: EnvironmentName,
    /// What was to be deployed.
    pub services: Vec<ServiceName>,
}

impl Ledger {
    /// Archives that leaves speak of, the oldest first.
    pub async fn archives(&self) -> Result<Vec<Archived>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        archives::all(&mut connection).await
    }

    /// Where a decision lies that was moved to an archive; none of others.
    pub async fn elsewhere(&self, id: &DecisionId) -> Result<Option<Elsewhere>, ReadError> {
        let mut connection = self.0.reads.acquire().await?;
        let Some(archived) = archives::of(&mut connection, id).await? else { return Ok(None) };
        drop(connection);
        let altered = || ReadError::Altered { what: format!("what is known of archived decision `{id}`") };
        let stored = self.leaf(archived.leaf_index).await?.ok_or_else(altered)?;
        let leaf: DecisionLeaf = leaf::read(stored.index, &stored.text)?;
        if leaf.circumstances.decision != *id {
            return Err(altered());
        }
        let deployment = leaf.judgement.deployment;
        let services = deployment.services.iter().map(|service| service.name.clone()).collect();
        Ok(Some(Elsewhere { archived, environment: deployment.environment, services }))
    }

    /// Reads every archive in a folder whole, and holds them against what this ledger says of them.
    pub async fn verify_archives(&self, of: &Path, verifier: Option<&Verifier>) -> Result<Held, ArchiveError> {
        let (archives, mut roots) = (self.archives().await?, BTreeMap::new());
        for archive in &archives {
            roots.insert(archive.through.size, self.root(archive.through.size).await?);
        }
        let config = LedgerConfig { checkpoints: None, ..self.0.config.clone() };
        check::all(archives, &roots, of, &config, verifier).await
    }

    pub(crate) fn reads(&self) -> &Pool {
        &self.0.reads
    }
}
