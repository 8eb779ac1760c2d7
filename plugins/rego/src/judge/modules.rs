//! Rules of modules: conftest's over each document, the gate's own over everything at once.

use super::{
    all_parsed, hits, listed,
    verdict::{Origin, Verdict},
};
use crate::{
    annotations::Annotations,
    compile::{Asked, Kind},
    documents::Parsed,
    engine::{Fault, Rules},
    input,
    settings::{Mode, Settings},
};
use regorus::Value;
use std::collections::{BTreeMap, BTreeSet};
use tidegate_sdk::{
    evidence::Document,
    gate::{Failure, Request},
    report::Report,
    text::counted,
};

/// What `input` is once.
struct Input {
    value: Value,
    digest: Option<String>,
    place: String,
    /// Whether the place says more than the document does.
    is_part: bool,
}

pub(super) fn judge(
    request: &Request<Settings>,
    documents: &[Document],
    mut rules: Rules,
    asked: &[Asked],
) -> Result<(Report, Vec<String>), Failure> {
    rules.now(request.evaluated_at);
    let inputs = inputs(request, documents)?;
    let mut verdict = Verdict::new();
    let mut exceptions = Exceptions::default();
    for rule in asked {
        let is_decisive = rule.kind != Kind::Warn || request.settings.fail_on_warn;
        for (index, input) in inputs.iter().enumerate() {
            rules.input(input.value.clone());
            let excepted = exceptions.of(&mut rules, rule, index)?;
            let found = ask(&mut rules, rule, input, is_decisive, excepted, &mut verdict)?;
            verdict.asked(is_decisive, !found);
        }
    }
    let over = format!("{} over {}", counted(asked.len() as u64, "rule"), counted(inputs.len() as u64, "input"));
    Ok((verdict.report(true, &over), rules.prints()))
}

/// Asks one rule about one input. Whether it found something that counts.
fn ask(
    rules: &mut Rules,
    rule: &Asked,
    input: &Input,
    is_decisive: bool,
    is_excepted: bool,
    verdict: &mut Verdict,
) -> Result<bool, Fault> {
    let digest = input.digest.as_deref();
    let evaluated = rules.value(&rule.path)?;
    if let Some(said) = &evaluated.undefined {
        verdict.undefined(&rule.full_name, said, digest);
    }
    let at = rule.definitions.first().map(|head| format!("{}:{}", head.file, head.line)).unwrap_or_default();
    let hits = hits::of(&evaluated.value, &rule.full_name, &at)?;
    if hits.is_empty() {
        return Ok(false);
    }
    if is_excepted {
        verdict.excepted(&rule.full_name, hits.len(), digest);
        return Ok(false);
    }
    let definitions: Vec<_> = rule.definitions.iter().collect();
    let values: Vec<Value> = hits.iter().map(|hit| hit.value.clone()).collect();
    let origins = rules.origins(&definitions, &values);
    let mut known: BTreeMap<(usize, usize), Annotations> = BTreeMap::new();
    for (hit, definition) in hits.iter().zip(origins) {
        let annotations = definition
            .map(|head| known.entry((head.module, head.rule)).or_insert_with(|| rules.annotations(head)).clone());
        let origin = Origin {
            rule: rule.kind.rule(),
            is_decisive,
            severity: rule.kind.severity(),
            subject: &rule.full_name,
            digest,
            place: &input.place,
            is_shown: input.is_part,
        };
        verdict.hit(origin, hit, definition, &annotations.unwrap_or_default(), &rule.full_name);
    }
    Ok(true)
}

/// The names of rules that are passed over, by package and input.
#[derive(Default)]
struct Exceptions(BTreeMap<(String, usize), BTreeSet<String>>);

impl Exceptions {
    fn of(&mut self, rules: &mut Rules, rule: &Asked, input: usize) -> Result<bool, Fault> {
        let Some(path) = &rule.exceptions else { return Ok(false) };
        let at = (path.clone(), input);
        if !self.0.contains_key(&at) {
            let mut names = BTreeSet::new();
            collect(&rules.value(path)?.value, &mut names);
            self.0.insert(at.clone(), names);
        }
        Ok(self.0.get(&at).is_some_and(|names| names.iter().any(|name| rule.is_meant_by(name))))
    }
}

/// An exception is a list of names, and there may be several. Anything else names nothing.
fn collect(value: &Value, names: &mut BTreeSet<String>) {
    let lists = |value: &Value| match value {
        Value::Set(set) => set.iter().cloned().collect(),
        Value::Array(array) => array.to_vec(),
        _ => Vec::new(),
    };
    for name in lists(value).iter().flat_map(lists) {
        names.extend(name.as_string().ok().map(|name| name.to_string()));
    }
}

fn inputs(request: &Request<Settings>, documents: &[Document]) -> Result<Vec<Input>, Failure> {
    let whole = |value| vec![Input { value, digest: None, place: "all documents".to_owned(), is_part: false }];
    if request.settings.mode == Mode::Gate {
        return match input::of(request, documents) {
            Ok(value) => Ok(whole(value)),
            Err(wrong) => listed(wrong).map(|()| Vec::new()),
        };
    }
    let all = all_parsed(documents)?;
    let combined = request.settings.combine;
    let each: Vec<Input> = all.into_iter().flat_map(parts).collect();
    if each.is_empty() {
        return Err(Failure::BadEvidence("the documents hold nothing but empty lists".to_owned()));
    }
    if !combined {
        return Ok(each);
    }
    let entry = |input: Input| {
        let entry = input::with(Value::new_object(), "path", Value::from(input.place));
        input::with(entry, "contents", input.value)
    };
    Ok(whole(Value::from(each.into_iter().map(entry).collect::<Vec<_>>())))
}

/// As conftest takes a file apart: each document of it, and of a list each entry, is an input.
fn parts(parsed: Parsed) -> Vec<Input> {
    let Parsed { source, values } = parsed;
    let is_list = |value: &Value| matches!(value, Value::Array(_));
    let is_one = values.len() == 1 && !values.iter().any(is_list);
    let entries = |value: Value| match value {
        Value::Array(array) => array.to_vec(),
        other => vec![other],
    };
    let input = |(index, value): (usize, Value)| Input {
        value,
        digest: Some(source.digest.clone()),
        place: if is_one { source.name.clone() } else { format!("{}#{}", source.name, index + 1) },
        is_part: !is_one,
    };
    values.into_iter().flat_map(entries).enumerate().map(input).collect()
}
