//! Asks its machine for whatever a machine may have, as any program does that is not a plugin, and reports what it was told.

use serde::Deserialize;
use std::{
    collections::HashMap,
    env,
    error::Error,
    fs,
    hash::{BuildHasher as _, RandomState},
    io::{self, Read as _},
    net::{TcpStream, ToSocketAddrs as _},
    process, thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tidegate_sdk::{
    describe::{Description, Rule},
    evidence::Evidence,
    export_gate,
    finding::{Finding, Severity},
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct ReadsTheClock;

/// How it is to end, other than by an answer.
#[derive(Debug, Deserialize)]
pub struct Settings {
    #[serde(default)]
    end: String,
}

impl Gate for ReadsTheClock {
    type Settings = Settings;

    fn describe() -> Description {
        // Also whoever only says who they are may look at a clock.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let title = format!("What it saw {now} s after 1970");
        let rule = Rule::new("saw", &title, Severity::Info);
        Description::new("reads-the-clock", "0.1.0", "Says what its machine is like.", r#"{"type": "object"}"#)
            .rule(rule)
    }

    fn evaluate(request: &Request<Settings>, _: &Evidence) -> Result<Report, Failure> {
        println!("a line on stdout");
        eprint!("no end of line on stderr");
        match request.settings.end.as_str() {
            "exit" => process::exit(3),
            "panic" => stop(),
            _ => {}
        }
        let saw = [
            format!("time: {}", SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()),
            format!("an hour went by: {}", hour()),
            format!("hash: {:016x}", RandomState::new().hash_one("the same")),
            format!("order: {}", order()),
            format!("variables: {}", env::vars().count()),
            format!("arguments: {}", env::args().count()),
            format!("input: {}", told(io::stdin().read_to_string(&mut String::new()))),
            format!("file: {}", told(fs::read("/etc/passwd"))),
            format!("folder: {}", told(fs::read_dir("."))),
            format!("written: {}", told(fs::write("/tmp/left-behind", "something"))),
            format!("connection: {}", told(TcpStream::connect("127.0.0.1:80"))),
            format!("name: {}", told("localhost:80".to_socket_addrs())),
        ];
        let findings = saw.iter().map(|saw| Finding::new("saw", Severity::Info, saw)).collect();
        Ok(Report { findings, ..Report::of(vec![], None) })
    }
}

fn hour() -> bool {
    let (began, hour) = (Instant::now(), Duration::from_secs(3600));
    thread::sleep(hour);
    began.elapsed() >= hour
}

/// The order of a hash table's keys, which is another for each seed.
fn order() -> String {
    let table: HashMap<u32, ()> = (0..8).map(|key| (key, ())).collect();
    table.keys().map(u32::to_string).collect()
}

fn told<T, E: Error>(answer: Result<T, E>) -> String {
    answer.map_or_else(|_| "refused".to_owned(), |_| "given".to_owned())
}

#[expect(clippy::panic, reason = "what it does when it is told to")]
fn stop() {
    panic!("on purpose");
}

export_gate!(ReadsTheClock);
