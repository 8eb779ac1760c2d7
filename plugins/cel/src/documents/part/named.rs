//! Parts that are handed over whole. What is looked up by name can be there several times, of several subjects: each is a list.

use super::Found;
use crate::values::{Owned, flag, list, moment::moment, number, record::Record, text, texts};
use cel_rust::{Env, ExecutionError};
use std::collections::BTreeMap;
use tidegate_sdk::evidence::{
    Content,
    small::{Fact, Measurement, Provenance, Standing, Statement, Value},
};

pub(super) fn measurements(contents: &[Content]) -> Option<Owned> {
    let given = contents
        .iter()
        .filter_map(|content| if let Content::Measurements(given) = content { Some(given) } else { None });
    let each = |measured: &Measurement| {
        let subject = measured.subject.as_deref().map(text);
        let fields =
            [("value", Some(number(measured.value))), ("unit", Some(text(&measured.unit))), ("subject", subject)];
        Ok((measured.name.clone(), Record::of(fields)))
    };
    grouped(given, each).ok().flatten()
}

pub(super) fn statements(contents: &[Content], env: &Env) -> Found {
    let given =
        contents.iter().filter_map(|content| if let Content::Statements(given) = content { Some(given) } else { None });
    let each = |stated: &Statement| {
        let fields = Record::of([
            ("standing", Some(text(word(stated.standing)))),
            ("by", Some(text(&stated.by))),
            ("at", Some(moment(env, stated.at)?)),
            ("link", stated.link.as_deref().map(text)),
            ("note", Some(text(&stated.note))),
        ]);
        Ok((stated.item.clone(), fields))
    };
    grouped(given, each)
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Met => "met",
        Standing::Unmet => "unmet",
        Standing::NotApplicable => "not_applicable",
    }
}

pub(super) fn facts(contents: &[Content], env: &Env) -> Found {
    let given =
        contents.iter().filter_map(|content| if let Content::Facts(given) = content { Some(given) } else { None });
    let each = |fact: &Fact| {
        let value = match &fact.value {
            Value::Text(given) => text(given),
            Value::Number(given) => number(*given),
            Value::Flag(given) => flag(*given),
            Value::Time(at) => moment(env, *at)?,
        };
        let fields = [("value", Some(value)), ("subject", fact.subject.as_deref().map(text))];
        Ok((fact.name.clone(), Record::of(fields)))
    };
    grouped(given, each)
}

pub(super) fn provenance(contents: &[Content]) -> Option<Owned> {
    let given =
        contents.iter().filter_map(|content| if let Content::Provenance(given) = content { Some(given) } else { None });
    let each = |given: &Provenance| {
        let fields = Record::of([
            ("builder", Some(text(&given.builder))),
            ("build_type", Some(text(&given.build_type))),
            ("repository", Some(text(&given.repository))),
            ("commit", Some(text(&given.commit))),
            ("ref_name", Some(text(&given.ref_name))),
            ("materials", Some(texts(&given.materials))),
        ]);
        fields.boxed()
    };
    let all: Vec<Owned> = given.map(each).collect();
    (!all.is_empty()).then(|| list(all))
}

/// Rows of all contents, each under its name.
fn grouped<'a, T: 'a>(
    contents: impl Iterator<Item = &'a Vec<T>>,
    each: impl Fn(&'a T) -> Result<(String, Record), ExecutionError>,
) -> Found {
    let mut names: Option<BTreeMap<String, Vec<Owned>>> = None;
    for rows in contents {
        let names = names.get_or_insert_default();
        for row in rows {
            let (name, fields) = each(row)?;
            names.entry(name).or_default().push(fields.boxed());
        }
    }
    Ok(names.map(|names| names.into_iter().map(|(name, rows)| (name, list(rows))).collect::<Record>().boxed()))
}
