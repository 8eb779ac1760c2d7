//! Signers of a policy set: what is read as a key, what is refused, and what of it is in the digest.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::{path::PathBuf, sync::Arc};
use tidegate_bundle::{
    bundle::Bundle,
    key::{self, KeyError},
    sources::read_sets,
};
use tidegate_core::{
    digest::Digest,
    signer::{KeyAlgorithm, Signers},
    time::Timestamp,
};

const ED25519: &str = "MCowBQYDK2VwAyEAL9i42K0QNYxxTGbSLyQSMABRIZFY4HTZt99MAgdlTMU=";
const P256: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAERPyE5h9GIb9//+Wil/Z1Qj+OFQ45lR8HWXSgO7TsXjhSeHuDrUNKivOVeGwBZ3jyfdcSNSCSN8UBqpvjJcvXnA==";
/// The same point in fewer bytes.
const P256_COMPRESSED: &str = "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACRPyE5h9GIb9//+Wil/Z1Qj+OFQ45lR8HWXSgO7TsXjg=";
const RSA: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDpduCZJJnvThLaSGi1GgXBfzTGYOknQFqgJhzlEJAHfQ7f5UTvxDCLnOfZrtDA9O8DCnfFdhm38ZkBUtM5g0qYx2jnYE+elPgpvuvN60YjEWX6iKm0UsscsmsKNjreuntLE6e9HPbZRjvRmB2odql30bereVsAih/eui6ZAY6bgQIDAQAB";
const P384: &str = "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEWAgHmxN5n1sP0rSzky7N+62cWMMKC/QN/cqa62/gvg5StbExYx2rkSBUc+1YQW3H3toe3fkgBQW8AxM5hLmBNjLYubx2yEkty/CG/Bojz1eEmhYWTXS5liPHTQIeCCUt";

const TEXT: &str = "\
policy_set: shop
version: 1.0.0
owner: Shop Team
match: { environments: [production], services: [\"*\"] }
plugins: { quality: { path: q.wasm } }
signers:
  security-team:
    - { key: ED25519, not_before: 2026-01-01, not_after: 2026-12-31 }
    - key: P256
  release-pipeline:
    - key: |
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAMqz5MCUjv4FzZbUTg1ajRC8EqQGy3o2locpyDgls+bs=
        -----END PUBLIC KEY-----
stages:
  - id: security
    title: Security
    plugin: quality
    evidence:
      - name: vex
        documents: { min: 0 }
        vouched: signature
        trust: { signers: [security-team] }
";

fn text() -> String {
    TEXT.replace("ED25519", ED25519).replace("P256", P256)
}

fn bundle(text: &str) -> Result<Bundle, Vec<String>> {
    let told = |mistakes: Vec<tidegate_bundle::document::Mistake>| mistakes.iter().map(ToString::to_string).collect();
    let sources = read_sets(&[(PathBuf::from("p.yaml"), text.to_owned())]).map_err(told)?;
    let digest = Digest::of(b"component");
    let digests = sources.plugins().map(|p| ((p.set.clone(), p.name.clone()), digest)).collect();
    sources.resolve(&digests).map_err(told)
}

fn pem(label: &str, base64: &str) -> String {
    let lines: Vec<String> =
        base64.as_bytes().chunks(64).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[test]
fn a_set_knows_its_signers_and_when_their_keys_count() {
    let bundle = bundle(&text()).unwrap();
    let signers: &Arc<Signers> = &bundle.sets()[0].signers;
    assert_eq!(signers.names().collect::<Vec<_>>(), ["release-pipeline", "security-team"]);
    let at = |text: &str| Some(Timestamp::parse(text).unwrap());
    let windows: Vec<_> =
        signers.keys().iter().map(|key| (&*key.signer, key.window.not_before, key.window.not_after)).collect();
    assert_eq!(
        windows,
        [
            ("release-pipeline", None, None),
            ("security-team", at("2026-01-01T00:00:00Z"), at("2026-12-31T23:59:59Z")),
            ("security-team", None, None),
        ]
    );
}

#[test]
fn a_key_is_read_as_pem_and_as_one_line_and_has_one_form() {
    for (base64, algorithm) in [(ED25519, KeyAlgorithm::Ed25519), (P256, KeyAlgorithm::EcdsaP256)] {
        let (found, spki) = key::parse(base64).unwrap();
        assert_eq!((found, key::text(&spki).as_str()), (algorithm, base64));
        assert_eq!(key::parse(&pem("PUBLIC KEY", base64)).unwrap(), (found, spki));
    }
    assert_eq!(key::parse(P256_COMPRESSED), key::parse(P256));
}

#[test]
fn what_is_no_usable_key_is_refused_and_never_repeated() {
    let other = |algorithm: &str| KeyError::Algorithm { algorithm: algorithm.to_owned() };
    // The neutral point: with it a signature can be made that holds for any text.
    let weak = format!("MCowBQYDK2VwAyEA{}", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let off_the_curve = P256.replace("Xn", "Xm");
    for (text, error) in [
        (String::new(), KeyError::NotAKey),
        ("hunter2".to_owned(), KeyError::NotAKey),
        (ED25519.replace("MCow", "MCox"), KeyError::NotAKey),
        (format!("{ED25519}\n{ED25519}"), KeyError::NotAKey),
        (pem("PUBLIC KEY", "AAAA"), KeyError::NotAKey),
        (pem("PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEIE9R2Xj2MTpJ3UBVkSGRB6kBB0GZYi7Gvkss56TNbRgx"), KeyError::Private),
        (pem("EC PRIVATE KEY", "not even base64"), KeyError::Private),
        (pem("CERTIFICATE", ED25519), KeyError::OtherLabel { label: "CERTIFICATE".to_owned() }),
        (RSA.to_owned(), other("RSA")),
        (pem("PUBLIC KEY", P384), other("ECDSA P-384")),
        (weak, KeyError::Unusable { algorithm: "Ed25519" }),
        (off_the_curve, KeyError::Unusable { algorithm: "ECDSA P-256" }),
    ] {
        let found = key::parse(&text).unwrap_err();
        assert_eq!(found, error, "{text}");
        assert!(text.is_empty() || !found.to_string().contains(text.trim()), "{found}");
    }
}

#[test]
fn each_mistake_about_signers_has_its_place() {
    let hint = "hint: `openssl pkey -pubout` prints a public key; write it as a block (`key: |`)";
    for (sound, broken, expected) in [
        (
            ED25519,
            "\"nonsense\"",
            vec![format!(
                "p.yaml:8:14: the text is not a public key: expected PEM that begins with `-----BEGIN PUBLIC KEY-----`, or its base64 in one line\n{hint}"
            )],
        ),
        (
            P256,
            RSA,
            vec![format!("p.yaml:9:12: the text is a key for RSA; known are Ed25519 and ECDSA P-256\n{hint}")],
        ),
        (P256, ED25519, vec!["p.yaml:9:7: this is given twice: first as one of `security-team`".to_owned()]),
        (
            "not_after: 2026-12-31",
            "not_after: 2025-12-31",
            vec![
                "p.yaml:8:111: the key would never count: until 2025-12-31T23:59:59Z, but only from 2026-01-01T00:00:00Z on"
                    .to_owned(),
            ],
        ),
        (
            "not_after: 2026-12-31",
            "not_after: 2026-02-31",
            vec!["p.yaml:8:111: `2026-02-31` is not a day of the calendar".to_owned()],
        ),
        (
            "signers: [security-team]",
            "signers: [security-teem, security-team]",
            vec![
                "p.yaml:23:28: there is no signer `security-teem` under `signers`\nhint: did you mean `security-team`?"
                    .to_owned(),
            ],
        ),
        (
            "    - key: P256",
            "    - sigstore: { issuer: x, identity: y, trusted_root: '{}' }",
            vec![
                "p.yaml:9:57: the text is not a trusted root: at `.`: missing field `certificateAuthorities`\nhint: sigstore publishes it as `trusted_root.json`; write it as a block (`trusted_root: |`)"
                    .to_owned(),
            ],
        ),
        (
            "    - key: P256",
            "    - not_before: 2026-01-01",
            vec![
                "p.yaml:9:7: `key` is missing\nhint: key: The public key, Ed25519 or ECDSA P-256: PEM (`BEGIN PUBLIC KEY`), or what stands between its first and its last line, in one line"
                    .to_owned(),
            ],
        ),
        (
            "  security-team:\n",
            "  Security Team:\n",
            vec![
                "p.yaml:7:3: `Security Team` is not a name: lower-case letters, digits, `_` and `-`, beginning with a letter"
                    .to_owned(),
                "p.yaml:23:28: there is no signer `security-team` under `signers`\nhint: did you mean `Security Team`?"
                    .to_owned(),
            ],
        ),
    ] {
        let template = if TEXT.contains(sound) { TEXT.to_owned() } else { text() };
        assert_eq!(template.matches(sound).count(), 1, "{sound}");
        let text = template.replace(sound, broken).replace("ED25519", ED25519).replace("P256", P256);
        assert_eq!(bundle(&text).unwrap_err(), expected, "for `{broken}`");
    }
}

#[test]
fn more_keys_than_a_set_may_have_are_refused_with_both_numbers() {
    let keys: String = (0..65).map(|n| format!("  s{n}: [{{ key: '{n}' }}]\n")).collect();
    let text = text().replace("signers:\n", &format!("signers:\n{keys}"));
    let found = bundle(&text).unwrap_err();
    assert!(found.iter().any(|mistake| mistake.contains("67 used, 64 allowed")), "{found:?}");
}

#[test]
fn signers_are_in_the_digest_in_one_form_and_order() {
    let digest = |text: &str| bundle(text).unwrap().sets()[0].set.digest;
    let sound = digest(&text());
    let turned = TEXT.replace(
        "    - { key: ED25519, not_before: 2026-01-01, not_after: 2026-12-31 }\n    - key: P256\n",
        "    - { key: P256_COMPRESSED }\n    - { not_after: 2026-12-31T23:59:59Z, not_before: 2026-01-01T01:00:00+01:00, key: ED25519 }\n",
    );
    let turned = turned.replace("P256_COMPRESSED", P256_COMPRESSED).replace("ED25519", ED25519);
    assert_eq!(digest(&turned), sound);
    // As PEM writes it: lines of 64 characters.
    let (first, second) = P256_COMPRESSED.split_at(64);
    let in_two_lines = format!("{first}\n        {second}");
    for (from, to) in [
        ("2026-12-31", "2027-12-31"),
        ("not_before: 2026-01-01, ", ""),
        ("release-pipeline", "builder"),
        ("MCowBQYDK2VwAyEAMqz5MCUjv4FzZbUTg1ajRC8EqQGy3o2locpyDgls+bs=", &in_two_lines),
    ] {
        let changed = TEXT.replace("    - key: P256\n", "").replace(from, to).replace("ED25519", ED25519);
        let base = TEXT.replace("    - key: P256\n", "").replace("ED25519", ED25519);
        assert_ne!(digest(&changed), digest(&base), "{to}");
    }
}

#[test]
fn effective_shows_each_key_with_its_place() {
    let bundle = bundle(&text()).unwrap();
    let values = bundle.sets()[0].effective();
    let shown = |pointer: &str| {
        let value = values.iter().find(|value| value.pointer == pointer).unwrap();
        format!("{} {}", value.value, value.source)
    };
    assert_eq!(shown("/signers/security-team/1/key"), format!("\"{P256}\" p.yaml:9:12"));
    assert_eq!(shown("/signers/security-team/0/not_after"), "\"2026-12-31T23:59:59Z\" p.yaml:8:111");
    assert_eq!(shown("/signers/security-team/1/not_after"), "null default");
}

/// A set whose release pipeline is known by an identity.
fn with_identity(root: &str) -> String {
    let sigstore = format!(
        "    - sigstore: {{ issuer: https://i.example, identity: https://w.example, trusted_root: '{root}' }}\n"
    );
    text().replace("  release-pipeline:\n", &format!("  release-pipeline:\n{sigstore}"))
}

fn root(log: &str, certificate: &str) -> String {
    format!(
        r#"{{"mediaType": "x", "certificateAuthorities": [{{"certChain": {{"certificates": [{{"rawBytes": "{certificate}"}}]}}, "validFor": {{"start": "2022-04-13T20:06:15Z"}}}}], "tlogs": [{{"publicKey": {{"rawBytes": "{log}", "validFor": {{"start": "2021-01-12T11:53:27Z"}}}}, "logId": {{"keyId": "AAAA"}}}}]}}"#
    )
}

#[test]
fn an_identity_is_read_with_the_root_that_vouches_for_it() {
    let bundle = bundle(&with_identity(&root(P256, "MAAA"))).unwrap();
    let signers = &bundle.sets()[0].signers;
    let [identity] = signers.identities() else { panic!("{signers:?}") };
    assert_eq!(
        (&*identity.signer, &*identity.issuer, &*identity.subject),
        ("release-pipeline", "https://i.example", "https://w.example")
    );
    assert_eq!((identity.root.authorities.len(), identity.root.logs[0].algorithm), (1, KeyAlgorithm::EcdsaP256));
    assert_eq!(identity.root.authorities[0].window.not_before, Timestamp::parse("2022-04-13T20:06:15Z").ok());
    assert_eq!(signers.names().collect::<Vec<_>>(), ["release-pipeline", "security-team"]);
}

#[test]
fn a_root_that_vouches_for_nothing_is_a_mistake() {
    for (root, what) in [
        (root(RSA, "MAAA"), "has no log whose key is Ed25519 or ECDSA P-256"),
        (root("AAAA", "MAAA"), "at `tlogs[0].publicKey`: the text is not a public key"),
        (root(P256, "?"), "at `certificateAuthorities[0]`: a text is not base64"),
        (root(P256, "MAAA").replace("2022-04-13T20:06:15Z", "soon"), "`soon` is not a time"),
        (r#"{"certificateAuthorities": [], "tlogs": []}"#.to_owned(), "`certificateAuthorities` is empty"),
        ("not JSON".to_owned(), "is not JSON"),
    ] {
        let found = bundle(&with_identity(&root)).unwrap_err();
        assert!(found.len() == 1 && found[0].starts_with("p.yaml:11:") && found[0].contains(what), "{found:?}");
    }
}

#[test]
fn an_entry_is_a_key_or_an_identity_and_the_digest_says_which() {
    let digest = |text: &str| bundle(text).unwrap().sets()[0].set.digest;
    let one = digest(&with_identity(&root(P256, "MAAA")));
    assert_eq!(digest(&with_identity(&root(P256, "MAAA").replace(": ", ":"))), one);
    assert_ne!(digest(&with_identity(&root(P256, "MAAB"))), one);
    assert_ne!(digest(&with_identity(&root(P256, "MAAA")).replace("https://w", "https://v")), one);
    assert_ne!(digest(&text()), one);
    let both = with_identity(&root(P256, "MAAA")).replace("- sigstore", "- key: x\n      sigstore");
    assert_eq!(
        bundle(&both).unwrap_err(),
        ["p.yaml:11:12: a signer's entry has either a `key` or a `sigstore` identity"]
    );
    let twice = text().replace(
        "  release-pipeline:\n",
        &with_identity(&root(P256, "MAAA"))
            .split("  release-pipeline:\n")
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .map(|line| format!("  release-pipeline:\n{line}\n{line}\n"))
            .unwrap(),
    );
    assert_eq!(bundle(&twice).unwrap_err(), ["p.yaml:12:7: this is given twice: first as one of `release-pipeline`"]);
}
