//! Plugins in registries: by digest, and signed by whom the set asks for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{collections::BTreeMap, path::PathBuf};
use tidegate_bundle::{
    bundle::Bundle,
    document::Mistake,
    lint::lint,
    sources::{InRegistry, Sources, read_sets},
};
use tidegate_core::{digest::Digest, signer::Who, time::Timestamp};

const ED25519: &str = "MCowBQYDK2VwAyEAL9i42K0QNYxxTGbSLyQSMABRIZFY4HTZt99MAgdlTMU=";
const OTHER: &str = "MCowBQYDK2VwAyEAMqz5MCUjv4FzZbUTg1ajRC8EqQGy3o2locpyDgls+bs=";
const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A set whose plugin's entry says this.
fn sources(entry: &str) -> Result<Sources, Vec<Mistake>> {
    let text = format!(
        "policy_set: shop\nversion: 1.0.0\nowner: Shop Team\nmatch: {{ environments: [production], services: [\"*\"] }}\n\
         signers: {{ platform: [{{ key: {ED25519} }}], security: [{{ key: {OTHER} }}] }}\n\
         plugins: {{ own: {{ {entry} }} }}\nstages: [{{ id: own, title: Own, plugin: own, evidence: [] }}]\n"
    );
    read_sets(&[(PathBuf::from("policies/p.yaml"), text)])
}

fn in_registry(entry: &str) -> InRegistry {
    let sources = sources(entry).unwrap();
    let plugin = sources.plugins().next().unwrap();
    assert!(plugin.is_pinned() && plugin.sha256_at().is_none());
    plugin.registry.unwrap().clone()
}

fn told(entry: &str) -> Vec<String> {
    sources(entry).unwrap_err().iter().map(ToString::to_string).collect()
}

fn resolved(entry: &str) -> Bundle {
    let sources = sources(entry).unwrap();
    let digests: BTreeMap<_, _> =
        sources.plugins().map(|plugin| ((plugin.set.clone(), plugin.name.clone()), Digest::of(b"component"))).collect();
    sources.resolve(&digests).unwrap()
}

fn reference() -> String {
    format!("registry.example/own:1.2.0@{DIGEST}")
}

#[test]
fn a_plugin_is_named_by_its_digest_and_by_who_signed_it() {
    let reference = reference();
    let found = in_registry(&format!("oci: '{reference}', verify: {{ all_of: [security, platform] }}"));
    let names = |names: &[&str]| names.iter().map(|name| (*name).into()).collect();
    let expected = InRegistry {
        reference: reference.clone(),
        digest: Digest::of(b""),
        who: Some(Who::AllOf(names(&["platform", "security"]))),
    };
    assert_eq!(found, expected);
    let any = in_registry(&format!("oci: '{reference}', verify: {{ any_of: [platform] }}"));
    assert_eq!(any.who, Some(Who::AnyOf(names(&["platform"]))));
    assert_eq!(in_registry(&format!("oci: '{reference}'")).who, None);
    let sources = sources(&format!("oci: '{reference}'")).unwrap();
    let plugin = sources.plugins().next().unwrap();
    assert_eq!(plugin.path, PathBuf::from(format!("oci:{reference}")), "whatever folder the policy file lies in");
    assert_eq!(plugin.keys().len(), 2);
}

#[test]
fn where_a_plugin_lies_and_who_signed_it_is_no_part_of_what_decides() {
    let oci = resolved(&format!("oci: '{}', verify: {{ all_of: [platform] }}", reference()));
    assert_eq!(oci.digest(), resolved("path: own.wasm").digest());
}

#[test]
fn who_is_asked_for_has_to_be_known() {
    let with = |verify: &str| told(&format!("oci: '{}', verify: {verify}", reference()));
    for (verify, expected) in [
        ("{ all_of: [platfrm] }", "there is no signer `platfrm` under `signers`\nhint: did you mean `platform`?"),
        ("{}", "`all_of` is missing"),
        ("{ all_of: [] }", "too few entries: 0 given, 1 needed"),
        ("{ any_of: [platform], all_of: [security] }", "`verify` says either `all_of` or `any_of`"),
        ("{ all_of: [platform, platform] }", "`platform` is listed twice"),
    ] {
        let found = with(verify);
        assert!(found.iter().any(|mistake| mistake.contains(expected)), "{verify}: {found:?}");
    }
}

#[test]
fn who_asks_for_nobodys_signature_is_told_so() {
    let warnings = |entry: &str| {
        let found = lint(&sources(entry).unwrap(), Timestamp::parse("2026-01-01T00:00:00Z").unwrap());
        found.iter().filter(|warning| warning.to_string().contains("signature")).count()
    };
    assert_eq!(warnings(&format!("oci: '{}'", reference())), 1);
    assert_eq!(warnings(&format!("oci: '{}', verify: {{ any_of: [platform] }}", reference())), 0);
    assert_eq!(warnings("path: own.wasm"), 0);
}
