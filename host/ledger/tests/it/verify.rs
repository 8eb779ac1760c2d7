//! A verification of the whole finds what opening does not look at: somebody with the file at hand, who drops the triggers first.

use crate::{tree::grow, world::World};
use tidegate_core::digest::Digest;
use tidegate_ledger::{
    checkpoint::{CheckpointConfig, CheckpointError, Kept},
    config::LedgerConfig,
    error::LedgerError,
    ledger::Ledger,
    verify::{Finding, Verification},
};

const ORIGIN: &str = "gate.example";

fn signing(world: &World) -> LedgerConfig {
    let (origin, key) = (Some(ORIGIN.parse().unwrap()), world.key(Some(ORIGIN)));
    let checkpoints = CheckpointConfig { origin, key, sidecar: None };
    LedgerConfig { checkpoints: Some(checkpoints), ..LedgerConfig::default() }
}

const UNLOCK: &str = "DROP TRIGGER leaves_are_not_updated; DROP TRIGGER leaves_are_not_deleted; \
                      DROP TRIGGER tree_hashes_are_not_updated; DROP TRIGGER tree_hashes_are_not_deleted; \
                      DROP TRIGGER head_keeps_its_tree; ";

async fn tampered(world: &World, sql: &str) {
    world.tamper(&format!("{UNLOCK}{sql}")).await;
}

/// What a verification of so many leaves finds after somebody did this while the ledger was open.
async fn findings(leaves: u64, sql: &str) -> Vec<Finding> {
    let world = World::new();
    let ledger = world.try_open(signing(&world)).await.unwrap();
    grow(&ledger, 0, leaves).await;
    tampered(&world, sql).await;
    let found = ledger.verify().await.unwrap().findings;
    ledger.close().await;
    found
}

fn altered_root(finding: &Finding) -> bool {
    matches!(finding, Finding::Root { stated, found, .. } if stated != found)
}

fn altered_history(finding: &Finding) -> bool {
    matches!(finding, Finding::Checkpoint(CheckpointError::OtherRoot { kept: Kept::InLedger, .. }))
}

/// Gives leaf 1 another text, and the hash that belongs to it: not what somebody careless would do.
async fn forged(ledger: &Ledger) -> String {
    let text = ledger.leaf(1).await.unwrap().unwrap().text.replace("REMEDIATE", "DEPLOY");
    let hash = Digest::of(&[b"\0", text.as_bytes()].concat()).hex();
    format!("UPDATE leaves SET body = replace(body, 'REMEDIATE', 'DEPLOY'), hash = x'{hash}' WHERE leaf_index = 1; ")
}

#[tokio::test]
async fn a_ledger_as_it_was_recorded_is_found_so_at_any_size() {
    for leaves in [0, 1, 63, 64, 65, 256, 300] {
        let world = World::new();
        let ledger = world.try_open(signing(&world)).await.unwrap();
        grow(&ledger, 0, leaves).await;
        let head = ledger.tree_head().await.unwrap();
        let clean = Verification { head, checkpoints: vec![leaves], findings: Vec::new() };
        assert_eq!(ledger.verify().await.unwrap(), clean);
        ledger.close().await;
        let unsigned = world.open().await;
        grow(&unsigned, leaves, 1).await;
        let verified = unsigned.verify().await.unwrap();
        assert_eq!((verified.checkpoints, verified.findings), (vec![leaves], Vec::new()));
        unsigned.close().await;
    }
}

#[tokio::test]
async fn records_go_on_while_a_verification_runs() {
    let world = World::new();
    let ledger = world.try_open(signing(&world)).await.unwrap();
    grow(&ledger, 0, 200).await;
    let (verified, ()) = tokio::join!(ledger.verify(), grow(&ledger, 200, 100));
    assert_eq!(verified.unwrap().findings, []);
    assert_eq!(ledger.verify().await.unwrap().head.size, 300);
    ledger.close().await;
}

#[tokio::test]
async fn an_altered_leaf_is_named() {
    let sql = "UPDATE leaves SET body = replace(body, 'REMEDIATE', 'DEPLOY') WHERE leaf_index >= 70";
    let found = findings(80, sql).await;
    assert_eq!(found[0], Finding::AlteredLeaf { index: 70 });
    assert!(matches!(&found[1..], [history, root] if altered_history(history) && altered_root(root)), "{found:?}");
}

#[tokio::test]
async fn an_altered_kind_or_hash_beside_a_leaf_is_named() {
    let kind = "UPDATE leaves SET kind = 'start' WHERE leaf_index = 2";
    assert_eq!(findings(5, kind).await, [Finding::AlteredLeaf { index: 2 }]);
    let hash = "UPDATE leaves SET hash = zeroblob(32) WHERE leaf_index = 2";
    assert_eq!(findings(5, hash).await, [Finding::AlteredLeaf { index: 2 }]);
    let long = "UPDATE leaves SET body = body || zeroblob(50000000) WHERE leaf_index = 2";
    assert_eq!(findings(5, long).await[0], Finding::AlteredLeaf { index: 2 });
}

#[tokio::test]
async fn a_removed_leaf_is_named_wherever_it_was() {
    for index in [0, 3, 4] {
        let sql = format!("DELETE FROM leaves WHERE leaf_index = {index}");
        assert_eq!(findings(5, &sql).await, [Finding::MissingLeaf { index }]);
    }
    // Further ones are read all the same.
    let sql = "DELETE FROM leaves WHERE leaf_index IN (10, 90); UPDATE leaves SET kind = 'start' WHERE leaf_index > 94";
    let expected = [Finding::MissingLeaf { index: 10 }, Finding::AlteredLeaf { index: 95 }];
    assert_eq!(findings(100, sql).await, expected);
}

#[tokio::test]
async fn swapped_leaves_are_named() {
    let sql = "UPDATE leaves SET leaf_index = 99 WHERE leaf_index = 1; UPDATE leaves SET leaf_index = 1 WHERE leaf_index = 3; \
               UPDATE leaves SET leaf_index = 3 WHERE leaf_index = 99";
    let found = findings(5, sql).await;
    assert_eq!(found[0], Finding::OtherLeaf { index: 1 });
    assert!(matches!(&found[1..], [history, root] if altered_history(history) && altered_root(root)), "{found:?}");
}

#[tokio::test]
async fn a_leaf_that_is_not_counted_is_named() {
    let sql = "INSERT INTO leaves SELECT 5, kind, hash, body FROM leaves WHERE leaf_index = 4";
    assert_eq!(findings(5, sql).await, [Finding::Count { head: 5, found: 6 }]);
}

#[tokio::test]
async fn a_forged_leaf_is_told_by_the_tree_and_with_a_forged_tree_by_the_root() {
    let world = World::new();
    let ledger = world.try_open(signing(&world)).await.unwrap();
    grow(&ledger, 0, 5).await;
    let forgery = forged(&ledger).await;
    tampered(&world, &forgery).await;
    let found = ledger.verify().await.unwrap().findings;
    assert_eq!(found[0], Finding::OtherLeaf { index: 1 });
    let sql = "UPDATE tree_hashes SET hash = (SELECT hash FROM leaves WHERE leaf_index = 1) WHERE level = 0 AND node_index = 1";
    world.tamper(sql).await;
    let found = ledger.verify().await.unwrap().findings;
    assert!(matches!(&found[..], [history, root] if altered_history(history) && altered_root(root)), "{found:?}");
    ledger.close().await;
}

/// With everything in the database made anew: what is left is what was signed.
#[tokio::test]
async fn a_history_that_was_rewritten_whole_is_told_by_the_checkpoint() {
    let world = World::new();
    let ledger = world.try_open(signing(&world)).await.unwrap();
    grow(&ledger, 0, 5).await;
    let forgery = forged(&ledger).await;
    ledger.close().await;
    let anew = "DELETE FROM tree_hashes; UPDATE head SET root = NULL, frontier = NULL";
    tampered(&world, &format!("{forgery}{anew}")).await;
    for config in [signing(&world), LedgerConfig::default()] {
        let error = world.try_open(config).await.unwrap_err();
        let LedgerError::Checkpoint { cause, .. } = error else { unreachable!("{error}") };
        assert!(matches!(cause, CheckpointError::OtherRoot { checkpoint: 5, ledger: 5, .. }), "{cause}");
    }
}

#[tokio::test]
async fn an_altered_hash_of_the_tree_is_named() {
    let missing = "DELETE FROM tree_hashes WHERE level = 0 AND node_index = 2";
    assert_eq!(findings(5, missing).await, [Finding::Hash { level: 0, index: 2 }]);
    let higher = "UPDATE tree_hashes SET hash = zeroblob(32) WHERE level = 1";
    assert_eq!(findings(520, higher).await, [Finding::Hash { level: 1, index: 0 }]);
}

#[tokio::test]
async fn an_altered_root_is_named_with_both() {
    let found = findings(5, "UPDATE head SET root = zeroblob(32)").await;
    assert!(matches!(&found[..], [root] if altered_root(root)), "{found:?}");
    let shown = found[0].to_string();
    assert!(
        shown.starts_with(&format!("the head says that the root of 5 leaves is `sha256:{}`", "0".repeat(64))),
        "{shown}"
    );
}

#[tokio::test]
async fn an_altered_checkpoint_is_named() {
    let other = findings(
        5,
        r"UPDATE checkpoint SET note = replace(note, char(10) || '5' || char(10), char(10) || '4' || char(10))",
    );
    let found = other.await;
    assert!(matches!(&found[..], [Finding::Checkpoint(CheckpointError::Note { .. })]), "{found:?}");
}

#[tokio::test]
async fn a_checkpoint_that_somebody_kept_is_compared_too() {
    let world = World::new();
    let ledger = world.try_open(signing(&world)).await.unwrap();
    let verifier = ledger.verifier().unwrap().clone();
    grow(&ledger, 0, 3).await;
    let three = ledger.checkpoint().await.unwrap().unwrap();
    grow(&ledger, 3, 2).await;
    let kept = Kept::InFile("mine".into());
    let against = |note: String| {
        let (ledger, kept, verifier) = (ledger.clone(), kept.clone(), verifier.clone());
        async move { ledger.verify_against(&[(kept, note)], Some(&verifier)).await.unwrap() }
    };
    let verified = against(three).await;
    assert_eq!((verified.checkpoints, verified.findings), (vec![5, 3], Vec::new()));

    // Of the same ledger, had it gone on otherwise.
    let other = World::new();
    std::fs::copy(world.path().with_extension("db.key"), other.path().with_extension("db.key")).unwrap();
    let elsewhere = other.try_open(signing(&other)).await.unwrap();
    grow(&elsewhere, 100, 4).await;
    let found = against(elsewhere.checkpoint().await.unwrap().unwrap()).await.findings;
    let [Finding::Checkpoint(CheckpointError::OtherRoot { kept: by, checkpoint: 4, ledger: 5, .. })] = &found[..]
    else {
        unreachable!("{found:?}")
    };
    assert_eq!(*by, kept);
    grow(&elsewhere, 104, 3).await;
    let found = against(elsewhere.checkpoint().await.unwrap().unwrap()).await.findings;
    assert_eq!(found, [Finding::Checkpoint(CheckpointError::Ahead { kept, checkpoint: 7, ledger: 5 })]);
    elsewhere.close().await;
    ledger.close().await;
}

#[tokio::test]
async fn a_verification_that_goes_on_page_by_page_finds_what_one_at_once_finds() {
    let world = World::new();
    let ledger = world.try_open(signing(&world)).await.unwrap();
    grow(&ledger, 0, 200).await;
    let step_by_step = async || {
        let mut verifying = ledger.verifying().await.unwrap();
        let mut pages = 1;
        loop {
            if let Some(found) = verifying.page().await.unwrap() {
                assert_eq!(verifying.verified(), 200);
                return (pages, found);
            }
            assert!(verifying.verified() < 200);
            pages += 1;
        }
    };
    assert_eq!(step_by_step().await, (4, ledger.verify().await.unwrap()));
    tampered(&world, "UPDATE leaves SET body = body || ' ' WHERE leaf_index = 150").await;
    let (_, found) = step_by_step().await;
    assert_eq!(found, ledger.verify().await.unwrap());
    assert!(found.findings.contains(&Finding::AlteredLeaf { index: 150 }), "{:?}", found.findings);
    ledger.close().await;
}
