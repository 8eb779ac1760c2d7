//! What the fuzz targets assert, over their corpus and over a few thousand changes of it, with the stable toolchain: the targets
//! themselves need another one (`fuzz/README.md`).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "../fuzz/src/invariants.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets use it from another crate")]
mod invariants;
#[path = "support/mutator.rs"]
mod mutator;

use invariants::{limits, of_archives, of_detection, of_reader, of_reading, sealed};
use mutator::Mutator;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use tidegate_core::evidence::Completeness;
use tidegate_evidence::{Limits, formats};

/// Changed documents of each format.
const CHANGED: u32 = 1_500;
/// Targets beside those of the formats.
const OTHERS: [&str; 2] = ["archive", "detect"];

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// The corpus of a target, by the files' names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = fuzz().join("corpus").join(target);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn every_format_has_a_target_and_a_corpus() {
    let expected: BTreeSet<String> =
        formats().iter().map(|format| format.name).chain(OTHERS).map(str::to_owned).collect();
    assert_eq!(names_in(&fuzz().join("fuzz_targets")), expected);
    assert_eq!(names_in(&fuzz().join("corpus")), expected);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for name in &expected {
        let bin = format!("[[bin]]\nname = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\n");
        assert!(manifest.contains(&bin), "no [[bin]] for {name}");
    }
    for format in formats() {
        let target = fs::read_to_string(fuzz().join(format!("fuzz_targets/{}.rs", format.name))).unwrap();
        assert!(target.contains(&format!("reads!(\"{}\")", format.name)), "{target}");
    }
}

#[test]
fn every_corpus_has_a_document_that_is_read_to_its_end() {
    for format in formats() {
        let documents = corpus(format.name);
        let complete = documents.iter().filter(|bytes| {
            let read = of_reading(format.name, bytes, &Limits::default());
            read.is_ok_and(|document| document.completeness == Completeness::Complete)
        });
        assert!(complete.count() > 0, "{}: nothing to start from", format.name);
    }
}

#[test]
fn invariants_hold_for_the_corpus_of_every_target() {
    for target in formats().iter().map(|format| format.name).chain(OTHERS) {
        for bytes in corpus(target) {
            formats().iter().for_each(|format| of_reader(format.name, &bytes));
            of_detection(&bytes);
            of_archives(&bytes);
        }
    }
}

#[test]
fn invariants_hold_for_changed_documents_of_every_format() {
    let [whole, small] = limits();
    for format in formats() {
        let mut mutator = Mutator::new(corpus(format.name), format.name);
        let mut read = 0_u32;
        for n in 0..CHANGED {
            let bytes = mutator.changed();
            let limits = if n % 3 == 0 { &small } else { &whole };
            read += u32::from(of_reading(format.name, &bytes, limits).is_ok());
        }
        // Changes that are all refused at once would show nothing.
        assert!(read >= CHANGED / 100, "{}: {read} of {CHANGED} changed documents were read", format.name);
    }
}

/// Changes of an envelope are refused before what it holds is looked at.
#[test]
fn invariants_hold_for_changed_documents_that_somebody_known_signed() {
    let [whole, small] = limits();
    for (format, kind) in [("in-toto", 0), ("statements", 1)] {
        let mut mutator = Mutator::new(corpus(format), "signed");
        let read = (0..CHANGED).filter(|n| {
            let limits = if n % 3 == 0 { &small } else { &whole };
            let read = of_reading("dsse", &sealed(&mutator.changed())[kind], limits);
            read.is_ok_and(|document| document.signer.is_some())
        });
        let read = read.count();
        assert!(read >= CHANGED as usize / 100, "{format}: {read} of {CHANGED} changed documents were read");
    }
}

#[test]
fn invariants_hold_for_changed_archives_and_unnamed_documents() {
    for (target, hold) in [("archive", of_archives as fn(&[u8])), ("detect", of_detection)] {
        let mut mutator = Mutator::new(corpus(target), target);
        (0..CHANGED).for_each(|_| hold(&mutator.changed()));
    }
}
