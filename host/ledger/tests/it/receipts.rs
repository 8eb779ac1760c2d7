//! Receipts: what somebody takes away.

use crate::{
    checkpoints::{ORIGIN, beside, open},
    tree::grow,
    world::World,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use ct_merkle::{InclusionProof, RootHash};
use sha2_next::Sha256;
use tidegate_ledger::{proof::ProofError, receipt};

#[tokio::test]
async fn with_the_public_key_a_receipt_is_all_that_is_needed() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 300).await;
    let verifier = ledger.verifier().unwrap().clone();
    for index in [0, 7, 255, 256, 299] {
        let receipt = ledger.receipt(index).await.unwrap();
        // From here on as somebody else would.
        let (proof, note) = receipt.split_once("\n\n").unwrap();
        let text = verifier.text(note).unwrap();
        let mut lines = proof.lines();
        assert_eq!(lines.next(), Some("c2sp.org/tlog-proof@v1"));
        let extra = lines.next().unwrap().strip_prefix("extra ").unwrap();
        let leaf = String::from_utf8(BASE64_STANDARD.decode(extra).unwrap()).unwrap();
        assert_eq!(lines.next(), Some(format!("index {index}").as_str()));
        let path: Vec<u8> = lines.flat_map(|line| BASE64_STANDARD.decode(line).unwrap()).collect();
        let [origin, size, root] = text.lines().collect::<Vec<_>>().try_into().unwrap();
        assert_eq!((origin, size), (ORIGIN, "300"));
        let root: [u8; 32] = BASE64_STANDARD.decode(root).unwrap().try_into().unwrap();
        let root = RootHash::<Sha256>::new(root.into(), 300);
        assert!(leaf.starts_with(r#"{"circumstances":"#), "{leaf}");
        root.verify_inclusion(&leaf, index, &InclusionProof::from_bytes(path.clone())).unwrap();
        assert!(root.verify_inclusion(&format!("{leaf} "), index, &InclusionProof::from_bytes(path)).is_err());
    }
    assert!(matches!(ledger.receipt(300).await, Err(ProofError::NoLeaf { index: 300, size: 300 })));
    ledger.close().await;
}

#[tokio::test]
async fn a_receipt_that_was_touched_proves_nothing() {
    let world = World::new();
    let ledger = open(&world).await;
    grow(&ledger, 0, 11).await;
    let (verifier, receipt) = (ledger.verifier().unwrap().clone(), ledger.receipt(4).await.unwrap());
    let proven = receipt::verified(&receipt, &verifier).unwrap();
    assert_eq!(proven.leaf, *ledger.leaf(4).await.unwrap().unwrap().text);
    assert_eq!((proven.index, proven.tree), (4, ledger.tree_head().await.unwrap()));

    let other = BASE64_STANDARD.encode(ledger.leaf(5).await.unwrap().unwrap().text.as_bytes());
    let lines: Vec<&str> = receipt.lines().collect();
    let with = |line: usize, text: &str| {
        let mut lines = lines.clone();
        lines[line] = text;
        lines.join("\n") + "\n"
    };
    let without = |line: usize| with(line, "\r").replace("\r\n", "");
    for (touched, said) in [
        (with(0, "c2sp.org/tlog-proof@v2"), "its first line is another one"),
        (with(1, &format!("extra {other}")), "the leaf is not the one at index 4 of 11 leaves"),
        (with(1, "extra *"), "it holds no leaf"),
        (without(1), "it holds no leaf"),
        (with(2, "index 5"), "the leaf is not the one at index 5 of 11 leaves"),
        (with(2, "index 11"), "the leaf is not the one at index 11 of 11 leaves"),
        (with(2, "index 04"), "its index is not written in the one way"),
        (with(2, "index -4"), "it has no index"),
        (with(3, lines[4]), "the leaf is not the one at index 4 of 11 leaves"),
        (with(3, "AAAA"), "its way is not made of hashes"),
        (without(3), "the leaf is not the one at index 4 of 11 leaves"),
        (receipt.replace("\n11\n", "\n12\n"), "does not hold"),
        (receipt.replace("\n\n", "\n"), "no checkpoint follows an empty line"),
        (lines[..9].join("\n"), "is not a signed note"),
        ("x".repeat(1 << 20), "262144 allowed"),
    ] {
        let error = receipt::verified(&touched, &verifier).unwrap_err().to_string();
        assert!(error.contains(said), "{said}: {error}");
    }
    let stranger = World::new();
    let others = open(&stranger).await;
    let error = receipt::verified(&receipt, others.verifier().unwrap()).unwrap_err().to_string();
    assert!(error.contains("is not signed by"), "{error}");
    others.close().await;
    ledger.close().await;
}

#[tokio::test]
async fn a_ledger_that_signs_nothing_gives_no_receipts() {
    let world = World::new();
    let ledger = world.open().await;
    grow(&ledger, 0, 1).await;
    assert_eq!(ledger.receipt(0).await.unwrap_err().to_string(), "the ledger signs no checkpoints");
    assert!(!beside(&world, "ledger.db.key").exists());
    ledger.close().await;
}
