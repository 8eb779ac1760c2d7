//! A deployment that is watched: a service whose error rate climbs, a real Prometheus that scrapes it, a gate that has it rolled back. The
//! files are those of `examples/watched`.

mod prometheus;
mod script;
mod service;

use self::{prometheus::Prometheus, script::Script, service::Service};
use super::{Afterwards, DemoError, Running, wait_for_interrupt};
use crate::{
    client::Server,
    config::{Config, flags::Flags},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    fs,
    io::Write as _,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

/// Where the files have the service and the Prometheus; the demo puts free ports in their place.
const SERVICE: &str = "127.0.0.1:18080";
const PROMETHEUS: &str = "127.0.0.1:19090";
/// Bytes of the secret by which the service knows the gate's orders.
const SECRET_BYTES: usize = 32;

pub(super) fn run(root: &Path, afterwards: Afterwards) -> Result<(), DemoError> {
    let (program, example) = (prometheus::program()?, root.join("examples/watched"));
    let folder = tempfile::Builder::new().prefix("tidegate-demo-").tempdir()?;
    let secret = secret()?;
    let service = Service::start(secret.clone())?;
    let scraped_by = free_address()?;
    let places = [(SERVICE, service.address), (PROMETHEUS, scraped_by)];
    for file in ["tidegate.yaml", "prometheus.yml"] {
        let text = fs::read_to_string(example.join(file))?;
        let text = places.iter().fold(text, |text, (from, to)| text.replace(from, &to.to_string()));
        fs::write(folder.path().join(file), text)?;
    }
    fs::write(folder.path().join("deployer.secret"), secret)?;
    let config = config(folder.path(), example.join("policies"))?;
    let _prometheus = Prometheus::start(&program, folder.path(), scraped_by)?;
    let running = Running::start(config)?;
    let shown = show(&example, &running, &service, scraped_by, afterwards);
    running.stop()?;
    shown
}

fn secret() -> Result<String, DemoError> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| DemoError::Otherwise(error.to_string()))?;
    Ok(format!("whsec_{}", STANDARD.encode(bytes)))
}

/// One that nobody has at this moment.
fn free_address() -> Result<SocketAddr, DemoError> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// As the example's file says, with data of its own and at a free port. The plugins were built a moment ago: nobody can have pinned them.
fn config(folder: &Path, policies: PathBuf) -> Result<Config, DemoError> {
    let file = folder.join("tidegate.yaml").display().to_string();
    let flags = Flags { config: Some(file), ..Flags::default() };
    let loaded = Config::load(&flags, []).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        DemoError::Config(lines.join("\n"))
    })?;
    Ok(Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data_dir: folder.join("data"),
        policies: vec![policies],
        dev: true,
        ..loaded
    })
}

fn show(
    example: &Path,
    running: &Running,
    service: &Service,
    prometheus: SocketAddr,
    afterwards: Afterwards,
) -> Result<(), DemoError> {
    let server: Server = format!("http://{}", running.address).parse()?;
    let mut out = std::io::stdout().lock();
    Script { example, server: &server, service, out: &mut out }.play()?;
    if afterwards == Afterwards::Stop {
        writeln!(out, "Look further: `tidegate demo --watch --keep` goes on serving; examples/watched has the files.")?;
        return Ok(());
    }
    let address = running.address;
    writeln!(
        out,
        "The gate goes on serving at http://{address} until Ctrl-C, the Prometheus at http://{prometheus}. Look further:\n\
         \x20 tidegate watch list --server http://{address}\n\
         \x20 curl http://{address}/v1/rollbacks"
    )?;
    drop(out);
    wait_for_interrupt()
}
