//! What several ask of the tokens at once.

use super::Tokens;
use crate::{gate::clock, identity::holder::Holder};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};
use tidegate_ledger::{config::LedgerConfig, ledger::Ledger};

/// How often their use is noted.
const TIMES: usize = 200;
/// After which somebody waits for somebody who waits for them.
const PATIENCE: Duration = Duration::from_mins(2);

fn holder() -> Holder {
    let grants = json!([{ "roles": ["decide"], "environments": ["*"], "services": ["*"] }]);
    serde_json::from_value(json!({ "name": "ci", "grants": grants })).unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn noted_again_and_again() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path().join("ledger.sqlite"), LedgerConfig::default()).await.unwrap();
    let tokens = Arc::new(Tokens::load(ledger.clone()).await.unwrap());
    let (secret, _) = tokens.create(&holder(), Duration::from_hours(1), "dora").await.unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let asking: Vec<_> = (0..3)
        .map(|_| {
            let (tokens, over, text) = (Arc::clone(&tokens), Arc::clone(&over), secret.reveal().to_owned());
            thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    tokens.authenticate(&text, clock::now()).unwrap();
                    assert_eq!(tokens.all().len(), 1);
                }
            })
        })
        .collect();
    for _ in 0..TIMES {
        while tokens.used.lock().unwrap().is_empty() {
            thread::yield_now();
        }
        tokens.note_use().await.unwrap();
    }
    over.store(true, Ordering::Relaxed);
    asking.into_iter().for_each(|asking| asking.join().unwrap());
    assert!(tokens.all()[0].last_used_at.is_some());
    ledger.close().await;
}

#[test]
fn tokens_are_believed_while_their_use_is_noted() {
    let (done, whole) = mpsc::channel();
    thread::spawn(move || {
        noted_again_and_again();
        let _ = done.send(());
    });
    whole.recv_timeout(PATIENCE).expect("nobody waits for somebody who waits for them");
}
