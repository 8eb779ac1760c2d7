//! The plugins that a policy set names, and where their components lie.

pub(super) mod registry;

pub use registry::InRegistry;

use super::{Known, SetSource, placed, reader::Reader};
use crate::{
    document::{Mistake, Position, Positions, escaped},
    raw,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use tidegate_core::{
    digest::Digest,
    name::{PluginName, PolicySetId},
    signer::SignerKey,
    wasi::Wasi,
};

/// Where a plugin's component lies.
#[derive(Debug)]
pub(crate) struct PluginSource {
    /// As the file says it.
    pub(crate) written: String,
    /// What its component is known by: its file, or `oci:` and its reference.
    pub(crate) path: PathBuf,
    /// In which registry; `None`: it is a file.
    pub(crate) registry: Option<InRegistry>,
    pub(crate) sha256: Option<Digest>,
    pub(crate) wasi: Wasi,
}

impl PluginSource {
    /// The key under which the file says where it lies.
    pub(crate) fn key(&self) -> &'static str {
        if self.registry.is_some() { "oci" } else { "path" }
    }
}

/// A plugin that a policy set names.
#[derive(Debug, Clone, Copy)]
pub struct PluginReference<'a> {
    /// The set.
    pub set: &'a PolicySetId,
    /// The name by which the set's stages know it.
    pub name: &'a PluginName,
    /// What the component is known by: its file (a relative one was resolved from the policy file's folder), or `oci:` and its
    /// reference.
    pub path: &'a Path,
    /// In which registry it lies; `None`: it is a file.
    pub registry: Option<&'a InRegistry>,
    /// What the component's bytes have to be, where the set says so.
    pub sha256: Option<Digest>,
    /// What the set grants it of WASI.
    pub wasi: Wasi,
    positions: &'a Positions,
    source: &'a SetSource,
}

impl<'a> PluginReference<'a> {
    pub(super) fn all(set: &'a SetSource) -> impl Iterator<Item = Self> {
        set.plugins.iter().map(move |(name, plugin)| Self {
            set: &set.id,
            name,
            path: &plugin.path,
            registry: plugin.registry.as_ref(),
            sha256: plugin.sha256,
            wasi: plugin.wasi,
            positions: &set.positions,
            source: set,
        })
    }

    /// The keys of the signers whom the set asks for; of others there is nothing to know.
    #[must_use]
    pub fn keys(&self) -> Vec<SignerKey> {
        let known = self.source.signers.iter().filter_map(|known| match known {
            Known::Key(key) => Some(key),
            Known::Identity(..) => None,
        });
        known.cloned().collect()
    }

    /// A mistake that has to do with this plugin, at the place where the set names it.
    #[must_use]
    pub fn mistake(&self, message: &str, hint: Option<&str>) -> Mistake {
        placed(self.positions, self.pointer(self.key()), message.to_owned(), hint.map(str::to_owned))
    }

    /// Whether a stage of the set asks it.
    #[must_use]
    pub fn is_asked_by_stages(&self) -> bool {
        self.source.stages.iter().any(|stage| stage.plugin == *self.name)
    }

    /// Whether the set names it under `plugin` of this key, which speaks of the time after a deployment.
    #[must_use]
    pub fn is_asked_by(&self, key: &str) -> bool {
        self.source.asks(key, self.name)
    }

    /// A person should look at what the set grants this plugin: its component does not need it.
    #[must_use]
    pub fn granted_in_vain(&self) -> Mistake {
        let message = format!("plugin `{}` imports nothing of WASI, so `wasi` grants it nothing", self.name);
        placed(self.positions, self.pointer("wasi"), message, Some("leave `wasi` out".to_owned()))
    }

    /// The file of the set, as it was named.
    #[must_use]
    pub fn file(&self) -> &str {
        self.positions.file()
    }

    /// Where the set's file has the key under which it says where the component lies.
    #[must_use]
    pub fn path_at(&self) -> Position {
        self.positions.key_at(&self.pointer(self.key()))
    }

    /// Where the set's file pins the component, if it does.
    #[must_use]
    pub fn sha256_at(&self) -> Option<Position> {
        self.positions.find(&self.pointer("sha256"))
    }

    /// Whether the set says which bytes the component is: by their digest, or by the digest of what names them in a registry.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.sha256_at().is_some() || self.registry.is_some()
    }

    /// What is wrong with this component as far as the set says what it has to be.
    #[must_use]
    pub fn unfit(&self, found: Digest) -> Option<Mistake> {
        let pinned = self.sha256.filter(|pinned| *pinned != found)?;
        let message = format!("plugin `{}` is another component: {found}, pinned is {pinned}", self.name);
        Some(self.mistake(&message, Some("look at what changed before you change `sha256`")))
    }

    fn key(&self) -> &'static str {
        if self.registry.is_some() { "oci" } else { "path" }
    }

    fn pointer(&self, key: &str) -> String {
        format!("/plugins/{}/{key}", escaped(self.name.as_str()))
    }
}

/// By name; one that cannot be read is left out, and a mistake says so.
pub(super) fn plugins(
    reader: &mut Reader<'_>,
    plugins: &BTreeMap<String, raw::Plugin>,
    signers: &BTreeMap<String, Vec<raw::SignerKey>>,
    folder: &Path,
) -> BTreeMap<PluginName, PluginSource> {
    let mut read = BTreeMap::new();
    for (name, raw) in plugins {
        let pointer = format!("/plugins/{}", escaped(name));
        let source = source(reader, &pointer, raw, signers, folder);
        let name = reader.name(&pointer, name, PluginName::parse);
        if let (Some(name), Some(source)) = (name, source) {
            read.insert(name, source);
        }
    }
    read
}

fn source(
    reader: &mut Reader<'_>,
    pointer: &str,
    raw: &raw::Plugin,
    signers: &BTreeMap<String, Vec<raw::SignerKey>>,
    folder: &Path,
) -> Option<PluginSource> {
    let sha256 = raw.sha256.as_ref().and_then(|text| {
        let text = if text.starts_with("sha256:") { text.clone() } else { format!("sha256:{text}") };
        reader.name(&format!("{pointer}/sha256"), &text, Digest::parse)
    });
    // The schema knows the one word; whatever else may come to stand there grants nothing.
    let wasi = if raw.wasi.as_deref() == Wasi::Inert.word() { Wasi::Inert } else { Wasi::Refused };
    let (written, path, registry) = match (&raw.path, &raw.oci) {
        (Some(_), Some(_)) => {
            let message = "`path` and `oci` both say where the component lies".to_owned();
            reader.mistake(&format!("{pointer}/oci"), message, Some("leave one of them out".to_owned()));
            return None;
        }
        // That one of them is needed, the schema says.
        (None, None) => return None,
        (Some(path), None) => {
            reader.line(&format!("{pointer}/path"), path);
            file(reader, pointer, raw, path)?;
            (path, folder.join(path), None)
        }
        (None, Some(reference)) => {
            let found = registry::source(reader, pointer, reference, raw.verify.as_ref(), signers)?;
            (reference, PathBuf::from(format!("oci:{reference}")), Some(found))
        }
    };
    Some(PluginSource { written: written.clone(), path, registry, sha256, wasi })
}

/// What makes no sense beside a file.
fn file(reader: &mut Reader<'_>, pointer: &str, raw: &raw::Plugin, path: &str) -> Option<()> {
    if let Some(reference) = path.strip_prefix("oci:") {
        let hint = format!("say `oci: {}` instead of `path`", reference.trim_start_matches('/'));
        reader.mistake(&format!("{pointer}/path"), "a component in a registry is no file".to_owned(), Some(hint));
        return None;
    }
    if raw.verify.is_some() {
        let message = "signatures lie beside a component in a registry, and none beside a file".to_owned();
        let hint = "say `oci: …` instead of `path`, or leave `verify` out".to_owned();
        reader.mistake(&format!("{pointer}/verify"), message, Some(hint));
        return None;
    }
    Some(())
}
