//! Statements about which vulnerabilities reach a product (VEX), and to which vulnerability each of them speaks.

use crate::{deployment::Artifact, time::Timestamp, vulnerability::Vulnerability};
use std::sync::Arc;

/// The statements of one document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VexReport {
    /// In order of appearance.
    pub statements: Vec<VexStatement>,
}

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexStatement {
    /// Every name of the vulnerability that it uses; at least one.
    pub vulnerabilities: Vec<Arc<str>>,
    /// What it speaks of; at least one.
    pub products: Vec<VexProduct>,
    /// What it says.
    pub status: VexStatus,
    /// Why, as it says; may be empty.
    pub justification: Arc<str>,
    /// When it was said; the latest counts.
    pub at: Option<Timestamp>,
}

/// What a statement speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VexProduct {
    /// A package URL or another identifier.
    pub id: Arc<str>,
    /// Package URLs of the parts that it speaks of; none: the product as a whole.
    pub parts: Vec<Arc<str>>,
}

/// What a statement says. Later ones are worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VexStatus {
    /// This version holds the fix.
    Fixed,
    /// The vulnerability does not reach the product.
    NotAffected,
    /// Nobody knows yet.
    UnderInvestigation,
    /// It reaches the product.
    Affected,
}

impl VexStatus {
    /// The word used in findings.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::NotAffected => "not affected",
            Self::UnderInvestigation => "under investigation",
            Self::Affected => "affected",
        }
    }
}

/// What somebody said about a vulnerability of a scan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct VexClaim {
    /// Of the scan's vulnerability.
    pub vulnerability: Arc<str>,
    /// Its package.
    pub package: Arc<str>,
    /// What was said.
    pub status: VexStatus,
    /// The signer, or else the author that the document names, or else nobody.
    pub by: Arc<str>,
    /// Why, in their words; may be empty.
    pub justification: Arc<str>,
    /// Whether the stage lists them.
    pub counts: bool,
}

impl VexStatement {
    /// Whether it speaks of this vulnerability, in something that is deployed here.
    #[must_use]
    pub fn speaks_of(&self, vulnerability: &Vulnerability, deployed: &[&Artifact]) -> bool {
        let named = |name: &Arc<str>| *name == vulnerability.id || vulnerability.aliases.contains(name);
        self.vulnerabilities.iter().any(named) && self.products.iter().any(|p| p.covers(vulnerability, deployed))
    }
}

impl VexProduct {
    /// A product as a whole is the vulnerable package itself or what is deployed; a part counts only in what is deployed. What
    /// cannot be told for sure is not covered.
    fn covers(&self, vulnerability: &Vulnerability, deployed: &[&Artifact]) -> bool {
        let is_package = |id: &str| vulnerability.purl.as_deref().is_some_and(|purl| purl_covers(id, purl));
        let is_deployed = || deployed.iter().any(|artifact| identifies(&self.id, artifact));
        match self.parts.as_slice() {
            [] => is_package(&self.id) || is_deployed(),
            parts => parts.iter().any(|part| is_package(part)) && is_deployed(),
        }
    }
}

/// Whether `id` names these bytes: by their digest, as an OCI package URL or a reference to an image carries it. Where they lie is what
/// a caller types, and says nothing.
fn identifies(id: &str, artifact: &Artifact) -> bool {
    let digest = artifact.digest.to_string();
    let reference = || id.rsplit_once('@').map_or(id, |(_, digest)| digest);
    let version = Purl::of(id).and_then(|purl| purl.version).unwrap_or_else(reference);
    version.eq_ignore_ascii_case(&digest) || version.eq_ignore_ascii_case(&digest.replace(':', "%3a"))
}

/// Whether a package URL of a statement covers the one of a package: the same package, the version and every qualifier that the
/// statement names. Without a version it covers every version.
fn purl_covers(stated: &str, found: &str) -> bool {
    let (Some(stated), Some(found)) = (Purl::of(stated), Purl::of(found)) else { return false };
    let has = |qualifier: &str| found.qualifiers().any(|other| other == qualifier);
    stated.package == found.package
        && stated.version.is_none_or(|version| found.version == Some(version))
        && stated.qualifiers().all(has)
        && (stated.subpath.is_none() || stated.subpath == found.subpath)
}

/// A package URL, taken apart but not decoded: two spellings of the same are not the same, which is the safe side.
struct Purl<'a> {
    package: &'a str,
    version: Option<&'a str>,
    qualifiers: Option<&'a str>,
    subpath: Option<&'a str>,
}

impl<'a> Purl<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("pkg:")?;
        let (rest, subpath) = split(rest, '#');
        let (rest, qualifiers) = split(rest, '?');
        // A scope's `@` (`pkg:npm/@scope/name`) begins a segment and names no version.
        let (package, version) = match rest.rsplit_once('@') {
            Some((package, version)) if !package.is_empty() && !package.ends_with('/') => (package, Some(version)),
            _ => (rest, None),
        };
        Some(Self { package, version, qualifiers, subpath })
    }

    fn qualifiers(&self) -> impl Iterator<Item = &'a str> {
        self.qualifiers.into_iter().flat_map(|all| all.split('&')).filter(|one| !one.is_empty())
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

#[cfg(test)]
mod tests {
    use super::{identifies, purl_covers};
    use crate::{deployment::Artifact, digest::Digest};

    #[test]
    fn a_package_is_covered_by_its_version_and_every_stated_qualifier() {
        let found = "pkg:deb/debian/openssl@3.0.11-1?arch=amd64&distro=debian-12";
        for (stated, covers) in [
            (found, true),
            ("pkg:deb/debian/openssl", true),
            ("pkg:deb/debian/openssl@3.0.11-1", true),
            ("pkg:deb/debian/openssl@3.0.11-1?arch=amd64", true),
            ("pkg:deb/debian/openssl@3.0.11-1?distro=debian-12&arch=amd64", true),
            ("pkg:deb/debian/openssl@3.0.11-1?arch=arm64", false),
            ("pkg:deb/debian/openssl@3.0.11", false),
            ("pkg:deb/debian/open", false),
            ("pkg:deb/debian/openssl#lib", false),
            ("openssl", false),
            ("", false),
        ] {
            assert_eq!(purl_covers(stated, found), covers, "{stated}");
        }
        assert!(!purl_covers("pkg:npm/@scope/name@1", "pkg:npm/@scope/name@2"));
        assert!(purl_covers("pkg:npm/@scope/name", "pkg:npm/@scope/name@2"));
    }

    #[test]
    fn what_is_deployed_is_known_by_its_digest_alone() {
        let digest = Digest::of(b"image");
        let artifact = Artifact { uri: "registry.example/app:1".into(), digest };
        let hex = digest.hex();
        for (id, named) in [
            ("registry.example/app:1".to_owned(), false),
            (format!("registry.example/app:1@{digest}"), true),
            (digest.to_string(), true),
            (format!("pkg:oci/app@sha256%3A{hex}"), true),
            (format!("pkg:oci/app@sha256:{hex}?arch=amd64"), true),
            ("pkg:oci/app".to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(identifies(&id, &artifact), named, "{id}");
        }
        assert!(!identifies("", &Artifact { uri: "".into(), digest }));
    }
}
