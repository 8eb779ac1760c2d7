//! `docker-credential-X get`: a program that knows passwords.

use super::Credential;
use serde::Deserialize;
use std::{
    env,
    ffi::OsStr,
    io::{self, Read as _, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    thread,
    time::Duration,
};
use tokio::{
    sync::oneshot,
    time::{sleep, timeout},
};

/// Bytes of its answer, at most.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;
/// How often is looked whether one that has answered is gone.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// What it says of a registry that it does not know.
const NOT_FOUND: &str = "credentials not found in native keychain";
/// The name under which it hands out a token in place of a password.
const TOKEN_USER: &str = "<token>";

/// A helper that did not help. What it wrote is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "credential helper `docker-credential-{helper}` {cause}; hint: try `echo {registry} | docker-credential-{helper} get`"
)]
pub struct HelperError {
    /// Which.
    pub helper: String,
    /// For which registry.
    pub registry: String,
    /// What went wrong.
    pub cause: HelperCause,
}

/// What went wrong with a helper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HelperCause {
    /// Its name could be a path.
    #[error("has a name that no helper has")]
    Name,
    /// There is none.
    #[error("is in no folder of the `PATH`")]
    Missing,
    /// It cannot be run.
    #[error("cannot be run: {0}")]
    Run(String),
    /// It takes too long.
    #[error("took more than {} s, {} s allowed", allowed.as_secs(), allowed.as_secs())]
    TooSlow {
        /// How long it may take.
        allowed: Duration,
    },
    /// It failed.
    #[error("failed ({0})")]
    Failed(String),
    /// It wrote something else.
    #[error("answered with something else than a name and a secret in {ANSWER_BYTES_MAX} bytes of JSON")]
    Answer,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

pub(super) async fn ask(
    helper: &str,
    registry: &str,
    folders: &OsStr,
    allowed: Duration,
) -> Result<Option<Credential>, HelperError> {
    let asked = async {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if helper.is_empty() || !helper.bytes().all(is_name) {
            return Err(HelperCause::Name);
        }
        let program = found(&format!("docker-credential-{helper}"), folders).ok_or(HelperCause::Missing)?;
        let mut command = Command::new(program);
        command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let running = Running(command.spawn().map_err(run)?);
        timeout(allowed, answered(running, registry)).await.unwrap_or(Err(HelperCause::TooSlow { allowed }))
    };
    asked.await.map_err(|cause| HelperError { helper: helper.to_owned(), registry: registry.to_owned(), cause })
}

/// Ends with us, also when it is too slow.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // One that is gone already is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn found(name: &str, folders: &OsStr) -> Option<PathBuf> {
    env::split_paths(folders).map(|folder| folder.join(name)).find(|file| file.is_file())
}

async fn answered(mut running: Running, registry: &str) -> Result<Option<Credential>, HelperCause> {
    let (stdin, stdout) = (running.0.stdin.take(), running.0.stdout.take());
    let (said, heard) = oneshot::channel();
    let question = format!("{registry}\n");
    // A thread that nobody waits for: what the helper left behind may keep the pipe open for ever.
    thread::spawn(move || said.send(exchange(stdin, stdout, &question)));
    let text = heard.await.map_err(|error| HelperCause::Run(error.to_string()))?.map_err(run)?;
    if text.len() as u64 > ANSWER_BYTES_MAX {
        return Err(HelperCause::Answer);
    }
    let status = loop {
        match running.0.try_wait().map_err(run)? {
            Some(status) => break status,
            None => sleep(LOOK_AGAIN).await,
        }
    };
    if !status.success() {
        let unknown = String::from_utf8_lossy(&text).contains(NOT_FOUND);
        return if unknown { Ok(None) } else { Err(HelperCause::Failed(status.to_string())) };
    }
    let Answer { username, secret } = serde_json::from_slice(&text).map_err(|_| HelperCause::Answer)?;
    Ok(Some(if username == TOKEN_USER {
        Credential::IdentityToken(secret)
    } else {
        Credential::Password { user: username, password: secret }
    }))
}

fn exchange(stdin: Option<ChildStdin>, stdout: Option<ChildStdout>, question: &str) -> io::Result<Vec<u8>> {
    if let Some(mut stdin) = stdin {
        // One that answers without reading is no failure by itself.
        let _ = stdin.write_all(question.as_bytes());
    }
    let mut text = Vec::new();
    if let Some(stdout) = stdout {
        stdout.take(ANSWER_BYTES_MAX + 1).read_to_end(&mut text)?;
    }
    Ok(text)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
fn run(error: io::Error) -> HelperCause {
    HelperCause::Run(error.to_string())
}
