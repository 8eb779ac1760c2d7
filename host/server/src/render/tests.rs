//! Goldens of one refusal in all outputs, and the corpus of hostile strings in every field of an answer.

pub(crate) mod hostile;
mod parsers;
pub(crate) mod sample;

use super::{Output, escape, render};
use hostile::{Hostile, corpus};
use sample::{hostile_answer, remediate};

fn golden(output: Output) -> String {
    render(&remediate(), output)
        .replace(concat!("\"semanticVersion\": \"", env!("CARGO_PKG_VERSION")), "\"semanticVersion\": \"[ours]")
}

#[test]
fn a_refusal_reads_well_in_every_output() {
    for output in Output::ALL {
        insta::assert_snapshot!(output.word(), golden(output));
    }
}

#[test]
fn the_text_begins_with_the_runbooks_block_byte_for_byte() {
    let answer = remediate();
    assert!(golden(Output::Text).starts_with(&answer.text));
}

#[test]
fn an_output_is_known_by_its_word() {
    for output in Output::ALL {
        assert_eq!(output.to_string().parse(), Ok(output));
    }
    assert_eq!(
        "yaml".parse::<Output>().unwrap_err().to_string(),
        "`yaml` is no output: expected text, json, junit, sarif or github"
    );
}

#[test]
fn no_hostile_field_steers_a_terminal_or_a_build_log() {
    for Hostile { name, text } in corpus() {
        let answer = hostile_answer(&text);
        for output in Output::ALL {
            let rendered = render(&answer, output);
            for line in rendered.lines() {
                assert!(!line.trim_start().starts_with("::"), "{name} in {output}: {line:.200}");
                assert!(!line.contains("##[") && !line.contains("##vso"), "{name} in {output}: {line:.200}");
                assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{name} in {output}: {line:.200}");
            }
        }
    }
}

#[test]
fn a_summary_ends_before_github_drops_it_and_says_so() {
    let mut answer = remediate();
    let finding = answer.stages[0].evaluations[0].findings[0].clone();
    let long = "`".repeat(10_000);
    answer.stages[0].evaluations[0].findings = (0..5_000)
        .map(|_| {
            let mut f = finding.clone();
            f.message.clone_from(&long);
            f
        })
        .collect();
    let summary = render(&answer, Output::Github);
    assert!(summary.len() < 1024 * 1024, "{} bytes", summary.len());
    assert!(summary.contains("lines not shown here"));
}

#[test]
fn the_text_shows_ten_findings_of_a_stage_and_counts_the_rest() {
    let mut answer = remediate();
    let evaluation = &mut answer.stages[0].evaluations[0];
    let finding = evaluation.findings[0].clone();
    evaluation.findings = vec![finding; 25];
    evaluation.omitted = 5;
    let text = render(&answer, Output::Text);
    assert_eq!(text.matches("unit_tests/tests.pass-rate: ").count(), 10);
    assert!(text.contains("and 20 more findings not shown here"), "{text}");
    assert_eq!(text.matches("the plugin suggests").count(), 1, "the same advice is given once: {text}");
}

#[test]
fn a_result_that_is_not_known_yet_has_not_passed() {
    let mut answer = remediate();
    answer.stages[1].evaluations[0].result = "deferred".to_owned();
    let junit = render(&answer, Output::Junit);
    assert!(junit.contains("<error type=\"deferred (not blocking: mode block)\""), "{junit}");
    let sarif = render(&answer, Output::Sarif);
    assert!(sarif.contains("\"executionSuccessful\": false"));
}

#[test]
fn waived_findings_are_marked_in_every_output() {
    let mut answer = remediate();
    answer.stages[0].evaluations[0].findings[0].waived_by = Some("W-2026-17".to_owned());
    for output in [Output::Text, Output::Junit] {
        assert!(render(&answer, output).contains("[waived by W-2026-17]"), "{output}");
    }
    assert!(render(&answer, Output::Github).contains(&format!("(waived by {})", escape::markdown("W-2026-17", 99))));
    assert!(render(&answer, Output::Sarif).contains("\"justification\": \"waived by W-2026-17\""));
}
