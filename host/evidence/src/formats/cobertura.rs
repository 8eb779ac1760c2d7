//! Cobertura XML: lines are recounted where they are listed; the counts in the attributes are for reports without.

use crate::{
    detect::Head,
    error::{Place, ReadError},
    moment::{document_time, epoch},
    source::{Reading, Source},
    tally::{self, Lines, Share, is_hit},
    text::{bounded, quoted},
    xml::{Element, Node, Xml},
};
use std::collections::HashMap;

pub(super) fn recognises(head: &Head<'_>) -> bool {
    matches!(head, Head::Xml("coverage"))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let mut xml = Xml::new(source)?;
    let mut report = Report::default();
    let mut reading = match xml.next()? {
        Node::Open(root) if root.name == "coverage" => {
            report.declared_lines = declared(&xml, &root, "lines-covered", "lines-valid")?;
            report.declared_branches = declared(&xml, &root, "branches-covered", "branches-valid")?;
            head(&root, source)
        }
        _ => return Err(source.malformed(Place::Document, "no `coverage` element at the top")),
    };
    let mut rows = 0;
    loop {
        match xml.next()? {
            Node::Open(element) => match element.name {
                "class" => report.open_class(&xml, &element)?,
                "line" => {
                    xml.row(&mut rows, "lines")?;
                    report.line(&xml, &element)?;
                }
                _ => {}
            },
            Node::Text(_) | Node::Close => {}
            Node::End => break,
        }
    }
    let counted = report.counted();
    reading.completeness = counted.completeness;
    reading.contents = counted.contents;
    Ok(reading)
}

/// What the root element says of the report as a whole.
fn head(root: &Element<'_>, source: &Source<'_>) -> Reading {
    let mut reading = tally::reading(Share::default(), Share::default());
    // A bare number is the version of a tool that does not say its name.
    let tool = root.stated("version").filter(|version| version.chars().any(char::is_alphabetic));
    reading.tool = tool.map(|tool| bounded(tool.trim(), source.limits));
    reading.produced_at = root.stated("timestamp").and_then(|text| epoch(text).or_else(|| document_time(text)));
    reading
}

fn declared(xml: &Xml<'_, '_>, root: &Element<'_>, covered_name: &str, valid_name: &str) -> Result<Share, ReadError> {
    let number = |name: &str| match root.stated(name) {
        None => Ok(None),
        Some(text) => text.trim().parse::<u64>().map(Some).map_err(|_| {
            xml.at_element(root, &format!("`{name}` is {}, which is not a number of lines or branches", quoted(text)))
        }),
    };
    let share = match (number(covered_name)?, number(valid_name)?) {
        (Some(covered), Some(valid)) => Share { covered, valid },
        _ => Share::default(),
    };
    if share.covered > share.valid {
        let what = format!("`{covered_name}` is {}, more than `{valid_name}`, {}", share.covered, share.valid);
        return Err(xml.at_element(root, &what));
    }
    Ok(share)
}

#[derive(Default)]
struct Report {
    declared_lines: Share,
    declared_branches: Share,
    lines: Lines,
    branches: HashMap<(u32, u32), Share>,
    /// Of the class that is open, or was last.
    file: Option<u32>,
}

impl Report {
    fn open_class(&mut self, xml: &Xml<'_, '_>, element: &Element<'_>) -> Result<(), ReadError> {
        let name = element.stated("filename").or_else(|| element.stated("name"));
        let name = name.ok_or_else(|| xml.at_element(element, "a `class` without `filename`"))?;
        self.file = Some(self.lines.file(name));
        Ok(())
    }

    fn line(&mut self, xml: &Xml<'_, '_>, element: &Element<'_>) -> Result<(), ReadError> {
        let file = self.file.ok_or_else(|| xml.at_element(element, "a `line` outside of a `class`"))?;
        let number = element.attribute("number").and_then(|text| text.trim().parse::<u32>().ok());
        let number = number.ok_or_else(|| xml.at_element(element, "a `line` without a `number`"))?;
        let hit = element.attribute("hits").and_then(|text| is_hit(text.trim()));
        let hit = hit.ok_or_else(|| xml.at_element(element, "a `line` without a number of `hits`"))?;
        self.lines.line(file, number, hit);
        if let Some(text) = element.stated("condition-coverage") {
            let share = conditions(text).ok_or_else(|| {
                let what = format!("`condition-coverage` is {}; expected e.g. `50% (1/2)`", quoted(text));
                xml.at_element(element, &what)
            })?;
            self.branches.entry((file, number)).or_default().widen(share);
        }
        Ok(())
    }

    fn counted(&self) -> Reading {
        let lines = self.lines.share();
        if lines.valid == 0 {
            return tally::reading(self.declared_lines, self.declared_branches);
        }
        let mut branches = Share::default();
        self.branches.values().for_each(|share| branches.add(*share));
        // Some tools count branches without saying where they are; attributes that are wrong about lines are not asked.
        let says_truth = self.declared_lines == Share::default() || self.declared_lines == lines;
        tally::reading(lines, if branches.valid == 0 && says_truth { self.declared_branches } else { branches })
    }
}

/// The share in `50% (1/2)`.
fn conditions(text: &str) -> Option<Share> {
    let (_, rest) = text.split_once('(')?;
    let (share, _) = rest.split_once(')')?;
    let (covered, valid) = share.split_once('/')?;
    let share = Share { covered: covered.trim().parse().ok()?, valid: valid.trim().parse().ok()? };
    (share.covered <= share.valid).then_some(share)
}
