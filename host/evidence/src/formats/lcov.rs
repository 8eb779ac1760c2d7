//! LCOV tracefiles: lines are recounted from `DA`, branches from `BRDA`; the summaries `LF` and `LH` are for files without.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    source::{Reading, Source},
    tally::{self, Lines, Share, is_hit},
    text::quoted,
};
use std::collections::{HashMap, HashSet};

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Text(text) = head else { return false };
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with("TN:") || line.starts_with("SF:"))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let mut trace = Trace::default();
    let mut last = 0;
    for (index, line) in source.text()?.lines().enumerate() {
        last = index + 1;
        if last > source.limits.rows {
            return Err(source.over(Place::Line { line: last, column: 1 }, "lines", last, source.limits.rows));
        }
        trace.line(line.trim()).map_err(|what| source.malformed(Place::Line { line: last, column: 1 }, &what))?;
    }
    if trace.section.is_some() {
        let place = Place::Line { line: last, column: 1 };
        return Err(source.malformed(place, "the document ends before `end_of_record`"));
    }
    Ok(trace.reading())
}

/// From `SF` to `end_of_record`.
#[derive(Default)]
struct Section {
    file: u32,
    lines: usize,
    branches: usize,
    found: Summary,
}

/// `LF`, `LH`, `BRF`, `BRH`.
#[derive(Default, Clone, Copy)]
struct Summary {
    lines: Share,
    branches: Share,
}

#[derive(Default)]
struct Trace<'d> {
    section: Option<Section>,
    lines: Lines,
    branches: HashMap<(u32, u32, &'d str), bool>,
    /// Counts of files that may list no line or no branch.
    summaries: HashMap<u32, Summary>,
}

impl<'d> Trace<'d> {
    fn line(&mut self, line: &'d str) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line == "end_of_record" {
            return self.end();
        }
        let unknown = || format!("{} is not an LCOV record", quoted(line));
        let (kind, rest) = line.split_once(':').ok_or_else(unknown)?;
        if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return Err(unknown());
        }
        match kind {
            "SF" => self.begin(rest),
            "DA" => self.executed(rest),
            "BRDA" => self.branch(rest),
            "LF" => self.summary(kind, rest, |found, number| found.lines.valid = number),
            "LH" => self.summary(kind, rest, |found, number| found.lines.covered = number),
            "BRF" => self.summary(kind, rest, |found, number| found.branches.valid = number),
            "BRH" => self.summary(kind, rest, |found, number| found.branches.covered = number),
            _ => Ok(()), // test names, functions, conditions: not counted
        }
    }

    fn begin(&mut self, name: &str) -> Result<(), String> {
        if self.section.is_some() {
            return Err("`SF` before the `end_of_record` of the last one".to_owned());
        }
        if name.is_empty() {
            return Err("`SF` without a file".to_owned());
        }
        self.section = Some(Section { file: self.lines.file(name), ..Section::default() });
        Ok(())
    }

    fn open(&mut self, kind: &str) -> Result<&mut Section, String> {
        self.section.as_mut().ok_or_else(|| format!("`{kind}` outside of a file: no `SF` before it"))
    }

    /// `line,hits[,checksum]`
    fn executed(&mut self, rest: &str) -> Result<(), String> {
        let section = self.open("DA")?;
        section.lines += 1;
        let file = section.file;
        let mut parts = rest.split(',').map(str::trim);
        let number = parts.next().and_then(|number| number.parse::<u32>().ok());
        match (number, parts.next().and_then(is_hit)) {
            (Some(number), Some(hit)) => {
                self.lines.line(file, number, hit);
                Ok(())
            }
            _ => Err(format!("`DA` with {}; expected `line,hits`", quoted(rest))),
        }
    }

    /// `line,block,branch,taken`, where `taken` is `-` when the line was never reached.
    fn branch(&mut self, rest: &'d str) -> Result<(), String> {
        let section = self.open("BRDA")?;
        section.branches += 1;
        let file = section.file;
        let parsed = rest.split_once(',').and_then(|(number, rest)| {
            let (branch, taken) = rest.rsplit_once(',')?;
            let taken = if taken == "-" { false } else { is_hit(taken.trim())? };
            Some((number.trim().parse::<u32>().ok()?, branch, taken))
        });
        let (number, branch, taken) =
            parsed.ok_or_else(|| format!("`BRDA` with {}; expected `line,block,branch,taken`", quoted(rest)))?;
        *self.branches.entry((file, number, branch)).or_default() |= taken;
        Ok(())
    }

    fn summary(&mut self, kind: &str, rest: &str, set: fn(&mut Summary, u64)) -> Result<(), String> {
        let number = rest.trim().parse().map_err(|_| format!("`{kind}` with {}; expected a count", quoted(rest)))?;
        set(&mut self.open(kind)?.found, number);
        Ok(())
    }

    fn end(&mut self) -> Result<(), String> {
        let section = self.section.take().ok_or_else(|| "`end_of_record` without an `SF`".to_owned())?;
        let mut found = section.found;
        if section.lines > 0 {
            found.lines = Share::default();
        }
        if section.branches > 0 {
            found.branches = Share::default();
        }
        for (share, what) in [(found.lines, "lines"), (found.branches, "branches")] {
            if share.covered > share.valid {
                return Err(format!("{} {what} hit of {} found", share.covered, share.valid));
            }
        }
        let known = self.summaries.entry(section.file).or_default();
        known.lines.widen(found.lines);
        known.branches.widen(found.branches);
        Ok(())
    }

    fn reading(&self) -> Reading {
        let mut lines = self.lines.share();
        let taken = self.branches.values().filter(|taken| **taken).count() as u64;
        let mut branches = Share { covered: taken, valid: self.branches.len() as u64 };
        let with_branches: HashSet<u32> = self.branches.keys().map(|(file, _, _)| *file).collect();
        for (file, summary) in &self.summaries {
            if !self.lines.lists(*file) {
                lines.add(summary.lines);
            }
            if !with_branches.contains(file) {
                branches.add(summary.branches);
            }
        }
        tally::reading(lines, branches)
    }
}
