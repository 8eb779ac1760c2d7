//! Artifacts that were pulled, each as the file that `tidegate plugin save` writes: an operator may put one there where no registry
//! reaches.

use super::offered::Offered;
use std::{fs::File, io, io::BufReader, path::PathBuf};
use tidegate_core::digest::Digest;
use tidegate_registry::{artifact::Artifact, layout::Layout, stored::Stored as _};
use tidegate_workbench::files::write_atomically;

/// A folder of artifacts, by the digests of their manifests; `None`: nothing is kept.
#[derive(Debug)]
pub(super) struct Kept(Option<PathBuf>);

impl Kept {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self(folder)
    }

    /// The artifact of this digest, if it is there and is what its name says.
    pub(super) fn read(&self, digest: Digest) -> Option<Layout> {
        let path = self.path(digest)?;
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!("what was pulled before is not used: cannot read `{}`: {error}", path.display());
                return None;
            }
        };
        let unusable = match Layout::<Artifact>::read(BufReader::new(file), &Offered) {
            Ok(layout) if layout.artifact.digest() == digest => return Some(layout),
            Ok(layout) => format!("it is {}", layout.artifact.digest()),
            Err(error) => error.to_string(),
        };
        tracing::warn!("what was pulled before is not used: `{}`: {unusable}", path.display());
        None
    }

    /// Keeps it for the next time. That it cannot be kept is no reason not to use it.
    pub(super) fn write(&self, layout: &Layout) {
        let Some(path) = self.path(layout.artifact.digest()) else { return };
        let mut bytes = Vec::new();
        let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = folder.and_then(|()| layout.write(&mut bytes)).map_err(|error| error.to_string());
        let written = written.and_then(|()| write_atomically(&path, &bytes).map_err(|error| error.to_string()));
        if let Err(error) = written {
            tracing::warn!("what was pulled is not kept in `{}`: {error}", path.display());
        }
    }

    fn path(&self, digest: Digest) -> Option<PathBuf> {
        Some(self.0.as_ref()?.join(format!("{}.tar", digest.hex())))
    }
}
