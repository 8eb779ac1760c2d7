//! `tidegate config check`

use crate::{
    cli::{exit::Exit, talk},
    config::{self, Flags, Loaded, load::Line},
    render::escape::terminal,
};

/// Characters of one line, at most.
const LINE_CHARS_MAX: usize = 4_000;

/// Print the effective configuration and where each value comes from, or every mistake in it.
///
/// File, variables and flags are read as `tidegate serve` reads them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the configuration comes from.
    #[command(flatten)]
    pub flags: Flags,
}

/// Reports the configuration.
#[must_use]
pub fn run(args: &Args) -> Exit {
    match Loaded::load(&args.flags, config::environment()) {
        Ok(loaded) => match talk::data(&report(&loaded)) {
            Ok(()) => Exit::Allowed,
            Err(error) => {
                talk::error(&format!("cannot write the report: {error}"));
                Exit::Undecided
            }
        },
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| talk::error(mistake));
            Exit::Usage
        }
    }
}

/// `key = value  # origin`, one setting a line, then the digest.
fn report(loaded: &Loaded) -> String {
    let lines: Vec<(String, String)> = loaded.lines().iter().map(columns).collect();
    let width = lines.iter().map(|(value, _)| value.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for (value, origin) in &lines {
        text.push_str(&format!("{value:width$}  # {origin}\n"));
    }
    text.push_str(&format!("digest = {}\n", loaded.config.digest()));
    text
}

fn columns(line: &Line) -> (String, String) {
    let value = if line.values.is_empty() { "none".to_owned() } else { line.values.join(", ") };
    let value = terminal(&format!("{} = {value}", line.key), LINE_CHARS_MAX);
    (value, terminal(&line.origin.to_string(), LINE_CHARS_MAX))
}

#[cfg(test)]
mod tests {
    use super::{Args, report, run};
    use crate::{
        cli::exit::Exit,
        config::{Config, Flags, Loaded},
    };
    use std::fs;

    #[test]
    fn every_value_is_shown_with_its_origin() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("gate.yaml").display().to_string();
        fs::write(&file, "limits: { queue: 7 }\npolicies: [/a, /b]\n").unwrap();
        let flags = Flags { config: Some(file.clone()), listen: Some("127.0.0.1:1".to_owned()), ..Flags::default() };
        let variable = ("TIDEGATE_LOG_LEVEL".to_owned(), "debug".to_owned());
        let text = report(&Loaded::load(&flags, [variable]).unwrap());
        let shown = |start: &str, origin: &str| {
            let found = text
                .lines()
                .any(|line| line.starts_with(&format!("{start} ")) && line.ends_with(&format!("  # {origin}")));
            assert!(found, "`{start}` by `{origin}` is not in:\n{text}");
        };
        shown("listen = 127.0.0.1:1", "--listen");
        shown("policies = /a, /b", &format!("{file}:2:11"));
        shown("public_url = none", "default");
        shown("log.level = debug", "TIDEGATE_LOG_LEVEL");
        shown("limits.queue = 7", &format!("{file}:1:18"));
        shown("limits.plugin_deadline = 2s", "default");
        let last = text.lines().last().unwrap();
        assert!(last.starts_with("digest = sha256:") && !last.ends_with(&Config::default().digest().hex()), "{last}");
    }

    #[test]
    fn mistakes_and_a_wrong_command_line_end_alike() {
        let folder = tempfile::tempdir().unwrap();
        for (content, exit) in [("log: { level: warn }\n", Exit::Allowed), ("lgo: { level: warn }\n", Exit::Usage)] {
            let file = folder.path().join("gate.yaml");
            fs::write(&file, content).unwrap();
            let flags = Flags { config: Some(file.display().to_string()), ..Flags::default() };
            assert_eq!(run(&Args { flags }), exit, "{content}");
        }
    }
}
