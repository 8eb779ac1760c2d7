//! The configuration as a whole: precedence, mistakes, schema, digest.

mod broken;
mod precedence;
mod schema;

use super::{
    environment, file,
    flags::Flags,
    load::{self, Loaded},
    mistake::Mistake,
};

/// Loads from texts alone.
pub(super) fn load(yaml: &str, variables: &[(&str, &str)], flags: &Flags) -> Result<Loaded, Vec<Mistake>> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let content = if yaml.is_empty() { file::Content::default() } else { file::parse(yaml, "tidegate.yaml") };
    load::lay(content, environment::read(variables), flags)
}
