//! `tidegate plugin run`

use super::component::{ComponentError, component};
use crate::{
    api::{answer_of::answer_of, problem::Problem},
    cases::after::some_deployment,
    cli::{
        decide::{
            documents::{self, DocumentsError},
            evidence::{self, Cited, Labelled, Moment},
        },
        exit::Exit,
        file::{self, read},
        talk,
    },
    folder::{self, FolderError},
    gate::{
        clock,
        judging::Measured,
        material::Material,
        offline::{self, Supposed},
        ruling::{Bench, Ruled},
        spans::{self, Told, identity::Trace, moments::Moments},
        submission::Submission,
    },
    render::{escape::terminal, text::conclusions, waterfall::waterfall},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, io, path::PathBuf, sync::Arc, time::Instant};
use tidegate_core::{time::Timestamp, wasi::Wasi};
use tidegate_engine::{engine::Engine, load::LoadError, manifest::Kind, plugin::Plugin};

/// Characters of one line of a plugin, at most.
const LINE_CHARS_MAX: usize = 2_000;
/// Columns of the drawn trace where nobody says how many there are.
const COLUMNS: u16 = 100;
/// What the policy set that asks calls the plugin's file.
const FILE: &str = "plugin.wasm";

/// Ask a gate plugin about documents at hand, and see what it says, writes and costs
///
/// The plugin is asked once, as a gate asks it, by a stage that is bound to all documents under all names that are given. Nothing is
/// recorded. Exits with 0 when the stage passes or does not apply, with 1 when it fails or holds, and with 2 when it is undecided.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The plugin: its folder, which is built, or its file
    #[arg(value_name = "DIR|FILE", default_value = ".")]
    plugin: PathBuf,
    /// Its settings: JSON, or `@FILE` with JSON
    #[arg(long, value_name = "JSON", default_value = "{}")]
    settings: String,
    /// Documents under a name: files, also as a pattern (`unit_tests=target/**/*.xml`)
    #[arg(long, value_name = "NAME[@SERVICE]=FILES")]
    evidence: Vec<Labelled<Cited>>,
    /// The format of the documents under a name, where their content does not show it
    #[arg(long, value_name = "NAME[@SERVICE]=FORMAT")]
    format: Vec<Labelled<String>>,
    /// When the documents under a name were made (RFC 3339), where they do not say so
    #[arg(long, value_name = "NAME[@SERVICE]=TIME")]
    produced_at: Vec<Labelled<Moment>>,
    /// The deployment as JSON [default: a service `api`, version 1.0.0, to `production`]
    #[arg(long, value_name = "FILE.json")]
    deployment: Option<PathBuf>,
    /// Judge as of this moment (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    at: Option<Timestamp>,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Component(#[from] ComponentError),
    #[error(transparent)]
    Read(#[from] file::FileError),
    #[error("this is no plugin that fits the contract: it {0}\nhint: `tidegate plugin inspect` says what is in it")]
    Load(#[from] LoadError),
    #[error(
        "plugin `{0}` is no gate: documents say nothing to it\nhint: say in a case what was seen, and run `tidegate plugin test`"
    )]
    NoGate(String),
    #[error("`--settings`: {0}")]
    Settings(String),
    #[error(transparent)]
    Documents(#[from] DocumentsError),
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    #[error("cannot draw the trace: {0}")]
    Trace(String),
    #[error("cannot write to stdout: {0}")]
    Stdout(#[from] io::Error),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    asked(args).unwrap_or_else(|failure| {
        match &failure {
            Failure::Problem(problem) => talk::problem(problem),
            other => talk::error(other),
        }
        if matches!(failure, Failure::Settings(_)) { Exit::Usage } else { Exit::Undecided }
    })
}

fn asked(args: &Args) -> Result<Exit, Failure> {
    let bytes = if args.plugin.is_dir() { component(&args.plugin, true)? } else { read(&args.plugin)? };
    let engine = offline::engine()?;
    let plugin = engine.load_granting(&bytes, Wasi::Inert)?;
    if !plugin.is(Kind::Gate) {
        return Err(Failure::NoGate(plugin.description.name.to_string()));
    }
    let submission = submission(args)?;
    let policy = policy(&plugin, &submission, &settings(&args.settings)?);
    let bench = bench(engine, policy, bytes)?;
    let (received_at, received) = (clock::now(), Instant::now());
    let ruled = offline::rule_supposing(&bench, submission, &Supposed::default(), args.at.unwrap_or(received_at))?;
    shown(&ruled, Moments { received_at, received, deciding: received, built: Instant::now() })
}

fn submission(args: &Args) -> Result<Submission, Failure> {
    let deployment = match &args.deployment {
        Some(file) => folder::parsed(file)?,
        None => some_deployment(),
    };
    let (evidence, unmatched) = documents::uploads(&evidence::said(&args.evidence, &args.format, &args.produced_at))?;
    for label in unmatched {
        talk::warning(&label);
    }
    Ok(Submission { deployment, skip: Vec::new(), emergency: None, evidence })
}

fn settings(given: &str) -> Result<Value, Failure> {
    let text = match given.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Failure::Settings(format!("cannot read `{file}`: {error}")))?,
        None => given.to_owned(),
    };
    serde_json::from_str(&text).map_err(|error| Failure::Settings(format!("is no JSON: {error}")))
}

/// A policy set of one stage, which asks nothing of documents but that they are there. JSON is YAML.
fn policy(plugin: &Plugin, submission: &Submission, settings: &Value) -> String {
    let name = plugin.description.name.as_str();
    let bare = |name: &String| name.split_once('@').map_or(name.as_str(), |(name, _)| name).to_owned();
    let names: BTreeSet<String> = submission.evidence.iter().map(|upload| bare(&upload.name)).collect();
    let evidence: Vec<Value> = names.iter().map(|name| json!({ "name": name, "vouched": "none" })).collect();
    let mut entry = json!({ "path": FILE });
    if !plugin.wasi.is_empty() {
        entry["wasi"] = json!(Wasi::Inert.word());
    }
    json!({
        "policy_set": "run", "version": "1", "owner": "whoever runs it",
        "match": { "environments": [submission.deployment.environment], "services": ["*"] },
        "plugins": { name: entry },
        "stages": [{ "id": "run", "title": "Run", "plugin": name, "evidence": evidence, "settings": settings }],
    })
    .to_string()
}

fn bench(engine: Engine, policy: String, bytes: Vec<u8>) -> Result<Bench, Problem> {
    let bytes: Arc<[u8]> = bytes.into();
    let material = Material::of(vec![(PathBuf::from("run.yaml"), policy)], |_| Ok(bytes.clone()));
    Ok(offline::bench(offline::load_material(engine, &material)?))
}

fn shown(ruled: &Ruled, moments: Moments) -> Result<Exit, Failure> {
    let answer = answer_of(&ruled.judgement.decision, &ruled.judgement.deployment, None);
    let mut out = conclusions(&answer);
    out.push_str(&written(&ruled.measured));
    let trace = Trace::new("run", None);
    let tree = spans::shown(Told { trace: &trace, ruled, moments, linked: &[] });
    let columns =
        terminal_size::terminal_size().map_or(COLUMNS, |(terminal_size::Width(columns), _)| columns.clamp(40, 500));
    out.push('\n');
    out.push_str(&waterfall(&tree, usize::from(columns)).map_err(|error| Failure::Trace(error.to_string()))?);
    talk::data(&out)?;
    let result = answer.stages.first().map_or("", |stage| stage.result.as_str());
    Ok(match result {
        "pass" | "not_applicable" => Exit::Allowed,
        "fail" | "hold" => Exit::Refused,
        _ => Exit::Undecided,
    })
}

/// What the plugin wrote, and what it took: nothing where it was not asked.
fn written(measured: &[Measured]) -> String {
    let mut out = String::new();
    for one in measured {
        for line in &one.log {
            out.push_str(&format!("log {:<5}  {}\n", line.level.word(), terminal(&line.message, LINE_CHARS_MAX)));
        }
        let cost = &one.cost;
        out.push_str(&format!(
            "instance {} µs, call {} µs, memory {} KiB\n",
            cost.instantiate.as_micros(),
            cost.call.as_micros(),
            cost.memory_bytes / 1024
        ));
    }
    if measured.is_empty() {
        out.push_str("the plugin was not asked\n");
    }
    out
}
