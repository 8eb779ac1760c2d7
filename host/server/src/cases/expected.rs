//! What should come of a question, and in what an answer differs from it.

use crate::api::{
    answer::{Answer, BlockerBody},
    problem::Problem,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What should come of a question. What is not said may be anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// `DEPLOY`, `REMEDIATE` or `HOLD`.
    pub outcome: Option<String>,
    /// Whether the deployment may go on.
    pub allowed: Option<bool>,
    /// As printed.
    pub score: Option<String>,
    /// Every reason against it, in the order of the stages.
    pub blocking: Option<Vec<BlockerBody>>,
    /// The policy set that decides.
    pub policy_set: Option<String>,
    /// Results of stages, by their ids.
    #[serde(default)]
    pub stages: BTreeMap<String, String>,
    /// Rules of which there is a finding, as `stage/rule`.
    #[serde(default)]
    pub findings: Vec<String>,
    /// Texts, each of which stands in a warning.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// The kind of problem for which nothing is decided at all.
    pub problem: Option<String>,
}

/// One thing in which an answer is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What: `outcome`, `score`, …
    pub what: String,
    /// As the case says.
    pub expected: String,
    /// As it is.
    pub found: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: expected {}, found {}", self.what, self.expected, self.found)
    }
}

impl Expected {
    /// Everything in which this is not what came of it.
    #[must_use]
    pub fn differences(&self, found: &Result<Answer, Problem>) -> Vec<Difference> {
        match (found, &self.problem) {
            (Ok(answer), None) => self.differences_of(answer),
            (Ok(answer), Some(kind)) => vec![difference("problem", kind, &came_to(answer))],
            (Err(problem), Some(kind)) if kind_of(problem) == kind => Vec::new(),
            (Err(problem), Some(kind)) => vec![difference("problem", kind, &problem_in_words(problem))],
            (Err(problem), None) => vec![difference("problem", "none", &problem_in_words(problem))],
        }
    }

    /// What it would say if it said what came of it: the same things, and in what way a deployment was blocked.
    #[must_use]
    pub fn found(&self, found: &Result<Answer, Problem>) -> Vec<(&'static str, Value)> {
        let answer = match found {
            Ok(answer) => answer,
            Err(problem) => return vec![("problem", json!(kind_of(problem)))],
        };
        let stage = |id: &String| {
            let stage = answer.stages.iter().find(|stage| stage.id == *id)?;
            Some((id.clone(), json!(stage.result)))
        };
        let stages: Map<String, Value> = self.stages.keys().filter_map(stage).collect();
        let cited = cited(answer);
        let said = [
            ("outcome", true, json!(answer.outcome)),
            ("allowed", self.allowed.is_some(), json!(answer.allowed)),
            ("score", self.score.is_some(), json!(answer.score.text)),
            ("blocking", self.blocking.is_some() || !answer.blocking.is_empty(), json!(answer.blocking)),
            ("policy_set", self.policy_set.is_some(), json!(answer.policy_set.id)),
            ("stages", !stages.is_empty(), Value::Object(stages)),
            ("findings", !cited.is_empty(), json!(cited)),
            ("warnings", !self.warnings.is_empty(), json!(answer.warnings)),
        ];
        said.into_iter().filter(|(_, said, _)| *said).map(|(key, _, value)| (key, value)).collect()
    }

    fn differences_of(&self, answer: &Answer) -> Vec<Difference> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, expected: Option<&str>, found: &str| {
            if let Some(expected) = expected.filter(|expected| *expected != found) {
                differences.push(difference(what, expected, found));
            }
        };
        compare("outcome", self.outcome.as_deref(), &answer.outcome);
        compare("allowed", self.allowed.map(|allowed| allowed.to_string()).as_deref(), &answer.allowed.to_string());
        compare("score", self.score.as_deref(), &answer.score.text);
        compare("policy_set", self.policy_set.as_deref(), &answer.policy_set.id);
        compare("blocking", self.blocking.as_deref().map(blockers).as_deref(), &blockers(&answer.blocking));
        for (id, expected) in &self.stages {
            let found =
                answer.stages.iter().find(|stage| stage.id == *id).map_or("no such stage", |stage| &stage.result);
            compare(&format!("stage `{id}`"), Some(expected), found);
        }
        let cited = cited(answer);
        for rule in self.findings.iter().filter(|rule| !cited.contains(rule)) {
            differences.push(difference("findings", rule, &listed(&cited)));
        }
        let spoken = |text: &&String| answer.warnings.iter().any(|warning| warning.contains(text.as_str()));
        for text in self.warnings.iter().filter(|text| !spoken(text)) {
            differences.push(difference("warnings", text, &listed(&answer.warnings)));
        }
        differences
    }
}

/// That is not what was expected.
#[must_use]
pub fn difference(what: &str, expected: &str, found: &str) -> Difference {
    Difference { what: what.to_owned(), expected: expected.to_owned(), found: found.to_owned() }
}

fn listed(texts: &[String]) -> String {
    if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
}

/// `unit_tests@api failed, lint undecided (caller)`
fn blockers(blockers: &[BlockerBody]) -> String {
    let word = |blocker: &BlockerBody| {
        let service = blocker.service.as_ref().map(|service| format!("@{service}")).unwrap_or_default();
        let blame = blocker.blame.as_ref().map(|blame| format!(" ({blame})")).unwrap_or_default();
        let until = blocker.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
        format!("{}{service} {}{blame}{until}", blocker.stage, blocker.why)
    };
    listed(&blockers.iter().map(word).collect::<Vec<_>>())
}

/// Every rule of which there is a finding, as `stage/rule`; each once, in order.
fn cited(answer: &Answer) -> Vec<String> {
    let mut cited = Vec::new();
    for stage in &answer.stages {
        for finding in stage.evaluations.iter().flat_map(|evaluation| &evaluation.findings) {
            let rule = format!("{}/{}", stage.id, finding.rule);
            if !cited.contains(&rule) {
                cited.push(rule);
            }
        }
    }
    cited
}

/// The outcome in a few words.
#[must_use]
pub fn came_to(answer: &Answer) -> String {
    format!("{} {}", answer.outcome, answer.score.text)
}

/// The problem in a few words.
#[must_use]
pub fn problem_in_words(problem: &Problem) -> String {
    format!("{}: {}", kind_of(problem), problem.detail.replace('\n', "; "))
}

fn kind_of(problem: &Problem) -> &str {
    problem.type_uri.rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Expected;
    use crate::{
        api::problem::{Problem, ProblemKind},
        render::tests::sample::remediate,
    };
    use serde_json::{Value, json};

    fn differences(expected: Value) -> Vec<String> {
        let expected: Expected = serde_json::from_value(expected).unwrap();
        expected.differences(&Ok(remediate())).iter().map(|difference| difference.what.clone()).collect()
    }

    #[test]
    fn what_is_not_said_may_be_anything_and_the_rest_is_compared() {
        let answer = remediate();
        let none: [&str; 0] = [];
        assert_eq!(differences(json!({})), none);
        let sound = json!({
            "outcome": answer.outcome, "allowed": answer.allowed, "score": answer.score.text, "policy_set": answer.policy_set.id,
            "blocking": answer.blocking, "warnings": answer.warnings,
            "stages": { (answer.stages[0].id.clone()): answer.stages[0].result },
        });
        assert_eq!(differences(sound), none);
        for (expected, what) in [
            (json!({ "outcome": "DEPLOY" }), "outcome"),
            (json!({ "allowed": true }), "allowed"),
            (json!({ "score": "1%" }), "score"),
            (json!({ "policy_set": "other" }), "policy_set"),
            (json!({ "blocking": [] }), "blocking"),
            (json!({ "stages": { "nobody": "pass" } }), "stage `nobody`"),
            (json!({ "findings": ["nobody/spoke"] }), "findings"),
            (json!({ "warnings": ["nobody said this"] }), "warnings"),
            (json!({ "problem": "no-policy-set" }), "problem"),
        ] {
            assert_eq!(differences(expected.clone()), [what], "{expected}");
        }
    }

    #[test]
    fn a_question_that_is_not_decided_is_expected_by_its_kind() {
        let problem = || Err(Problem::new(ProblemKind::NoPolicySet, "none fits"));
        let expected = |kind: Option<&str>| Expected { problem: kind.map(str::to_owned), ..Expected::default() };
        assert_eq!(expected(Some("no-policy-set")).differences(&problem()), []);
        assert_eq!(expected(Some("too-large")).differences(&problem())[0].found, "no-policy-set: none fits");
        assert_eq!(expected(None).differences(&problem())[0].expected, "none");
    }
}
