//! A real Prometheus and a real Alertmanager: well they let a deployment stay, and dead they are not known.

use super::{PATIENCE, by_hand, deployed, policies, said, verified};
use crate::{
    crash::PAUSE,
    verifications::shop::Shop,
    watches::{demo::Demo, prometheus::Server},
    world::{self, loopback},
};
use serde_json::json;
use std::time::{Duration, Instant};

const ALERTS: &str = "{ route: { receiver: nobody }, receivers: [ { name: nobody } ] }";

#[tokio::test(flavor = "multi_thread")]
async fn a_real_prometheus_and_a_real_alertmanager_let_a_deployment_stay_and_dead_ones_do_not() {
    let args = ["--storage.path=data", "--cluster.listen-address="];
    let Some(mut alerts) = Server::start("prometheus-alertmanager", &[("config.yml", ALERTS)], &args) else { return };
    let demo = Demo::new();
    let Some(mut prometheus) = Server::prometheus(&demo, Some(alerts.address)) else { return };
    let shop = Shop::new("1.1.0");
    let looks = by_hand().replace("'ratio{service=~\"{{ service }}\"}'", "'1 - min(up)'");
    let policies = tokio::task::spawn_blocking(move || policies(&looks)).await.unwrap();
    let at = [("shop", shop.address), ("metrics", prometheus.address), ("alerts", alerts.address)];
    let gate = world::gate().policies(policies.path().to_owned()).configured(|config| {
        for (name, address) in at {
            config.egress.insert(name.to_owned(), loopback(&format!("http://{address}"), Duration::from_secs(5)));
        }
    });
    let gate = gate.run_with_token().await;
    let (gate, ()) = super::with(gate, move |gate| {
        let decision = deployed(gate, "release", "1.1.0", &["succeeded"]);
        // Until it scraped its target and found the Alertmanager, nothing is known, or to be mended.
        let since = Instant::now();
        loop {
            shop.now(|fares| fares.rate = Some(5));
            let answer = verified(gate, &decision, 100);
            if answer.status == 200 {
                break;
            }
            assert!(since.elapsed() < PATIENCE, "{}", answer.text());
            std::thread::sleep(PAUSE);
        }
        // A target that is down is down once it was asked.
        demo.now(|fares| fares.scraped = false);
        until(gate, &shop, &decision, "are down: demo ");
        alerts.end();
        until(
            gate,
            &shop,
            &decision,
            "Alertmanager: the fact about it is neither true nor false: destination `alerts`: ",
        );
        prometheus.end();
        until(gate, &shop, &decision, "Errors: the fact about it is neither true nor false: destination `metrics`: ");
    })
    .await;
    gate.stop().await;
}

/// Verifies until a message of the stage `monitoring` says so; it never passes meanwhile.
fn until(gate: &world::Gate, shop: &Shop, decision: &str, words: &str) {
    let since = Instant::now();
    loop {
        shop.now(|fares| fares.rate = Some(5));
        let answer = verified(gate, decision, 100);
        let said = said(&answer.json(), "monitoring");
        if said.iter().any(|message| message.contains(words)) {
            assert_eq!((answer.status, &answer.json()["allowed"]), (409, &json!(false)));
            return;
        }
        assert!(since.elapsed() < PATIENCE, "{words}: {said:?}");
        std::thread::sleep(PAUSE);
    }
}
