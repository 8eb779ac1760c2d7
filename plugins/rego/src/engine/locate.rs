//! Which definition of a rule gave which result. Definitions of one name are one rule to the interpreter, and only one of them is
//! what a person wants to read.

use super::Rules;
use crate::{
    annotations::{self, Annotations},
    heads::Head,
};
use regorus::Value;

/// Definitions that are asked one by one, at most; of more it is not said which one it was.
const DEFINITIONS_MAX: usize = 64;

impl Rules {
    /// The definition that each result is of, where it can be told.
    pub(crate) fn origins<'a>(&mut self, definitions: &[&'a Head], results: &[Value]) -> Vec<Option<&'a Head>> {
        if let [only] = definitions {
            return vec![Some(*only); results.len()];
        }
        if definitions.len() > DEFINITIONS_MAX {
            return vec![None; results.len()];
        }
        let given: Vec<_> = definitions.iter().map(|head| (*head, self.alone(head))).collect();
        let origin = |result: &Value| {
            given.iter().find(|(_, values)| values.as_ref().is_some_and(|v| contains(v, result))).map(|(head, _)| *head)
        };
        results.iter().map(origin).collect()
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
