//! The files of a bundle as the ledger keeps them: texts in one body, components each in a body of its own.

mod signed;

pub use signed::Signed;

use super::{Component, Material};
use serde::{Deserialize, Serialize};
use signed::SignedForm;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use tidegate_core::digest::{Digest, DigestError};

/// Of files, and of what people signed; a form that is not known is not read.
const FILES: u32 = 1;
const SIGNED: u32 = 2;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    v: u32,
    policies: Vec<Text>,
    plugins: Vec<Plugin>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed: Option<SignedForm>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    file: String,
    text: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plugin {
    file: String,
    digest: String,
}

/// Why kept files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// Not what was written.
    #[error("the list of its files cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Of another build.
    #[error("the list of its files is of form {found}; this build reads forms {FILES} and {SIGNED}")]
    Version {
        /// As it says.
        found: u32,
    },
    /// Not a digest.
    #[error("the list of its files names a component wrongly: {0}")]
    Digest(#[from] DigestError),
    /// No signature.
    #[error("the list of its files holds a signature that is none")]
    Signature,
}

/// Texts of policy files, and the digests of the components that they name.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    /// As they were named, with their texts.
    pub texts: Vec<(PathBuf, String)>,
    /// By the path under which the sets name them.
    pub components: BTreeMap<PathBuf, Digest>,
    /// What people signed, where they did.
    pub signed: Option<Arc<Signed>>,
}

impl Kept {
    /// Reads what [`written`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, KeptError> {
        let Form { v, policies, plugins, signed } = serde_json::from_slice(bytes)?;
        if v != if signed.is_some() { SIGNED } else { FILES } {
            return Err(KeptError::Version { found: v });
        }
        let component = |plugin: Plugin| Ok((PathBuf::from(plugin.file), Digest::parse(&plugin.digest)?));
        let texts = policies.into_iter().map(|policy| (PathBuf::from(policy.file), policy.text)).collect();
        let components = plugins.into_iter().map(component).collect::<Result<_, DigestError>>()?;
        let signed = signed.map(|signed| signed.read().map(Arc::new).ok_or(KeptError::Signature)).transpose()?;
        Ok(Self { texts, components, signed })
    }

    /// The files again, with the components that were found by their digests.
    #[must_use]
    pub fn material(self, found: &BTreeMap<Digest, Arc<[u8]>>) -> Material {
        let component = |path: &Path| -> Component {
            let bytes = self.components.get(path).and_then(|digest| found.get(digest));
            bytes.cloned().ok_or_else(|| "it was not kept".to_owned())
        };
        Material { signed: self.signed.clone(), ..Material::of(self.texts, component) }
    }

    /// The list of files alone: what people sign when they sign a bundle.
    #[must_use]
    pub fn files(&self) -> Vec<u8> {
        form(FILES, &self.texts, self.components.iter().map(|(path, digest)| (path, *digest)), None)
    }
}

/// The list of files, as the ledger keeps it.
#[must_use]
pub fn written(material: &Material) -> Arc<[u8]> {
    let found = material.components.iter();
    let components = found.filter_map(|(path, component)| Some((path, Digest::of(component.as_ref().ok()?))));
    let signed = material.signed.as_deref();
    form(if signed.is_some() { SIGNED } else { FILES }, &material.texts, components, signed).into()
}

fn form<'a>(
    v: u32,
    texts: &[(PathBuf, String)],
    components: impl Iterator<Item = (&'a PathBuf, Digest)>,
    signed: Option<&Signed>,
) -> Vec<u8> {
    let name = |path: &PathBuf| path.to_string_lossy().into_owned();
    let form = Form {
        v,
        policies: texts.iter().map(|(path, text)| Text { file: name(path), text: text.clone() }).collect(),
        plugins: components.map(|(path, digest)| Plugin { file: name(path), digest: digest.to_string() }).collect(),
        signed: signed.map(SignedForm::of),
    };
    // Texts and lists always become JSON.
    serde_json::to_vec(&form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Kept, KeptError, Material, written};
    use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
    use tidegate_core::digest::Digest;

    const SET: &str = "policy_set: a\nversion: '1'\nowner: A\nmatch: { environments: [x], services: [y] }\n\
                       plugins: { p: { path: ../p.wasm } }\nstages: [{ id: s, title: S, plugin: p, evidence: [] }]\n";

    #[test]
    fn kept_files_come_back_as_they_were() {
        let component: Arc<[u8]> = Arc::from(*b"component");
        let texts = vec![(PathBuf::from("policies/a.yaml"), SET.to_owned())];
        let material = Material::of(texts, |_| Ok(component.clone()));
        let kept = Kept::read(&written(&material)).unwrap();
        assert_eq!(kept.components, BTreeMap::from([(PathBuf::from("policies/../p.wasm"), Digest::of(b"component"))]));
        let again = kept.material(&BTreeMap::from([(Digest::of(b"component"), component)]));
        assert_eq!((again.digest(), again.mistakes), (material.digest(), Vec::new()));
    }

    #[test]
    fn a_component_that_was_not_kept_is_missing_and_not_another_one() {
        let texts = vec![(PathBuf::from("a.yaml"), SET.to_owned())];
        let kept = Kept::read(&written(&Material::of(texts, |_| Err("gone".to_owned())))).unwrap();
        let again = kept.material(&BTreeMap::new());
        assert_eq!(again.components.into_values().collect::<Vec<_>>(), [Err("it was not kept".to_owned())]);
    }

    #[test]
    fn another_form_is_not_read() {
        let error = Kept::read(br#"{"v":3,"policies":[],"plugins":[]}"#).unwrap_err();
        assert!(matches!(error, KeptError::Version { found: 3 }), "{error}");
        assert!(matches!(Kept::read(b"{"), Err(KeptError::Json(_))));
    }
}
