//! Files that a stage's settings take texts from: `{ file: ./rules/images.rego }` stands for the text of that file.
//!
//! A file lies in the policy file's folder or below it. Its text takes the place of the mapping in the tree, so that everything after
//! (schemas, layers, digests, plugins) sees the text, and mistakes in it are told where the file is named.

use super::{
    FILE_BYTES_MAX, Mistakes,
    positions::escaped,
    tree::{Kind, Node},
    words::quoted,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

/// The key that names a file; it stands alone in its mapping.
const KEY: &str = "file";
/// Files that one policy file takes texts from, at most.
pub const INCLUDED_MAX: usize = 256;

/// A file that a policy file takes a text from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Included {
    /// The policy file's folder, which it must not lie outside of.
    pub folder: PathBuf,
    /// Where it lies.
    pub path: PathBuf,
}

/// The texts that are at hand, by where they lie.
pub(crate) type Texts<'a> = BTreeMap<&'a Path, &'a str>;

/// A place where a file is named.
struct Named<'a> {
    node: &'a mut Node,
    pointer: String,
    written: String,
}

/// The files that are named in this tree, in order; what is wrong with a name is said elsewhere.
pub(super) fn named(root: &mut Node, folder: &Path) -> Vec<Included> {
    let all = places(root);
    let paths = all.iter().filter_map(|named| beside(folder, &named.written).ok());
    paths.map(|path| Included { folder: folder.to_owned(), path }).collect()
}

/// Puts each file's text where it is named, or says why there is none.
pub(super) fn put_in(root: &mut Node, folder: &Path, texts: &Texts<'_>, mistakes: &mut Mistakes) {
    let all = places(root);
    let used = all.len();
    for (index, Named { node, pointer, written }) in all.into_iter().enumerate() {
        let at = node.at;
        if index == INCLUDED_MAX {
            mistakes.push(at, pointer, format!("too many files: {used} used, {INCLUDED_MAX} allowed"), None);
            return;
        }
        match text(folder, &written, texts) {
            Ok(text) => node.kind = Kind::Scalar(Value::String(text.to_owned())),
            Err((message, hint)) => {
                mistakes.push(at, pointer, message, Some(hint));
                // So that the rest can be looked at.
                node.kind = Kind::Scalar(Value::String(String::new()));
            }
        }
    }
}

fn text<'a>(folder: &Path, written: &str, texts: &Texts<'a>) -> Result<&'a str, (String, String)> {
    let path = beside(folder, written)?;
    let text = texts.get(path.as_path()).copied().ok_or_else(|| {
        let hint = format!("it is looked for beside the policy file, as {}", quoted(&path.display().to_string()));
        (format!("file {} is not there, or cannot be read", quoted(written)), hint)
    })?;
    if text.len() > FILE_BYTES_MAX {
        let message =
            format!("file {} is too large: {} bytes used, {FILE_BYTES_MAX} allowed", quoted(written), text.len());
        return Err((message, "take it apart".to_owned()));
    }
    Ok(text)
}

/// Where a file lies that is named so: in the folder or below it.
fn beside(folder: &Path, written: &str) -> Result<PathBuf, (String, String)> {
    let outside = || {
        let message = format!("file {} lies outside of the policy file's folder", quoted(written));
        (message, "put it beside the policy file or below: `file: ./rules/images.rego`".to_owned())
    };
    let mut path = folder.to_owned();
    for component in Path::new(written).components() {
        match component {
            Component::CurDir => {}
            Component::Normal(part) => path.push(part),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(outside()),
        }
    }
    if path == folder || written.contains('\\') { Err(outside()) } else { Ok(path) }
}

/// Every place in the settings of a stage where a file is named.
fn places(root: &mut Node) -> Vec<Named<'_>> {
    let mut found = Vec::new();
    for (pointer, stage) in children(root, "").into_iter().filter(|(pointer, _)| pointer == "/stages").flat_map(of) {
        for (pointer, settings) in children(stage, &pointer).into_iter().filter(|(p, _)| p.ends_with("/settings")) {
            collect(settings, pointer, &mut found);
        }
    }
    found
}

fn of((pointer, node): (String, &mut Node)) -> Vec<(String, &mut Node)> {
    children(node, &pointer)
}

fn collect<'a>(node: &'a mut Node, pointer: String, found: &mut Vec<Named<'a>>) {
    if let Some(written) = file(node) {
        found.push(Named { node, pointer, written });
        return;
    }
    for (pointer, child) in children(node, &pointer) {
        collect(child, pointer, found);
    }
}

fn file(node: &Node) -> Option<String> {
    let Kind::Map(entries) = &node.kind else { return None };
    match (entries.as_slice(), entries.first().map(|entry| &entry.value.kind)) {
        ([only], Some(Kind::Scalar(Value::String(written)))) if only.key == KEY => Some(written.clone()),
        _ => None,
    }
}

fn children<'a>(node: &'a mut Node, pointer: &str) -> Vec<(String, &'a mut Node)> {
    match &mut node.kind {
        Kind::Scalar(_) => Vec::new(),
        Kind::List(items) => {
            items.iter_mut().enumerate().map(|(index, item)| (format!("{pointer}/{index}"), item)).collect()
        }
        Kind::Map(entries) => {
            let child =
                |entry: &'a mut super::tree::Entry| (format!("{pointer}/{}", escaped(&entry.key)), &mut entry.value);
            entries.iter_mut().map(child).collect()
        }
    }
}
