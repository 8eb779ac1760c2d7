//! Signatures beside artifacts, in a real registry.

use crate::world::{
    NOW, all_of, any_of, artifact, artifact_of, client, component, key, lapsed, names, p256, reference,
    registry::Registry,
};
use std::sync::Arc;
use tidegate_core::{
    digest::Digest,
    signer::{SignedBy, Who},
};
use tidegate_evidence::signing::verifies;
use tidegate_registry::{
    artifact::Artifact,
    client::Client,
    reference::{Pinned, Reference},
    signature::{
        Signature, VerifyError,
        demand::{Demand, DemandError},
        tag_of,
        verdict::{Missing, Refusal, judge},
    },
};

async fn pushed(registry: &Registry, artifact: &Artifact) -> (Client, Pinned) {
    let client = client();
    let pinned = client.push(artifact, &reference(registry.address, "team/plugin:1")).await.unwrap();
    (client, pinned)
}

fn signers(by: &[SignedBy]) -> Vec<&str> {
    by.iter().map(|by| &*by.signer).collect()
}

fn refusal(result: Result<Vec<SignedBy>, VerifyError>) -> Refusal {
    match result {
        Err(VerifyError::Refused { refusal, .. }) => refusal,
        other => panic!("{other:?}"),
    }
}

fn missing(names: &[&str]) -> Missing {
    Missing(names.iter().map(|name| Arc::from(*name)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signed_is_told_and_each_signature_is_kept_beside_the_others() {
    let Some(registry) = Registry::start() else { return };
    let (client, pinned) = pushed(&registry, &artifact()).await;
    let (ada, bob, eve) = (key(1), p256(), key(3));
    assert_eq!(
        refusal(client.verify(&pinned, &all_of(&[("ada", &ada)]), NOW).await),
        Refusal::Unsigned { missing: missing(&["ada"]) }
    );
    client.sign(&pinned, &|message| ada.sign(message)).await.unwrap();
    client.sign(&pinned, &|message| bob.sign(message)).await.unwrap();
    // Once more is once.
    client.sign(&pinned, &|message| bob.sign(message)).await.unwrap();
    let both = client.verify(&pinned, &all_of(&[("ada", &ada), ("bob", &bob)]), NOW).await.unwrap();
    assert_eq!(signers(&both), ["ada", "bob"]);
    let one = client.verify(&pinned, &any_of(&[("bob", &bob), ("eve", &eve)]), NOW).await.unwrap();
    assert_eq!(signers(&one), ["bob"]);
    assert_eq!(
        refusal(client.verify(&pinned, &all_of(&[("ada", &ada), ("eve", &eve)]), NOW).await),
        Refusal::Wrongly { signatures: 2, missing: missing(&["eve"]) }
    );
    assert_eq!(
        refusal(client.verify(&pinned, &any_of(&[("eve", &eve), ("fay", &key(4))]), NOW).await),
        Refusal::Wrongly { signatures: 2, missing: missing(&["eve", "fay"]) }
    );
    let lapsed = refusal(client.verify(&pinned, &lapsed("ada", &ada), NOW).await).to_string();
    assert!(lapsed.contains("`ada` signed it with key") && lapsed.contains("which counted until"), "{lapsed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_of_another_artifact_does_not_count_here() {
    let Some(registry) = Registry::start() else { return };
    let (client, first) = pushed(&registry, &artifact()).await;
    let (_, second) = pushed(&registry, &artifact_of(component(&[]), &[])).await;
    let ada = key(1);
    client.sign(&first, &|message| ada.sign(message)).await.unwrap();
    // Somebody puts the tag of the one's signatures where the other's would be.
    let base = format!("http://{}/v2/team/plugin/manifests", registry.address);
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let manifest = "application/vnd.oci.image.manifest.v1+json";
    let request = http.get(format!("{base}/{}", tag_of(first.digest))).header("accept", manifest);
    let bytes = request.send().await.unwrap().bytes().await.unwrap();
    let request = http.put(format!("{base}/{}", tag_of(second.digest))).header("content-type", manifest).body(bytes);
    assert!(request.send().await.unwrap().status().is_success());
    assert_eq!(
        refusal(client.verify(&second, &all_of(&[("ada", &ada)]), NOW).await),
        Refusal::OtherDigest { signer: "ada".into(), named: first.digest, missing: missing(&["ada"]) }
    );
    // Beside it a good one counts.
    client.sign(&second, &|message| ada.sign(message)).await.unwrap();
    assert_eq!(signers(&client.verify(&second, &all_of(&[("ada", &ada)]), NOW).await.unwrap()), ["ada"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_and_tampered_with_on_the_registrys_disk_is_refused() {
    let Some(registry) = Registry::start() else { return };
    let (client, pinned) = pushed(&registry, &artifact()).await;
    let ada = key(1);
    client.sign(&pinned, &|message| ada.sign(message)).await.unwrap();
    let payload = Signature::of(&pinned, &|message| ada.sign(message)).unwrap().payload;
    let tampered = String::from_utf8_lossy(&payload).replace("team/plugin", "evil/plugin");
    registry.tamper(Digest::of(&payload), tampered.as_bytes());
    let found = refusal(client.verify(&pinned, &all_of(&[("ada", &ada)]), NOW).await);
    assert!(matches!(found, Refusal::Tampered(_)), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_signed() {
    let Some(registry) = Registry::start() else { return };
    let absent = reference(registry.address, "team/plugin").repository().at(Digest::of(b"absent"));
    assert!(client().sign(&absent, &|message| key(1).sign(message)).await.is_err());
}

fn elsewhere() -> Pinned {
    Reference::parse("r.example/a").unwrap().repository().at(Digest::of(b"artifact"))
}

#[test]
fn signatures_that_are_none_are_told_apart_from_good_ones() {
    let (ada, eve) = (key(1), key(3));
    let good = Signature::of(&elsewhere(), &|message| ada.sign(message)).unwrap();
    let demand = all_of(&[("ada", &ada)]);
    let judged = |signatures: &[Signature]| judge(elsewhere().digest, signatures, &demand, NOW);
    assert_eq!(signers(&judged(std::slice::from_ref(&good)).unwrap()), ["ada"]);

    let annotated = |text: Option<&str>| {
        let mut signature = good.clone();
        signature.descriptor.annotations.clear();
        if let Some(text) = text {
            signature.descriptor = signature.descriptor.with("dev.cosignproject.cosign/signature", text);
        }
        signature
    };
    let another_payload = Signature { payload: b"{}".as_slice().into(), ..good.clone() };
    let strangers = Signature::of(&elsewhere(), &|message| eve.sign(message)).unwrap();
    for one in [annotated(None), annotated(Some("")), annotated(Some("no base64")), another_payload, strangers] {
        let expected = Refusal::Wrongly { signatures: 1, missing: missing(&["ada"]) };
        assert_eq!(judged(std::slice::from_ref(&one)), Err(expected), "{one:?}");
        assert!(judged(&[one, good.clone()]).is_ok(), "what strangers put beside it changes nothing");
    }
}

#[test]
fn what_somebody_signed_that_names_no_artifact_does_not_count() {
    let ada = key(1);
    let mut signature = Signature::of(&elsewhere(), &|_| ada.sign(b"{}")).unwrap();
    signature.payload = b"{}".as_slice().into();
    let found = judge(elsewhere().digest, &[signature], &all_of(&[("ada", &ada)]), NOW);
    assert!(matches!(found, Err(Refusal::NoArtifact { .. })), "{found:?}");
}

#[test]
fn a_demand_that_anything_would_meet_is_none() {
    let known = [key(1).known_as("ada")];
    for (who, expected) in [
        (Who::AllOf(names(&[])), DemandError::Nobody),
        (Who::AnyOf(names(&[])), DemandError::Nobody),
        (Who::AllOf(names(&["ada", "bob"])), DemandError::NoKey("bob".into())),
        (Who::AnyOf(names(&["ada", "bob"])), DemandError::NoKey("bob".into())),
    ] {
        assert_eq!(Demand::new(who, &known, verifies).unwrap_err(), expected);
    }
}
