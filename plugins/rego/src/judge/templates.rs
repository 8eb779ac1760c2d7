//! Templates over Kubernetes objects: each constraint over each object that it is for.

use super::{
    all_parsed, hits, listed,
    verdict::{Origin, Verdict},
};
use crate::{
    engine::Fault,
    gatekeeper::{Action, Constraint, Gatekeeper, Inventory, Object, Template, objects},
    input::with,
    rules::{VIOLATION, WARN},
    settings::Settings,
};
use regorus::Value;
use std::collections::BTreeSet;
use tidegate_sdk::{
    evidence::Document,
    finding::Severity,
    gate::{Failure, Request},
    report::Report,
    text::counted,
};

pub(super) fn judge(
    request: &Request<Settings>,
    documents: &[Document],
    gatekeeper: Gatekeeper,
) -> Result<(Report, Vec<String>), Failure> {
    let (judged, inventory) = looked_at(&request.settings, documents)?;
    let operation = request.settings.operation.as_deref().unwrap_or("CREATE");
    let (mut verdict, mut prints, mut asked) = (Verdict::new(), Vec::new(), 0_u64);
    for (mut template, constraints) in gatekeeper.0 {
        template.rules.now(request.evaluated_at);
        if template.reads_inventory {
            template.rules.data(inventory.data())?;
        }
        for constraint in &constraints {
            for object in &judged {
                if constraint.matching.fits(object, &inventory).map_err(Failure::BadEvidence)? {
                    asked += 1;
                    ask(&mut template, constraint, object, operation, &mut verdict)?;
                }
            }
        }
        prints.extend(template.rules.prints());
    }
    let over = format!("{} over {}", counted(asked, "question"), counted(judged.len() as u64, "object"));
    Ok((verdict.report(asked > 0, &over), prints))
}

/// The objects that are judged, and those that are there already.
fn looked_at(settings: &Settings, documents: &[Document]) -> Result<(Vec<Object>, Inventory), Failure> {
    let names = settings.inventory.clone().unwrap_or_default();
    let (mut judged, mut present, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = Vec::new();
    for parsed in all_parsed(documents)? {
        let name = parsed.source.name.clone();
        let into = if names.contains(&name) { &mut present } else { &mut judged };
        seen.push(name);
        match objects(&parsed) {
            Ok(found) => into.extend(found),
            Err(why) => wrong.push(why),
        }
    }
    let absent = names.iter().filter(|name| !seen.contains(name));
    wrong.extend(absent.map(|name| format!("there is no document `{name}`, which the inventory is made of")));
    listed(wrong)?;
    if judged.is_empty() {
        return Err(Failure::BadEvidence("the documents hold no object to look at".to_owned()));
    }
    let inventory = Inventory::of(&present, &judged);
    Ok((judged, inventory))
}

fn ask(
    template: &mut Template,
    constraint: &Constraint,
    object: &Object,
    operation: &str,
    verdict: &mut Verdict,
) -> Result<(), Fault> {
    let Some(first) = template.definitions.first() else { return Ok(()) };
    let (path, rule, at) = (first.path(), first.full_name(), format!("{}:{}", first.file, first.line));
    let input = with(Value::new_object(), "review", object.review(operation));
    template.rules.input(with(input, "parameters", constraint.parameters.clone()));
    let evaluated = template.rules.value(&path)?;
    let (subject, place) = (constraint.full_name(), object.shown());
    if let Some(said) = &evaluated.undefined {
        verdict.undefined(&subject, said, Some(&object.digest));
    }
    let hits = hits::of(&members(evaluated.value), &rule, &at)?;
    let is_decisive = constraint.action == Action::Deny;
    verdict.asked(is_decisive, hits.is_empty());
    if hits.is_empty() {
        return Ok(());
    }
    let definitions: Vec<_> = template.definitions.iter().collect();
    let values: Vec<Value> = hits.iter().map(|hit| hit.value.clone()).collect();
    let origins = template.rules.origins(&definitions, &values);
    let origin = Origin {
        rule: if is_decisive { VIOLATION } else { WARN },
        is_decisive,
        severity: match constraint.action {
            Action::Deny => Severity::High,
            Action::Warn => Severity::Medium,
            Action::Dryrun => Severity::Low,
        },
        subject: &subject,
        digest: Some(&object.digest),
        place: &format!("{}: {place}", object.evidence),
        is_shown: true,
    };
    for (hit, definition) in hits.iter().zip(origins) {
        let annotations = definition.map(|head| template.rules.annotations(head)).unwrap_or_default();
        verdict.hit(origin, hit, definition, &annotations, &rule);
    }
    Ok(())
}

/// Gatekeeper asks for `violation[r]`: of an object, which `violation[{"msg": msg}] if …` is in v1, that is each key.
fn members(value: Value) -> Value {
    let Value::Object(all) = &value else { return value };
    let keys = all.iter_sorted().filter(|(_, value)| **value != Value::Bool(false)).map(|(key, _)| key.clone());
    Value::from(keys.collect::<BTreeSet<_>>())
}
