//! How each registry is spoken with.

use crate::egress::{self, destination::DestinationConfig};
use reqwest::Url;
use std::{collections::BTreeMap, fs, time::Duration};
use tidegate_registry::{
    client::{Client, Options, Times, reach::Plain},
    credentials::Credentials,
    patience::Patience,
};

/// Registries that may be asked.
#[derive(Debug)]
pub(super) enum Places {
    /// Whichever is named.
    Any,
    /// Where one of these destinations has its host.
    Listed(BTreeMap<String, DestinationConfig>),
}

/// How often a gate tries: whoever waits for policies does not wait for long.
fn patience() -> Patience {
    Patience { attempts: 3, wait_first: Duration::from_millis(500), wait_max: Duration::from_secs(2) }
}

const TIMES: Times =
    Times { connect: Duration::from_secs(5), idle: Duration::from_secs(20), attempt: Duration::from_secs(5 * 60) };

impl Places {
    /// Asks this registry; an error says why nobody may, and what to do. Who this is, docker's configuration says.
    pub(super) fn client(&self, registry: &str) -> Result<Client, String> {
        let credentials = Credentials::usual().map_err(|error| error.to_string())?;
        let usual = Options { credentials, patience: patience(), times: TIMES, ..Options::default() };
        let options = match self {
            Self::Any => usual,
            Self::Listed(destinations) => {
                let config = destinations.values().find(|config| is_at(&config.url, registry));
                let config = config.ok_or_else(|| unlisted(registry))?;
                Options {
                    authorities: authorities(config)?,
                    plain: Plain::Only(if config.url.scheme() == "http" {
                        vec![registry.to_owned()]
                    } else {
                        Vec::new()
                    }),
                    reach: Some(egress::reach(config)),
                    ..usual
                }
            }
        };
        Client::new(options).map_err(|error| error.to_string())
    }
}

fn unlisted(registry: &str) -> String {
    format!(
        "registry `{registry}` is no destination of this gate; \
         hint: add `egress: {{ registry: {{ url: 'https://{registry}' }} }}` to its configuration"
    )
}

/// Whether the destination is that registry, however its port is written.
fn is_at(destination: &Url, registry: &str) -> bool {
    let Ok(url) = Url::parse(&format!("{}://{registry}", destination.scheme())) else { return false };
    (url.host_str(), url.port_or_known_default()) == (destination.host_str(), destination.port_or_known_default())
}

fn authorities(config: &DestinationConfig) -> Result<Option<Vec<u8>>, String> {
    let read = |path: &std::path::PathBuf| {
        fs::read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
    };
    config.ca_file.as_ref().map(read).transpose()
}

#[cfg(test)]
mod tests {
    use super::{Places, is_at};
    use crate::egress::destination::{DestinationConfig, EgressLimits};
    use reqwest::Url;

    #[test]
    fn a_destination_is_a_registry_by_host_and_port() {
        for (destination, registry, expected) in [
            ("https://r.example", "r.example", true),
            ("https://r.example", "r.example:443", true),
            ("https://r.example:443/", "r.example", true),
            ("https://r.example:5000", "r.example:5000", true),
            ("http://127.0.0.1:5000", "127.0.0.1:5000", true),
            ("http://r.example", "r.example:80", true),
            ("https://r.example:5000", "r.example", false),
            ("https://r.example", "r.example.evil.example", false),
            ("https://r.example", "sub.r.example", false),
            ("https://[::1]:5000", "[::1]:5000", true),
        ] {
            assert_eq!(is_at(&Url::parse(destination).unwrap(), registry), expected, "{destination} {registry}");
        }
    }

    #[test]
    fn nobody_is_asked_who_is_no_destination() {
        let config = DestinationConfig {
            url: Url::parse("https://r.example").unwrap(),
            private: Vec::new(),
            credential: None,
            ca_file: None,
            limits: EgressLimits::default(),
        };
        let places = Places::Listed([("a".to_owned(), config)].into());
        assert!(places.client("r.example").is_ok());
        let error = places.client("s.example").unwrap_err();
        assert!(error.contains("`s.example` is no destination") && error.contains("https://s.example"), "{error}");
    }
}
