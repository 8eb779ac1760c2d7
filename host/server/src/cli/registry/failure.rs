//! Why a plugin or a bundle was not pushed, pulled, saved or loaded, and what the exit code says of it.

use super::signers::SignerError;
use crate::{
    cli::{exit::Exit, file::FileError, talk},
    gate::{bundles::BundleError, plugins::PolicyError},
};
use std::{io, path::PathBuf};
use tidegate_engine::load::LoadError as EngineError;
use tidegate_evidence::signing::SigningKeyError;
use tidegate_registry::{
    artifact::ArtifactError,
    bundle::{BundleConfigError, BundleError as BundleArtifactError},
    client::error::{RequestError, SetupError},
    credentials::CredentialError,
    layout::{LayoutError, LoadError, SaveError},
    pull::PullError,
    push::PushError,
    reference::NotPinned,
    signature::{SignError, VerifyError, verdict::Refusal},
};
use tidegate_workbench::{
    files::FileError as WriteError,
    inspect::{InspectError, VerifyError as NoPlugin},
};

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum Failure {
    #[error("cannot begin: {0}")]
    Begin(io::Error),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("the file cannot be put together: {0}")]
    PutTogether(io::Error),
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
    #[error("`{}` is {source}", path.display())]
    Key { path: PathBuf, source: SigningKeyError },
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error(transparent)]
    Credential(#[from] CredentialError),
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("{source}{hint}")]
    NotPinned { source: NotPinned, hint: String },
    #[error("`{}` cannot be looked into: {source}", path.display())]
    Inspect { path: PathBuf, source: InspectError },
    #[error("`{}` is no plugin: it {source}", path.display())]
    NotLoaded { path: PathBuf, source: EngineError },
    #[error("`{}`: {source}", path.display())]
    Artifact { path: PathBuf, source: ArtifactError },
    #[error("what was pulled is {0}")]
    Pulled(#[from] NoPlugin),
    #[error(transparent)]
    Push(#[from] PushError),
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Pull(#[from] PullError),
    #[error(transparent)]
    Verify(#[from] VerifyError),
    #[error(transparent)]
    Save(#[from] SaveError),
    #[error("`{}` is refused: {source}", path.display())]
    Layout { path: PathBuf, source: LayoutError },
    #[error("`{}` is refused: {refusal}", path.display())]
    Unsigned { path: PathBuf, refusal: Refusal },
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("no plugin can be loaded here: {0}")]
    Engine(String),
    #[error(transparent)]
    Policies(#[from] PolicyError),
    #[error("{0}")]
    Authors(BundleConfigError),
    #[error("the policies are no bundle: {0}")]
    Bundle(BundleArtifactError),
    #[error("bundle: {0}")]
    Opened(BundleError),
    #[error("the bundle holds no file `{0}`")]
    NoSuchFile(String),
}

impl Failure {
    /// Refused is what lies there and cannot be used; whatever else went wrong may go right another time.
    fn exit(&self) -> Exit {
        let is_refusal = match self {
            Self::NotLoaded { .. }
            | Self::Artifact { .. }
            | Self::Pulled(NoPlugin::Load(_))
            | Self::Unsigned { .. }
            | Self::Policies(PolicyError::Mistakes(_))
            | Self::Bundle(_)
            | Self::Opened(_) => true,
            Self::Layout { source, .. } => !matches!(source, LayoutError::Tar(_)),
            Self::Pull(error) => error.is_refusal(),
            Self::Verify(error) => error.is_refusal(),
            Self::Save(error) => error.is_refusal(),
            Self::NotPinned { .. }
            | Self::Authors(_)
            | Self::NoSuchFile(_)
            | Self::Signer(SignerError::Demand(_) | SignerError::Twice { .. }) => {
                return Exit::Usage;
            }
            _ => false,
        };
        if is_refusal { Exit::Refused } else { Exit::Undecided }
    }
}

/// How a command ends: what it was asked for on stdout, or why not on stderr.
pub(in crate::cli) fn ended(result: Result<String, Failure>) -> Exit {
    match result.and_then(|text| talk::data(&format!("{text}\n")).map_err(Failure::Stdout)) {
        Ok(()) => Exit::Allowed,
        Err(failure) => {
            talk::error(&failure);
            failure.exit()
        }
    }
}
