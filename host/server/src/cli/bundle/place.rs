//! Where a bundle lies: in a file, or in a registry.

use crate::cli::registry::{RegistryArgs, failure::Failure, pinned, reference, wait};
use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};
use tidegate_registry::{bundle::Bundle, layout::Layout, reference::Reference};
use tidegate_workbench::files::write_atomically;

/// Where a bundle lies.
#[derive(Debug, Clone)]
pub(super) enum Place {
    File(PathBuf),
    Registry(Reference),
}

/// What stands on the command line: what is no file that is there names an artifact.
pub(super) fn place(text: &str) -> Result<Place, String> {
    let path = Path::new(text);
    if path.exists() {
        return Ok(Place::File(path.to_owned()));
    }
    match reference(text) {
        Ok(reference) => Ok(Place::Registry(reference)),
        Err(error) => Err(format!("there is no file `{text}`, and as a reference {error}")),
    }
}

impl Place {
    /// The bundle with its signatures.
    pub(super) fn layout(&self, registry: &RegistryArgs) -> Result<Layout<Bundle>, Failure> {
        match self {
            Self::File(path) => read(path),
            Self::Registry(reference) => {
                let client = registry.client()?;
                wait(async { Ok(client.save_bundle(&pinned(&client, reference).await?).await?) })
            }
        }
    }
}

/// The bundle of a file.
pub(super) fn read(path: &Path) -> Result<Layout<Bundle>, Failure> {
    let file = File::open(path).map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    let layout = Layout::read_bundle(BufReader::new(file));
    layout.map_err(|source| Failure::Layout { path: path.to_owned(), source })
}

/// A file of the bundle.
pub(super) fn write(path: &Path, layout: &Layout<Bundle>) -> Result<(), Failure> {
    Ok(write_atomically(path, &bytes(layout)?)?)
}

/// The bytes of that file.
pub(super) fn bytes(layout: &Layout<Bundle>) -> Result<Vec<u8>, Failure> {
    let mut file = Vec::new();
    layout.write(&mut file).map_err(Failure::PutTogether)?;
    Ok(file)
}
