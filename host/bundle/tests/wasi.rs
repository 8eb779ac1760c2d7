//! What a set grants its plugins of WASI.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{collections::BTreeMap, path::PathBuf};
use tidegate_bundle::{
    bundle::Bundle,
    document::Mistake,
    sources::{Sources, read_sets},
};
use tidegate_core::{digest::Digest, wasi::Wasi};

/// A set whose plugin's entry says this, too.
fn sources(entry: &str) -> Result<Sources, Vec<Mistake>> {
    let text = format!(
        "policy_set: shop\nversion: 1.0.0\nowner: Shop Team\nmatch: {{ environments: [production], services: [\"*\"] }}\n\
         plugins: {{ own: {{ path: own.wasm{entry} }} }}\nstages: [{{ id: own, title: Own, plugin: own, evidence: [] }}]\n"
    );
    read_sets(&[(PathBuf::from("p.yaml"), text)])
}

fn resolved(entry: &str) -> Bundle {
    let sources = sources(entry).unwrap();
    let digest = |plugin: tidegate_bundle::sources::PluginReference<'_>| {
        ((plugin.set.clone(), plugin.name.clone()), Digest::of(b"component"))
    };
    let digests: BTreeMap<_, _> = sources.plugins().map(digest).collect();
    sources.resolve(&digests).unwrap()
}

#[test]
fn a_plugin_is_granted_what_its_entry_says_and_nothing_else() {
    let granted = |entry| sources(entry).unwrap().plugins().map(|plugin| plugin.wasi).collect::<Vec<_>>();
    assert_eq!(granted(""), [Wasi::Refused]);
    assert_eq!(granted(", wasi: inert"), [Wasi::Inert]);
    let mistakes: Vec<String> = sources(", wasi: inert!").unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(mistakes, ["p.yaml:5:41: `inert!` is not one of `inert`\nhint: did you mean `inert`?"]);
    assert!(sources(", wasi: true").is_err());
}

#[test]
fn what_is_granted_is_a_part_of_the_digest_and_what_is_not_leaves_it_as_it_was() {
    let (refused, inert) = (resolved(""), resolved(", wasi: inert"));
    assert_ne!(refused.digest(), inert.digest());
    let set = |bundle: &Bundle| bundle.sets()[0].canonical().to_owned();
    assert!(!set(&refused).contains("wasi"), "{}", set(&refused));
    assert!(set(&inert).contains(r#""wasi":"inert""#), "{}", set(&inert));
}

#[test]
fn who_is_granted_it_in_vain_is_told_where() {
    let sources = sources(", wasi: inert").unwrap();
    let told: Vec<String> = sources.plugins().map(|plugin| plugin.granted_in_vain().to_string()).collect();
    let expected =
        "p.yaml:5:41: plugin `own` imports nothing of WASI, so `wasi` grants it nothing\nhint: leave `wasi` out";
    assert_eq!(told, [expected]);
}
