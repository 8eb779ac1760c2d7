//! The section `egress`: where the gate may ask others, by name.

use super::{
    kind::{
        Given,
        bytes::{self, GIB, KIB},
        count, span,
    },
    mistake::{Mistake, Refused},
    origin::Origin,
};
use crate::egress::{
    address::Network,
    credential::{CredentialSource, Place},
    destination::{DestinationConfig, EgressLimits, base, literal},
};
use reqwest::{Url, header::HeaderName};
use serde_json::{Map, Value};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use tidegate_bundle::document::{Positions, quoted};

/// Milliseconds that a request may take, at least and at most.
const TIME: std::ops::RangeInclusive<u64> = 10..=600_000;

/// The destinations of a file; relative paths begin in `folder`.
pub(super) fn read(
    file: &Value,
    positions: &Positions,
    folder: &Path,
    mistakes: &mut Vec<Mistake>,
) -> BTreeMap<String, DestinationConfig> {
    let Some(section) = file.get("egress").and_then(Value::as_object) else { return BTreeMap::new() };
    let mut destinations = BTreeMap::new();
    for (name, value) in section {
        let pointer = format!("/egress/{}", name.replace('~', "~0").replace('/', "~1"));
        let mut reader = Reader { positions, pointer, folder, mistakes };
        if let Some(destination) = value.as_object().and_then(|value| reader.destination(value)) {
            destinations.insert(name.clone(), destination);
        }
    }
    destinations
}

/// One line for each destination, without anything secret: there is nothing secret in a configuration.
pub(super) fn show(destinations: &BTreeMap<String, DestinationConfig>) -> Vec<String> {
    let line = |(name, config): (&String, &DestinationConfig)| {
        let EgressLimits { bytes, time, connections } = config.limits;
        let mut line = format!(
            "{name}: {} bytes={} time={} connections={connections}",
            config.url,
            bytes::show(&bytes).concat(),
            span::span_in_words(time)
        );
        config.private.iter().for_each(|network| line.push_str(&format!(" private={network}")));
        config.ca_file.iter().for_each(|path| line.push_str(&format!(" ca_file={}", path.display())));
        if let Some(credential) = &config.credential {
            let header = credential.header.as_ref().map_or("authorization", HeaderName::as_str);
            line.push_str(&format!(" {header}={credential}"));
        }
        line
    };
    destinations.iter().map(line).collect()
}

struct Reader<'a> {
    positions: &'a Positions,
    pointer: String,
    folder: &'a Path,
    mistakes: &'a mut Vec<Mistake>,
}

impl Reader<'_> {
    fn refuse(&mut self, key: &str, refused: Refused) {
        let at = self.positions.at(&format!("{}{key}", self.pointer));
        let origin = Origin::File { file: self.positions.file().to_owned(), line: at.line, column: at.column };
        // What the schema found wrong with a value is not said again in other words.
        if !self.mistakes.iter().any(|mistake| mistake.origin == origin) {
            self.mistakes.push(refused.at(origin));
        }
    }

    fn destination(&mut self, value: &Map<String, Value>) -> Option<DestinationConfig> {
        let private = self.private(value);
        let credential = value.get("credential").and_then(Value::as_object).map(|value| self.credential(value));
        let limits = self.limits(value.get("limits").and_then(Value::as_object));
        let ca_file = value.get("ca_file").and_then(Value::as_str).map(|path| self.path(path));
        let text = value.get("url").and_then(Value::as_str)?;
        let url = match base(text) {
            Ok(url) => url,
            Err(error) => {
                // A password in it is not repeated.
                self.refuse("/url", Refused::because(format!("this address {error}")));
                return None;
            }
        };
        self.fitting(&url, &private, credential.is_some());
        Some(DestinationConfig { url, private, credential: credential.flatten(), ca_file, limits })
    }

    /// What makes no sense together.
    fn fitting(&mut self, url: &Url, private: &[Network], has_credential: bool) {
        if url.scheme() == "http" && private.is_empty() {
            let refused = Refused::because("goes over the open network without TLS");
            self.refuse("/url", refused.hint("use `https`, or list its network under `private`"));
        }
        let is_here = literal(url).is_some_and(|address| address.is_loopback());
        if url.scheme() == "http" && has_credential && !is_here {
            let refused = Refused::because("a credential is sent over TLS, or to an address of this machine");
            self.refuse("/credential", refused);
        }
    }

    fn private(&mut self, value: &Map<String, Value>) -> Vec<Network> {
        let listed = value.get("private").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut networks = Vec::with_capacity(listed.len());
        for (index, text) in listed.iter().enumerate() {
            let Some(text) = text.as_str() else { continue };
            match Network::parse(text) {
                Some(network) => networks.push(network),
                None => {
                    let refused = Refused::because(format!("{} is no network", quoted(text)));
                    self.refuse(&format!("/private/{index}"), refused.hint("e.g. `10.1.0.0/16` or `127.0.0.1`"));
                }
            }
        }
        networks
    }

    fn credential(&mut self, value: &Map<String, Value>) -> Option<CredentialSource> {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let place = match (text("file"), text("variable")) {
            (Some(path), None) => Place::File(self.path(path)),
            (None, Some(name)) => Place::Variable(name.to_owned()),
            _ => {
                self.refuse("/credential", Refused::because("either `file` or `variable` says where it lies"));
                return None;
            }
        };
        let header = text("header").map(|name| (name, HeaderName::from_bytes(name.as_bytes())));
        let header = match header {
            None => None,
            Some((_, Ok(header))) => Some(header),
            Some((name, Err(_))) => {
                let refused = Refused::because(format!("{} is no name of a header", quoted(name)));
                self.refuse("/credential/header", refused);
                return None;
            }
        };
        Some(CredentialSource { place, header })
    }

    fn limits(&mut self, value: Option<&Map<String, Value>>) -> EgressLimits {
        let mut limits = EgressLimits::default();
        let Some(value) = value else { return limits };
        let folder = self.folder;
        let mut refused = Vec::new();
        for (key, value) in value {
            let texts = match value {
                Value::String(text) => [text.clone()],
                other => [other.to_string()],
            };
            let given = Given { texts: &texts, folder };
            let read = match key.as_str() {
                "bytes" => bytes::read(given, KIB..=GIB).map(|bytes| limits.bytes = bytes),
                "time" => span::read(given, TIME).map(|time| limits.time = time),
                "connections" => count::read(given, 1..=1_000).map(|count| limits.connections = count),
                _ => continue,
            };
            refused.extend(read.err().map(|refused| (format!("/limits/{key}"), refused)));
        }
        refused.into_iter().for_each(|(key, why)| self.refuse(&key, why));
        limits
    }

    fn path(&self, text: &str) -> PathBuf {
        self.folder.join(text)
    }
}

#[cfg(test)]
mod tests {
    use super::show;
    use crate::config::{Config, Flags};
    use std::fs;

    fn load(yaml: &str) -> Result<Config, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tidegate.yaml");
        fs::write(&path, yaml).unwrap();
        let flags = Flags { config: Some(path.display().to_string()), ..Flags::default() };
        let shown = format!("{}/", folder.path().display());
        let line = |mistake: crate::config::mistake::Mistake| mistake.to_string().replace(&shown, "");
        Config::load(&flags, []).map_err(|mistakes| mistakes.into_iter().map(line).collect())
    }

    #[test]
    fn destinations_are_read_and_shown_without_what_is_secret() {
        let config = load(
            "egress:\n  keys: { url: 'https://ci.example/api/' }\n  inside:\n    url: http://127.0.0.1:9\n    \
             private: [127.0.0.1, 10.0.0.0/8]\n    credential: { variable: TOKEN, header: PRIVATE-TOKEN }\n    \
             limits: { bytes: 64KiB, time: 2s, connections: 2 }\n",
        )
        .unwrap();
        assert_eq!(
            show(&config.egress),
            [
                "inside: http://127.0.0.1:9/ bytes=64KiB time=2s connections=2 private=127.0.0.1/32 private=10.0.0.0/8 \
                 private-token=of variable `TOKEN`",
                "keys: https://ci.example/api bytes=1MiB time=10s connections=4",
            ]
        );
        assert_ne!(config.digest(), Config::default().digest(), "it is a part of what the gate is told");
    }

    #[test]
    fn every_mistake_is_named_with_its_place() {
        for (destination, at, wanted) in [
            ("{ url: 'ftp://x' }", "'ftp", "this address is not a web address"),
            ("{ url: 'https://u:secret@x' }", "'https", "this address holds a user name or password"),
            ("{ url: 'http://x' }", "'http", "goes over the open network without TLS"),
            ("{ url: 'https://x', private: [10.0.0.1/8] }", "10.", "`10.0.0.1/8` is no network"),
            ("{ url: 'https://x', credential: {} }", "{}", "either `file` or `variable`"),
            ("{ url: 'https://x', limits: { time: 2 } }", "2 }", ""),
            ("{ url: 'https://x', limits: { bytes: 2GiB } }", "2GiB", "`2GiB` is too large"),
            ("{ url: 'https://x', limits: { byts: 1 } }", "byts", "unknown key `byts`\nhint: did you mean `bytes`?"),
            ("{ urll: 'https://x' }", "urll", "unknown key `urll`\nhint: did you mean `url`?"),
            (
                "{ url: 'http://10.0.0.1', private: [10.0.0.1], credential: { variable: X } }",
                "{ variable",
                "a credential is sent over TLS",
            ),
        ] {
            let line = format!("  a: {destination}");
            let mistakes = load(&format!("egress:\n{line}\n")).unwrap_err();
            let wanted = format!("tidegate.yaml:2:{}: {wanted}", line.find(at).unwrap() + 1);
            assert!(mistakes.iter().any(|mistake| mistake.starts_with(&wanted)), "{wanted}: {mistakes:?}");
            assert!(!mistakes.concat().contains("secret"), "{mistakes:?}");
        }
    }
}
