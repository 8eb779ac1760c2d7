//! What cannot be judged again, and what was altered after it was recorded.

use super::{PASSES, ask, ledger, replays};
use crate::world::{gate, plugins, set_with};
use sqlx::{Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{fs, path::Path, time::Duration};
use tempfile::TempDir;
use tidegate::replay::answer::Answer;
use tidegate_core::digest::Digest;
use tidegate_workbench::testing::guest;

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

/// Removes every body of a kind.
pub(super) async fn remove_bodies(data: &Path, kind: &'static str) {
    let mut raw = raw(data).await;
    sqlx::query("DELETE FROM blobs WHERE kind = $1").bind(kind).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
}

/// Alters the decision's leaf, and everything beside it that would give that away but for the root.
async fn forge(data: &Path, from: &str, to: &str) {
    let forged = |body: &str| {
        assert!(body.contains(from), "{body}");
        body.replacen(from, to, 1)
    };
    assert_eq!(forge_all(data, forged).await, 1);
}

/// The same with every decision's leaf. Says how many there are.
async fn forge_all(data: &Path, forged: impl Fn(&str) -> String) -> usize {
    let mut raw = raw(data).await;
    let triggers: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('leaves', 'tree_hashes')",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    for trigger in triggers {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&mut raw).await.unwrap();
    }
    let rows = sqlx::query("SELECT leaf_index, body FROM leaves WHERE kind = 'decision'").fetch_all(&mut raw).await;
    let rows = rows.unwrap();
    for row in &rows {
        let (index, body): (i64, String) = (row.get("leaf_index"), row.get("body"));
        let forged = forged(&body);
        let hash = Digest::of(&[&[0], forged.as_bytes()].concat()).as_bytes().to_vec();
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
    }
    raw.close().await.unwrap();
    rows.len()
}

/// A copy of the record, with leaves as they were before they named two limits and the agreements that counted.
pub(super) async fn as_before(data: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    fs::create_dir(copy.path().join("data")).unwrap();
    fs::copy(ledger(data), ledger(copy.path())).unwrap();
    let without = |body: &str| {
        let mut leaf: serde_json::Value = serde_json::from_str(body).unwrap();
        let judgement = leaf["judgement"].as_object_mut().unwrap();
        judgement.remove("agreed");
        let limits = judgement["limits"].as_object_mut().unwrap();
        assert!(limits.remove("answer_bytes_max").is_some() && limits.remove("page_rows_max").is_some());
        // Maps are sorted as leaves are.
        leaf.to_string()
    };
    assert!(forge_all(copy.path(), without).await > 0);
    copy
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
        raw.close().await.unwrap();
        remove_bodies(data.path(), kind).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn a_leaf_of_before_its_limits_were_all_named_replays_equal() {
    let data = one().await;
    let before = as_before(data.path()).await;
    assert!(matches!(answer(before.path()).await, Answer::Equal));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_in_which_the_clock_ended_a_stage_is_not_replayable() {
    tokio::task::spawn_blocking(plugins).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("spins.wasm"), guest("spins-forever")).unwrap();
    let set = "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: { environments: [\"*\"], services: [\"*\"] }\n\
               plugins: { spins: { path: spins.wasm } }\n\
               stages: [{ id: spins, title: S, plugin: spins, evidence: [{ name: unit_tests }] }]\n";
    fs::write(folder.path().join("all.yaml"), set).unwrap();
    let gate = gate().policies(folder.path().to_owned());
    let gate = gate.configured(|config| config.limits.plugin_deadline = Duration::from_millis(100)).run().await;
    let asked = tokio::task::spawn_blocking(move || {
        assert_eq!(ask(&gate, PASSES), 409);
        gate
    });
    let data = asked.await.unwrap().stop().await;
    let (word, message) = reason(&answer(data.path()).await);
    assert_eq!(word, "ended_by_the_clock");
    assert!(message.contains("ended stage `spins`"), "{message}");
}
