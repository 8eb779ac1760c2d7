//! Plugins that are carried as files.

use crate::world::{
    EVIDENCE, NOW, Words, all_of, artifact, artifact_of, client, component, key, pinned, reference, registry::Registry,
};
use std::io::Read as _;
use tar::{Archive, Builder, EntryType, Header};
use tidegate_core::digest::Digest;
use tidegate_registry::{
    artifact::Artifact,
    layout::{Layout, LayoutError},
    signature::Signature,
};

fn written(layout: &Layout) -> Vec<u8> {
    let mut bytes = Vec::new();
    layout.write(&mut bytes).unwrap();
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_and_its_signatures_are_carried_to_another_registry() {
    let (Some(here), Some(there)) = (Registry::start(), Registry::start()) else { return };
    let (client, ada, bob) = (client(), key(1), key(2));
    let source = client.push(&artifact(), &reference(here.address, "team/plugin:1.2.0")).await.unwrap();
    client.sign(&source, &|message| ada.sign(message)).await.unwrap();
    let layout = client.save(&source, &Words).await.unwrap();
    let file = written(&layout);
    assert_eq!(file, written(&client.save(&source, &Words).await.unwrap()), "the same plugin is the same file");
    drop(here);

    let read = Layout::<Artifact>::read(&*file, &Words).unwrap();
    assert_eq!(read, layout);
    assert_eq!(read.tag.as_deref(), Some("1.2.0"));
    assert_eq!(read.verify(&all_of(&[("ada", &ada)]), NOW).unwrap().len(), 1);
    assert!(read.verify(&all_of(&[("bob", &bob)]), NOW).is_err());

    // Somebody signed it there already: theirs stays.
    let target = reference(there.address, "other/place:1.2.0");
    let before = client.push(&artifact(), &target).await.unwrap();
    client.sign(&before, &|message| bob.sign(message)).await.unwrap();
    let loaded = client.load(&read, &target).await.unwrap();
    assert_eq!(loaded.digest, source.digest);
    assert_eq!(client.pull(&loaded, &Words).await.unwrap().artifact, artifact());
    let both = all_of(&[("ada", &ada), ("bob", &bob)]);
    assert_eq!(client.verify(&loaded, &both, NOW).await.unwrap().len(), 2);
}

/// One that is signed by somebody.
fn layout() -> Layout {
    let (artifact, ada) = (artifact(), key(1));
    let signature = Signature::of(&pinned(([127, 0, 0, 1], 1).into(), &artifact), &|message| ada.sign(message));
    Layout { artifact, signatures: vec![signature.unwrap()], tag: None }
}

type Members = Vec<(String, Vec<u8>)>;

fn members(file: &[u8]) -> Members {
    let mut archive = Archive::new(file);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.path().unwrap().display().to_string(), bytes)
    });
    entries.collect()
}

fn tar(members: &Members) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, &**bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

fn replaced(members: &Members, name: &str, from: &str, to: &str) -> Members {
    let change = |(own, bytes): &(String, Vec<u8>)| {
        let text = String::from_utf8_lossy(bytes);
        assert!(own != name || text.contains(from), "{text}");
        (own.clone(), if own == name { text.replace(from, to).into_bytes() } else { bytes.clone() })
    };
    members.iter().map(change).collect()
}

#[test]
fn a_file_that_is_no_layout_or_was_tampered_with_is_refused() {
    let whole = members(&written(&layout()));
    let name = |bytes: &[u8]| format!("blobs/sha256/{}", Digest::of(bytes).hex());
    let artifact = artifact();
    let payload = &layout().signatures[0].payload;
    let without = |name: &str| whole.iter().filter(|(own, _)| own != name).cloned().collect::<Members>();
    let with = |name: &str, bytes: &[u8]| [whole.clone(), vec![(name.to_owned(), bytes.to_vec())]].concat();
    let manifest = Digest::of(&artifact.manifest).to_string();
    for (expected, members) in [
        ("", whole.clone()),
        ("Absent", without("oci-layout")),
        ("Absent", without("index.json")),
        ("Absent", without(&name(&artifact.component))),
        ("Absent", without(&name(&artifact.manifest))),
        ("Absent", without(&name(payload))),
        ("OtherBytes", replaced(&whole, &name(&artifact.component), "component", "componemt")),
        ("OtherBytes", replaced(&whole, &name(payload), "plugin", "plugim")),
        ("OtherBytes", with(&name(b"one"), b"other")),
        ("Twice", with("index.json", b"{}")),
        ("Twice", with(&name(payload), payload)),
        ("Member", with("manifest.json", b"[]")),
        ("Member", with("blobs/sha256/short", b"")),
        ("Member", with("blobs/sha512/00", b"")),
        ("Unreadable", replaced(&whole, "oci-layout", "1.0.0", "2.0.0")),
        ("Unreadable", replaced(&whole, "index.json", "schemaVersion\":2", "schemaVersion\":")),
        ("Unreadable", replaced(&whole, "index.json", &manifest, "sha256:00")),
        ("Absent", replaced(&whole, "index.json", &manifest, &Digest::of(b"none").to_string())),
        ("NotOne { what: \"plugin\", found: 2 }", replaced(&whole, "index.json", ".sig", "")),
    ] {
        let found = match Layout::<Artifact>::read(&*tar(&members), &Words) {
            Ok(read) => {
                assert_eq!(read, layout());
                String::new()
            }
            Err(error) => format!("{error:?}"),
        };
        assert!(found.starts_with(expected) && found.is_empty() == expected.is_empty(), "{expected}: {found}");
    }
}

#[test]
fn a_link_and_a_file_that_is_cut_short_are_refused() {
    let mut tar = Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Symlink);
    header.set_size(0);
    tar.append_link(&mut header, "index.json", "/etc/passwd").unwrap();
    let file = tar.into_inner().unwrap();
    assert!(matches!(Layout::<Artifact>::read(&*file, &Words), Err(LayoutError::Member(name)) if name == "index.json"));
    let whole = written(&layout());
    for length in [0, 100, 600, whole.len() / 2] {
        assert!(Layout::<Artifact>::read(&whole[..length], &Words).is_err(), "{length}");
    }
    assert!(Layout::<Artifact>::read(&b"not a tar"[..], &Words).is_err());
}

#[test]
fn a_file_without_end_is_read_no_further_than_its_limit() {
    let mut header = Header::new_gnu();
    header.set_path("index.json").unwrap();
    header.set_size(u64::MAX / 2);
    header.set_cksum();
    let endless = std::io::Cursor::new(header.as_bytes().to_vec()).chain(std::io::repeat(0));
    let error = Layout::<Artifact>::read(endless, &Words).unwrap_err();
    assert!(matches!(&error, LayoutError::TooMuch(_)), "{error}");
    assert!(error.to_string().contains("bytes used, 83886080 allowed"), "{error}");
}

#[test]
fn what_no_gate_would_pull_is_not_loaded_either() {
    for (component, imports, expected) in [
        (
            component(&["wasi:io/streams@0.2.0"]),
            vec!["wasi:io/streams@0.2.0"],
            "imports what the contract does not offer",
        ),
        (component(&[EVIDENCE, "x"]), vec![EVIDENCE], "left out are: `x`"),
    ] {
        let layout = Layout { artifact: artifact_of(component, &imports), signatures: Vec::new(), tag: None };
        let error = Layout::<Artifact>::read(&*written(&layout), &Words).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
