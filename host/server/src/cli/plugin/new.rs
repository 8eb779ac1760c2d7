//! `tidegate plugin new`

use crate::cli::{exit::Exit, talk};
use std::path::PathBuf;
use tidegate_engine::manifest::Kind;
use tidegate_workbench::{
    languages::Language,
    scaffold::{Project, ProjectName, ScaffoldError, scaffold},
};

/// Begin a plugin: a project that builds and passes its tests at once
///
/// Writes the rule, its native tests, cases, a README and what a pipeline runs. The SDK and the contract are written beside them, so that the
/// project lies wherever it likes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Its name: lower-case letters, digits, `_` and `-`, beginning with a letter
    #[arg(value_name = "NAME", value_parser = ProjectName::parse)]
    name: ProjectName,
    /// What it is written in: rust, typescript or python
    #[arg(long, value_name = "LANGUAGE", value_parser = language, default_value = "rust")]
    lang: Language,
    /// What it is asked: gate (may it go out?), rollback (must it be undone?), severity (how urgent is it?)
    #[arg(long, value_name = "KIND", value_parser = kind, default_value = "gate")]
    kind: Kind,
    /// Where it is written to [default: a folder of its name, here]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

fn language(text: &str) -> Result<Language, String> {
    one_of(&Language::ALL, |language| language.word(), text)
}

fn kind(text: &str) -> Result<Kind, String> {
    one_of(&Kind::ALL, |kind| kind.word(), text)
}

fn one_of<T: Copy>(all: &[T], word: fn(T) -> &'static str, text: &str) -> Result<T, String> {
    let found = all.iter().copied().find(|one| word(*one) == text);
    found.ok_or_else(|| format!("is none of {}", all.iter().map(|one| word(*one)).collect::<Vec<_>>().join(", ")))
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    let dir = args.dir.clone().unwrap_or_else(|| PathBuf::from(args.name.as_str()));
    let project = Project { name: args.name.clone(), language: args.lang, kind: args.kind };
    match scaffold(&dir, &project) {
        Ok(files) => written(&dir, &files, args.lang),
        Err(error) => {
            talk::error(&error);
            if matches!(error, ScaffoldError::Taken(_)) { Exit::Usage } else { Exit::Undecided }
        }
    }
}

/// Its own files are the command's data, one a line; those beside it are counted.
fn written(dir: &std::path::Path, files: &[PathBuf], language: Language) -> Exit {
    let (beside, own): (Vec<&PathBuf>, Vec<&PathBuf>) = files.iter().partition(|file| file.starts_with("vendor"));
    let lines: String = own.iter().map(|file| format!("{}\n", dir.join(file).display())).collect();
    if let Err(error) = talk::data(&lines) {
        talk::error(&format!("cannot write to stdout: {error}"));
        return Exit::Undecided;
    }
    talk::note(&format!("{} files of the project, and {} of the SDK and the contract", own.len(), beside.len()));
    let tools = match language {
        Language::Rust => "",
        Language::TypeScript => "npm ci && ",
        Language::Python => "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && ",
    };
    talk::hint(&format!("cd {} && {tools}tidegate plugin test", dir.display()));
    Exit::Allowed
}
