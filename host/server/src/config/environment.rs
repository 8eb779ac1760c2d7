//! Variables that begin with `TIDEGATE_`.

use super::{
    mistake::{Mistake, Refused},
    origin::Origin,
    settings::{SETTINGS, Setting},
};
use tidegate_bundle::document::{nearest, quoted};

/// What all of them begin with.
const PREFIX: &str = "TIDEGATE_";
/// The variable that names the file.
const FILE: &str = "TIDEGATE_CONFIG";
/// Variables that are none of the gate's own settings: those of its clients, and where tests find real reports.
const ELSEWHERE: [&str; 5] =
    ["TIDEGATE_CA", "TIDEGATE_CLIENT_CERTIFICATE", "TIDEGATE_SAMPLES", "TIDEGATE_SERVER", "TIDEGATE_TOKEN"];
/// The one variable that holds a list, and what stands between its entries.
const LISTS: [(&str, char); 3] = [("policies", ':'), ("checkpoints.witnesses", ' '), ("retention.sets", ';')];

/// The variables of this process that may concern the gate. What is not UTF-8 becomes U+FFFD, which [`read`] refuses.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os()
        .map(move |(name, value)| (lossy(name), lossy(value)))
        .filter(|(name, _)| name.starts_with(PREFIX))
}

/// What the variables say.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// The file to read.
    pub(super) file: Option<String>,
    /// Settings, sorted by the variable's name.
    pub(super) given: Vec<(&'static Setting, String, Vec<String>)>,
    /// Sorted by the variable's name.
    pub(super) mistakes: Vec<Mistake>,
}

/// Sorts out what the variables say; those of others are left alone.
pub(super) fn read(variables: impl IntoIterator<Item = (String, String)>) -> Variables {
    let mut ours: Vec<_> = variables.into_iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
    ours.sort();
    let mut read = Variables::default();
    for (name, value) in ours {
        if ELSEWHERE.contains(&name.as_str()) {
            continue;
        }
        let setting = SETTINGS.iter().find(|setting| setting.variable() == name);
        match (refusal(&value), setting) {
            (_, None) if name != FILE => read.mistakes.push(unknown(name)),
            (Some(refused), _) => read.mistakes.push(refused.at(Origin::Variable(name))),
            (None, None) => read.file = Some(value),
            (None, Some(setting)) => read.given.push((setting, name, split(setting, value))),
        }
    }
    read
}

fn refusal(value: &str) -> Option<Refused> {
    if value.is_empty() {
        return Some(Refused::because("is empty").hint("unset it to use the file's value or the default"));
    }
    value.contains('\u{fffd}').then(|| Refused::because("is not UTF-8"))
}

fn split(setting: &Setting, value: String) -> Vec<String> {
    match LISTS.iter().find(|(key, _)| setting.key == *key) {
        Some((_, between)) => value.split(*between).map(str::to_owned).collect(),
        None => vec![value],
    }
}

fn unknown(name: String) -> Mistake {
    let known: Vec<String> = SETTINGS.iter().map(Setting::variable).collect();
    let names = known.iter().map(String::as_str).chain(ELSEWHERE).chain([FILE]);
    // All begin alike: only the rest is compared, so that the beginning does not make everything near.
    let rests = names.filter_map(|name| name.strip_prefix(PREFIX));
    let near = nearest(name.strip_prefix(PREFIX).unwrap_or_default(), rests);
    let hint = near.map(|near| format!("did you mean `{PREFIX}{near}`?"));
    let shown = quoted(&name).trim_matches('`').to_owned();
    Mistake { origin: Origin::Variable(shown), message: "unknown variable".to_owned(), hint }
}
