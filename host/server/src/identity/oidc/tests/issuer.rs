//! An issuer of our own: keys, the policies that believe it, and tokens.

use crate::{
    egress::Egress,
    identity::{
        oidc::{Disbelieved, Oidc, OidcLimits, issuers::Issuers, keys::Keys},
        principal::Principal,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tidegate_bundle::identities::{Identities, read_identities};
use tidegate_core::time::Timestamp;

/// The moment at which tokens are shown.
pub(super) const NOW_S: u64 = 1_790_000_000;

pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_nanos(seconds * 1_000_000_000)
}

/// A key of an issuer.
pub(super) struct Signer {
    kid: &'static str,
    pair: Ed25519KeyPair,
}

impl Signer {
    pub(super) fn new(kid: &'static str) -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self { kid, pair: Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap() }
    }

    pub(super) fn jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key());
        json!({"kty": "OKP", "crv": "Ed25519", "kid": self.kid, "use": "sig", "x": x})
    }

    pub(super) fn token(&self, claims: &Value) -> String {
        self.token_with(&json!({"alg": "EdDSA", "kid": self.kid}), &claims.to_string())
    }

    pub(super) fn token_with(&self, header: &Value, payload: &str) -> String {
        let signed = [header.to_string(), payload.to_owned()].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes())))
    }
}

/// A gate's view of issuers: the policies that name them, and their keys.
pub(super) struct World {
    pub(super) folder: TempDir,
    pub(super) oidc: Oidc,
    issuers: Issuers,
    identities: Identities,
}

pub(super) fn key_set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

impl World {
    /// With these identities, whose keys lie in `keys.json` beside the policies, or behind `egress`.
    pub(super) fn new(yaml: &str, keys: &[Value], egress: Egress) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("identities.yaml");
        let identities = read_identities(&path, yaml).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let issuers = Issuers::of(&identities).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
        let oidc = Oidc::new(Keys::new(egress), OidcLimits::default());
        let world = Self { folder, oidc, issuers, identities };
        world.publish(keys);
        world
    }

    pub(super) fn publish(&self, keys: &[Value]) {
        std::fs::write(self.folder.path().join("keys.json"), key_set(keys)).unwrap();
    }

    pub(super) async fn shown(&self, token: &str, seconds: u64) -> Result<Principal, Disbelieved> {
        self.oidc.authenticate(token, &self.issuers, self.identities.people(), at(seconds)).await
    }

    /// Why it is not believed.
    pub(super) async fn why_not(&self, token: &str) -> String {
        match self.shown(token, NOW_S).await {
            Ok(principal) => panic!("`{}` was believed", principal.name),
            Err(error) => error.to_string(),
        }
    }
}

/// One repository's main branch may ask for decisions, and two people sign in elsewhere.
pub(super) const POLICIES: &str = "identities: main
issuers:
  - id: github
    issuer: https://token.actions.githubusercontent.com
    kind: github_actions
    audience: [https://gate.example]
    algorithms: [EdDSA]
    jwks: { file: keys.json }
    lifetime_max: 15m
    required_claims: { repository_owner_id: '12' }
    rules:
      - id: shop
        match: { repository_id: '7', ref: [refs/heads/main, refs/tags/v*], environment: production }
        scope: shop
        grants: [{ roles: [decide], environments: [production], services: [shop-*] }]
  - id: gitlab
    issuer: https://gitlab.example
    kind: gitlab
    audience: [https://gate.example]
    algorithms: [EdDSA, ES256]
    jwks: { file: keys.json }
    rules:
      - id: shop
        match: { project_id: '9', ref_path: refs/heads/main }
        grants: [{ roles: [decide], environments: ['*'], services: ['*'] }]
  - id: sso
    issuer: https://sso.example
    kind: generic
    audience: [https://gate.example]
    algorithms: [EdDSA]
    jwks: { file: keys.json }
    rules:
      - { id: on-call, match: { sub: [u-1, u-2] }, grants: [{ roles: [confirm, audit], environments: ['*'], services: ['*'] }] }
people:
  - { person: alice@shop.example, subjects: [{ issuer: sso, subject: u-1 }] }
";

pub(super) fn world(signer: &Signer) -> World {
    World::new(POLICIES, &[signer.jwk()], Egress::default())
}

/// What a run of the repository's main branch is vouched for with.
pub(super) fn github() -> Value {
    json!({
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "https://gate.example",
        "sub": "repo:acme/shop:environment:production",
        "iat": NOW_S - 60, "nbf": NOW_S - 60, "exp": NOW_S + 240,
        "repository": "acme/shop", "repository_id": "7", "repository_owner": "acme", "repository_owner_id": "12",
        "ref": "refs/heads/main", "ref_type": "branch", "ref_protected": "true",
        "sha": "0123456789012345678901234567890123456789", "environment": "production", "event_name": "push",
        "base_ref": "", "head_ref": "", "actor": "alice", "actor_id": "1001",
        "workflow_ref": "acme/shop/.github/workflows/deploy.yml@refs/heads/main", "run_id": "1", "run_attempt": "1"
    })
}

/// What a job of the project's main branch is vouched for with.
pub(super) fn gitlab() -> Value {
    json!({
        "iss": "https://gitlab.example", "aud": ["https://gate.example", "https://other.example"],
        "sub": "project_path:acme/shop:ref_type:branch:ref:main",
        "iat": NOW_S - 5, "nbf": NOW_S - 10, "exp": NOW_S + 3000,
        "project_id": "9", "project_path": "acme/shop", "namespace_id": "3", "user_login": "alice", "user_id": "5",
        "pipeline_source": "push", "ref": "main", "ref_type": "branch", "ref_path": "refs/heads/main",
        "ref_protected": "true", "sha": "0123456789012345678901234567890123456789"
    })
}

/// What somebody who signed in is vouched for with.
pub(super) fn person(subject: &str) -> Value {
    json!({"iss": "https://sso.example", "aud": "https://gate.example", "sub": subject, "iat": NOW_S, "exp": NOW_S + 600})
}

pub(super) fn with(claims: Value, name: &str, value: Value) -> Value {
    let mut claims = claims;
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
        value => claims[name] = value,
    }
    claims
}
