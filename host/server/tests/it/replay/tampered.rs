//! What cannot be judged again, and what was altered after it was recorded.

use super::{PASSES, ask, ledger, replays};
use crate::world::{gate, plugins, set_with};
use sqlx::{Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{fs, path::Path};
use tempfile::TempDir;
use tidegate::replay::answer::Answer;
use tidegate_core::digest::Digest;

/// The data of a gate that made one decision and stopped.
async fn one() -> TempDir {
    tokio::task::spawn_blocking(plugins).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("all.yaml"), set_with("")).unwrap();
    let gate = gate().policies(folder.path().to_owned()).run().await;
    let asked = tokio::task::spawn_blocking(move || {
        assert_eq!(ask(&gate, PASSES), 200);
        gate
    });
    asked.await.unwrap().stop().await
}

async fn raw(data: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(ledger(data)).foreign_keys(false))
        .await
        .unwrap()
}

async fn answer(data: &Path) -> Answer {
    let mut all = replays(data, 2).await;
    assert_eq!(all.len(), 1);
    all.remove(0).answer
}

fn reason(answer: &Answer) -> (&'static str, String) {
    match answer {
        Answer::NotReplayable(reason) => (reason.word(), reason.to_string()),
        other => panic!("{other:#?}"),
    }
}

/// Alters the decision's leaf, and everything beside it that would give that away but for the root.
async fn forge(data: &Path, from: &str, to: &str) {
    let mut raw = raw(data).await;
    let row =
        sqlx::query("SELECT leaf_index, body FROM leaves WHERE kind = 'decision'").fetch_one(&mut raw).await.unwrap();
    let (index, body): (i64, String) = (row.get("leaf_index"), row.get("body"));
    assert!(body.contains(from), "{body}");
    let forged = body.replacen(from, to, 1);
    let hash = Digest::of(&[&[0], forged.as_bytes()].concat()).as_bytes().to_vec();
    sqlx::query("DROP TRIGGER leaves_are_not_updated").execute(&mut raw).await.unwrap();
    let triggers: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'tree_hashes'")
            .fetch_all(&mut raw)
            .await
            .unwrap();
    for trigger in triggers {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&mut raw).await.unwrap();
    }
    sqlx::query("UPDATE leaves SET body = $1, hash = $2 WHERE leaf_index = $3")
        .bind(forged)
        .bind(hash.clone())
        .bind(index)
        .execute(&mut raw)
        .await
        .unwrap();
    sqlx::query("UPDATE tree_hashes SET hash = $1 WHERE level = 0 AND node_index = $2")
        .bind(hash)
        .bind(index)
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_body_that_it_was_made_from_it_is_not_replayable_and_says_which() {
    for kind in ["evidence", "plugin", "sources", "manifest"] {
        let data = one().await;
        let mut raw = raw(data.path()).await;
        let digests: Vec<String> = sqlx::query_scalar("SELECT digest FROM blobs WHERE kind = $1")
            .bind(kind)
            .fetch_all(&mut raw)
            .await
            .unwrap();
        assert!(!digests.is_empty(), "{kind}");
        sqlx::query("DELETE FROM blobs WHERE kind = $1").bind(kind).execute(&mut raw).await.unwrap();
        raw.close().await.unwrap();
        let (word, message) = reason(&answer(data.path()).await);
        assert_eq!(word, "body_gone", "{kind}: {message}");
        assert!(digests.iter().any(|digest| message.contains(digest.as_str())), "{kind}: {message}");
        assert!(message.contains(kind), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stages_said_may_be_gone_they_say_it_again() {
    let data = one().await;
    let mut raw = raw(data.path()).await;
    let gone = sqlx::query("DELETE FROM blobs WHERE kind IN ('stage', 'decision')").execute(&mut raw).await.unwrap();
    assert!(gone.rows_affected() >= 2);
    raw.close().await.unwrap();
    assert!(matches!(answer(data.path()).await, Answer::Equal));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_name_makes_it_not_replayable() {
    let data = one().await;
    let mut raw = raw(data.path()).await;
    sqlx::query("DELETE FROM private_texts").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    assert_eq!(reason(&answer(data.path()).await).0, "text_forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_was_exchanged_under_its_digest_is_not_run() {
    let data = one().await;
    let mut raw = raw(data.path()).await;
    sqlx::query(
        "UPDATE blobs SET (size, body) = (SELECT size, body FROM blobs WHERE kind = 'evidence') WHERE kind = 'plugin'",
    )
    .execute(&mut raw)
    .await
    .unwrap();
    raw.close().await.unwrap();
    assert_eq!(reason(&answer(data.path()).await).0, "record_altered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_judgement_differs_and_the_field_is_named() {
    for (from, to, path, then, now) in [
        (
            r#""conclusion":"pass""#,
            r#""conclusion":"fail""#,
            "decision.stages[unit_tests].conclusion",
            r#""fail""#,
            r#""pass""#,
        ),
        (r#""outcome":"DEPLOY""#, r#""outcome":"HOLD""#, "decision.outcome", r#""HOLD""#, r#""DEPLOY""#),
        (r#""share":"1/1""#, r#""share":"1/2""#, "decision.score.share", r#""1/2""#, r#""1/1""#),
    ] {
        let data = one().await;
        forge(data.path(), from, to).await;
        let Answer::Differs(differences) = answer(data.path()).await else { panic!("{path}: not told") };
        assert_eq!(differences.omitted, 0);
        let found: Vec<_> = differences
            .listed
            .iter()
            .map(|one| (one.path.as_str(), one.then.as_deref().unwrap(), one.now.as_deref().unwrap()))
            .collect();
        assert_eq!(found, [(path, then, now)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_whose_body_is_not_what_it_says_differs_in_what_that_holds() {
    let data = one().await;
    let mut raw = raw(data.path()).await;
    let stage: String =
        sqlx::query_scalar("SELECT digest FROM blobs WHERE kind = 'stage'").fetch_one(&mut raw).await.unwrap();
    let (size, body): (i64, Vec<u8>) =
        sqlx::query_as("SELECT size, body FROM blobs WHERE kind = 'stage'").fetch_one(&mut raw).await.unwrap();
    let text = zstd::bulk::decompress(&body, usize::try_from(size).unwrap()).unwrap();
    let forged = String::from_utf8(text).unwrap().replacen("\"title\":\"Unit Tests\"", "\"title\":\"Unit tests\"", 1);
    let digest = Digest::of(forged.as_bytes()).to_string();
    sqlx::query("INSERT INTO blobs (digest, kind, size, body, created_at) SELECT $1, kind, size, $2, created_at FROM blobs WHERE digest = $3")
        .bind(digest.clone())
        .bind(zstd::bulk::compress(forged.as_bytes(), 3).unwrap())
        .bind(stage.clone())
        .execute(&mut raw)
        .await
        .unwrap();
    raw.close().await.unwrap();
    forge(data.path(), &stage, &digest).await;
    let Answer::Differs(differences) = answer(data.path()).await else { panic!("not told") };
    let found: Vec<_> =
        differences.listed.iter().map(|one| (one.path.as_str(), one.then.as_deref().unwrap())).collect();
    assert_eq!(
        found,
        [
            ("decision.stages[unit_tests].body", &*format!("\"{digest}\"")),
            ("decision.stages[unit_tests].holds.title", "\"Unit tests\"")
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_that_the_tree_does_not_have_there_is_not_judged() {
    let data = one().await;
    forge(data.path(), r#""conclusion":"pass""#, r#""conclusion":"fail""#).await;
    let mut raw = raw(data.path()).await;
    sqlx::query("UPDATE tree_hashes SET hash = zeroblob(32) WHERE level = 0").execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
    assert_eq!(reason(&answer(data.path()).await).0, "record_altered");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_semantics_and_kinds_and_bundles_are_not_replayable() {
    for (from, to, word) in [
        (r#""semantics":3"#, r#""semantics":2"#, "other_semantics"),
        (r#""v":1}"#, r#""v":2}"#, "record_unreadable"),
        (r#""kind":"decision""#, r#""kind":"omen""#, "record_unreadable"),
        (r#""bundle":"sha256:"#, r#""bundle":"sha256:0000"#, "record_unreadable"),
    ] {
        let data = one().await;
        forge(data.path(), from, to).await;
        let (found, message) = reason(&answer(data.path()).await);
        assert_eq!(found, word, "{message}");
    }
}
