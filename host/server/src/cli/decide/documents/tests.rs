use super::{DOCUMENTS_MAX, DocumentsError, uploads};
use crate::{
    cli::decide::evidence::{Cited, Labelled, said},
    gate::submission::{Source, Upload},
};
use std::{fs, path::Path};
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

fn cited(folder: &Path, evidence: &[(&str, &str)]) -> Vec<Labelled<Cited>> {
    evidence.iter().map(|(label, files)| format!("{label}={}/{files}", folder.display()).parse().unwrap()).collect()
}

/// The names of evidence and files that were found, and how many patterns found none.
fn found(folder: &Path, evidence: &[(&str, &str)]) -> (Vec<String>, usize) {
    let evidence = cited(folder, evidence);
    let (uploads, unmatched) = uploads(&said(&evidence, &[], &[])).unwrap();
    let shown = |upload: &Upload| {
        let place = Path::new(&upload.place).strip_prefix(folder).unwrap().display().to_string();
        format!("{}={place}", upload.name)
    };
    (uploads.iter().map(shown).collect(), unmatched.len())
}

#[test]
fn a_pattern_finds_its_files_in_order() {
    let folder = folder(&[("b.xml", "b"), ("a.xml", "a"), ("deep/er/c.xml", "c"), ("d.json", "d")]);
    let (names, unmatched) = found(folder.path(), &[("unit_tests", "**/*.xml"), ("facts@api", "d.json")]);
    assert_eq!(names, ["unit_tests=a.xml", "unit_tests=b.xml", "unit_tests=deep/er/c.xml", "facts@api=d.json"]);
    assert_eq!(unmatched, 0);
}

#[test]
fn overlapping_patterns_hand_in_a_file_once_for_each_name() {
    let folder = folder(&[("a.xml", "a"), ("b.xml", "b")]);
    let (names, _) = found(folder.path(), &[("unit_tests", "*.xml"), ("unit_tests", "a.xml"), ("other", "a.xml")]);
    assert_eq!(names, ["unit_tests=a.xml", "unit_tests=b.xml", "other=a.xml"]);
}

#[test]
fn a_file_whose_name_looks_like_a_pattern_is_found() {
    let folder = folder(&[("report[1].xml", "x"), ("report1.xml", "y")]);
    assert_eq!(found(folder.path(), &[("unit_tests", "report[1].xml")]).0, ["unit_tests=report[1].xml"]);
}

#[test]
fn folders_are_no_documents_and_a_pattern_without_files_is_told() {
    let folder = folder(&[("reports/a.xml", "a")]);
    assert_eq!(found(folder.path(), &[("unit_tests", "rep*"), ("unit_tests", "absent.xml")]), (Vec::new(), 2));
    let evidence = cited(folder.path(), &[("unit_tests", "absent-*.xml")]);
    let (_, unmatched) = uploads(&said(&evidence, &[], &[])).unwrap();
    let told = unmatched[0].to_string();
    assert!(told.starts_with("evidence `unit_tests`: no file is like `") && told.ends_with("/absent-*.xml`"), "{told}");
}

#[test]
fn what_is_said_of_a_name_is_said_of_all_its_documents() {
    let folder = folder(&[("a.xml", "a"), ("b.xml", "b")]);
    let evidence = cited(folder.path(), &[("unit_tests", "*.xml"), ("unit_tests@api", "a.xml")]);
    let (format, time) = ("unit_tests=junit".parse().unwrap(), "unit_tests=2026-03-31T16:00:00+02:00".parse().unwrap());
    let (uploads, _) = uploads(&said(&evidence, &[format], &[time])).unwrap();
    let told: Vec<_> = uploads.iter().map(|upload| (upload.format.as_deref(), upload.produced_at.as_deref())).collect();
    let both = (Some("junit"), Some("2026-03-31T14:00:00Z"));
    assert_eq!(told, [both, both, (None, None)]);
}

#[test]
fn documents_are_the_bytes_of_their_files_or_their_digests() {
    let folder = folder(&[("a.xml", "<a/>")]);
    let mut evidence = cited(folder.path(), &[("unit_tests", "a.xml")]);
    let digest = format!("sha256:{}", "a".repeat(64));
    evidence.push(format!("unit_tests={digest}").parse().unwrap());
    let (uploads, _) = uploads(&said(&evidence, &[], &[])).unwrap();
    assert!(matches!(&uploads[0].source, Source::Bytes(bytes) if bytes == "<a/>"));
    assert!(matches!(&uploads[1].source, Source::Digest(cited) if *cited == digest));
}

#[test]
fn too_many_documents_say_both_numbers() {
    let digests = (0..=DOCUMENTS_MAX).map(|count| format!("unit_tests=sha256:{count:064x}").parse().unwrap());
    let evidence: Vec<Labelled<Cited>> = digests.collect();
    let error = uploads(&said(&evidence, &[], &[])).unwrap_err();
    assert_eq!(error.to_string(), "documents: more than 10000 used, 10000 allowed");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_an_error_and_not_an_absence() {
    let folder = folder(&[]);
    std::os::unix::fs::symlink(folder.path().join("gone"), folder.path().join("a.xml")).unwrap();
    let evidence = cited(folder.path(), &[("unit_tests", "*.xml")]);
    assert!(
        matches!(uploads(&said(&evidence, &[], &[])), Err(DocumentsError::Read { label, .. }) if label == "unit_tests")
    );
}
