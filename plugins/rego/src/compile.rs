//! Settings to rules that are ready to be asked, or everything that is wrong with them.

mod asked;

pub(crate) use asked::{Asked, Kind};

use crate::{
    engine::{Rules, Source},
    gatekeeper::{self, Gatekeeper},
    settings::{Mode, Need, Settings, Text, Version},
};
use regorus::Value;
use std::collections::BTreeSet;
use tidegate_sdk::describe::Problem;

/// Rules that are ready.
#[derive(Debug)]
pub(crate) enum Compiled {
    /// Of modules, and which of them are asked.
    Modules(Box<Rules>, Vec<Asked>),
    /// Of templates.
    Templates(Gatekeeper),
}

pub(crate) fn compile(settings: &Settings) -> Result<Compiled, Vec<Problem>> {
    let mut problems = out_of_place(settings);
    for (list, texts) in
        [("modules", &settings.modules), ("templates", &settings.templates), ("constraints", &settings.constraints)]
    {
        problems.extend(twice(list, texts));
    }
    let compiled = match settings.mode {
        Mode::Gatekeeper => gatekeeper::compile(settings).map(Compiled::Templates),
        Mode::Conftest | Mode::Gate => modules(settings),
    };
    match compiled {
        Ok(compiled) if problems.is_empty() => Ok(compiled),
        Ok(_) => Err(problems),
        Err(more) => {
            problems.extend(more);
            Err(problems)
        }
    }
}

/// Keys that the mode does not look at: whoever wrote them expects something of them.
fn out_of_place(settings: &Settings) -> Vec<Problem> {
    let Settings { mode, modules, namespaces, templates, constraints, parameters, inventory, operation, .. } = settings;
    let given: [(&str, bool, &[Mode]); 10] = [
        ("modules", !modules.is_empty(), &[Mode::Conftest, Mode::Gate]),
        ("namespaces", namespaces.is_some(), &[Mode::Conftest, Mode::Gate]),
        ("data", settings.data.is_some(), &[Mode::Conftest, Mode::Gate]),
        ("templates", !templates.is_empty(), &[Mode::Gatekeeper]),
        ("constraints", !constraints.is_empty(), &[Mode::Gatekeeper]),
        ("inventory", inventory.is_some(), &[Mode::Gatekeeper]),
        ("operation", operation.is_some(), &[Mode::Gatekeeper]),
        ("parameters", parameters.is_some(), &[Mode::Gatekeeper, Mode::Gate]),
        ("combine", settings.combine, &[Mode::Conftest]),
        ("evidence", settings.evidence == Need::None, &[Mode::Gate]),
    ];
    let name = |mode: Mode| match mode {
        Mode::Conftest => "conftest",
        Mode::Gatekeeper => "gatekeeper",
        Mode::Gate => "gate",
    };
    let misplaced = given.into_iter().filter(|(_, is_given, modes)| *is_given && !modes.contains(mode));
    misplaced
        .map(|(key, ..)| {
            Problem::new(format!("/{key}"), format!("`{key}` means nothing in the mode `{}`", name(*mode)))
        })
        .collect()
}

fn twice(list: &str, texts: &[Text]) -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let again = texts.iter().enumerate().filter(|(_, text)| !seen.insert(&text.file));
    let problem = |(index, text): (usize, &Text)| {
        Problem::new(format!("/{list}/{index}/file"), format!("`{}` is there already: findings cite it", text.file))
    };
    again.map(problem).collect()
}

fn modules(settings: &Settings) -> Result<Compiled, Vec<Problem>> {
    if settings.modules.is_empty() {
        return Err(vec![Problem::new("/modules", "no module: there is nothing to ask")]);
    }
    let version = settings.version.unwrap_or(Version::V1);
    let sources: Vec<_> = settings
        .modules
        .iter()
        .map(|text| Source { file: &text.file, text: &text.source, version: text.version.unwrap_or(version) })
        .collect();
    let data = settings.data.clone().map(|data| Value::from(serde_json::Value::Object(data)));
    let rules = Rules::compile(&sources, data, settings.builtin_errors()).map_err(|mistakes| {
        mistakes.into_iter().map(|mistake| placed("modules", &settings.modules, mistake)).collect::<Vec<_>>()
    })?;
    let asked = asked::of(rules.heads(), settings.namespaces.as_deref())?;
    Ok(Compiled::Modules(Box::new(rules), asked))
}

/// A mistake that begins with the name of a text, at that text.
pub(crate) fn placed(list: &str, texts: &[Text], mistake: String) -> Problem {
    let of_text = |text: &Text| mistake.strip_prefix(&text.file).is_some_and(|rest| rest.starts_with(':'));
    let pointer =
        texts.iter().position(of_text).map_or_else(|| format!("/{list}"), |at| format!("/{list}/{at}/source"));
    Problem::new(pointer, mistake)
}
