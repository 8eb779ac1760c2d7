//! Files of waivers: broken ones and exactly what is said about them, and how they come into a bundle.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{collections::BTreeMap, path::PathBuf};
use tidegate_bundle::{
    bundle::Bundle,
    lint::lint,
    sources::{Sources, read_sets},
};
use tidegate_core::{
    digest::Digest,
    name::{PluginName, PolicySetId},
    time::Timestamp,
    waiver::WaiverState,
};

const SET: &str = "\
policy_set: shop
version: 1.0.0
owner: Shop Team
contacts: { Shop Team: shop@example.org }
match: { environments: [production], services: [\"*\"] }
plugins: { security: { path: s.wasm } }
waivers: { max_lifetime: 30d, narrow: [\"scans/vulnerabilities.*\"] }
stages:
  - id: scans
    title: Scans
    plugin: security
    evidence: [{ name: scan, documents: { min: 1 }, max_age: 24h, bind: none }]
";

const SOUND: &str = "\
waivers:
  - id: W-1
    of: shop
    rules: [scans/vulnerabilities.limit]
    scope: { subject: CVE-2026-1, service: api }
    reason: no path leads there
    owner: alice@shop.example
    approved_by: bob@shop.example
    from: 2026-11-01
    expires: 2026-12-01
    ticket: SHOP-7
";

fn read(set: &str, waivers: &str) -> Result<Sources, Vec<String>> {
    let files = [(PathBuf::from("shop.yaml"), set.to_owned()), (PathBuf::from("w.yaml"), waivers.to_owned())];
    read_sets(&files).map_err(|mistakes| {
        let text = |mistake: &tidegate_bundle::document::Mistake| {
            let hint = mistake.hint.as_ref().map(|hint| format!("; hint: {hint}")).unwrap_or_default();
            format!("{}:{}:{}: {}{hint}", mistake.file, mistake.line, mistake.column, mistake.message)
        };
        mistakes.iter().map(text).collect()
    })
}

fn bundle(waivers: Option<&str>) -> Bundle {
    let mut files = vec![(PathBuf::from("shop.yaml"), SET.to_owned())];
    files.extend(waivers.map(|text| (PathBuf::from("w.yaml"), text.to_owned())));
    let digests = BTreeMap::from([(
        (PolicySetId::parse("shop").unwrap(), PluginName::parse("security").unwrap()),
        Digest::of(b"security"),
    )]);
    read_sets(&files).unwrap().resolve(&digests).unwrap()
}

#[test]
fn each_broken_waiver_gets_exactly_the_expected_mistake() {
    for (replaced, by, expected) in [
        (
            "owner: alice@shop.example",
            "owner: Bob@Shop.example ",
            "w.yaml:8:18: a waiver is approved by its own owner; hint: somebody else than the owner has to agree",
        ),
        ("of: shop", "of: shopp", "w.yaml:3:9: there is no policy set `shopp`; hint: did you mean `shop`?"),
        ("scans/", "scan/", "w.yaml:4:13: policy set `shop` has no stage `scan`; hint: did you mean `scans`?"),
        ("scans/vulnerabilities.limit", "scans", "w.yaml:4:13: `scans` is no `stage/rule`"),
        (
            "scans/vulnerabilities.limit",
            "scans/evidence.missing",
            "w.yaml:4:13: `scans/evidence.missing` cannot be waived: it says that nothing could be judged; hint: what is missing has to be handed in",
        ),
        (
            "subject: CVE-2026-1, ",
            "",
            "w.yaml:4:13: a waiver of `scans/vulnerabilities.limit` says what it is about: the set calls `scans/vulnerabilities.*` narrow; hint: add `subject` or `fingerprint` to its `scope`",
        ),
        ("2026-12-01", "2026-12-01T00:00:01Z", "w.yaml:10:14: it lasts too long: 2592001 s used, 2592000 s allowed"),
        (
            "2026-12-01",
            "2026-11-01",
            "w.yaml:10:14: it ends at 2026-11-01T00:00:00Z, before it begins at 2026-11-01T00:00:00Z",
        ),
        (
            "2026-12-01",
            "soon",
            "w.yaml:10:14: `soon` is neither a date nor a time with its offset; hint: e.g. `2027-03-31` or `2027-03-31T14:30:00Z`",
        ),
        ("ticket", "tickt", "w.yaml:11:5: unknown key `tickt`; hint: did you mean `ticket`?"),
    ] {
        let waivers = SOUND.replacen(replaced, by, 1);
        assert_ne!(waivers, SOUND, "{replaced}");
        assert_eq!(read(SET, &waivers).unwrap_err(), [expected], "{replaced} -> {by}");
    }
    let without = SOUND.replace("    reason: no path leads there\n", "");
    let missing = read(SET, &without).unwrap_err();
    assert!(missing.len() == 1 && missing[0].contains("`reason` is missing"), "{missing:?}");
}

#[test]
fn all_mistakes_of_all_waivers_are_told_at_once() {
    let second = SOUND.strip_prefix("waivers:\n").unwrap().replace("of: shop", "of: nobody");
    let mistakes = read(SET, &format!("{SOUND}{second}")).unwrap_err();
    assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    assert!(mistakes[0].contains("waiver `W-1` is defined twice: first in w.yaml"), "{mistakes:?}");
    assert!(mistakes[1].contains("there is no policy set `nobody`"), "{mistakes:?}");
}

#[test]
fn a_set_that_says_nothing_of_waivers_takes_none() {
    let silent = SET.lines().filter(|line| !line.starts_with("waivers:")).collect::<Vec<_>>().join("\n");
    let mistakes = read(&silent, SOUND).unwrap_err();
    assert_eq!(
        mistakes,
        [
            "w.yaml:3:9: policy set `shop` takes no waivers; hint: a set takes waivers only where it says `waivers: { max_lifetime: 30d }`"
        ]
    );
}

#[test]
fn a_sets_rules_of_waivers_are_read_with_their_places() {
    for (replaced, by, expected) in [
        ("30d", "soon", "shop.yaml:7:26: "),
        ("scans/vulnerabilities.*", "vulnerabilities", "shop.yaml:7:40: `vulnerabilities` is no `stage/rule`"),
        ("max_lifetime", "lifetime", "shop.yaml:7:"),
    ] {
        let mistakes = read(&SET.replacen(replaced, by, 1), SOUND).unwrap_err();
        assert!(mistakes.iter().any(|mistake| mistake.starts_with(expected)), "{expected}: {mistakes:?}");
    }
}

#[test]
fn waivers_are_a_part_of_the_bundle_and_of_no_set() {
    let (without, with) = (bundle(None), bundle(Some(SOUND)));
    assert_ne!(without.digest(), with.digest());
    assert_eq!(without.sets()[0].set.digest, with.sets()[0].set.digest);
    let longer = bundle(Some(&SOUND.replace("2026-12-01", "2026-11-30")));
    assert_ne!(longer.digest(), with.digest());
    let waivers = with.waivers_of(&PolicySetId::parse("shop").unwrap());
    assert_eq!((waivers.len(), waivers[0].id.as_str(), waivers[0].ticket.as_deref()), (1, "W-1", Some("SHOP-7")));
    assert_eq!(with.waivers_of(&PolicySetId::parse("other").unwrap()).len(), 0);
}

#[test]
fn lint_names_waivers_that_somebody_should_act_on() {
    let sources = read(SET, SOUND).unwrap();
    for (at, state, said) in [
        ("2026-10-31T23:59:59Z", WaiverState::Pending, None),
        ("2026-11-16T23:59:59Z", WaiverState::Active, None),
        ("2026-11-17T00:00:00Z", WaiverState::Expiring, Some("waiver `W-1` expires soon")),
        ("2026-11-30T23:59:59.999999999Z", WaiverState::Expiring, Some("waiver `W-1` expires soon")),
        ("2026-12-01T00:00:00Z", WaiverState::Expired, Some("waiver `W-1` has expired")),
    ] {
        let now = Timestamp::parse(at).unwrap();
        assert_eq!(sources.waivers()[0].waiver.state(now), state, "{at}");
        let warnings: Vec<String> = lint(&sources, now).iter().map(ToString::to_string).collect();
        let about: Vec<&String> = warnings.iter().filter(|warning| warning.contains("waiver")).collect();
        assert_eq!(about.len(), usize::from(said.is_some()), "{at}: {warnings:?}");
        assert!(said.is_none_or(|said| about[0].contains(said) && about[0].starts_with("w.yaml:10:14: ")), "{about:?}");
    }
}
