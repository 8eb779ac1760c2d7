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
    token::{NewToken, Token},
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
    let act = |act| ActRecord {
        act,
        at: sample::now(),
        host_version: "0.1.0".parse().unwrap(),
        bodies: Vec::new(),
        notices: Vec::new(),
    };
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
        let record =
            ActRecord { act, at: sample::now(), host_version: "0.1.0".parse().unwrap(), bodies, notices: Vec::new() };
        ledger.act(record).await.unwrap();
        let last = ledger.last_activated().await.unwrap().unwrap();
        assert_eq!((last.bundle, last.at), (Digest::of(new.as_bytes()), sample::now()));
        let kept = ledger.body(&last.sources.unwrap()).await.unwrap().unwrap();
        assert_eq!(&*kept, files.as_bytes());
    }
    ledger.close().await;
}

#[tokio::test]
async fn a_token_is_recorded_without_its_secret_and_its_holder_is_deletable() {
    let world = World::new();
    let ledger = world.open().await;
    let token = NewToken {
        id: "0123456789abcdef".into(),
        secret: Digest::of(b"tidegate_0123456789abcdef_secret"),
        holder: "{\"name\":\"alice\"}".into(),
        expires: sample::at("2026-06-30T00:00:00Z"),
    };
    let record = |act| ActRecord {
        act,
        at: sample::now(),
        host_version: "0.1.0".parse().unwrap(),
        bodies: Vec::new(),
        notices: Vec::new(),
    };
    let created = Act::TokenCreated { token: token.clone(), actor: "root".into() };
    let index = ledger.act(record(created)).await.unwrap().leaf_index;
    let text = ledger.leaf(index).await.unwrap().unwrap().text;
    assert!(text.contains("\"kind\":\"token_created\"") && text.contains(&token.secret.to_string()), "{text}");
    assert!(!text.contains("alice") && !text.contains("root"), "{text}");
    let kept = |tokens: Vec<Token>| tokens.into_iter().next().unwrap();
    assert_eq!((kept(ledger.tokens().await.unwrap()).token, ledger.tokens().await.unwrap().len()), (token.clone(), 1));

    let used = sample::at("2026-04-01T00:00:00Z");
    let leaves = ledger.counts().leaves;
    ledger.tokens_used([(token.id.clone(), used)].into()).await.unwrap();
    assert_eq!(ledger.counts().leaves, leaves, "a use is no act of power");
    ledger.act(record(Act::TokenRevoked { id: token.id.clone(), actor: "root".into() })).await.unwrap();
    let revoked = kept(ledger.tokens().await.unwrap());
    assert_eq!((revoked.revoked_at, revoked.last_used_at), (Some(sample::now()), Some(used)));
    // The same name twice is refused whole: neither a leaf nor a second secret.
    let again = Act::TokenCreated { token, actor: "root".into() };
    ledger.act(record(again)).await.unwrap_err();
    assert_eq!(ledger.counts().leaves, leaves + 1);
    ledger.close().await;
}
