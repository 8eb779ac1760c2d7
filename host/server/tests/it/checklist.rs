//! The runbook's checklist as the shipped set asks for it: each of its items can refuse a deployment, and none may be left out.

use crate::world::{plugins, root};
use serde_json::Value;
use tidegate::{
    demo::example::Example,
    gate::{offline, submission::Source},
};
use tidegate_core::time::Timestamp;

const ITEMS: usize = 25;

/// The green example with another checklist.
fn with(example: &Example, change: impl FnOnce(&mut Vec<Value>)) -> tidegate::gate::submission::Submission {
    let mut submission = example.submission.clone();
    let upload = submission.evidence.iter_mut().find(|upload| upload.name == "checklist").unwrap();
    let Source::Bytes(bytes) = &upload.source else { panic!("the example sends its checklist") };
    let mut checklist: Value = serde_json::from_slice(bytes).unwrap();
    change(checklist["statements"].as_array_mut().unwrap());
    upload.source = Source::Bytes(checklist.to_string().into());
    submission
}

#[test]
fn each_item_of_the_runbook_refuses_when_it_is_not_met_and_holds_when_nobody_speaks_of_it() {
    plugins();
    let example = Example::read(&root().join("examples/01-all-green")).unwrap();
    let bench = offline::bench(offline::load(&root().join("policies")).unwrap());
    let at = Timestamp::parse("2026-11-23T12:00:00Z").unwrap();
    let decide = |submission| offline::judge(&bench, submission, at).unwrap();
    assert_eq!(decide(example.submission.clone()).outcome, "DEPLOY");
    let mut items = Vec::new();
    with(&example, |statements| {
        items.extend(statements.iter().map(|statement| statement["item"].as_str().unwrap().to_owned()));
    });
    assert_eq!(items.len(), ITEMS);
    for item in items {
        let unmet = decide(with(&example, |statements| {
            let statement = statements.iter_mut().find(|one| one["item"] == *item).unwrap().as_object_mut().unwrap();
            statement.remove("not_applicable");
            statement.insert("satisfied".to_owned(), false.into());
        }));
        assert_eq!((&*unmet.outcome, unmet.allowed), ("REMEDIATE", false), "{item}\n{}", unmet.text);
        let stage = unmet.stages.iter().find(|stage| stage.id == "checklist").unwrap();
        let findings = stage.evaluations.iter().flat_map(|one| &one.findings).filter(|finding| finding.decisive);
        let rules: Vec<&str> = findings.map(|finding| finding.rule.rsplit('/').next().unwrap()).collect();
        assert_eq!(rules, [format!("item.{item}")], "{}", unmet.text);
        let unsaid = decide(with(&example, |statements| statements.retain(|one| one["item"] != *item)));
        assert_eq!((&*unsaid.outcome, unsaid.allowed), ("HOLD", false), "{item}\n{}", unsaid.text);
    }
}
