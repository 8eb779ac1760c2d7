//! `tidegate policy explain`

use crate::{
    api::effective::{EffectiveBody, ValueBody},
    cli::{exit::Exit, talk},
    gate::{
        layers::UnsoundLayers,
        offline::{self, Policies},
    },
    render::escape::terminal,
};
use std::path::PathBuf;
use tidegate_bundle::{bundle::LoadedSet, document::nearest};
use tidegate_core::name::{EnvironmentName, PolicySetId, ServiceName};

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 4_000;
/// Characters of a column that others are aligned with, at most.
const COLUMN_CHARS_MAX: usize = 100;

/// Say what holds for a deployment, value by value, and where each value comes from
///
/// A policy set applies with the overrides over it that fit the environment and every service. Each line is a value, then the layer
/// that says it (base, environment or service) with file, line and column.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A policy set, or a folder of policy sets and overrides
    #[arg(long, value_name = "PATH", default_value = "policies")]
    policies: PathBuf,
    /// Where the deployment would go; without it the sets are shown without overrides
    #[arg(long, value_name = "NAME")]
    environment: Option<EnvironmentName>,
    /// What would be deployed; several times for several services
    #[arg(long, value_name = "NAME", requires = "environment")]
    service: Vec<ServiceName>,
    /// Only this set [default: every one that fits]
    #[arg(value_name = "SET")]
    set: Option<PolicySetId>,
    /// For people or for programs
    #[arg(long, value_enum, value_name = "FORM", default_value = "text")]
    output: Form,
}

/// How it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("there is no policy set `{set}`{}", nearest.as_ref().map_or_else(String::new, |near| format!("\nhint: did you mean `{near}`?")))]
    NoSuchSet { set: PolicySetId, nearest: Option<String> },
    #[error(
        "no policy set is for this deployment\nhint: without `--environment` every set is shown with what it is for (`match`)"
    )]
    NoneFits,
    #[error("policy set `{0}` is not for this deployment\nhint: its `match` says what it is for")]
    NotFor(PolicySetId),
    #[error(transparent)]
    Layers(#[from] UnsoundLayers),
    #[error("cannot write to stdout: {0}")]
    Stdout(#[from] std::io::Error),
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    let policies = match offline::load(&args.policies) {
        Ok(policies) => policies,
        Err(problem) => {
            talk::problem(&problem);
            return Exit::Undecided;
        }
    };
    match explained(args, &policies) {
        Ok(()) => Exit::Allowed,
        Err(failure) => {
            talk::error(&failure);
            Exit::Undecided
        }
    }
}

fn explained(args: &Args, policies: &Policies) -> Result<(), Failure> {
    let mut shown = Vec::new();
    for set in chosen(args, &policies.active.bundle().all_sets().collect::<Vec<_>>())? {
        let body = match &args.environment {
            None => EffectiveBody::of(set),
            Some(environment) => {
                let effective = policies.active.effective(&policies.engine, set, environment, &args.service)?;
                EffectiveBody::of(effective.layered.as_deref().unwrap_or(set))
            }
        };
        shown.push(body);
    }
    let text = match args.output {
        Form::Text => shown.iter().map(text).collect::<Vec<_>>().join("\n"),
        Form::Json => format!("{:#}\n", serde_json::json!({ "policy_sets": shown })),
    };
    Ok(talk::data(&text)?)
}

fn chosen<'a>(args: &Args, sets: &[&'a LoadedSet]) -> Result<Vec<&'a LoadedSet>, Failure> {
    let fits = |set: &&LoadedSet| {
        let environment =
            args.environment.as_ref().is_none_or(|environment| set.matching.fits_environment(environment));
        environment && args.service.iter().all(|service| set.matching.fits_service(service))
    };
    let Some(id) = &args.set else {
        let fitting: Vec<&LoadedSet> = sets.iter().copied().filter(fits).collect();
        return if fitting.is_empty() { Err(Failure::NoneFits) } else { Ok(fitting) };
    };
    match sets.iter().copied().find(|set| set.set.id == *id) {
        None => {
            let near = nearest(id.as_str(), sets.iter().map(|set| set.set.id.as_str())).map(str::to_owned);
            Err(Failure::NoSuchSet { set: id.clone(), nearest: near })
        }
        Some(set) if !fits(&set) => Err(Failure::NotFor(id.clone())),
        Some(set) => Ok(vec![set]),
    }
}

/// A head that names set and overrides, then `pointer = value  # layer, source`, one value a line.
fn text(body: &EffectiveBody) -> String {
    let line = |text: &str| format!("{}\n", terminal(text, LINE_CHARS_MAX));
    let mut out = line(&format!("# policy set `{}` {} {}", body.id, body.version, body.digest));
    for layer in &body.overrides {
        let head = format!(
            "# override `{}` ({}), {}, by {}: {}",
            layer.id, layer.layer, layer.file, layer.owner, layer.reason
        );
        out.push_str(&line(&head));
    }
    let lines: Vec<(String, String)> = body.values.iter().map(columns).collect();
    let width = lines.iter().map(|(value, _)| value.chars().count()).filter(|width| *width <= COLUMN_CHARS_MAX).max();
    let width = width.unwrap_or_default();
    for (value, source) in &lines {
        out.push_str(&format!("{value:width$}  # {source}\n"));
    }
    out
}

fn columns(value: &ValueBody) -> (String, String) {
    let source =
        if value.source == "default" { value.source.clone() } else { format!("{} {}", value.layer, value.source) };
    (terminal(&format!("{} = {}", value.pointer, value.value), LINE_CHARS_MAX), terminal(&source, LINE_CHARS_MAX))
}
