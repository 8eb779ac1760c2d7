//! What independent readers make of the outputs, whatever stands in an answer.

use super::{
    hostile::{Hostile, corpus},
    sample::{hostile_answer, remediate},
};
use crate::{
    api::answer::Answer,
    render::{Output, render},
};
use quick_xml::{Reader, XmlVersion, events::Event};
use serde_json::Value;
use std::collections::BTreeMap;

/// How often each element begins.
fn elements(xml: &str) -> BTreeMap<String, usize> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut counts = BTreeMap::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap().normalized_value(XmlVersion::Implicit1_0).unwrap();
                }
                *counts.entry(String::from_utf8(tag.name().as_ref().to_vec()).unwrap()).or_default() += 1;
            }
            Event::Text(text) => drop(text.decode().unwrap()),
            Event::GeneralRef(reference) => {
                assert!(reference.is_char_ref() || is_predefined(&reference), "{reference:?}")
            }
            Event::End(_) | Event::Decl(_) => {}
            Event::Eof => return counts,
            other => panic!("an event that we never write: {other:?}"),
        }
    }
}

fn is_predefined(name: &[u8]) -> bool {
    matches!(name, b"amp" | b"lt" | b"gt" | b"quot" | b"apos")
}

#[test]
fn junit_keeps_its_shape_whatever_stands_in_an_answer() {
    let expected = elements(&render(&remediate(), Output::Junit));
    let count = |name: &str| expected.get(name).copied().unwrap_or_default();
    assert_eq!((count("testcase"), count("failure"), count("error"), count("skipped")), (4, 1, 1, 1));
    for Hostile { name, text } in corpus() {
        let xml = render(&hostile_answer(&text), Output::Junit);
        assert_eq!(elements(&xml), expected, "{name}");
        let illegal = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
        assert!(!xml.contains(illegal), "{name}");
    }
}

#[test]
fn json_read_back_is_the_answer() {
    for Hostile { name, text } in corpus() {
        let answer = hostile_answer(&text);
        let read: Answer = serde_json::from_str(&render(&answer, Output::Json)).unwrap();
        assert_eq!(read, answer, "{name}");
    }
}

#[test]
fn sarif_keeps_what_the_standard_asks_for_whatever_stands_in_an_answer() {
    for Hostile { name, text } in corpus() {
        let log: Value = serde_json::from_str(&render(&hostile_answer(&text), Output::Sarif)).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), 3, "{name}");
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"], "{name}");
            assert!(matches!(result["level"].as_str(), Some("error" | "warning" | "note")), "{name}");
            assert!(result["message"]["text"].as_str().is_some_and(|text| text.chars().count() < 20_000), "{name}");
            assert_eq!(result["partialFingerprints"]["tidegateFinding/v1"].as_str().map(str::len), Some(64), "{name}");
            assert!(result["locations"].as_array().is_some_and(|locations| locations.len() == 1), "{name}");
        }
    }
}

#[test]
fn a_fingerprint_survives_a_moved_line_and_tells_services_apart() {
    let print = |answer: &Answer| {
        let log: Value = serde_json::from_str(&render(answer, Output::Sarif)).unwrap();
        log["runs"][0]["results"][1]["partialFingerprints"]["tidegateFinding/v1"].as_str().unwrap().to_owned()
    };
    let before = remediate();
    let mut moved = before.clone();
    moved.stages[0].evaluations[0].findings[1].location.as_mut().unwrap().line = Some(99);
    assert_eq!(print(&before), print(&moved));
    let mut other = before.clone();
    other.stages[0].evaluations[0].service = Some("portal".to_owned());
    assert_ne!(print(&before), print(&other));
}

#[test]
fn a_summary_keeps_its_shape_whatever_stands_in_an_answer() {
    let shape = |summary: &str| {
        let starts = |prefix: &str| summary.lines().filter(|line| line.starts_with(prefix)).count();
        let cells: Vec<usize> =
            summary.lines().filter(|line| line.starts_with('|')).map(|line| line.matches('|').count()).collect();
        (summary.lines().count(), starts("#"), starts("- "), cells, summary.matches('<').count())
    };
    let expected = shape(&render(&remediate(), Output::Github));
    for Hostile { name, text } in corpus() {
        assert_eq!(shape(&render(&hostile_answer(&text), Output::Github)), expected, "{name}");
    }
}
