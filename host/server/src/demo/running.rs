//! The demo's gate.

use super::DemoError;
use crate::{
    config::Config,
    service::{Service, ServiceError},
};
use std::net::SocketAddr;
use tokio::sync::oneshot;

/// A gate on a thread of its own, with a runtime of its own: the demo is its client, and speaks HTTP like any other.
pub(super) struct Running {
    pub(super) address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: std::thread::JoinHandle<Result<(), ServiceError>>,
}

impl Running {
    pub(super) fn start(config: Config) -> Result<Self, DemoError> {
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

    pub(super) fn stop(self) -> Result<(), DemoError> {
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
