//! A program of somebody else's, run to its end.

use crate::cargo::{Talk, tail};
use std::{
    io,
    process::{Command, Output, Stdio},
};

/// What became of it.
pub(super) enum Ran {
    /// It did what it should.
    Well,
    /// It failed; its last words, or where they are.
    Badly(String),
}

/// Runs it. An error means that it could not be started. Both of its streams are words for people; ours carries data.
pub(super) fn run(command: &mut Command, talk: Talk) -> io::Result<Ran> {
    command.stdin(Stdio::null());
    let (status, words) = match talk {
        Talk::Captured => {
            let Output { status, stdout, stderr } = command.output()?;
            (status, tail(&[stdout, stderr].concat()))
        }
        Talk::Shown => {
            let status = command.stdout(io::stderr()).stderr(Stdio::inherit()).status()?;
            (status, format!("{status}; its own words are above"))
        }
    };
    Ok(if status.success() { Ran::Well } else { Ran::Badly(words) })
}
