//! `tidegate plugin bench`

use super::{component::ComponentError, project::ProjectArgs};
use crate::{
    cases::{
        cost::{CaseCost, CostError, Spread, costs},
        plugin::TrialError,
    },
    cli::{exit::Exit, talk},
    config::Config,
    gate::offline,
    render::escape::terminal,
};
use serde_json::{Value, json};
use std::{
    io,
    path::PathBuf,
    time::{Duration, Instant},
};
use tidegate_core::wasi::Wasi;
use tidegate_engine::engine::{Engine, EngineError};

/// Characters of a case's name, at most.
const NAME_CHARS_MAX: usize = 200;

/// Measure what a plugin costs, by its cases
///
/// The real way: a fresh instance for each evaluation, under every limit of a gate. Documents are read once before, as a gate does that
/// holds them. Times are of this machine and this moment; compare what one run says, not two.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    project: ProjectArgs,
    /// Evaluations of each case
    #[arg(long, value_name = "COUNT", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    times: u32,
    /// JSON in place of lines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Component(#[from] ComponentError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error(transparent)]
    Cost(#[from] CostError),
    #[error("cannot write to stdout: {0}")]
    Stdout(#[from] io::Error),
}

/// Everything that was measured.
#[derive(Debug)]
struct Measured {
    size_bytes: usize,
    compiled: Duration,
    /// Where precompiled plugins are kept; nothing where there is no folder for them.
    loaded: Option<Duration>,
    cases: Vec<CaseCost>,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> Exit {
    match measured(args) {
        Ok(()) => Exit::Allowed,
        Err(Failure::Trial(TrialError::Policies(problem))) => {
            talk::problem(&problem);
            Exit::Undecided
        }
        Err(failure) => {
            talk::error(&failure);
            Exit::Undecided
        }
    }
}

fn measured(args: &Args) -> Result<(), Failure> {
    let bytes = args.project.component()?;
    let (compiled, engine) = timed_load(None, &bytes)?;
    let cache = offline::cache_dir();
    let loaded = cache.map(|cache| {
        // The first one keeps what it compiled, the second one finds it.
        timed_load(Some(cache.clone()), &bytes)?;
        timed_load(Some(cache), &bytes).map(|(took, _)| took)
    });
    let loaded = loaded.transpose()?;
    let trial = args.project.trial(engine, &bytes)?;
    let cases = args.project.cases();
    let cases = costs(&trial, &cases, args.times)?;
    let measured = Measured { size_bytes: bytes.len(), compiled, loaded, cases };
    let said = if args.json { format!("{:#}\n", as_json(&measured)) } else { lines(&measured, args.times) };
    Ok(talk::data(&said)?)
}

fn timed_load(cache: Option<PathBuf>, bytes: &[u8]) -> Result<(Duration, Engine), Failure> {
    let engine = Engine::new(&Config::default().engine_config(cache))?;
    let began = Instant::now();
    engine.load_granting(bytes, Wasi::Inert).map_err(TrialError::from)?;
    Ok((began.elapsed(), engine))
}

fn lines(measured: &Measured, times: u32) -> String {
    let loaded = measured.loaded.map_or_else(|| "not measured: no folder to keep it in".to_owned(), in_units);
    let mut out = format!(
        "component      {} bytes\ncompile        {}\nload, cached   {loaded}\n\n{times} evaluations of each case; p50 and p99\n",
        measured.size_bytes,
        in_units(measured.compiled)
    );
    out.push_str("    instance              call                  memory      case\n");
    for case in &measured.cases {
        let both = |spread: Spread| format!("{:>9} {:>9}", in_units(spread.p50), in_units(spread.p99));
        let name = terminal(&case.name, NAME_CHARS_MAX);
        if case.evaluations == 0 {
            out.push_str(&format!("{:<60}{name}\n", "  not asked: the host answers by itself"));
            continue;
        }
        let grew = if case.grew_memory {
            "  (grows its memory: evaluations on several threads hold each other up)"
        } else {
            ""
        };
        out.push_str(&format!(
            "{}  {}  {:>8} KiB  {}{grew}\n",
            both(case.instantiate),
            both(case.call),
            case.memory_bytes / 1024,
            name
        ));
    }
    out
}

/// `8.1 µs`, `12.3 ms`, `1.2 s`.
fn in_units(span: Duration) -> String {
    let nanos = span.as_nanos();
    let (unit, worth) = match nanos {
        0..1_000_000 => ("µs", 1_000),
        1_000_000..1_000_000_000 => ("ms", 1_000_000),
        _ => ("s", 1_000_000_000),
    };
    format!("{}.{} {unit}", nanos / worth, nanos % worth * 10 / worth)
}

fn as_json(measured: &Measured) -> Value {
    let nanos = |span: Duration| u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
    let spread = |spread: Spread| json!({ "p50_ns": nanos(spread.p50), "p99_ns": nanos(spread.p99) });
    let case = |case: &CaseCost| {
        json!({
            "case": case.name, "evaluations": case.evaluations, "instantiate": spread(case.instantiate), "call": spread(case.call),
            "memory_bytes": case.memory_bytes, "grew_memory": case.grew_memory,
        })
    };
    json!({
        "size_bytes": measured.size_bytes, "compile_ns": nanos(measured.compiled), "load_cached_ns": measured.loaded.map(nanos),
        "cases": measured.cases.iter().map(case).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::in_units;
    use std::time::Duration;

    #[test]
    fn a_span_is_said_in_the_unit_that_fits() {
        for (nanos, said) in
            [(0, "0.0 µs"), (8_190, "8.1 µs"), (999_999, "999.9 µs"), (1_000_000, "1.0 ms"), (2_500_000_000, "2.5 s")]
        {
            assert_eq!(in_units(Duration::from_nanos(nanos)), said);
        }
    }
}
