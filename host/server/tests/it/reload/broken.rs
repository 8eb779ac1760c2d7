//! Twenty broken bundles: none takes effect, and each names all its mistakes.

use crate::reload::bundles::{Folder, Version, ask, gate, ready, reload, status, with};
use std::{fs, net::SocketAddr};
use tidegate_core::digest::Digest;

const SHOP: &str = "\
policy_set: shop
version: 1.0.0
owner: Shop Team
match: { environments: [production], services: [\"*\"] }
plugins:
  quality: { path: quality.wasm, sha256: PINNED }
stages:
  - id: unit_tests
    title: Unit Tests
    plugin: quality
    evidence: [{ name: unit_tests }]
    settings: { tests: { min_pass_rate: 100 } }
";

/// What is done to a file: a text in it replaced, or the whole file.
enum Change {
    Edit(&'static str, &'static str, &'static str),
    Whole(&'static str, &'static [u8]),
    Gone(&'static str),
}
use Change::{Edit, Gone, Whole};

/// Changes, and every mistake that follows: its place, and a part of what is said.
type Case = (&'static [Change], &'static [(&'static str, &'static str)]);

const CASES: &[Case] = &[
    (
        &[Edit("shop.yaml", "owner:", "ownr:")],
        &[
            ("shop.yaml:1:1", "`owner` is missing"),
            ("shop.yaml:3:1", "unknown key `ownr`; hint: did you mean `owner`?"),
        ],
    ),
    (
        &[Edit("shop.yaml", "1.0.0", "1.0"), Edit("depot.yaml", "    title: Unit Tests\n", "    mode: blok\n")],
        &[
            ("depot.yaml:8:5", "`title` is missing"),
            ("depot.yaml:9:11", "`blok` is not one of `block`, `warn`, `monitor`, `off`"),
            ("shop.yaml:2:10", "expected a text, found the number `1.0`; hint: put it in quotes"),
        ],
    ),
    (
        &[Edit("shop.yaml", "quality.wasm", "missing.wasm"), Edit("depot.yaml", "plugin: quality", "plugin: qualty")],
        &[
            ("depot.yaml:10:13", "there is no plugin `qualty` under `plugins`; hint: did you mean `quality`?"),
            ("shop.yaml:6:20", "cannot read plugin `missing.wasm`: No such file"),
        ],
    ),
    (
        &[Whole("quality.wasm", b"not a component")],
        &[
            ("depot.yaml:6:20", "not a WebAssembly component: magic header not detected"),
            ("shop.yaml:6:20", "not a WebAssembly component: magic header not detected"),
        ],
    ),
    (
        &[Edit("depot.yaml", "staging", "production"), Edit("depot.yaml", "quality.wasm", "missing.wasm")],
        &[
            ("depot.yaml:6:20", "cannot read plugin `missing.wasm`: No such file"),
            ("shop.yaml:4:8", "policy set `shop` overlaps with `depot` in depot.yaml"),
        ],
    ),
    (
        &[Edit("depot.yaml", "depot", "shop"), Edit("depot.yaml", "100", "101")],
        &[
            ("depot.yaml:12:41", "settings of `unit_tests`: 101 is greater than the maximum of 100"),
            ("depot.yaml:12:41", "settings of `unit_tests`: not a percentage from 0 to 100"),
            ("shop.yaml:1:13", "policy set `shop` is defined twice: first in depot.yaml"),
        ],
    ),
    (
        &[Edit("shop.yaml", "sha256: ", "sha256: 0"), Edit("depot.yaml", "PINNED", "abc")],
        &[
            ("depot.yaml:6:42", "`abc` is not a digest: expected 64 hexadecimal digits"),
            ("shop.yaml:6:42", "is not a digest: expected 64 hexadecimal digits"),
        ],
    ),
    (
        &[Edit("shop.yaml", ", sha256: PINNED", ""), Edit("depot.yaml", ", sha256: PINNED", "")],
        &[
            (
                "depot.yaml:6:20",
                "plugin `quality` has no `sha256`: whoever can write its file could change the policy; hint: add `sha256: ",
            ),
            ("shop.yaml:6:20", "plugin `quality` has no `sha256`"),
        ],
    ),
    (
        &[Edit("shop.yaml", "min_pass_rate: 100", "min_pas_rate: 100"), Edit("depot.yaml", "100", "all")],
        &[
            ("depot.yaml:12:41", "settings of `unit_tests`: \"all\" is not of type \"number\""),
            ("depot.yaml:12:41", "settings of `unit_tests`: invalid type: string"),
            ("shop.yaml:12:24", "('min_pas_rate' was unexpected)"),
            ("shop.yaml:12:40", "settings of `unit_tests`: unknown field `min_pas_rate`"),
        ],
    ),
    (
        &[
            Edit("shop.yaml", "    title: Unit Tests\n", "    title: Unit Tests\n    tittle: Tests\n"),
            Edit("shop.yaml", "min_pass_rate: 100", "min_pass_rate: 101"),
        ],
        &[
            ("shop.yaml:10:5", "unknown key `tittle`; hint: did you mean `title`?"),
            ("shop.yaml:13:41", "settings of `unit_tests`: 101 is greater than the maximum of 100"),
            ("shop.yaml:13:41", "settings of `unit_tests`: not a percentage from 0 to 100"),
        ],
    ),
    (
        &[Edit("shop.yaml", "[production]", "[production"), Edit("depot.yaml", "1.0.0", "one point zero")],
        &[
            ("depot.yaml:2:10", "`one point zero` is not a version"),
            ("shop.yaml:4:24", "not readable as YAML: mismatched bracket"),
        ],
    ),
    (
        &[Whole("shop.yaml", b"owner: \xff"), Edit("depot.yaml", "services", "service")],
        &[
            ("depot.yaml:4:8", "`services` is missing"),
            ("depot.yaml:4:35", "unknown key `service`; hint: did you mean `services`?"),
            ("shop.yaml:1:1", "cannot be read: it is not UTF-8"),
        ],
    ),
    (
        &[Whole("shop.yaml", b""), Edit("depot.yaml", "[{ name: unit_tests }]", "")],
        &[("depot.yaml:11:13", "expected a list, found nothing"), ("shop.yaml:1:1", "the file is empty")],
    ),
    (
        &[Whole("third.yaml", b"a: &a 1\nb: *a\n"), Edit("depot.yaml", "depot", "Depot")],
        &[
            ("depot.yaml:1:13", "`Depot` is not a name"),
            ("third.yaml:1:4", "anchors are not supported; hint: write the value out"),
        ],
    ),
    (
        &[Edit(
            "shop.yaml",
            "    settings",
            "    budget: soon\n    weight: -1\n    on_error: ignore\n    max_age: 1h\n    settings",
        )],
        &[
            ("shop.yaml:12:13", "`soon` is not a span of time"),
            ("shop.yaml:13:13", "`-1` is too small: at least 0 needed"),
            ("shop.yaml:14:15", "`ignore` is not one of `block`, `warn`"),
            ("shop.yaml:15:5", "unknown key `max_age`"),
        ],
    ),
    (
        &[Edit("shop.yaml", "stages:", "break_glass: { minimum_evidence: [unit_test], valid_for: soon }\nstages:")],
        &[
            ("shop.yaml:7:35", "there is no stage `unit_test`; hint: did you mean `unit_tests`?"),
            ("shop.yaml:7:58", "`soon` is not a span of time"),
        ],
    ),
    (
        &[
            Edit("shop.yaml", "quality.wasm", "'oci:registry.example/q'"),
            Edit("depot.yaml", "owner", "next_review: 2027-02-30\nowner"),
        ],
        &[
            ("depot.yaml:3:14", "`2027-02-30` is not a day of the calendar"),
            (
                "shop.yaml:6:20",
                "a component in a registry is no file; hint: say `oci: registry.example/q` instead of `path`",
            ),
        ],
    ),
    (
        &[Gone("quality.wasm")],
        &[
            ("depot.yaml:6:20", "cannot read plugin `quality.wasm`: No such file"),
            ("shop.yaml:6:20", "cannot read plugin `quality.wasm`: No such file"),
        ],
    ),
    (
        &[Edit(
            "shop.yaml",
            "{ name: unit_tests }",
            "{ name: unit_tests }, { name: unit_tests, documents: { min: 2, max: 1 } }",
        )],
        &[
            ("shop.yaml:11:46", "evidence `unit_tests` is asked for twice"),
            ("shop.yaml:11:84", "at most 1 documents are allowed, but at least 2 are needed"),
        ],
    ),
    (
        &[Edit("shop.yaml", "quality:", "Quality:"), Edit("depot.yaml", "\"*\"", "shop-*-x")],
        &[
            ("depot.yaml:4:46", "`shop-*-x` is neither a name nor the beginning of one"),
            ("shop.yaml:6:3", "`Quality` is not a name"),
            ("shop.yaml:10:13", "there is no plugin `quality` under `plugins`; hint: did you mean `Quality`?"),
        ],
    ),
    (&[Gone("shop.yaml"), Gone("depot.yaml")], &[("policies", "holds no `*.yaml` file")]),
    (
        &[
            Edit("shop.yaml", "PINNED", "'0000000000000000000000000000000000000000000000000000000000000000'"),
            Edit("depot.yaml", "PINNED", "'1111111111111111111111111111111111111111111111111111111111111111'"),
        ],
        &[
            ("depot.yaml:6:20", "plugin `quality` is another component: sha256:"),
            ("shop.yaml:6:20", "000000; hint: look at what changed before you change `sha256`"),
        ],
    ),
];

/// Two sound sets and their plugin.
fn sound(folder: &Folder) {
    let component = Version::Strict.component("quality");
    let pinned = SHOP.replace("PINNED", &Digest::of(&component).hex());
    folder.write("quality.wasm", component);
    folder.write("shop.yaml", &pinned);
    folder.write("depot.yaml", pinned.replace("shop", "depot").replace("production", "staging"));
    // Of a case before.
    let _absent = fs::remove_file(folder.path().join("third.yaml"));
}

fn change(folder: &Folder, change: &Change) {
    match change {
        Edit(file, from, to) => {
            let hex = Digest::of(&Version::Strict.component("quality")).hex();
            let text = fs::read_to_string(folder.path().join(file)).unwrap();
            let changed = text.replacen(&from.replace("PINNED", &hex), to, 1);
            assert_ne!(text, changed, "{file} does not hold {from:?}");
            folder.write(file, changed);
        }
        Whole(file, bytes) => folder.write(file, bytes),
        Gone(file) => fs::remove_file(folder.path().join(file)).unwrap(),
    }
}

/// `file:line:column` without the folder, and what is said.
fn mistakes(folder: &Folder, address: SocketAddr) -> Vec<(String, String)> {
    let response = reload(address);
    let problem = response.json();
    assert_eq!((response.status, &problem["type"]), (422, &"/problems/policies-refused".into()), "{}", response.text());
    let text =
        |value: &serde_json::Value| value.as_str().unwrap().replace(&format!("{}/", folder.path().display()), "");
    let errors = problem["errors"].as_array().unwrap().iter();
    let errors: Vec<_> = errors.map(|error| (text(&error["place"]), text(&error["message"]))).collect();
    for (place, message) in &errors {
        let detail = text(&problem["detail"]);
        assert!(detail.contains(&format!("{place}: {message}")), "the detail alone says everything, too: {detail}");
    }
    errors
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_broken_bundles_take_no_effect_and_name_all_their_mistakes() {
    assert!(CASES.len() >= 20);
    ready().await;
    let folder = Folder::new();
    sound(&folder);
    let gate = gate(&folder).run_with_token().await;
    let (gate, ()) = with(gate, move |gate| {
        let (address, before) = (gate.address, status(gate.address)["bundle"].clone());
        let leaves = gate.leaves();
        let mut wrong = Vec::new();
        for (index, (changes, expected)) in CASES.iter().enumerate() {
            sound(&folder);
            changes.iter().for_each(|one| change(&folder, one));
            let found = mistakes(&folder, address);
            let as_expected = found.len() == expected.len()
                && found
                    .iter()
                    .zip(*expected)
                    .all(|((place, message), (at, says))| place == at && message.contains(says));
            if !as_expected {
                wrong.push(format!("case {index}: {found:#?}"));
            }
            let now = status(address);
            assert_eq!(now["bundle"], before, "case {index}");
            assert_eq!(now["last_reload"]["mistakes"].as_array().unwrap().len(), found.len());
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(gate.leaves(), leaves, "nothing was activated");
        // Decisions went on, by the bundle from before.
        assert_eq!(ask(address, "production").json()["policy_set"]["id"], "shop");
        assert_eq!(gate.leaves(), leaves + 1);
        sound(&folder);
        assert_eq!(reload(address).json()["changed"], false);
    })
    .await;
    gate.stop().await;
}
