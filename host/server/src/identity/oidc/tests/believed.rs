//! What is believed of tokens that their issuer signed, and what is not.

use super::issuer::{NOW_S, Signer, github, gitlab, person, with, world};
use crate::identity::role::Role;
use serde_json::{Value, json};
use tidegate_core::name::{EnvironmentName, ServiceName};

#[tokio::test]
async fn a_run_of_the_main_branch_may_what_its_rule_says_and_nothing_else() {
    let signer = Signer::new("one");
    let world = world(&signer);
    let principal = world.shown(&signer.token(&github()), NOW_S).await.unwrap();
    assert_eq!((&*principal.name, &*principal.scope, &principal.person), ("github#7", "shop", &None));
    let may = |role, environment: &str, service: &str| {
        principal.may(role, &EnvironmentName::parse(environment).unwrap(), &[ServiceName::parse(service).unwrap()])
    };
    assert!(may(Role::Decide, "production", "shop-api"));
    assert!(!may(Role::Decide, "staging", "shop-api") && !may(Role::Decide, "production", "billing"));
    assert!(Role::ALL.into_iter().all(|role| role == Role::Decide || !may(role, "production", "shop-api")));
    let gitlab = world.shown(&signer.token(&gitlab()), NOW_S).await.unwrap();
    assert_eq!((&*gitlab.name, &*gitlab.scope), ("gitlab#9", "default"));
}

#[tokio::test]
async fn only_a_person_whom_the_policies_know_holds_what_only_a_person_may() {
    let signer = Signer::new("one");
    let world = world(&signer);
    let alice = world.shown(&signer.token(&person("u-1")), NOW_S).await.unwrap();
    assert_eq!((&*alice.name, alice.person.as_deref()), ("sso#u-1", Some("alice@shop.example")));
    assert!(alice.holds_any(&[Role::Confirm]) && alice.holds_any(&[Role::Audit]));
    let stranger = world.shown(&signer.token(&person("u-2")), NOW_S).await.unwrap();
    assert_eq!(stranger.person, None);
    assert!(!stranger.holds_any(&[Role::Confirm]) && stranger.holds_any(&[Role::Audit]));
    assert!(world.why_not(&signer.token(&person("u-3"))).await.contains("fits no rule"));
}

#[tokio::test]
async fn runs_whose_code_nobody_agreed_to_yet_are_believed_nothing() {
    let signer = Signer::new("one");
    let world = world(&signer);
    for (name, value, why) in [
        ("event_name", json!("pull_request"), "a pull request"),
        ("event_name", json!("pull_request_target"), "a pull request"),
        ("event_name", json!("pull_request_review"), "a pull request"),
        ("ref", json!("refs/pull/1/merge"), "a pull request"),
        ("head_ref", json!("evil"), "a pull request"),
        ("base_ref", json!("main"), "a pull request"),
        ("sub", json!("repo:acme/shop:pull_request"), "a pull request"),
        ("event_name", json!("issue_comment"), "anybody can cause"),
        ("event_name", json!("workflow_run"), "anybody can cause"),
        // A claim that is not there proves nothing.
        ("event_name", Value::Null, "has no `event_name`"),
        ("ref", Value::Null, "has no `ref`"),
    ] {
        let said = world.why_not(&signer.token(&with(github(), name, value.clone()))).await;
        assert!(said.contains(why), "{name}={value}: {said}");
    }
    for (name, value, why) in [
        ("pipeline_source", json!("merge_request_event"), "a merge request"),
        ("pipeline_source", json!("external_pull_request_event"), "a merge request"),
        ("ref_path", json!("refs/merge-requests/1/head"), "a merge request"),
        ("ref_protected", json!("false"), "not protected"),
        ("ref_protected", Value::Null, "not protected"),
        ("pipeline_source", Value::Null, "has no `pipeline_source`"),
    ] {
        let said = world.why_not(&signer.token(&with(gitlab(), name, value.clone()))).await;
        assert!(said.contains(why), "{name}={value}: {said}");
    }
}

#[tokio::test]
async fn a_claim_that_is_missing_or_another_fits_no_rule() {
    let signer = Signer::new("one");
    let world = world(&signer);
    for (name, value, why) in [
        ("repository_id", json!("77"), "fits no rule"),
        // Repositories are known by their number: a name can be given to somebody else.
        ("repository_id", Value::Null, "has no `repository_id`"),
        ("repository_id", json!(["7"]), "has no `repository_id`"),
        ("ref", json!("refs/heads/main2"), "fits no rule"),
        ("ref", json!("refs/tags/v"), "fits no rule"),
        ("environment", json!("staging"), "fits no rule"),
        ("environment", Value::Null, "fits no rule"),
        ("repository_owner_id", json!("13"), "does not have the `repository_owner_id`"),
        ("repository_owner_id", Value::Null, "does not have the `repository_owner_id`"),
        ("aud", json!("https://other.example"), "not for this gate"),
        ("aud", json!([]), "not for this gate"),
        ("aud", json!({"https://gate.example": 1}), "not for this gate"),
        ("aud", Value::Null, "not for this gate"),
        ("iss", json!("https://token.actions.githubusercontent.com/"), "issuer is none"),
        ("iss", json!(["https://token.actions.githubusercontent.com"]), "issuer is none"),
        // What another issuer's rule asks for is not there.
        ("iss", json!("https://gitlab.example"), "has no `pipeline_source`"),
    ] {
        let said = world.why_not(&signer.token(&with(github(), name, value.clone()))).await;
        assert!(said.contains(why), "{name}={value}: {said}");
    }
    let tag = with(github(), "ref", json!("refs/tags/v1.2"));
    assert!(world.shown(&signer.token(&tag), NOW_S).await.is_ok(), "the second pattern of the rule");
    // A branch and a tag of one name are two refs, and only one is named.
    let tag = with(with(gitlab(), "ref_type", json!("tag")), "ref_path", json!("refs/tags/main"));
    assert!(world.why_not(&signer.token(&tag)).await.contains("fits no rule"));
}

#[tokio::test]
async fn a_token_counts_in_its_time_and_for_no_longer_than_its_issuer_may() {
    let signer = Signer::new("one");
    let world = world(&signer);
    for (name, value, wanted) in [
        ("exp", json!(NOW_S - 59), None),
        ("exp", json!(NOW_S - 60), Some("expired at")),
        ("iat", json!(NOW_S + 60), None),
        ("iat", json!(NOW_S + 61), Some("counts from")),
        ("nbf", json!(NOW_S + 61), Some("counts from")),
        ("nbf", Value::Null, None),
        ("exp", json!(NOW_S - 60 + 900), None),
        ("exp", json!(NOW_S - 60 + 901), Some("counts for too long: 901 s used, 900 allowed")),
        ("exp", Value::Null, Some("has no `exp`")),
        ("iat", Value::Null, Some("has no `iat`")),
        ("exp", json!("1790000240"), Some("has no `exp`")),
        ("exp", json!(-1), Some("has no `exp`")),
        ("exp", json!(u64::MAX), Some("has no `exp`")),
        ("exp", json!(1e300), Some("has no `exp`")),
        ("exp", json!(1_790_000_240.5), None),
    ] {
        let shown = world.shown(&signer.token(&with(github(), name, value.clone())), NOW_S).await;
        match (wanted, shown) {
            (None, Ok(_)) => {}
            (Some(why), Err(error)) => assert!(error.to_string().contains(why), "{name}={value}: {error}"),
            (wanted, shown) => panic!("{name}={value}: {wanted:?} {shown:?}"),
        }
    }
}
