//! What is taken away on purpose: it is nowhere any more, the leaves stand, and one of them says so.

use crate::{
    backend::EVERY_TABLE,
    sample,
    trees::{bytes, pair, part, span, text, with_tree},
    world::{World, id, record},
};
use std::sync::Arc;
use tidegate_core::{digest::Digest, judgement::Submitted, name::Version, time::Timestamp};
use tidegate_ledger::{
    act::{Act, ActRecord},
    body::{Body, BodyKind},
    config::LedgerConfig,
    event::{DeploymentEvent, NewEvent},
    evidence::Received,
    hold::{Held, HoldLift, NewHold},
    ledger::{
        Ledger,
        holds::HoldError,
        redact::{NotRedacted, Redacting, erase},
    },
    notice::{NewNotice, NoticeKind, NoticeState},
    permit::Revocation,
    rebuild::{self, Compared},
    record::DecisionRecord,
    removal::{Target, Why},
    token::NewToken,
};

const CANARY: &str = "kaleidoscope";
const LABEL: &str = "unit_tests@api";

pub(crate) fn version() -> Version {
    "0.1.0".parse().unwrap()
}

fn redacting() -> Redacting {
    Redacting {
        by: ["ada@example.org".into(), "grace@example.org".into()],
        reason: "it holds a secret".into(),
        ticket: Some("SEC-7".into()),
        at: sample::now(),
        host_version: version(),
    }
}

pub(crate) fn submitted(label: &str, digest: Digest, received_at: Timestamp) -> Submitted {
    Submitted { label: label.to_owned(), digest, received_at, ..sample::judgement().evidence.remove(0) }
}

fn received(bytes: &[u8]) -> Received {
    Received { digest: Digest::of(bytes), bytes: bytes.into(), received_at: sample::now(), masking: None }
}

/// A decision whose document, findings, spans and notices all have the word.
fn told(name: &str, document: &[u8]) -> DecisionRecord {
    let mut judgement = sample::judgement();
    judgement.evidence = vec![submitted(LABEL, Digest::of(document), sample::now())];
    judgement.baseline = Vec::new();
    for stage in &mut judgement.decision.stages {
        stage.evaluations[0].summary = format!("{name} found {CANARY} there").into();
    }
    let said = span(7, 1, None, name, vec![pair("message", text(CANARY))]);
    let tree = bytes(vec![part(vec![pair("service.name", text("tidegate"))], "gate", vec![said])]);
    let mut told = record(name, judgement);
    told.evidence = vec![received(document)];
    told.notices = vec![NewNotice {
        id: format!("notice-{name}").into(),
        decision: id(name),
        kind: NoticeKind::BreakGlassForced,
        contact: "on-call".into(),
        address: "#on-call".into(),
        body: format!("of {name}: {CANARY}").into(),
        at: sample::now(),
    }];
    let order = NewNotice { id: format!("order-{name}").into(), kind: NoticeKind::Hold, ..told.notices[0].clone() };
    told.notices.push(order);
    with_tree(told, &tree)
}

async fn act(ledger: &Ledger, act: Act) {
    let record = ActRecord { act, at: sample::now(), host_version: version(), bodies: Vec::new(), notices: Vec::new() };
    ledger.act(record).await.unwrap();
}

/// Tables and files that have the word in plain.
async fn places(world: &World, word: &str) -> Vec<String> {
    let mut raw = world.raw().await;
    let tables: Vec<String> = sqlx::query_scalar(EVERY_TABLE).fetch_all(&mut raw).await.unwrap();
    sqlx::Connection::close(raw).await.unwrap();
    let mut found = Vec::new();
    for table in tables {
        if world.rows(&table).await.iter().any(|row| row.contains(word)) {
            found.push(table);
        }
    }
    for file in std::fs::read_dir(world.path().parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        // A log that was just folded into its database is gone.
        let Ok(bytes) = std::fs::read(&path) else { continue };
        if bytes.windows(word.len()).any(|window| window == word.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

/// All that is to be right whatever was taken away: before the tables are made anew, and after.
pub(crate) async fn all_is_well(world: &World) {
    for _ in 0..2 {
        let ledger = world.open().await;
        assert_eq!(ledger.verify().await.unwrap().findings, []);
        assert_eq!(ledger.projections().await.unwrap(), Compared::default());
        assert_eq!(ledger.bodies().await.unwrap().missing, []);
        ledger.close().await;
        let rebuilt = rebuild::rebuild(world.place(), &LedgerConfig::default()).await.unwrap();
        assert!(rebuilt.tables.iter().all(|table| (table.removed, table.written) == (0, 0)), "{rebuilt:?}");
    }
}

#[tokio::test]
async fn a_document_goes_with_all_that_was_said_of_it() {
    let world = World::new();
    let ledger = world.open().await;
    let (junit, other) = (format!("junit {CANARY}").into_bytes(), b"of another".to_vec());
    for (name, document) in [("a", &junit), ("b", &junit), ("c", &other)] {
        ledger.record(told(name, document)).await.unwrap();
    }
    let kept = format!("{:?}", ledger.decision(&id("c")).await.unwrap().unwrap());
    let target = Target::Evidence { decision: id("a"), label: LABEL.into() };
    let would = ledger.redactable(&target, sample::now()).await.unwrap();
    let done = ledger.redact(target, redacting()).await.unwrap();
    assert_eq!((done.weight, done.leaves.len()), (would.weight(), 1));
    // The document, and of both decisions that had it three stages and a tree.
    assert_eq!(done.weight.bodies, 1 + 2 * 4);
    let removed = ledger.removed(&Digest::of(&junit).to_string()).await.unwrap().unwrap();
    assert_eq!((removed.leaf_index, removed.why), (done.leaves[0], Why::Redacted));
    assert_eq!(ledger.body(&Digest::of(&junit)).await.unwrap(), None);
    assert_eq!(ledger.known("shop", &Digest::of(&junit)).await.unwrap(), None);
    for name in ["a", "b"] {
        let gone = ledger.decision(&id(name)).await.unwrap_err().to_string();
        let says = format!(
            "the redaction of leaf {} deleted it at 2026-03-31T14:30:00.3Z (it holds a secret)",
            done.leaves[0]
        );
        assert!(gone.ends_with(&says), "{gone}");
        let notices = ledger.notices_of(&id(name)).await.unwrap();
        assert_eq!(notices.len(), 2);
        for notice in notices {
            assert_eq!(notice.state, NoticeState::Failed);
            assert_eq!(notice.last_error.as_deref(), Some("what it said was redacted"));
        }
    }
    assert_eq!(format!("{:?}", ledger.decision(&id("c")).await.unwrap().unwrap()), kept);
    assert_eq!(world.rows("traces").await.len(), 1);
    let again = ledger.redactable(&Target::Body(Digest::of(&junit)), sample::now()).await.unwrap_err();
    assert!(matches!(again, NotRedacted::Nothing), "{again}");
    ledger.close().await;
    all_is_well(&world).await;
}

#[tokio::test]
async fn nothing_of_what_was_redacted_is_left_in_the_database() {
    let world = World::new();
    let ledger = world.open().await;
    let junit = format!("junit {CANARY}").into_bytes();
    for name in ["a", "b"] {
        ledger.record(told(name, &junit)).await.unwrap();
    }
    ledger.close().await;
    let before = places(&world, CANARY).await;
    assert!(before.contains(&"attribute_values".to_owned()) && before.contains(&"notices".to_owned()), "{before:?}");
    assert!(before.contains(&"orders".to_owned()), "{before:?}");
    let ledger = world.open().await;
    ledger.redact(Target::Body(Digest::of(&junit)), redacting()).await.unwrap();
    ledger.close().await;
    erase(world.place(), &LedgerConfig::default()).await.unwrap();
    assert_eq!(places(&world, CANARY).await, Vec::<String>::new());
    all_is_well(&world).await;
}

#[tokio::test]
async fn a_person_is_forgotten_wherever_they_are_named() {
    let world = World::new();
    let ledger = world.open().await;
    let name: Arc<str> = "kaleidoscope@example.org".into();
    let mut asked = told("a", b"junit");
    let judgement = &mut asked.judgement;
    let wish = judgement.emergency.as_mut().unwrap();
    wish.actor = name.clone();
    wish.justification = format!("as {name} said").into();
    judgement.decision.forced.as_mut().unwrap().request = wish.clone();
    ledger.record(asked).await.unwrap();
    let by = name.clone();
    act(&ledger, Act::Revoked(Revocation { decision: id("a"), by, reason: "no longer".into() })).await;
    let token = |expires| NewToken {
        id: "t1".into(),
        secret: Digest::of(b"secret"),
        holder: format!("{{\"person\":\"{name}\"}}").into(),
        expires,
    };
    act(&ledger, Act::TokenCreated { token: token(sample::at("2099-01-01T00:00:00Z")), actor: name.clone() }).await;
    act(
        &ledger,
        Act::Deployment(NewEvent {
            decision: id("a"),
            deployment: "release-77".into(),
            event: DeploymentEvent::Started,
            said_at: None,
            by: name.clone(),
            permitted: true,
        }),
    )
    .await;
    let target = Target::Person(name.clone());
    let refused = ledger.redact(target.clone(), redacting()).await.unwrap_err();
    assert!(matches!(refused, NotRedacted::Token { .. }), "{refused}");
    act(&ledger, Act::TokenRevoked { id: "t1".into(), actor: "grace@example.org".into() }).await;
    let done = ledger.redact(target, redacting()).await.unwrap();
    assert_eq!(done.weight.texts, 3, "name, words and holder");
    ledger.close().await;
    erase(world.place(), &LedgerConfig::default()).await.unwrap();
    assert_eq!(places(&world, &name).await, Vec::<String>::new());
    all_is_well(&world).await;
}

#[tokio::test]
async fn what_is_not_to_be_redacted_says_why() {
    let world = World::new();
    let ledger = world.open().await;
    let mut decided = told("a", b"junit");
    decided.bodies.push(Body { kind: BodyKind::PolicySet, bytes: Arc::from(&b"a set"[..]) });
    ledger.record(decided).await.unwrap();
    let cases: [(Target, &str); 4] = [
        (Target::Body(Digest::of(b"a set")), "is a policy_set: it stays"),
        (Target::Body(Digest::of(b"nothing")), "the record has nothing of that"),
        (Target::Evidence { decision: id("a"), label: "security".into() }, "the record has nothing of that"),
        (Target::Person("ab".into()), "`ab` is too short to be looked for: at least 3 characters"),
    ];
    for (target, why) in cases {
        let error = ledger.redact(target, redacting()).await.unwrap_err().to_string();
        assert!(error.ends_with(why), "{error}");
    }
    let alone = Redacting { by: ["ada@example.org".into(), "Ada@example.org ".into()], ..redacting() };
    let error = ledger.redact(Target::Body(Digest::of(b"junit")), alone).await.unwrap_err();
    assert!(matches!(error, NotRedacted::OnePerson { .. }), "{error}");
    ledger.close().await;
}

fn held(name: &str, held: Held) -> NewHold {
    NewHold { name: name.into(), held, by: "ada@example.org".into(), reason: "a lawsuit".into(), ticket: None }
}

fn lift(name: &str, by: &str) -> HoldLift {
    HoldLift { name: name.into(), by: by.into(), reason: "it was settled".into() }
}

#[tokio::test]
async fn what_a_hold_names_is_not_redacted_until_somebody_else_lifts_it() {
    let production = Held { environment: Some("production".parse().unwrap()), ..Held::default() };
    let api = Held { service: Some("api".parse().unwrap()), ..Held::default() };
    let then = Held { from: Some(sample::now()), until: Some(sample::at("2026-04-01T00:00:00Z")), ..Held::default() };
    let holding = [Held { decision: Some(id("a")), ..Held::default() }, production.clone(), api, then.clone()];
    let others = [
        Held { decision: Some(id("z")), ..Held::default() },
        Held { service: Some("web".parse().unwrap()), ..production },
        Held { from: then.until, until: None, ..then.clone() },
        Held { from: None, until: then.from, ..then },
    ];
    for (what, holds) in holding.into_iter().map(|one| (one, true)).chain(others.into_iter().map(|one| (one, false))) {
        let world = World::new();
        let ledger = world.open().await;
        ledger.record(told("a", b"junit")).await.unwrap();
        ledger.place_hold(held("case-7", what.clone()), sample::now(), version()).await.unwrap();
        let target = Target::Body(Digest::of(b"junit"));
        let refused = ledger.redact(target.clone(), redacting()).await;
        assert_eq!(matches!(refused, Err(NotRedacted::Held { .. })), holds, "{what:?}: {refused:?}");
        if holds {
            ledger.lift_hold(lift("case-7", "grace@example.org"), sample::now(), version()).await.unwrap();
            ledger.redact(target, redacting()).await.unwrap();
        }
        ledger.close().await;
        all_is_well(&world).await;
    }
}

#[tokio::test]
async fn a_hold_is_lifted_once_and_by_somebody_else_than_who_placed_it() {
    let world = World::new();
    let ledger = world.open().await;
    let production = Held { environment: Some("production".parse().unwrap()), ..Held::default() };
    let place =
        async |name: &str, what: &Held| ledger.place_hold(held(name, what.clone()), sample::now(), version()).await;
    let lifted = async |name: &str, by: &str| ledger.lift_hold(lift(name, by), sample::now(), version()).await;
    assert!(matches!(place("all", &Held::default()).await, Err(HoldError::Everything)));
    place("case-7", &production).await.unwrap();
    let twice = place("case-7", &production).await.unwrap_err();
    assert_eq!(twice.to_string(), "another hold has that name");
    assert!(matches!(lifted("case-8", "grace@example.org").await, Err(HoldError::None { .. })));
    assert!(matches!(lifted("case-7", "Ada@example.org").await, Err(HoldError::SamePerson { .. })));
    lifted("case-7", "grace@example.org").await.unwrap();
    assert!(matches!(lifted("case-7", "grace@example.org").await, Err(HoldError::None { .. })));
    let all = ledger.legal_holds().await.unwrap();
    let ended = all[0].lifted.as_ref().unwrap();
    assert_eq!((all.len(), &*all[0].placed.by, &*ended.by), (1, "ada@example.org", "grace@example.org"));
    ledger.close().await;
}

#[tokio::test]
async fn a_body_that_somebody_deleted_without_a_leaf_is_found() {
    for (sql, what) in [
        ("DELETE FROM blobs WHERE kind = 'evidence'", "evidence"),
        ("DELETE FROM blobs WHERE kind = 'stage'", "stage"),
        ("DELETE FROM blobs WHERE kind = 'spans'", "spans"),
        ("DELETE FROM blobs WHERE kind = 'removal'", "removal"),
        ("DELETE FROM private_texts", "private text"),
    ] {
        let world = World::new();
        let ledger = world.open().await;
        ledger.record(told("a", b"one")).await.unwrap();
        ledger.record(told("b", b"two")).await.unwrap();
        ledger.redact(Target::Body(Digest::of(b"one")), redacting()).await.unwrap();
        // What is named again after it went has to be there again.
        ledger.record(told("c", b"one")).await.unwrap();
        assert_eq!(ledger.bodies().await.unwrap().missing, []);
        world.tamper(sql).await;
        let found = ledger.bodies().await.unwrap();
        assert!(found.missing.iter().any(|missing| missing.what == what), "{sql}: {found:?}");
        if what == "evidence" {
            let leaves: Vec<u64> = found.missing.iter().map(|missing| missing.leaf_index).collect();
            assert_eq!(leaves, [1, 3], "{found:?}");
        }
        ledger.close().await;
    }
}
