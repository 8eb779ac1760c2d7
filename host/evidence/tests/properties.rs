//! No bytes make a reader panic, and reading is a function: the same bytes twice give the same answer.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "support/archives.rs"]
mod archives;
#[path = "support/render.rs"]
mod render;
#[path = "support/signers.rs"]
mod signers;

use proptest::{collection::vec, prelude::any, prop_assert_eq, proptest, sample::Index, test_runner::Config};
use std::{fs, path::Path, sync::Arc};
use tidegate_evidence::{Limits, detect, formats, read, read_signed, unpack};

/// Small, so that mutations meet the limits too.
fn limits() -> Limits {
    Limits { depth: 12, rows: 40, text_bytes: 24, archive_members: 3, archive_bytes: 1 << 16, ..Limits::default() }
}

fn seeds() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files: &[(&str, &[u8])] = &[("a.xml", b"<testsuite/>"), ("b/c.json", b"{}")];
    let tarball = archives::tar_of_files(files);
    let mut seeds = vec![archives::zip(files), archives::gz(&tarball), tarball];
    let mut folders: Vec<_> = fs::read_dir(root).unwrap().map(|folder| folder.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let documents = files.iter().filter(|path| path.extension().is_none_or(|extension| extension != "txt"));
        seeds.extend(documents.map(|path| fs::read(path).unwrap()));
    }
    seeds
}

fn read_in_every_way(bytes: &[u8]) -> Vec<String> {
    let names = formats().iter().map(|format| Some(format.name));
    let signers = signers::signers();
    let read = |format| render::render(&read_signed(Arc::from(bytes), format, &limits(), &signers));
    let mut answers: Vec<String> = std::iter::once(None).chain(names).map(read).collect();
    answers.push(format!("{:?}", unpack(bytes, &limits())));
    answers
}

/// One change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    Set(Index, u8),
    Cut(Index),
    Remove(Index),
    Insert(Index, Vec<u8>),
    Repeat(Index, Index),
}

fn changes() -> impl proptest::strategy::Strategy<Value = Vec<Change>> {
    use proptest::{prop_oneof, sample::select, strategy::Strategy as _};
    let piece = select(
        [
            "<",
            ">",
            "&",
            "\"",
            "{",
            "[",
            "]",
            "}",
            ",",
            ":",
            "null",
            "1e999",
            "-1",
            "\\u0000",
            "<testcase/>",
            "<failure>",
            "</testsuite>",
            "<![CDATA[",
            "]]>",
            "<!--",
            "&#x10FFFF;",
            "&#xD800;",
            "DA:1,1\n",
            "end_of_record\n",
            "\u{feff}",
            "é",
            "\0",
            "\u{202e}",
        ]
        .as_slice(),
    );
    let change = prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        any::<Index>().prop_map(Change::Cut),
        any::<Index>().prop_map(Change::Remove),
        (any::<Index>(), piece).prop_map(|(at, piece)| Change::Insert(at, piece.as_bytes().to_vec())),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Repeat(from, to)),
    ];
    vec(change, 1..6)
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let length = bytes.len().max(1);
        match change {
            Change::Set(at, byte) => {
                if let Some(slot) = bytes.get_mut(at.index(length)) {
                    *slot = *byte;
                }
            }
            Change::Cut(at) => bytes.truncate(at.index(length)),
            Change::Remove(at) => {
                if at.index(length) < bytes.len() {
                    bytes.remove(at.index(length));
                }
            }
            Change::Insert(at, piece) => {
                let at = at.index(bytes.len() + 1);
                bytes.splice(at..at, piece.iter().copied());
            }
            Change::Repeat(from, to) => {
                let (from, to) = (from.index(length), to.index(length));
                let part = bytes.get(from.min(to)..from.max(to)).unwrap_or_default().to_vec();
                bytes.extend(part);
            }
        }
        bytes.truncate(1 << 16);
    }
    bytes
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(read_in_every_way(&bytes), read_in_every_way(&bytes));
    }

    #[test]
    fn no_change_of_a_document_makes_a_reader_panic(seed in any::<Index>(), changes in changes()) {
        let seeds = seeds();
        let bytes = changed(seeds[seed.index(seeds.len())].clone(), &changes);
        prop_assert_eq!(read_in_every_way(&bytes), read_in_every_way(&bytes));
    }

    #[test]
    fn cutting_a_complete_report_short_never_gives_another_answer(seed in any::<Index>(), at in any::<Index>()) {
        // JSON and XML close what they open: a part is never a whole. LCOV and `go test -json` are lists of records, so they are
        // left out; a record that was begun and not ended makes those incomplete (fixtures).
        let seeds = seeds();
        let whole = &seeds[seed.index(seeds.len())];
        let end = whole.trim_ascii_end().len();
        let Ok(text) = std::str::from_utf8(whole) else { return Ok(()) };
        if !text.trim_start_matches('\u{feff}').starts_with(['<', '{']) || end == 0 {
            return Ok(());
        }
        if detect(whole, &Limits::default()) == Ok("gotest") {
            return Ok(());
        }
        let part: Arc<[u8]> = Arc::from(&whole[..at.index(end)]);
        proptest::prop_assert!(read(part, None, &Limits::default()).is_err());
    }
}
