//! Files of all kinds together, and what is wrong between them.

use super::{SETS_MAX, SetSource, Sources, overrides, read_set, shadows, waivers};
use crate::{
    document::{self, Included, Mistake, Texts, keys},
    identities::{self, Identities, is_identities, read_identities},
    layers::between,
    troubleshooting::{self, Guide, is_guide, read_guide},
    waivers::WaiverOf,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The files that policy files take texts from (`{ file: ./rules/images.rego }` in a stage's settings), each once: whoever reads policies reads
/// these too, and hands them over with the others. Names that are none are left out here, and are mistakes when the policies are read.
#[must_use]
pub fn included(files: &[(PathBuf, String)]) -> Vec<Included> {
    let of = |(path, text): &(PathBuf, String)| document::included(text, &path.display().to_string());
    // Most files name none, and do not have to be read twice.
    let all: BTreeSet<Included> = files.iter().filter(|(_, text)| text.contains("file:")).flat_map(of).collect();
    all.into_iter().collect()
}

/// Policy files apart from those that they take texts from. A policy file that another one takes a text from would be no policy any more:
/// that is a mistake.
fn apart<'a>(files: &'a [(PathBuf, String)], mistakes: &mut Vec<Mistake>) -> (Vec<&'a (PathBuf, String)>, Texts<'a>) {
    let named: BTreeSet<PathBuf> = included(files).into_iter().map(|one| one.path).collect();
    let (mut policies, mut texts) = (Vec::new(), Texts::new());
    for file in files {
        let (path, text) = file;
        if !named.contains(path) {
            policies.push(file);
            continue;
        }
        if is_policy(text) {
            mistakes.push(taken(path));
        }
        texts.insert(path, text);
    }
    (policies, texts)
}

fn is_policy(text: &str) -> bool {
    let keys = keys(text);
    is_guide(text)
        || is_identities(&keys)
        || waivers::is_waivers(&keys)
        || overrides::is_override(&keys)
        || keys.iter().any(|key| key == "policy_set")
}

fn taken(path: &Path) -> Mistake {
    Mistake {
        file: path.display().to_string(),
        line: 1,
        column: 1,
        pointer: String::new(),
        message: "a policy file, and another one takes it for a text of its settings".to_owned(),
        hint: Some("name a file that is no policy".to_owned()),
    }
}

/// Reads policy sets and overrides: each file's name and its text. Every mistake of every file is reported.
pub fn read_sets(files: &[(PathBuf, String)]) -> Result<Sources, Vec<Mistake>> {
    let (sources, mistakes) = examine_sets(files);
    if mistakes.is_empty() { Ok(sources) } else { Err(mistakes) }
}

/// As much of them as can be understood, and everything that is wrong: for whoever looks for mistakes. Nothing is decided by sources
/// that have some.
#[must_use]
pub fn examine_sets(files: &[(PathBuf, String)]) -> (Sources, Vec<Mistake>) {
    let (mut mistakes, mut guides, mut known) = (Vec::new(), Vec::new(), Vec::new());
    let (mut sets, mut overrides, mut waivers) = (Vec::new(), Vec::new(), Vec::new());
    // What is wrong between these and the others is not known until they are mended.
    let mut unsound: Vec<Arc<SetSource>> = Vec::new();
    let (policies, texts) = apart(files, &mut mistakes);
    for (path, text) in policies {
        if is_guide(text) {
            match read_guide(path, text) {
                Ok(guide) => guides.push(guide),
                Err(found) => mistakes.extend(found),
            }
            continue;
        }
        let keys = keys(text);
        if is_identities(&keys) {
            match read_identities(path, text) {
                Ok(read) => known.push(read),
                Err(found) => mistakes.extend(found),
            }
        } else if waivers::is_waivers(&keys) {
            match waivers::read_waivers(path, text) {
                Ok(read) => waivers.extend(read),
                Err(found) => mistakes.extend(found),
            }
        } else if overrides::is_override(&keys) {
            match overrides::read_override(path, text, &texts) {
                Ok(read) => overrides.push(Arc::new(read)),
                Err(found) => mistakes.extend(found),
            }
        } else {
            let (set, found) = read_set(path, text, &texts);
            let read = if found.is_empty() { &mut sets } else { &mut unsound };
            read.extend(set.map(Arc::new));
            mistakes.extend(found);
        }
    }
    mistakes.extend(between(&sets));
    // Of a set that could not be read it is not known whether it is there.
    if mistakes.is_empty() {
        mistakes.extend(shadows::mistakes(&sets));
        waivers::awaited(&mut waivers, &sets);
        mistakes.extend(waivers::between(&waivers, &sets));
        mistakes.extend(between::between(&overrides, &sets.iter().map(|set| &set.id).collect::<Vec<_>>()));
    }
    let identities = identities::only(known).unwrap_or_else(|mistake| {
        mistakes.push(mistake);
        Identities::default()
    });
    mistakes.extend(waivers::of_one_person(&waivers, identities.people()));
    let guide = troubleshooting::only(guides).unwrap_or_else(|mistake| {
        mistakes.push(mistake);
        Guide::default()
    });
    sets.extend(unsound);
    sets.sort_by(|a, b| a.id.cmp(&b.id));
    overrides.sort_by(|a, b| (a.layer, &a.id).cmp(&(b.layer, &b.id)));
    waivers.sort_by(|a: &WaiverOf, b| (&a.of, &a.waiver.id).cmp(&(&b.of, &b.waiver.id)));
    let waivers = waivers.into_iter().map(Arc::new).collect();
    (Sources { sets, overrides, waivers, guide, identities }, mistakes)
}

/// What is wrong with several sets together.
fn between(sets: &[Arc<SetSource>]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (index, set) in sets.iter().enumerate() {
        if index == SETS_MAX {
            let message = format!("too many policy sets: {} used, {SETS_MAX} allowed", sets.len());
            mistakes.push(set.mistake("/policy_set", message, None));
            break;
        }
        for earlier in sets.iter().take(index) {
            let there = earlier.positions.file();
            if earlier.id == set.id {
                let message = format!("policy set `{}` is defined twice: first in {there}", set.id);
                mistakes.push(set.mistake("/policy_set", message, None));
            } else if let (None, None, Some((environment, service))) =
                (&earlier.shadow_of, &set.shadow_of, earlier.matching.common(&set.matching))
            {
                let message = format!(
                    "policy set `{}` overlaps with `{}` in {there}: both could fit environment `{environment}`, service `{service}`",
                    set.id, earlier.id
                );
                let hint = "exactly one set has to fit a deployment: name environments or services that differ";
                mistakes.push(set.mistake("/match", message, Some(hint.to_owned())));
            }
        }
    }
    mistakes
}
