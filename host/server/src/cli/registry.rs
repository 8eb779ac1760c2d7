//! What the commands share that speak with a registry.

mod bar;
pub(super) mod failure;
pub(super) mod key;
pub(super) mod signers;

use bar::Bar;
use failure::Failure;
use std::{fs, path::PathBuf};
use tidegate_registry::{
    client::{Client, Options, reach::Plain},
    credentials::Credentials,
    reference::{Pinned, Reference},
};

/// How the registry is spoken to. Who this is, docker's configuration says (`DOCKER_CONFIG`, else `~/.docker/config.json`).
#[derive(Debug, clap::Args)]
pub(super) struct RegistryArgs {
    /// A registry that is spoken to without encryption, as references name it; one on this machine always is
    #[arg(long, value_name = "HOST")]
    plain_http: Vec<String>,
    /// Whom to trust to be the registry, in PEM [default: whom this machine trusts]
    #[arg(long, value_name = "FILE")]
    registry_ca: Option<PathBuf>,
}

impl RegistryArgs {
    /// One that draws on stderr how far it is.
    pub(super) fn client(&self) -> Result<Client, Failure> {
        let authorities = self
            .registry_ca
            .as_ref()
            .map(|path| fs::read(path).map_err(|source| Failure::Read { path: path.clone(), source }));
        let options = Options {
            credentials: Credentials::usual()?,
            told: Bar::told(),
            authorities: authorities.transpose()?,
            plain: Plain::ThisMachineAnd(self.plain_http.clone()),
            ..Options::default()
        };
        Ok(Client::new(options)?)
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

/// By its digest. Whoever names a tag is told what it names at this moment, and gets nothing.
pub(super) async fn pinned(client: &Client, reference: &Reference) -> Result<Pinned, Failure> {
    let source = match reference.pinned() {
        Ok(pinned) => return Ok(pinned),
        Err(source) => source,
    };
    let hint = match client.named_now(reference).await? {
        Some(now) => format!("\nhint: by now it is `{now}`"),
        None => "\nhint: whoever pushes it is told the reference with its digest".to_owned(),
    };
    Err(Failure::NotPinned { source, hint })
}
