//! Where a build's source came from.

use super::{DigestSet, commit, sha256};
use crate::{
    moment::document_time,
    source::{Reading, Source, incomplete},
    text::bounded,
};
use serde::Deserialize;
use std::sync::Arc;
use tidegate_core::evidence::{Completeness, Content, Provenance};

/// Something that a build used.
#[derive(Debug, Deserialize)]
pub(super) struct Resource {
    #[serde(default)]
    pub(super) uri: Option<String>,
    #[serde(default)]
    pub(super) digest: Option<DigestSet>,
}

/// What a provenance says, in whatever version.
pub(super) struct Build<'a> {
    pub(super) builder: &'a str,
    pub(super) build_type: &'a str,
    pub(super) finished: Option<&'a str>,
    /// The source as the build's parameters name it, with its branch or tag where that is apart.
    pub(super) named: Option<(&'a str, Option<&'a str>)>,
    pub(super) used: &'a [Resource],
}

/// A place in a repository, as package managers write it: `git+https://host/path@refs/heads/main`.
#[derive(Debug, PartialEq, Eq)]
struct Location<'a> {
    repository: &'a str,
    ref_name: Option<&'a str>,
}

impl<'a> Location<'a> {
    fn of(uri: &'a str) -> Self {
        let uri = uri.strip_prefix("git+").unwrap_or(uri);
        let uri = uri.split_once('#').map_or(uri, |(uri, _)| uri);
        // The `@` of a user name stands before the path.
        let authority = uri.find("://").map_or(0, |at| at + 3);
        let path = uri.get(authority..).and_then(|rest| rest.find('/')).map_or(uri.len(), |at| authority + at);
        match uri.get(path..).and_then(|rest| rest.find('@')) {
            Some(at) => Self { repository: &uri[..path + at], ref_name: uri.get(path + at + 1..) },
            None => Self { repository: uri, ref_name: None },
        }
    }
}

impl Build<'_> {
    pub(super) fn reading(&self, source: &Source<'_>) -> Reading {
        let text = |text: &str| bounded(text, source.limits);
        let named = self.named.map(|(uri, ref_name)| (Location::of(uri), ref_name));
        let origin = self.origin(named.as_ref().map(|(location, _)| location.repository));
        let commit = origin.and_then(|resource| commit(resource.digest.as_ref()?));
        let found = origin.and_then(|resource| resource.uri.as_deref()).map(Location::of);
        let repository =
            named.as_ref().map(|(location, _)| location.repository).or(found.as_ref().map(|f| f.repository));
        let ref_name = named
            .as_ref()
            .and_then(|(location, ref_name)| ref_name.or(location.ref_name))
            .or(found.as_ref().and_then(|found| found.ref_name));
        let provenance = Provenance {
            builder: text(self.builder),
            build_type: text(self.build_type),
            repository: text(repository.unwrap_or_default()),
            commit: text(commit.unwrap_or_default()),
            ref_name: text(ref_name.unwrap_or_default()),
            materials: self.used.iter().filter_map(|used| sha256(used.digest.as_ref()?.get("sha256")?)).collect(),
        };
        let completeness = completeness(&provenance);
        let mut reading = Reading::new(completeness, Vec::new());
        reading.produced_at = self.finished.and_then(document_time);
        reading.revision = commit.map(text);
        reading.contents = vec![Content::Provenance(Arc::new(provenance))];
        reading
    }

    /// Of what the build used, the source: what the parameters name, or the only thing that has a commit.
    fn origin(&self, repository: Option<&str>) -> Option<&Resource> {
        let has_commit = |used: &&Resource| used.digest.as_ref().and_then(commit).is_some();
        if let Some(repository) = repository {
            let is_named = |used: &&Resource| {
                used.uri.as_deref().is_some_and(|uri| same(Location::of(uri).repository, repository))
            };
            return self.used.iter().filter(has_commit).find(is_named);
        }
        let mut candidates = self.used.iter().filter(has_commit);
        // Of several commits none can be told to be the source's.
        candidates.next().filter(|_| candidates.next().is_none())
    }
}

/// Whether two texts name one repository, however they end.
fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.trim_end_matches('/').trim_end_matches(".git").to_owned();
    plain(one) == plain(other)
}

fn completeness(provenance: &Provenance) -> Completeness {
    let missing = [
        ("who built it (`builder.id`)", &provenance.builder),
        ("from which repository", &provenance.repository),
        ("from which commit", &provenance.commit),
    ];
    let missing: Vec<&str> = missing.iter().filter(|(_, text)| text.is_empty()).map(|(what, _)| *what).collect();
    if missing.is_empty() {
        return Completeness::Complete;
    }
    incomplete(format!("the provenance does not say {}", missing.join(", nor ")))
}

#[cfg(test)]
mod tests {
    use super::Location;

    #[test]
    fn a_location_is_a_repository_and_perhaps_a_branch_or_tag() {
        for (uri, repository, ref_name) in [
            ("git+https://h.example/o/r@refs/heads/main", "https://h.example/o/r", Some("refs/heads/main")),
            ("https://h.example/o/r", "https://h.example/o/r", None),
            ("git+ssh://git@h.example/o/r.git@v1.0", "ssh://git@h.example/o/r.git", Some("v1.0")),
            ("git+ssh://git@h.example", "ssh://git@h.example", None),
            ("https://h.example/o/r@main#sub/dir", "https://h.example/o/r", Some("main")),
            ("", "", None),
            ("é@é/é@é", "é@é/é", Some("é")),
        ] {
            assert_eq!(Location::of(uri), Location { repository, ref_name }, "{uri}");
        }
    }
}
