//! JaCoCo XML: lines are recounted where source files list them; the counters of the whole report, and then those of its
//! packages, are for reports that list no line. A line is covered when one of its instructions is.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    moment::epoch,
    source::{Reading, Source, empty},
    tally::{self, Lines, Share},
    text::quoted,
    xml::{Element, Node, Xml},
};
use std::collections::HashMap;
use tidegate_core::evidence::{Completeness, DocumentTime};

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Xml("report"))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let mut xml = Xml::new(source)?;
    let mut report = Report::default();
    match xml.next()? {
        // Other tools call their root element so, too; JaCoCo's always has a name.
        Node::Open(root) if root.name == "report" && root.attribute("name").is_some() => report.enter(&root),
        _ => return Err(source.malformed(Place::Document, "no `report` element with a `name` at the top")),
    }
    let mut rows = 0;
    loop {
        match xml.next()? {
            Node::Open(element) => {
                match element.name {
                    "line" => {
                        xml.row(&mut rows, "lines")?;
                        report.line(&xml, &element)?;
                    }
                    "counter" => report.counter(&xml, &element)?,
                    "sessioninfo" => report.session(&element),
                    _ => {}
                }
                report.enter(&element);
            }
            Node::Text(_) => {}
            Node::Close => report.leave(),
            Node::End => break,
        }
    }
    Ok(report.reading())
}

/// Lines and branches as counters state them.
#[derive(Default)]
struct Stated {
    lines: Share,
    branches: Share,
}

/// An element that is open.
struct Open {
    kind: Kind,
    /// Groups, package and source file: two modules may have a file of the same name.
    path: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Report,
    Package,
    SourceFile,
    Other,
}

#[derive(Default)]
struct Report {
    open: Vec<Open>,
    whole: Stated,
    packages: Stated,
    lines: Lines,
    branches: HashMap<(u32, u32), Share>,
    /// A report is as old as its oldest execution.
    oldest: Option<DocumentTime>,
}

impl Report {
    fn enter(&mut self, element: &Element<'_>) {
        let kind = match element.name {
            "report" => Kind::Report,
            "package" => Kind::Package,
            "sourcefile" => Kind::SourceFile,
            _ => Kind::Other,
        };
        let outer = self.open.last().map_or("", |outer| outer.path.as_str());
        let path = match element.name {
            "group" | "package" | "sourcefile" => {
                format!("{outer}/{}", element.attribute("name").unwrap_or_default())
            }
            _ => String::new(),
        };
        self.open.push(Open { kind, path });
    }

    fn leave(&mut self) {
        self.open.pop();
    }

    fn session(&mut self, element: &Element<'_>) {
        if let Some(time) = element.stated("dump").and_then(epoch) {
            self.oldest = Some(self.oldest.filter(|oldest| oldest.at <= time.at).unwrap_or(time));
        }
    }

    fn line(&mut self, xml: &Xml<'_, '_>, element: &Element<'_>) -> Result<(), ReadError> {
        let file = self.open.last().filter(|open| open.kind == Kind::SourceFile);
        let file = file.ok_or_else(|| xml.at_element(element, "a `line` outside of a `sourcefile`"))?;
        let file = self.lines.file(&file.path);
        let line = number(xml, element, "nr")?;
        let line = u32::try_from(line).map_err(|_| xml.at_element(element, "`nr` is too large for a line's number"))?;
        let covered = number(xml, element, "ci")?;
        self.lines.line(file, line, covered > 0);
        let optional = |name| if element.attribute(name).is_some() { number(xml, element, name) } else { Ok(0) };
        let branches = share(optional("cb")?, optional("mb")?);
        if branches.valid > 0 {
            self.branches.entry((file, line)).or_default().widen(branches);
        }
        Ok(())
    }

    fn counter(&mut self, xml: &Xml<'_, '_>, element: &Element<'_>) -> Result<(), ReadError> {
        let stated = match self.open.last().map(|open| open.kind) {
            Some(Kind::Report) => &mut self.whole,
            Some(Kind::Package) => &mut self.packages,
            _ => return Ok(()),
        };
        let slot = match element.attribute("type") {
            Some("LINE") => &mut stated.lines,
            Some("BRANCH") => &mut stated.branches,
            _ => return Ok(()),
        };
        slot.add(share(number(xml, element, "covered")?, number(xml, element, "missed")?));
        Ok(())
    }

    fn reading(&self) -> Reading {
        let stated = if self.whole.lines.valid > 0 { &self.whole } else { &self.packages };
        let lines = self.lines.share();
        let mut branches = Share::default();
        self.branches.values().for_each(|share| branches.add(*share));
        // Branches of classes without line numbers are in the counters alone; counters that are wrong about lines are not asked.
        let mut reading = if lines.valid == 0 {
            tally::reading(stated.lines, stated.branches)
        } else if stated.lines == lines && stated.branches.valid >= branches.valid {
            tally::reading(lines, stated.branches)
        } else {
            tally::reading(lines, branches)
        };
        if matches!(reading.completeness, Completeness::Empty(_)) {
            reading.completeness = empty(
                "the report counts no line of source; JaCoCo needs class files compiled with line numbers (`-g`)",
            );
        }
        reading.produced_at = self.oldest;
        reading
    }
}

fn share(covered: u64, missed: u64) -> Share {
    Share { covered, valid: covered.saturating_add(missed) }
}

fn number(xml: &Xml<'_, '_>, element: &Element<'_>, name: &str) -> Result<u64, ReadError> {
    let text = element.attribute(name);
    text.and_then(|text| text.trim().parse::<u64>().ok()).ok_or_else(|| {
        let found = text.map_or_else(|| "missing".to_owned(), quoted);
        xml.at_element(element, &format!("`{name}` of a `{}` is {found}; expected a number", element.name))
    })
}
