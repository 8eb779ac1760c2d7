//! Candidates beside the set that decides.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::PathBuf;
use tidegate_bundle::{bundle::Bundle, sources::read_sets};
use tidegate_core::{digest::Digest, name::PolicySetId};

fn set(id: &str, more: &str) -> (PathBuf, String) {
    let text = format!(
        "policy_set: {id}\nversion: 1.0.0\nowner: O\nmatch: {{ environments: [production], services: ['*'] }}\n\
         plugins: {{ q: {{ path: q.wasm }} }}\nstages: [{{ id: a, title: A, plugin: q, evidence: [] }}]\n{more}"
    );
    (PathBuf::from(format!("{id}.yaml")), text)
}

fn bundle(files: &[(PathBuf, String)]) -> Bundle {
    let sources = read_sets(files).unwrap();
    let digests =
        sources.plugins().map(|plugin| ((plugin.set.clone(), plugin.name.clone()), Digest::of(b"q"))).collect();
    sources.resolve(&digests).unwrap()
}

fn mistakes(files: &[(PathBuf, String)]) -> Vec<String> {
    read_sets(files).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn a_candidate_overlaps_with_nothing_and_is_never_chosen() {
    let bundle = bundle(&[set("next", "shadow_of: shop\n"), set("other", "shadow_of: shop\n"), set("shop", "")]);
    let names = |sets: &mut dyn Iterator<Item = &tidegate_bundle::bundle::LoadedSet>| -> Vec<String> {
        sets.map(|set| set.set.id.to_string()).collect()
    };
    assert_eq!(names(&mut bundle.sets().iter()), ["shop"]);
    assert_eq!(names(&mut bundle.shadows_of(&PolicySetId::parse("shop").unwrap())), ["next", "other"]);
    assert_eq!(names(&mut bundle.all_sets()), ["shop", "next", "other"]);
    assert!(bundle.shadows_of(&PolicySetId::parse("next").unwrap()).next().is_none());
}

#[test]
fn the_bundles_digest_covers_candidates_apart_from_what_decides() {
    let (alone, with) = (bundle(&[set("shop", "")]), bundle(&[set("shop", ""), set("next", "shadow_of: shop\n")]));
    assert_ne!(alone.digest(), with.digest());
    assert_eq!(alone.sets()[0].set.digest, with.sets()[0].set.digest);
    let canonical: serde_json::Value = serde_json::from_str(with.canonical()).unwrap();
    assert_eq!(
        (canonical["sets"].as_array().unwrap().len(), &canonical["shadows"][0]["policy_set"]),
        (1, &"next".into())
    );
}

#[test]
fn a_candidate_stands_beside_one_set_that_decides() {
    let beside = |of: &str| format!("shadow_of: {of}\n");
    for (files, expected) in [
        (
            vec![set("shop", ""), set("next", &beside("shpo"))],
            "next.yaml:7:12: there is no policy set `shpo`\nhint: did you mean `shop`?",
        ),
        (
            vec![set("shop", &beside("shop"))],
            "shop.yaml:7:12: policy set `shop` is a candidate itself: it decides nothing that this one could stand beside",
        ),
        (
            vec![set("shop", ""), set("next", &beside("shop")), set("later", &beside("next"))],
            "later.yaml:7:12: policy set `next` is a candidate itself: it decides nothing that this one could stand beside",
        ),
        (
            vec![set("shop", ""), set("next", "shadow_of: No\n")],
            "next.yaml:7:12: `No` is not a name: lower-case letters, digits, `_` and `-`, beginning with a letter",
        ),
    ] {
        assert_eq!(mistakes(&files), [expected]);
    }
    let mut files = vec![set("shop", "")];
    files.extend((0..5).map(|i| set(&format!("next{i}"), &beside("shop"))));
    assert_eq!(mistakes(&files), ["next4.yaml:7:12: too many candidates beside `shop`: 5 used, 4 allowed"]);
    assert_eq!(mistakes(&[set("shop", ""), set("twin", "")]).len(), 1, "two sets that decide still overlap");
}
