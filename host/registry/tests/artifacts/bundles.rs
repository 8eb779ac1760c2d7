//! Bundles of policies: as artifacts of a real registry, and as files.

use crate::world::{NOW, Words, all_of, artifact, client, key, reference, registry::Registry};
use bytes::Bytes;
use tidegate_core::digest::Digest;
use tidegate_registry::{
    artifact::Artifact,
    bundle::{Bundle, BundleConfig, BundleError},
    layout::{Layout, LayoutError, SaveError},
    manifest::{Annotations, Descriptor, Manifest},
    media::{BUNDLE_CONFIG, BUNDLE_POLICIES, WASM_LAYER},
    signature::verdict::Refusal,
    stored::Stored as _,
};

const POLICIES: &[u8] = br#"{"v":1,"policies":[],"plugins":[]}"#;

fn about() -> BundleConfig {
    BundleConfig::of(["ada".to_owned()]).unwrap()
}

fn bundle() -> Bundle {
    let components = ["two", "one", "two"].map(|text| Bytes::from_static(text.as_bytes())).to_vec();
    Bundle::of(Bytes::from_static(POLICIES), components, about()).unwrap()
}

fn layout() -> Layout<Bundle> {
    Layout { artifact: bundle(), signatures: Vec::new(), tag: None }
}

fn written(layout: &Layout<Bundle>) -> Vec<u8> {
    let mut bytes = Vec::new();
    layout.write(&mut bytes).unwrap();
    bytes
}

#[test]
fn the_same_policies_of_the_same_authors_are_the_same_bundle() {
    let other_order = ["one", "two"].map(|text| Bytes::from_static(text.as_bytes())).to_vec();
    assert_eq!(bundle(), Bundle::of(Bytes::from_static(POLICIES), other_order, about()).unwrap());
    let others = BundleConfig::of(["ada".to_owned(), "bob".to_owned()]).unwrap();
    let others = Bundle::of(Bytes::from_static(POLICIES), Vec::new(), others).unwrap();
    assert_ne!(bundle().digest(), others.digest(), "who wrote it is signed with it");
    assert_eq!(bundle().components().len(), 2);
}

#[test]
fn a_bundle_is_signed_and_carried_as_a_file() {
    let (ada, bob) = (key(1), key(2));
    let mut layout = layout();
    for key in [&ada, &bob, &ada] {
        layout.sign("", &|message| key.sign(message)).unwrap();
    }
    assert_eq!(layout.signatures.len(), 2, "signing twice changes nothing");
    let read = Layout::read_bundle(&*written(&layout)).unwrap();
    assert_eq!(read, layout);
    assert_eq!(read.verify(&all_of(&[("ada", &ada), ("bob", &bob)]), NOW).unwrap().len(), 2);
    let eve = key(3);
    let refusal = read.verify(&all_of(&[("ada", &ada), ("eve", &eve)]), NOW).unwrap_err();
    assert!(matches!(refusal, Refusal::Wrongly { signatures: 2, .. }), "{refusal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_goes_through_a_registry_with_its_signatures() {
    let Some(registry) = Registry::start() else { return };
    let (client, ada, bob) = (client(), key(1), key(2));
    let mut layout = layout();
    layout.sign("", &|message| ada.sign(message)).unwrap();
    let pinned = client.load(&layout, &reference(registry.address, "policies/production:7")).await.unwrap();
    assert_eq!(pinned.digest, bundle().digest());
    // Somebody else signs it where it lies.
    client.sign(&pinned, &|message| bob.sign(message)).await.unwrap();
    let saved = client.save_bundle(&pinned).await.unwrap();
    assert_eq!(saved.artifact, bundle());
    assert_eq!(saved.verify(&all_of(&[("ada", &ada), ("bob", &bob)]), NOW).unwrap().len(), 2);
    // Neither is one the other.
    let plugin = client.push(&artifact(), &reference(registry.address, "team/plugin:1")).await.unwrap();
    let error = client.save_bundle(&plugin).await.unwrap_err();
    assert!(error.is_refusal() && error.to_string().contains("it is no bundle: its config is"), "{error}");
    let error = client.pull(&pinned, &Words).await.unwrap_err();
    assert!(error.is_refusal() && error.to_string().contains("it is no plugin: its config is"), "{error}");
    // What was tampered with is not there.
    let component = Digest::of(b"two");
    registry.tamper(component, b"owt");
    let error = client.save_bundle(&pinned).await.unwrap_err();
    assert!(matches!(&error, SaveError::Request(_)) && error.is_refusal(), "{error}");
}

/// A file with this manifest and the blobs of a bundle.
fn with(config: Descriptor, layers: Vec<Descriptor>) -> Result<Bundle, LayoutError> {
    let manifest = Manifest { config, layers, annotations: Annotations::new() };
    let bundle = bundle();
    let known = bundle.blobs().into_iter().map(|blob| (Digest::of(blob.bytes), blob.bytes.clone())).collect();
    Bundle::from_blobs(Bytes::from(manifest.bytes().unwrap()), &known)
}

#[test]
fn what_is_no_bundle_is_told_apart() {
    let bundle = bundle();
    let config = Descriptor::of(BUNDLE_CONFIG, bundle.config());
    let policies = Descriptor::of(BUNDLE_POLICIES, bundle.policies());
    let component = Descriptor::of(WASM_LAYER, b"one");
    assert!(with(config.clone(), vec![policies.clone(), component.clone()]).is_ok());
    let large = |named: &Descriptor, size| Descriptor { size, ..named.clone() };
    let many = std::iter::once(policies.clone()).chain(std::iter::repeat_n(component.clone(), 257)).collect();
    for (expected, config, layers) in [
        ("OtherConfig", Descriptor::of(WASM_LAYER, b"one"), vec![policies.clone()]),
        ("NoPolicies", config.clone(), vec![]),
        ("NoPolicies", config.clone(), vec![component.clone(), policies.clone()]),
        ("OtherLayer", config.clone(), vec![policies.clone(), policies.clone()]),
        ("TooLarge", config.clone(), vec![large(&policies, 65 << 20)]),
        ("TooLarge", config.clone(), vec![policies.clone(), large(&component, 65 << 20)]),
        (
            "TooLarge",
            config.clone(),
            vec![policies.clone(); 1].into_iter().chain(vec![large(&component, 60 << 20); 5]).collect(),
        ),
        ("TooLarge", config.clone(), many),
        ("Absent", config.clone(), vec![policies.clone(), Descriptor::of(WASM_LAYER, b"three")]),
        ("Config", Descriptor::of(BUNDLE_CONFIG, bundle.policies()), vec![policies.clone()]),
    ] {
        let error = with(config, layers).unwrap_err();
        let shown = match &error {
            LayoutError::Bundle(error) => format!("{error:?}"),
            other => format!("{other:?}"),
        };
        assert!(shown.starts_with(expected), "{expected}: {shown}");
        assert!(!matches!(error, LayoutError::Bundle(BundleError::Manifest(_))), "{error}");
    }
    let plugin = Layout { artifact: artifact(), signatures: Vec::new(), tag: None };
    let mut bytes = Vec::new();
    plugin.write(&mut bytes).unwrap();
    assert!(matches!(Layout::read_bundle(&*bytes), Err(LayoutError::Bundle(BundleError::OtherConfig(_)))));
    assert!(Layout::<Artifact>::read(&*written(&layout()), &Words).is_err());
}
