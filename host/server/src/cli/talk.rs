//! What the program says to the person who runs it: on stderr, in lines that begin with what they are.
//!
//! Data goes to stdout and nowhere else; see [`data`].

use crate::{
    api::problem::{PAGES, Problem},
    render::escape::terminal,
};
use std::{
    fmt::Display,
    io::{self, Write as _},
};

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 4_000;
/// Mistakes of one problem that are listed, at most.
const MISTAKES_MAX: usize = 100;

/// `error: …`, and whatever further lines the message has, among them its own `hint: …`.
pub fn error(message: &dyn Display) {
    say("error", message);
}

/// `hint: …`: what to do next.
pub fn hint(message: &dyn Display) {
    say("hint", message);
}

/// `warning: …`
pub fn warning(message: &dyn Display) {
    say("warning", message);
}

/// `note: …`
pub fn note(message: &dyn Display) {
    say("note", message);
}

/// A request that was not decided, with every mistake and what to do.
pub fn problem(problem: &Problem) {
    error(&format!("{}: {}", problem.title, problem.detail.replace('\n', "; ")));
    // A single mistake usually stands in the detail already.
    let listed: Vec<_> = problem.errors.iter().filter(|mistake| !problem.detail.contains(&mistake.message)).collect();
    for mistake in listed.iter().take(MISTAKES_MAX) {
        line(&format!(
            "  {}: {}",
            terminal(&mistake.place, LINE_CHARS_MAX),
            terminal(&mistake.message, LINE_CHARS_MAX)
        ));
    }
    if listed.len() > MISTAKES_MAX {
        line(&format!("  and {} more", listed.len() - MISTAKES_MAX));
    }
    note(&format!("who has to act: {}", problem.blame));
    let kind = problem.type_uri.rsplit('/').next().unwrap_or_default();
    if let Some(page) = PAGES.iter().find(|page| page.name == kind) {
        hint(&page.fix);
    }
}

/// Data, to stdout.
pub fn data(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

fn say(kind: &str, message: &dyn Display) {
    let message = message.to_string();
    let mut lines = message.lines().map(|text| terminal(text, LINE_CHARS_MAX));
    line(&format!("{kind}: {}", lines.next().unwrap_or_default()));
    for text in lines {
        line(&text);
    }
}

/// A closed stderr is no reason to fail: there is nobody to tell.
fn line(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
