//! Paths of members: relative, plain, each once.

use super::budget::Budget;
use crate::error::{Place, ReadError};
use std::collections::HashSet;

const PATH_BYTES_MAX: usize = 1024;

/// The paths seen so far.
#[derive(Default)]
pub(super) struct Paths(HashSet<String>);

impl Paths {
    /// The plain form of a member's path, when it stays inside the archive and was not there before.
    pub(super) fn admit(&mut self, written: &str, budget: &Budget<'_>) -> Result<String, ReadError> {
        let refuse = |what: &str| budget.malformed(Place::Member(written.to_owned()), what);
        if written.len() > PATH_BYTES_MAX {
            let place = Place::Member(written.to_owned());
            return Err(ReadError::over(budget.format(), place, "bytes of a path", written.len(), PATH_BYTES_MAX));
        }
        let path = plain(written).map_err(|problem| refuse(&problem))?;
        if !self.0.insert(path.clone()) {
            return Err(refuse("the archive holds this path twice"));
        }
        Ok(path)
    }
}

/// Windows writes `\`; some tools begin with `./`.
fn plain(written: &str) -> Result<String, String> {
    let slashed = written.replace('\\', "/");
    if slashed.starts_with('/') || slashed.as_bytes().get(1) == Some(&b':') {
        return Err("the path is absolute".to_owned());
    }
    if slashed.chars().any(char::is_control) {
        return Err("the path holds control characters".to_owned());
    }
    let parts: Vec<&str> = slashed.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err("the path leaves the archive (`..`)".to_owned());
    }
    if parts.is_empty() { Err("the path is empty".to_owned()) } else { Ok(parts.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn paths_are_made_plain_or_refused() {
        for (written, path) in [
            ("a/b.xml", Some("a/b.xml")),
            ("./a//b.xml", Some("a/b.xml")),
            ("a\\b.xml", Some("a/b.xml")),
            ("a..b/..c", Some("a..b/..c")),
            ("../a", None),
            ("a/../../b", None),
            ("a\\..\\b", None),
            ("/etc/passwd", None),
            ("\\\\host\\share", None),
            ("C:\\a", None),
            ("c:a", None),
            ("a\0b", None),
            ("a\u{1b}b", None),
            ("", None),
            ("./", None),
        ] {
            assert_eq!(plain(written).ok().as_deref(), path, "{written:?}");
        }
    }
}
