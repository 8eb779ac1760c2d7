//! The gate at work, on real reports and real plugins, from a fresh clone.

pub mod example;

use crate::{
    client::{Server, ServerError},
    config::Config,
    demo::example::{Example, ExampleError},
    service::{Service, ServiceError},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::Write as _,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};
use tidegate_workbench::{build::BuildOptions, shipped};
use tokio::sync::oneshot;

/// What the demo shows, in this order.
const SHOWN: [&str; 2] = ["01-all-green", "02-unit-tests-failing"];

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
    Build(#[from] tidegate_workbench::build::BuildError),
    /// The gate could not be opened or served.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// An example could not be read or sent.
    #[error(transparent)]
    Example(#[from] ExampleError),
    /// The gate's own address, which is always one.
    #[error("address: {0}")]
    Address(#[from] ServerError),
    /// A thread, a folder or a terminal.
    #[error("demo: {0}")]
    Io(#[from] std::io::Error),
}

/// Shows it.
pub fn run(afterwards: Afterwards) -> Result<(), DemoError> {
    let root = checkout(&std::env::current_dir()?).ok_or(DemoError::NoCheckout)?;
    build_plugins(&root)?;
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
    let shown = show(&root, running.address, afterwards);
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
    let bar = ProgressBar::new(shipped::SHIPPED.len() as u64);
    let style = ProgressStyle::with_template("{spinner} {msg} [{bar:20}] {pos}/{len} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(120));
    let built = shipped::build_all(root, &BuildOptions::default(), |step| match step {
        shipped::Step::Building(name) => bar.set_message(format!("building plugin {name} for WebAssembly")),
        shipped::Step::Built(_) | shipped::Step::Fresh(_) => bar.inc(1),
    });
    bar.finish_and_clear();
    built?;
    Ok(())
}

/// A gate on a thread of its own, with a runtime of its own: the demo is its client, and speaks HTTP like any other.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: std::thread::JoinHandle<Result<(), ServiceError>>,
}

impl Running {
    fn start(config: Config) -> Result<Self, DemoError> {
        let (stop, stopped) = oneshot::channel();
        let (opened, address) = std::sync::mpsc::channel();
        let thread =
            std::thread::Builder::new().name("gate".to_owned()).spawn(move || serve(&config, &opened, stopped))?;
        match address.recv() {
            Ok(address) => Ok(Self { address, stop, thread }),
            // The gate ended before it listened, and says why.
            Err(_) => Err(joined(thread).err().map_or(DemoError::NoCheckout, DemoError::from)),
        }
    }

    fn stop(self) -> Result<(), DemoError> {
        // A gate that has ended already does not listen for this; its result is what counts.
        let _ended = self.stop.send(());
        Ok(joined(self.thread)?)
    }
}

fn serve(
    config: &Config,
    opened: &std::sync::mpsc::Sender<SocketAddr>,
    stop: oneshot::Receiver<()>,
) -> Result<(), ServiceError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServiceError::Serve)?;
    runtime.block_on(async {
        let service = Service::open(config).await?;
        // Nobody listens any more only if the demo itself is gone.
        let _gone = opened.send(service.address());
        service.run(async { drop(stop.await) }).await
    })
}

fn joined(thread: std::thread::JoinHandle<Result<(), ServiceError>>) -> Result<(), ServiceError> {
    thread.join().unwrap_or_else(|_| Err(ServiceError::Serve(std::io::Error::other("the gate's thread panicked"))))
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
