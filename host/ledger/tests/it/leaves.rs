//! What a leaf holds, and what it must not.

use crate::{
    sample,
    world::{World, id, record},
};
use std::sync::Arc;
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    act::{Act, ActRecord, REVIEWERS_MAX},
    body::{Body, BodyKind},
    error::{ReadError, RecordError},
};

#[tokio::test]
async fn people_and_their_words_are_not_in_leaves_or_bodies() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("one", sample::judgement())).await.unwrap();
    let mut texts = vec![ledger.leaf(0).await.unwrap().unwrap().text.to_string()];
    let mut raw = world.raw().await;
    let bodies: Vec<(String,)> = sqlx::query_as("SELECT digest FROM blobs").fetch_all(&mut raw).await.unwrap();
    for (digest,) in bodies {
        let bytes = ledger.body(&digest.parse::<Digest>().unwrap()).await.unwrap().unwrap();
        texts.push(String::from_utf8(bytes.to_vec()).unwrap());
    }
    assert!(texts.len() > 4, "{texts:?}");
    for text in texts {
        for private in ["ada@", "production is down", "ship it"] {
            assert!(!text.contains(private), "`{private}` in {text}");
        }
    }
    ledger.close().await;
}

#[tokio::test]
async fn a_text_that_is_the_same_is_salted_the_same_here_and_otherwise_elsewhere() {
    let mut actors = Vec::new();
    for _ in 0..2 {
        let world = World::new();
        let ledger = world.open().await;
        for name in ["one", "two"] {
            let index = ledger.record(record(name, sample::judgement())).await.unwrap().leaf_index;
            let leaf = ledger.leaf(index).await.unwrap().unwrap();
            let parsed: serde_json::Value = serde_json::from_str(&leaf.text).unwrap();
            actors.push(parsed["judgement"]["deployment"]["actor"].as_str().unwrap().to_owned());
        }
        ledger.close().await;
    }
    assert_eq!(actors[0], actors[1]);
    assert_eq!(actors[2], actors[3]);
    assert_ne!(actors[0], actors[2]);
}

#[tokio::test]
async fn a_forgotten_person_is_an_error_of_its_own_kind() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("one", sample::judgement())).await.unwrap();
    world.tamper("DELETE FROM private_texts").await;
    let error = ledger.decision(&id("one")).await.unwrap_err();
    assert!(matches!(error, ReadError::Forgotten { .. }), "{error}");
    assert!(ledger.leaf(0).await.unwrap().is_some());
    ledger.close().await;
}

#[tokio::test]
async fn a_redacted_body_is_gone_and_says_which() {
    let world = World::new();
    let ledger = world.open().await;
    ledger.record(record("one", sample::judgement())).await.unwrap();
    world.tamper("DELETE FROM blobs WHERE kind = 'stage'").await;
    let error = ledger.decision(&id("one")).await.unwrap_err();
    assert!(matches!(error, ReadError::Gone { .. }), "{error}");
    assert!(error.to_string().starts_with("body is gone: stage `sha256:"), "{error}");
    ledger.close().await;
}

#[tokio::test]
async fn a_decision_that_never_was_is_none() {
    let world = World::new();
    let ledger = world.open().await;
    assert!(ledger.decision(&id("nothing")).await.unwrap().is_none());
    assert!(ledger.leaf(0).await.unwrap().is_none());
    ledger.close().await;
}

#[tokio::test]
async fn every_act_is_a_leaf_of_the_same_line() {
    let world = World::new();
    let ledger = world.open().await;
    let start = Act::Start { configuration: Digest::of(b"configuration") };
    let act = |act| ActRecord { act, at: sample::now(), host_version: "0.1.0".parse().unwrap(), bodies: Vec::new() };
    assert_eq!(ledger.act(act(start.clone())).await.unwrap().leaf_index, 0);
    assert_eq!(ledger.record(record("one", sample::judgement())).await.unwrap().leaf_index, 1);
    assert_eq!(ledger.act(act(start)).await.unwrap().leaf_index, 2);
    let crowd = Act::BundleActivated {
        old: None,
        new: Digest::of(b"bundle"),
        actor: "ada".into(),
        reviewed_by: vec!["grace".into(); REVIEWERS_MAX + 1],
        sources: Digest::of(b"sources"),
    };
    let error = ledger.act(act(crowd)).await.unwrap_err();
    assert!(matches!(error, RecordError::Leaf(_)), "{error}");
    assert_eq!(error.to_string(), "reviewers: 65 used, 64 allowed");
    ledger.close().await;
}

#[tokio::test]
async fn the_last_activation_says_what_is_in_force_and_where_its_files_are() {
    let world = World::new();
    let ledger = world.open().await;
    assert_eq!(ledger.last_activated().await.unwrap(), None);
    for (old, new, files) in [(None, "a", "files of a"), (Some("a"), "b", "files of b")] {
        let act = Act::BundleActivated {
            old: old.map(|old| Digest::of(old.as_bytes())),
            new: Digest::of(new.as_bytes()),
            actor: "ada".into(),
            reviewed_by: Vec::new(),
            sources: Digest::of(files.as_bytes()),
        };
        let bodies = vec![Body { kind: BodyKind::Sources, bytes: Arc::from(files.as_bytes()) }];
        let record = ActRecord { act, at: sample::now(), host_version: "0.1.0".parse().unwrap(), bodies };
        ledger.act(record).await.unwrap();
        let last = ledger.last_activated().await.unwrap().unwrap();
        assert_eq!((last.bundle, last.at), (Digest::of(new.as_bytes()), sample::now()));
        let kept = ledger.body(&last.sources.unwrap()).await.unwrap().unwrap();
        assert_eq!(&*kept, files.as_bytes());
    }
    ledger.close().await;
}
