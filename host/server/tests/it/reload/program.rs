//! The real program: SIGHUP, and what it says when it cannot start.

use crate::{
    reload::bundles::{Folder, Version, ask, ready, shown, status},
    wire::carry,
    world::root,
};
use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};
use tempfile::TempDir;

/// Nobody waits that long for what is coming; a test that waits for nothing ends.
const ENDLESS: Duration = Duration::from_secs(60);

/// `tidegate serve`; killed when it is dropped.
pub(crate) struct Program {
    child: Child,
    lines: Receiver<String>,
    /// What requests to it carry.
    token: Option<String>,
}

impl Program {
    fn serve(policies: &Folder, data: &TempDir, more: &[&str]) -> Self {
        let policies = policies.path().display().to_string();
        let token = token(data);
        let mut program = Self::start(&[&["serve", "--policies", &policies], more].concat(), data);
        program.token = Some(token);
        program
    }

    /// The command with these arguments, in the repository, on a free port and with data of its own.
    pub(crate) fn start(arguments: &[&str], data: &TempDir) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tidegate"))
            .args(arguments)
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data.path())
            .env("TIDEGATE_RELOAD_WATCH", "0s")
            .current_dir(root())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines, token: None }
    }

    /// Waits for a line that holds this text.
    fn line(&self, text: &str) -> String {
        let mut before = Vec::new();
        loop {
            match self.lines.recv_timeout(ENDLESS) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => before.push(line),
                Err(error) => panic!("no `{text}` ({error}) after:\n{}", before.join("\n")),
            }
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        let address = self.line("listening on").rsplit("http://").next().unwrap().parse().unwrap();
        self.token.iter().for_each(|token| carry(address, token));
        address
    }

    fn signal(&self, name: &str) {
        let killed = Command::new("bash").args(["-c", &format!("kill -{name} {}", self.child.id())]).status().unwrap();
        assert!(killed.success());
    }

    fn end(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

/// A token that the command makes beside a gate that does not run.
fn token(data: &TempDir) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tidegate"))
        .args(["token", "create", "--name", "tests", "--role", "decide", "--role", "policy", "--role", "operate"])
        .args(["--expires-in", "1h", "--data-dir"])
        .arg(data.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_reloads_and_a_bad_file_is_said_once() {
    ready().await;
    tokio::task::spawn_blocking(|| {
        let (folder, data) = (Folder::new(), tempfile::tempdir().unwrap());
        folder.put(Version::Strict);
        let program = Program::serve(&folder, &data, &[]);
        let address = program.address();
        assert_eq!(shown(&ask(address, "staging")), Version::Strict.shown("staging"));
        folder.put(Version::Lenient);
        program.signal("HUP");
        let activated = program.line("policies activated");
        assert!(activated.contains("trigger=\"signal\""), "{activated}");
        assert_eq!(shown(&ask(address, "staging")), Version::Lenient.shown("staging"));
        folder.write("staging.yaml", "policy_set: Staging\nmatsch: {}\n");
        program.signal("HUP");
        let refused = program.line("reload refused");
        for said in ["staging.yaml:1:13: ", "staging.yaml:2:1: unknown key `matsch`", "hint: did you mean `match`?"] {
            assert!(refused.contains(said), "{said} is not in {refused}");
        }
        assert_eq!(status(address)["last_reload"]["trigger"], "signal");
        assert_eq!(shown(&ask(address, "staging")), Version::Lenient.shown("staging"));
        program.signal("TERM");
        assert_eq!(program.end().code(), Some(0));
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_asks_for_pins_and_pin_writes_them() {
    ready().await;
    tokio::task::spawn_blocking(|| {
        let (folder, data) = (Folder::new(), tempfile::tempdir().unwrap());
        folder.write("quality.wasm", Version::Strict.component("quality"));
        let head = "policy_set: shop\nversion: '1'\nowner: Test\nmatch: { environments: [staging], services: ['*'] }\n";
        let stage = "{ id: s, title: S, plugin: quality, evidence: [{ name: unit_tests }], settings: { tests: {} } }";
        folder.write(
            "shop.yaml",
            format!("{head}plugins:\n  quality:\n    path: quality.wasm # ours\nstages: [{stage}]\n"),
        );
        let refused = Program::serve(&folder, &data, &[]);
        let line = refused.line("error: ");
        assert!(line.contains("shop.yaml:7:11: plugin `quality` has no `sha256`"), "{line}");
        assert!(refused.line("hint: ").contains("tidegate policy pin"));
        assert_eq!(refused.end().code(), Some(2));
        let dev = Program::serve(&folder, &data, &["--dev"]);
        dev.line("development: plugins without `sha256`");
        assert_eq!(status(dev.address())["dev"], true);
        dev.signal("TERM");
        assert_eq!(dev.end().code(), Some(0));
        for (more, said) in [(vec!["--write"], "not pinned before"), (vec![], "as before")] {
            let output = Command::new(env!("CARGO_BIN_EXE_tidegate"))
                .args(["policy", "pin"])
                .arg(folder.path())
                .args(more)
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success() && text.contains(said), "{text}");
        }
        let pinned = Program::serve(&folder, &data, &[]);
        assert_eq!(status(pinned.address())["dev"], false);
    })
    .await
    .unwrap();
}
