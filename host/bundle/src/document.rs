//! A YAML file read by a JSON Schema, with every mistake at once and the place of every value.
//!
//! Text becomes a tree that knows where each value stands; the tree is compared with a schema; then it is deserialised.
//! Anchors, aliases and tags are refused: a file says what it says, and cannot grow while it is read.
//!
//! A schema may carry the words that people read: `errorMessage` and `patternErrorMessage` (which editors show too), and a
//! `description`, whose first sentence becomes the hint when the key is missing. A property with `doNotSuggest` is never offered.

mod conform;
mod included;
mod mistake;
mod nearest;
mod parse;
mod positions;
mod scalar;
mod tree;
mod words;

pub(crate) use included::Texts;
pub use included::{INCLUDED_MAX, Included};
pub use mistake::{Mistake, Mistakes};
pub use nearest::nearest;
pub use positions::{Position, Positions};
pub(crate) use positions::{escaped, unescaped};
pub use words::quoted;
pub(crate) use words::steers;

use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;

/// Bytes of one file, at most.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Nesting of lists and mappings in one file, at most.
pub const DEPTH_MAX: usize = 64;
/// Mistakes listed for one file, at most; the rest is counted.
pub const MISTAKES_MAX: usize = 100;

/// What could be read of a file.
#[derive(Debug)]
pub struct Examined<T> {
    /// The value and its places: there also when some of it is not what the schema asks for, so that further mistakes can
    /// be looked for. To be used only when there are no mistakes.
    pub read: Option<(T, Positions)>,
    /// What is wrong so far.
    pub mistakes: Mistakes,
}

/// The keys of a file's outermost mapping, in its order: enough to tell kinds of files apart. None, where it cannot be read.
pub(crate) fn keys(text: &str) -> Vec<String> {
    parse::parse(text, &mut Mistakes::of("")).map_or_else(Vec::new, tree::Node::into_keys)
}

/// The files that a policy file takes texts from. None, where it cannot be read.
pub(crate) fn included(text: &str, file: &str) -> Vec<Included> {
    let root = parse::parse(text, &mut Mistakes::of(""));
    root.map_or_else(Vec::new, |mut root| included::named(&mut root, folder_of(file)))
}

fn folder_of(file: &str) -> &Path {
    Path::new(file).parent().unwrap_or(Path::new(""))
}

/// Reads a file, or says everything that is wrong with it.
pub fn read<T: DeserializeOwned>(text: &str, file: &str, schema: &Value) -> Result<(T, Positions), Vec<Mistake>> {
    let Examined { read, mistakes } = examine(text, file, schema);
    match read {
        Some(read) if mistakes.is_empty() => Ok(read),
        _ => Err(mistakes.sorted()),
    }
}

/// Reads as much of a file as can be read.
pub fn examine<T: DeserializeOwned>(text: &str, file: &str, schema: &Value) -> Examined<T> {
    examine_with(text, file, schema, &Texts::new())
}

/// The same, with the texts of files that it names put in.
pub(crate) fn examine_with<T: DeserializeOwned>(
    text: &str,
    file: &str,
    schema: &Value,
    texts: &Texts<'_>,
) -> Examined<T> {
    let mut mistakes = Mistakes::of(file);
    let Some(mut root) = parse::parse(text, &mut mistakes) else {
        return Examined { read: None, mistakes };
    };
    included::put_in(&mut root, folder_of(file), texts, &mut mistakes);
    let json = root.to_json();
    let positions = Positions::new(file, root);
    conform::compare(&json, &positions, schema, &mut mistakes);
    let read = match serde_path_to_error::deserialize::<_, T>(json) {
        Ok(value) => Some((value, positions)),
        Err(error) => {
            // When the schema has been violated, this is only a consequence of what is listed already.
            if mistakes.is_empty() {
                let pointer = positions::pointer_of(error.path());
                mistakes.push(positions.at(&pointer), pointer, error.inner().to_string(), None);
            }
            None
        }
    };
    Examined { read, mistakes }
}
