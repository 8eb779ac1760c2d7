//! What a gate starts with: its files, the last good bundle in their place, or a bundle that people signed.

use super::ServiceError;
use crate::{
    config::{Config, bundle::BundleConfig},
    gate::{
        ACTOR,
        activation::{self, act},
        bundles::{self, BundleError},
        clock,
        in_force::Origin,
        plugins::{Active, Pinning, PolicyError},
        reload::{Loading, PolicyFiles},
    },
};
use std::io;
use tidegate_core::{digest::Digest, time::Timestamp};
use tidegate_engine::engine::Engine;
use tidegate_ledger::{act::Act, ledger::Ledger};
use tidegate_registry::{bundle::Bundle, layout::Layout};

/// The bundle that a gate starts with.
pub(super) struct First {
    pub(super) active: Active,
    pub(super) origin: Origin,
    /// The files as they were seen; none when the same ones are worth another try.
    pub(super) seen: Option<Digest>,
    /// What is wrong with them, when the last good bundle stands in.
    pub(super) refused: Option<PolicyError>,
}

impl First {
    /// From the files; when they cannot be used, the last good bundle stands in; without one there is no gate.
    pub(super) async fn load(config: &Config, engine: &Engine, ledger: &Ledger) -> Result<Self, ServiceError> {
        if let Some(bundle) = &config.bundle {
            return Self::of_bundle(bundle, config.policy_files(), engine, ledger).await;
        }
        let (files, loader) = (config.policy_files(), engine.clone());
        let pinning = files.pinning;
        if pinning == Pinning::Optional {
            tracing::warn!("development: plugins without `sha256` are served; never let others rely on such a gate");
        }
        // Compiling plugins takes a while, and nothing else runs yet.
        let loading = tokio::task::spawn_blocking(move || files.load(&loader, None)).await;
        let Loading { seen, made } = loading.map_err(ServiceError::Load)?;
        let policies = match made {
            Ok(active) => return Ok(Self { active, origin: Origin::Files, seen, refused: None }),
            Err(error) => error,
        };
        match activation::last_good(ledger, engine, pinning).await {
            Ok(Some((active, last))) => {
                let one_line = policies.to_string().replace('\n', "; ");
                tracing::error!(
                    error.r#type = "refused", bundle = %last.bundle, activated_at = %last.at,
                    "the policies cannot be used: deciding by the last good bundle until they are mended: {one_line}"
                );
                Ok(Self { active, origin: Origin::LastGood, seen, refused: Some(policies) })
            }
            Ok(None) => Err(ServiceError::Policies(policies)),
            Err(last_good) => Err(ServiceError::LastGood { policies, last_good }),
        }
    }

    /// The signed bundle that was activated last; before there was one, the file that the configuration names.
    async fn of_bundle(
        config: &BundleConfig,
        files: PolicyFiles,
        engine: &Engine,
        ledger: &Ledger,
    ) -> Result<Self, ServiceError> {
        let recorded = match ledger.last_activated().await? {
            Some(last) => bundles::recorded(ledger, &last).await.map_err(ServiceError::Recorded)?,
            None => None,
        };
        let (trust, first, engine) = (config.trust.clone(), config.first.clone(), engine.clone());
        let load = move || -> Result<Active, ServiceError> {
            let take = |layout: &Layout<Bundle>| {
                let material = bundles::opened(layout, &trust, clock::now())?;
                files.assembled(&engine, &material, None)
            };
            let refused = match recorded.map(|layout| take(&layout)) {
                Some(Ok(active)) => return Ok(active),
                Some(Err(error)) => Some(error),
                None => None,
            };
            match (first, refused) {
                (None, None) => Err(ServiceError::NoBundle),
                (None, Some(error)) => Err(ServiceError::Policies(error)),
                (Some(path), refused) => {
                    if let Some(error) = refused {
                        tracing::error!(
                            error.r#type = "refused",
                            "the bundle in force may not come into force again, so the gate begins anew with `bundle.first`: {error}"
                        );
                    }
                    let read = |source| ServiceError::First { path: path.clone(), source };
                    let file = std::fs::File::open(&path).map_err(read)?;
                    let layout = Layout::read_bundle(io::BufReader::new(file));
                    let layout = layout.map_err(|error| ServiceError::Policies(BundleError::from(error).into()))?;
                    take(&layout).map_err(ServiceError::Policies)
                }
            }
        };
        // Compiling plugins takes a while, and nothing else runs yet.
        let active = tokio::task::spawn_blocking(load).await.map_err(ServiceError::Load)??;
        Ok(Self { active, origin: Origin::Bundle, seen: None, refused: None })
    }

    /// Nothing takes effect before its leaf is durable: neither this start nor the policies, with everything they consist of.
    /// Says since when they are in force.
    pub(super) async fn record(&self, ledger: &Ledger, configuration: Digest) -> Result<Timestamp, ServiceError> {
        ledger.act(act(Act::Start { configuration }, Vec::new())).await?;
        let (last, new) = (ledger.last_activated().await?, self.active.bundle().digest());
        // Also other files that make the same bundle are recorded: the last good ones are those of the record.
        let sources = Some(Digest::of(self.active.sources()));
        if let Some(last) = last.filter(|last| last.bundle == new && last.sources == sources) {
            return Ok(last.at);
        }
        let at = clock::now();
        activation::record(ledger, &self.active, last.map(|last| last.bundle), ACTOR, at).await?;
        Ok(at)
    }
}
