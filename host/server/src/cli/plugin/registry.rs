//! What the commands share that speak with a registry.

mod bar;
pub(super) mod failure;
pub(super) mod signers;

use bar::Bar;
use failure::Failure;
use std::{fs, path::PathBuf};
use tidegate_core::wasi::Wasi;
use tidegate_engine::manifest::{Manifest, offers};
use tidegate_registry::{
    client::{Client, Options},
    contract::Contract,
    credentials::Credentials,
    reference::Reference,
};

/// How the registry is spoken to. Who this is, docker's configuration says (`DOCKER_CONFIG`, else `~/.docker/config.json`).
#[derive(Debug, clap::Args)]
pub(super) struct RegistryArgs {
    /// A registry that is spoken to without encryption, as references name it; one on this machine always is
    #[arg(long, value_name = "HOST")]
    plain_http: Vec<String>,
    /// Whom to trust to be the registry, in PEM [default: whom this machine trusts]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl RegistryArgs {
    /// One that draws on stderr how far it is.
    pub(super) fn client(&self) -> Result<Client, Failure> {
        let authorities =
            self.ca.as_ref().map(|path| fs::read(path).map_err(|source| Failure::Read { path: path.clone(), source }));
        let options = Options {
            credentials: Credentials::usual()?,
            told: Bar::told(),
            authorities: authorities.transpose()?,
            unencrypted: self.plain_http.clone(),
            ..Options::default()
        };
        Ok(Client::new(options)?)
    }
}

/// The contract, as the engine has it. WASI may be asked for: whether it is granted, the policy set says that names the plugin.
pub(super) struct Offered;

impl Contract for Offered {
    fn exceeding(&self, imports: &[String]) -> Vec<String> {
        imports.iter().filter(|import| !offers(import, Wasi::Inert)).cloned().collect()
    }

    fn imports(&self, component: &[u8]) -> Result<Vec<String>, String> {
        let manifest = Manifest::read_granting(component, Wasi::Inert).map_err(|error| error.to_string())?;
        Ok([manifest.imports, manifest.wasi].concat())
    }
}

/// What stands on the command line.
pub(super) fn reference(text: &str) -> Result<Reference, String> {
    Reference::parse(text).map_err(|error| error.to_string())
}

/// Waits for it here.
pub(super) fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Runtime::new().map_err(Failure::Begin)?.block_on(work)
}
