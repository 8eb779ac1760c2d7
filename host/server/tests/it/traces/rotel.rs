//! A collector that others wrote: rotel takes what the gate exports, and hands it on as it understood it.
//!
//! Its program is `ROTEL_AGENT`, or `rotel-agent` on the `PATH`. Without it this test says that it is left out, unless
//! `ROTEL_REQUIRED` is set: then it fails.

use super::{
    collector::{Answer, Collector, ENDLESS},
    export::{decide, gate, policies, stands},
};
use std::{
    env,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// Ends with the test, also with one that fails.
struct Rotel(Child);

impl Drop for Rotel {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}

fn program() -> Option<PathBuf> {
    let named = env::var_os("ROTEL_AGENT").map(PathBuf::from);
    let on_path = || {
        let folders = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&folders).map(|folder| folder.join("rotel-agent")).find(|file| file.is_file())
    };
    let found = named.or_else(on_path).filter(|file| file.is_file());
    assert!(
        found.is_some() || env::var_os("ROTEL_REQUIRED").is_none(),
        "ROTEL_REQUIRED is set, and neither ROTEL_AGENT nor PATH leads to rotel"
    );
    found
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Listens at an address, and hands on to a collector.
fn rotel(program: PathBuf, at: SocketAddr, onward: SocketAddr) -> Rotel {
    let child = Command::new(program)
        .args(["start", "--otlp-http-endpoint", &at.to_string(), "--otlp-grpc-endpoint", &free().to_string()])
        .args(["--exporter", "otlp", "--otlp-exporter-protocol", "http"])
        .args(["--otlp-exporter-endpoint", &format!("http://{onward}"), "--batch-timeout", "100ms"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    Rotel(child)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_of_others_takes_every_tree_and_understands_it() {
    let Some(program) = program() else {
        eprintln!("LEFT OUT: there is no rotel: set ROTEL_AGENT to the program `rotel-agent` of PyPI's `rotel`");
        return;
    };
    let folder = tokio::task::spawn_blocking(policies).await.unwrap();
    let (collector, at) = (Collector::new(&[Answer::Taken]), free());
    let _rotel = rotel(program, at, collector.address);
    // It may not listen yet: then the gate tries again.
    let gate = gate(&folder, at, ENDLESS).run().await;
    let gate = tokio::task::spawn_blocking(move || {
        let mut decided = decide(&gate, 5);
        let mut taken = collector.taken(5);
        decided.sort();
        taken.sort();
        assert_eq!(taken, decided);
        let counts = stands(&gate, |counts| counts.pending == 0);
        assert_eq!((counts.exported, counts.rejected, counts.refused), (5, 0, 0));
        gate
    });
    gate.await.unwrap().stop().await;
}
