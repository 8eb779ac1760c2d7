//! Artifacts that are none, from a registry that serves whatever it is told to.

use crate::world::{
    EVIDENCE, Words, artifact, artifact_of, client, component,
    fake::{Fake, Question, status},
    reference,
};
use axum::response::IntoResponse as _;
use bytes::Bytes;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use tidegate_core::digest::Digest;
use tidegate_registry::{artifact::Artifact, stored::Stored as _};

/// Serves these bytes by their digests, whatever they are.
async fn serving(blobs: Vec<Bytes>) -> Fake {
    let blobs: Arc<BTreeMap<String, Bytes>> =
        Arc::new(blobs.into_iter().map(|bytes| (Digest::of(&bytes).to_string(), bytes)).collect());
    Fake::new(move |question: Question| {
        let digest = question.path.rsplit('/').next().unwrap_or_default();
        blobs.get(digest).map_or_else(|| status(404), |bytes| bytes.clone().into_response())
    })
    .await
}

fn changed(bytes: &[u8], change: impl FnOnce(&mut Value)) -> Bytes {
    let mut value: Value = serde_json::from_slice(bytes).unwrap();
    change(&mut value);
    Bytes::from(value.to_string())
}

/// The manifest of the usual artifact, changed so.
fn manifest(change: impl FnOnce(&mut Value)) -> (Bytes, Artifact) {
    (changed(&artifact().manifest, change), artifact())
}

/// The config of the usual artifact, changed so, and a manifest that names it as it is.
fn config(change: impl FnOnce(&mut Value)) -> (Bytes, Artifact) {
    let config = changed(&artifact().config, change);
    let named = json!({
        "mediaType": "application/vnd.wasm.config.v0+json", "digest": Digest::of(&config).to_string(), "size": config.len(),
    });
    (changed(&artifact().manifest, |value| value["config"] = named), Artifact { config, ..artifact() })
}

#[tokio::test(flavor = "multi_thread")]
async fn artifacts_that_are_none_are_refused_with_the_reason_and_nothing_more_is_fetched() {
    let index = json!("application/vnd.oci.image.index.v1+json");
    let cases = [
        ("the manifest cannot be read: ", 1, manifest(|value| *value = json!("text"))),
        ("the manifest has schema version 1, not 2", 1, manifest(|value| value["schemaVersion"] = json!(1))),
        ("it is a list of artifacts, not one", 1, manifest(|value| value["mediaType"] = index)),
        ("it has 0 layers, not one", 1, manifest(|value| value["layers"] = json!([]))),
        (
            "it has 2 layers, not one",
            1,
            manifest(|value| {
                let layer = value["layers"][0].clone();
                value["layers"].as_array_mut().unwrap().push(layer);
            }),
        ),
        (
            "its layer is `text/plain`, not `application/wasm`",
            1,
            manifest(|value| {
                value["layers"][0]["mediaType"] = json!("text/plain");
            }),
        ),
        (
            "its config is `application/vnd.oci.image.config.v1+json`, not",
            1,
            manifest(|value| {
                value["config"]["mediaType"] = json!("application/vnd.oci.image.config.v1+json");
            }),
        ),
        ("its config is `\\u{1b}[31m`", 1, manifest(|value| value["config"]["mediaType"] = json!("\u{1b}[31m"))),
        (
            "the manifest names a blob by what is no digest",
            1,
            manifest(|value| {
                value["layers"][0]["digest"] = json!("sha256:../..");
            }),
        ),
        (
            "the component is too large: 67108865 bytes used, 67108864 allowed",
            1,
            manifest(|value| {
                value["layers"][0]["size"] = json!(67_108_865);
            }),
        ),
        (
            "the config is too large: 1048577 bytes used, 1048576 allowed",
            1,
            manifest(|value| {
                value["config"]["size"] = json!(1_048_577);
            }),
        ),
        ("the config is too large: ", 2, manifest(|value| value["config"]["size"] = json!(3))),
        ("asked for were 1000", 2, manifest(|value| value["config"]["size"] = json!(1000))),
        ("asked for were 1000", 3, manifest(|value| value["layers"][0]["size"] = json!(1000))),
        ("the component is too large: ", 3, manifest(|value| value["layers"][0]["size"] = json!(3))),
        ("the config cannot be read: ", 2, config(|value| *value = json!([]))),
        (
            "the config is of architecture `amd64`, not `wasm`",
            2,
            config(|value| value["architecture"] = json!("amd64")),
        ),
        ("the config is of `wasip1`, not of a component", 2, config(|value| value["os"] = json!("wasip1"))),
        ("does not say what the component imports", 2, config(|value| value["component"] = json!(null))),
        ("the config speaks of other layers", 2, config(|value| value["layerDigests"] = json!([]))),
        (
            "imports what the contract does not offer: `evil`",
            2,
            config(|value| {
                value["component"]["imports"] = json!(["evil"]);
            }),
        ),
        (
            "left out are: `tidegate:policy/evidence@0.1.0`",
            3,
            config(|value| value["component"]["imports"] = json!([])),
        ),
    ];
    for (expected, requests, (manifest, Artifact { config, component, .. })) in cases {
        let registry = serving(vec![manifest.clone(), config, component]).await;
        let pinned = reference(registry.address, "team/plugin").repository().at(Digest::of(&manifest));
        let error = client().pull(&pinned, &Words).await.unwrap_err();
        assert!(error.is_refusal() && error.to_string().contains(expected), "{expected}: {error}");
        assert_eq!(registry.asked().len(), requests, "{expected}: {:?}", registry.asked());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_of_others_that_says_more_is_pulled() {
    let (manifest, Artifact { config, component, .. }) = manifest(|value| {
        value["artifactType"] = json!("application/vnd.wasm.config.v0+json");
        value["layers"][0]["annotations"] = json!({ "org.opencontainers.image.title": "plugin.wasm" });
    });
    let registry = serving(vec![manifest.clone(), config, component]).await;
    let pinned = reference(registry.address, "team/plugin").repository().at(Digest::of(&manifest));
    assert_eq!(client().pull(&pinned, &Words).await.unwrap().artifact.component, artifact().component);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_answers_for_another_digest_is_not_believed() {
    let other = artifact_of(component(&[]), &[]);
    let registry = Fake::new(move |_| other.manifest.clone().into_response()).await;
    let pinned = reference(registry.address, "team/plugin").repository().at(artifact().digest());
    let error = client().pull(&pinned, &Words).await.unwrap_err();
    assert!(error.is_refusal() && error.to_string().contains("tampered with"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_end_is_read_no_further_than_its_limit() {
    let registry = Fake::new(|_| vec![b' '; 3 * 1024 * 1024].into_response()).await;
    let pinned = reference(registry.address, "team/plugin").repository().at(artifact().digest());
    let error = client().pull(&pinned, &Words).await.unwrap_err();
    assert!(error.is_refusal() && error.to_string().contains("the manifest is too large: "), "{error}");
    assert!(error.to_string().contains("1048576 allowed"), "{error}");
}

#[test]
fn a_component_that_no_gate_would_load_is_not_made_an_artifact() {
    let bytes = Bytes::from(vec![0; 64 * 1024 * 1024 + 1]);
    let error = Artifact::of(bytes, Default::default(), &Default::default()).unwrap_err().to_string();
    assert_eq!(error, "the component is too large: 67108865 bytes used, 67108864 allowed");
    assert_eq!(artifact_of(component(&[EVIDENCE]), &[EVIDENCE]).digest(), artifact().digest());
}
