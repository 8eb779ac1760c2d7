//! Push and pull with a real registry.

use crate::world::{
    EVIDENCE, Words, artifact, artifact_of, client, component, proxy::proxy, reference, registry::Registry,
};
use bytes::Bytes;
use tidegate_core::digest::Digest;
use tidegate_registry::{
    artifact::ArtifactError,
    client::error::Cause,
    pull::{PullError, TagState},
    push::PushError,
    reference::Reference,
    stored::Stored as _,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pushed_is_pulled_by_its_digest() {
    let Some(registry) = Registry::start() else { return };
    let (client, artifact) = (client(), artifact());
    let pinned = client.push(&artifact, &reference(registry.address, "team/plugin:1.2.0")).await.unwrap();
    assert_eq!(pinned.to_string(), format!("{}/team/plugin@{}", registry.address, artifact.digest()));
    let pulled = client.pull(&pinned, &Words).await.unwrap();
    assert_eq!((&pulled.artifact, &pulled.tag), (&artifact, &TagState::Same));
    assert_eq!(pulled.annotations["org.opencontainers.image.version"], "1.2.0");
    let again = client.push(&artifact, &reference(registry.address, "team/plugin")).await.unwrap();
    assert_eq!(again.digest, pinned.digest, "the same plugin is the same artifact");
    let absent = pinned.repository.at(Digest::of(b"absent"));
    let error = client.pull(&absent, &Words).await.unwrap_err();
    assert!(matches!(&error, PullError::Request(error) if matches!(error.cause, Cause::NotFound)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_without_a_tag_is_pulled_all_the_same() {
    let Some(registry) = Registry::start() else { return };
    let pinned = client().push(&artifact(), &reference(registry.address, "team/untagged")).await.unwrap();
    assert_eq!(client().pull(&pinned, &Words).await.unwrap().tag, TagState::Unnamed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_component_comes_and_goes_whole() {
    let Some(registry) = Registry::start() else { return };
    let mut bytes = component(&[EVIDENCE]).to_vec();
    bytes.extend(std::iter::repeat_n(b'\n', 9 * 1024 * 1024));
    let artifact = artifact_of(Bytes::from(bytes), &[EVIDENCE]);
    let pinned = client().push(&artifact, &reference(registry.address, "team/plugin")).await.unwrap();
    assert_eq!(client().pull(&pinned, &Words).await.unwrap().artifact, artifact);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_names_another_artifact_is_not_pushed_to() {
    let Some(registry) = Registry::start() else { return };
    let other = format!("{}/team/plugin@{}", registry.address, Digest::of(b"other"));
    let error = client().push(&artifact(), &Reference::parse(&other).unwrap()).await.unwrap_err();
    assert!(matches!(error, PushError::OtherDigest { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_that_was_tampered_with_on_the_registrys_disk_is_refused() {
    let Some(registry) = Registry::start() else { return };
    let artifact = artifact();
    let pinned = client().push(&artifact, &reference(registry.address, "team/plugin:1")).await.unwrap();
    for (whole, tampered) in [
        (&artifact.component, [&artifact.component[..artifact.component.len() - 1], b"!"].concat()),
        (&artifact.config, [b" ", &artifact.config[1..]].concat()),
        (&artifact.manifest, String::from_utf8_lossy(&artifact.manifest).replace("1.2.0", "1.2.1").into_bytes()),
    ] {
        registry.tamper(Digest::of(whole), &tampered);
        let error = client().pull(&pinned, &Words).await.unwrap_err();
        let text = error.to_string();
        // Some registries look at their own bytes and answer with an error of theirs.
        let is_theirs = text.contains("the registry answered with status 5");
        assert!(error.is_refusal() && text.contains("tampered with") || is_theirs, "{text}");
        registry.tamper(Digest::of(whole), whole);
        client().pull(&pinned, &Words).await.unwrap();
    }
    registry.tamper(Digest::of(&artifact.component), b"shorter");
    assert!(client().pull(&pinned, &Words).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_moved_is_told_and_the_digest_is_what_comes() {
    let Some(registry) = Registry::start() else { return };
    let (first, second) = (artifact(), artifact_of(component(&[]), &[]));
    let tag = reference(registry.address, "team/plugin:latest");
    let pinned = client().push(&first, &tag).await.unwrap();
    client().push(&second, &tag).await.unwrap();
    let pulled = client().pull(&pinned, &Words).await.unwrap();
    assert_eq!((pulled.artifact, pulled.tag), (first, TagState::Moved(second.digest())));
    assert_eq!(client().named_now(&tag).await.unwrap().unwrap().digest, second.digest());
    assert!(tag.pinned().unwrap_err().to_string().contains("a tag may be another artifact tomorrow"));
    let gone = tidegate_registry::reference::Pinned { tag: Some("gone".to_owned()), ..pinned };
    assert_eq!(client().pull(&gone, &Words).await.unwrap().tag, TagState::Gone);
    assert_eq!(client().named_now(&reference(registry.address, "team/plugin:gone")).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_beyond_the_contract_are_refused_before_the_component_is_fetched() {
    let Some(registry) = Registry::start() else { return };
    let imports = [EVIDENCE, "wasi:sockets/tcp@0.2.0"];
    let artifact = artifact_of(component(&imports), &imports);
    let pinned = client().push(&artifact, &reference(registry.address, "team/plugin")).await.unwrap();
    let between = proxy(registry.address, |_| None).await;
    let through = reference(between.address, "team/plugin").repository().at(pinned.digest);
    let error = client().pull(&through, &Words).await.unwrap_err();
    let PullError::Artifact { cause, .. } = &error else { panic!("{error}") };
    assert!(matches!(**cause, ArtifactError::Exceeding(_)), "{error}");
    assert!(
        error.to_string().contains("imports what the contract does not offer: `wasi:sockets/tcp@0.2.0`"),
        "{error}"
    );
    assert!(between.was_asked(&Digest::of(&artifact.config).to_string()));
    assert!(!between.was_asked(&Digest::of(&artifact.component).to_string()), "{:?}", between.asked());
    assert_eq!(between.asked().len(), 2, "the manifest and the config: {:?}", between.asked());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_config_that_keeps_quiet_about_an_import_is_found_out() {
    let Some(registry) = Registry::start() else { return };
    let artifact = artifact_of(component(&[EVIDENCE, "wasi:sockets/tcp@0.2.0"]), &[EVIDENCE]);
    let pinned = client().push(&artifact, &reference(registry.address, "team/plugin")).await.unwrap();
    let error = client().pull(&pinned, &Words).await.unwrap_err();
    assert!(error.is_refusal() && error.to_string().contains("left out are: `wasi:sockets/tcp@0.2.0`"), "{error}");
    let artifact = artifact_of(Bytes::from_static(b"something else"), &[]);
    let pinned = client().push(&artifact, &reference(registry.address, "team/plugin")).await.unwrap();
    let error = client().pull(&pinned, &Words).await.unwrap_err();
    assert!(error.is_refusal() && error.to_string().contains("it is no plugin: not a component"), "{error}");
}
