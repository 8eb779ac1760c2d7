//! Where a registry is, and where it may lead.

use super::{Client, error::Cause, reach::Plain};
use crate::{limits::TEXT_CHARS_MAX, reference::Repository};
use reqwest::Url;
use std::net::IpAddr;
use tidegate_core::one_line::one_line;

/// Docker's own registry answers under another name than references have.
const DOCKER_HUB: (&str, &str) = ("docker.io", "registry-1.docker.io");

impl Client {
    /// `https://registry/v2/repository/` and what follows.
    pub(super) fn place(&self, repository: &Repository, rest: &str) -> Result<Url, Cause> {
        let registry = match repository.registry() {
            host if host == DOCKER_HUB.0 => DOCKER_HUB.1,
            host => host,
        };
        let scheme = if self.is_plain(registry) { "http" } else { "https" };
        let text = format!("{scheme}://{registry}/v2/{}/{rest}", repository.name());
        Url::parse(&text).map_err(|error| Cause::Astray(format!("nowhere: {error}")))
    }

    /// Where the registry leads from there, if that may be followed.
    pub(super) fn led(&self, repository: &Repository, from: &Url, to: &str) -> Result<Url, Cause> {
        let shown = || one_line(to, TEXT_CHARS_MAX);
        let url = from.join(to).map_err(|error| Cause::Astray(format!("to `{}`: {error}", shown())))?;
        match url.scheme() {
            "https" => {}
            // One that is spoken to without encryption leads to such, and nobody else to this machine.
            "http" if self.is_plain(repository.registry()) && self.is_plain(&authority(&url)) => {}
            "http" => return Err(Cause::Unencrypted(shown())),
            other => return Err(Cause::Astray(format!("to `{}`, which is of scheme `{other}`", shown()))),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Cause::Astray("to an address that holds a name or a password".to_owned()));
        }
        Ok(url)
    }

    fn is_plain(&self, registry: &str) -> bool {
        match &self.options.plain {
            Plain::ThisMachineAnd(named) => is_on_this_machine(registry) || named.iter().any(|one| one == registry),
            Plain::Only(named) => named.iter().any(|one| one == registry),
        }
    }
}

/// `host:port` as a reference has it.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn is_on_this_machine(registry: &str) -> bool {
    let host = match registry.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => registry.split(':').next().unwrap_or(registry),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::super::{Client, Options, error::Cause, reach::Plain};
    use crate::reference::Reference;

    fn client() -> Client {
        client_with(Plain::ThisMachineAnd(vec!["plain.example:80".to_owned()]))
    }

    fn client_with(plain: Plain) -> Client {
        Client::new(Options { plain, ..Options::default() }).unwrap()
    }

    #[test]
    fn whoever_names_them_all_speaks_with_nobody_else_in_the_clear() {
        let client = client_with(Plain::Only(vec!["127.0.0.1:1".to_owned()]));
        for (registry, expected) in [
            ("127.0.0.1:1", "http://127.0.0.1:1/v2/a/x"),
            ("127.0.0.1:2", "https://127.0.0.1:2/v2/a/x"),
            ("localhost", "https://localhost/v2/a/x"),
        ] {
            let reference = Reference::parse(&format!("{registry}/a")).unwrap();
            assert_eq!(client.place(reference.repository(), "x").unwrap().as_str(), expected);
        }
    }

    #[test]
    fn nothing_but_this_machine_and_what_is_said_is_spoken_to_in_the_clear() {
        for (registry, expected) in [
            ("r.example", "https://r.example/v2/a/b/x"),
            ("r.example:5000", "https://r.example:5000/v2/a/b/x"),
            ("docker.io", "https://registry-1.docker.io/v2/a/b/x"),
            ("localhost", "http://localhost/v2/a/b/x"),
            ("127.0.0.2:5000", "http://127.0.0.2:5000/v2/a/b/x"),
            ("[::1]:5000", "http://[::1]:5000/v2/a/b/x"),
            ("10.0.0.1:5000", "https://10.0.0.1:5000/v2/a/b/x"),
            ("127.0.0.1.example:5000", "https://127.0.0.1.example:5000/v2/a/b/x"),
            ("plain.example", "https://plain.example/v2/a/b/x"),
            ("plain.example:80", "http://plain.example/v2/a/b/x"),
        ] {
            let reference = Reference::parse(&format!("{registry}/a/b")).unwrap();
            assert_eq!(client().place(reference.repository(), "x").unwrap().as_str(), expected);
        }
    }

    #[test]
    fn a_registry_leads_to_encrypted_places_only() {
        let client = client();
        let led = |registry: &str, to: &str| {
            let reference = Reference::parse(&format!("{registry}/a")).unwrap();
            let from = client.place(reference.repository(), "x").unwrap();
            client.led(reference.repository(), &from, to).map(|url| url.to_string())
        };
        assert_eq!(led("r.example", "../y?z=1").unwrap(), "https://r.example/v2/y?z=1");
        assert_eq!(led("r.example", "https://s.example/y").unwrap(), "https://s.example/y");
        assert_eq!(led("localhost:1", "http://127.0.0.1:2/y").unwrap(), "http://127.0.0.1:2/y");
        for (registry, to) in [
            ("r.example", "http://r.example/y"),
            ("r.example", "http://127.0.0.1:2/y"),
            ("localhost:1", "http://s.example/y"),
        ] {
            assert!(matches!(led(registry, to), Err(Cause::Unencrypted(_))), "{registry} {to}");
        }
        for to in ["ftp://s.example/y", "file:///etc/passwd", "https://u:p@s.example/", "https://["] {
            assert!(matches!(led("r.example", to), Err(Cause::Astray(_))), "{to}");
        }
    }
}
