//! A disk without room, and a file that cannot be written: nothing is answered that is not recorded, and the same process goes on when it can.
//!
//! The gate's data lie on a small file system of its own, mounted where only the gate and the shell that starts it see it: that takes no rights.

use crate::{
    crash::{folder, recorded},
    wire::{Form, Response, raw, request},
    world::{self, listens, root},
};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs::{self, Permissions},
    io::{self, BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
};
use tempfile::TempDir;
use tidegate_core::digest::Digest;
use tidegate_ledger::place::Place;

/// When this is `1`, a machine that mounts nothing for the asking fails the tests that need it.
const REQUIRED: &str = "MOUNTS_REQUIRED";
/// The file system could not be mounted.
const NO_MOUNT: i32 = 77;
/// Decisions that are asked for until the disk is full, at most.
const ASKED_MAX: u32 = 400;
/// Rights of a file that its owner may read and write, and of one that they may only read.
const WRITABLE: u32 = 0o600;
const READ_ONLY: u32 = 0o400;

/// Mounts, takes the data over, and runs the gate as somebody whom rights of files bind; after a line of input stops it, and after another one
/// lets go of the file system.
const SMALL: &str = r#"
    mount -t tmpfs -o size=24m tmpfs "$1" && cp -a "$2/." "$1" || exit 77
    unshare --user --map-user=1000 -- "$3" serve --listen 127.0.0.1:0 --data-dir "$1" --policies "$4" &
    read -r _
    kill -TERM $!
    wait $!
    echo stopped
    read -r _
"#;

/// A gate whose data lie on that file system.
struct Small {
    shell: Child,
    output: BufReader<ChildStdout>,
    address: SocketAddr,
    token: String,
    mount: PathBuf,
    _folder: TempDir,
}

impl Small {
    /// None where nothing can be mounted, which is said.
    fn start() -> Option<Self> {
        world::plugins();
        let (folder, token) = folder(None);
        let mount = folder.path().join("small");
        fs::create_dir(&mount).unwrap();
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "--mount", "sh", "-c", SMALL, "sh"]).arg(&mount);
        unshare.arg(folder.path().join("data")).arg(env!("CARGO_BIN_EXE_tidegate")).arg(folder.path().join("policies"));
        unshare.env("TIDEGATE_RELOAD_WATCH", "0s").current_dir(root());
        let mut shell = unshare.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(shell.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut heard = Vec::new();
        let Some(address) = log.find_map(|line| {
            listens(&line).or_else(|| {
                heard.push(line);
                None
            })
        }) else {
            let status = shell.wait().unwrap();
            let cannot = status.code() == Some(NO_MOUNT) || heard.iter().any(|line| line.starts_with("unshare: "));
            assert!(cannot, "the gate ended by itself, {status}: {heard:#?}");
            assert!(std::env::var_os(REQUIRED).is_none_or(|value| value != "1"), "{heard:#?}, and {REQUIRED}=1");
            // Not captured by the harness, unlike what is printed.
            let _ =
                writeln!(io::stderr(), "nothing can be mounted on this machine: what needs a small disk is left out");
            return None;
        };
        // Nobody waits for the gate to write its log.
        std::thread::spawn(move || log.for_each(drop));
        let output = BufReader::new(shell.stdout.take().unwrap());
        Some(Self { shell, output, address, token, mount, _folder: folder })
    }

    /// A file of the gate's data, as this process reaches it.
    fn file(&self, name: &str) -> PathBuf {
        let mount = self.mount.strip_prefix("/").unwrap();
        PathBuf::from(format!("/proc/{}/root", self.shell.id())).join(mount).join(name)
    }

    /// Asks for a decision whose report takes room.
    fn decide(&self, key: &str) -> Response {
        let mut report = String::from("<testsuite name=\"s\">");
        for n in 0..1_000 {
            write!(report, "<testcase name=\"{}\"/>", Digest::of(format!("{key}-{n}").as_bytes()).hex()).unwrap();
        }
        report.push_str("</testsuite>");
        let form = Form::default().field("environment", "staging").field("service", "api").field("version", "1.0.0");
        let form = form.file("unit_tests", "unit.xml", report);
        let (bearer, kind) = (format!("Bearer {}", self.token), Form::content_type());
        let headers = [("authorization", bearer.as_str()), ("content-type", kind.as_str()), ("idempotency-key", key)];
        raw(self.address, &request(self.address, "POST", "/v1/decisions", &headers, &form.body()))
    }

    fn ready(&self) -> (u16, String) {
        let ready = raw(self.address, &request(self.address, "GET", "/readyz", &[], b""));
        (ready.status, ready.text())
    }

    /// What was answered with a decision.
    fn decided(&self, key: &str) -> String {
        let answer = self.decide(key);
        assert_eq!(answer.status, 200, "{key}: {}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    fn refuses(&self, key: &str) {
        assert_not_recorded(&self.decide(key));
        assert_eq!(self.ready(), (503, "not ready\n".to_owned()));
    }

    /// Takes all the room that there is, and asks until nothing more is recorded: the ids of what was, and the key that was refused.
    fn fill(&self) -> (BTreeSet<String>, String) {
        let mut ballast = fs::File::create(self.file("ballast")).unwrap();
        while ballast.write_all(&[0; 4096]).is_ok() {}
        let mut decided = BTreeSet::new();
        for n in 0..ASKED_MAX {
            let key = format!("key-{n}");
            let answer = self.decide(&key);
            if answer.status != 200 {
                assert_not_recorded(&answer);
                return (decided, key);
            }
            decided.insert(answer.json()["id"].as_str().unwrap().to_owned());
        }
        panic!("{ASKED_MAX} decisions found room on a full disk");
    }

    fn make_room(&self) {
        fs::remove_file(self.file("ballast")).unwrap();
    }

    fn allow(&self, mode: u32) {
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
            fs::set_permissions(self.file(name), Permissions::from_mode(mode)).unwrap();
        }
    }

    /// Stops the gate, and holds its record against what was answered.
    fn stop(mut self, answered: &BTreeSet<String>) {
        writeln!(self.shell.stdin.as_mut().unwrap()).unwrap();
        let mut said = String::new();
        self.output.read_line(&mut said).unwrap();
        assert_eq!(said, "stopped\n");
        let kept = TempDir::new().unwrap();
        fs::copy(self.file("ledger.sqlite"), kept.path().join("ledger.sqlite")).unwrap();
        let decisions =
            recorded(Place::from(kept.path().join("ledger.sqlite")), &answered.iter().map(String::as_str).collect());
        assert_eq!(decisions, answered.len() as u64, "decisions that nobody was told of");
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // Its input ends, so it stops the gate and itself.
        drop(self.shell.stdin.take());
        self.shell.wait().unwrap();
    }
}

fn assert_not_recorded(answer: &Response) {
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (503, Some("application/problem+json")),
        "{}",
        answer.text()
    );
    assert!(answer.header("retry-after").is_some(), "{:?}", answer.headers);
    assert!(!answer.text().contains("outcome"), "{}", answer.text());
}

#[test]
fn a_full_disk_answers_nothing_that_is_not_recorded_and_the_gate_goes_on_when_there_is_room() {
    let Some(gate) = Small::start() else { return };
    let first = gate.decided("first");
    assert_eq!(gate.ready().0, 200);
    let (mut answered, refused) = gate.fill();
    answered.insert(first.clone());
    gate.refuses("another");
    gate.make_room();
    assert_eq!(gate.ready(), (200, "ready\n".to_owned()));
    assert_eq!(gate.decided("first"), first);
    for key in [refused.as_str(), "another"] {
        assert!(answered.insert(gate.decided(key)), "{key}");
    }
    gate.stop(&answered);
}

#[test]
fn a_file_that_may_only_be_read_answers_nothing_and_the_gate_goes_on_when_it_may_be_written() {
    let Some(gate) = Small::start() else { return };
    let first = gate.decided("first");
    // Whoever has a file open may go on writing to it: the failure makes the gate open it again.
    let (mut answered, refused) = gate.fill();
    answered.insert(first.clone());
    gate.allow(READ_ONLY);
    gate.make_room();
    gate.refuses(&refused);
    assert_eq!(gate.decided("first"), first, "what was recorded can be read, and is answered again");
    gate.allow(WRITABLE);
    assert!(answered.insert(gate.decided(&refused)));
    assert_eq!(gate.ready().0, 200);
    gate.stop(&answered);
}
