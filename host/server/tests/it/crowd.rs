//! A thousand requests at once: none lost, none mixed up. The same judgement twice gives the same bytes.

use crate::{wire::Form, world};
use std::collections::BTreeSet;

/// Requests at the same time.
const CROWD: usize = 1000;

fn form(index: usize) -> Form {
    // Every third request has a failing test of its own, named by its number.
    let failing = index.is_multiple_of(3);
    let marker = format!("marker-{index:04}");
    let failure = if failing { "<failure message='expected'/>" } else { "" };
    let junit =
        format!("<testsuite name='unit'><testcase classname='crowd' name='{marker}'>{failure}</testcase></testsuite>");
    let form = Form::default()
        .field("environment", "production")
        .field("service", format!("service-{index:04}"))
        .field("version", format!("1.0.{index}"))
        .field("commit", "4f2c7a9e1b3d5f60718293a4b5c6d7e8f9012345")
        .field("label.author", "carol@shop.example")
        .field("skip", "performance")
        .file("unit_tests", "unit.xml", junit);
    world::green_reports(form, &["unit_tests"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_requests_at_once_are_all_answered_and_none_is_mixed_up() {
    // All of them are one caller's, who may have as many here as the gate takes.
    let whole = |config: &mut tidegate::config::Config| {
        (config.limits.caller_queue, config.limits.caller_rate) = (config.limits.queue, 100_000);
    };
    let gate = world::gate().configured(whole).run().await;
    let before = gate.leaves();
    let threads: Vec<_> = (0..CROWD)
        .map(|index| {
            let (address, form) = (gate.address, form(index));
            // A thread each, so that all connections are open at the same time.
            std::thread::Builder::new()
                .stack_size(256 * 1024)
                .spawn(move || form.post(address, "/v1/decisions", &[]))
                .unwrap()
        })
        .collect();
    let responses =
        tokio::task::spawn_blocking(move || threads.into_iter().map(|t| t.join().unwrap()).collect::<Vec<_>>());
    let mut ids = BTreeSet::new();
    for (index, response) in responses.await.unwrap().iter().enumerate() {
        let failing = index.is_multiple_of(3);
        assert_eq!(response.status, if failing { 409 } else { 200 }, "{index}: {}", response.text());
        let answer = response.json();
        assert_eq!(answer["deployment"]["services"][0]["name"], format!("service-{index:04}"));
        let found = response.text().contains(&format!("marker-{index:04}"));
        assert_eq!(found, failing, "{index}: its own failing test, and only when it fails");
        let others =
            response.text().matches("marker-").count() - response.text().matches(&format!("marker-{index:04}")).count();
        assert_eq!(others, 0, "{index} shows another request's test");
        assert!(ids.insert(answer["id"].as_str().unwrap().to_owned()), "an id twice");
    }
    assert_eq!(gate.leaves() - before, CROWD as u64, "every answer has its record");
    gate.stop().await;
}
