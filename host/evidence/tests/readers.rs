//! Every document in `fixtures/<format>/` is found by its content and read as the text beside it says.
//!
//! `TIDEGATE_BLESS=1` writes the texts anew; read the difference before you keep it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "support/render.rs"]
mod render;
#[path = "support/signers.rs"]
mod signers;

use render::render;
use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tidegate_core::digest::Digest;
use tidegate_evidence::{Limits, detect, formats, read, read_signed};

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn documents() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folders = entries(&root).into_iter().filter(|path| path.is_dir());
    let in_folder = |folder: PathBuf| {
        let format = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let files = entries(&folder).into_iter().filter(|path| path.extension().is_none_or(|ext| ext != "txt"));
        files.map(|file| (format.clone(), file)).collect::<Vec<_>>()
    };
    folders.flat_map(in_folder).collect()
}

#[test]
fn every_fixture_reads_as_the_text_beside_it() {
    let (limits, signers) = (Limits::default(), signers::signers());
    let mut wrong = Vec::new();
    for (format, path) in documents() {
        let bytes: Arc<[u8]> = fs::read(&path).unwrap().into();
        assert_eq!(detect(&bytes, &limits), Ok(format.as_str()).map_err(|()| unreachable!()), "{}", path.display());
        let found = read_signed(Arc::clone(&bytes), None, &limits, &signers);
        let named = read_signed(Arc::clone(&bytes), Some(&format), &limits, &signers);
        assert_eq!(render(&found), render(&named), "{}", path.display());
        if let Ok(document) = &found {
            assert_eq!(document.digest, Digest::of(&bytes));
            assert_eq!(document.bytes, bytes);
        }
        let expected = path.with_added_extension("txt");
        if env::var_os("TIDEGATE_BLESS").is_some() {
            fs::write(&expected, render(&found)).unwrap();
        }
        let text = fs::read_to_string(&expected).unwrap_or_default();
        if text != render(&found) {
            wrong.push(format!("{}:\n{}instead of:\n{text}", path.display(), render(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_format_that_is_recognised_has_fixtures() {
    let with_fixtures: Vec<String> = documents().into_iter().map(|(format, _)| format).collect();
    for format in formats().iter().filter(|format| format.name != "opaque") {
        let count = with_fixtures.iter().filter(|name| **name == format.name).count();
        assert!(count >= 4, "{}: {count} fixtures", format.name);
    }
}

#[test]
fn opaque_is_read_by_name_alone_and_nothing_is_not_complete() {
    let limits = Limits::default();
    let bytes: Arc<[u8]> = Arc::from([0xFF, 0x00, 0x80].as_slice());
    assert_eq!(render(&read(Arc::clone(&bytes), Some("opaque"), &limits)), "format: opaque\ncompleteness: complete\n");
    assert!(read(bytes, None, &limits).is_err());
    let nothing = render(&read(Arc::from([]), Some("opaque"), &limits));
    assert_eq!(nothing, "format: opaque\ncompleteness: incomplete: the document is empty\n");
}

#[test]
fn an_empty_list_of_code_quality_is_read_by_name_and_is_not_complete() {
    let nothing = render(&read(Arc::from(b"[]".as_slice()), Some("gitlab-codequality"), &Limits::default()));
    let why = "the list holds no issue, and the format does not say whether anything was looked at";
    assert_eq!(nothing, format!("format: gitlab-codequality\ncompleteness: empty: {why}\nissues (Analysis): 0\n"));
}

/// In the order in which they are tried.
fn names(wanted: fn(&str) -> bool) -> String {
    let names = formats().iter().map(|format| format.name).filter(|name| wanted(name));
    names.collect::<Vec<_>>().join(", ")
}

#[test]
fn what_is_not_recognised_is_refused_with_what_was_seen_and_what_is_known() {
    let known = format!(
        "known are {}; a format of your own can be handed in as `opaque`, by that name",
        names(|name| name != "opaque")
    );
    for (text, seen) in [
        ("<html/>", "the root element is `html`"),
        ("{}", "JSON without a key"),
        ("[]", "JSON without a key"),
        (r#"{"a": 1, "b\u001b": 2}"#, "JSON with the keys `a`, `b\\u{1b}`"),
        (r#"{"format": "tidegate/wishes/v1"}"#, "JSON whose `format` is `tidegate/wishes/v1`"),
        ("hello", "the text is neither XML nor JSON nor LCOV"),
        ("PK\x05\x06", "the bytes are an archive (zip), which is unpacked first"),
    ] {
        let error = read(Arc::from(text.as_bytes()), None, &Limits::default()).unwrap_err().to_string();
        assert_eq!(error, format!("format not recognised: {seen}; {known}"));
    }
    let error = read(Arc::from(b"x".as_slice()), Some("junti"), &Limits::default()).unwrap_err().to_string();
    let names = names(|_| true);
    assert_eq!(error, format!("no format is called `junti`; known are {names}"));
}
