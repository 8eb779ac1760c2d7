//! Findings with the way on: the problems of the guide that they belong to.

use crate::api::answer::Answer;
use tidegate_bundle::troubleshooting::Guide;

/// The answer, each finding with the problems of the guide that its rule belongs to. The guide is today's, whenever the decision
/// was made: it decides nothing.
#[must_use]
pub fn guided(mut answer: Answer, guide: &Guide) -> Answer {
    for stage in &mut answer.stages {
        for finding in stage.evaluations.iter_mut().flat_map(|evaluation| &mut evaluation.findings) {
            let problems = guide.problems_of(&stage.id, &finding.rule);
            finding.troubleshooting = problems.map(|problem| problem.id.clone()).collect();
        }
    }
    answer
}
