//! The bytes of leaves, as they will be read for years.

use crate::{
    sample,
    world::{World, record},
};
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    act::{Act, ActRecord},
    archive::Archival,
    proof::TreeHead,
    restoration::Restoration,
};

/// Known salts make known digests: the rows are put in before the texts are first seen.
async fn salted_with_zeros(world: &World, texts: &[&str]) {
    let mut raw = world.raw().await;
    let salt = vec![0_u8; 32];
    for text in texts {
        let digest = Digest::of(&[&salt, text.as_bytes()].concat());
        sqlx::query("INSERT INTO private_texts (salted, salt, text) VALUES ($1, $2, $3)")
            .bind(format!("salted:{digest}"))
            .bind(salt.clone())
            .bind((*text).to_owned())
            .execute(&mut raw)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_decision_is_these_bytes() {
    let world = World::new();
    let ledger = world.open().await;
    salted_with_zeros(&world, &[sample::ACTOR, sample::JUSTIFICATION, sample::LABEL_VALUE]).await;
    let recorded = ledger.record(record("0192f6a0-7c1e-7b3a-9d55-0123456789ab", sample::judgement())).await.unwrap();
    let leaf = ledger.leaf(recorded.leaf_index).await.unwrap().unwrap();
    assert_eq!(*leaf.text, *include_str!("golden/decision.leaf.json").trim_end());
    ledger.close().await;
}

#[tokio::test]
async fn acts_are_these_bytes() {
    let world = World::new();
    let ledger = world.open().await;
    salted_with_zeros(&world, &[sample::ACTOR, "grace@example.org"]).await;
    let configuration = Digest::of(b"configuration");
    let acts = [
        Act::Start { configuration },
        Act::BundleActivated {
            old: None,
            new: Digest::of(b"bundle"),
            actor: sample::ACTOR.into(),
            reviewed_by: vec!["grace@example.org".into()],
            sources: Digest::of(b"sources"),
        },
        Act::Stop { configuration },
    ];
    let mut leaves = String::new();
    for act in acts {
        let record = ActRecord {
            act,
            at: sample::now(),
            host_version: "0.1.0".parse().unwrap(),
            bodies: Vec::new(),
            notices: Vec::new(),
        };
        let index = ledger.act(record).await.unwrap().leaf_index;
        leaves.push_str(&ledger.leaf(index).await.unwrap().unwrap().text);
        leaves.push('\n');
    }
    assert_eq!(leaves, include_str!("golden/acts.leaves.jsonl"));
    ledger.close().await;
}

#[tokio::test]
async fn a_restore_is_these_bytes() {
    let world = World::new();
    let ledger = world.open().await;
    salted_with_zeros(&world, &[sample::ACTOR, "grace@example.org"]).await;
    let restoration = Restoration {
        epoch: 1,
        lost: TreeHead { size: 6, root: Digest::of(b"lost") },
        restored: TreeHead { size: 0, root: Digest::of(b"") },
        by: [sample::ACTOR.into(), "grace@example.org".into()],
    };
    let record = ActRecord {
        act: Act::Restored(restoration.clone()),
        at: sample::now(),
        host_version: "0.1.0".parse().unwrap(),
        bodies: Vec::new(),
        notices: Vec::new(),
    };
    ledger.act(record).await.unwrap();
    let leaf = ledger.leaf(0).await.unwrap().unwrap().text;
    assert_eq!(*leaf, *include_str!("golden/restored.leaf.json").trim_end());
    let [read] = ledger.restorations().await.unwrap().try_into().unwrap();
    assert_eq!(
        (read.epoch, read.lost, read.restored, read.at),
        (1, restoration.lost, restoration.restored, sample::now())
    );
    ledger.close().await;
}

#[tokio::test]
async fn an_archive_is_these_bytes() {
    let world = World::new();
    let ledger = world.open().await;
    salted_with_zeros(&world, &[sample::ACTOR]).await;
    let archival = Archival {
        first: 256,
        through: TreeHead { size: 512, root: Digest::of(b"root") },
        manifest: Digest::of(b"manifest"),
        decisions: 0,
        kept: [].into(),
        bodies: [].into(),
        seen: 0,
        body_bytes_max: 1,
        by: sample::ACTOR.into(),
    };
    let record = ActRecord {
        act: Act::Archived(archival),
        at: sample::now(),
        host_version: "0.1.0".parse().unwrap(),
        bodies: Vec::new(),
        notices: Vec::new(),
    };
    ledger.act(record).await.unwrap();
    let leaf = ledger.leaf(0).await.unwrap().unwrap().text;
    assert_eq!(*leaf, *include_str!("golden/archived.leaf.json").trim_end());
    let [read] = ledger.archives().await.unwrap().try_into().unwrap();
    assert_eq!((read.first, read.through.size, &*read.by, read.at), (256, 512, sample::ACTOR, sample::now()));
    ledger.close().await;
}

#[tokio::test]
async fn a_jump_of_the_clock_and_changes_of_the_key_are_these_bytes() {
    let world = World::new();
    let ledger = world.open().await;
    let acts = [
        Act::ClockJumped { expected: sample::now(), found: sample::now().plus(std::time::Duration::from_secs(60)) },
        Act::KeyAdded { key: "gate.example+00000002+new".into(), beside: "gate.example+00000001+old".into() },
        Act::KeyRetired { key: "gate.example+00000001+old".into(), instead: "gate.example+00000002+new".into() },
    ];
    let mut leaves = String::new();
    for act in acts {
        let record = ActRecord {
            act,
            at: sample::now(),
            host_version: "0.1.0".parse().unwrap(),
            bodies: Vec::new(),
            notices: Vec::new(),
        };
        let index = ledger.act(record).await.unwrap().leaf_index;
        leaves.push_str(&ledger.leaf(index).await.unwrap().unwrap().text);
        leaves.push('\n');
    }
    assert_eq!(leaves, include_str!("golden/proof.leaves.jsonl"));
    ledger.close().await;
}
