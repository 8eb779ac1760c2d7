//! Reloads while requests are decided: none fails, and none sees two bundles.

use crate::{
    reload::bundles::{Folder, Version, ask, gate, ready, reload, shown, status, with},
    wire::send,
    world::{self, Gate},
};
use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};
use tidegate::gate::in_force::InForce;
use tidegate_core::digest::Digest;
use tidegate_engine::plugin::Plugin;
use tidegate_workbench::testing::guest;

/// Who asks all the time.
const CLIENTS: [&str; 4] = ["production", "staging", "production", "staging"];
const RELOADS: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_reloads_under_load_fail_no_request_and_none_sees_a_mixed_bundle() {
    ready().await;
    let folder = Folder::new();
    folder.put(Version::Strict);
    let gate = gate(&folder).run_with_token().await;
    let before = gate.leaves();
    let (gate, decisions) = with(gate, move |gate| reload_under_load(gate, &folder)).await;
    assert_eq!(gate.leaves() - before, (decisions + RELOADS) as u64, "a leaf for each decision and each activation");
    gate.stop().await;
}

/// Says how many decisions were made.
fn reload_under_load(gate: &Gate, folder: &Folder) -> usize {
    let (address, stop) = (gate.address, Arc::new(AtomicBool::new(false)));
    let (answered, answers) = mpsc::channel();
    let clients = CLIENTS.map(|environment| {
        let (stop, answered) = (stop.clone(), answered.clone());
        std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                answered.send((environment, shown(&ask(address, environment)))).unwrap();
            }
        })
    });
    drop(answered);
    let versions = [Version::Lenient, Version::Strict];
    let expected = versions.map(|version| ["production", "staging"].map(|environment| version.shown(environment)));
    let (mut seen, mut decisions) = (Vec::new(), 0);
    for (index, version) in versions.into_iter().cycle().take(RELOADS).enumerate() {
        folder.put(version);
        let response = reload(address);
        assert_eq!((response.status, &response.json()["changed"]), (200, &true.into()), "{}", response.text());
        let first = shown(&ask(address, "production"));
        assert_eq!(first, expected[index % 2][0], "reload {index}: in force once it has been answered");
        decisions += 1;
        // While this one was loaded, somebody was answered.
        seen.push(answers.recv().unwrap());
        seen.extend(answers.try_iter());
    }
    stop.store(true, Ordering::Relaxed);
    clients.into_iter().for_each(|client| client.join().unwrap());
    seen.extend(answers.try_iter());
    for (environment, shown) in &seen {
        let whole = expected.iter().any(|version| *shown == version[usize::from(*environment == "staging")]);
        assert!(whole, "neither the one nor the other: {shown:#?}");
    }
    assert!(seen.len() >= RELOADS);
    decisions + seen.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_ends_on_the_bundle_with_which_it_began() {
    ready().await;
    let folder = Folder::new();
    let spinning = tokio::task::spawn_blocking(|| guest("spins-forever")).await.unwrap();
    Version::Lenient.write(&folder.path());
    // A stage that takes until its deadline stands before those that show the bundle.
    folder.write("slow.wasm", &spinning);
    let text = fs::read_to_string(folder.path().join("production.yaml")).unwrap();
    let slow = text
        .replace("plugins:\n", "plugins:\n  slow: { path: slow.wasm }\n")
        .replace("stages:\n", "stages:\n  - { id: slow, title: Slow, plugin: slow, evidence: [], on_error: warn }\n");
    folder.write("production.yaml", slow);
    let gate = gate(&folder).configured(|config| config.dev = true).run_with_token().await;
    let (old, address) = (gate.inside().in_force(), gate.address);
    let idle = Arc::strong_count(&old);
    let asking = std::thread::spawn(move || ask(address, "production"));
    // Until the request holds what is in force.
    while Arc::strong_count(&old) == idle {
        tokio::task::yield_now().await;
    }
    let (gate, ()) = with(gate, move |gate| {
        folder.put(Version::Strict);
        assert_eq!(reload(gate.address).json()["changed"], true);
        assert_eq!(shown(&ask(gate.address, "production")), Version::Strict.shown("production"));
        let first = shown(&asking.join().unwrap());
        assert!(first[1].starts_with("slow: "), "{first:?}");
        let rest: Vec<String> =
            first.into_iter().enumerate().filter(|(index, _)| *index != 1).map(|(_, s)| s).collect();
        assert_eq!(rest, Version::Lenient.shown("production"), "its later stages, too");
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_activated() {
    ready().await;
    let folder = Folder::new();
    folder.put(Version::Strict);
    let gate = gate(&folder).run_with_token().await;
    gate.close_ledger().await;
    let (gate, ()) = with(gate, move |gate| {
        let before = status(gate.address)["bundle"].clone();
        folder.put(Version::Lenient);
        let response = reload(gate.address);
        assert_eq!((response.status, &response.json()["type"]), (503, &"/problems/record-unavailable".into()));
        let now = status(gate.address);
        assert_eq!((&now["bundle"], &now["ready"]), (&before, &false.into()));
        assert_eq!(now["last_reload"]["result"], "failed");
    })
    .await;
    // Its stop cannot be recorded either, and it says so instead of pretending.
    drop(gate);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_of_the_same_bundle_changes_nothing_but_places() {
    ready().await;
    let folder = Folder::new();
    folder.put(Version::Strict);
    let gate = gate(&folder).run_with_token().await;
    let (gate, ()) = with(gate, move |gate| {
        let (before, leaves) = (status(gate.address), gate.leaves());
        let same = || {
            let response = reload(gate.address);
            let body = response.json();
            assert_eq!((response.status, &body["changed"]), (200, &false.into()), "{}", response.text());
            assert_eq!((&body["old"], &body["new"]), (&before["bundle"]["digest"], &before["bundle"]["digest"]));
        };
        same();
        assert_eq!((&status(gate.address)["bundle"], gate.leaves()), (&before["bundle"], leaves), "the same files");
        let text = fs::read_to_string(folder.path().join("staging.yaml")).unwrap();
        folder.write("staging.yaml", format!("# Only a comment.\n{text}"));
        same();
        assert_eq!(gate.leaves(), leaves + 1, "other files are recorded, though they say the same");
        let now = status(gate.address);
        assert_eq!(now["last_reload"]["result"], "unchanged");
        let effective = send(gate.address, "GET", "/v1/policy-sets/staging/effective", &[], b"").json();
        let owner = effective["values"].as_array().unwrap().iter().find(|value| value["pointer"] == "/owner").unwrap();
        assert!(
            owner["source"].as_str().unwrap().ends_with("staging.yaml:4:8"),
            "places are those of the new text: {owner}"
        );
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_reloads_status_says_what_is_in_force() {
    let gate = world::gate().run_with_token().await;
    let (gate, ()) = with(gate, |gate| {
        let status = status(gate.address);
        assert_eq!((&status["bundle"]["source"], &status["dev"]), (&"files".into(), &true.into()));
        let sets: Vec<_> = status["policy_sets"].as_array().unwrap().iter().map(|set| &set["id"]).collect();
        assert_eq!(sets, ["maintenance", "runbook", "staging", "verification"]);
        assert_eq!(status.get("last_reload"), None);
        assert_eq!(send(gate.address, "GET", "/readyz", &[], b"").text(), "ready\n");
    })
    .await;
    gate.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_change_is_not_loaded_again() {
    ready().await;
    let folder = Folder::new();
    folder.put(Version::Strict);
    let gate = gate(&folder).run_with_token().await;
    let before = gate.inside().in_force();
    let (gate, ()) = with(gate, move |gate| {
        let (first, second) = (Version::Strict.component("first"), Version::Lenient.component("second"));
        folder.put(Version::Lenient);
        folder.write("first.wasm", &first);
        for file in ["production.yaml", "staging.yaml"] {
            let text = fs::read_to_string(folder.path().join(file)).unwrap();
            let lenient = Digest::of(&Version::Lenient.component("first")).hex();
            folder.write(file, text.replace(&lenient, &Digest::of(&first).hex()));
        }
        assert_eq!(reload(gate.address).json()["changed"], true);
        let after = gate.inside().in_force();
        let plugins = |in_force: &InForce| -> Vec<Arc<Plugin>> {
            in_force.bench.active.plugins().map(|(_, _, loaded)| loaded.plugin.clone()).collect()
        };
        let kept: Vec<bool> = plugins(&before).iter().zip(plugins(&after)).map(|(a, b)| Arc::ptr_eq(a, &b)).collect();
        assert_eq!(kept, [true, false, true, false], "of each set its first plugin, and not its second");
        assert_eq!(plugins(&after)[1].digest, Digest::of(&second));
        assert!(Arc::ptr_eq(&before.bench.cache, &after.bench.cache), "documents that were parsed stay so");
    })
    .await;
    gate.stop().await;
}
