//! The gate at work, on real reports and real plugins, from a fresh clone.

pub mod example;
mod running;
mod watched;

use self::running::Running;
use crate::{
    client::{Failure, Server, ServerError},
    config::Config,
    demo::example::{Example, ExampleError},
    service::ServiceError,
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};
use tidegate_workbench::{
    build::{BuildError, BuildOptions},
    shipped,
};

/// What the demo shows, in this order.
const SHOWN: [&str; 2] = ["01-all-green", "02-unit-tests-failing"];

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Deployments that are decided.
    Decisions,
    /// One that is watched, and rolled back.
    Watched,
}

/// What happens when everything was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// The gate stops.
    Stop,
    /// It goes on serving until Ctrl-C.
    Serve,
}

/// Why the demo could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Not in a checkout.
    #[error(
        "no checkout of Tidegate here or above\nhint: run it in the repository, e.g. `cargo run --release -- demo`"
    )]
    NoCheckout,
    /// A shipped plugin could not be built.
    #[error("build of the shipped plugins: {0}")]
    Build(#[from] BuildError),
    /// The gate could not be opened or served.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// An example could not be read or sent.
    #[error(transparent)]
    Example(#[from] ExampleError),
    /// The gate's own address, which is always one.
    #[error("address: {0}")]
    Address(#[from] ServerError),
    /// What a watch is to be shown with is not there.
    #[error(
        "there is no `prometheus` on the PATH\nhint: Debian's package of that name has it; without it: `tidegate demo`"
    )]
    NoPrometheus,
    /// The configuration of the example is not good any more.
    #[error("the example's configuration: {0}")]
    Config(String),
    /// The gate answered otherwise.
    #[error(transparent)]
    Asked(#[from] Failure),
    /// What should have happened did not.
    #[error("demo: {0}")]
    Otherwise(String),
    /// A thread, a folder or a terminal.
    #[error("demo: {0}")]
    Io(#[from] std::io::Error),
}

/// Shows it.
pub fn run(shown: Shown, afterwards: Afterwards) -> Result<(), DemoError> {
    let root = checkout(&std::env::current_dir()?).ok_or(DemoError::NoCheckout)?;
    build_plugins(&root)?;
    match shown {
        Shown::Decisions => decisions(&root, afterwards),
        Shown::Watched => watched::run(&root, afterwards),
    }
}

fn decisions(root: &Path, afterwards: Afterwards) -> Result<(), DemoError> {
    let data = tempfile::Builder::new().prefix("tidegate-demo-").tempdir()?;
    let config = Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data_dir: data.path().join("data"),
        policies: vec![root.join("policies")],
        // The plugins were built a moment ago: nobody can have pinned them.
        dev: true,
        ..Config::default()
    };
    let running = Running::start(config)?;
    let shown = show(root, running.address, afterwards);
    if shown.is_ok() && afterwards == Afterwards::Serve {
        wait_for_interrupt()?;
    }
    running.stop()?;
    shown
}

/// The checkout that holds `folder`.
fn checkout(folder: &Path) -> Option<PathBuf> {
    let is_root = |path: &&Path| {
        path.join("policies/runbook.yaml").is_file() && path.join("plugins/quality/Cargo.toml").is_file()
    };
    folder.ancestors().find(is_root).map(Path::to_owned)
}

fn build_plugins(root: &Path) -> Result<(), DemoError> {
    let names = shipped::named_in(&root.join("policies")).map_err(BuildError::from)?;
    let bar = ProgressBar::new(names.len() as u64);
    let style = ProgressStyle::with_template("{spinner} {msg} [{bar:20}] {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(120));
    let built = shipped::build_these(root, &names, &BuildOptions::default(), |step| match step {
        shipped::Step::Building(name) => bar.set_message(format!("building plugin {name} for WebAssembly")),
        shipped::Step::Built(_) | shipped::Step::Fresh(_) => bar.inc(1),
    });
    bar.finish_and_clear();
    built?;
    Ok(())
}

fn show(root: &Path, address: SocketAddr, afterwards: Afterwards) -> Result<(), DemoError> {
    let server: Server = format!("http://{address}").parse()?;
    let mut out = std::io::stdout().lock();
    for name in SHOWN {
        let example = Example::read(&root.join("examples").join(name))?;
        let answer = example.send(&server)?;
        writeln!(out, "── examples/{name} ──\n\n{}", answer.text)?;
        example.as_expected(&answer)?;
    }
    let more = match afterwards {
        Afterwards::Serve => format!(
            "The gate goes on serving at http://{address} until Ctrl-C. Look further:\n\
             \x20 curl http://{address}/v1/decisions/<Decision ID>      the whole decision, as it was recorded\n\
             \x20 curl http://{address}/v1/policy-sets/runbook/effective  every value of the policy and where it comes from\n\
             \x20 curl http://{address}/v1/plugins                      the plugins, their rules and settings\n\
             \x20 curl http://{address}/metrics                         what the gate counts"
        ),
        Afterwards::Stop => {
            "Look further: `cargo run --release -- demo --keep` goes on serving; the README has a tour.".to_owned()
        }
    };
    writeln!(out, "{more}")?;
    Ok(())
}

fn wait_for_interrupt() -> Result<(), DemoError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(tokio::signal::ctrl_c())?)
}
