//! `tidegate policy lint`

mod report;

use crate::{
    cli::{exit::Exit, talk},
    gate::{
        clock,
        material::Material,
        offline,
        plugins::{Active, Pinning, PolicyError},
    },
    registries::Registries,
};
use report::{Form, Level, Line};
use std::{io, path::PathBuf};
use tidegate_bundle::{
    document::Mistake,
    lint::{Warning, lint},
    sources::PluginReference,
};
use tidegate_core::wasi::Wasi;

/// Say everything that is wrong with policies, and what is probably not meant
///
/// Reads policy sets and overrides as a gate would, asks their plugins about the settings, and lists every mistake and every warning
/// with file, line, column and what to do. Exits with 1 when there is a mistake.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Policy sets and overrides, or folders of them
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Exit with 1 on warnings, too
    #[arg(long)]
    deny_warnings: bool,
    /// text, json, or github (annotations of a pull request)
    #[arg(long, value_enum, value_name = "FORM", default_value = "text")]
    format: Form,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Files(#[from] PolicyError),
    #[error("cannot write to stdout: {0}")]
    Stdout(#[from] io::Error),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    let lines = match looked_at(args) {
        Ok(Ok(lines)) => lines,
        Ok(Err(problem)) => {
            talk::problem(&problem);
            return Exit::Undecided;
        }
        Err(failure) => {
            talk::error(&failure);
            return Exit::Undecided;
        }
    };
    if let Err(error) = talk::data(&report::report(&lines, args.format)) {
        talk::error(&Failure::Stdout(error));
        return Exit::Undecided;
    }
    let count = |level| lines.iter().filter(|line| line.level == level).count();
    let (mistakes, warnings) = (count(Level::Error), count(Level::Warning));
    talk::note(&format!("mistakes: {mistakes}, warnings: {warnings}"));
    if mistakes > 0 || (args.deny_warnings && warnings > 0) { Exit::Refused } else { Exit::Allowed }
}

/// Plugins to which a set grants WASI, and which do not import it.
fn granted_in_vain(material: &Material, active: &Active) -> Vec<Mistake> {
    let in_vain = |plugin: &PluginReference<'_>| {
        let loaded = active.plugin(plugin.set, plugin.name);
        plugin.wasi == Wasi::Inert && loaded.is_some_and(|loaded| loaded.plugin.wasi.is_empty())
    };
    material.sources.plugins().filter(in_vain).map(|plugin| plugin.granted_in_vain()).collect()
}

/// Every mistake and warning, in the order of files and lines.
fn looked_at(args: &Args) -> Result<Result<Vec<Line>, Box<crate::api::problem::Problem>>, Failure> {
    let engine = match offline::engine() {
        Ok(engine) => engine,
        Err(problem) => return Ok(Err(Box::new(problem))),
    };
    let registries = Registries::of_this_user();
    let component_bytes = engine.limits().component_bytes_max;
    let material =
        Material::read(&args.paths, component_bytes, &mut registries.pulling()).map_err(PolicyError::from)?;
    let (mistakes, in_vain) = match Active::assemble(&engine, &material, Pinning::Optional, None) {
        Ok(active) => (Vec::new(), granted_in_vain(&material, &active)),
        Err(PolicyError::Mistakes(mistakes)) => (mistakes, Vec::new()),
        Err(files) => return Err(files.into()),
    };
    let warnings = lint(&material.sources, clock::now()).into_iter().map(|Warning(mistake)| mistake).chain(in_vain);
    let warnings = warnings.map(|mistake| Line { level: Level::Warning, mistake });
    let mut lines: Vec<Line> =
        mistakes.into_iter().map(|mistake| Line { level: Level::Error, mistake }).chain(warnings).collect();
    let place = |line: &Line| (line.mistake.file.clone(), line.mistake.line, line.mistake.column);
    lines.sort_by_key(|line| (place(line), line.level));
    lines.dedup();
    Ok(Ok(lines))
}
