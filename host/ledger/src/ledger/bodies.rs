//! Whether every body and text that leaves name is there, or was taken away by a leaf that says so. Archives are looked through by themselves.

use super::Ledger;
use crate::{
    error::ReadError,
    removal::Removed,
    store::{archiving, head, named, present, removals},
};
use std::{collections::BTreeSet, fmt};

/// What is missing that is shown, at most.
pub const MISSING_MAX: usize = 100;

/// What a look at all bodies found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bodies {
    /// How many times leaves name a body or a text that is there.
    pub there: u64,
    /// How many times they name one that a later leaf took away.
    pub removed: u64,
    /// What no leaf took away and is not there: at most [`MISSING_MAX`].
    pub missing: Vec<Missing>,
}

/// A body or a text that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The leaf that names it.
    pub leaf_index: u64,
    /// What it was.
    pub what: &'static str,
    /// As the leaf names it.
    pub digest: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { leaf_index, what, digest } = self;
        write!(f, "leaf {leaf_index} names {what} `{digest}`, which is not there: no leaf says that it was deleted")
    }
}

impl Ledger {
    /// Looks for every body and text that a leaf names.
    pub async fn bodies(&self) -> Result<Bodies, ReadError> {
        let size = head::tree(&mut *self.0.reads.acquire().await?).await?.size;
        let (mut found, mut next) = (Bodies::default(), 0);
        while next < size {
            let mut connection = self.0.reads.acquire().await?;
            let mut page = named::page(&mut connection, next..size, self.0.config.body_bytes_max).await?;
            let archived = archiving::archived_within(&mut connection, next..next + page.len() as u64).await?;
            next += page.len() as u64;
            // What these leave lies in archives, and is looked for there.
            page.retain(|named| !archived.contains(&named.index));
            let digests: BTreeSet<_> =
                page.iter().flat_map(|named| named.bodies.iter().map(|(digest, _)| *digest)).collect();
            let texts: BTreeSet<_> = page.iter().flat_map(|named| named.texts.iter().copied()).collect();
            let bodies = present::bodies(&mut connection, digests.iter().copied()).await?;
            let known = present::texts(&mut connection, texts.iter().copied()).await?;
            let gone = digests.iter().filter(|digest| !bodies.contains_key(digest)).map(ToString::to_string);
            let forgotten = texts.iter().filter(|text| !known.contains(text)).map(ToString::to_string);
            let removed = present::removed(&mut connection, &gone.chain(forgotten).collect::<Vec<_>>()).await?;
            for named in &page {
                let of_bodies = named
                    .bodies
                    .iter()
                    .map(|(digest, part)| (part.kind().word(), digest.to_string(), bodies.contains_key(digest)));
                let of_texts = named.texts.iter().map(|text| ("private text", text.to_string(), known.contains(text)));
                for (what, digest, is_there) in of_bodies.chain(of_texts) {
                    if is_there {
                        found.there += 1;
                    } else if removed.get(&digest).is_some_and(|index| *index > named.index) {
                        found.removed += 1;
                    } else if found.missing.len() < MISSING_MAX {
                        found.missing.push(Missing { leaf_index: named.index, what, digest });
                    }
                }
            }
        }
        Ok(found)
    }

    /// The last leaf that took a body or a text away; none: no leaf did. As leaves name it: `sha256:…` or `salted:sha256:…`.
    pub async fn removed(&self, digest: &str) -> Result<Option<Removed>, ReadError> {
        removals::last(&mut *self.0.reads.acquire().await?, digest).await
    }
}
