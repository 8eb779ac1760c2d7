//! Plugins that a gate pulls from a real registry (Debian's `docker-registry`), and what stays when it may not use what lies there.

use crate::{
    plugin_registry::{registry::Registry, said},
    reload::bundles::{Folder, Version, ask, gate, ready, reload, status, with},
    world::{World, loopback},
};
use std::{fs, net::SocketAddr, path::Path, time::Duration};
use tempfile::TempDir;
use tidegate_core::digest::Digest;

/// A registry, whoever signs plugins, and the policies of a gate.
struct Workshop {
    registry: Registry,
    keys: TempDir,
    policies: Folder,
}

impl Workshop {
    async fn open() -> Option<Self> {
        ready().await;
        let (registry, keys) = (Registry::start()?, tempfile::tempdir().unwrap());
        for name in ["ada", "eve"] {
            let public = said(keys.path(), &["evidence", "key", name]);
            fs::write(keys.path().join(format!("{name}.pub")), public).unwrap();
        }
        Some(Self { registry, keys, policies: Folder::new() })
    }

    /// Pushes a plugin of that version, signed by these; the reference with its digest.
    fn push(&self, version: Version, signers: &[&str]) -> String {
        let (file, folder) = (format!("{}.wasm", version.word()), self.keys.path());
        fs::write(folder.join(&file), version.component("pulled")).unwrap();
        let tag = format!("{}/team/quality:{}", self.registry.address, version.word());
        let mut arguments = vec!["plugin", "push", &file, &tag];
        let pinned = said(folder, &arguments);
        for signer in signers {
            arguments.extend(["--key", signer]);
            said(folder, &arguments);
            arguments.truncate(4);
        }
        pinned
    }

    /// A set that names the plugin so, and demands so much.
    fn put(&self, version: Version, reference: &str, verify: &str) {
        let rate = if version == Version::Strict { 100 } else { 0 };
        let key = |name: &str| {
            let pem = fs::read_to_string(self.keys.path().join(format!("{name}.pub"))).unwrap();
            pem.lines().filter(|line| !line.starts_with('-')).collect::<String>()
        };
        let (ada, eve) = (key("ada"), key("eve"));
        self.policies.write(
            "production.yaml",
            format!(
                "policy_set: production\nversion: {}\nowner: Test\nmatch: {{ environments: [production], services: ['*'] }}\n\
                 signers: {{ ada: [{{ key: {ada} }}], eve: [{{ key: {eve} }}] }}\n\
                 plugins:\n  quality: {{ oci: '{reference}'{verify} }}\n\
                 stages: [{{ id: s, title: S, plugin: quality, evidence: [{{ name: unit_tests }}], \
                 settings: {{ tests: {{ min_pass_rate: {rate} }} }} }}]\n",
                version.word()
            ),
        );
    }

    /// A gate that may ask the registry.
    fn gate(&self) -> World {
        let url = format!("http://{}", self.registry.address);
        gate(&self.policies).configured(|config| {
            config.egress.insert("registry".to_owned(), loopback(&url, Duration::from_secs(10)));
        })
    }
}

const BY_ADA: &str = ", verify: { all_of: [ada] }";

fn decided(address: SocketAddr) -> String {
    ask(address, "production").json()["policy_set"]["version"].as_str().unwrap().to_owned()
}

/// Nothing changes, and both the answer and the status say why.
fn refuses(address: SocketAddr, words: &str) {
    let answer = reload(address);
    assert_eq!(answer.status, 422, "{}", answer.text());
    let last = status(address)["last_reload"].clone();
    assert_eq!(last["result"], "refused");
    let mistakes = last["mistakes"].to_string();
    assert!(mistakes.contains(words) && answer.text().contains(words), "`{words}` is not in {mistakes}");
    assert!(mistakes.contains("production.yaml:7:19"), "{mistakes}");
    assert_eq!(decided(address), "strict", "the last good one stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_pulls_what_its_sets_name_and_refuses_what_is_not_as_they_ask() {
    let Some(workshop) = Workshop::open().await else { return };
    let strict = workshop.push(Version::Strict, &["ada"]);
    workshop.put(Version::Strict, &strict, BY_ADA);
    let gate = workshop.gate().run_with_token().await;
    let (gate, workshop) = with(gate, move |gate| {
        let address = gate.address;
        let set = &status(address)["policy_sets"][0]["plugins"][0];
        assert_eq!(set["digest"], Digest::of(&Version::Strict.component("pulled")).to_string());
        let unsigned = workshop.push(Version::Lenient, &[]);
        workshop.put(Version::Lenient, &unsigned, BY_ADA);
        refuses(address, "nobody signed it; missing: `ada`");
        workshop.push(Version::Lenient, &["eve"]);
        refuses(address, "are not those that are demanded; missing: `ada`");
        workshop.put(Version::Lenient, &unsigned, ", verify: { all_of: [ada, eve] }");
        refuses(address, "missing: `ada`");
        // Whoever moves a tag changes nothing: the digest chooses.
        let tagged = format!("{}/team/quality:strict", workshop.registry.address);
        workshop.put(Version::Lenient, &tagged, BY_ADA);
        refuses(address, "has no digest; a tag may be another artifact tomorrow");
        workshop.put(Version::Lenient, &format!("registry.example/a@sha256:{}", "0".repeat(64)), BY_ADA);
        refuses(address, "registry `registry.example` is no destination of this gate");
        workshop.put(
            Version::Lenient,
            &format!("{}/team/quality@sha256:{}", workshop.registry.address, "0".repeat(64)),
            "",
        );
        refuses(address, "it is not there");
        // It was kept unsigned; whoever signs it since is asked for.
        workshop.push(Version::Lenient, &["ada"]);
        workshop.put(Version::Lenient, &unsigned, ", verify: { all_of: [ada, eve] }");
        assert_eq!(reload(address).status, 200);
        assert_eq!(decided(address), "lenient");
        workshop
    })
    .await;
    let data = gate.stop().await;
    // No registry is needed for what was pulled before.
    let again = workshop.gate().over(data);
    let Workshop { registry, policies, .. } = workshop;
    drop(registry);
    let again = again.run_with_token().await;
    let (again, ()) = with(again, |gate| {
        assert_eq!(decided(gate.address), "lenient");
        assert_eq!(status(gate.address)["bundle"]["source"], "files");
    })
    .await;
    again.stop().await;
    drop(policies);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tampered_with_is_refused_in_the_registry_and_where_it_is_kept() {
    let Some(workshop) = Workshop::open().await else { return };
    let strict = workshop.push(Version::Strict, &["ada"]);
    workshop.put(Version::Strict, &strict, BY_ADA);
    let gate = workshop.gate().run_with_token().await;
    let (gate, workshop) = with(gate, move |gate| {
        let lenient = workshop.push(Version::Lenient, &["ada"]);
        let component = Version::Lenient.component("pulled");
        workshop.registry.tamper(Digest::of(&component), &turned(&component));
        workshop.put(Version::Lenient, &lenient, BY_ADA);
        refuses(gate.address, "tampered with");
        workshop.registry.tamper(Digest::of(&component), &component);
        assert_eq!(reload(gate.address).status, 200, "{}", status(gate.address));
        workshop
    })
    .await;
    let data = gate.stop().await;
    for entry in fs::read_dir(data.path().join("data/artifacts")).unwrap() {
        let file = entry.unwrap().path();
        assert_eq!(file.extension().unwrap(), "tar");
        let bytes = fs::read(&file).unwrap();
        fs::write(&file, turned(&bytes)).unwrap();
    }
    let again = workshop.gate().over(data).run_with_token().await;
    let (again, workshop) = with(again, move |gate| {
        assert_eq!(decided(gate.address), "lenient", "what was kept is not believed, and is pulled again");
        workshop
    })
    .await;
    let data = again.stop().await;
    // Of the two only the one that is named was asked for again.
    let sound = kept(data.path()).iter().filter(|bytes| bytes.windows(8).all(|window| window != MARK)).count();
    assert_eq!(sound, 1);
    drop(workshop);
}

const MARK: [u8; 8] = *b"tampered";

/// The same bytes, of which some in the middle are others.
fn turned(bytes: &[u8]) -> Vec<u8> {
    let mut turned = bytes.to_vec();
    let middle = bytes.len() / 2;
    turned[middle..middle + MARK.len()].copy_from_slice(&MARK);
    turned
}

fn kept(data: &Path) -> Vec<Vec<u8>> {
    let files = fs::read_dir(data.join("data/artifacts")).unwrap();
    files.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}
