//! Archives that are not what was written: each is found by holding it against its manifest, its checkpoint and its ledger.

use crate::{
    archives::{archiving, config, filled, folder, moved},
    checkpoints::open,
    sample,
    world::World,
};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use tidegate_ledger::archive::{
    Archiving, archive, check,
    finding::{Finding, Wrong},
};

const UNTIL: &str = "2026-03-01T00:00:00Z";

async fn findings(world: &World) -> Vec<Finding> {
    let ledger = open(world).await;
    let held = ledger.verify_archives(&folder(world), ledger.verifier()).await.unwrap();
    ledger.close().await;
    held.findings
}

fn writable(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

/// Changes a file of an archive.
fn change(archive: &Path, name: &str, changed: impl FnOnce(Vec<u8>) -> Vec<u8>) {
    let path = archive.join(name);
    writable(&path);
    fs::write(&path, changed(fs::read(&path).unwrap())).unwrap();
}

/// Changes the database, and the manifest so that it fits: as somebody would who wants nobody to see it.
async fn alter(archive: &Path, sql: &str) {
    let path = archive.join("ledger.sqlite");
    writable(&path);
    let mut raw = SqliteConnectOptions::new().filename(&path).foreign_keys(false).connect().await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    let (bytes, digest) = {
        let read = fs::read(&path).unwrap();
        (read.len(), tidegate_core::digest::Digest::of(&read))
    };
    change(archive, "manifest.json", |manifest| {
        let mut manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        manifest["files"][0]["bytes"] = bytes.into();
        manifest["files"][0]["digest"] = digest.to_string().into();
        serde_json::to_vec_pretty(&manifest).unwrap()
    });
}

async fn archived() -> (World, PathBuf) {
    let world = filled().await;
    let (_, path) = moved(&world, UNTIL).await.unwrap();
    assert_eq!(findings(&world).await, []);
    (world, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_altered_or_removed_is_found() {
    let (world, path) = archived().await;
    let whole = fs::read(path.join("ledger.sqlite")).unwrap();
    change(&path, "ledger.sqlite", |mut bytes| {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    });
    let found = findings(&world).await;
    assert!(
        matches!(&found[..], [Finding { what: Wrong::OtherFile { name, .. }, .. }] if name == "ledger.sqlite"),
        "{found:?}"
    );
    change(&path, "ledger.sqlite", |_| whole);
    assert_eq!(findings(&world).await, []);
    change(&path, "ledger.checkpoint", |mut note| {
        note.push(b'\n');
        note
    });
    let found = findings(&world).await;
    assert!(
        matches!(&found[..], [Finding { what: Wrong::OtherFile { name, .. }, .. }] if name == "ledger.checkpoint"),
        "{found:?}"
    );
    fs::remove_file(path.join("ledger.sqlite")).unwrap();
    let found = findings(&world).await;
    assert!(
        matches!(&found[..], [Finding { what: Wrong::NoFile { name, .. }, .. }] if name == "ledger.sqlite"),
        "{found:?}"
    );
    fs::remove_dir_all(&path).unwrap();
    let found = findings(&world).await;
    assert!(
        matches!(&found[..], [Finding { what: Wrong::Missing { first: 0, size: 256, .. }, folder: None }]),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_also_alters_the_manifest_is_told_by_the_leaf_that_names_it() {
    let (world, path) = archived().await;
    alter(&path, "DELETE FROM span_trees WHERE leaf_index = 5").await;
    let found = findings(&world).await;
    let missing = found.iter().any(|finding| matches!(finding.what, Wrong::Missing { .. }));
    let unknown = found.iter().any(|finding| matches!(finding.what, Wrong::Unknown { .. }));
    assert!(missing && unknown && found.len() == 2, "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_of_another_ledger_is_told() {
    let (world, path) = archived().await;
    let (_elsewhere, other) = archived().await;
    let name = other.file_name().unwrap();
    fs::rename(&path, path.with_file_name("away")).unwrap();
    fs::create_dir(folder(&world).join(name)).unwrap();
    for file in fs::read_dir(&other).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, folder(&world).join(name).join(file.file_name().unwrap())).unwrap();
    }
    // The one that belongs here is found by what it is, whatever it is called.
    let found = findings(&world).await;
    assert!(
        matches!(&found[..], [Finding { what: Wrong::Unknown { .. }, folder: Some(at) }] if at.ends_with(name)),
        "{found:?}"
    );
}

/// Whether what is wrong is said as what it is.
type Told = fn(&Wrong) -> bool;

/// What is altered in a database whose manifest fits it, as whoever has nothing but the folder finds it.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_alone_says_what_was_altered_in_it() {
    let cases: [(&str, Told); 5] = [
        ("DROP TRIGGER leaves_are_not_updated; UPDATE leaves SET body = body || ' ' WHERE leaf_index = 7", |wrong| {
            matches!(wrong, Wrong::Leaves(_))
        }),
        ("DROP TRIGGER leaves_are_not_deleted; DELETE FROM leaves WHERE leaf_index = 7", |wrong| {
            matches!(wrong, Wrong::Leaves(_))
        }),
        ("DELETE FROM span_trees WHERE leaf_index = 7", |wrong| matches!(wrong, Wrong::Row(_))),
        (
            "UPDATE blobs SET body = (SELECT body FROM blobs b WHERE b.kind = 'decision' AND b.digest <> blobs.digest LIMIT 1) \
             WHERE digest = (SELECT digest FROM blobs WHERE kind = 'decision' ORDER BY digest LIMIT 1)",
            |wrong| matches!(wrong, Wrong::Body(_)),
        ),
        ("DROP TRIGGER head_does_not_shrink; UPDATE head SET size = 255", |wrong| {
            matches!(wrong, Wrong::Leaves(_) | Wrong::Root { .. })
        }),
    ];
    for (sql, is_it) in cases {
        let (world, path) = archived().await;
        alter(&path, sql).await;
        let expected = check::Expected::default();
        let found = check::folder(&path, &config(&world), expected).await.unwrap();
        assert!(!found.is_empty() && found.iter().all(|finding| is_it(&finding.what)), "{sql}: {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_whose_checkpoint_somebody_else_signed_does_not_count() {
    let (world, path) = archived().await;
    let other = crate::world::World::new();
    let ledger = open(&other).await;
    let stranger = ledger.verifier().cloned();
    ledger.close().await;
    let expected = check::Expected::signed_by(stranger);
    let found = check::folder(&path, &config(&world), expected).await.unwrap();
    assert!(matches!(&found[..], [Finding { what: Wrong::Checkpoint(_), .. }]), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_where_an_archive_should_go_is_not_overwritten() {
    let world = filled().await;
    let place = folder(&world).join("000000000000-000000000256");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("notes.txt"), "mine").unwrap();
    let refused = moved(&world, UNTIL).await.unwrap_err();
    assert!(refused.to_string().contains("move it away"), "{refused}");
    assert!(place.join("notes.txt").exists());
    fs::rename(&place, folder(&world).join("mine")).unwrap();
    let later = Archiving { now: sample::at("2027-07-01T00:00:00Z"), ..archiving(&world, UNTIL) };
    archive(world.place(), &config(&world), &later, |_| ()).await.unwrap();
    assert_eq!(findings(&world).await, []);
}
