//! What the tests share: plugins that are words, keys, a registry.

pub(crate) mod fake;
pub(crate) mod proxy;
pub(crate) mod registry;

use bytes::Bytes;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tidegate_core::{
    signer::{SignerKey, Who, Window},
    time::Timestamp,
};
use tidegate_evidence::signing::{SigningKey, verifies};
use tidegate_registry::{
    artifact::{About, Artifact},
    client::{Client, Options},
    contract::{Contract, Interfaces},
    patience::Patience,
    reference::{Pinned, Reference},
    signature::demand::Demand,
    stored::Stored as _,
};

/// A contract for components that are words: behind the first line, each is an import.
pub(crate) struct Words;

const FIRST_LINE: &str = "a component";

impl Contract for Words {
    fn exceeding(&self, imports: &[String]) -> Vec<String> {
        imports.iter().filter(|import| !import.starts_with("tidegate:policy/")).cloned().collect()
    }

    fn imports(&self, component: &[u8]) -> Result<Vec<String>, String> {
        let text = String::from_utf8_lossy(component).into_owned();
        let rest = text.strip_prefix(FIRST_LINE).ok_or_else(|| "not a component".to_owned())?;
        Ok(rest.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }
}

pub(crate) const EVIDENCE: &str = "tidegate:policy/evidence@0.1.0";

pub(crate) fn component(imports: &[&str]) -> Bytes {
    Bytes::from(format!("{FIRST_LINE}\n{}\n", imports.join("\n")))
}

pub(crate) fn artifact_of(component: Bytes, imports: &[&str]) -> Artifact {
    let imports = imports.iter().map(|import| (*import).to_owned()).collect();
    let about = About { version: Some("1.2.0".to_owned()), created: None };
    Artifact::of(component, Interfaces { imports, exports: Vec::new() }, &about).unwrap()
}

/// One that imports what it may.
pub(crate) fn artifact() -> Artifact {
    artifact_of(component(&[EVIDENCE]), &[EVIDENCE])
}

pub(crate) fn reference(address: SocketAddr, rest: &str) -> Reference {
    Reference::parse(&format!("{address}/{rest}")).unwrap()
}

pub(crate) fn pinned(address: SocketAddr, artifact: &Artifact) -> Pinned {
    reference(address, "team/plugin").repository().at(artifact.digest())
}

/// Waits no longer than it has to.
pub(crate) fn options() -> Options {
    let patience = Patience { attempts: 3, wait_first: Duration::from_millis(1), wait_max: Duration::from_millis(10) };
    Options { patience, ..Options::default() }
}

pub(crate) fn client() -> Client {
    Client::new(options()).unwrap()
}

pub(crate) const NOW: Timestamp = Timestamp::from_nanos(1_800_000_000_000_000_000);

/// An Ed25519 key.
pub(crate) fn key(seed: u8) -> SigningKey {
    SigningKey::ed25519(&[seed; 32]).unwrap()
}

/// An ECDSA key, as cosign makes them; of this test alone.
pub(crate) fn p256() -> SigningKey {
    SigningKey::parse(include_str!("p256.pem")).unwrap()
}

pub(crate) fn names(names: &[&str]) -> std::collections::BTreeSet<Arc<str>> {
    names.iter().map(|name| Arc::from(*name)).collect()
}

/// All of these, by these keys.
pub(crate) fn all_of(keys: &[(&str, &SigningKey)]) -> Demand {
    let names = names(&keys.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    Demand::new(Who::AllOf(names), &known(keys), verifies).unwrap()
}

pub(crate) fn any_of(keys: &[(&str, &SigningKey)]) -> Demand {
    let names = names(&keys.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    Demand::new(Who::AnyOf(names), &known(keys), verifies).unwrap()
}

fn known(keys: &[(&str, &SigningKey)]) -> Vec<SignerKey> {
    keys.iter().map(|(name, key)| key.known_as(name)).collect()
}

/// A key that counted until a moment before now.
pub(crate) fn lapsed(name: &str, key: &SigningKey) -> Demand {
    let window = Window { not_before: None, not_after: Some(Timestamp::from_nanos(NOW.nanos() - 1)) };
    let known = SignerKey { window, ..key.known_as(name) };
    Demand::new(Who::AllOf(names(&[name])), &[known], verifies).unwrap()
}
