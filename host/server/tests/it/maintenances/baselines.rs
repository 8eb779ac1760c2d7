//! What is compared with after a maintenance.

use super::{deploy, gate, opened, state, taken, verified};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_succeeded_before_its_end_is_compared_with_no_more_of_its_services_alone() {
    gate(|gate, people| {
        let said = |name: &str, service: &str, lines| {
            let answer = deploy(gate, &people.ci, name, service, lines);
            (answer.status, answer.text().contains("coverage.fall"))
        };
        let succeed = |name: &str, service: &str, lines| {
            assert_eq!(said(name, service, lines).0, 200);
            for event in ["started", "succeeded"] {
                let told = json!({ "event": event });
                let told = super::post(gate, &people.ci, &format!("/v1/deployments/{name}/events"), &told);
                assert_eq!(told.status, 201, "{}", told.text());
            }
        };
        succeed("one", "api", 8);
        succeed("two", "billing", 8);
        assert_eq!(said("worse", "api", 6), (409, true));
        let id = opened(gate, people);
        assert_eq!(said("meanwhile", "api", 6), (409, true), "it is not over");
        state(gate, &people.olga, "banner_shown", true);
        state(gate, &people.olga, "banner_removed", true);
        let verification = verified(gate, &people.ci, "production-verification", &["api", "web"], true);
        taken(gate, &people.ada, &id, "close", &json!({ "verification": verification }));
        succeed("anew", "api", 6);
        assert_eq!(said("worse-again", "api", 5), (409, true), "the next one is the baseline");
        assert_eq!(said("other", "billing", 6), (409, true));
    })
    .await;
}
