//! Gatekeeper's templates and constraints, without Gatekeeper.

mod constraint;
mod inventory;
mod matching;
mod object;
mod template;

pub(crate) use constraint::{Action, Constraint};
pub(crate) use inventory::Inventory;
pub(crate) use object::{Object, objects};
pub(crate) use template::Template;

use crate::{
    compile::placed,
    documents::yaml,
    settings::{Settings, Text},
};
use regorus::Value;
use tidegate_sdk::describe::Problem;

/// Templates, each with the constraints that use it.
#[derive(Debug)]
pub(crate) struct Gatekeeper(pub(crate) Vec<(Template, Vec<Constraint>)>);

/// Reads and compiles all of it, or says everything that is wrong.
pub(crate) fn compile(settings: &Settings) -> Result<Gatekeeper, Vec<Problem>> {
    if settings.templates.is_empty() {
        return Err(vec![Problem::new("/templates", "no template: there is nothing to ask")]);
    }
    let mut problems = Vec::new();
    let mut templates: Vec<Template> = Vec::new();
    for text in &settings.templates {
        let read = values(text)
            .map_err(|mistake| vec![mistake])
            .and_then(|values| template::compile_all(&values, text, settings));
        match read {
            Ok(read) => templates.extend(read),
            Err(mistakes) => {
                problems.extend(mistakes.into_iter().map(|m| placed("templates", &settings.templates, m)));
            }
        }
    }
    let mut constraints = Vec::new();
    for text in &settings.constraints {
        let read = values(text).and_then(|values| {
            values.iter().map(|value| constraint::read(value, &text.file)).collect::<Result<Vec<_>, _>>()
        });
        match read {
            Ok(read) => constraints.extend(read),
            Err(mistake) => problems.push(placed("constraints", &settings.constraints, mistake)),
        }
    }
    if settings.constraints.is_empty() {
        let parameters = settings.parameters.clone().unwrap_or_default();
        let parameters = Value::from(serde_json::Value::Object(parameters));
        constraints = templates.iter().map(|template| Constraint::of_all(&template.kind, parameters.clone())).collect();
    }
    if problems.is_empty() {
        problems.extend(between(settings, &templates, &constraints));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let with_constraints = |template: Template| {
        let of_it = constraints.iter().filter(|constraint| constraint.kind == template.kind).cloned().collect();
        (template, of_it)
    };
    Ok(Gatekeeper(templates.into_iter().map(with_constraints).collect()))
}

/// The YAML documents of a text.
fn values(text: &Text) -> Result<Vec<Value>, String> {
    let all = yaml::all(&text.source).map_err(|error| format!("{}: {error}", text.file))?;
    let values: Vec<Value> = all.into_iter().filter(|value| *value != Value::Null).collect();
    if values.is_empty() { Err(format!("{}: it is empty", text.file)) } else { Ok(values) }
}

/// What is wrong with them together.
fn between(settings: &Settings, templates: &[Template], constraints: &[Constraint]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, template) in templates.iter().enumerate() {
        let kind = &template.kind;
        if templates[..index].iter().any(|earlier| earlier.kind == *kind) {
            problems.push(Problem::new("/templates", format!("template `{kind}` is there twice")));
        } else if !constraints.iter().any(|constraint| constraint.kind == *kind) {
            let message = format!("no constraint uses template `{kind}`, so it would not be asked");
            problems.push(Problem::new("/constraints", message));
        }
        if template.reads_inventory && settings.inventory.is_none() {
            let message = format!(
                "template `{kind}` reads `data.inventory`: name the evidence that it is made of, or write `inventory: []`"
            );
            problems.push(Problem::new("/inventory", message));
        }
    }
    for constraint in constraints.iter().filter(|c| !templates.iter().any(|template| template.kind == c.kind)) {
        let message =
            format!("constraint `{}` is of kind `{}`, of which there is no template", constraint.name, constraint.kind);
        problems.push(Problem::new("/constraints", message));
    }
    problems
}
