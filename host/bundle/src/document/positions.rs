//! Where the values of a file stand.

use super::tree::{Kind, Node};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

impl Position {
    /// Where a file begins.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// Where every value of a file stands, by JSON pointer.
#[derive(Debug)]
pub struct Positions {
    file: String,
    root: Node,
}

impl Positions {
    pub(super) fn new(file: &str, root: Node) -> Self {
        Self { file: file.to_owned(), root }
    }

    /// The file as it was named.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The file's value without its places.
    pub(crate) fn to_json(&self) -> Value {
        self.root.to_json()
    }

    /// Where the value stands, if the file has it.
    #[must_use]
    pub fn find(&self, pointer: &str) -> Option<Position> {
        match self.walk(pointer) {
            (node, true) => Some(node.at),
            _ => None,
        }
    }

    /// Where the value stands, or the innermost list or mapping on the way to it that the file has.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Position {
        self.walk(pointer).0.at
    }

    /// Where the key of a value stands; where there is none, as [`Self::at`].
    #[must_use]
    pub fn key_at(&self, pointer: &str) -> Position {
        let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
        let key = unescaped(key);
        match self.walk(parent) {
            (Node { kind: Kind::Map(entries), .. }, true) => {
                entries.iter().find(|entry| entry.key == key).map_or_else(|| self.at(pointer), |entry| entry.key_at)
            }
            _ => self.at(pointer),
        }
    }

    /// The innermost node on the way, and whether it is the one pointed at.
    fn walk(&self, pointer: &str) -> (&Node, bool) {
        let mut node = &self.root;
        for token in pointer.split('/').skip(1).map(unescaped) {
            let next = match &node.kind {
                Kind::Map(entries) => entries.iter().find(|entry| entry.key == token).map(|entry| &entry.value),
                Kind::List(items) => token.parse::<usize>().ok().and_then(|index| items.get(index)),
                Kind::Scalar(_) => None,
            };
            let Some(next) = next else { return (node, false) };
            node = next;
        }
        (node, true)
    }
}

/// A key as a part of a JSON pointer.
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A part of a JSON pointer as a key.
pub(crate) fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// Where a deserialiser stopped, as a JSON pointer.
pub(super) fn pointer_of(path: &Path) -> String {
    path.iter().fold(String::new(), |mut pointer, segment| {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
        pointer
    })
}
