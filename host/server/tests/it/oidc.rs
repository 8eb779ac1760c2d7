//! Identity tokens of others, as pipelines, people and attackers show them.

use crate::{
    authority::{gate_beside, holder, serve},
    wire::{Form, Response, send},
    world::{self, Gate, root},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;
use tidegate::identity::secret::Secret;
use tidegate_core::digest::Digest;

const PASSES: &str = "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"/></testsuite>";
const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";
const COMMIT: &str = "0123456789012345678901234567890123456789";
const RULES: &str = "break_glass: { minimum_evidence: [unit_tests], second_human: true, valid_for: 2h, quota: { per_person: 1, \
                     within: 24h } }\n";

/// Somebody who signs identity tokens, with the file in which its keys are.
struct Issuer {
    pair: Ed25519KeyPair,
    folder: TempDir,
}

impl Issuer {
    fn new() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x}]});
        fs::write(folder.path().join("keys.json"), keys.to_string()).unwrap();
        Self { pair, folder }
    }

    /// Policies that believe it: of runs of one repository, and of people.
    fn identities(&self) -> String {
        let keys = self.folder.path().join("keys.json").display().to_string();
        format!(
            "identities: main
issuers:
  - id: github
    issuer: https://token.actions.githubusercontent.com
    kind: github_actions
    audience: [gate]
    algorithms: [EdDSA]
    jwks: {{ file: {keys} }}
    rules:
      - id: shop
        match: {{ repository_id: '7', ref: refs/heads/main }}
        scope: shop
        grants: [{{ roles: [decide], environments: ['*'], services: [api] }}]
  - id: sso
    issuer: https://sso.example
    kind: generic
    audience: [gate]
    algorithms: [EdDSA]
    jwks: {{ file: {keys} }}
    rules:
      - id: on-call
        match: {{ sub: [u-alice, u-bob, u-nobody] }}
        grants: [{{ roles: [confirm, waive], environments: ['*'], services: ['*'] }}]
people:
  - {{ person: alice@shop.example, also: [alice], subjects: [{{ issuer: sso, subject: u-alice }}], logins: {{ github: alice-gh }} }}
  - {{ person: bob@shop.example, subjects: [{{ issuer: sso, subject: u-bob }}], logins: {{ github: bob-gh }} }}
  - {{ person: dave@shop.example, also: [Dave], logins: {{ github: dave-gh }} }}
"
        )
    }

    fn token(&self, claims: &Value) -> String {
        let now = tidegate::gate::clock::now().nanos() / 1_000_000_000;
        let mut whole = json!({"aud": "gate", "iat": now, "exp": now + 300});
        whole.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        let header = json!({"alg": "EdDSA", "kid": "one"}).to_string();
        let signed = [header, whole.to_string()].map(|part| URL_SAFE_NO_PAD.encode(part)).join(".");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes())))
    }

    /// Of a run of the repository's main branch, with these changes.
    fn run(&self, changes: Value) -> String {
        let mut claims = json!({
            "iss": "https://token.actions.githubusercontent.com", "sub": "repo:acme/api:environment:production",
            "repository": "acme/api", "repository_id": "7", "ref": "refs/heads/main", "sha": COMMIT,
            "environment": "production", "event_name": "push"
        });
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        self.token(&claims)
    }

    fn person(&self, subject: &str) -> String {
        self.token(&json!({"iss": "https://sso.example", "sub": subject}))
    }
}

/// A gate that believes an issuer.
async fn gate(lines: &str, test: impl FnOnce(&Gate, &Issuer, &dyn Fn(Value) -> Secret) + Send + 'static) {
    let issuer = Issuer::new();
    let identities = issuer.identities();
    gate_beside(lines, Some(identities), move |gate, token| test(gate, &issuer, token)).await;
}

fn decide(gate: &Gate, bearer: &str, unit_tests: &str, fields: &[(&str, &str)]) -> Response {
    let mut form = Form::default().field("service", "api").field("version", "1.0.0");
    for (name, value) in fields {
        form = form.field(name, value);
    }
    form.file("unit_tests", "unit.xml", unit_tests).post(gate.address, "/v1/decisions", &[("authorization", bearer)])
}

fn post(gate: &Gate, bearer: &str, path: &str, body: &Value) -> Response {
    let headers = [("authorization", bearer), ("content-type", "application/json")];
    send(gate.address, "POST", path, &headers, body.to_string().as_bytes())
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

fn id(answer: &Response) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_token_says_fills_the_request_and_is_recorded() {
    gate("", |gate, issuer, _| {
        let run = bearer(&issuer.run(json!({})));
        let decided = decide(gate, &run, PASSES, &[]);
        assert_eq!(decided.status, 200, "{}", decided.text());
        let deployment = decided.json()["deployment"].clone();
        assert_eq!((&deployment["actor"], &deployment["environment"]), (&json!("github#7"), &json!("production")));
        assert_eq!(
            deployment["revision"],
            json!({"repository": "acme/api", "commit": COMMIT, "ref": "refs/heads/main"}),
            "{deployment}"
        );
        // Said in other words it is the same; what is beyond the rule's services is not this token's.
        let said = [("repository", "https://github.com/acme/api"), ("commit", COMMIT), ("ref", "main")];
        assert_eq!(decide(gate, &run, PASSES, &said).status, 200);
        let other = Form::default().field("service", "billing").field("version", "1");
        let other =
            other.file("unit_tests", "u.xml", PASSES).post(gate.address, "/v1/decisions", &[("authorization", &run)]);
        assert_eq!(other.status, 403, "{}", other.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_contradicts_its_token_is_refused_with_both_values() {
    gate("", |gate, issuer, _| {
        let run = bearer(&issuer.run(json!({})));
        let leaves = gate.leaves();
        for (field, value, said) in [
            ("environment", "staging", "the token says `production`, the request says `staging`"),
            ("repository", "https://github.com/evil/api", "the token says `acme/api`, the request says"),
            ("repository", "https://evil.example/acme/api", "the token says `acme/api`, the request says"),
            ("commit", "ffffffffffffffffffffffffffffffffffffffff", "the request says `ffffffff"),
            ("ref", "refs/tags/main", "the token says `refs/heads/main`, the request says `refs/tags/main`"),
        ] {
            let mut fields = vec![(field, value)];
            if field != "commit" {
                fields.push(("commit", COMMIT));
            }
            let refused = decide(gate, &run, PASSES, &fields);
            assert_eq!(refused.status, 403, "{field}: {}", refused.text());
            let problem = refused.json();
            assert_eq!(problem["type"], "/problems/claim-mismatch", "{problem}");
            assert!(problem["errors"][0]["message"].as_str().unwrap().contains(said), "{field}: {problem}");
        }
        // A permit and what became of a deployment are for the token's environment, too.
        let decided = id(&decide(gate, &run, PASSES, &[("artifact", &format!("sha256:{}", "a".repeat(64)))]));
        let elsewhere = bearer(&issuer.run(json!({"environment": "staging"})));
        let asked = json!({"environment": "production", "artifacts": {"api": format!("sha256:{}", "a".repeat(64))}});
        let permit = format!("/v1/decisions/{decided}/permit");
        let refused = post(gate, &elsewhere, &permit, &asked);
        assert_eq!((refused.status, &refused.json()["type"]), (403, &json!("/problems/claim-mismatch")));
        assert_eq!(post(gate, &run, &permit, &asked).status, 200);
        let history = send(gate.address, "GET", &format!("/v1/decisions/{decided}"), &[("authorization", &run)], b"");
        let deployment = history.json()["deployment"]["id"].as_str().unwrap().to_owned();
        let event = format!("/v1/deployments/{deployment}/events");
        assert_eq!(post(gate, &elsewhere, &event, &json!({"event": "started"})).status, 403);
        let revoke = format!("/v1/decisions/{decided}/revoke");
        let because = json!({"reason": "it was taken back from elsewhere"});
        assert_eq!(post(gate, &elsewhere, &revoke, &because).status, 403);
        assert_eq!(post(gate, &run, &event, &json!({"event": "started"})).status, 201);
        assert_eq!(gate.leaves(), leaves + 3, "one decision, one permit, one event");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_believed_reads_why_and_none_of_what_they_sent() {
    gate("", |gate, issuer, _| {
        let stranger = Issuer::new();
        for (token, why) in [
            (issuer.run(json!({"event_name": "pull_request"})), "a pull request"),
            (issuer.run(json!({"ref": "refs/heads/canary-branch"})), "fits no rule"),
            (issuer.run(json!({"aud": "canary-audience"})), "not for this gate"),
            (issuer.run(json!({"iss": "https://canary.example"})), "issuer is none that this gate believes"),
            (issuer.run(json!({"exp": 1})), "expired at 1970-01-01T00:00:01Z"),
            (stranger.run(json!({})), "not signed by its issuer"),
        ] {
            let refused = decide(gate, &bearer(&token), PASSES, &[]);
            assert_eq!(refused.status, 401, "{}", refused.text());
            assert!(refused.text().contains(why), "{why}: {}", refused.text());
            let signature = token.rsplit('.').next().unwrap();
            assert!(!refused.text().contains("canary") && !refused.text().contains(signature), "{}", refused.text());
        }
        // Nor is anybody let in where nobody would have needed a token.
        let headers = [("authorization", "Bearer a.b.c")];
        assert_eq!(send(gate.address, "GET", "/v1/policy-sets", &headers, b"").status, 401);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_issuers_keys_a_token_is_answered_with_503() {
    gate("", |gate, issuer, token| {
        fs::remove_file(issuer.folder.path().join("keys.json")).unwrap();
        let refused = decide(gate, &bearer(&issuer.run(json!({}))), PASSES, &[]);
        assert_eq!(refused.status, 503, "{}", refused.text());
        assert_eq!(
            (&refused.json()["type"], &refused.json()["blame"]),
            (&json!("/problems/keys-unavailable"), &json!("host"))
        );
        assert_eq!(refused.header("retry-after"), Some("1"));
        let own = token(holder("ci", &["decide"], &["*"], &["*"]));
        let own = decide(gate, &bearer(own.reveal()), PASSES, &[("environment", "production")]);
        assert_eq!(own.status, 200, "others are served: {}", own.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_confirms_under_another_issuer_what_they_forced() {
    gate(RULES, |gate, issuer, token| {
        let mut alice = holder("alice-laptop", &["override"], &["production"], &["*"]);
        alice["person"] = json!("Alice");
        let alice = bearer(token(alice).reveal());
        let why = [
            ("environment", "production"),
            ("emergency", "production_down"),
            ("justification", "checkout is down for everybody, and this mends it"),
        ];
        let forced = decide(gate, &alice, FAILS, &why);
        let by = &forced.json()["forced"];
        assert_eq!(
            (&by["state"], &by["actor"]),
            (&json!("awaiting_confirmation"), &json!("alice@shop.example")),
            "{by}"
        );
        let confirm = format!("/v1/decisions/{}/confirm", id(&forced));
        let leaves = gate.leaves();
        let herself = post(gate, &bearer(&issuer.person("u-alice")), &confirm, &json!({}));
        assert_eq!(herself.status, 409, "{}", herself.text());
        assert!(herself.text().contains("nobody confirms what they asked for"), "{}", herself.text());
        // Whose subject nobody knows is a program, whatever its rule grants.
        assert_eq!(post(gate, &bearer(&issuer.person("u-nobody")), &confirm, &json!({})).status, 403);
        assert_eq!(gate.leaves(), leaves);
        let bob = post(gate, &bearer(&issuer.person("u-bob")), &confirm, &json!({}));
        assert_eq!(
            (bob.status, &bob.json()["confirmation"]["person"]),
            (200, &json!("bob@shop.example")),
            "{}",
            bob.text()
        );
        // Under another of her names the quota of one is used up all the same.
        let mut again = holder("alice-phone", &["override"], &["production"], &["*"]);
        again["person"] = json!("alice@shop.example");
        let second = decide(gate, &bearer(token(again).reveal()), FAILS, &why);
        assert_eq!(second.json()["forced"]["state"], "refused", "{}", second.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_that_nobody_holds_together_do_not_come_together_under_several_names() {
    gate("", |gate, _, token| {
        let admin = token(holder("admin", &["admin"], &["*"], &["*"]));
        let ask = |person: &str, role: &str| {
            let grant = json!({"roles": [role], "environments": ["*"], "services": ["*"]});
            let body = json!({"holder": {"name": role, "person": person, "grants": [grant]}, "expires_in": "1h"});
            post(gate, &bearer(admin.reveal()), "/v1/tokens", &body)
        };
        // Alice may confirm by the word of an issuer.
        let refused = ask("ALICE", "decide");
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.text().contains("nobody may hold both `confirm` and `decide`"), "{}", refused.text());
        assert_eq!(ask("alice@shop.example", "override").status, 201);
        // Carol may by a token.
        let first = ask("carol", "confirm");
        assert_eq!((first.status, ask("Carol", "decide").status), (201, 422));
        let id = first.json()["id"].as_str().unwrap().to_owned();
        let revoke = [("authorization", bearer(admin.reveal()))];
        let revoke: Vec<(&str, &str)> = revoke.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(send(gate.address, "DELETE", &format!("/v1/tokens/{id}"), &revoke, b"").status, 204);
        assert_eq!(ask("Carol", "decide").status, 201, "not any more");
    })
    .await;
}

/// A set that believes a review of GitHub's from neither the author nor whoever deploys.
fn reviewed() -> String {
    let plugin = root().join("plugins/readiness.wasm");
    let pin = Digest::of(&fs::read(&plugin).unwrap()).hex();
    format!(
        "policy_set: all\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [\"*\"], services: [\"*\"] }}\n\
         plugins: {{ readiness: {{ path: {}, sha256: {pin} }} }}\nstages:\n  - id: review\n    title: Review\n    \
         plugin: readiness\n    evidence: [{{ name: review, documents: {{ min: 1 }}, bind: revision }}]\n    settings: {{ items: {{ \
         code_review_completed: {{ independent: true }} }} }}\n",
        plugin.display()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_a_name_and_a_run_are_known_as_one_person() {
    let issuer = Issuer::new();
    let identities = issuer.identities();
    let folder = tempfile::tempdir().unwrap();
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    fs::write(folder.path().join("all.yaml"), reviewed()).unwrap();
    fs::write(folder.path().join("identities.yaml"), identities).unwrap();
    serve(folder, |_| (), move |gate, _| {
        let decided = |actor: &str, author: &str, reviewer: &str| {
            let run = bearer(&issuer.run(json!({"actor": actor})));
            let deployment = json!({"services": [{"name": "api", "version": "1"}], "labels": {"author": author}});
            let review = json!([{
                "id": 80, "user": {"login": reviewer, "id": 1, "type": "User"}, "body": "", "state": "APPROVED",
                "html_url": "https://github.com/acme/api/pull/12", "pull_request_url": "https://api.github.com/repos/acme/api/pulls/12",
                "submitted_at": "2026-01-17T17:43:43Z", "commit_id": COMMIT
            }]);
            let form = Form::default().field("deployment", deployment.to_string());
            let form = form.file("review", "reviews.json", review.to_string());
            form.post(gate.address, "/v1/decisions", &[("authorization", &run)])
        };
        for (actor, author, reviewer, why) in [
            ("alice-gh", "dave@shop.example", "bob-gh", None),
            ("unlisted", "unlisted-too", "bob-gh", None),
            // Whoever set the run off, by their login, and whatever else they are called.
            ("Bob-GH", "dave@shop.example", "bob-gh", Some("bob@shop.example")),
            ("stranger", "dave@shop.example", "stranger", Some("stranger")),
            // Whoever wrote the change, by name, by login, or among others.
            ("alice-gh", "Dave", "dave-gh", Some("dave@shop.example")),
            ("alice-gh", "dave-gh", "dave-gh", Some("dave@shop.example")),
            ("alice-gh", "carol, DAVE-gh", "dave-gh", Some("dave@shop.example")),
            ("alice-gh", "stranger", "stranger", Some("stranger")),
        ] {
            let answer = decided(actor, author, reviewer);
            let text = answer.text();
            assert_eq!(answer.status, if why.is_some() { 409 } else { 200 }, "{actor} {author} {reviewer}: {text}");
            let findings = answer.json()["stages"][0]["evaluations"][0]["findings"].to_string();
            assert!(why.is_none_or(|why| findings.contains(why)), "{actor} {author} {reviewer}: {findings}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_may_not_ask_for_an_issuers_keys_does_not_open() {
    let issuer = Issuer::new();
    let folder = tempfile::tempdir().unwrap();
    let file = issuer.folder.path().join("keys.json").display().to_string();
    let identities =
        issuer.identities().replacen(&format!("{{ file: {file} }}"), "{ egress: github-keys, path: [keys] }", 1);
    tokio::task::spawn_blocking(world::plugins).await.unwrap();
    fs::write(folder.path().join("all.yaml"), reviewed()).unwrap();
    fs::write(folder.path().join("identities.yaml"), identities).unwrap();
    let (error, _) = world::gate().policies(folder.path().to_owned()).refused().await;
    assert!(error.to_string().contains("the configuration has no `egress` destination `github-keys`"), "{error}");
}
