//! Lines and branches of source files, each counted once, however often a report repeats them.

use crate::source::{Reading, empty};
use std::collections::{BTreeMap, HashMap};
use tidegate_core::{
    evidence::{Completeness, Content, Coverage},
    ratio::Ratio,
};

/// How much of something is covered: the first of the second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) covered: u64,
    pub(crate) valid: u64,
}

impl Share {
    /// Adds another share of other things.
    pub(crate) fn add(&mut self, other: Self) {
        self.covered = self.covered.saturating_add(other.covered);
        self.valid = self.valid.saturating_add(other.valid);
    }

    /// The better view of the same things.
    pub(crate) fn widen(&mut self, other: Self) {
        self.covered = self.covered.max(other.covered);
        self.valid = self.valid.max(other.valid);
    }
}

/// Lines that count, by file and number.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    files: HashMap<Box<str>, u32>,
    /// By file, then by line. Reports list lines in their order, which is what such a tree takes fastest.
    hit: Vec<BTreeMap<u32, bool>>,
}

impl Lines {
    /// A number for the file, the same whenever it comes again.
    pub(crate) fn file(&mut self, name: &str) -> u32 {
        if let Some(id) = self.files.get(name) {
            return *id;
        }
        let id = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.insert(Box::from(name), id);
        self.hit.push(BTreeMap::new());
        id
    }

    /// A line that was hit once is hit.
    pub(crate) fn line(&mut self, file: u32, line: u32, hit: bool) {
        if let Some(lines) = self.hit.get_mut(file as usize) {
            *lines.entry(line).or_default() |= hit;
        }
    }

    /// Whether any line of the file is known.
    pub(crate) fn lists(&self, file: u32) -> bool {
        self.hit.get(file as usize).is_some_and(|lines| !lines.is_empty())
    }

    /// All of them.
    pub(crate) fn share(&self) -> Share {
        let mut all = Share::default();
        for lines in &self.hit {
            let covered = lines.values().filter(|hit| **hit).count();
            all.add(Share { covered: covered as u64, valid: lines.len() as u64 });
        }
        all
    }
}

/// Whether a count of hits is more than none; `None` for what is not a count. Some tools write negative ones when counters overflow.
pub(crate) fn is_hit(text: &str) -> Option<bool> {
    let (digits, negative) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
    let is_count = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_count.then(|| !negative && digits.bytes().any(|byte| byte != b'0'))
}

/// The coverage, or why there is none to speak of.
pub(crate) fn reading(lines: Share, branches: Share) -> Reading {
    let branches = Ratio::new(branches.covered, branches.valid).ok();
    match Ratio::new(lines.covered, lines.valid) {
        Ok(lines) => Reading::new(Completeness::Complete, vec![Content::Coverage(Coverage { lines, branches })]),
        Err(_) => Reading::new(empty("the report counts no line of source"), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, Share, is_hit};

    #[test]
    fn a_line_is_counted_once_and_stays_hit() {
        let mut lines = Lines::default();
        let (a, b) = (lines.file("a"), lines.file("b"));
        assert_eq!(lines.file("a"), a);
        for (file, line, hit) in [(a, 1, true), (a, 1, false), (a, 2, false), (b, 1, false)] {
            lines.line(file, line, hit);
        }
        assert_eq!(lines.share(), Share { covered: 1, valid: 3 });
    }

    #[test]
    fn counts_of_hits_may_be_larger_than_any_integer() {
        for (text, hit) in [
            ("0", Some(false)),
            ("00", Some(false)),
            ("7", Some(true)),
            ("99999999999999999999999", Some(true)),
            ("-1", Some(false)),
            ("", None),
            ("-", None),
            ("1.5", None),
            ("x", None),
        ] {
            assert_eq!(is_hit(text), hit, "{text}");
        }
    }
}
