//! A run as JUnit XML: one test case for each case, and one for the coverage where so much was asked for.

use super::{run::Run, text::percent};
use crate::render::escape::xml;
use std::fmt::Write as _;

/// Characters of a name, at most.
const NAME_CHARS_MAX: usize = 500;
/// Characters of a text, at most.
const TEXT_CHARS_MAX: usize = 4_000;
/// Items that no case reached that are listed, at most.
const MISSING_MAX: usize = 200;

/// Whose cases they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Of policies.
    Policies,
    /// Of a plugin.
    Plugin,
}

impl Subject {
    /// The command, the suite's name, and the class of each case.
    fn names(self) -> [&'static str; 3] {
        match self {
            Self::Policies => ["tidegate policy test", "policies", "tidegate.policy"],
            Self::Plugin => ["tidegate plugin test", "plugin", "tidegate.plugin"],
        }
    }
}

/// Ends with a newline.
#[must_use]
pub fn junit(run: &Run, coverage_min: Option<u8>, subject: Subject) -> String {
    let [command, suite, class] = subject.names();
    let short = coverage_min.filter(|percent| !run.coverage.reaches(*percent));
    let failures = run.outcomes.iter().filter(|outcome| !outcome.holds()).count() + usize::from(short.is_some());
    let tests = run.outcomes.len() + usize::from(coverage_min.is_some());
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\"");
    let (reached, all) = run.coverage.counts();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing into a String cannot fail; the same below.
    let _ = writeln!(out, "<testsuites name=\"{command}\" {counts}>");
    let _ = writeln!(out, "  <testsuite name=\"{suite}\" {counts}>");
    let _ = writeln!(
        out,
        "    <properties>\n      <property name=\"tidegate.coverage\" value=\"{}\"/>",
        percent(reached, all)
    );
    let _ = writeln!(out, "      <property name=\"tidegate.coverage.reached\" value=\"{reached}\"/>");
    let _ = writeln!(out, "      <property name=\"tidegate.coverage.all\" value=\"{all}\"/>\n    </properties>");
    for outcome in &run.outcomes {
        let lines: Vec<String> = outcome.differences.iter().map(ToString::to_string).collect();
        let message = if outcome.description.is_empty() { &outcome.came_to } else { &outcome.description };
        case(&mut out, class, &outcome.name, message, &lines);
    }
    if let Some(percent_min) = coverage_min {
        let lines: Vec<String> = match short {
            Some(_) => run.coverage.missing().take(MISSING_MAX).map(ToString::to_string).collect(),
            None => Vec::new(),
        };
        let message = format!("{reached} of {all} stages and rules, at least {percent_min}% needed");
        case(&mut out, class, "coverage", &message, &lines);
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// One that failed has lines.
fn case(out: &mut String, class: &str, name: &str, message: &str, lines: &[String]) {
    let (name, message) = (xml(name, NAME_CHARS_MAX), xml(message, TEXT_CHARS_MAX));
    let _ = write!(out, "    <testcase name=\"{name}\" classname=\"{class}\"");
    if lines.is_empty() {
        out.push_str("/>\n");
        return;
    }
    let _ = writeln!(out, ">\n      <failure type=\"difference\" message=\"{message}\">");
    for line in lines {
        // Blanks in front, so that no build's log takes a line for a command.
        let _ = writeln!(out, "        {}", xml(line, TEXT_CHARS_MAX));
    }
    out.push_str("      </failure>\n    </testcase>\n");
}
