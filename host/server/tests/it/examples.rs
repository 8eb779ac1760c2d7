//! Every folder of `examples/` comes to the decision it says, over HTTP and offline.

use crate::world::{gate, plugins, root};
use std::path::PathBuf;
use tidegate::{api::answer::Answer, demo::example::Example, gate::offline};

/// Their folders.
pub(crate) fn examples() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("examples")).unwrap().map(|entry| entry.unwrap().path());
    // Others beside them show how the gate is looked after.
    let is_example = |path: &PathBuf| path.join("example.json").is_file();
    let mut folders: Vec<PathBuf> = entries.filter(is_example).collect();
    folders.sort();
    assert!(folders.len() >= 15, "only {} examples", folders.len());
    folders
}

fn check(example: &Example, answer: &Answer) {
    example.as_expected(answer).unwrap_or_else(|error| panic!("{error}\n{}", answer.text));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_comes_to_its_decision_over_http() {
    for folder in examples() {
        let example = Example::read(&folder).unwrap();
        let gate = gate().policies(example.policies(&root())).run().await;
        let (url, asked) = (gate.url.parse().unwrap(), example.clone());
        let answer = tokio::task::spawn_blocking(move || asked.send(&url)).await.unwrap().unwrap();
        check(&example, &answer);
        assert!(answer.receipt.is_some(), "an answer over HTTP is recorded");
        gate.stop().await;
    }
}

#[test]
fn every_example_comes_to_its_decision_offline() {
    plugins();
    for folder in examples() {
        let example = Example::read(&folder).unwrap();
        let answer = offline::decide(&example.policies(&root()), example.submission.clone(), None).unwrap();
        check(&example, &answer);
        assert!(answer.id.is_none(), "what is not recorded has no id");
    }
}

#[test]
fn the_runbooks_block_is_printed_byte_for_byte() {
    plugins();
    let example = Example::read(&root().join("examples/02-unit-tests-failing")).unwrap();
    let answer = offline::decide(&root().join("policies"), example.submission, None).unwrap();
    let block = "🤖 INTELLIGENT DEPLOYMENT DECISION\nDecision: REMEDIATE\nOverall Score: 97.5%\nBlocking Failures: 1 (unit_tests)\n\n\
                 Test Results:\n✅ Code Quality: 100%\n✅ Security: 100%\n❌ Unit Tests: 85% (BLOCKING)\n✅ Integration: 100%\n\
                 ✅ E2E Tests: 100%\n✅ Accessibility: 100%\n";
    assert!(answer.text.starts_with(block), "{}", answer.text);
}

#[test]
fn a_finding_names_the_problem_that_the_guide_has_for_it() {
    plugins();
    let example = Example::read(&root().join("examples/02-unit-tests-failing")).unwrap();
    let answer = offline::decide(&root().join("policies"), example.submission, None).unwrap();
    let findings = answer.stages.iter().flat_map(|stage| stage.evaluations.iter().flat_map(|one| &one.findings));
    let decisive: Vec<_> = findings.filter(|finding| finding.decisive).collect();
    assert!(!decisive.is_empty());
    assert!(decisive.iter().all(|finding| finding.troubleshooting == ["test_failures"]), "{decisive:?}");
}
