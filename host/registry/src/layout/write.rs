//! A layout to a tar. The same layout is the same file.

use super::{BLOBS, INDEX_FILE, LAYOUT_FILE, LAYOUT_VERSION, Layout};
use crate::{manifest::Descriptor, manifest::RawDescriptor, media, signature, stored::Stored};
use bytes::Bytes;
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{self, Write},
};
use tar::{Builder, EntryType, Header};
use tidegate_core::digest::Digest;

impl<A: Stored> Layout<A> {
    /// Writes the tar.
    pub fn write(&self, to: impl Write) -> io::Result<()> {
        let (manifests, blobs) = self.parts()?;
        let manifests: Vec<RawDescriptor> = manifests.iter().map(RawDescriptor::from).collect();
        let index = json!({ "schemaVersion": 2, "mediaType": media::INDEX, "manifests": manifests });
        let mut tar = Builder::new(to);
        append(&mut tar, LAYOUT_FILE, json!({ "imageLayoutVersion": LAYOUT_VERSION }).to_string().as_bytes())?;
        append(&mut tar, INDEX_FILE, index.to_string().as_bytes())?;
        for (digest, bytes) in blobs {
            append(&mut tar, &format!("{BLOBS}{}", digest.hex()), &bytes)?;
        }
        tar.into_inner()?.flush()
    }

    /// The manifests of the index, and every blob.
    fn parts(&self) -> io::Result<(Vec<Descriptor>, BTreeMap<Digest, Bytes>)> {
        let mut manifest = Descriptor::of(media::MANIFEST, self.artifact.manifest());
        if let Some(tag) = &self.tag {
            manifest = manifest.with(media::REF_NAME_ANNOTATION, tag);
        }
        let mut manifests = vec![manifest];
        let mut blobs = vec![self.artifact.manifest().clone()];
        blobs.extend(self.artifact.blobs().into_iter().map(|blob| blob.bytes.clone()));
        if !self.signatures.is_empty() {
            let layers = self.signatures.iter().map(|signature| signature.descriptor.clone()).collect();
            let (config, image) = signature::store::image(layers).map_err(io::Error::other)?;
            let tag = signature::tag_of(self.artifact.digest());
            manifests.push(Descriptor::of(media::MANIFEST, &image).with(media::REF_NAME_ANNOTATION, &tag));
            blobs.extend([config, image]);
            blobs.extend(self.signatures.iter().map(|signature| signature.payload.clone()));
        }
        Ok((manifests, blobs.into_iter().map(|bytes| (Digest::of(&bytes), bytes)).collect()))
    }
}

fn append(tar: &mut Builder<impl Write>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    tar.append_data(&mut header, name, bytes)
}
