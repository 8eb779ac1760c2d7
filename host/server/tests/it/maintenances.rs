//! Maintenance, as whoever plans it, approves it, works in it and deploys meanwhile meets it.

mod baselines;
mod command;
mod emergency;
mod refused;

use crate::{
    authority::{JUNIT, ask, holder, serve},
    wire::{Form, Response},
    world::{self, Gate, root},
};
use serde_json::{Value, json};
use std::{fs, time::Duration};
use tempfile::TempDir;
use tidegate::{gate::clock, identity::secret::Secret};
use tidegate_core::{digest::Digest, time::Timestamp};

pub(super) const WHY: &str = "the database moves to the new machines";
pub(super) const THERE: &str = "production-maintenance";
const FAILS: &str =
    "<testsuite name=\"unit\"><testcase classname=\"a\" name=\"b\"><failure message=\"no\"/></testcase></testsuite>";

const MAINTENANCE: &str = "stages:
  - id: preparation
    title: Preparation
    plugin: readiness
    evidence: [{ name: preparation, documents: { min: 1 }, max_age: 7d, bind: none, vouched: person }]
    settings: { items: { backups_made: { title: The backups are made }, window_agreed: { title: It was agreed on, four_eyes: true } } }
break_glass:
  minimum_evidence: []
  second_human: false
  obligations: { post_mortem: { owner: Ops, within: 2d, grace: 1d } }
maintenance:
  of: production
  verified_in: production-verification
  baselines: anew
  pre: { evidence: preparation, approval: window_agreed }
  during: [ { item: banner_shown, title: The banner is shown } ]
  post: [ { item: banner_removed, title: The banner is down } ]
  emergency:
    actions: [ { item: change_made, title: The change is made } ]
    communications: [ { item: all_told, title: All were told } ]
";
const VERIFICATION: &str = "stages:
  - id: unit_tests
    title: Unit Tests
    plugin: quality
    evidence: [{ name: unit_tests, documents: { min: 1 } }]
    settings: { tests: { min_pass_rate: 100 } }
";
const PRODUCTION: &str = "stages:
  - id: coverage
    title: Coverage
    plugin: quality
    per: service
    baseline: true
    evidence: [{ name: coverage, documents: { min: 1 } }]
    settings: { coverage: { min_lines: 10, fall_max_points: 0 } }
";

/// One set for each of the three environments.
fn policies() -> TempDir {
    world::plugins();
    let folder = tempfile::tempdir().unwrap();
    for (environment, plugin, lines) in [
        ("production", "quality", PRODUCTION),
        ("production-verification", "quality", VERIFICATION),
        (THERE, "readiness", MAINTENANCE),
    ] {
        let file = root().join(format!("plugins/{plugin}.wasm"));
        let pin = Digest::of(&fs::read(&file).unwrap()).hex();
        let set = format!(
            "policy_set: {environment}\nversion: \"1\"\nowner: Test\nmatch: {{ environments: [{environment}], services: [\"*\"] }}\n\
             plugins: {{ {plugin}: {{ path: {}, sha256: {pin} }} }}\n{lines}",
            file.display()
        );
        fs::write(folder.path().join(format!("{environment}.yaml")), set).unwrap();
    }
    folder
}

/// What is recorded is judged again at the end.
pub(super) async fn gate(test: impl FnOnce(&Gate, &People) + Send + 'static) {
    let folder = tokio::task::spawn_blocking(policies).await.unwrap();
    serve(folder, |_| (), |gate, token| test(gate, &People::new(token))).await;
}

/// Those who have a part in it, all of one scope.
pub(super) struct People {
    /// Plans, works and deploys.
    pub(super) ada: Secret,
    /// The same.
    pub(super) olga: Secret,
    /// Approves.
    pub(super) bob: Secret,
    /// Forces, and plans.
    pub(super) eve: Secret,
    /// The same person at another desk, with the role that approves.
    pub(super) eve_too: Secret,
    /// A program.
    pub(super) ci: Secret,
    pub(super) auditor: Secret,
    /// Reaches another service.
    pub(super) billing: Secret,
    /// Of another scope.
    pub(super) stranger: Secret,
}

impl People {
    fn new(token: &dyn Fn(Value) -> Secret) -> Self {
        let of = |name: &str, person: Option<&str>, roles: &[&str], services: &[&str], scope: &str| {
            let mut holder = holder(name, roles, &["*"], services);
            holder["scope"] = json!(scope);
            match person {
                Some(person) => holder["person"] = json!(person),
                None => drop(holder.as_object_mut().unwrap().remove("person")),
            }
            token(holder)
        };
        Self {
            ada: of("ada", Some("ada@shop.example"), &["decide"], &["*"], "shop"),
            olga: of("olga", Some("olga@shop.example"), &["decide", "operate"], &["*"], "shop"),
            bob: of("bob", Some("bob@shop.example"), &["confirm"], &["*"], "shop"),
            eve: of("eve", Some("eve@shop.example"), &["override"], &["*"], "shop"),
            eve_too: of("eve-desk", Some("Eve@shop.example"), &["confirm"], &["*"], "shop"),
            ci: of("ci", None, &["decide", "operate"], &["*"], "shop"),
            auditor: of("auditor", None, &["audit"], &["*"], "audit"),
            billing: of("billing", Some("bill@shop.example"), &["decide"], &["billing"], "shop"),
            stranger: of("stranger", Some("sue@shop.example"), &["decide"], &["*"], "elsewhere"),
        }
    }
}

pub(super) fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3_600)
}

pub(super) fn ago(count: u64) -> Timestamp {
    Timestamp::from_nanos(clock::now().nanos() - hours(count).as_nanos() as u64)
}

/// A window from now on, or so many hours later.
pub(super) fn window(begins_in: u64) -> Value {
    let (from, until) = (clock::now().plus(hours(begins_in)), clock::now().plus(hours(begins_in + 4)));
    json!({
        "environment": "production", "services": ["web", "api"], "reason": WHY,
        "from": from.to_string(), "until": until.to_string(),
    })
}

pub(super) fn post(gate: &Gate, token: &Secret, path: &str, body: &Value) -> Response {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    ask(gate, Some(token), "POST", path, body.as_bytes())
}

/// Asks for a step of a maintenance.
pub(super) fn step(gate: &Gate, token: &Secret, id: &str, step: &str, body: &Value) -> Response {
    post(gate, token, &format!("/v1/maintenances/{id}/{step}"), body)
}

/// The same, taken.
pub(super) fn taken(gate: &Gate, token: &Secret, id: &str, name: &str, body: &Value) -> Value {
    let answer = step(gate, token, id, name, body);
    assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    crate::openapi::fits("MaintenanceBody", &answer);
    answer.json()
}

/// What the problem is, and everything that it lists.
pub(super) fn refusal(answer: &Response) -> String {
    assert_eq!(
        (answer.status, &answer.json()["type"]),
        (409, &json!("/problems/maintenance-refused")),
        "{}",
        answer.text()
    );
    crate::openapi::fits("Problem", answer);
    answer.json()["detail"].as_str().unwrap().to_owned()
}

pub(super) fn planned(gate: &Gate, token: &Secret, body: &Value) -> String {
    let answer = post(gate, token, "/v1/maintenances", body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    crate::openapi::fits("MaintenanceBody", &answer);
    answer.json()["id"].as_str().unwrap().to_owned()
}

pub(super) fn state(gate: &Gate, token: &Secret, item: &str, satisfied: bool) {
    let said = json!({"item": item, "satisfied": satisfied, "environment": THERE, "services": ["api", "web"]});
    let answer = post(gate, token, "/v1/statements", &said);
    assert_eq!(answer.status, 201, "{}", answer.text());
}

pub(super) fn shown(gate: &Gate, token: &Secret, id: &str) -> Value {
    let answer = ask(gate, Some(token), "GET", &format!("/v1/maintenances/{id}"), b"");
    assert_eq!(answer.status, 200, "{}", answer.text());
    crate::openapi::fits("MaintenanceBody", &answer);
    answer.json()
}

/// One that is open.
pub(super) fn opened(gate: &Gate, people: &People) -> String {
    let id = planned(gate, &people.ada, &window(0));
    taken(gate, &people.bob, &id, "approve", &Value::Null);
    state(gate, &people.olga, "backups_made", true);
    taken(gate, &people.olga, &id, "open", &Value::Null);
    id
}

/// Asks what verifies these services, and names the decision.
pub(super) fn verified(gate: &Gate, token: &Secret, environment: &str, services: &[&str], passes: bool) -> String {
    let report = if passes { JUNIT } else { FAILS };
    let answer = crate::authority::decide(gate, token, environment, services, report);
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

/// Asks for a deployment of a service of which so many of ten lines are covered.
pub(super) fn deploy(gate: &Gate, token: &Secret, name: &str, service: &str, lines: usize) -> Response {
    let services = json!([{"name": service, "version": "1"}]);
    let deployment = json!({"id": name, "environment": "production", "services": services}).to_string();
    let form = Form::default().field("deployment", deployment);
    let form = form.file("coverage", "lcov.info", crate::baselines::report(lines));
    form.post(gate.address, "/v1/decisions", &[("authorization", &format!("Bearer {}", token.reveal()))])
}

pub(super) fn to_do(maintenance: &Value) -> Vec<(String, u64)> {
    let phases = maintenance["phases"].as_array().unwrap().iter();
    phases.map(|one| (one["phase"].as_str().unwrap().to_owned(), one["to_do"].as_u64().unwrap())).collect()
}

fn left(phases: [(&str, u64); 3]) -> Vec<(String, u64)> {
    phases.map(|(phase, to_do)| (phase.to_owned(), to_do)).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_planned_approved_opened_by_a_decision_and_closed_by_what_was_stated_and_verified() {
    gate(|gate, people| {
        let leaves = gate.leaves();
        let id = planned(gate, &people.ada, &window(0));
        assert_eq!(gate.leaves(), leaves + 1);
        assert_eq!(to_do(&shown(gate, &people.ada, &id)), left([("pre", 2), ("during", 1), ("post", 1)]));
        let approved = taken(gate, &people.bob, &id, "approve", &Value::Null);
        assert_eq!(
            (&approved["state"], gate.leaves()),
            (&json!("approved"), leaves + 3),
            "with the item that it states"
        );
        // What was said of something else, or before it opened, counts for nothing.
        let elsewhere = json!({"item": "backups_made", "satisfied": true, "environment": THERE, "services": ["api"]});
        assert_eq!(post(gate, &people.olga, "/v1/statements", &elsewhere).status, 201);
        state(gate, &people.olga, "banner_shown", true);
        assert_eq!(to_do(&shown(gate, &people.ada, &id)), left([("pre", 1), ("during", 1), ("post", 1)]));
        state(gate, &people.olga, "backups_made", true);

        assert_eq!(deploy(gate, &people.ci, "before", "api", 5).json()["maintenances"], Value::Null);
        let open = taken(gate, &people.olga, &id, "open", &Value::Null);
        assert_eq!(open["state"], "open");
        let decision = open["timeline"].as_array().unwrap().last().unwrap()["decision"].as_str().unwrap().to_owned();
        let decision = ask(gate, Some(&people.auditor), "GET", &format!("/v1/decisions/{decision}"), b"").json();
        assert_eq!((&decision["permission"], &decision["policy_set"]["id"]), (&json!("by_the_rules"), &json!(THERE)));
        assert_eq!(decision["deployment"]["labels"], json!([{"name": "maintenance", "value": id}]));

        // Whoever deploys meanwhile is told, then and later.
        let meanwhile = deploy(gate, &people.ci, "meanwhile", "api", 5);
        crate::openapi::fits("Answer", &meanwhile);
        let meanwhile = meanwhile.json();
        assert_eq!(meanwhile["maintenances"][0]["id"], id.as_str());
        assert_eq!((&meanwhile["allowed"], &meanwhile["maintenances"][0]["services"]), (&json!(true), &json!(["api"])));
        assert!(meanwhile["text"].as_str().unwrap().contains(&format!("MAINTENANCE: {id} of api until ")));
        assert_eq!(deploy(gate, &people.ci, "other", "billing", 5).json()["maintenances"], Value::Null);
        let status = ask(gate, Some(&people.auditor), "GET", "/v1/status", b"").json();
        assert_eq!(status["maintenances"], json!({"open": 1, "overdue": 0}));

        state(gate, &people.olga, "banner_shown", true);
        state(gate, &people.ada, "banner_removed", true);
        let verification = verified(gate, &people.ci, "production-verification", &["api", "web"], true);
        let closed = taken(gate, &people.ada, &id, "close", &json!({ "verification": verification }));
        assert_eq!((&closed["state"], &closed["overdue"]), (&json!("closed"), &json!(false)));
        assert_eq!(to_do(&closed), left([("pre", 0), ("during", 0), ("post", 0)]));
        let what: Vec<&str> =
            closed["timeline"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
        let wanted = ["planned", "stated", "approved", "stated", "stated", "opened", "stated", "stated", "closed"];
        assert_eq!(what, wanted);

        assert_eq!(deploy(gate, &people.ci, "after", "api", 5).json()["maintenances"], Value::Null);
        let path = format!("/v1/decisions/{}", meanwhile["id"].as_str().unwrap());
        let again = ask(gate, Some(&people.auditor), "GET", &path, b"").json();
        assert_eq!(again["maintenances"], meanwhile["maintenances"], "it is read back as it was answered");
        for (query, count) in [("state=closed", 1), ("state=open", 0), ("environment=staging", 0), ("", 1)] {
            let page = ask(gate, Some(&people.auditor), "GET", &format!("/v1/maintenances?{query}"), b"");
            crate::openapi::fits("MaintenancesBody", &page);
            assert_eq!(page.json()["maintenances"].as_array().unwrap().len(), count, "{query}");
        }
    })
    .await;
}
