//! Files of identities: what is read of them, and what is refused.

use serde_json::Value;
use std::{collections::BTreeMap, path::Path};
use tidegate_bundle::{
    identities::{IDENTITIES_SCHEMA, IssuerKind, KeySource, read_identities},
    sources::examine_sets,
};

const SOUND: &str = "identities: main
issuers:
  - id: ci
    issuer: https://ci.example
    kind: github_actions
    audience: [gate]
    algorithms: [RS256]
    jwks: { file: keys.json }
    rules:
      - id: shop
        match: { repository_id: '7', ref: [refs/heads/main, refs/tags/v*] }
        grants: [{ roles: [decide], environments: [production], services: [shop] }]
  - id: sso
    issuer: https://sso.example
    kind: generic
    audience: [gate]
    algorithms: [ES256]
    jwks: { egress: sso, path: [keys] }
    lifetime_max: 10m
    rules:
      - { id: alice, match: { sub: u-1 }, grants: [{ roles: [confirm], environments: ['*'], services: ['*'] }] }
people:
  - { person: alice@shop.example, also: [Alice], subjects: [{ issuer: sso, subject: u-1 }], logins: { github: al-ice } }
  - { person: bob@shop.example }
";

fn mistakes(text: &str) -> Vec<String> {
    read_identities(Path::new("i.yaml"), text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn issuers_and_people_are_read() {
    let read = read_identities(Path::new("policies/i.yaml"), SOUND).unwrap();
    let [ci, sso] = read.issuers() else { unreachable!("two issuers") };
    assert_eq!((ci.kind, &ci.keys), (IssuerKind::GithubActions, &KeySource::File("policies/keys.json".into())));
    assert_eq!((ci.lifetime_max.as_secs(), sso.lifetime_max.as_secs()), (3600, 600));
    assert_eq!(ci.claims.repository.as_deref(), Some("repository"));
    let reference = &ci.rules[0].matches[0];
    assert!(ci.rules[0].matches.iter().any(|one| one.claim == "ref" && one.fits("refs/tags/v1")), "{reference:?}");
    assert!(!ci.rules[0].matches.iter().any(|one| one.claim == "ref" && one.fits("refs/heads/main2")));
    let people = read.people();
    assert!(people.same("ALICE", " alice@shop.example ") && people.same("x", "X ") && !people.same("alice", "bob"));
    assert_eq!(people.of_subject("sso", "u-1").as_deref(), Some("alice@shop.example"));
    assert_eq!(people.of_subject("ci", "u-1"), None, "a subject is one issuer's");
    assert_eq!(people.of_login("github", "Al-Ice").as_deref(), Some("alice@shop.example"));
    assert_eq!(people.of_login("gitlab", "al-ice"), None);
    assert!(!people.same("al-ice", "alice"), "a login is not a name");
    assert!(people.same("sso#u-1", "alice") && !people.same("sso#U-1", "alice") && !people.same("ci#u-1", "alice"));
    for (name, whom) in [("AL-ice", "alice@shop.example"), (" Alice", "alice@shop.example"), ("x", "x"), ("", "")] {
        assert_eq!(people.all_called(name).into_iter().collect::<Vec<_>>(), [whom], "{name}");
    }
}

#[test]
fn every_mistake_is_named_with_its_place() {
    for (from, to, wanted) in [
        ("repository_id: '7', ", "", "i.yaml:11:16: the rule does not name `repository_id`"),
        ("repository_id: '7'", "repository_id: '7*'", "i.yaml:11:33: `repository_id` is named whole"),
        (", ref: [refs/heads/main, refs/tags/v*]", "", "i.yaml:11:16: the rule fits every branch"),
        ("[refs/heads/main, refs/tags/v*]", "refs/heads/*", "i.yaml:11:16: the rule fits every branch"),
        ("[refs/heads/main, refs/tags/v*]", "[refs/heads/main, ref*]", "i.yaml:11:16: the rule fits every branch"),
        ("refs/tags/v*", "'*'", "i.yaml:11:43: `*` matches no text, or any"),
        ("[RS256]", "[HS256]", "i.yaml:7:18: `HS256` is not one of"),
        ("[RS256]", "[none]", "i.yaml:7:18: `none` is not one of"),
        ("kind: generic", "kind: genric", "i.yaml:15:11: `genric` is not one of"),
        ("audience: [gate]\n    algorithms: [ES256]", "algorithms: [ES256]", "i.yaml:13:5: `audience` is missing"),
        ("lifetime_max: 10m", "lifetime_max: ten", "i.yaml:19:19: is not a span of time"),
        (
            "lifetime_max: 10m",
            "lifetme_max: 10m",
            "i.yaml:19:5: unknown key `lifetme_max`\nhint: did you mean `lifetime_max`?",
        ),
        ("{ file: keys.json }", "{ file: keys.json, egress: x }", "i.yaml:8:11: where the keys are is not said"),
        ("id: sso\n", "id: ci\n", "i.yaml:13:9: `ci` is defined twice"),
        ("https://sso.example", "https://ci.example", "i.yaml:14:13: `https://ci.example` is defined twice"),
        ("https://sso.example", "http://sso.example", "i.yaml:14:13: `http://sso.example` is no issuer"),
        ("person: bob@", "person: ALICE@", "i.yaml:24:15: `ALICE@shop.example` is `alice@shop.example`'s already"),
        (
            "{ person: bob@shop.example }",
            "{ person: bob@shop.example, subjects: [{ issuer: sso, subject: u-1 }] }",
            "i.yaml:24:68: `u-1` is `alice@shop.example`'s already",
        ),
        ("[{ issuer: sso,", "[{ issuer: ss,", "i.yaml:23:71: there is no issuer `ss`"),
    ] {
        let text = SOUND.replacen(from, to, 1);
        assert_ne!(text, SOUND, "{from}");
        let found = mistakes(&text);
        assert!(found.iter().any(|mistake| mistake.starts_with(wanted)), "{wanted}: {found:#?}");
    }
}

#[test]
fn a_second_file_and_an_owner_under_another_name_are_mistakes() {
    let waivers = "waivers:\n  - id: w\n    of: s\n    rules: [a/b]\n    scope: { service: x }\n    reason: because of it\n    \
                   owner: Alice\n    approved_by: alice@shop.example\n    from: 2026-01-01\n    expires: 2026-02-01\n";
    let files = [("a.yaml", SOUND), ("b.yaml", "identities: other\n"), ("w.yaml", waivers)]
        .map(|(name, text)| (name.into(), text.to_owned()));
    let (_, found) = examine_sets(&files);
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.iter().any(|one| one.starts_with("b.yaml:1:1: a second file of identities")), "{found:#?}");
    let only = [files[0].clone(), files[2].clone()];
    let (_, found) = examine_sets(&only);
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(
        found.iter().any(|one| one.starts_with("w.yaml:8:18: a waiver is approved by its own owner: both")),
        "{found:#?}"
    );
}

#[test]
fn the_shipped_file_is_read_and_believes_nobody() {
    assert!(jsonschema::meta::is_valid(&serde_json::from_str::<Value>(IDENTITIES_SCHEMA).unwrap()));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/identities.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    let read = read_identities(&path, &text).unwrap();
    assert!(read.issuers().is_empty() && read.people().same("alice", "alice@example.org"));
    // What it shows as an example is sound, too.
    let with_example = text.replace("issuers: []", "issuers:").replace("\n#  ", "\n  ");
    let read = read_identities(&path, &with_example).unwrap();
    assert_eq!(read.issuers().len(), 1);
}

#[test]
fn who_is_the_same_person_is_a_part_of_the_bundle_and_whose_tokens_count_is_none() {
    let digest = |identities: Option<&str>| {
        let files: Vec<_> = identities.iter().map(|text| ("i.yaml".into(), (*text).to_owned())).collect();
        let (sources, mistakes) = examine_sets(&files);
        assert!(mistakes.is_empty(), "{mistakes:?}");
        sources.resolve(&BTreeMap::new()).unwrap().digest()
    };
    let (with, people) = (SOUND, SOUND.find("people:").unwrap());
    assert_eq!(digest(None), digest(Some(&with[..people])));
    assert_ne!(digest(None), digest(Some(with)));
    assert_ne!(digest(Some(with)), digest(Some(&with.replace("al-ice", "alice"))));
}

#[test]
fn keys_lie_where_the_configuration_lets_the_gate_ask() {
    let read = read_identities(Path::new("i.yaml"), SOUND).unwrap();
    let unknown = |known: &[&str]| -> Vec<String> {
        let known = known.iter().map(ToString::to_string).collect();
        read.unknown_destinations(&known).iter().map(ToString::to_string).collect()
    };
    assert_eq!(unknown(&["sso", "other"]), [""; 0]);
    let said = "i.yaml:18:21: the configuration has no `egress` destination `sso`";
    assert_eq!(unknown(&[]), [said]);
    assert_eq!(unknown(&["ssso"]), [format!("{said}\nhint: did you mean `ssso`?")]);
}
