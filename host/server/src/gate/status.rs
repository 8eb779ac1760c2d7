//! How the gate stands, for whoever looks after it.

use crate::{
    api::{
        answer::PluginBody,
        status::{BundleBody, ClockJumpBody, LastReloadBody, LedgerBody, SetBody, SignedBody, StatusBody},
    },
    gate::{
        Gate, clock,
        in_force::{InForce, Origin},
        plugins::{Active, Pinning},
        reload::LastReload,
    },
};
use tidegate_bundle::bundle::LoadedSet;

impl Gate {
    /// How everything stands at this moment.
    pub async fn status(&self) -> StatusBody {
        let in_force = self.in_force();
        let active = &in_force.bench.active;
        let counts = self.ledger().counts();
        let (in_flight, queued) = self.admission().standing();
        StatusBody {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: self.started().to_string(),
            ready: self.ready().await,
            dev: self.reloads().pinning() == Pinning::Optional,
            bundle: bundle(&in_force),
            policy_sets: active.bundle().sets().iter().map(|loaded| set(active, loaded)).collect(),
            last_reload: self.reloads().last().map(last_reload),
            ledger: LedgerBody {
                ready: self.ledger().ready().await.is_ok(),
                leaves: counts.leaves,
                waiting: counts.waiting,
                witnesses: self.witnessed(clock::now()).await.ok().flatten().map(|witnessed| witnessed.body()),
                scrub: self.last_scrub(),
            },
            notices: self.notices().await,
            maintenances: self.maintenance_counts().await,
            clock_jumped: self
                .last_jump()
                .map(|jump| ClockJumpBody { expected: jump.expected.to_string(), found: jump.found.to_string() }),
            in_flight,
            queued,
        }
    }

    /// Whether the policy files could not be used, and the gate decides by an earlier bundle.
    #[must_use]
    pub fn files_refused(&self) -> bool {
        let failed = self.reloads().last().is_some_and(|last| last.failed() && !last.by_hand());
        failed || self.in_force().origin == Origin::LastGood
    }
}

fn bundle(in_force: &InForce) -> BundleBody {
    BundleBody {
        digest: in_force.bench.active.bundle().digest().to_string(),
        activated_at: in_force.since.to_string(),
        source: in_force.origin.word().to_owned(),
        signed: in_force.bench.active.signed().map(|signed| SignedBody {
            digest: signed.digest().to_string(),
            authors: signed.authors(),
            signers: signed.signers.iter().map(ToString::to_string).collect(),
        }),
    }
}

fn set(active: &Active, loaded: &LoadedSet) -> SetBody {
    let plugins = active.plugins().filter(|(set, ..)| **set == loaded.set.id).map(|(_, name, plugin)| PluginBody {
        name: name.to_string(),
        version: plugin.plugin.description.version.to_string(),
        digest: plugin.plugin.digest.to_string(),
    });
    SetBody {
        id: loaded.set.id.to_string(),
        version: loaded.set.version.to_string(),
        digest: loaded.set.digest.to_string(),
        file: loaded.file().to_owned(),
        plugins: plugins.collect(),
    }
}

fn last_reload(last: LastReload) -> LastReloadBody {
    let LastReload { at, trigger, result, mistakes, error } = last;
    LastReloadBody {
        at: at.to_string(),
        trigger: trigger.word().to_owned(),
        result: result.to_owned(),
        mistakes,
        error,
    }
}
