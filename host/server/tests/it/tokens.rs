//! Tokens: made, used, revoked, and refused.

use crate::{
    authority::{HOUR, JUNIT, ask, decide, gate_with, holder},
    wire::send,
    world::{self, root},
};
use serde_json::{Value, json};
use std::fs;
use tidegate::identity::{holder::Holder, secret::Secret};

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_made_used_and_revoked_without_a_restart() {
    gate_with("", |gate, token| {
        let admin = token(holder("root", &["admin"], &["*"], &["*"]));
        let wanted = json!({"holder": holder("ci", &["decide"], &["production"], &["*"]), "expires_in": "90d"});
        let made = ask(gate, Some(&admin), "POST", "/v1/tokens", wanted.to_string().as_bytes());
        assert_eq!(made.status, 201, "{}", made.text());
        crate::openapi::fits("CreatedTokenBody", &made);
        let (id, text) = (made.json()["id"].as_str().unwrap().to_owned(), made.json()["token"].clone());
        let ci = Secret::parse(text.as_str().unwrap()).unwrap();
        assert_eq!(decide(gate, &ci, "production", &["api"], JUNIT).status, 200);

        let list = ask(gate, Some(&admin), "GET", "/v1/tokens", b"");
        crate::openapi::fits("TokensBody", &list);
        let entry =
            |list: &Value| list["tokens"].as_array().unwrap().iter().find(|one| one["id"] == *id).unwrap().clone();
        let listed = entry(&list.json());
        assert_eq!((&listed["state"], &listed["holder"]["name"]), (&json!("active"), &json!("ci")));
        assert!(listed["last_used_at"].is_string(), "{listed}");
        assert!(!list.text().contains(ci.reveal()), "a secret is listed");

        let revoke = || ask(gate, Some(&admin), "DELETE", &format!("/v1/tokens/{id}"), b"").status;
        let leaves = gate.leaves();
        assert_eq!((revoke(), gate.leaves()), (204, leaves + 1));
        assert_eq!((revoke(), gate.leaves()), (204, leaves + 1), "once revoked, twice told");
        let refused = decide(gate, &ci, "production", &["api"], JUNIT);
        assert_eq!((refused.status, &refused.json()["detail"]), (401, &json!("the token was revoked")));
        assert_eq!(entry(&ask(gate, Some(&admin), "GET", "/v1/tokens", b"").json())["state"], "revoked");
        let unknown = ask(gate, Some(&admin), "DELETE", "/v1/tokens/none", b"");
        assert_eq!(unknown.status, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_is_refused_with_every_mistake() {
    gate_with("", |gate, token| {
        let admin = token(holder("root", &["admin"], &["*"], &["*"]));
        let sound = holder("ci", &["decide"], &["production"], &["*"]);
        for (body, status, said) in [
            (json!({"holder": sound, "expires_in": "0s"}), 422, "no time at all"),
            (json!({"holder": sound, "expires_in": "367d"}), 422, "every token expires"),
            (json!({"holder": sound, "expires_in": "soon"}), 422, "expires_in"),
            (json!({"holder": sound}), 400, "expires_in"),
            (json!({"holder": {"name": "ci", "grants": []}, "expires_in": "1d"}), 422, "grants"),
            (json!({"holder": {"name": "ci", "grants": [], "admin": true}, "expires_in": "1d"}), 400, "admin"),
        ] {
            let refused = ask(gate, Some(&admin), "POST", "/v1/tokens", body.to_string().as_bytes());
            assert_eq!(refused.status, status, "{body}: {}", refused.text());
            assert!(refused.text().contains(said), "{body}: {}", refused.text());
        }
        let large = vec![b' '; 65 * 1024];
        assert_eq!(ask(gate, Some(&admin), "POST", "/v1/tokens", &large).status, 413);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_no_good_token_is_refused() {
    gate_with("", |gate, token| {
        let good = token(holder("shop", &["decide"], &["production"], &["*"]));
        let stranger = Secret::random().unwrap();
        let other_secret = format!("tidegate_{}_{}", good.id(), stranger.reveal().splitn(3, '_').nth(2).unwrap());
        for value in [
            format!("Bearer {}", stranger.reveal()),
            format!("Bearer {other_secret}"),
            format!("Bearer {}x", good.reveal()),
            format!("Basic {}", good.reveal()),
            good.reveal().to_owned(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            format!("Bearer {}, Bearer {}", good.reveal(), good.reveal()),
        ] {
            let refused = send(gate.address, "GET", "/v1/policy-sets", &[("authorization", &value)], b"");
            assert_eq!(refused.status, 401, "{value}");
            assert!(!refused.text().contains(good.reveal()), "a secret is repeated");
        }
        let twice = format!("Bearer {}", good.reveal());
        let both = [("authorization", twice.as_str()), ("authorization", twice.as_str())];
        assert_eq!(send(gate.address, "GET", "/v1/policy-sets", &both, b"").status, 401);
        let lower = format!("bearer {}", good.reveal());
        assert_eq!(send(gate.address, "GET", "/v1/policy-sets", &[("authorization", &lower)], b"").status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_outlives_a_restart_and_its_last_use_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let policies = folder.path().to_owned();
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    fs::copy(root().join("policies/runbook.yaml"), policies.join("runbook.yaml")).unwrap();
    let text = fs::read_to_string(policies.join("runbook.yaml")).unwrap();
    let plugins = root().join("plugins").display().to_string();
    fs::write(policies.join("runbook.yaml"), text.replace("../plugins", &plugins)).unwrap();
    let first = world::gate().policies(policies.clone()).run().await;
    let sound: Holder = serde_json::from_value(holder("ops", &["operate"], &["*"], &["*"])).unwrap();
    let (secret, _) = first.inside().tokens().create(&sound, HOUR, "test").await.unwrap();
    let (address, held) = (first.address, secret.clone());
    let status = tokio::task::spawn_blocking(move || {
        let bearer = format!("Bearer {}", held.reveal());
        send(address, "GET", "/metrics", &[("authorization", &bearer)], b"").status
    });
    assert_eq!(status.await.unwrap(), 200);
    let second = world::gate().policies(policies).over(first.stop().await).run().await;
    let kept = second.inside().tokens().all();
    assert!(kept.iter().any(|kept| kept.token.id == *secret.id() && kept.last_used_at.is_some()), "{kept:?}");
    let principal = second.inside().tokens().authenticate(secret.reveal(), tidegate::gate::clock::now()).unwrap();
    assert_eq!(&*principal.name, "ops");
    let later = tidegate::gate::clock::now().plus(HOUR);
    let expired = second.inside().tokens().authenticate(secret.reveal(), later).unwrap_err();
    assert!(expired.to_string().starts_with("the token expired at "), "{expired}");
    second.stop().await;
}
