//! Asks the host for more work than anybody gets: with lists that are too long, or again and again.

use serde::Deserialize;
use tidegate_sdk::{
    describe::Description,
    evidence::{
        Content, Evidence,
        scan::{IssueFields, IssueFilter},
    },
    export_gate,
    finding::Severity,
    gate::{Failure, Gate, Request},
    report::Report,
};

/// The plugin.
#[derive(Debug)]
pub struct GreedyFilter;

/// What it does.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Greed {
    /// One filter with very many exceptions.
    Lists,
    /// One filter with one very long exception.
    Text,
    /// Everything, again and again.
    Forever,
}

impl Gate for GreedyFilter {
    type Settings = Greed;

    fn describe() -> Description {
        let schema = r#"{"enum": ["lists", "text", "forever"]}"#;
        Description::new("greedy-filter", "0.1.0", "Asks the host for more work than anybody gets.", schema)
    }

    fn evaluate(request: &Request<Greed>, evidence: &Evidence) -> Result<Report, Failure> {
        let except = match request.settings {
            Greed::Lists => vec![String::from("nothing*"); 100_000],
            Greed::Text => vec!["x".repeat(4 << 20)],
            Greed::Forever => vec![String::from("nothing*"); 256],
        };
        let filter = IssueFilter {
            at_least: Severity::Info,
            include_suppressed: true,
            score_at_least: None,
            only: vec![],
            except,
            except_under: vec![],
        };
        let fields = IssueFields { message: true, location: true, fingerprint: true, tags: true };
        let contents: Vec<Content> = evidence.documents().iter().flat_map(|document| document.contents()).collect();
        loop {
            let before = contents.len();
            for content in &contents {
                if let Content::Scan(scan) = content {
                    // The last page: the host has to go through everything that comes before it.
                    std::hint::black_box(scan.issues(&filter, fields, u32::MAX, u32::MAX));
                }
            }
            if !matches!(request.settings, Greed::Forever) || before == 0 {
                return Ok(Report::of(vec![], None));
            }
        }
    }
}

export_gate!(GreedyFilter);
