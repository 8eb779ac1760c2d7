//! `SECURITY.md` is true as far as a test can tell: every test that it names is there.

use crate::world::root;
use std::{collections::BTreeSet, fs, path::Path};

/// Names of functions in all sources below a folder.
fn functions(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            functions(&entry, names);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&entry).unwrap();
            let heads =
                text.lines().filter_map(|line| line.trim_start().trim_start_matches("async ").strip_prefix("fn "));
            names.extend(heads.filter_map(|head| head.split(['(', '<']).next()).map(str::to_owned));
        }
    }
}

#[test]
fn every_threat_is_numbered_and_has_a_test_that_is_there() {
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let mut names = BTreeSet::new();
    for folder in ["host", "plugins"] {
        functions(&root().join(folder), &mut names);
    }
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    assert!(rows.len() >= 31, "{} threats", rows.len());
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row[0], (index + 1).to_string(), "{row:?}");
        let tests: Vec<&str> = row[3].split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "{row:?} names no test");
        for test in tests {
            assert!(names.contains(test), "threat {}: there is no test `{test}`", row[0]);
        }
    }
}
