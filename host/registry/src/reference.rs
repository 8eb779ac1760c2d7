//! Where an artifact lies: `registry.example.com/team/plugin:1.2.0@sha256:…`.

use crate::limits::TEXT_CHARS_MAX;
use std::fmt;
use tidegate_core::{
    digest::{Digest, DigestError},
    one_line::one_line,
};

/// Characters of a repository's name with its registry, as the distribution specification has it.
const REPOSITORY_CHARS_MAX: usize = 255;
/// Characters of a tag, as the same has it.
const TAG_CHARS_MAX: usize = 128;

/// All versions of one artifact in one registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repository {
    registry: String,
    name: String,
}

/// An artifact, as a person names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    repository: Repository,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// An artifact by the digest of its manifest: the same bytes for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// Where it lies.
    pub repository: Repository,
    /// The tag that somebody wrote beside the digest. It chooses nothing.
    pub tag: Option<String>,
    /// Of its manifest.
    pub digest: Digest,
}

/// A text that names no artifact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` names no artifact: {cause}; hint: write `registry.example.com/team/plugin:1.2.0` or `…/plugin@sha256:…`"
)]
pub struct ReferenceError {
    /// The text, on one line.
    pub text: String,
    /// What is wrong with it.
    pub cause: ReferenceCause,
}

/// What is wrong with a reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceCause {
    /// No registry stands in front. None is made up.
    #[error("it begins with no registry (a name with a dot or a port, or `localhost`)")]
    NoRegistry,
    /// The registry is no host.
    #[error("its registry is no host name or address with an optional port")]
    Registry,
    /// The repository's name.
    #[error("its repository is not made of lower-case letters, digits and single `.`, `_`, `-` between `/`")]
    Repository,
    /// The tag.
    #[error("its tag is not up to {TAG_CHARS_MAX} letters, digits, `.`, `_` and `-`")]
    Tag,
    /// What stands behind the `@`.
    #[error(transparent)]
    Digest(#[from] DigestError),
    /// The whole.
    #[error("its repository is too long: {used} characters used, {REPOSITORY_CHARS_MAX} allowed")]
    TooLong {
        /// How long it is.
        used: usize,
    },
}

/// A tag where a digest is demanded: a tag is whatever somebody last made of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` has no digest; a tag may be another artifact tomorrow")]
pub struct NotPinned(pub Reference);

impl Repository {
    /// `registry.example.com:5000`
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// `team/plugin`
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The artifact of this digest in it.
    #[must_use]
    pub fn at(&self, digest: Digest) -> Pinned {
        Pinned { repository: self.clone(), tag: None, digest }
    }
}

impl Reference {
    /// Reads `registry/repository[:tag][@sha256:…]`. There is no default registry and no default tag.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        read(text).map_err(|cause| ReferenceError { text: one_line(text, TEXT_CHARS_MAX), cause })
    }

    /// Where it lies.
    #[must_use]
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// The tag that it names.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest that it names.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// By its digest.
    pub fn pinned(&self) -> Result<Pinned, NotPinned> {
        let digest = self.digest.ok_or_else(|| NotPinned(self.clone()))?;
        Ok(Pinned { repository: self.repository.clone(), tag: self.tag.clone(), digest })
    }
}

fn read(text: &str) -> Result<Reference, ReferenceCause> {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(Digest::parse(digest)?)),
        None => (text, None),
    };
    let (registry, path) = rest.split_once('/').ok_or(ReferenceCause::NoRegistry)?;
    if !(registry.contains(['.', ':']) || registry == "localhost") {
        return Err(ReferenceCause::NoRegistry);
    }
    if !is_host(registry) {
        return Err(ReferenceCause::Registry);
    }
    let (name, tag) = match path.split_once(':') {
        Some((name, tag)) => (name, Some(tag.to_owned())),
        None => (path, None),
    };
    if !name.split('/').all(is_component) {
        return Err(ReferenceCause::Repository);
    }
    let used = registry.len() + 1 + name.len();
    if used > REPOSITORY_CHARS_MAX {
        return Err(ReferenceCause::TooLong { used });
    }
    if !tag.as_deref().is_none_or(is_tag) {
        return Err(ReferenceCause::Tag);
    }
    let repository = Repository { registry: registry.to_ascii_lowercase(), name: name.to_owned() };
    Ok(Reference { repository, tag, digest })
}

/// A host name, an IPv4 address or an IPv6 address in brackets; behind a colon a port.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            let is_address = address.parse::<std::net::Ipv6Addr>().is_ok();
            (is_address, rest.strip_prefix(':').or(rest.is_empty().then_some("443")))
        }
        None => {
            let (host, port) = text.split_once(':').unwrap_or((text, "443"));
            let label = |label: &str| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            (host.split('.').all(label), Some(port))
        }
    };
    host && port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

/// Lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
fn is_component(text: &str) -> bool {
    let is_plain = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    let separators = text.split(is_plain).filter(|between| !between.is_empty());
    text.starts_with(is_plain)
        && text.ends_with(is_plain)
        && separators.into_iter().all(|s| matches!(s, "." | "_" | "__") || s.bytes().all(|byte| byte == b'-'))
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= TAG_CHARS_MAX
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.name)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        self.digest.map_or(Ok(()), |digest| write!(f, "@{digest}"))
    }
}

/// Without the tag, which chooses nothing.
impl fmt::Display for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.repository, self.digest)
    }
}

impl std::str::FromStr for Reference {
    type Err = ReferenceError;
    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests;
