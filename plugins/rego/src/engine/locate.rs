//! Which definition of a rule gave which result. Definitions of one name are one rule to the interpreter, and only one of them is
//! what a person wants to read.

use super::Rules;
use crate::{
    annotations::{self, Annotations},
    heads::Head,
};
use regorus::Value;
use std::{cmp::Reverse, collections::BTreeSet};

/// Definitions that are asked one by one, at most; of more it is not said which one it was.
const DEFINITIONS_MAX: usize = 64;
/// Letters of a word, at least, that tells one definition from another.
const WORD_MIN: usize = 3;

impl Rules {
    /// The definition that each result is of, where it can be told.
    ///
    /// A definition that is asked alone costs as much as it did among the others, so the likeliest goes first: that which has most words in
    /// common with the first result that has none yet. Where several give one result, it is the first of them that was asked.
    pub(crate) fn origins<'a>(&mut self, definitions: &[&'a Head], results: &[Value]) -> Vec<Option<&'a Head>> {
        if let [only] = definitions {
            return vec![Some(*only); results.len()];
        }
        let mut origins = vec![None; results.len()];
        if definitions.len() > DEFINITIONS_MAX {
            return origins;
        }
        let mut left: Vec<(&Head, String)> = definitions.iter().map(|head| (*head, self.text(head))).collect();
        while let Some(open) = origins.iter().position(Option::is_none) {
            let Some(likeliest) = likeliest(&results[open], &left) else { break };
            let (head, _) = left.remove(likeliest);
            let Some(given) = self.alone(head) else { continue };
            for (origin, result) in origins.iter_mut().zip(results) {
                if origin.is_none() && contains(&given, result) {
                    *origin = Some(head);
                }
            }
        }
        origins
    }

    /// The text of a definition.
    fn text(&mut self, head: &Head) -> String {
        let rule = self.engine.get_modules().get(head.module).and_then(|module| module.policy.get(head.rule));
        rule.map(|rule| rule.span().text().to_owned()).unwrap_or_default()
    }

    /// What the comment above a definition says.
    pub(crate) fn annotations(&mut self, head: &Head) -> Annotations {
        let module = self.engine.get_modules().get(head.module);
        module.map_or_else(Annotations::default, |module| {
            annotations::of(module.package.span.source.contents(), head.line)
        })
    }

    /// What one definition gives alone.
    fn alone(&mut self, head: &Head) -> Option<Value> {
        let modules = self.engine.get_modules().clone();
        let module = modules.get(head.module)?;
        let rule = module.policy.get(head.rule)?;
        let data = self.with_errors(|engine| engine.eval_rule_in_module(module, rule, false)).ok()?.value;
        let mut path = head.package.iter().chain([&head.name]);
        path.try_fold(data, |value, key| value.as_object().ok()?.get(&Value::from(key.as_str())).cloned())
    }
}

fn contains(values: &Value, value: &Value) -> bool {
    match values {
        Value::Set(set) => set.contains(value),
        Value::Array(array) => array.contains(value),
        Value::Object(object) => object.get(value).is_some(),
        _ => false,
    }
}

/// Which of these has most words in common with a result; the first of several.
fn likeliest(result: &Value, definitions: &[(&Head, String)]) -> Option<usize> {
    let result = result.to_string();
    let words: BTreeSet<&str> =
        result.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= WORD_MIN).collect();
    let shared = |text: &str| words.iter().filter(|word| text.contains(**word)).count();
    let shared = definitions.iter().map(|(_, text)| shared(text)).enumerate();
    shared.max_by_key(|(index, shared)| (*shared, Reverse(*index))).map(|(index, _)| index)
}
