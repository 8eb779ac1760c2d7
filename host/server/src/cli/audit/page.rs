//! Which part of a long answer.

use super::filters::Pairs;
use crate::cli::talk;
use std::fmt::Display;

/// A page of it.
#[derive(Debug, clap::Args)]
pub(super) struct Page {
    /// So many, 500 at most
    #[arg(long, default_value_t = 20)]
    limit: u32,
    /// Where the page before ended, as it said
    #[arg(long)]
    cursor: Option<String>,
}

impl Page {
    pub(super) fn pairs(&self) -> Pairs {
        let cursor = self.cursor.iter().map(|cursor| ("cursor", cursor.clone()));
        std::iter::once(("limit", self.limit.to_string())).chain(cursor).collect()
    }
}

/// Says where the next page begins, if there is one.
pub(super) fn ended(next: Option<impl Display>) {
    if let Some(next) = next {
        talk::note(&format!("there are more: `--cursor {next}`"));
    }
}
