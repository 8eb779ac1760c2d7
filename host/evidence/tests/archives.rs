//! Archives are unpacked to their files, or refused with the member and the reason.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop")]

#[path = "support/archives.rs"]
mod archives;

use archives::{gz, tar, tar_of_files, zip};
use std::io::Cursor;
use tar::EntryType;
use tidegate_evidence::{Limits, Member, unpack};
use zip::{ZipWriter, write::SimpleFileOptions};

const FILES: &[(&str, &[u8])] = &[("reports/a.xml", b"<a/>"), ("b.json", b"{}"), ("empty.txt", b"")];

fn names_and_bytes(members: Option<Vec<Member>>) -> Vec<(String, Vec<u8>)> {
    members.unwrap().into_iter().map(|member| (member.path, member.bytes.to_vec())).collect()
}

fn refusal(bytes: &[u8], limits: &Limits) -> String {
    match unpack(bytes, limits) {
        Err(error) => error.to_string(),
        Ok(members) => panic!("unpacked: {members:?}"),
    }
}

/// A zip with one link.
fn zip_with_link() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("a.xml", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// The same zip, its entries said to be encrypted.
fn encrypted(mut zip: Vec<u8>) -> Vec<u8> {
    for at in 0..zip.len().saturating_sub(10) {
        match &zip[at..at + 4] {
            b"PK\x03\x04" => zip[at + 6] |= 1,
            b"PK\x01\x02" => zip[at + 8] |= 1,
            _ => {}
        }
    }
    zip
}

/// The same zip, one text of its bytes replaced by another of that length.
fn patched(mut zip: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = (0..zip.len() - from.len()).filter(|at| zip[*at..].starts_with(from)).collect();
    assert!(!places.is_empty());
    for at in places {
        zip[at..at + to.len()].copy_from_slice(to);
    }
    zip
}

#[test]
fn the_same_files_come_out_of_every_kind() {
    let expected: Vec<(String, Vec<u8>)> =
        FILES.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    let tarball = tar_of_files(FILES);
    for archive in [zip(FILES), tarball.clone(), gz(&tarball)] {
        assert_eq!(names_and_bytes(unpack(&archive, &Limits::default()).unwrap()), expected);
    }
}

#[test]
fn what_is_no_archive_is_left_alone() {
    for bytes in [b"".as_slice(), b"<testsuite/>", b"{}", b"PK", &[0; 600]] {
        assert_eq!(unpack(bytes, &Limits::default()), Ok(None));
    }
}

#[test]
fn directories_and_remarks_are_passed_over_and_paths_made_plain() {
    let with_dir = zip(&[("reports/", b""), ("reports/a.xml", b"<a/>")]);
    assert_eq!(names_and_bytes(unpack(&with_dir, &Limits::default()).unwrap()).len(), 1);
    let entries: &[(&str, EntryType, &[u8])] = &[
        ("pax_global_header", EntryType::XGlobalHeader, b"20 comment=some text\n"),
        ("./", EntryType::Directory, b""),
        ("./a.xml", EntryType::Regular, b"<a/>"),
    ];
    let found = names_and_bytes(unpack(&tar(entries), &Limits::default()).unwrap());
    assert_eq!(found, [("a.xml".to_owned(), b"<a/>".to_vec())]);
}

#[test]
fn a_member_that_is_not_a_plain_file_inside_is_refused() {
    let regular = |path| tar(&[(path, EntryType::Regular, b"x")]);
    let of_kind = |kind| tar(&[("a.xml", kind, b"")]);
    let honest = zip(&[("a.xml", b"<a/>"), ("b.xml", b"<b/>")]);
    for (archive, expected) in [
        (zip(&[("../a.xml", b"x")]), "zip: member `../a.xml`: the path leaves the archive (`..`)"),
        (zip(&[("/etc/a.xml", b"x")]), "zip: member `/etc/a.xml`: the path is absolute"),
        (regular("a/../../b"), "tar: member `a/../../b`: the path leaves the archive (`..`)"),
        (regular("/a"), "tar: member `/a`: the path is absolute"),
        (gz(&regular("C:\\a")), "tar.gz: member `C:\\a`: the path is absolute"),
        (regular("a\u{1b}b"), "tar: member `a\\u{1b}b`: the path holds control characters"),
        (of_kind(EntryType::Symlink), "tar: member `a.xml`: a link is not unpacked"),
        (of_kind(EntryType::Link), "tar: member `a.xml`: a link is not unpacked"),
        (of_kind(EntryType::Char), "tar: member `a.xml`: a device or pipe is not unpacked"),
        (of_kind(EntryType::Block), "tar: member `a.xml`: a device or pipe is not unpacked"),
        (of_kind(EntryType::Fifo), "tar: member `a.xml`: a device or pipe is not unpacked"),
        (of_kind(EntryType::new(b'Z')), "tar: member `a.xml`: only regular files are unpacked"),
        (zip_with_link(), "zip: member `a.xml`: a link is not unpacked"),
        (encrypted(honest.clone()), "zip: member `a.xml`: the member is encrypted"),
        (
            tar_of_files(&[("a.xml", b"1"), ("./a.xml", b"2")]),
            "tar: member `./a.xml`: the archive holds this path twice",
        ),
        (patched(honest, b"b.xml", b"a.xml"), "zip: the archive holds a path twice, or its directory is damaged"),
        (zip(&[("inner.zip", &zip(FILES))]), "zip: member `inner.zip`: an archive inside an archive is not unpacked"),
        (
            tar_of_files(&[("inner.gz", &gz(b"x"))]),
            "tar: member `inner.gz`: an archive inside an archive is not unpacked",
        ),
        (gz(b"<testsuite/>"), "tar.gz: the gzip stream holds no tar archive"),
        (zip(&[]), "zip: the archive holds no file"),
        (zip(&[("only/", b"")]), "zip: the archive holds no file"),
        (zip(&[(&"a".repeat(1025), b"x")]), "bytes of a path: 1025 used, 1024 allowed"),
    ] {
        let refusal = refusal(&archive, &Limits::default());
        assert!(refusal == expected || expected.ends_with("allowed") && refusal.ends_with(expected), "{refusal}");
    }
}

#[test]
fn a_bomb_is_refused_while_it_unpacks_with_both_numbers() {
    let zeros = vec![0_u8; 4 << 20];
    let files: &[(&str, &[u8])] = &[("a", &zeros), ("b", &zeros)];
    for archive in [zip(files), gz(&tar_of_files(files))] {
        let by_ratio = refusal(&archive, &Limits::default());
        assert!(by_ratio.contains("bytes unpacked per byte packed: 2"), "{by_ratio}");
        assert!(by_ratio.ends_with("used, 200 allowed"), "{by_ratio}");
        let limits = Limits { archive_ratio: usize::MAX, archive_bytes: 6 << 20, ..Limits::default() };
        let by_size = refusal(&archive, &limits);
        assert!(by_size.contains("bytes unpacked: 6") && by_size.ends_with("used, 6291456 allowed"), "{by_size}");
    }
}

#[test]
fn too_many_members_are_refused_with_both_numbers() {
    let limits = Limits { archive_members: 2, ..Limits::default() };
    for (archive, format) in [(zip(FILES), "zip"), (tar_of_files(FILES), "tar"), (gz(&tar_of_files(FILES)), "tar.gz")] {
        assert_eq!(refusal(&archive, &limits), format!("{format}: too much: archive members: 3 used, 2 allowed"));
    }
}

#[test]
fn an_archive_cut_off_anywhere_is_refused() {
    let tarball = tar_of_files(FILES);
    for whole in [zip(FILES), gz(&tarball), tarball] {
        let magic = if whole.starts_with(b"PK") || whole.starts_with(&[0x1F]) { 4 } else { 263 };
        for length in magic..whole.len() {
            let cut = unpack(&whole[..length], &Limits::default());
            assert!(cut.is_err(), "{length} of {} bytes: {cut:?}", whole.len());
        }
    }
}

#[test]
fn a_member_that_lies_about_its_size_is_refused() {
    let archive = zip(&[("a.xml", &[b'x'; 300])]);
    let size = 300_u32.to_le_bytes();
    for lie in [299_u32, 301, 0] {
        let refusal = refusal(&patched(archive.clone(), &size, &lie.to_le_bytes()), &Limits::default());
        assert!(refusal.starts_with("zip: member `a.xml`: "), "{refusal}");
    }
}
