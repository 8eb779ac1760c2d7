//! The files of a bundle as the ledger keeps them: texts in one body, components each in a body of its own.

use super::{Component, Material};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use tidegate_core::digest::{Digest, DigestError};

/// Raised when the form changes; a form that is not known is not read.
const FORM_VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    v: u32,
    policies: Vec<Text>,
    plugins: Vec<Plugin>,
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
    #[error("the list of its files is of form {found}; this build reads form {FORM_VERSION}")]
    Version {
        /// As it says.
        found: u32,
    },
    /// Not a digest.
    #[error("the list of its files names a component wrongly: {0}")]
    Digest(#[from] DigestError),
}

/// Texts of policy files, and the digests of the components that they name.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    /// As they were named, with their texts.
    pub texts: Vec<(PathBuf, String)>,
    /// By the path under which the sets name them.
    pub components: BTreeMap<PathBuf, Digest>,
}

impl Kept {
    /// Reads what [`written`] wrote.
    pub fn read(bytes: &[u8]) -> Result<Self, KeptError> {
        let Form { v, policies, plugins } = serde_json::from_slice(bytes)?;
        if v != FORM_VERSION {
            return Err(KeptError::Version { found: v });
        }
        let component = |plugin: Plugin| Ok((PathBuf::from(plugin.file), Digest::parse(&plugin.digest)?));
        let texts = policies.into_iter().map(|policy| (PathBuf::from(policy.file), policy.text)).collect();
        let components = plugins.into_iter().map(component).collect::<Result<_, DigestError>>()?;
        Ok(Self { texts, components })
    }

    /// The files again, with the components that were found by their digests.
    #[must_use]
    pub fn material(self, found: &BTreeMap<Digest, Arc<[u8]>>) -> Material {
        let component = |path: &Path| -> Component {
            let bytes = self.components.get(path).and_then(|digest| found.get(digest));
            bytes.cloned().ok_or_else(|| "it was not kept".to_owned())
        };
        Material::of(self.texts, component)
    }
}

/// The list of files, as the ledger keeps it.
#[must_use]
pub fn written(material: &Material) -> Arc<[u8]> {
    let name = |path: &PathBuf| path.to_string_lossy().into_owned();
    let text = |(path, text): &(PathBuf, String)| Text { file: name(path), text: text.clone() };
    let component = |(path, component): (&PathBuf, &Component)| {
        let digest = Digest::of(component.as_ref().ok()?).to_string();
        Some(Plugin { file: name(path), digest })
    };
    let form = Form {
        v: FORM_VERSION,
        policies: material.texts.iter().map(text).collect(),
        plugins: material.components.iter().filter_map(component).collect(),
    };
    // Texts and lists always become JSON.
    serde_json::to_vec(&form).unwrap_or_default().into()
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
        let error = Kept::read(br#"{"v":2,"policies":[],"plugins":[]}"#).unwrap_err();
        assert!(matches!(error, KeptError::Version { found: 2 }), "{error}");
        assert!(matches!(Kept::read(b"{"), Err(KeptError::Json(_))));
    }
}
