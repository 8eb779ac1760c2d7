//! The files that a bundle is made from, each read once: what is activated is what was read, whatever becomes of the files meanwhile.

pub mod components;
pub mod kept;

use self::{
    components::{ByPath, Components, FromHere, FromRegistries},
    kept::Signed,
};
use crate::{
    config::policies::{self, PoliciesError},
    looked_through::look_through,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};
use tidegate_bundle::{
    document::{FILE_BYTES_MAX, Included, Mistake},
    sources::{Sources, examine_sets, included},
};
use tidegate_core::digest::Digest;

/// A plugin's component, or why there is none, in the system's words.
pub type Component = Result<Arc<[u8]>, String>;

/// Policy files and the components that they name.
#[derive(Debug)]
pub struct Material {
    /// The policy files that could be read, and those that they take texts from, with their texts.
    pub texts: Vec<(PathBuf, String)>,
    /// What they say.
    pub sources: Sources,
    /// What is wrong with them so far.
    pub mistakes: Vec<Mistake>,
    /// Whose signatures are missing, each where a set asks for them.
    pub unvouched: Vec<Mistake>,
    /// By the path under which the sets name them.
    pub components: BTreeMap<PathBuf, Component>,
    /// What people signed, where they did.
    pub signed: Option<Arc<Signed>>,
}

impl Material {
    /// Reads these policy files (or the files of these folders) and the components that they name, from files and registries.
    pub fn read(
        paths: &[PathBuf],
        component_bytes_max: u64,
        registries: &mut dyn FromRegistries,
    ) -> Result<Self, PoliciesError> {
        let (mut texts, mut unreadable) = (Vec::new(), Vec::new());
        for path in policies::files(paths)? {
            match text(&path) {
                Ok(text) => texts.push((path, text)),
                Err(error) => unreadable.push(cannot_be_read(&path, &error)),
            }
        }
        for one in included(&texts) {
            if texts.iter().all(|(path, _)| *path != one.path) {
                match text_below(&one) {
                    Ok(text) => texts.push((one.path, text)),
                    Err(error) => unreadable.push(cannot_be_read(&one.path, &error)),
                }
            }
        }
        let mut material = Self::made_of(texts, &mut FromHere { bytes_max: component_bytes_max, registries });
        unreadable.append(&mut material.mistakes);
        Ok(Self { mistakes: unreadable, ..material })
    }

    /// Of texts that are at hand, and components that somebody has by their paths. Nobody's signature is asked for.
    pub fn of(texts: Vec<(PathBuf, String)>, component: impl FnMut(&Path) -> Component) -> Self {
        Self::made_of(texts, &mut ByPath(component))
    }

    /// A secret in a policy would be recorded for good and shown to whoever may read policies: it is a mistake, and nothing that is said of
    /// the file repeats it.
    fn made_of(texts: Vec<(PathBuf, String)>, from: &mut dyn Components) -> Self {
        let (texts, mut mistakes) = without_secrets(texts);
        let (sources, others) = examine_sets(&texts);
        mistakes.extend(others);
        let (mut components, mut unvouched) = (BTreeMap::new(), Vec::new());
        for plugin in sources.plugins() {
            let component = components.entry(plugin.path.to_owned()).or_insert_with(|| from.component(&plugin));
            if component.is_ok()
                && let Err(why) = from.vouched(&plugin)
            {
                unvouched.push(plugin.mistake(&why, None));
            }
        }
        Self { texts, sources, mistakes, unvouched, components, signed: None }
    }

    /// Equal for equal files: what is looked at to see whether they changed. What lies in a registry is what its digest says, which the
    /// files name.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let elsewhere: BTreeSet<&Path> =
            self.sources.plugins().filter(|plugin| plugin.registry.is_some()).map(|plugin| plugin.path).collect();
        let text = |(path, text): &(PathBuf, String)| format!("{}\0{}\n", path.display(), Digest::of(text.as_bytes()));
        let component = |(path, component): (&PathBuf, &Component)| match component {
            Ok(bytes) => format!("{}\0{}\n", path.display(), Digest::of(bytes)),
            Err(error) => format!("{}\0{error}\n", path.display()),
        };
        let texts = self.texts.iter().map(text).chain(self.mistakes.iter().map(ToString::to_string));
        let here = self.components.iter().filter(|(path, _)| !elsewhere.contains(path.as_path()));
        let all: String = texts.chain(here.map(component)).collect();
        Digest::of(all.as_bytes())
    }
}

fn cannot_be_read(path: &Path, error: &io::Error) -> Mistake {
    Mistake {
        file: path.display().to_string(),
        line: 1,
        column: 1,
        pointer: String::new(),
        message: format!("cannot be read: {error}"),
        hint: None,
    }
}

/// A text that a policy file takes from a file; a link must not lead out of its folder.
fn text_below(one: &Included) -> io::Result<String> {
    let folder = if one.folder.as_os_str().is_empty() { Path::new(".") } else { &one.folder };
    if !fs::canonicalize(&one.path)?.starts_with(fs::canonicalize(folder)?) {
        return Err(io::Error::other("it leads out of the policy file's folder"));
    }
    text(&one.path)
}

fn without_secrets(texts: Vec<(PathBuf, String)>) -> (Vec<(PathBuf, String)>, Vec<Mistake>) {
    let mut mistakes = Vec::new();
    let looked = texts.into_iter().map(|(path, text)| {
        let found = look_through(&text);
        mistakes.extend(found.secrets.iter().map(|secret| Mistake {
            file: path.display().to_string(),
            line: secret.line,
            column: secret.column,
            pointer: String::new(),
            message: format!("holds {}: what stands in a policy is recorded and shown", secret.kinds),
            hint: Some("take it out, and have it replaced where it is good for something".to_owned()),
        }));
        let text = found.text.into_owned();
        (path, text)
    });
    (looked.collect(), mistakes)
}

fn text(path: &Path) -> io::Result<String> {
    let bytes = bounded(path, FILE_BYTES_MAX as u64)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

fn bounded(path: &Path, allowed: u64) -> io::Result<Vec<u8>> {
    let found = fs::metadata(path)?;
    // A pipe would be waited for without end.
    if !found.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let too_large = |used: u64| {
        io::Error::new(io::ErrorKind::FileTooLarge, format!("it is too large: {used} bytes used, {allowed} allowed"))
    };
    if found.len() > allowed {
        return Err(too_large(found.len()));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(allowed.saturating_add(1)).read_to_end(&mut bytes)?;
    let used = bytes.len() as u64;
    if used > allowed { Err(too_large(used)) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::{Material, components::NotAsked, kept};
    use std::{fs, path::Path};

    const SET: &str = "policy_set: a\nversion: '1'\nowner: A\nmatch: { environments: [x], services: [y] }\n\
                       plugins: { p: { path: p.wasm } }\nstages: [{ id: s, title: S, plugin: p, evidence: [] }]\n";

    fn read(folder: &Path) -> Material {
        Material::read(&[folder.to_owned()], 8, &mut NotAsked).unwrap()
    }

    #[test]
    fn whatever_changes_in_the_files_changes_the_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.yaml"), SET).unwrap();
        let mut seen = vec![read(folder.path()).digest()];
        let changes: [(&str, &[u8]); 6] = [
            ("p.wasm", b"one"),
            ("p.wasm", b"two"),
            ("p.wasm", b"too large"),
            ("b.yaml", b"\xff"),
            ("b.yaml", b"owner: B"),
            ("a.yaml", b"owner: A"),
        ];
        for (name, bytes) in changes {
            fs::write(path(name), bytes).unwrap();
            let digest = read(folder.path()).digest();
            assert_eq!(digest, read(folder.path()).digest(), "the same files");
            assert!(!seen.contains(&digest), "{name} {bytes:?}");
            seen.push(digest);
        }
    }

    #[test]
    fn a_file_that_settings_take_a_text_from_is_read_with_them_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let set = SET.replace("evidence: []", "evidence: [], settings: { rule: { file: ./rules/a.rego } }");
        fs::write(path("a.yaml"), set).unwrap();
        fs::write(path("p.wasm"), b"one").unwrap();
        let said = |material: &Material| material.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(said(&read(folder.path()))[0].contains("rules/a.rego:1:1: cannot be read: "));
        fs::create_dir(path("rules")).unwrap();
        fs::write(path("rules/a.rego"), "package a").unwrap();
        let material = read(folder.path());
        assert_eq!(said(&material), Vec::<String>::new());
        let (_, stage) = material.sources.stages().next().unwrap();
        assert_eq!(&*stage.settings, r#"{"rule":"package a"}"#);
        let kept = kept::Kept::read(&kept::written(&material)).unwrap();
        let again = kept.material(&std::collections::BTreeMap::new());
        assert_eq!(again.sources.stages().next().unwrap().1.settings, stage.settings, "as a replay reads them");
        fs::write(path("rules/a.rego"), "package b").unwrap();
        assert_ne!(read(folder.path()).digest(), material.digest());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_folder_is_not_followed() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let set = SET.replace("evidence: []", "evidence: [], settings: { rule: { file: a.rego } }");
        fs::write(folder.path().join("a.yaml"), set).unwrap();
        fs::write(outside.path().join("a.rego"), "package a").unwrap();
        std::os::unix::fs::symlink(outside.path().join("a.rego"), folder.path().join("a.rego")).unwrap();
        let said = read(folder.path()).mistakes[0].to_string();
        assert!(said.contains("leads out of the policy file's folder"), "{said}");
    }

    #[test]
    fn what_cannot_be_read_says_why_and_both_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a.yaml"), SET).unwrap();
        fs::write(path("b.yaml"), b"\xff").unwrap();
        fs::write(path("p.wasm"), b"too large").unwrap();
        let material = read(folder.path());
        assert!(material.mistakes[0].to_string().ends_with("b.yaml:1:1: cannot be read: it is not UTF-8"));
        let component = material.components[&path("p.wasm")].clone();
        assert_eq!(component.unwrap_err(), "it is too large: 9 bytes used, 8 allowed");
        fs::remove_file(path("p.wasm")).unwrap();
        fs::create_dir(path("p.wasm")).unwrap();
        assert_eq!(read(folder.path()).components[&path("p.wasm")].clone().unwrap_err(), "it is not a file");
    }
}
